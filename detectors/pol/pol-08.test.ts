import { expect, test } from 'vitest'
import { HOSPITAL, reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import detector from './pol-08.ts'

const CODE = 'XJ01MAA001A001010100001'
const limit = (row: object) => reference('age_limit', 'a', { code: CODE, ...row })
const born = (brdy: string, fee_ocur_time = '2026-03-02 10:00:00') =>
  settlement({ setl_id: 'S', brdy, feedetail: [{ med_list_codg: CODE, pric: 46.5, fee_ocur_time }] })

test('An adult drug for a child is a violation by the line’s in-policy amount', () => {
  const { open } = run(detector, [HOSPITAL, limit({ min_years: 18 }), born('2008-03-03')])
  expect(open).toMatchObject([
    { subject: { type: 'settlement', id: 'S' }, bucket: '', severity: 2, result: 'violation', vola_amt: 4650 },
  ])
  expect(open[0]!.evidence).toMatchObject({ lines: [{ years: 17, min_years: 18, max_years: null }] })
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe(`患者17岁，${CODE}限满18岁，1条明细共46.50元。`)
})

test('The lower limit is inclusive, on the birthday itself', () => {
  expect(run(detector, [HOSPITAL, limit({ min_years: 18 }), born('2008-03-02')]).open).toEqual([])
})

test('What the person pays alone is no matter of the fund', () => {
  const alone = settlement({ brdy: '2015-03-03', feedetail: [{ med_list_codg: CODE, pric: 46.5, inscp_scp_amt: 0 }] })
  expect(run(detector, [HOSPITAL, limit({ min_years: 18 }), alone])).toMatchObject({ open: [], skipped: [] })
})

test('The upper limit is exclusive, in completed years', () => {
  const children = limit({ max_years: 14 })
  expect(run(detector, [HOSPITAL, children, born('2012-03-03')]).open).toEqual([])
  expect(run(detector, [HOSPITAL, children, born('2012-03-02')]).open).toHaveLength(1)
})

test('Newborn care ends after its last day of life', () => {
  const newborn = limit({ max_days: 28 })
  expect(run(detector, [HOSPITAL, newborn, born('2026-02-02')]).open).toEqual([])
  const { open } = run(detector, [HOSPITAL, newborn, born('2026-02-01')])
  expect(open).toMatchObject([{ evidence: { lines: [{ days: 29, max_days: 28 }] } }])
  expect(detector.explain(open[0]!.evidence, 'en')).toContain('29 days old')
})

test('The day of the fee counts, not that of the settlement', () => {
  expect(run(detector, [HOSPITAL, limit({ min_years: 18 }), born('2008-03-02', '2026-03-01 10:00:00')]).open).toHaveLength(1)
})

test('A missing, default or impossible day of birth is not judged', () => {
  for (const brdy of ['', '1900-01-01', '2026-03-03']) {
    expect(run(detector, [HOSPITAL, limit({ max_years: 14 }), born(brdy)])).toMatchObject({
      open: [],
      skipped: ['INPUT_MISSING'],
    })
  }
  expect(run(detector, [HOSPITAL, settlement({ brdy: '' })]).skipped).toEqual([])
})

test('A void retracts', () => {
  const original = born('2012-03-02')
  const { open, retracted } = run(detector, [
    HOSPITAL,
    limit({ max_years: 14 }),
    original,
    voidOf(original, '2026-03-02 17:00:00'),
  ])
  expect(open).toEqual([])
  expect(retracted).toHaveLength(1)
})

test('One line before the birth leaves the whole settlement unjudged; the day of birth itself is none before it', () => {
  const newborn = limit({ min_years: 1 })
  const line = (fee_ocur_time: string) => ({ med_list_codg: CODE, fee_ocur_time })
  const both = settlement({ brdy: '2026-03-02', feedetail: [line('2026-03-01 10:00:00'), line('2026-03-02 10:00:00')] })
  expect(run(detector, [HOSPITAL, newborn, both])).toMatchObject({ open: [], skipped: ['INPUT_MISSING'] })
  expect(run(detector, [HOSPITAL, newborn, born('2026-03-02')]).open).toHaveLength(1)
})

test('The sentence names the bounds that there are, in both languages', () => {
  const bounds = (row: object, language: 'zh' | 'en') => {
    const { open } = run(detector, [HOSPITAL, limit(row), born('1960-02-03')])
    return detector.explain(open[0]!.evidence, language)
  }
  expect(bounds({ max_years: 14 }, 'en')).toContain('limited to below 14 years:')
  expect(bounds({ min_years: 6, max_years: 14 }, 'en')).toContain('limited to 6 years and above and below 14 years:')
  expect(bounds({ min_years: 6, max_years: 14 }, 'zh')).toContain('限满6岁、不满14岁，')
  expect(bounds({ max_days: 28 }, 'en')).toContain('limited to the first 28 days of life:')
  expect(bounds({ max_years: 1 }, 'en')).toContain('limited to below 1 year:')
})

test('Where other items have limits of their own, the sentence gives what all come to apart from the first’s limit', () => {
  const other = reference('age_limit', 'b', { code: 'OTHER', min_years: 60 })
  const visit = settlement({
    brdy: '2008-03-03',
    feedetail: [
      { med_list_codg: CODE, pric: 46.5 },
      { med_list_codg: 'OTHER', pric: 3.5 },
    ],
  })
  const { open } = run(detector, [HOSPITAL, limit({ min_years: 18 }), other, visit])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe(`患者17岁，${CODE}限满18岁，连同另1项，2条明细共50.00元。`)
})

test('What is for newborns alone is billed under the mother at a birth', () => {
  const at = (med_type: string, gend: string) =>
    settlement({ brdy: '1995-02-03', med_type, gend, feedetail: [{ med_list_codg: CODE }] })
  const open = (row: object, bill: ReturnType<typeof at>) => run(detector, [HOSPITAL, limit(row), bill]).open
  expect(open({ max_days: 28 }, at('52', '2'))).toEqual([])
  expect(open({ max_days: 28 }, at('21', '2'))).toHaveLength(1)
  expect(open({ max_days: 28 }, at('52', '1'))).toHaveLength(1)
  expect(open({ max_years: 14 }, at('52', '2'))).toHaveLength(1)
})
