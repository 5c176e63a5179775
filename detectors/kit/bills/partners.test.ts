import { expect, test } from 'vitest'
import { startOfDay } from '../../../schemas/time.ts'
import { isMetBy, type Partner, packPartner, partnersLeft, unpackPartner } from './partners.ts'

const partner = (code: string, day: number, times = 1, operation = false): Partner => ({ code, day, operation, times })
const bill = (partners: Partner[], ...back: (readonly [code: string, day: number])[]) => ({
  ...{ visit: 'M', partners },
  back: back.map(([code, day]) => ({ code, at: startOfDay(day) + 1, cnt: 1 })),
})
const left = (bills: ReturnType<typeof bill>[], needed = '') =>
  partnersLeft(bills, ({ day }) => needed.includes(String(day))).map(({ code, day, times }) => [code, day, times])

test('A service serves within so many days before or after, an operation by its beginning', () => {
  const met = (within: number | null, usual: number | null, one: Partner) =>
    isMetBy([{ any_of: ['51.2', 'SCAN'], within }], 10, [one], usual)
  expect([8, 9, 11, 12].map((day) => met(1, null, partner('SCAN', day)))).toEqual([false, true, true, false])
  expect([met(null, 1, partner('SCAN', 12)), met(null, null, partner('SCAN', 99))]).toEqual([false, true])
  expect([met(1, 1, partner('51.2300', 10, 1, true)), met(1, 1, partner('51.2300', 10))]).toEqual([true, false])
})

test('A service that was taken back serves nothing: that of the day that is named, else one that nothing needs', () => {
  const first = bill([partner('SCAN', 4), partner('SCAN', 5)])
  expect(left([first])).toEqual([
    ['SCAN', 4, 1],
    ['SCAN', 5, 1],
  ])
  expect(left([first, bill([], ['SCAN', 4])], '4')).toEqual([['SCAN', 5, 1]])
  expect(left([first, bill([], ['SCAN', 9])], '5')).toEqual([['SCAN', 5, 1]])
  expect(left([first, bill([], ['SCAN', 9])], '4')).toEqual([['SCAN', 4, 1]])
  expect(left([bill([partner('SCAN', 4, 2)]), bill([], ['SCAN', 4])])).toEqual([['SCAN', 4, 1]])
  expect(left([bill([partner('SCAN', 4)], ['OTHER', 4]), bill([], ['SCAN', 4])])).toEqual([])
})

test('Partners are written down shortly, and read again', () => {
  for (const one of [partner('SCAN', 4), partner('SCAN', 4, 3), partner('51.2', 4, 1, true), partner('51.2', 4, 2, true)])
    expect(unpackPartner(JSON.parse(JSON.stringify(packPartner(one))))).toEqual(one)
  expect(packPartner(partner('SCAN', 4))).toEqual(['SCAN', 4])
})
