import { expect, test } from 'vitest'
import { heartbeat, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './ano-15.ts'

const OVER = heartbeat('2026-03-20 00:00:00')
const id = (i: number) => `S${String(i).padStart(3, '0')}`
const settled = (i: number, more: Wire = {}) =>
  settlement({ setl_id: id(i), psn_no: `P${i}`, setl_time: `2026-03-10 ${String(8 + (i % 12)).padStart(2, '0')}:00:00`, ...more })
const day = (count: number) => Array.from({ length: count }, (_, i) => settled(i))
const back = (event: Wire, time = '2026-03-10 21:00:00', more: Wire = {}) => ({ ...voidOf(event, time), ...more })
const judge = (...events: Wire[]) => run(detector, [...events, OVER])

test('Ten voids and more than a twentieth of the day are a suspicion against the institution', () => {
  const events = day(199)
  const { open } = judge(...events, ...events.slice(0, 10).map((event) => back(event, '2026-03-10 21:00:00', { opter: 'OP7' })))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'institution', id: 'H99010100001' }, bucket: '2026-03-10', severity: 3, result: 'suspicion' },
      ...{ vola_amt: 0, count: 10, psn_no: '', admdvs: '990101' },
      evidence: { settlements: 199, voids: 10, rate: 5.03, repeated: [], late_days: null, voided_fund: 70 },
    },
  ])
  expect(open[0]!.setl_ids).toHaveLength(10)
  expect(open[0]!.evidence.list[0]).toMatchObject({ setl_id: 'S000', opter: 'OP7', hours: 13 })
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('2026-03-10撤销10笔：结算199笔，撤销率5.03%。')
})

test('A rate has one decimal, and more only where it takes them to lie above the limit', () => {
  const rate = (settlements: number) => {
    const events = day(settlements)
    return judge(...events, ...events.slice(0, 10).map((event) => back(event))).open[0]!.evidence.rate
  }
  expect([100, 195, 197].map(rate)).toEqual([10, 5.1, 5.1])
  expect(rate(198)).toBe(5.1)
  expect(rate(199)).toBe(5.03)
})

test('A twentieth is ordinary, and so are nine', () => {
  const events = day(200)
  expect(judge(...events, ...events.slice(0, 10).map((event) => back(event))).open).toEqual([])
  expect(judge(...day(9), ...day(9).map((event) => back(event))).open).toEqual([])
})

test('Nothing is said before the day is over', () => {
  const events = day(20)
  const voids = events.slice(0, 10).map((event) => back(event))
  expect(run(detector, [...events, ...voids, heartbeat('2026-03-11 00:19:59')]).open).toEqual([])
  expect(run(detector, [...events, ...voids, heartbeat('2026-03-11 00:20:00')]).open).toHaveLength(1)
})

test('What is taken back on another day counts on that day, and remains a settlement of its own', () => {
  const events = day(20)
  const { open } = judge(...events, ...events.slice(0, 10).map((event) => back(event, '2026-03-11 09:00:00')))
  expect(open).toMatchObject([{ bucket: '2026-03-11', evidence: { settlements: 0, voids: 10 } }])
})

test('Three of one person on one day are a pattern, two are not', () => {
  const again = (count: number) => Array.from({ length: count }, (_, i) => settled(i, { psn_no: 'A' }))
  const voids = (events: Wire[]) => events.map((event) => back(event))
  expect(judge(...again(3), ...voids(again(3))).open).toMatchObject([
    { count: 3, evidence: { rate: null, repeated: [{ psn_no: 'A', voids: 3 }] } },
  ])
  expect(judge(...again(2), ...voids(again(2))).open).toEqual([])
  const tomorrow = again(3).map((event) => back(event, '2026-03-11 09:00:00'))
  expect(judge(...again(3), ...tomorrow).open).toEqual([])
})

test('A void more than seven days later is late', () => {
  expect(judge(settled(0), back(settled(0), '2026-03-17 23:00:00')).open).toEqual([])
  const { open } = judge(settled(0), back(settled(0), '2026-03-18 00:00:00'))
  expect(open).toMatchObject([{ bucket: '2026-03-18', setl_ids: ['S000'], evidence: { late_days: 8 } }])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('2026-03-18撤销1笔：最迟于结算8天后撤销。')
})

test('A void that came before its settlement counts all the same', () => {
  const late = settled(0)
  expect(judge(settled(1), back(late, '2026-03-18 09:00:00'), late).open).toHaveLength(1)
})

test('A day on which half of the region takes back as often is a failure of systems', () => {
  const CODES = ['H99010100001', 'H99010100002', 'H99010200003', 'H99010200004', 'H99010300005']
  const at = (fixmedins_code: string, voids: number, more: Wire = {}) =>
    day(20).flatMap((event, i) => {
      const own = { ...event, setl_id: `${fixmedins_code}-${event.setl_id}`, fixmedins_code, ...more }
      return i < voids ? [own, back(own)] : [own]
    })
  const found = (often: number, codes = CODES) =>
    judge(...codes.flatMap((code, i) => at(code, i < often ? 10 : 0))).open.map(({ subject }) => subject.id)
  expect(found(3)).toEqual([])
  expect(found(2)).toEqual(CODES.slice(0, 2))
  // Four institutions are no region, and another prefecture has systems of its own.
  expect(found(4, CODES.slice(0, 4))).toEqual(CODES.slice(0, 4))
  const elsewhere = [...CODES.slice(0, 4), 'H99020100009']
  expect(found(5, elsewhere)).toEqual(elsewhere)
  // One person's pattern is no failure.
  const again = at(CODES[0]!, 10, { psn_no: 'A' })
  expect(judge(...again, ...CODES.slice(1).flatMap((code) => at(code, 10))).open).toMatchObject([
    { subject: { id: CODES[0] }, evidence: { rate: null, repeated: [{ psn_no: 'A', voids: 10 }] } },
  ])
})
