import { expect, test } from 'vitest'
import { DAY, formatInstant, HOUR, parseInstant } from '../../schemas/time.ts'
import { settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import detector from './mgt-10.ts'

const MARCH = parseInstant('2026-03-02 08:00:00')
const onDay = (day: number, purchases: number, more: object = {}) =>
  Array.from({ length: purchases }, (_, i) =>
    settlement({
      ...{ setl_time: formatInstant(MARCH + day * DAY + i * HOUR), med_type: '41', fixmedins_code: 'P1' },
      ...{ feedetail: [{ pric: 100 }], ...more },
    }),
  )
const found = (...events: object[]) => run(detector, events as never).open
const days = (...purchases: number[]) => found(...purchases.flatMap((many, day) => onDay(day, many)))

test('Four purchases in a day are many, three are not', () => {
  expect(days(3)).toEqual([])
  const open = days(4)
  expect(open).toMatchObject([
    { subject: { type: 'person', id: 'P1' }, bucket: '2026-03', severity: 3, result: 'suspicion', vola_amt: 28000, count: 4 },
  ])
  expect(open[0]!.evidence).toMatchObject({ count: 4, pharmacies: ['P1'], most: { day: 4, week: 4, month: 4, pharmacies: 1 } })
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe(
    '2026-03-02超限时段购药4次，一日最多4次、7日4次、30日4次，1家药店，基金280.00元。',
  )
})

test('Eleven purchases in seven days are many, ten or eight days are not', () => {
  expect(days(3, 3, 3, 0, 0, 0, 1)).toEqual([])
  expect(days(3, 3, 3, 0, 0, 0, 2)).toHaveLength(1)
  expect(days(3, 3, 3, 0, 0, 0, 0, 2)).toEqual([])
})

test('Twenty-one purchases in thirty days are many, twenty or thirty-one days are not', () => {
  const one = (many: number, pause: number) => [
    ...Array.from({ length: many }, () => 1),
    ...Array.from({ length: pause }, () => 0),
  ]
  expect(days(...one(19, 10), 1)).toEqual([])
  expect(days(...one(19, 10), 2)).toHaveLength(1)
  expect(days(...one(19, 11), 2)).toEqual([])
})

test('Six pharmacies in seven days are many, five are not', () => {
  const at = (day: number, fixmedins_code: string) => onDay(day, 1, { fixmedins_code })[0]!
  const round = (...places: [number, string][]) => found(...places.map(([day, code]) => at(day, code)))
  const five: [number, string][] = [
    [0, 'P1'],
    [1, 'P2'],
    [2, 'P3'],
    [3, 'P4'],
    [4, 'P5'],
  ]
  expect(round(...five, [6, 'P5'])).toEqual([])
  expect(round(...five, [6, 'P6'])).toMatchObject([{ evidence: { most: { pharmacies: 6 } } }])
  expect(round(...five, [7, 'P6'])).toEqual([])
})

test('Purchases from the personal account count, visits do not', () => {
  expect(found(...onDay(0, 3), ...onDay(0, 1, { setl_time: '2026-03-02 20:00:00', fund_pay_sumamt: 0 }))).toMatchObject([
    { vola_amt: 21000, count: 4 },
  ])
  expect(found(...onDay(0, 3), ...onDay(0, 1, { setl_time: '2026-03-02 20:00:00', med_type: '11' }))).toEqual([])
})

test('A run is an alert of the month in which it began', () => {
  expect(found(...onDay(29, 6), ...onDay(30, 6)).map(({ bucket, count }) => [bucket, count])).toEqual([['2026-03', 12]])
  expect(found(...onDay(0, 4), ...onDay(90, 4)).map(({ bucket }) => bucket)).toEqual(['2026-03', '2026-05'])
})

test('A void takes its purchase out', () => {
  const events = onDay(0, 4)
  const { open, retracted } = run(detector, [...events, voidOf(events[2]!, '2026-03-03 10:00:00')])
  expect([open.length, retracted.length]).toEqual([0, 1])
})

test('What lies between the runs of a month tells what was the most, and is no part of what is too much', () => {
  const between = onDay(1, 1)
  const open = found(...onDay(0, 4), ...between, ...onDay(9, 3), ...onDay(12, 1), ...onDay(17, 4))
  expect(open).toMatchObject([{ bucket: '2026-03', count: 8, vola_amt: 56000 }])
  expect(open[0]!.setl_ids).toHaveLength(8)
  expect(open[0]!.evidence).toMatchObject({ count: 8, most: { day: 4, week: 5, month: 13 } })
  expect(detector.explain(open[0]!.evidence, 'en')).toBe(
    '8 purchases in times beyond the limits between 2026-03-02 and 2026-03-19, at 1 pharmacy: up to 4 in a day, 5 in 7 days, 13 in 30; the fund paid 560.00 yuan for them.',
  )
})

test('What lies between the runs is known however late the second one comes to hold', () => {
  const between = [...onDay(1, 3), ...onDay(3, 3)]
  const daily = Array.from({ length: 21 }, (_, i) => onDay(27 + i, 1)).flat()
  const events = [...onDay(0, 4), ...between, ...daily]
  expect(found(...events)).toMatchObject([{ bucket: '2026-03', count: 25, evidence: { most: { day: 4, week: 10, month: 21 } } }])
  expect(found(...events, voidOf(between[0]!, '2026-09-01 10:00:00'))).toMatchObject([
    { count: 25, evidence: { most: { week: 9, month: 21 } } },
  ])
})

test('Receipts that the agency reimburses on one day are no purchases of that day', () => {
  expect(found(...onDay(0, 6, { pay_loc: '1' }))).toEqual([])
})
