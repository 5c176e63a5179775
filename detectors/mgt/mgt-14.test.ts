import { expect, test } from 'vitest'
import { parseInstant } from '../../schemas/time.ts'
import { heartbeat, inpatient, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './mgt-14.ts'

/** Ten settlements with ten lines each at ten in the morning; so many of them were sent at the later time. */
const day = (fixmedins_code: string, late: number, later = '2026-03-03 10:00:01', more: object = {}) =>
  Array.from({ length: 10 }, (_, i) =>
    settlement({
      ...{ setl_id: `${fixmedins_code}-${i}`, fixmedins_code, setl_time: `2026-03-02 10:00:0${i}` },
      ingest_time: i < late ? later : '2026-03-02 10:05:00',
      feedetail: Array.from({ length: 10 }, () => ({ fee_ocur_time: '2026-03-02 10:00:00' })),
      ...more,
    }),
  )
const OVER = heartbeat('2026-03-10 00:00:00')
const found = (...events: object[]) => run(detector, events as never).open

test('More than a fifth of the day’s lines came more than a day late', () => {
  const open = found(...day('H1', 3), OVER)
  expect(open).toMatchObject([
    {
      ...{
        subject: { type: 'institution', id: 'H1' },
        bucket: '2026-03-02',
        severity: 4,
        result: 'indicator',
        vola_amt: 0,
        count: 30,
      },
      ...{ setl_ids: ['H1-0', 'H1-1', 'H1-2'], at: parseInstant('2026-03-02 23:59:59') },
    },
  ])
  expect(open[0]!.evidence).toEqual({
    ...{ day: '2026-03-02', lines: 100, late: 30, share: 30, region: { institutions: 1, late: 1 } },
    histogram: [
      { up_to_hours: 1, lines: 70 },
      { up_to_hours: 24, lines: 0 },
      { up_to_hours: 72, lines: 30 },
      { up_to_hours: 168, lines: 0 },
      { up_to_hours: null, lines: 0 },
    ],
  })
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('2026-03-02明细100条中30条未实时上传（30%），当日1家机构中1家偏迟。')
  expect(detector.audience).toBe('data_contact')
})

test('A fifth is not more than a fifth, and a day is not more than a day', () => {
  expect(found(...day('H1', 2), OVER)).toEqual([])
  expect(found(...day('H1', 10, '2026-03-03 10:00:00'), OVER)).toEqual([])
})

test('One late line is no habit, two are', () => {
  const lines = (count: number) => ({
    feedetail: Array.from({ length: count }, () => ({ fee_ocur_time: '2026-03-02 10:00:00' })),
  })
  const late = (count: number) => found(day('H1', 1, undefined, lines(count))[0]!, OVER).length
  expect([late(1), late(2)]).toEqual([0, 1])
})

const stays = (...times: string[]) =>
  times.map((ingest_time, i) =>
    inpatient({
      ...{ setl_id: `S${i}`, ingest_time },
      feedetail: Array.from({ length: 20 }, () => ({ fee_ocur_time: '2026-03-01 10:00:00' })),
    }),
  )
const LATER = heartbeat('2026-03-12 00:00:00')
const late = (...times: string[]) => found(...stays(...times), LATER)

test('The lines of a stay are due with its bill', () => {
  expect(late('2026-03-06 10:00:00', '2026-03-06 10:00:00')).toEqual([])
  expect(late('2026-03-06 10:00:01', '2026-03-06 10:00:01')).toMatchObject([{ count: 40 }])
})

test('A single bill of a stay that takes no more than 72 hours makes no day late', () => {
  expect(late('2026-03-08 10:00:00')).toEqual([])
  expect(late('2026-03-08 10:00:01')).toHaveLength(1)
  // Bills that come in time are none of those that may be late.
  expect(late('2026-03-05 11:00:00', '2026-03-08 10:00:00')).toEqual([])
  expect(late('2026-03-08 10:00:00', '2026-03-08 10:00:00')).toHaveLength(1)
  const visits = day('H99010100001', 2, '2026-03-06 12:00:01').map(
    (visit): Wire => ({ ...visit, setl_time: '2026-03-05 12:00:00' }),
  )
  const both = (...ones: object[]) => found(...stays('2026-03-06 20:00:00'), ...ones, LATER).map(({ count }) => count)
  expect(both(...visits.slice(2))).toEqual([])
  const dated = visits.map((visit) => ({
    ...visit,
    feedetail: (visit.feedetail as Wire[]).map((line) => ({ ...line, fee_ocur_time: '2026-03-05 12:00:00' })),
  }))
  // Ten late lines of fifty, and twenty of sixty, beside the twenty of the stay.
  expect([both(dated[0]!, ...visits.slice(2, 4)), both(...dated.slice(0, 2), ...visits.slice(2, 4))]).toEqual([[], [40]])
  const [first, second] = stays('2026-03-06 20:00:00', '2026-03-06 20:00:00')
  expect(found(first!, second!, LATER, voidOf(second!, '2026-03-12 10:00:00'))).toEqual([])
})

test('A day is judged when the last of it can have come and the others have told theirs', () => {
  expect(found(...day('H1', 10), heartbeat('2026-03-06 01:09:59'))).toEqual([])
  expect(found(...day('H1', 10), heartbeat('2026-03-06 01:10:00'))).toHaveLength(1)
})

test('When four fifths of five institutions and more are late, it was the platform', () => {
  const late = (...codes: string[]) => codes.flatMap((code) => day(code, 10))
  const prompt = (...codes: string[]) => codes.flatMap((code) => day(code, 0))
  expect(found(...late('H1', 'H2', 'H3', 'H4'), ...prompt('H5'), OVER)).toEqual([])
  expect(found(...late('H1', 'H2', 'H3', 'H4'), ...prompt('H5', 'H6'), OVER)).toHaveLength(4)
  expect(found(...late('H1', 'H2', 'H3'), ...prompt('H4', 'H5'), OVER)).toHaveLength(3)
  expect(found(...late('H1', 'H2', 'H3', 'H4'), OVER)).toHaveLength(4)
  // Five of seven are 71 percent.
  expect(found(...late('H1', 'H2', 'H3', 'H4', 'H5'), ...prompt('H6', 'H7'), OVER)).toHaveLength(5)
})

test('Without the time of arrival nothing can be said', () => {
  expect(run(detector, [settlement({}), OVER])).toMatchObject({ open: [], skipped: ['INPUT_MISSING'] })
  expect(run(detector, [settlement({ feedetail: [] }), OVER])).toMatchObject({ open: [], skipped: [] })
})

test('A void takes its lines out, also when the day is over', () => {
  const events = day('H1', 3)
  for (const at of ['2026-03-02 20:00:00', '2026-03-09 20:00:00']) {
    const { open } = run(detector, [
      ...events,
      ...(at > '2026-03-06' ? [heartbeat('2026-03-08 00:00:00')] : []),
      voidOf(events[0]!, at),
      OVER,
    ])
    expect(open).toMatchObject([{ count: 20, setl_ids: ['H1-1', 'H1-2'], setl_count: 2, evidence: { lines: 90 } }])
  }
  const two = [voidOf(events[0]!, '2026-03-09 20:00:00'), voidOf(events[1]!, '2026-03-09 20:01:00')]
  const { open, retracted } = run(detector, [...events, heartbeat('2026-03-08 00:00:00'), ...two])
  expect([open.length, retracted.length]).toEqual([0, 1])
})

test('What the agency reimburses is not for the institution to send', () => {
  expect(found(...day('H1', 10, undefined, { pay_loc: '1' }), OVER)).toEqual([])
  const receipt = settlement({
    setl_id: 'R',
    fixmedins_code: 'H1',
    pay_loc: '1',
    ingest_time: '2026-03-05 10:00:00',
    feedetail: [{}, {}],
  })
  const back = voidOf(receipt, '2026-03-02 11:00:00')
  expect(found(...day('H1', 3), receipt, back, OVER)).toEqual(found(...day('H1', 3), OVER))
})
