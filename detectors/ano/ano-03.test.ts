import { expect, test } from 'vitest'
import { heartbeat, reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './ano-03.ts'

const pharmacy = (more: object = {}) => reference('institution', 'P99010100001', { kind: 'pharmacy', admdvs: '990101', ...more })
const clock = (seconds: number) => new Date(seconds * 1000).toISOString().slice(11, 19)
const TEN = 10 * 3600

/** One settlement of 10.00 with a fund share of 7.00, so many seconds after ten o'clock. */
const swipe = (psn_no: string, seconds: number, more: Wire = {}, day = '2026-03-02') =>
  settlement({
    ...{ setl_id: `${day}-${clock(TEN + seconds)}-${psn_no}`, psn_no, med_type: '41', fixmedins_code: 'P99010100001' },
    setl_time: `${day} ${clock(TEN + seconds)}`,
    ...more,
  })
/** Persons P0, P1, ... one after another. */
const row = (count: number, gap: number, more: Wire = {}, day?: string) =>
  Array.from({ length: count }, (_, i) => swipe(`P${i}`, i * gap, more, day))
const judge = (...events: Wire[]) => run(detector, [pharmacy(), ...events])

test('Eight persons within five minutes at one counter are a suspicion against the pharmacy, by the day', () => {
  const { open } = judge(...row(8, 42))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'institution', id: 'P99010100001' }, bucket: '2026-03-02', severity: 2, result: 'suspicion' },
      ...{ vola_amt: 5600, count: 1, psn_no: '', fixmedins_code: 'P99010100001', admdvs: '990101' },
    },
  ])
  expect(open[0]!.setl_ids).toHaveLength(8)
  expect(open[0]!.evidence.bursts).toMatchObject([{ persons: 8, median_gap_seconds: 42, mean_lines: 1, repeats: null }])
  expect(detector.explain(open[0]!.evidence, 'zh')).toMatch(/^2026-03-02连续刷卡8笔：10:00:00起8人，间隔中位数42秒/)
})

test('One operator who served five of them makes it red', () => {
  const served = (by: (i: number) => string) => judge(...row(8, 42).map((one, i) => ({ ...one, opter: by(i) }))).open[0]!.severity
  expect(served((i) => (i < 5 ? 'OP1' : 'OP2'))).toBe(1)
  expect(served((i) => `OP${i % 2}`)).toBe(2)
  expect(served(() => '')).toBe(2)
})

test('Five minutes are the limit, and seven persons are ordinary', () => {
  const spread = (last: number) => [...row(7, 40), swipe('P7', last)]
  expect(judge(...spread(300)).open).toHaveLength(1)
  expect(judge(...spread(301)).open).toEqual([])
  expect(judge(...row(7, 1)).open).toEqual([])
  expect(judge(...row(7, 1), swipe('P0', 20)).open).toEqual([])
})

test('More than three lines on average are shopping', () => {
  const baskets = (last: number) => [
    ...row(7, 40, { feedetail: [{}, {}, {}] }),
    swipe('P7', 280, { feedetail: Array.from({ length: last }, () => ({})) }),
  ]
  expect(judge(...baskets(3)).open).toHaveLength(1)
  expect(judge(...baskets(4)).open).toEqual([])
})

test('More counters serve more persons', () => {
  const two = pharmacy({ terminals: 2 })
  expect(run(detector, [two, ...row(13, 10)]).open).toEqual([])
  expect(run(detector, [two, ...row(14, 10)]).open).toHaveLength(1)
})

test('Beyond five minutes a median gap under twenty seconds is too quick, as long as nobody had time to be served', () => {
  const pause = (gap: number, length: number) =>
    Array.from({ length: 8 }, (_, i) => swipe(`P${i}`, i * gap + (i >= 4 ? length - gap : 0)))
  expect(judge(...pause(19, 200)).open).toHaveLength(1)
  expect(judge(...pause(20, 200)).open).toEqual([])
  expect(judge(...pause(10, 299)).open).toHaveLength(1)
  expect(judge(...pause(10, 300)).open).toEqual([])
})

test('Hospitals and other institutions are not counted', () => {
  expect(judge(...row(8, 10, { med_type: '11' })).open).toEqual([])
  const elsewhere = row(8, 10).map((event, i) => (i < 4 ? event : { ...event, fixmedins_code: 'P99010100002' }))
  expect(judge(...elsewhere).open).toEqual([])
})

test('A cached upload is a burst of arrivals, not of settlements', () => {
  expect(judge(...row(20, 180, { ingest_time: '2026-03-02 14:00:00' })).open).toEqual([])
})

test('A day that was cached offline and settled at once is no burst of swipes', () => {
  const served = (at: (i: number) => string, more: (i: number) => Wire = () => ({})) =>
    judge(...Array.from({ length: 12 }, (_, i) => swipe(`P${i}`, i * 10, { feedetail: [{ fee_ocur_time: at(i) }], ...more(i) })))
  const minutes = (count: number) => new Date(count * 60_000).toISOString().slice(11, 16)
  const spread = (i: number) => `2026-03-02 ${minutes(60 + 45 * i)}:00`
  expect(served(spread).open).toEqual([])
  // Half of them long before.
  expect(served((i) => (i < 6 ? spread(i) : `2026-03-02 09:59:${10 + i}`)).open).toEqual([])
  expect(served((i) => (i < 5 ? spread(i) : `2026-03-02 09:59:${10 + i}`)).open).toHaveLength(1)
  // Of a single moment, within two hours, and of a day alone.
  expect(served(() => '2026-03-02 07:00:00').open).toHaveLength(1)
  expect(served((i) => `2026-03-02 09:${10 + i}:00`).open).toHaveLength(1)
  expect(served(() => '2026-03-02 00:00:00').open).toHaveLength(1)
  // A night's upload is none of the group that came again.
  const first = Array.from({ length: 8 }, (_, i) => swipe(`P${i}`, i * 20, { feedetail: [{ fee_ocur_time: spread(i) }] }))
  expect(repeated([...first, ...mixed(8, '2026-03-12')])).toEqual([])
})

test('Bursts of one day fold into one alert, those of another day are another', () => {
  const evening = Array.from({ length: 8 }, (_, i) => swipe(`E${i}`, 9 * 3600 + i * 20))
  const tomorrow = Array.from({ length: 9 }, (_, i) => swipe(`T${i}`, i * 20, {}, '2026-03-03'))
  const { open } = judge(
    ...row(8, 20),
    ...row(1, 1, {}, '2026-03-02').map((event) => ({ ...event, setl_id: 'X', setl_time: '2026-03-02 15:00:00' })),
    ...evening,
    ...tomorrow,
  )
  expect(open).toMatchObject([
    { bucket: '2026-03-02', count: 2, vola_amt: 11200 },
    { bucket: '2026-03-03', count: 1, vola_amt: 6300 },
  ])
})

test('What lies between two bursts keeps them apart, also when it is long past', () => {
  const basket = { feedetail: Array.from({ length: 30 }, () => ({})) }
  const bursts = [...row(8, 10), swipe('BIG', 100, basket), ...Array.from({ length: 8 }, (_, i) => swipe(`E${i}`, 110 + i * 10))]
  const expected = judge(...bursts).open
  expect(expected).toMatchObject([{ count: 2 }])
  const later = swipe('LATER', 4 * 3600)
  expect(judge(...bursts, later).open).toEqual(expected)
  expect(judge(...bursts, later, voidOf(bursts[8]!, '2026-03-02 18:00:00')).open).toMatchObject([{ count: 1 }])
})

test('A void retracts when too few remain, weeks later too', () => {
  const events = row(9, 20)
  const afterwards = heartbeat('2026-03-20 00:00:00')
  const one = judge(...events, afterwards, voidOf(events[3]!, '2026-03-20 10:00:00'))
  expect(one.open).toMatchObject([{ vola_amt: 5600 }])
  const two = judge(...events, afterwards, voidOf(events[3]!, '2026-03-20 10:00:00'), voidOf(events[4]!, '2026-03-20 10:00:01'))
  expect(two).toMatchObject({ open: [], retracted: [{ bucket: '2026-03-02' }] })
})

/** Eight persons of whom `common` also came in the row of P0 to P7. */
const mixed = (common: number, day: string) =>
  Array.from({ length: 8 }, (_, i) => swipe(i < common ? `P${i}` : `N${i}`, i * 20, {}, day))
const repeated = (events: Wire[]) => judge(...events).open.filter(({ severity }) => severity === 1)

test('A group that comes again within thirty days is severity 1', () => {
  const open = repeated([...row(8, 20), ...mixed(6, '2026-03-31')])
  expect(open).toMatchObject([{ bucket: '2026-03-31', vola_amt: 5600, count: 1 }])
  expect(open[0]!.setl_ids).toHaveLength(16)
  expect(open[0]!.evidence.bursts).toMatchObject([{ repeats: { common_persons: 6, similarity: 0.6 } }])
  expect(detector.explain(open[0]!.evidence, 'zh')).toMatch(/^同一批6人2026-03-02和2026-03-31两次一起连续刷卡/)
  expect(repeated([...row(8, 20), ...mixed(6, '2026-04-01')])).toEqual([])
  expect(repeated([...row(8, 20), ...mixed(5, '2026-03-31')])).toEqual([])
})

test('A group may come again on the same day', () => {
  const evening = mixed(8, '2026-03-02').map((event, i) => ({
    ...event,
    setl_id: `E${i}`,
    setl_time: `2026-03-02 19:00:${10 + i}`,
  }))
  expect(repeated([...row(8, 20), ...evening])).toMatchObject([{ bucket: '2026-03-02', count: 1 }])
})

test('A void in the earlier burst takes the repetition back, and leaves the later burst', () => {
  const first = row(8, 20)
  const { open, retracted } = judge(...first, ...mixed(8, '2026-03-20'), voidOf(first[0]!, '2026-05-01 10:00:00'))
  expect(open).toMatchObject([{ bucket: '2026-03-20', severity: 2 }])
  expect(retracted.map(({ severity }) => severity).sort()).toEqual([1, 2])
})

test('The order of arrival within ten minutes does not matter', () => {
  const events = [...row(12, 30), ...mixed(7, '2026-03-12')]
  const expected = judge(...events).open
  expect(expected).toHaveLength(3)
  const shuffled = [...events.slice(0, 12).reverse(), ...[3, 7, 1, 0, 6, 2, 5, 4].map((i) => events[12 + i]!)]
  expect(judge(...shuffled).open).toEqual(expected)
})

test('Ten counters serve sixty-seven persons in five minutes, and no sixty-eighth', () => {
  const ten = pharmacy({ terminals: 10 })
  expect(run(detector, [ten, ...row(67, 4)]).open).toEqual([])
  expect(run(detector, [ten, ...row(68, 4)]).open).toHaveLength(1)
})

test('Half of all that came in either row is the same group, and one hand in any of the bursts makes the day red', () => {
  const nine = Array.from({ length: 9 }, (_, i) => swipe(i < 6 ? `P${i}` : `N${i}`, i * 20, {}, '2026-03-20'))
  expect(repeated([...row(9, 20), ...nine])[0]?.evidence.bursts).toMatchObject([{ repeats: { similarity: 0.5 } }])
  const evening = Array.from({ length: 8 }, (_, i) => swipe(`E${i}`, 9 * 3600 + i * 20, { opter: 'OP1' }))
  expect(judge(...row(8, 20), ...evening).open).toMatchObject([{ count: 2, severity: 1 }])
})

/** Persons P0, P1, ... one after another from so many seconds before midnight on. */
const acrossMidnight = (count: number, gap: number, before: number) =>
  Array.from({ length: count }, (_, i) => {
    const at = i * gap - before
    const [day, seconds] = at < 0 ? ['2026-03-02', 86_400 + at] : ['2026-03-03', at]
    return swipe(`P${i}`, seconds - TEN, {}, day)
  })

test('Midnight cuts no burst: it is one of the day on which it began', () => {
  const eight = acrossMidnight(8, 42, 150)
  const { open } = judge(...eight)
  expect(open).toMatchObject([{ bucket: '2026-03-02', vola_amt: 5600, count: 1, evidence: { day: '2026-03-02' } }])
  expect(open[0]!.setl_ids).toHaveLength(8)
  expect(judge(...eight.toReversed()).open).toEqual(open)
  expect(judge(...acrossMidnight(7, 42, 150)).open).toEqual([])
  expect(judge(...acrossMidnight(8, 43, 150)).open).toEqual([])
})

test('A burst on either side of midnight stays with its own day, and what begins before it is not told twice', () => {
  expect(judge(...acrossMidnight(8, 10, 80)).open).toMatchObject([{ bucket: '2026-03-02', count: 1 }])
  expect(judge(...acrossMidnight(8, 10, 0)).open).toMatchObject([{ bucket: '2026-03-03', count: 1 }])
  const { open } = judge(...acrossMidnight(20, 20, 100))
  expect(open).toMatchObject([{ bucket: '2026-03-02', count: 1, evidence: { settlements: 20 } }])
  // The day before knows ten minutes; what goes on beyond them is a burst of its own.
  expect(judge(...acrossMidnight(60, 20, 100)).open).toMatchObject([
    { bucket: '2026-03-02', evidence: { settlements: 35 } },
    { bucket: '2026-03-03', evidence: { settlements: 25 } },
  ])
})

test('A void on either side of midnight takes the burst back, weeks later too', () => {
  const eight = acrossMidnight(8, 42, 150)
  for (const place of [1, 6]) {
    const back = voidOf(eight[place]!, '2026-03-20 10:00:00')
    const outcome = judge(...eight, heartbeat('2026-03-20 00:00:00'), back)
    expect(outcome).toMatchObject({ open: [], retracted: [{ bucket: '2026-03-02' }] })
  }
})

test('Bills that the agency enters one after another are no burst at the counter', () => {
  expect(judge(...row(8, 42, { pay_loc: '1' })).open).toEqual([])
  expect(judge(...row(7, 42), swipe('P7', 294, { pay_loc: '1' })).open).toEqual([])
})
