import { expect, test } from 'vitest'
import { DAY, formatInstant, HOUR, parseInstant } from '../../schemas/time.ts'
import { reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import detector from './mgt-09.ts'

const MARCH = parseInstant('2026-03-02 08:00:00')
/** So many visits an hour apart on the day, each with a doctor of its own. */
const onDay = (day: number, visits: number, more: object = {}) =>
  Array.from({ length: visits }, (_, i) =>
    settlement({
      setl_time: formatInstant(MARCH + day * DAY + i * HOUR),
      chfpdr_code: `D${i}`,
      feedetail: [{ pric: 100 }],
      ...more,
    }),
  )
const found = (...events: object[]) => run(detector, events as never).open

test('Five visits in a day are many, four are not; the fund’s part of all of them is at stake', () => {
  expect(found(...onDay(0, 4))).toEqual([])
  const open = found(...onDay(0, 5))
  expect(open).toMatchObject([
    {
      subject: { type: 'person', id: 'P1' },
      bucket: '2026-03',
      severity: 3,
      result: 'suspicion',
      vola_amt: 35000,
      count: 5,
      lines: [],
    },
  ])
  expect(open[0]!.setl_ids).toHaveLength(5)
  expect(open[0]!.evidence).toMatchObject({
    visits: 5,
    most: { day: 5, week: 5, month: 5 },
    days: [{ day: '2026-03-02', visits: 5 }],
  })
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe(
    '2026-03-02超限时段门诊5次，一日最多5次、7日5次、30日5次，1家机构，基金350.00元。',
  )
})

test('Midnight begins another day', () => {
  const late = onDay(0, 3, {})
  const next = Array.from({ length: 2 }, (_, i) =>
    settlement({ setl_time: `2026-03-03 00:${i}0:00`, chfpdr_code: `E${i}`, feedetail: [{ pric: 100 }] }),
  )
  expect(found(...late, ...next)).toEqual([])
})

test('Sixteen visits in seven days are many, fifteen or eight days are not', () => {
  const week = (...visits: number[]) => found(...visits.flatMap((many, day) => onDay(day, many)))
  expect(week(4, 4, 4, 0, 0, 0, 3)).toEqual([])
  expect(week(4, 4, 4, 0, 0, 0, 4)).toHaveLength(1)
  expect(week(4, 4, 4, 0, 0, 0, 0, 4)).toEqual([])
})

test('Thirty-one visits in thirty days are many, thirty or thirty-one days are not', () => {
  const month = (...visits: number[]) => found(...visits.flatMap((many, day) => onDay(day, many)))
  const one = (days: number) => Array.from({ length: days }, () => 1)
  expect(month(...one(30))).toEqual([])
  expect(month(...one(29), 2)).toHaveLength(1)
  expect(month(...one(31))).toEqual([])
})

test('Emergency and chronic visits count; purchases, maternity, stays, and what the fund did not pay do not', () => {
  const fifth = (more: object) =>
    found(...onDay(0, 4), settlement({ setl_time: '2026-03-02 15:00:00', chfpdr_code: 'Z', ...more })).length
  expect([fifth({ med_type: '13' }), fifth({ med_type: '14' }), fifth({ med_type: '53' })]).toEqual([1, 1, 1])
  expect(['41', '51', '21'].map((med_type) => fifth({ med_type }))).toEqual([0, 0, 0])
  expect(fifth({ fund_pay_sumamt: 0 })).toBe(0)
})

test('One visit that departments settle one by one is one visit', () => {
  const same = { mdtrt_id: 'M' }
  expect(found(...onDay(0, 3), ...onDay(0, 2, same))).toEqual([])
  const split = (setl_time: string) => settlement({ setl_time, chfpdr_code: 'D9', feedetail: [{ pric: 100 }] })
  expect(found(...onDay(0, 3), split('2026-03-02 12:05:00'), split('2026-03-02 12:55:00'))).toEqual([])
  expect(found(...onDay(0, 3), split('2026-03-02 12:55:00'), split('2026-03-02 13:00:00'))).toEqual([])
  expect(found(...onDay(0, 3), split('2026-03-02 12:55:00'), split('2026-03-02 13:55:00'))).toEqual([])
  expect(found(...onDay(0, 3), split('2026-03-02 12:55:00'), split('2026-03-02 13:55:01'))).toHaveLength(1)
  // An hour is counted from what began it, so that no chain of settlements makes a day one visit.
  const chain = ['12:10:00', '13:00:00', '13:50:00'].map((time) => split(`2026-03-02 ${time}`))
  expect(found(...onDay(0, 2), ...chain)).toEqual([])
  expect(found(...onDay(0, 3), ...chain)).toHaveLength(1)
  // A doctor who settled a part of one visit settles another within the hour.
  const part = settlement({ ...same, setl_time: '2026-03-02 12:20:00', chfpdr_code: 'D9', feedetail: [{ pric: 100 }] })
  const begun = settlement({ ...same, setl_time: '2026-03-02 12:10:00', chfpdr_code: 'D8', feedetail: [{ pric: 100 }] })
  expect(found(...onDay(0, 3), begun, part, split('2026-03-02 13:10:00'))).toEqual([])
  expect(found(...onDay(0, 4), begun, part, split('2026-03-02 13:10:00'))).toHaveLength(1)
  // Another institution's doctor of the same code is somebody else.
  const elsewhere = { ...split('2026-03-02 13:10:00'), fixmedins_code: 'H99010100002' }
  expect(found(...onDay(0, 3), split('2026-03-02 12:55:00'), elsewhere)).toHaveLength(1)
})

test('Visits of a course are not counted: dialysis, radiotherapy, rehabilitation, Chinese medicine', () => {
  const diagnosed = (diag_code: string, diag_type = '1') => ({ diseinfo: [{ diag_type, maindiag_flag: '1', diag_code }] })
  for (const code of ['N18.500', 'Z51.000', 'Z51.103', 'Z50.100']) expect(found(...onDay(0, 5, diagnosed(code)))).toEqual([])
  expect(found(...onDay(0, 5, diagnosed('A01', '2')))).toEqual([])
  expect(found(...onDay(0, 5, diagnosed('N17.900')))).toHaveLength(1)
  const tagged = (tag: string) => [
    reference('item', 'T', { tags: [tag] }),
    ...onDay(0, 5, { feedetail: [{}, { med_list_codg: 'T' }] }),
  ]
  for (const tag of ['hemodialysis', 'crrt', 'perfusion', 'physio']) expect(found(...tagged(tag))).toEqual([])
  expect(found(...tagged('ct'))).toHaveLength(1)
})

test('A run is an alert of the month in which it began; another one months later is another', () => {
  const end = [...onDay(29, 8), ...onDay(30, 8)]
  expect(found(...end).map(({ bucket, count }) => [bucket, count])).toEqual([['2026-03', 16]])
  expect(found(...onDay(0, 5), ...onDay(90, 5)).map(({ bucket }) => bucket)).toEqual(['2026-03', '2026-05'])
})

test('A void takes its visit out', () => {
  const events = onDay(0, 5)
  const { open, retracted } = run(detector, [...events, voidOf(events[2]!, '2026-03-03 10:00:00')])
  expect([open.length, retracted.length]).toEqual([0, 1])
  const six = onDay(0, 6)
  expect(found(...six, voidOf(six[2]!, '2026-03-03 10:00:00'))).toMatchObject([{ count: 5 }])
})

test('What lies between the runs of a month tells what was the most, and is no part of what is too much', () => {
  const open = found(...onDay(0, 5), ...onDay(1, 2), ...onDay(9, 3), ...onDay(17, 5))
  expect(open).toMatchObject([{ count: 10, evidence: { visits: 10, settlements: 10, most: { day: 5, week: 7, month: 15 } } }])
  expect(detector.explain(open[0]!.evidence, 'en')).toBe(
    '10 outpatient visits in times beyond the limits between 2026-03-02 and 2026-03-19, at 1 institution: up to 5 in a day, 7 in 7 days, 15 in 30; the fund paid 700.00 yuan for them.',
  )
})

test('Receipts that the agency reimburses on one day are no visits of that day', () => {
  expect(found(...onDay(0, 6, { pay_loc: '1' }))).toEqual([])
  expect(found(...onDay(0, 4), ...onDay(0, 1, { pay_loc: '1', setl_time: '2026-03-02 17:00:00' }))).toEqual([])
})
