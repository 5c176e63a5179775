import { expect, test } from 'vitest'
import { heartbeat, reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './ano-05.ts'

const pharmacy = (row: Wire = {}) =>
  reference('institution', 'P99010100001', { kind: 'pharmacy', admdvs: '990101', open_hours: '08:00-22:00', ...row })
let serial = 0
/** A purchase of 10.00 with a fund share of 7.00. */
const at = (time: string, more: Wire = {}) =>
  settlement({
    ...{ setl_id: `S${String(serial++).padStart(4, '0')}`, setl_time: `2026-03-${time}` },
    ...{ med_type: '41', fixmedins_code: 'P99010100001' },
    ...more,
  })
const nightly = (count: number, last = '02 23:59:00', more: Wire = {}) => [
  ...Array.from({ length: count - 1 }, (_, i) => at(`02 23:${10 + i}:00`, more)),
  at(last, more),
]
const judge = (...events: Wire[]) => run(detector, [pharmacy(), ...events])

test('Five sales within an hour of the night are a suspicion against the pharmacy, by the day', () => {
  const { open } = judge(...nightly(5))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'institution', id: 'P99010100001' }, bucket: '2026-03-02', severity: 2, result: 'suspicion' },
      ...{ vola_amt: 3500, count: 5, psn_no: '', admdvs: '990101' },
      evidence: { clause: 'night', open_hours: '08:00-22:00', settlements: 5 },
    },
  ])
  expect(open[0]!.setl_ids).toHaveLength(5)
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('2026-03-02夜间结算5笔（登记营业时间08:00-22:00），涉及基金35.00元。')
})

test('Four are ordinary, and so are five in more than an hour', () => {
  expect(judge(...nightly(4)).open).toEqual([])
  expect(judge(...nightly(5, '03 00:10:00')).open).toHaveLength(1)
  expect(judge(...nightly(5, '03 00:10:01')).open).toEqual([])
})

test('The night is from eleven to six, and belongs to the day of the fifth', () => {
  const from = (first: string) => [at(first), ...Array.from({ length: 4 }, (_, i) => at(`02 23:0${i}:30`))]
  expect(judge(...from('02 23:00:00')).open).toHaveLength(1)
  expect(judge(...from('02 22:59:59')).open).toEqual([])
  const until = (last: string) => [...Array.from({ length: 4 }, (_, i) => at(`03 05:1${i}:00`)), at(last)]
  expect(judge(...until('03 05:59:59')).open).toMatchObject([{ bucket: '2026-03-03' }])
  expect(judge(...until('03 06:00:00')).open).toEqual([])
})

test('Who is licensed for all day sells as registered, who is open until late does not; what is not registered is not guessed', () => {
  const with_ = (row: Wire) => run(detector, [pharmacy(row), ...nightly(5)])
  for (const open_hours of ['00:00-24:00', '00:00-23:59', '00:00-00:00']) expect(with_({ open_hours }).open).toEqual([])
  for (const open_hours of ['08:00-23:30', '20:00-02:00', '02:00-20:00']) expect(with_({ open_hours }).open).toHaveLength(1)
  expect(with_({ open_hours: undefined })).toMatchObject({ open: [], skipped: Array(5).fill('REFERENCE_MISSING') })
})

test('Hospitals and emergencies treat at night', () => {
  expect(judge(...nightly(5, '02 23:59:00', { med_type: '13' })).open).toEqual([])
  expect(judge(...nightly(5, '02 23:59:00', { med_type: '11' })).open).toEqual([])
})

test('Any settlement on a registered closed day is one too many, but an emergency', () => {
  const closed = (closed_days: string[], ...events: Wire[]) => run(detector, [pharmacy({ closed_days }), ...events])
  expect(closed(['2026-03-02'], at('02 10:00:00'), at('03 10:00:00')).open).toMatchObject([
    { bucket: '2026-03-02', count: 1, evidence: { clause: 'closed', settlements: 1 } },
  ])
  expect(closed(['mon'], at('02 10:00:00', { med_type: '11' }), at('03 10:00:00')).open).toHaveLength(1)
  expect(closed(['tue'], at('02 10:00:00')).open).toEqual([])
  expect(closed(['mon'], at('02 10:00:00', { med_type: '13' })).open).toEqual([])
  const lines = (...er_flags: string[]) => ({ med_type: '11', feedetail: er_flags.map((er_flag) => ({ er_flag })) })
  expect(closed(['mon'], at('02 10:00:00', lines('1', '0'))).open).toEqual([])
  expect(closed(['mon'], at('02 10:00:00', lines('0', '2'))).open).toHaveLength(1)
})

test('A stay goes on over a closed day, and may be settled on it', () => {
  const stay = (med_type: string) =>
    at('02 10:00:00', { med_type, fixmedins_code: 'H1', begntime: '2026-02-24 09:00:00', endtime: '2026-03-02 09:00:00' })
  const hospital = reference('institution', 'H1', { kind: 'hospital', admdvs: '990101', closed_days: ['mon'] })
  for (const med_type of ['21', '28', '52']) expect(run(detector, [hospital, stay(med_type)]).open).toEqual([])
  expect(run(detector, [hospital, stay('11')]).open).toHaveLength(1)
})

test('What the agency reimburses is no transaction of the institution', () => {
  const closed = run(detector, [pharmacy({ closed_days: ['mon'] }), at('02 10:00:00', { pay_loc: '1', setl_type: '1' })])
  expect(closed.open).toEqual([])
  expect(judge(...nightly(5, '02 23:59:00', { pay_loc: '1' })).open).toEqual([])
  expect(judge(...nightly(5, '02 23:59:00', { pay_loc: '3' })).open).toHaveLength(1)
  expect(judge(...usual(15), ...rush(16, 21).map((event) => ({ ...event, pay_loc: '1' }))).open).toEqual([])
})

const day = (n: number) => String(n).padStart(2, '0')
/** Two settlements at nine on each day from the 1st on. */
const usual = (until: number) =>
  Array.from({ length: until }, (_, i) => [at(`${day(i + 1)} 09:00:00`), at(`${day(i + 1)} 09:30:00`)]).flat()
const rush = (n: number, count: number) => Array.from({ length: count }, (_, i) => at(`${day(n)} 09:${day(i + 1)}:40`))

test('After two weeks an hour far beyond the usual is a suspicion', () => {
  const { open } = judge(...usual(15), ...rush(16, 21))
  expect(open).toMatchObject([
    { bucket: '2026-03-16', count: 21, evidence: { clause: 'hour', limits: [{ hour: 9, expected: 2, limit: 20 }] } },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('2026-03-16 9时结算21笔，通常2笔，涉及基金147.00元。')
  expect(judge(...usual(15), ...rush(16, 20)).open).toEqual([])
})

test('Before two weeks are known nothing is far beyond the usual', () => {
  expect(judge(...usual(13), ...rush(14, 40)).open).toEqual([])
  expect(judge(...usual(14), ...rush(15, 40)).open).toHaveLength(1)
})

test('A vaccination morning is no rush', () => {
  const vaccine = (tag: string) => reference('item', '002600000010000', { list_type: '201', tags: [tag] })
  const school = Array.from({ length: 30 }, (_, i) =>
    at(`${day(16)} 09:${day(i + 1)}:40`, { med_type: '11', feedetail: [{ med_list_codg: '002600000010000' }] }),
  )
  expect(judge(vaccine('vaccination'), ...usual(15), ...school).open).toEqual([])
  expect(judge(vaccine('fixed_price'), ...usual(15), ...school).open).toHaveLength(1)
})

test('Who settles the whole day in one evening has served nobody in that hour', () => {
  /** So many settled from seven in the evening on, and served every twenty minutes since eight. */
  const evening = (count: number, of: (i: number) => Wire) =>
    Array.from({ length: count }, (_, i) => at(`16 19:${day(i + 1)}:40`, { med_type: '11', ...of(i) }))
  const served = (i: number) => `2026-03-16 ${day(8 + Math.floor(i / 3))}:${day((i % 3) * 20)}:00`
  const found = (...events: Wire[]) => judge(...usual(15), ...events).open.map(({ count }) => count)
  const ended = (i: number) => ({ endtime: served(i), feedetail: [{ fee_ocur_time: '2026-03-16 00:00:00' }] })
  expect(found(...evening(25, ended))).toEqual([])
  expect(found(...evening(25, (i) => ({ feedetail: [{ fee_ocur_time: served(i) }] })))).toEqual([])
  // One moment for everybody, only the day, or shortly before are no times at which they were served.
  expect(found(...evening(25, () => ended(3)))).toEqual([25])
  expect(found(...evening(25, () => ({ feedetail: [{ fee_ocur_time: '2026-03-16 00:00:00' }] })))).toEqual([25])
  expect(found(...evening(25, () => ended(29)))).toEqual([25])
  // What came in the hour is counted beside what did not.
  expect(found(...evening(25, ended), ...evening(11, () => ({})).map((event, i) => ({ ...event, setl_id: `T${i}` })))).toEqual([
    11,
  ])
})

test('Emergencies and stays do not come by the hour', () => {
  for (const med_type of ['13', '21']) {
    const events = [...usual(15), ...rush(16, 30)].map((event) => ({ ...event, med_type, fixmedins_code: 'H99010100001' }))
    expect(judge(...events).open).toEqual([])
  }
})

test('A void takes each of them back, also much later', () => {
  const night = nightly(5)
  expect(judge(...night, voidOf(night[2]!, '2026-07-02 10:00:00'))).toMatchObject({ open: [], retracted: [{}] })
  const busy = rush(16, 21)
  expect(judge(...usual(15), ...busy, voidOf(busy[2]!, '2026-07-02 10:00:00'))).toMatchObject({ open: [], retracted: [{}] })
  const closed = at('02 10:00:00')
  const events = [pharmacy({ closed_days: ['mon'] }), closed, voidOf(closed, '2026-07-02 10:00:00')]
  expect(run(detector, events)).toMatchObject({ open: [], retracted: [{}] })
})

test('A sale before midnight may lie an hour before the last one of the night', () => {
  const late = [at('02 23:30:00'), at('03 00:10:00'), at('03 00:20:00'), at('03 00:25:00'), at('03 00:30:00')]
  expect(judge(...late).open).toMatchObject([{ bucket: '2026-03-03', count: 5 }])
  expect(judge(at('02 23:29:59'), ...late.slice(1)).open).toEqual([])
})

test('Each sale of a row counts once, and rows that share a sale are one', () => {
  expect(judge(...nightly(7)).open).toMatchObject([{ count: 7 }])
  const fifth = at('02 23:59:00')
  const first = Array.from({ length: 4 }, () => at('02 23:00:00'))
  const later = ['03 00:30:00', '03 00:35:00', '03 00:40:00', '03 00:45:00'].map((time) => at(time))
  expect(judge(...first, fifth, ...later).open).toMatchObject([{ bucket: '2026-03-02', count: 9 }])
})

test('A sale of the night may come a day late', () => {
  const four = Array.from({ length: 4 }, () => at('02 23:00:00'))
  const late = at('03 00:00:00')
  // Time stays ten minutes behind: a day after the hour of the four.
  expect(judge(...four, at('04 00:09:59'), late).open).toMatchObject([{ bucket: '2026-03-03', count: 5 }])
  expect(judge(...four, at('04 00:10:00'), late).open).toEqual([])
})

test('An hour waits for what comes late', () => {
  const late = at('16 09:59:59')
  const given = (next: string) => judge(...usual(15), ...rush(16, 20), at(next), late).open
  expect(given('16 10:19:59')).toMatchObject([{ bucket: '2026-03-16', count: 21 }])
  expect(given('16 10:20:00')).toEqual([])
})

test('The first minutes of a day are judged once time has reached it', () => {
  const visit = (time: string) => at(time, { med_type: '11' })
  const days = Array.from({ length: 15 }, (_, i) => ['01', '30'].map((minute) => visit(`${day(i + 1)} 00:${minute}:00`))).flat()
  const sales = Array.from({ length: 21 }, (_, i) => visit(`16 00:08:${day(i)}`))
  expect(judge(...days, ...sales).open).toEqual([])
  expect(judge(...days, ...sales, heartbeat('2026-03-16 00:10:00')).open).toEqual([])
  expect(judge(...days, ...sales, heartbeat('2026-03-16 00:10:01')).open).toMatchObject([
    { bucket: '2026-03-16', count: 21, evidence: { clause: 'hour', limits: [{ hour: 0, expected: 2 }] } },
  ])
})

test('Who has settled nothing for ninety days is new', () => {
  const months_later = (month_day: string) => rush(16, 30).map((event) => moved(event, `2026-${month_day}`))
  const moved = (event: Wire, date: string) => ({ ...event, setl_time: (event.setl_time as string).replace('2026-03-16', date) })
  expect(judge(...usual(15), ...months_later('06-12')).open).toHaveLength(1)
  expect(judge(...usual(15), ...months_later('06-13')).open).toEqual([])
})

test('What a void leaves of an hour are the others', () => {
  const busy = rush(16, 22)
  const { open } = judge(...usual(15), ...busy, voidOf(busy[2]!, '2026-03-16 10:00:00'))
  expect(open).toMatchObject([{ count: 21 }])
  expect(open[0]!.setl_ids).not.toContain(busy[2]!.setl_id)
})

test('The words name one settlement and several hours as what they are', () => {
  const said = { ...detector.example, clause: 'closed', settlements: 1 } as const
  expect(detector.explain(said, 'en')).toMatch(/^1 settlement on/)
  const limits = [...detector.example.limits!, { hour: 10, expected: 2, limit: 20 }]
  const two = { ...detector.example, limits, settlements: 50 }
  expect(detector.explain(two, 'zh')).toContain('9时结算24笔，通常2.4笔，连同另1个时段共50笔')
  expect(detector.explain(two, 'en')).toContain('usually 2.4; with 1 other hour 50 in all')
})
