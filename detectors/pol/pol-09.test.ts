import { expect, test } from 'vitest'
import { admission, HOSPITAL, inpatient, reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './pol-09.ts'

const CODE = 'XL01XXA001B002010100001'
const limit = (row: object = {}, id = 'i') =>
  reference('indication', id, { code: CODE, icd_prefixes: ['C34', 'C50'], match: 'any', strict: true, ...row })
const diagnosed = (...codes: string[]) =>
  codes.map((diag_code, i) => ({ diag_type: '1', maindiag_flag: i ? '0' : '1', diag_code }))
const line = { med_list_codg: CODE, pric: 320 }
const given = (...codes: string[]) => settlement({ setl_id: 'S', diseinfo: diagnosed(...codes), feedetail: [{}, line] })

test('A drug without any of its diagnoses is a violation by the line’s in-policy amount', () => {
  const { open } = run(detector, [
    HOSPITAL,
    limit(),
    reference('item', CODE, { name: '肿瘤用药(样例)' }),
    given('J06.900', 'I10.x00'),
  ])
  expect(open).toMatchObject([
    { subject: { type: 'settlement', id: 'S' }, bucket: '', severity: 3, result: 'violation', vola_amt: 32000, count: 1 },
  ])
  expect(open[0]!.lines).toEqual([{ setl_id: 'S', feedetl_sn: '2', vola_item_type: 1, vola_amt: 32000 }])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('肿瘤用药(样例)限C34/C50，诊断为I10.x00/J06.900，1条明细共320.00元。')
})

test('Any diagnosis under any prefix is enough, unless all are asked for', () => {
  expect(run(detector, [HOSPITAL, limit(), given('J06.900', 'C34.900')]).open).toEqual([])
  const { open } = run(detector, [HOSPITAL, limit({ match: 'all' }), given('C34.900')])
  expect(detector.explain(open[0]!.evidence, 'zh')).toContain('限C34+C50，诊断为C34.900，')
  expect(run(detector, [HOSPITAL, limit({ match: 'all' }), given('C34.900', 'C50.100')]).open).toEqual([])
})

test('Of several rows of one code, one that is met suffices', () => {
  const other = limit({ icd_prefixes: ['J06'] }, 'other')
  expect(run(detector, [HOSPITAL, limit(), other, given('J06.900')]).open).toEqual([])
})

test('What the person pays alone may be taken for anything', () => {
  const alone = settlement({ diseinfo: diagnosed('J06.900'), feedetail: [{ ...line, inscp_scp_amt: 0 }] })
  expect(run(detector, [HOSPITAL, limit(), alone]).open).toEqual([])
  expect(run(detector, [HOSPITAL, limit(), { ...alone, diseinfo: [] }])).toMatchObject({ open: [], skipped: [] })
})

test('An outpatient bill is judged by its own diagnoses, and by those of no other, be it of the same visit or of none', () => {
  for (const mdtrt_id of ['M', '']) {
    const bills = [settlement({ mdtrt_id, diseinfo: diagnosed('C34.900'), feedetail: [line] }), { ...given('J06.900'), mdtrt_id }]
    for (const order of permutations(bills))
      expect(run(detector, [HOSPITAL, limit(), ...order]).open).toMatchObject([{ subject: { id: 'S' } }])
  }
  const strangers = [limit({ code: 'OTHER', icd_prefixes: ['I63'] }, 'other'), limit()]
  const other = settlement({
    setl_id: 'T',
    mdtrt_id: '',
    diseinfo: diagnosed('C34.900'),
    feedetail: [{ med_list_codg: 'OTHER' }],
  })
  expect(run(detector, [HOSPITAL, ...strangers, other, { ...given('J06.900'), mdtrt_id: '' }]).open).toHaveLength(2)
})

test('A row that is not strict leaves a suspicion: it needs records', () => {
  expect(run(detector, [HOSPITAL, limit({ strict: false }), given('J06.900')]).open).toMatchObject([{ result: 'suspicion' }])
  expect(run(detector, [HOSPITAL, limit({ strict: null }), given('J06.900')]).open).toMatchObject([{ result: 'suspicion' }])
})

test('A row without prefixes limits nothing', () => {
  expect(run(detector, [HOSPITAL, limit({ icd_prefixes: [] }), given('J06.900')])).toMatchObject({ open: [], skipped: [] })
})

test('Without any diagnosis the record is at fault, not the drug', () => {
  expect(run(detector, [HOSPITAL, limit(), given()])).toMatchObject({ open: [], skipped: ['INPUT_MISSING'] })
  expect(run(detector, [HOSPITAL, limit(), inpatient({ diseinfo: [], feedetail: [line] })])).toMatchObject({
    ...{ open: [], skipped: ['INPUT_MISSING'] },
  })
  expect(run(detector, [HOSPITAL, settlement({ diseinfo: [] })]).skipped).toEqual([])
})

test('That a prescription is repeated says nothing of the disease', () => {
  expect(run(detector, [HOSPITAL, limit(), given('Z76.000')])).toMatchObject({ open: [], skipped: ['INPUT_MISSING'] })
  expect(run(detector, [HOSPITAL, limit(), given('I10.x00', 'Z76.000')]).open).toHaveLength(1)
})

test('A Chinese-medicine diagnosis alone cannot be compared', () => {
  const chinese = settlement({ diseinfo: [{ diag_type: '2', maindiag_flag: '1', diag_code: 'A01.03' }], feedetail: [line] })
  expect(run(detector, [HOSPITAL, limit(), chinese])).toMatchObject({ open: [], skipped: ['INPUT_MISSING'] })
  const { diseinfo } = chinese
  expect(run(detector, [HOSPITAL, limit(), inpatient({ diseinfo })])).toMatchObject({ open: [], skipped: [] })
})

test('The diagnosis of admission counts for a stay, whenever it arrives', () => {
  const stay = inpatient({ mdtrt_id: 'M', diseinfo: diagnosed('J18.900'), feedetail: [line] })
  const known = (code: string) => admission({ mdtrt_id: 'M', dscg_maindiag_code: code })
  for (const order of permutations([stay, known('C34.900')]))
    expect(run(detector, [HOSPITAL, limit(), ...order]).open).toEqual([])
  for (const order of permutations([stay, known('J18.900')]))
    expect(run(detector, [HOSPITAL, limit(), ...order]).open).toHaveLength(1)
})

test('So do the diagnoses of the stay’s other settlements, until they are voided', () => {
  const first = inpatient({ mdtrt_id: 'M', mid_setl_flag: '1', diseinfo: diagnosed('J18.900'), feedetail: [line] })
  const last = inpatient({ mdtrt_id: 'M', setl_time: '2026-03-09 10:00:00', diseinfo: diagnosed('C34.900') })
  for (const order of permutations([first, last])) expect(run(detector, [HOSPITAL, limit(), ...order]).open).toEqual([])
  expect(run(detector, [HOSPITAL, limit(), first, last, voidOf(last, '2026-03-10 10:00:00')]).open).toHaveLength(1)
})

test('The diagnosis of admission lasts as long as its stay is settled', () => {
  const known = admission({ mdtrt_id: 'M', dscg_maindiag_code: 'C34.900' })
  const settled = (setl_time: string) =>
    inpatient({ mdtrt_id: 'M', setl_time, diseinfo: diagnosed('J18.900'), feedetail: [line] })
  const stay = [known, ...['2026-07-29', '2026-10-01', '2026-10-02'].map((day) => settled(`${day} 10:00:00`))]
  expect(run(detector, [HOSPITAL, limit(), ...stay]).open).toEqual([])
})

test('A void retracts', () => {
  const original = given('J06.900')
  const { open, retracted } = run(detector, [HOSPITAL, limit(), original, voidOf(original, '2026-03-02 17:00:00')])
  expect(open).toEqual([])
  expect(retracted).toHaveLength(1)
})

test('One indication of one row is enough; where rows differ in strictness records decide', () => {
  const lax = limit({ icd_prefixes: ['K70'], strict: false }, 'lax')
  expect(run(detector, [HOSPITAL, limit(), lax, given('J06.900')]).open).toMatchObject([{ result: 'suspicion' }])
  expect(run(detector, [HOSPITAL, limit(), lax, given('J06.900', 'K70.300')]).open).toEqual([])
})

test('One strict limit among the lines makes the finding a violation, and long lists are cut', () => {
  const [OTHER, icd_prefixes] = ['XL02', ['C1', 'C2', 'C4', 'C6', 'C7', 'C8']]
  const lax = reference('indication', 'o', { code: OTHER, icd_prefixes, strict: false })
  const both = settlement({ diseinfo: diagnosed('J06.900'), feedetail: [line, { med_list_codg: OTHER, pric: 10 }] })
  const { open } = run(detector, [HOSPITAL, limit(), lax, both])
  expect(open).toMatchObject([{ result: 'violation', count: 2, vola_amt: 33000 }])
  const alone = run(detector, [HOSPITAL, lax, both]).open
  expect(detector.explain(alone[0]!.evidence, 'zh')).toContain('限C1/C2/C4/C6/C7…，诊断为J06.900，')
  const five = run(detector, [HOSPITAL, limit({ icd_prefixes: icd_prefixes.slice(1) }), given('J06.900')]).open
  expect(detector.explain(five[0]!.evidence, 'zh')).toContain('限C2/C4/C6/C7/C8，诊断为J06.900，')
})

test('Where other items have indications of their own, the sentence gives what all come to apart from the first’s', () => {
  const other = reference('indication', 'other', { code: 'OTHER', icd_prefixes: ['I63'], match: 'any', strict: true })
  const visit = settlement({ diseinfo: diagnosed('J06.900'), feedetail: [line, { med_list_codg: 'OTHER', pric: 20 }] })
  const { open } = run(detector, [HOSPITAL, limit(), other, visit])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe(`${CODE}限C34/C50，诊断为J06.900，连同另1项，2条明细共340.00元。`)
  expect(detector.explain(open[0]!.evidence, 'en')).toContain('J06.900: with 1 other item, 2 lines, 340.00 yuan.')
})

test('A diagnosis in small letters, as some hospitals write them, is that diagnosis', () => {
  expect(run(detector, [HOSPITAL, limit(), given('c34.900')]).open).toEqual([])
  const stay = inpatient({ mdtrt_id: 'M', feedetail: [line] })
  const admitted = admission({ mdtrt_id: 'M', dscg_maindiag_code: 'c50.100' })
  expect(run(detector, [HOSPITAL, limit(), admitted, stay]).open).toEqual([])
})

test('What a later bill of the stay takes back was not given: wholly, in part, and given again where that bill is void', () => {
  const bill = (setl_time: string, more: object, ...feedetail: object[]) =>
    inpatient({ mdtrt_id: 'M', setl_time, diseinfo: diagnosed('J18.900'), feedetail: feedetail as never, ...more })
  const first = bill('2026-03-05 10:00:00', { mid_setl_flag: '1' }, { ...line, cnt: 2 })
  const back = (cnt: number) => bill('2026-03-09 10:00:00', {}, { pric: 900 }, { ...line, cnt })
  for (const order of permutations([first, back(-2)])) expect(run(detector, [HOSPITAL, limit(), ...order]).open).toEqual([])
  for (const order of permutations([first, back(-1)]))
    expect(run(detector, [HOSPITAL, limit(), ...order]).open).toMatchObject([{ vola_amt: 32000 }])
  const wrong = back(-2)
  expect(run(detector, [HOSPITAL, limit(), first, wrong, voidOf(wrong, '2026-03-10 10:00:00')]).open).toMatchObject([
    { vola_amt: 64000 },
  ])
})
