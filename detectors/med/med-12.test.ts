import { expect, test } from 'vitest'
import { reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './med-12.ts'

/** So many slices of 10 yuan each, one gram of each a day. */
const slices = (count: number, line: Wire = {}) =>
  Array.from({ length: count }, (_, i) => ({
    ...{ med_list_codg: `T00070${String(i).padStart(4, '0')}`, feedetl_sn: String(i), list_type: '102', rxno: 'R1' },
    ...{ cnt: 7, pric: 10 / 7, prd_days: 7, det_item_fee_sumamt: 10, inscp_scp_amt: 10 },
    ...line,
  }))
const settled = (feedetail: Wire[], more: Wire = {}) => settlement({ setl_id: 'S', feedetail, ...more })
const judge = (...events: Wire[]) => run(detector, events)

test('More than 25 slices in one prescription are too many', () => {
  expect(judge(settled(slices(25)))).toMatchObject({ open: [], skipped: [] })
  const { open } = judge(settled(slices(26)))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'settlement', id: 'S' }, bucket: '|R1', severity: 3, result: 'suspicion' },
      evidence: { slices: 26, most_slices: 25, grams_per_dose: 26 },
    },
  ])
  // A twenty-sixth of all, rounded once.
  expect(open[0]).toMatchObject({ vola_amt: 1000, evidence: { vola_amt: 10 } })
  expect(open[0]!.lines.reduce((sum, { vola_amt }) => sum + vola_amt, 0)).toBe(1000)
  expect(open[0]!.lines.map(({ vola_amt }) => vola_amt).slice(0, 3)).toEqual([38, 39, 38])
  expect(detector.explain(open[0]!.evidence, 'zh')).toContain('26味(上限25)')
})

test('More than 500 grams in one dose are too much', () => {
  expect(judge(settled(slices(10, { cnt: 350 }))).open).toEqual([])
  expect(judge(settled(slices(10, { cnt: 350.7 }))).open).toMatchObject([{ evidence: { grams_per_dose: 501 } }])
  const told = (sin_dos_dscr: string) => settled(slices(10, { cnt: 900, sin_dos_dscr }))
  expect(judge(told('50g')).open).toEqual([])
  expect(judge(told('51克')).open).toHaveLength(1)
  expect(judge(told('每剂51克')).open).toHaveLength(1)
  expect(judge(told('51g/剂')).open).toHaveLength(1)
})

test('What is told is weighed, though one slice is silent', () => {
  const silent = { ...slices(1)[0], feedetl_sn: 'silent', prd_days: 0 }
  expect(judge(settled([silent, ...slices(10, { cnt: 350.7 })])).open).toMatchObject([{ evidence: { grams_per_dose: 501 } }])
  expect(judge(settled([silent, ...slices(10, { cnt: 350 })]))).toMatchObject({ open: [], skipped: ['CONFIDENCE_LOW'] })
})

test('The row of the item tells the weight of its unit', () => {
  const unit = (name: string) => slices(10).map(({ med_list_codg }) => reference('item', med_list_codg, { unit: name }))
  expect(judge(...unit('kg'), settled(slices(10, { cnt: 0.36 }))).open).toHaveLength(1)
  expect(judge(...unit('袋'), settled(slices(10, { cnt: 900 })))).toMatchObject({ open: [], skipped: ['CONFIDENCE_LOW'] })
})

test('Where the number of doses is not told, slices are counted but not weighed', () => {
  expect(judge(settled(slices(10, { cnt: 900, prd_days: 0 })))).toMatchObject({ open: [], skipped: ['CONFIDENCE_LOW'] })
  expect(judge(settled(slices(26, { prd_days: 0 }))).open).toMatchObject([{ evidence: { grams_per_dose: null } }])
})

test('Granules and what is used on the skin are exempt', () => {
  const granules = slices(26).map(({ med_list_codg }) => reference('item', med_list_codg, { tags: ['granule'] }))
  expect(judge(...granules, settled(slices(26))).open).toEqual([])
  expect(judge(settled(slices(26, { used_frqu_dscr: '外用 每日一次' }))).open).toEqual([])
  expect(judge(settled(slices(26, { medc_way_dscr: '外用熏洗' }))).open).toEqual([])
  expect(judge(settled(slices(26, { medc_way_dscr: '口服' }))).open).toHaveLength(1)
  expect(judge(settled(slices(26, { sin_dos_dscr: '熏洗' }))).open).toEqual([])
})

test('Two prescriptions are two; one slice on two lines is one', () => {
  expect(judge(settled([...slices(20), ...slices(10, { rxno: 'R2' })])).open).toEqual([])
  expect(judge(settled([...slices(25), { ...slices(1)[0], feedetl_sn: 'again' }])).open).toEqual([])
})

test('A void retracts', () => {
  const original = settled(slices(30))
  const { open, retracted } = judge(original, voidOf(original, '2026-03-03 10:00:00'))
  expect([open.length, retracted.length]).toEqual([0, 1])
})

test('A prescription of slices counts beside other goods, and the evidence sums up all of its lines', () => {
  const { open } = judge(settled([{ med_list_codg: 'XJ01', rxno: 'R2' }, ...slices(26)]))
  expect(open).toMatchObject([{ bucket: '|R1', vola_amt: 1000, evidence: { vola_amt: 10 } }])
  const kilograms = slices(10).map(({ med_list_codg }) => reference('item', med_list_codg, { unit: 'kg' }))
  expect(judge(...kilograms, settled(slices(10, { cnt: 0.35 }))).open).toEqual([])
  expect(judge(...kilograms, settled(slices(10, { cnt: 0.3507 }))).open).toMatchObject([{ evidence: { grams_per_dose: 501 } }])
})

test('A prescription that the person pays alone is no matter of the fund', () => {
  expect(judge(settled(slices(26, { inscp_scp_amt: 0 }))).open).toEqual([])
})
