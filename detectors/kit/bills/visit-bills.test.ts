import { expect, test } from 'vitest'
import { DAY, parseInstant } from '../../../schemas/time.ts'
import type { Finding } from '../../detector.ts'
import type { Quantity } from './taken-back.ts'
import { type Billed, corrected, keptTogether, packVisit, unpackVisit, type VisitBill } from './visit-bills.ts'

const at = (day: number, hour = 10) => parseInstant(`2026-03-0${day} ${hour}:00:00`)
const line = (sn: string, day: number, cnt = 1, hour = 10): Billed => ({
  sn,
  code: 'X',
  at: at(day, hour),
  cnt,
  inscp: 1000 * cnt,
})
const taken = (day: number, cnt = 1, hour = 10): Quantity => ({ code: 'X', at: at(day, hour), cnt })
const bill = (id: string, day: number, lines: Billed[], back: Quantity[] = [], visit = 'M'): VisitBill<Billed> => {
  return { id, at: at(day), visit, lines, back }
}
/** What is left, by the serial number of the lines. */
const left = (bills: VisitBill<Billed>[], ...wrong: string[]) => {
  const inQuestion = () => bills.flatMap((settlement) => wrong.map((sn) => ({ settlement, sn })))
  return corrected(bills, inQuestion).flatMap(({ lines }) => lines.map(({ sn, cnt, inscp }) => [sn, cnt, inscp]))
}

test('A later bill of the visit takes back the charge of its time, else of its day, and there one that is in question', () => {
  const first = bill('A', 4, [line('1', 2), line('2', 2, 1, 12), line('3', 3)])
  const after = (back: Quantity, ...wrong: string[]) => left([first, bill('B', 5, [], [back])], ...wrong).map(([sn]) => sn)
  expect(after(taken(2), '3')).toEqual(['2', '3'])
  expect(after(taken(2, 1, 15), '1')).toEqual(['2', '3'])
  expect(after(taken(2, 1, 15))).toEqual(['1', '3'])
  expect(after(taken(4), '1')).toEqual(['2', '3'])
  // One of its day that is not in question comes after one of another day that is.
  expect(after(taken(3, 1, 15), '1')).toEqual(['1', '2'].filter((sn) => sn !== '1').concat('3'))
})

test('A line is left with what was not taken back of it, and with so much of its amount', () => {
  expect(left([bill('A', 4, [line('1', 2, 4)]), bill('B', 5, [], [taken(2, 3)])])).toEqual([['1', 1, 1000]])
  expect(left([bill('A', 4, [line('1', 2, 4), line('2', 3, 2)]), bill('B', 5, [], [taken(2, 4)])])).toEqual([['2', 2, 2000]])
})

test('Neither its own charges nor those of another visit are taken back, and where nothing is the bills are the same', () => {
  const bills = [bill('A', 4, [line('1', 2)], [taken(2)]), bill('B', 5, [], [taken(2)], 'N')]
  expect(left(bills)).toEqual([['1', 1, 1000]])
  const whole = [bill('A', 4, [line('1', 2)])]
  expect(corrected(whole, () => [])).toBe(whole)
  const also = [bill('A', 4, [line('1', 2)], [taken(1)]), bill('B', 5, [], [taken(2)])]
  expect(left(also)).toEqual([])
})

test('A bill that takes something back is kept as long as any of its visit, and for ever where a finding rests on one', () => {
  const bills = [bill('A', 2, [line('1', 2)]), bill('B', 5, [], [taken(2)]), bill('C', 6, [line('2', 6)], [], 'N')]
  const keep = ({ id }: VisitBill<Billed>) => (id === 'A' ? 30 : 1) * DAY
  const kept = (...holds: Pick<Finding, 'setl_ids'>[]) => {
    const of = keptTogether(bills, keep, holds as Finding[])
    return bills.map((one) => of(one) / DAY)
  }
  expect(kept()).toEqual([30, 27, 1])
  expect(kept({ setl_ids: ['A'] })).toEqual([30, Number.POSITIVE_INFINITY, 1])
  expect(keptTogether([bills[0]!, bills[2]!], keep)).toBe(keep)
})

test('A visit is written down with what was taken back, and read again', () => {
  for (const visit of [
    { visit: 'M', back: [] },
    { visit: 'M', back: [taken(2, 3)] },
  ])
    expect(unpackVisit(packVisit(visit))).toEqual(visit)
  expect(packVisit({ visit: 'M', back: [] })).toBe('M')
})
