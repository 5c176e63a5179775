import { expect, test } from 'vitest'
import { HOSPITAL, type LineGiven, reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import detector from './pol-16.ts'

const [GLUE, CLOVE, STAR, ROOT] = ['T001700233', 'T000700200', 'T000700201', 'T000100001']
const KNOWN = [
  HOSPITAL,
  reference('herbal_unpaid', GLUE, { mode: 'ANY' }),
  reference('herbal_unpaid', CLOVE, { mode: 'SINGLE' }),
  reference('herbal_unpaid', STAR, { mode: 'SINGLE' }),
  reference('item', GLUE, { name: '阿胶' }),
  reference('item', CLOVE, { name: '丁香' }),
]
const slice = (med_list_codg: string, more: object = {}): LineGiven => {
  return { med_list_codg, list_type: '102', pric: 15, rxno: 'R1', ...more }
}
const given = (...feedetail: LineGiven[]) => settlement({ setl_id: 'S', feedetail })
const openAfter = (...feedetail: LineGiven[]) => run(detector, [...KNOWN, given(...feedetail)]).open

test('A slice that is never paid is a violation in any prescription', () => {
  const open = openAfter(slice(ROOT), slice(GLUE, { cnt: 3 }))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'settlement', id: 'S' }, bucket: '', severity: 3, result: 'violation', vola_amt: 4500 },
      ...{ setl_ids: ['S'], lines: [{ feedetl_sn: '2', vola_item_type: 1, vola_amt: 4500 }] },
    },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('阿胶单复方均不予支付，1条明细共45.00元。')
})

test('A slice that is not paid alone is a violation alone, and among its like', () => {
  const open = openAfter(slice(CLOVE))
  expect(open).toMatchObject([{ result: 'violation', vola_amt: 1500, evidence: { lines: [{ mode: 'SINGLE' }] } }])
  expect(detector.explain(open[0]!.evidence, 'zh')).toContain('单方使用不予支付')
  expect(detector.explain(open[0]!.evidence, 'en')).toContain('without other slices')
  expect(openAfter(slice(CLOVE), slice(STAR))).toMatchObject([{ vola_amt: 3000, count: 2 }])
})

test('In a prescription with other slices it is paid', () => {
  expect(openAfter(slice(CLOVE), slice(ROOT))).toEqual([])
  expect(openAfter(slice(CLOVE), slice(GLUE, { inscp_scp_amt: 0 }))).toEqual([])
})

test('Tablets beside it do not make it a compound', () => {
  expect(openAfter(slice(CLOVE), { rxno: 'R1' })).toHaveLength(1)
})

test('What the person pays alone is no matter of the fund', () => {
  expect(openAfter(slice(GLUE, { inscp_scp_amt: 0 }))).toEqual([])
  expect(openAfter(slice(CLOVE, { inscp_scp_amt: 0 }))).toEqual([])
})

test('Each prescription is judged by itself; one that the system may have cut from another is suspected only', () => {
  expect(openAfter(slice(CLOVE), slice(ROOT, { rxno: 'R2' }))).toMatchObject([{ result: 'suspicion', vola_amt: 1500 }])
  expect(openAfter(slice(CLOVE), slice(ROOT, { rxno: 'R2', bilg_dr_codg: 'D2' }))).toMatchObject([{ result: 'violation' }])
  const dayBefore = { rxno: 'R2', fee_ocur_time: '2026-03-01 10:00:00' }
  expect(openAfter(slice(CLOVE), slice(ROOT, dayBefore))).toMatchObject([{ result: 'violation' }])
  expect(openAfter(slice(CLOVE), slice(GLUE, { rxno: 'R2' }), slice(ROOT, { rxno: 'R2' }))).toMatchObject([
    { result: 'violation', vola_amt: 3000 },
  ])
  // What another doctor ordered, and the person paid alone, makes it no more certain.
  const own = { rxno: 'R3', bilg_dr_codg: 'D2', inscp_scp_amt: 0 }
  expect(openAfter(slice(CLOVE), slice(ROOT, { rxno: 'R2' }), slice(STAR, own))).toMatchObject([{ result: 'suspicion' }])
})

test('Without numbers a prescription is what a doctor ordered on one day', () => {
  expect(openAfter(slice(CLOVE, { rxno: '' }), slice(ROOT, { rxno: '' }))).toEqual([])
  expect(openAfter(slice(CLOVE, { rxno: '' }), slice(ROOT, { rxno: '', bilg_dr_codg: 'D2' }))).toHaveLength(1)
})

test('Only slices are judged', () => {
  expect(openAfter(slice(GLUE, { list_type: '101' }))).toEqual([])
  expect(openAfter(slice(GLUE, { list_type: '' }))).toHaveLength(1)
})

test('A row without a mode never pays, and one of another time says nothing', () => {
  const row = reference('herbal_unpaid', ROOT, {})
  expect(run(detector, [...KNOWN, row, given(slice(ROOT), slice(CLOVE))]).open).toMatchObject([{ vola_amt: 1500 }])
  const later = reference('herbal_unpaid', ROOT, {}, { effective_from: '2026-04-01' })
  expect(run(detector, [...KNOWN, later, given(slice(ROOT))]).open).toEqual([])
})

test('A void retracts', () => {
  const original = given(slice(GLUE))
  const { open, retracted } = run(detector, [...KNOWN, original, voidOf(original, '2026-03-02 17:00:00')])
  expect(open).toEqual([])
  expect(retracted).toHaveLength(1)
})

test('Where other slices are unpaid for another reason, the sentence gives what all come to apart from the first’s', () => {
  const open = openAfter(slice(GLUE, { cnt: 3 }), slice(CLOVE, { rxno: 'R2' }))
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('阿胶单复方均不予支付，连同另1项，2条明细共60.00元。')
})
