import { expect, test } from 'vitest'
import { admission, discharge, inpatient, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './ano-07.ts'

const HOSPITAL = 'H99010100001'
const ICDS = ['I63.900', 'J18.900', 'I50.900', 'K80.200', 'E11.900', 'N20.000', 'S72.000', 'G40.900', 'M51.200', 'A09.900']
let serial = 0

interface Given {
  readonly day?: string
  readonly minutes?: number
  readonly age?: number
  readonly insu?: string
  readonly icd?: string
  readonly place?: string
  readonly days?: number
}
/** Somebody is admitted so many minutes after eight. */
const admitted = ({ day = '2026-03-12', minutes = 0, age = 70, insu = '990101', icd, place = HOSPITAL }: Given = {}) => {
  const n = String(serial++).padStart(4, '0')
  const begntime = new Date(Date.parse(`${day}T08:00:00Z`) + minutes * 60_000).toISOString().slice(0, 19).replace('T', ' ')
  return admission({
    ...{ mdtrt_id: `M${n}`, psn_no: `P${n}`, fixmedins_code: place, begntime, insu_admdvs: insu },
    ...{ brdy: `${2026 - age}-01-01`, dscg_maindiag_code: icd ?? ICDS[serial % ICDS.length] },
  })
}
const crowd = (count: number, given: (i: number) => Given = () => ({})) =>
  Array.from({ length: count }, (_, i) => admitted({ minutes: i * 10, ...given(i) }))
const judge = (...events: Wire[]) => run(detector, events, { history_from: '2026-02-01 00:00:00' })

test('Eight of one origin and age within a day are a suspicion against the institution', () => {
  const { open } = judge(...crowd(8))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'institution', id: HOSPITAL }, bucket: '2026-03-12', severity: 2, result: 'suspicion' },
      ...{ vola_amt: 0, count: 8, setl_ids: [], admdvs: '990101', psn_no: '' },
      evidence: { admissions: 8, groups: [{ origin: '990101', ages: [70, 70], admissions: 8, usual_per_day: 0 }] },
    },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe(
    '2026-03-12前后24小时内集中住院8人次（参保地990101、70岁），平日每天0人次，已结算基金0.00元。',
  )
})

test('Seven, another origin, another age or more than a day are ordinary', () => {
  expect(judge(...crowd(7)).open).toEqual([])
  expect(judge(...crowd(8, (i) => ({ insu: i === 0 ? '990102' : '990101' }))).open).toEqual([])
  expect(judge(...crowd(8, (i) => ({ age: i === 0 ? 60 : 70 }))).open).toHaveLength(1)
  expect(judge(...crowd(8, (i) => ({ age: i === 0 ? 59 : 70 }))).open).toEqual([])
  expect(judge(...crowd(8, (i) => ({ minutes: i * 205 }))).open).toHaveLength(1)
  expect(judge(...crowd(8, (i) => ({ minutes: i * 206 }))).open).toEqual([])
})

/** So many of the cluster on each of the fifty days before. */
const usual = (perDay: number, given: Given = {}) =>
  Array.from({ length: 38 }, (_, i) => {
    const day = new Date(Date.UTC(2026, 1, 1 + i)).toISOString().slice(0, 10)
    return Array.from({ length: perDay }, (_, j) => admitted({ ...given, day, minutes: j * 30 }))
  }).flat()

test('Three times the cluster’s own daily mean are needed', () => {
  // Built at the beginning of 12 March: 1 February to 8 March, 36 days.
  expect(judge(...usual(3), ...crowd(9)).open).toHaveLength(1)
  expect(judge(...usual(3), ...crowd(8)).open).toEqual([])
  expect(judge(...usual(3, { age: 30 }), ...crowd(8)).open).toHaveLength(1)
})

test('Usual is what everybody of the ten years brings, not only those between the youngest and the oldest who came', () => {
  const close = () => crowd(8, (i) => ({ age: 66 + (i % 3) }))
  expect(judge(...usual(3, { age: 76 }), ...close()).open).toEqual([])
  expect(judge(...usual(3, { age: 77 }), ...close()).open).toHaveLength(1)
})

test('Crowds that follow each other are told with the hours over which they came', () => {
  const { open } = judge(...crowd(10, (i) => ({ minutes: i * 180 })))
  expect(open).toMatchObject([{ count: 10, evidence: { groups: [{ hours: 27 }] } }])
  expect(detector.explain(open[0]!.evidence, 'zh')).toMatch(/^2026-03-13前后27小时内集中住院10人次/)
})

test('Before three days are known a group must be most of those who are admitted', () => {
  const from = (history_from: string, others: number) => {
    const rest = Array.from({ length: others }, (_, i) => admitted({ age: 5 + i, insu: '990109', minutes: i }))
    return run(detector, [...rest, ...crowd(9)], { history_from }).open
  }
  expect(from('2026-03-06 00:00:00', 7)).toHaveLength(1)
  expect(from('2026-03-07 00:00:00', 7)).toEqual([])
  expect(from('2026-03-07 00:00:00', 6)).toHaveLength(1)
  expect(from('2026-03-12 00:00:00', 0)).toHaveLength(1)
})

test('A group of the first days is withdrawn when the days after it bring as many', () => {
  const on = (day: string, count: number) => crowd(count, () => ({ day }))
  const inTheAfternoon = (day: string, count: number) => crowd(count, (i) => ({ day, minutes: 300 + 10 * i }))
  const after = [...inTheAfternoon('2026-03-13', 3), ...inTheAfternoon('2026-03-14', 4), ...inTheAfternoon('2026-03-15', 3)]
  const { open, retracted } = run(detector, [...on('2026-03-12', 9), ...after], { history_from: '2026-03-12' })
  expect([open.length, retracted.length]).toEqual([0, 1])
  expect(run(detector, [...on('2026-03-12', 9), ...on('2026-03-14', 6)], { history_from: '2026-03-12' }).open).toHaveLength(1)
})

test('Before three days are known a disease says nothing', () => {
  expect(run(detector, oneDisease(10, 8), { history_from: '2026-03-07 00:00:00' }).open).toEqual([])
})

const oneDisease = (count: number, alike: number, icd = 'I63.900', more: Given = {}) =>
  crowd(count, (i) => ({ age: 5 + 11 * (i % 8), icd: i >= count - alike ? icd : `X${i}0.000`, insu: `99020${i % 4}`, ...more }))

test('Far more admissions than usual, most with one disease, are a suspicion too', () => {
  const { open } = judge(...usual(1, { age: 20 }), ...oneDisease(10, 6))
  expect(open).toMatchObject([{ count: 10, evidence: { groups: [{ origin: '', diagnosis: 'I63', diagnosis_share: 0.6 }] } }])
  expect(detector.explain(open[0]!.evidence, 'zh')).toMatch(
    /^2026-03-12前后24小时内集中住院10人次（60%诊断为I63），平日每天1人次/,
  )
  expect(judge(...usual(1, { age: 20 }), ...oneDisease(10, 5)).open).toEqual([])
  expect(judge(...usual(10, { age: 20 }), ...oneDisease(10, 8)).open).toEqual([])
})

test('Few a day, day after day, scatter all the same: twice as many within 24 hours are ordinary', () => {
  // Four a day: four and four times two are twelve.
  const after = (count: number) => judge(...usual(4, { age: 20 }), ...oneDisease(count, count)).open
  expect([after(12), after(13)].map(({ length }) => length)).toEqual([0, 1])
})

test('An accident brings many at once', () => {
  expect(judge(...oneDisease(10, 8, 'S06.000')).open).toEqual([])
  expect(judge(...crowd(8, () => ({ icd: 'T58.x00' }))).open).toEqual([])
  // Whatever each of them has broken; most must have broken something.
  const bus = (injured: number) =>
    crowd(10, (i) => ({ icd: i < injured ? ['S72.000', 'S82.100', 'S06.000', 'T07.x00'][i % 4]! : 'J18.900' }))
  expect(judge(...bus(6)).open).toEqual([])
  expect(judge(...bus(5)).open).toHaveLength(1)
})

test('The same disease in three institutions of a county within a week is an epidemic', () => {
  const places = [HOSPITAL, 'H99010100002', 'H99010100003']
  const surge = (place: string, day: string) => crowd(8, () => ({ place, day, icd: 'A09.900' }))
  const [one, two] = [surge(places[0]!, '2026-03-12'), surge(places[1]!, '2026-03-13')]
  expect(judge(...one, ...two).open).toHaveLength(2)
  expect(judge(...one, ...two, ...surge(places[2]!, '2026-03-18')).open).toEqual([])
  expect(judge(...one, ...two, ...surge(places[2]!, '2026-03-20')).open).toHaveLength(3)
  expect(judge(...one, ...two, ...surge('H99010200003', '2026-03-14')).open).toHaveLength(3)
})

/** So many with one disease, of all ages and origins, lest they be a crowd themselves. */
const patients = (count: number, place: string, day: string, icd = 'J10.100') =>
  crowd(count, (i) => ({ place, day, icd, age: 10 + 9 * (i % 8), insu: `99030${i}` }))

test('An epidemic is known by all its institutions, also by those that form no crowd of their own', () => {
  const [two, three] = ['H99010100002', 'H99010100003']
  const flu = (second: number, third: number, day = '2026-03-13') => [
    ...crowd(9, () => ({ icd: 'J10.100' })),
    ...patients(second, two, '2026-03-12'),
    ...patients(third, three, day),
  ]
  expect(judge(...flu(6, 5))).toMatchObject({ open: [], retracted: [{ bucket: '2026-03-12' }] })
  expect(judge(...flu(6, 5).toReversed()).open).toEqual([])
  expect(judge(...flu(6, 4)).open).toHaveLength(1)
  expect(judge(...flu(6, 5, '2026-03-18')).open).toEqual([])
  expect(judge(...flu(6, 5, '2026-03-19')).open).toHaveLength(1)
  expect(judge(...crowd(9), ...patients(6, two, '2026-03-12'), ...patients(5, three, '2026-03-13')).open).toHaveLength(1)
})

test('Crowds of one disease are an epidemic also before anybody knows what is usual', () => {
  const first = (place: string, alike: number) => crowd(10, (i) => ({ place, icd: i < alike ? 'A09.900' : `X${i}0.000` }))
  const three = (alike: number) =>
    run(
      detector,
      [HOSPITAL, 'H99010100002', 'H99010100003'].flatMap((place) => first(place, alike)),
      { history_from: '2026-03-12 00:00:00' },
    ).open
  expect(three(6)).toEqual([])
  expect(three(5)).toHaveLength(3)
})

test('An epidemic stays one, whatever comes months later', () => {
  const crowded = crowd(9, () => ({ icd: 'J10.100' }))
  const second = patients(6, 'H99010100002', '2026-03-12')
  const third = (day: string) => patients(5, 'H99010100003', day)
  const later = crowd(8, () => ({ day: '2026-06-01', place: 'H99010100009' }))
  const places = (...events: Wire[]) => judge(...events, ...later).open.map(({ fixmedins_code }) => fixmedins_code)
  expect(places(...crowded, ...second, ...third('2026-03-18'))).toEqual(['H99010100009'])
  expect(places(...third('2026-03-06'), ...crowded, ...second)).toEqual(['H99010100009'])
})

test('Crowds of one day are told by the order of their origins', () => {
  const { open } = judge(...crowd(8, () => ({ insu: '990102' })), ...crowd(8))
  expect(open.map(({ evidence }) => evidence.groups.map(({ origin }: { origin: string }) => origin))).toEqual([
    ['990101', '990102'],
  ])
})

test('What other institutions have of the disease in any week is no surge, and hides no crowd', () => {
  const others = ['H99010100002', 'H99010100003']
  const every = (icd: string) => others.flatMap((place) => usual(1, { place, icd, age: 20, insu: '990105' }))
  const crowded = [
    ...crowd(9, () => ({ icd: 'I63.900' })),
    ...others.flatMap((place) => patients(7, place, '2026-03-13', 'I63.900')),
  ]
  expect(judge(...every('I63.900'), ...crowded).open).toMatchObject([{ fixmedins_code: HOSPITAL }])
  expect(judge(...every('K80.200'), ...crowded).open).toEqual([])
})

/** The stays end after so many days each and are settled. */
const ended = (events: readonly Wire[], days: (i: number) => number) =>
  events.flatMap((event, i) => {
    const { mdtrt_id, psn_no, begntime } = event
    const end = new Date(Date.parse(`${(begntime as string).slice(0, 10)}T10:00:00Z`) + days(i) * 86_400_000)
    const endtime = end.toISOString().slice(0, 19).replace('T', ' ')
    const settled = inpatient({ mdtrt_id, psn_no, setl_id: `S-${mdtrt_id}`, begntime, endtime, setl_time: endtime })
    return [discharge({ mdtrt_id, psn_no, endtime }), settled]
  })

test('Who all leave after equally many days were organised; their settlements are named as they come', () => {
  const events = crowd(10)
  const same = ended(events, (i) => (i < 7 ? 5 + (i % 3) : 20 + 3 * i))
  const { open } = judge(...events, ...same)
  expect(open).toMatchObject([
    { severity: 1, vola_amt: 7000, evidence: { groups: [{ same_stay_days: 6, same_stay_share: 0.7 }] } },
  ])
  expect(open[0]!.setl_ids).toHaveLength(10)
  expect(judge(...events, ...ended(events, (i) => (i < 6 ? 5 : 20 + 3 * i))).open).toMatchObject([{ severity: 2 }])
})

test('A void takes its settlement away', () => {
  const events = crowd(8)
  const settled = ended(events, () => 5)
  const { open } = judge(...events, ...settled, voidOf(settled[1]!, '2026-07-02 10:00:00'))
  expect(open).toMatchObject([{ vola_amt: 4900 }])
  expect(open[0]!.setl_ids).toHaveLength(7)
})

test('The words tell the largest group, and how many all are', () => {
  const [group] = detector.example.groups
  const two = { ...detector.example, groups: [group!, { ...group!, admissions: 8, ages: [30, 30] as const }], admissions: 18 }
  expect(detector.explain(two, 'zh')).toContain('集中住院12人次（参保地990103、66至74岁），平日每天0.8人次，连同其他聚集共18人次')
  expect(detector.explain(two, 'en')).toContain('usually 0.8 a day, with other groups 18')
})
