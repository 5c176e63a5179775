import { expect, test } from 'vitest'
import { HOSPITAL, inpatient, reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import detector from './pol-07.ts'

const CODE = '002101030290001'
const limit = reference('gender_limit', 'g-1', { code: CODE, gend: '2' }, { effective_from: '2026-01-01' })
const item = reference('item', CODE, { name: '女性专用检查(样例)' })
const line = { med_list_codg: CODE, pric: 80 }
const charged = (more: object = {}) => settlement({ setl_id: 'S', gend: '1', feedetail: [{}, line], ...more })
const person = (gend: string) => reference('person', 'P1', { gend })

test('An item for women charged to a man is a violation by the line’s in-policy amount', () => {
  const { open } = run(detector, [HOSPITAL, limit, item, person('1'), charged()])
  expect(open).toMatchObject([
    { subject: { type: 'settlement', id: 'S' }, bucket: '', severity: 2, result: 'violation', vola_amt: 8000, count: 1 },
  ])
  expect(open[0]!.lines).toEqual([{ setl_id: 'S', feedetl_sn: '2', vola_item_type: 1, vola_amt: 8000 }])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('男性患者使用限女性项目女性专用检查(样例)，1条明细共80.00元。')
})

test('The item is for women', () => {
  expect(run(detector, [HOSPITAL, limit, charged({ gend: '2' })]).open).toEqual([])
})

test('The limit holds from its day on', () => {
  const earlier = charged({ setl_time: '2025-12-31 10:00:00' })
  expect(run(detector, [HOSPITAL, limit, earlier]).open).toEqual([])
})

test('An unknown gender is not judged, and only a limited item asks for it', () => {
  expect(run(detector, [HOSPITAL, limit, charged({ gend: '9' })])).toMatchObject({ open: [], skipped: ['INPUT_MISSING'] })
  expect(run(detector, [HOSPITAL, limit, settlement({ gend: '' })])).toMatchObject({ open: [], skipped: [] })
})

test('Where the register says another gender, the record is at fault and not the item', () => {
  expect(run(detector, [HOSPITAL, limit, person('2'), charged()])).toMatchObject({ open: [], skipped: ['INPUT_MISSING'] })
})

test('A newborn boy is billed under his mother', () => {
  const forBoys = reference('gender_limit', 'g-2', { code: CODE, gend: '1' })
  const mother = inpatient({ gend: '2', med_type: '52', feedetail: [line] })
  expect(run(detector, [HOSPITAL, forBoys, mother]).open).toEqual([])
  const ward = inpatient({ gend: '2', med_type: '21', feedetail: [line] })
  expect(run(detector, [HOSPITAL, forBoys, ward]).open).toHaveLength(1)
})

test('A line that was taken back is not charged', () => {
  const back = charged({ feedetail: [line, { ...line, cnt: -1 }] })
  expect(run(detector, [HOSPITAL, limit, back]).open).toEqual([])
})

test('What the person pays alone is no matter of the fund', () => {
  const alone = charged({ feedetail: [{}, { ...line, inscp_scp_amt: 0 }] })
  expect(run(detector, [HOSPITAL, limit, alone]).open).toEqual([])
})

test('A void retracts', () => {
  const original = charged()
  const { open, retracted } = run(detector, [HOSPITAL, limit, original, voidOf(original, '2026-03-02 17:00:00')])
  expect(open).toEqual([])
  expect(retracted).toHaveLength(1)
})

test('Of several items the sentence says how many', () => {
  const other = reference('gender_limit', 'g-other', { code: 'OTHER', gend: '2' })
  const { open } = run(detector, [
    HOSPITAL,
    limit,
    other,
    item,
    charged({ feedetail: [line, { med_list_codg: 'OTHER', pric: 20 }] }),
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('男性患者使用限女性项目女性专用检查(样例)等2项，2条明细共100.00元。')
  expect(detector.explain(open[0]!.evidence, 'en')).toBe(
    'A male patient was charged 女性专用检查(样例) and 1 other item, limited to female patients: 2 lines, 100.00 yuan.',
  )
})
