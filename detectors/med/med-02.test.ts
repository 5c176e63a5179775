import { expect, test } from 'vitest'
import { reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './med-02.ts'

const CODE = 'XN02BEA000A001010100001'
const label = (row: Wire) => reference('item', CODE, { name: '对乙酰氨基酚片', ...row })
const GRAMS = label({ max_daily_dose: 2, dose_unit: 'g' })
const prescribed = (sin_dos_dscr: string, used_frqu_dscr: string, more: Wire = {}) =>
  settlement({ setl_id: 'S', feedetail: [{ med_list_codg: CODE, pric: 18.5, sin_dos_dscr, used_frqu_dscr, ...more }] })
const judge = (...events: Wire[]) => run(detector, events)

test('More than the greatest daily dose of the label is a suspicion by the line', () => {
  const { open } = judge(GRAMS, prescribed('1g', 'q8h'))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'settlement', id: 'S' }, bucket: '', severity: 3, result: 'suspicion', vola_amt: 1850 },
      evidence: { lines: [{ daily_dose: 3, max_daily_dose: 2, unit: 'g', confidence: 'unit' }] },
    },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toContain('日剂量3g，说明书上限2g')
})

test('The greatest dose itself, and a thousandth more, are none', () => {
  expect(judge(GRAMS, prescribed('1g', 'bid')).open).toEqual([])
  expect(judge(GRAMS, prescribed('1.001g', 'bid')).open).toEqual([])
  expect(judge(GRAMS, prescribed('1.002g', 'bid')).open).toHaveLength(1)
  expect(judge(label({ max_daily_dose: 3, dose_unit: 'g' }), prescribed('1.001g', 'tid')).open).toEqual([])
})

test('Doses are converted into the unit of the label', () => {
  expect(judge(GRAMS, prescribed('500mg', 'qid')).open).toEqual([])
  expect(judge(GRAMS, prescribed('600mg', 'qid')).open).toHaveLength(1)
})

test('A label without a unit is taken in the unit of the prescription, unless that cannot be', () => {
  const units = label({ max_daily_dose: 6 })
  expect(judge(units, prescribed('2iu', 'tid')).open).toEqual([])
  expect(judge(units, prescribed('3iu', 'tid')).open).toMatchObject([{ evidence: { lines: [{ confidence: 'number' }] } }])
  expect(judge(units, prescribed('119iu', 'qd')).open).toHaveLength(1)
  expect(judge(units, prescribed('120mg', 'qd'))).toMatchObject({ open: [], skipped: ['CONFIDENCE_LOW'] })
})

test('Of tablets and millilitres nobody knows what they hold: only a label in the same unit limits them', () => {
  for (const dose of ['3片', '30ml']) {
    expect(judge(label({ max_daily_dose: 2 }), prescribed(dose, 'tid'))).toMatchObject({ open: [], skipped: ['CONFIDENCE_LOW'] })
    const same = label({ max_daily_dose: 8, dose_unit: dose.replace(/\d+/, '') })
    expect(judge(same, prescribed(dose, 'tid')).open).toMatchObject([{ evidence: { lines: [{ confidence: 'unit' }] } }])
  }
})

test('A label without a unit that cannot mean milligrams means grams', () => {
  const grams = label({ max_daily_dose: 3 })
  expect(judge(grams, prescribed('750mg', 'qid'))).toMatchObject({ open: [], skipped: ['CONFIDENCE_LOW'] })
  expect(judge(grams, prescribed('750.75mg', 'qid'))).toMatchObject({ open: [], skipped: ['CONFIDENCE_LOW'] })
  expect(judge(grams, prescribed('800mg', 'qid')).open).toMatchObject([{ evidence: { lines: [{ daily_dose: 3.2, unit: 'g' }] } }])
  expect(judge(grams, prescribed('59mg', 'qd')).open).toMatchObject([{ evidence: { lines: [{ unit: 'mg' }] } }])
})

test('A label without a unit that cannot mean grams means milligrams', () => {
  const milligrams = label({ max_daily_dose: 2000 })
  expect(judge(milligrams, prescribed('0.5g', 'qid'))).toMatchObject({ open: [], skipped: [] })
  expect(judge(milligrams, prescribed('0.75g', 'qid')).open).toMatchObject([
    { evidence: { lines: [{ daily_dose: 3000, unit: 'mg', max_daily_dose: 2000 }] } },
  ])
  // Thirty grams of a thing of which one takes grams.
  expect(judge(label({ max_daily_dose: 30 }), prescribed('1g', 'qd'))).toMatchObject({ open: [], skipped: ['CONFIDENCE_LOW'] })
  expect(judge(label({ max_daily_dose: 30 }), prescribed('10g', 'tid'))).toMatchObject({ open: [], skipped: [] })
  // Twenty times the label, or a twentieth of it, may be another unit; twenty times in the other unit too is nothing at all.
  expect(judge(label({ max_daily_dose: 20 }), prescribed('1g', 'qd'))).toMatchObject({ open: [], skipped: ['CONFIDENCE_LOW'] })
  expect(judge(label({ max_daily_dose: 20 }), prescribed('1.01g', 'qd'))).toMatchObject({ open: [], skipped: [] })
  expect(judge(label({ max_daily_dose: 50 }), prescribed('1g', 'qd'))).toMatchObject({ open: [], skipped: ['CONFIDENCE_LOW'] })
  expect(judge(label({ max_daily_dose: 50 }), prescribed('0.99g', 'qd')).open).toMatchObject([
    { evidence: { lines: [{ daily_dose: 990, unit: 'mg' }] } },
  ])
})

test('What is not understood beyond doubt is not judged', () => {
  for (const [dose, frequency] of [
    ['9片', 'tid'],
    ['1-2g', 'tid'],
    ['9g', '必要时'],
    ['', ''],
  ] as const)
    expect(judge(GRAMS, prescribed(dose, frequency))).toMatchObject({ open: [], skipped: ['CONFIDENCE_LOW'] })
})

test('Drugs without a known label, and lines taken back, are passed by', () => {
  expect(judge(label({}), prescribed('9g', 'tid'))).toMatchObject({ open: [], skipped: [] })
  const back = { med_list_codg: CODE, sin_dos_dscr: '9g', used_frqu_dscr: 'tid' }
  expect(judge(GRAMS, settlement({ feedetail: [back, { ...back, cnt: -1 }] })).open).toEqual([])
})

test('A void retracts', () => {
  const original = prescribed('1g', 'q6h')
  const { open, retracted } = judge(GRAMS, original, voidOf(original, '2026-03-03 10:00:00'))
  expect([open.length, retracted.length]).toEqual([0, 1])
})

test('Every line above its label adds to what the evidence says, and a label of no dose limits nothing', () => {
  const line = (pric: number) => ({ med_list_codg: CODE, pric, sin_dos_dscr: '1g', used_frqu_dscr: 'q8h' })
  const both = settlement({ feedetail: [line(18.5), {}, line(20)] })
  expect(judge(GRAMS, both).open).toMatchObject([{ vola_amt: 3850, evidence: { vola_amt: 38.5 } }])
  expect(judge(label({ max_daily_dose: 0, dose_unit: 'g' }), both)).toMatchObject({ open: [], skipped: [] })
})

test('Where other drugs have doses of their own, the sentence gives what all come to apart from the first’s', () => {
  const other = reference('item', 'OTHER', { name: '布洛芬', max_daily_dose: 1, dose_unit: 'g' })
  const dose = { sin_dos_dscr: '1g', used_frqu_dscr: 'q8h' }
  const feedetail = [
    { med_list_codg: CODE, pric: 18.5, ...dose },
    { med_list_codg: 'OTHER', pric: 20, ...dose },
  ]
  const { open } = judge(GRAMS, other, settlement({ feedetail }))
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('对乙酰氨基酚片日剂量3g，说明书上限2g，连同另1项，2条明细共38.50元。')
})
