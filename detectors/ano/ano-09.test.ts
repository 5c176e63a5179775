import { expect, test } from 'vitest'
import { parseInstant } from '../../schemas/time.ts'
import type { Told } from '../detector.ts'
import { reference, settlement, voidOf } from '../testing/events.ts'
import { type Given, run, type Wire } from '../testing/scenario.ts'
import detector from './ano-09.ts'

const KNOWN = [
  reference('item', 'XA', { generic: '甲', list_type: '101', pack_days: 30 }),
  reference('item', 'XB', { generic: '乙', list_type: '101', pack_days: 30 }),
  reference('watch_list', 'w', { code: 'XA', reason: '回流药' }),
]
const date = (day: number) => new Date(Date.UTC(2026, 0, 5) + day * 86_400_000).toISOString().slice(0, 10)

/** So many boxes of thirty days (fund share 7.00 each) at the n-th pharmacy, on the so-manyth day after a Monday. */
const fill = (place: number, day: number, cnt = 1, med_list_codg = 'XA', more: Wire = {}) =>
  settlement({
    ...{ setl_id: `S${String(day).padStart(3, '0')}-${place}`, fixmedins_code: `P9901010000${place}`, med_type: '41' },
    ...{ setl_time: `${date(day)} 10:00:00`, feedetail: [{ med_list_codg, cnt }] },
    ...more,
  })
/** Six pharmacies, one each Monday, so many boxes in all. */
const tour = (code = 'XA', boxes = 1) => Array.from({ length: 6 }, (_, i) => fill(i, i * 7, boxes, code))
const told = (values: boolean, day: number): Told => {
  const at = parseInstant(`${date(day)} 12:00:00`)
  return { kind: 'told', topic: 'MGT-18/resold', of: 'P1', period: 'T1', at, admdvs: '990101', values }
}
const judge = (...events: Given[]) => run(detector, [...KNOWN, ...events])

test('Six institutions, twice the days and watched drugs together are a suspicion against the person', () => {
  const { open } = judge(...tour())
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'person', id: 'P1' }, bucket: '2026-01', severity: 2, result: 'suspicion' },
      ...{ vola_amt: 4200, count: 6, psn_no: 'P1' },
      evidence: {
        score: 0.7,
        parts: {
          institutions: { generic: '甲', count: 6, weight: 0.25 },
          supply: { days: 180, weight: 0.25 },
          watched: { share: 1, weight: 0.2 },
          odd_hours: { share: 0, weight: 0 },
        },
      },
    },
  ])
  expect(open[0]!.setl_ids).toHaveLength(6)
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe(
    '2026-01-05至2026-02-09在6家机构购药6笔，甲涉6家，甲共180天量，重点药占100%，得分0.7，基金42.00元。',
  )
})

test('The evidence is that of the window that says most', () => {
  const longer = Array.from({ length: 9 }, (_, i) => fill(i, i * 7, 2))
  const { evidence } = judge(...longer).open[0]!
  expect(evidence).toMatchObject({
    score: 0.7,
    window: { from: '2026-01-05T10:00:00+08:00', to: '2026-03-02T10:00:00+08:00' },
    parts: { institutions: { count: 9 }, supply: { days: 540 } },
  })
  expect(detector.explain(evidence, 'zh')).toBe(
    '2026-01-05至2026-03-02在9家机构购药9笔，甲涉9家，甲共540天量，重点药占100%，得分0.7，基金126.00元。',
  )
  // Of several windows with thirteen purchases each the last has most places.
  const long = [
    ...Array.from({ length: 13 }, (_, i) => fill(i % 6, i * 7)),
    ...[6, 7, 8].map((place) => fill(place, place * 7 + 49)),
  ]
  const { evidence: late } = judge(...long).open[0]!
  expect(late.window).toEqual({ from: '2026-01-26T10:00:00+08:00', to: '2026-04-20T10:00:00+08:00' })
  expect(late).toMatchObject({ settlements: 16, parts: { institutions: { count: 9 }, supply: { days: 390 } } })
  expect(detector.explain(late, 'en')).toBe(
    'From 2026-01-05 to 2026-04-20 drugs were bought 16 times at 9 institutions: from 2026-01-26 to 2026-04-20 甲 at 9, 甲 for 390 days, 100 % on the watch list; score 0.7, 112.00 yuan of the fund.',
  )
})

test('Each of them is needed', () => {
  expect(judge(...tour('XB')).open).toEqual([])
  expect(judge(...tour().slice(0, 5), fill(0, 35)).open).toEqual([])
  expect(judge(...tour().slice(0, 5), fill(5, 35, 1, 'XA', { feedetail: [{ med_list_codg: 'XA', prd_days: 29 }] })).open).toEqual(
    [],
  )
})

test('Ninety days are the window', () => {
  const late = (day: number) => [...tour().slice(0, 5), fill(5, day)]
  expect(judge(...late(89)).open).toHaveLength(1)
  expect(judge(...late(90)).open).toEqual([])
})

test('Seven tenths of the drugs must be watched, by number', () => {
  const mixed = (watched: number) =>
    tour().map((_, i) =>
      fill(i, i * 7, 1, 'XA', { feedetail: [{ med_list_codg: 'XA' }, ...(i < watched ? [] : [{ med_list_codg: 'XB' }])] }),
    )
  expect(judge(...mixed(4)).open).toHaveLength(1)
  expect(judge(...mixed(3)).open).toEqual([])
})

test('A package that was sold again counts as much, and makes it red', () => {
  expect(judge(...tour('XB'), told(true, 36)).open).toMatchObject([
    { severity: 1, evidence: { score: 0.7, parts: { resold: { packages: 1, weight: 0.2 } } } },
  ])
  expect(judge(...tour('XB'), told(true, 36), told(false, 37))).toMatchObject({ open: [], retracted: [{}] })
})

test('Nights and weekends add a tenth', () => {
  const saturdays = Array.from({ length: 6 }, (_, i) => fill(i, i * 7 + 5))
  expect(judge(...saturdays).open).toMatchObject([{ evidence: { score: 0.8, parts: { odd_hours: { share: 1, weight: 0.1 } } } }])
})

test('Emergencies, wards and what is no drug do not count', () => {
  for (const med_type of ['13', '21']) expect(judge(...tour().map((event) => ({ ...event, med_type }))).open).toEqual([])
  const service = tour().map((_, i) => fill(i, i * 7, 1, 'XA', { feedetail: [{ med_list_codg: 'XA', list_type: '201' }] }))
  expect(judge(...service).open).toEqual([])
})

test('Of a split package single units are given, not packages; what the settlement itself takes back was not given', () => {
  const tablets = reference('item', 'XC', { generic: '丙', list_type: '101', pack_days: 30, pack_units: 60 })
  const split = (cnt: number) =>
    tour().map((_, i) => fill(i, i * 7, 1, 'XC', { feedetail: [{ med_list_codg: 'XC', cnt, trdn_flag: '1' }] }))
  const watched = reference('watch_list', 'w2', { code: 'XC', reason: '回流药' })
  expect(judge(tablets, watched, ...split(59)).open).toEqual([])
  expect(judge(tablets, watched, ...split(60)).open).toMatchObject([{ evidence: { parts: { supply: { days: 180 } } } }])
  const back = { med_list_codg: 'XA', cnt: -1, det_item_fee_sumamt: -10, inscp_scp_amt: -10 }
  const charged = (cnt: number) => ({
    feedetail: [
      { med_list_codg: 'XA', cnt, feedetl_sn: '1' },
      { ...back, feedetl_sn: '2' },
    ],
  })
  const returned = (cnt: number) => [...tour().slice(0, 5), fill(5, 35, 1, 'XA', charged(cnt))]
  expect(judge(...returned(1)).open).toEqual([])
  expect(judge(...returned(2)).open).toMatchObject([{ evidence: { parts: { supply: { days: 180 } } } }])
})

test('A void takes it back, also much later', () => {
  const events = tour()
  expect(judge(...events, voidOf(events[2]!, '2026-09-02 10:00:00'))).toMatchObject({ open: [], retracted: [{}] })
})

test('Bills of a year that the agency reimburses on a day are no hoard', () => {
  expect(judge(...tour().map((bill) => ({ ...bill, pay_loc: '1' }))).open).toEqual([])
})

test('The words name the packages that were sold again, and nights where they count', () => {
  const { parts } = detector.example
  const more = { ...parts, odd_hours: { share: 0.6, weight: 0.1 }, resold: { packages: 1, weight: 0.2 } }
  const said = { ...detector.example, parts: more, settlements: 1 }
  expect(detector.explain(said, 'zh')).toContain('重点药占90%，夜间周末占60%，1盒被再次售出，')
  expect(detector.explain(said, 'en')).toContain('90 % on the watch list, 60 % at night or at weekends, 1 package sold again;')
  expect(detector.explain(detector.example, 'zh')).not.toMatch(/夜间|再次/)
})
