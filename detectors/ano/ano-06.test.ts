import { describe, expect, test } from 'vitest'
import { inpatient, reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './ano-06.ts'

const at = (id: string, lon: number) =>
  reference('institution', id, { name: id, kind: 'hospital', admdvs: '990101', lon, lat: 0 })
/** On the equator 0.2699 degrees are 30.01 km. */
const PLACES = [at('HERE', 117), at('NEAR', 117.2697), at('FAR', 117.2699)]
const clock = (minutes: number) => new Date(Math.round(minutes * 60_000)).toISOString().slice(11, 19)

/** One visit of 10.00 with a fund share of 7.00, so many minutes after midnight. */
const visit = (id: string, minutes: number, more: Wire = {}, day = '2026-03-02') =>
  settlement({
    setl_id: `${day}-${id}`,
    setl_time: `${day} ${clock(minutes)}`,
    fixmedins_code: 'HERE',
    psn_no: `P${id}`,
    ...more,
  })
/** A full day from eight o'clock on, a visit every few minutes. */
const morning = (count: number, more: Wire = {}, day?: string, every = 4) =>
  Array.from({ length: count }, (_, i) => visit(String(i).padStart(3, '0'), 480 + i * every, more, day))
const judge = (...events: Wire[]) => run(detector, [...PLACES, ...events])

test('More than 120 visits in a day are a suspicion against the doctor, by the fund share of those beyond', () => {
  const { open } = judge(...morning(123))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'doctor', id: 'D990101000001' }, bucket: '2026-03-02', severity: 2, result: 'suspicion' },
      ...{ vola_amt: 2100, count: 3, psn_no: '', fixmedins_code: 'HERE', admdvs: '990101' },
    },
  ])
  expect(open[0]!.setl_ids).toHaveLength(123)
  expect(open[0]!.evidence).toMatchObject({ visits: 123, limit: 120, span_hours: null, journeys: [], own: null })
  expect(open[0]!.evidence.hours[9]).toBe(15)
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('医师D990101000001于2026-03-02：门诊123人次，上限120，涉及基金21.00元。')
})

test('120 visits are possible', () => {
  expect(judge(...morning(120)).open).toEqual([])
})

test('Days and doctors are counted apart; the responsible physician comes before the one on the lines', () => {
  expect(judge(...morning(70), ...morning(70, {}, '2026-03-03')).open).toEqual([])
  const two = morning(130).map((event, i) => ({ ...event, chfpdr_code: i % 2 ? 'D2' : 'D1' }))
  expect(judge(...two).open).toEqual([])
  expect(judge(...morning(121, { chfpdr_code: '' })).open).toMatchObject([{ subject: { id: 'D990101000001' } }])
})

test('Emergency, chronic and maternity visits count like outpatient ones; purchases and stays do not', () => {
  for (const med_type of ['13', '14', '51']) expect(judge(...morning(121, { med_type })).open).toHaveLength(1)
  for (const med_type of ['41', '21']) expect(judge(...morning(121, { med_type })).open).toEqual([])
})

test('Vaccinations are not visits', () => {
  const vaccine = reference('item', 'V1', { tags: ['vaccination'] })
  const injected = morning(121).map((event, i) => (i === 0 ? visit('000', 480, { feedetail: [{ med_list_codg: 'V1' }] }) : event))
  expect(judge(vaccine, ...injected).open).toEqual([])
  expect(judge(...injected).open).toHaveLength(1)
})

test('Traditional Chinese medicine may see 200', () => {
  const tcm = { diseinfo: [{ diag_type: '2', maindiag_flag: '1', diag_code: 'A01' }] }
  expect(judge(...morning(200, tcm)).open).toEqual([])
  expect(judge(...morning(201, tcm)).open).toMatchObject([{ evidence: { limit: 200 } }])
  const half = morning(122).map((event, i) => (i < 61 ? { ...event, ...tcm } : event))
  expect(judge(...half).open).toMatchObject([{ evidence: { limit: 120 } }])
  const doctor = reference('doctor', 'D990101000001', { title: '主任中医师' })
  expect(judge(doctor, ...morning(121)).open).toEqual([])
  const department = morning(121, { feedetail: [{ bilg_dept_codg: 'A50' }] })
  expect(judge(...department).open).toEqual([])
  expect(judge(...morning(121, { med_type: '16' })).open).toEqual([])
  expect(judge(...morning(121, { adm_dept_codg: 'A50' })).open).toEqual([])
  expect(judge(...morning(121, { feedetail: [{ med_list_codg: 'T000700200', list_type: '102' }] })).open).toEqual([])
})

test('A hospital of Chinese medicine is one where nothing tells of a department, and has western departments too', () => {
  const of = (specialty: string) => reference('institution', 'HERE', { kind: 'hospital', admdvs: '990101', specialty })
  const many = (known: Wire[], more: Wire = {}) => judge(...known, ...morning(121, more)).open.length
  for (const specialty of ['中医', 'TCM', 'Traditional Chinese Medicine']) expect(many([of(specialty)])).toBe(0)
  expect(many([of('肿瘤')])).toBe(1)
  expect(many([of('中医')], { adm_dept_codg: 'A03' })).toBe(1)
  expect(many([of('中医')], { feedetail: [{ bilg_dept_codg: '内科' }] })).toBe(1)
  // A number of the hospital's own tells of none.
  expect(many([of('中医')], { adm_dept_codg: '0301' })).toBe(0)
  const registered = (depts: string[]) => reference('doctor', 'D990101000001', { depts })
  expect(many([of('中医'), registered(['A03'])])).toBe(1)
  expect(many([of('中医'), registered([])])).toBe(0)
})

/** Twenty visits, the last one so many hours after the first. */
const span = (count: number, hours: number) => [
  ...Array.from({ length: count - 1 }, (_, i) => visit(`S${i}`, 300 + i)),
  visit('LAST', 300 + hours * 60),
]

test('More than sixteen hours from first to last visit are too long, with at least twenty visits', () => {
  const { open } = judge(...span(20, 16 + 1 / 3600))
  expect(open).toMatchObject([{ count: 1, vola_amt: 700, evidence: { span_hours: 16, limit: null } }])
  expect(detector.explain(open[0]!.evidence, 'en')).toContain('16 hours from first to last')
  expect(judge(...span(20, 16)).open).toEqual([])
  expect(judge(...span(19, 17)).open).toEqual([])
  // What was issued before they were over is not beyond them.
  expect(judge(...span(20, 16), visit('BEYOND', 300 + 17 * 60)).open).toMatchObject([{ count: 1, vola_amt: 700 }])
})

test('Two institutions thirty kilometres apart within an hour are too far', () => {
  const there = (fixmedins_code: string, minutes: number) =>
    judge(visit('1', 600), visit('2', 600 + minutes, { fixmedins_code })).open
  const open = there('FAR', 60)
  expect(open).toMatchObject([{ count: 1, vola_amt: 700, setl_ids: ['2026-03-02-1', '2026-03-02-2'], fixmedins_code: 'FAR' }])
  expect(open[0]!.evidence.journeys).toMatchObject([{ from: 'HERE', to: 'FAR', minutes: 60, distance_km: 30 }])
  expect(detector.explain(open[0]!.evidence, 'zh')).toContain('60分钟内在相距30公里的两家机构接诊')
  expect(there('FAR', 60.1)).toEqual([])
  expect(there('NEAR', 1)).toEqual([])
  expect(there('UNKNOWN', 1)).toEqual([])
})

test('A place between them hides nothing', () => {
  expect(
    judge(visit('1', 600), visit('2', 620, { fixmedins_code: 'NEAR' }), visit('3', 640, { fixmedins_code: 'FAR' })).open,
  ).toMatchObject([{ setl_ids: ['2026-03-02-1', '2026-03-02-3'] }])
})

test('A void retracts when 120 remain, and with the other place gone', () => {
  const many = morning(121)
  expect(judge(...many, voidOf(many[5]!, '2026-04-02 12:00:00'))).toMatchObject({
    open: [],
    retracted: [{ bucket: '2026-03-02' }],
  })
  const far = [visit('1', 600), visit('2', 640, { fixmedins_code: 'FAR' })]
  expect(judge(...far, voidOf(far[0]!, '2026-03-02 12:00:00'))).toMatchObject({ open: [], retracted: [{}] })
})

const date = (index: number) => new Date(Date.UTC(2026, 0, 1) + index * 86_400_000).toISOString().slice(0, 10)
/** Working days with 8 and 12 visits in turn: mean 10, standard deviation a little above 2. */
const usual = (days: number, from = 0) =>
  Array.from({ length: days }, (_, i) => morning(i % 2 ? 12 : 8, {}, date(from + i))).flat()

test('A day far above the doctor’s own mean is an alert of its own', () => {
  const { open } = judge(...usual(20), ...morning(70, {}, date(24)))
  expect(open).toMatchObject([{ subject: { type: 'doctor' }, bucket: date(24), severity: 2, count: 10, vola_amt: 7000 }])
  expect(open[0]!.setl_ids).toHaveLength(70)
  expect(open[0]!.evidence).toMatchObject({ visits: 70, limit: null, own: { days: 20, mean: 10, sigma: 2.1 } })
  expect(detector.explain(open[0]!.evidence, 'zh')).toContain('门诊70人次，本人20日均值10±2.1')
})

test('Sixty visits are never far above, and five days must be known', () => {
  expect(judge(...usual(20), ...morning(60, {}, date(24))).open).toEqual([])
  expect(judge(...usual(20), ...morning(61, {}, date(24))).open).toHaveLength(1)
  expect(judge(...usual(4), ...morning(70, {}, date(8))).open).toEqual([])
  expect(judge(...usual(5), ...morning(70, {}, date(9))).open).toHaveLength(1)
})

test('Three standard deviations decide: a doctor with changing days may have a busy one', () => {
  const changing = Array.from({ length: 10 }, (_, i) => morning(i % 2 ? 40 : 10, {}, date(i))).flat()
  // Mean 25, standard deviation 15.8: the limit is 72.4.
  expect(judge(...changing, ...morning(72, {}, date(14))).open).toEqual([])
  expect(judge(...changing, ...morning(73, {}, date(14))).open).toHaveLength(1)
})

test('Only days that are built count, and only sixty', () => {
  const lately = judge(...usual(4), ...usual(3, 5), ...morning(70, {}, date(8)))
  expect(lately.open).toEqual([])
  // The earlier days are 60 and more days before the last day that is built.
  const { open } = judge(...morning(30, {}, date(9)), ...usual(10, 60), ...morning(70, {}, date(73)))
  expect(open).toMatchObject([{ evidence: { own: { days: 10, mean: 10 } } }])
  const inside = judge(...morning(30, {}, date(10)), ...usual(10, 60), ...morning(70, {}, date(73)))
  expect(inside.open).toMatchObject([{ evidence: { own: { days: 11 } } }])
})

test('A void before a day is built lowers the mean, one afterwards does not', () => {
  const before = usual(10)
  const last = before.filter(({ setl_id }) => (setl_id as string).startsWith(date(9)))
  const mean = (...voids: Wire[]) => judge(...before, ...voids, ...morning(61, {}, date(13))).open[0]?.evidence.own.mean
  expect(mean()).toBe(10)
  expect(mean(...last.slice(0, 2).map((event) => voidOf(event, `${date(12)} 23:59:59`)))).toBe(9.8)
  expect(mean(...last.slice(0, 2).map((event) => voidOf(event, `${date(13)} 00:00:00`)))).toBe(10)
})

test('A void of a visit on the busy day retracts, months later too', () => {
  const busy = morning(61, {}, date(24))
  const months = [...usual(20), ...busy, ...usual(3, 90)]
  expect(judge(...months).open).toMatchObject([{ bucket: date(24), evidence: { own: { days: 20, mean: 10 } } }])
  const { open, retracted } = judge(...months, voidOf(busy[3]!, `${date(95)} 10:00:00`))
  expect(open).toEqual([])
  expect(retracted).toMatchObject([{ bucket: date(24) }])
})

describe('Who stands at the operating table', () => {
  const operation = (from: string, to: string, given: Wire = {}) =>
    inpatient({
      ...{ setl_id: 'OP', mdtrt_id: 'MOP', chfpdr_code: 'D2', fixmedins_code: 'HERE', psn_no: 'PX' },
      ...{ begntime: '2026-03-02 07:00:00', endtime: '2026-03-09 10:00:00', setl_time: '2026-03-09 10:30:00' },
      oprninfo: [{ oprn_oprt_code: '51.2300', oprn_begntime: from, oprn_endtime: to, oper_dr_codg: 'D990101000001' }],
      ...given,
    })
  const table = operation('2026-03-02 09:00:00', '2026-03-02 11:00:01')

  test('issues nothing in the midst of an operation of more than two hours, told a week later', () => {
    const { open } = judge(visit('1', 8 * 60), visit('2', 10 * 60), table)
    expect(open).toMatchObject([{ bucket: '2026-03-02', count: 1, setl_ids: ['2026-03-02-2', 'OP'], severity: 2 }])
    expect(open[0]!.evidence.operating).toMatchObject([{ operation_setl_id: 'OP', setl_id: '2026-03-02-2' }])
    expect(detector.explain(open[0]!.evidence, 'zh')).toContain('本人09:00至11:00手术期间开单1次')
  })

  test.each([9 * 60 + 1, 10 * 60 + 59])('is not yet, or still, elsewhere at minute %s of the day', (minute) => {
    expect(judge(visit('1', minute), table).open).toHaveLength(1)
  })

  test.each([
    ['two hours and no more', [visit('1', 10 * 60)], operation('2026-03-02 09:00:00', '2026-03-02 11:00:00')],
    ['before and after', [visit('1', 9 * 60), visit('2', 11 * 60 + 1)], table],
    ['another doctor', [visit('1', 10 * 60, { chfpdr_code: 'D9' })], table],
    ['no end known', [visit('1', 10 * 60)], operation('2026-03-02 09:00:00', '')],
  ])('may do so: %s', (_, visits, told) => {
    expect(judge(...visits, told).open).toEqual([])
  })

  test('is found out up to thirty days later', () => {
    const settled = (setl_time: string) =>
      operation('2026-03-02 09:00:00', '2026-03-02 11:00:01', { endtime: '2026-04-01 09:00:00', setl_time })
    // Time stays ten minutes behind, and a day is remembered for ten more.
    expect(judge(visit('1', 10 * 60), settled('2026-04-01 10:19:59')).open).toHaveLength(1)
    expect(judge(visit('1', 10 * 60), settled('2026-04-01 10:20:00')).open).toEqual([])
  })

  test('is accused no longer when the operation is taken back', () => {
    expect(judge(visit('1', 10 * 60), table, voidOf(table, '2026-03-10 10:00:00'))).toMatchObject({ open: [], retracted: [{}] })
  })
})

test('The order of arrival does not matter', () => {
  const events = [...span(20, 17), visit('FAR', 340, { fixmedins_code: 'FAR' })]
  const expected = judge(...events).open
  expect(expected).toMatchObject([{ count: 2 }])
  expect(judge(...events.slice(0, 19).reverse(), ...events.slice(19).reverse()).open).toEqual(expected)
  const days = [...usual(20), ...morning(70, {}, date(24))]
  const pairs = days.map((_, i) => days[i % 2 ? i - 1 : Math.min(i + 1, days.length - 1)]!)
  expect(judge(...pairs).open).toEqual(judge(...days).open)
})

test('When the agency reimburses says nothing of when the doctor worked', () => {
  expect(judge(...morning(120), visit('old', 1380, { pay_loc: '1' })).open).toEqual([])
})

test('An internet hospital is no place from which anybody would have to travel', () => {
  const web = reference('institution', 'FAR', { name: 'FAR', admdvs: '990101', lon: 117.2699, lat: 0, is_internet: true })
  const both = [visit('1', 600), visit('2', 610, { fixmedins_code: 'FAR' })]
  expect(judge(...both).open).toHaveLength(1)
  expect(judge(web, ...both).open).toEqual([])
})

test('A visit that ended long before it was settled is work of that hour', () => {
  const settledAt = (minutes: number, ended: string, more: Wire = {}) =>
    visit(String(minutes), minutes, { endtime: ended && `2026-03-02 ${ended}`, ...more })
  const table = inpatient({
    ...{ setl_id: 'OP', setl_time: '2026-03-09 10:00:00', begntime: '2026-03-01 10:00:00', endtime: '2026-03-09 09:00:00' },
    oprninfo: [
      {
        ...{ oprn_oprt_code: '47.0900', oper_dr_codg: 'D990101000001' },
        ...{ oprn_begntime: '2026-03-02 09:00:00', oprn_endtime: '2026-03-02 12:00:00' },
      },
    ],
  })
  expect(judge(settledAt(600, '08:40:00'), table).open).toEqual([])
  for (const ended of ['09:20:00', '00:00:00', '']) expect(judge(settledAt(600, ended), table).open).toHaveLength(1)
  const far = (ended: string) => judge(settledAt(1200, '19:55:00'), settledAt(1230, ended, { fixmedins_code: 'FAR' })).open
  expect(far('18:29:00')).toEqual([])
  expect(far('18:30:00')).toHaveLength(1)
})
