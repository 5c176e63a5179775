import { expect, test } from 'vitest'
import { HOSPITAL, inpatient, reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import detector from './pol-10.ts'

const CODE = 'XB05BAA001B002010100001'
const mode = (row: object = {}) => reference('care_mode', 'm', { code: CODE, med_classes: ['IPT', 'MAT_IPT'], ...row })
const item = (tags: string[]) => reference('item', CODE, { name: '肠外营养液(样例)', tags })
const INTERNET = reference('institution', 'H99010100009', { kind: 'hospital', is_internet: true })
const given = (more: object = {}, line: object = {}) =>
  settlement({ setl_id: 'S', feedetail: [{}, { med_list_codg: CODE, pric: 140, cnt: 2, ...line }], ...more })
const online = (line: object = {}) => given({ fixmedins_code: 'H99010100009' }, line)

test('An item for inpatients only, charged to an outpatient, is a violation by the line', () => {
  const { open } = run(detector, [HOSPITAL, mode(), item([]), given()])
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'settlement', id: 'S' }, bucket: '', severity: 3, result: 'violation', vola_amt: 28000 },
      ...{ setl_ids: ['S'], lines: [{ feedetl_sn: '2', vola_item_type: 1, vola_amt: 28000 }] },
    },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('肠外营养液(样例)限住院/生育住院支付，本次为门诊，1条明细共280.00元。')
})

test('In an allowed class it is paid', () => {
  expect(run(detector, [HOSPITAL, mode(), inpatient({ feedetail: [{ med_list_codg: CODE }] })]).open).toEqual([])
  expect(run(detector, [HOSPITAL, mode({ med_classes: ['OP'] }), given()]).open).toEqual([])
  expect(run(detector, [HOSPITAL, mode({ med_classes: ['OP'] }), given({ med_type: '13' })]).open).toHaveLength(1)
})

test('What is paid for inpatients is paid in day surgery and at a birth too, and not the other way round', () => {
  const stay = (med_type: string) => inpatient({ med_type, feedetail: [{ med_list_codg: CODE }] })
  for (const med_type of ['28', '52'])
    expect(run(detector, [HOSPITAL, mode({ med_classes: ['IPT'] }), stay(med_type)]).open).toEqual([])
  expect(run(detector, [HOSPITAL, mode({ med_classes: ['DAYSURG'] }), stay('21')]).open).toHaveLength(1)
})

test('A row that names no class limits none', () => {
  for (const med_classes of [[], null]) expect(run(detector, [HOSPITAL, mode({ med_classes }), given()]).open).toEqual([])
})

test('What the person pays alone is no matter of the fund', () => {
  expect(run(detector, [HOSPITAL, mode(), given({}, { inscp_scp_amt: 0 })]).open).toEqual([])
})

test('Under a care type that the map does not know nobody is accused', () => {
  expect(run(detector, [HOSPITAL, mode(), given({ med_type: '99' })])).toMatchObject({
    ...{ open: [], skipped: ['REFERENCE_MISSING'] },
  })
  const mapped = reference('med_type_map', '99:99', { med_class: 'IPT' })
  expect(run(detector, [HOSPITAL, mode(), mapped, given({ med_type: '99' })])).toMatchObject({ open: [], skipped: [] })
  expect(run(detector, [HOSPITAL, settlement({ med_type: '99' })]).skipped).toEqual([])
})

test('An internet hospital is not paid for what the table excludes', () => {
  const anywhere = (internet_ok: boolean | null) => mode({ med_classes: null, internet_ok })
  const { open } = run(detector, [INTERNET, anywhere(false), online()])
  expect(open).toMatchObject([{ vola_amt: 28000, evidence: { internet: true, lines: [{ excluded_from: 'internet' }] } }])
  expect(detector.explain(open[0]!.evidence, 'zh')).toContain('互联网诊疗不支付')
  expect(detector.explain(open[0]!.evidence, 'en')).toContain('280.00')
  for (const internet_ok of [true, null]) expect(run(detector, [INTERNET, anywhere(internet_ok), online()]).open).toEqual([])
  expect(run(detector, [HOSPITAL, anywhere(false), given()]).open).toEqual([])
})

test('Narcotic drugs are not paid over the internet, unless a row says so', () => {
  expect(run(detector, [INTERNET, item(['narcotic']), online()]).open).toHaveLength(1)
  expect(run(detector, [INTERNET, item(['narcotic']), mode({ med_classes: null, internet_ok: true }), online()]).open).toEqual([])
  expect(run(detector, [INTERNET, item(['infusion']), online()]).open).toEqual([])
  expect(run(detector, [HOSPITAL, item(['narcotic']), given()]).open).toEqual([])
})

test('A line taken back is not charged, and a void retracts', () => {
  const back = settlement({ feedetail: [{ med_list_codg: CODE }, { med_list_codg: CODE, cnt: -1 }] })
  expect(run(detector, [HOSPITAL, mode(), back]).open).toEqual([])
  const original = given()
  const { open, retracted } = run(detector, [HOSPITAL, mode(), original, voidOf(original, '2026-03-02 17:00:00')])
  expect(open).toEqual([])
  expect(retracted).toHaveLength(1)
})

test('The classes of care are called by their names, and items of other limits are no part of what is said of the first', () => {
  const other = reference('care_mode', 'other', { code: 'OTHER', med_classes: ['CHRONIC'] })
  const feedetail = [
    { med_list_codg: CODE, pric: 80 },
    { med_list_codg: 'OTHER', pric: 20.5 },
  ]
  const { open } = run(detector, [HOSPITAL, mode({ med_classes: ['IPT'] }), other, settlement({ feedetail })])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe(`${CODE}限住院支付，本次为门诊，连同另1项，2条明细共100.50元。`)
  expect(detector.explain(open[0]!.evidence, 'en')).toBe(
    `${CODE} is paid for inpatient care only, and this was outpatient care: with 1 other item, 2 lines, 100.50 yuan.`,
  )
  const unheard = run(detector, [HOSPITAL, mode({ med_classes: ['SPA'] }), given()]).open
  expect(detector.explain(unheard[0]!.evidence, 'zh')).toContain('限SPA支付')
})
