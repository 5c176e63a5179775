import { expect, test } from 'vitest'
import { HOSPITAL, inpatient, type LineGiven, reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import detector from './pol-20.ts'

const [PRESSURE, SUGAR] = ['XC08CAA001A001010100001', 'XA10BAA001A001010100001']
const registered = (...chronic: object[]) => reference('person', 'P1', { chronic })
const list = (disease: string, codes: string[], validity: { effective_from?: string } = {}) =>
  reference('chronic_list', disease, { codes }, validity)
const HYPERTENSION = list('M1', [PRESSURE])
const drug = (med_list_codg: string, more: object = {}): LineGiven => ({ med_list_codg, pric: 31.5, ...more })
const given = (more: object = {}, ...lines: LineGiven[]) =>
  settlement({ setl_id: 'S', med_type: '14', feedetail: lines.length > 0 ? lines : [drug(PRESSURE), drug(SUGAR)], ...more })
const KNOWN = [HOSPITAL, registered({ dise_codg: 'M1' }), HYPERTENSION, reference('item', SUGAR, { name: '降糖药' })]

test('A drug in the list of none of the registered diseases is a violation by the line', () => {
  const { open } = run(detector, [...KNOWN, given()])
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'settlement', id: 'S' }, bucket: '', severity: 3, result: 'violation', vola_amt: 3150 },
      ...{ setl_ids: ['S'], lines: [{ feedetl_sn: '2', vola_item_type: 1, vola_amt: 3150 }] },
    },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('降糖药不在门慢特病种M1用药目录内，1条明细共31.50元。')
})

test('The list of any registered disease suffices, whichever the settlement names', () => {
  const both = registered({ dise_codg: 'M1' }, { dise_codg: 'M2' })
  expect(run(detector, [HOSPITAL, both, HYPERTENSION, list('M2', [SUGAR]), given({ dise_codg: 'M1' })]).open).toEqual([])
  expect(run(detector, [...KNOWN, list('M2', [SUGAR]), given({ dise_codg: 'M2' })]).open).toHaveLength(1)
})

test('A registration counts on its days alone', () => {
  const until = (to: string) => registered({ dise_codg: 'M1' }, { dise_codg: 'M2', from: '2026-03-02', to })
  const lists = [HYPERTENSION, list('M2', [SUGAR])]
  expect(run(detector, [HOSPITAL, until('2026-03-02'), ...lists, given()]).open).toEqual([])
  expect(
    run(detector, [HOSPITAL, registered({ dise_codg: 'M1' }, { dise_codg: 'M2', to: '2026-03-01' }), ...lists, given()]).open,
  ).toHaveLength(1)
  const { open } = run(detector, [HOSPITAL, registered({ dise_codg: 'M1', to: '2026-03-01' }), ...lists, given()])
  expect(open).toMatchObject([{ count: 2, evidence: { diseases: [] } }])
  expect(detector.explain(open[0]!.evidence, 'zh')).toContain('无有效登记')
})

const NONE = registered()

test('Who is registered for no disease is taken at the settlement’s word', () => {
  expect(run(detector, [HOSPITAL, NONE, HYPERTENSION, given({ dise_codg: 'M1' })]).open).toMatchObject([
    { vola_amt: 3150, evidence: { registered: false } },
  ])
  expect(run(detector, [HOSPITAL, NONE, HYPERTENSION, given()])).toMatchObject({ open: [], skipped: ['INPUT_MISSING'] })
})

test('Of whom the register says nothing may be registered for any disease: only what is in no list at all is a violation', () => {
  const lists = [HYPERTENSION, list('M2', [SUGAR])]
  const skip = { open: [], skipped: ['INPUT_MISSING'] }
  expect(run(detector, [HOSPITAL, ...lists, given({ dise_codg: 'M1' })])).toMatchObject(skip)
  const insuredOnly = reference('person', 'P1', { insured: [{ insutype: '310', from: '2020-01-01' }] })
  expect(run(detector, [HOSPITAL, insuredOnly, ...lists, given({ dise_codg: 'M1' })])).toMatchObject(skip)
  expect(run(detector, [HOSPITAL, NONE, ...lists, given({ dise_codg: 'M1' })]).open).toHaveLength(1)
  const more = given({ dise_codg: 'M1' }, drug(PRESSURE), drug(SUGAR), drug('XN03AGB062A001010102001', { pric: 12 }))
  expect(run(detector, [HOSPITAL, ...lists, more]).open).toMatchObject([
    { vola_amt: 1200, lines: [{ feedetl_sn: '3' }], evidence: { diseases: ['M1'], registered: false } },
  ])
})

test('Who is registered for none and was seen for several diseases may be registered for each of them', () => {
  const seenFor = (...codes: string[]) =>
    given({
      dise_codg: 'M1',
      diseinfo: codes.map((diag_code, i) => ({ diag_type: '1', maindiag_flag: i === 0 ? '1' : '0', diag_code })),
    })
  expect(run(detector, [HOSPITAL, NONE, HYPERTENSION, seenFor('I10.x00', 'E11.900')])).toMatchObject({
    open: [],
    skipped: ['INPUT_MISSING'],
  })
  expect(run(detector, [HOSPITAL, NONE, HYPERTENSION, seenFor('I10.x00', 'I10.x05')]).open).toHaveLength(1)
  expect(run(detector, [...KNOWN, seenFor('I10.x00', 'E11.900')]).open).toHaveLength(1)
})

test('A disease whose list is not known may pay for anything', () => {
  const both = registered({ dise_codg: 'M1' }, { dise_codg: 'M2' })
  expect(run(detector, [HOSPITAL, both, HYPERTENSION, given()])).toMatchObject({ open: [], skipped: ['REFERENCE_MISSING'] })
})

test('What a list allowed thirty days ago is still paid', () => {
  const before = list('M1', [PRESSURE, SUGAR], { effective_from: '2026-01-01' })
  const after = (effective_from: string) => list('M1', [PRESSURE], { effective_from })
  const known = [HOSPITAL, registered({ dise_codg: 'M1' }), before]
  expect(run(detector, [...known, after('2026-02-01'), given()]).open).toEqual([])
  expect(run(detector, [...known, after('2026-01-31'), given()]).open).toHaveLength(1)
})

test('Only drugs of chronic care are judged, and what the fund took in', () => {
  const test = drug('002503020030000', { list_type: '201' })
  expect(run(detector, [...KNOWN, given({}, test)]).open).toEqual([])
  expect(run(detector, [...KNOWN, given({}, drug(SUGAR, { inscp_scp_amt: 0 }))]).open).toEqual([])
  for (const med_type of ['11', '13', '41']) expect(run(detector, [...KNOWN, given({ med_type })]).open).toEqual([])
  expect(run(detector, [...KNOWN, inpatient({ feedetail: [drug(SUGAR)] })]).open).toEqual([])
  const mapped = reference('med_type_map', '99:9929', { med_class: 'PHARM_CHRONIC' })
  expect(run(detector, [...KNOWN, mapped, given({ med_type: '9929' })]).open).toHaveLength(1)
})

test('A void retracts', () => {
  const original = given()
  const { open, retracted } = run(detector, [...KNOWN, original, voidOf(original, '2026-03-02 17:00:00')])
  expect(open).toEqual([])
  expect(retracted).toHaveLength(1)
})

test('Of several drugs the sentence says how many', () => {
  const { open } = run(detector, [...KNOWN, given({}, drug(SUGAR), drug('OTHER'), drug(SUGAR))])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('降糖药等2项不在门慢特病种M1用药目录内，3条明细共94.50元。')
  expect(detector.explain(open[0]!.evidence, 'en')).toBe('Outside the list of M1: 降糖药 and 1 other item, 3 lines, 94.50 yuan.')
})
