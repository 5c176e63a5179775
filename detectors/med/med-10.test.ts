import { expect, test } from 'vitest'
import { heartbeat, inpatient, reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './med-10.ts'

const KNOWN = [
  reference('oprn_diag', 'gall', { code: '51.2', icd_prefixes: ['K80', 'K81'] }),
  reference('diag_support', 'lung', { code: 'J96', any_of: ['VENT', 'GAS'], tags: ['oxygen'], charge_types: ['99'] }),
  reference('item', 'MASK', { tags: ['oxygen'] }),
]
const diagnoses = (...codes: string[]) => ({
  diseinfo: codes.map((diag_code, i) => ({ diag_type: '1', maindiag_flag: i === 0 ? '1' : '0', diag_code })),
})
const operations = (...codes: string[]) => ({ oprninfo: codes.map((oprn_oprt_code) => ({ oprn_oprt_code })) })
const lines = (...codes: string[]) => ({
  feedetail: codes.map((med_list_codg, i) => ({ med_list_codg, feedetl_sn: `${med_list_codg}${i}` })),
})
const stay = (...more: Wire[]) => inpatient(Object.assign({ setl_id: 'S', mdtrt_id: 'M' }, lines('BED'), ...more))
const judge = (...events: Wire[]) => run(detector, [...KNOWN, ...events])
const kinds = (...events: Wire[]) =>
  judge(...events).open.map(({ evidence }) => evidence.mismatches.map(({ kind }: { kind: string }) => kind))

test('A main operation that the main diagnosis does not call for is a suspicion', () => {
  const { open } = judge(stay(operations('51.2300'), diagnoses('J18.900', 'K80.200')))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'settlement', id: 'S' }, bucket: '', severity: 3, result: 'suspicion', vola_amt: 0, setl_ids: ['S'] },
      evidence: { mismatches: [{ kind: 'operation_diagnosis', code: '51.2300', with: 'J18.900', expected: ['K80', 'K81'] }] },
    },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('主手术51.2300与主诊断J18.900不符，编码不符共1处。')
  expect(judge(stay(operations('51.2300'), diagnoses('K80.200'))).open).toEqual([])
})

test('Only the main operation is held against the diagnosis, and only where a row says for what it is done', () => {
  expect(judge(stay(operations('33.2400', '51.2300'), diagnoses('J18.900'))).open).toEqual([])
  expect(judge(stay(operations('33.2400'), diagnoses('K80.200'))).open).toEqual([])
  expect(judge(stay(operations('51.2300'), { diseinfo: [] })).open).toEqual([])
})

test('An operation on organs of the other sex is a suspicion, by chapter or by row', () => {
  expect(kinds(stay(operations('68.4100'), { gend: '1' }))).toEqual([['operation_gender']])
  expect(kinds(stay(operations('60.2900'), { gend: '2' }))).toEqual([['operation_gender']])
  expect(judge(stay(operations('68.4100'), { gend: '2' }))).toMatchObject({ open: [] })
  expect(judge(stay(operations('59.9000', '76.0900'), { gend: '1' })).open).toEqual([])
  expect(judge(stay(operations('68.4100'), { gend: '9' })).open).toEqual([])
  expect(kinds(settlement({ ...operations('68.4100'), gend: '1' }))).toEqual([['operation_gender']])
  expect(kinds(reference('gender_limit', 'g', { code: '85.4', gend: '2' }), stay(operations('85.4100')))).toHaveLength(1)
})

test('A diagnosis of which nothing that was charged speaks is a suspicion', () => {
  expect(kinds(stay(diagnoses('J18.900', 'J96.900')))).toEqual([['diagnosis_alone']])
  for (const code of ['VENT', 'GAS', 'MASK']) expect(judge(stay(diagnoses('J96.900'), lines(code))).open).toEqual([])
  const typed = { feedetail: [{ med_list_codg: 'BED', med_chrgitm_type: '99' }] }
  expect(judge(stay(diagnoses('J96.900'), typed)).open).toEqual([])
  expect(judge(stay(diagnoses('J18.900', 'K80.200'))).open).toEqual([])
})

test('Diagnoses of outpatient visits and of Chinese medicine need no lines', () => {
  expect(judge(settlement({ ...diagnoses('J96.900') })).open).toEqual([])
  expect(judge(stay({ diseinfo: [{ diag_type: '2', maindiag_flag: '1', diag_code: 'J96.900' }] })).open).toEqual([])
})

test('The lines of all settlements of a stay speak, and nothing is said before its last', () => {
  const mid = stay(diagnoses('J96.900'), lines('VENT'), { setl_id: 'MID', mid_setl_flag: '1', setl_time: '2026-03-03 10:00:00' })
  const last = stay(diagnoses('J96.900'))
  for (const order of permutations([mid, last])) expect(judge(...order).open).toEqual([])
  const bare = { ...mid, ...stay(lines('BED'), diagnoses('J96.900'), { setl_id: 'MID', mid_setl_flag: '1' }) }
  expect(judge(bare).open).toEqual([])
  const end = stay(diagnoses('J96.900'), { setl_time: '2026-03-06 10:00:00' })
  for (const order of permutations([bare, end])) expect(judge(...order).open).toHaveLength(1)
  // One that does not name the diagnosis yet, however long the stay lasts.
  const bill = (setl_id: string, code: string, setl_time: string) => {
    return stay(lines(code), diagnoses('J18.900'), { setl_id, mid_setl_flag: '1', setl_time })
  }
  const [early, wrong] = [bill('A', 'VENT', '2026-03-03 10:00:00'), bill('B', 'BED', '2026-03-20 10:00:00')]
  const months = [voidOf(wrong, '2026-03-20 11:00:00'), heartbeat('2026-05-31 10:00:00')]
  const late = stay(diagnoses('J18.900', 'J96.900'), { setl_time: '2026-06-01 10:00:00' })
  expect(judge(early, wrong, ...months, late).open).toEqual([])
})

test('Of the settlements of a stay those are named that are wrong', () => {
  const mid = (more: Wire) => stay(lines('VENT'), { setl_id: 'MID', mid_setl_flag: '1', setl_time: '2026-03-03 10:00:00' }, more)
  const womb = { ...operations('68.4100'), gend: '1' }
  const named = (...events: Wire[]) => judge(...events).open.map(({ setl_ids }) => setl_ids)
  expect(named(mid({}), stay(womb, diagnoses('J96.900')))).toEqual([['S']])
  expect(named(mid(womb), stay(diagnoses('J96.900')))).toEqual([['MID']])
  expect(named(mid(womb), stay(womb))).toEqual([['MID', 'S']])
})

test('Lines taken back say nothing', () => {
  const back = { feedetail: [{ med_list_codg: 'VENT' }, { med_list_codg: 'VENT', feedetl_sn: 'b', cnt: -1 }] }
  expect(judge(stay(diagnoses('J96.900'), back)).open).toHaveLength(1)
})

test('A void retracts', () => {
  const original = stay(operations('68.4100'), { gend: '1' })
  expect(judge(original, voidOf(original, '2027-03-06 10:00:00')).retracted).toHaveLength(1)
})

test('The person’s gender is called by its name', () => {
  const { open } = judge(stay(operations('68.4100'), { gend: '1' }))
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('手术68.4100与患者性别(男)不符，编码不符共1处。')
  expect(detector.explain(open[0]!.evidence, 'en')).toBe('Operation 68.4100 does not fit a male patient; 1 inconsistency in all.')
})

test('A local code of what a diagnosis leaves behind speaks for it', () => {
  const [ventilation, other] = ['003106030010000', '003106030020000']
  const row = reference('diag_support', 'lung', { code: 'J96', any_of: [ventilation] })
  const treated = (code: string) => judge(row, stay(diagnoses('J18.900', 'J96.000'), lines(code))).open
  expect(treated(`${ventilation}a1`)).toEqual([])
  expect(treated(`${other}a1`)).toHaveLength(1)
})

test('A gender on which settlement and register disagree is none; one that is not told is the register’s', () => {
  const registered = (gend: string) => reference('person', 'P1', { gend })
  const womb = { ...operations('68.4100'), ...diagnoses('D25.900') }
  expect(judge(stay({ ...womb, gend: '1' })).open).toHaveLength(1)
  expect(judge(registered('1'), stay({ ...womb, gend: '1' })).open).toHaveLength(1)
  expect(judge(registered('2'), stay({ ...womb, gend: '1' })).open).toEqual([])
  expect(judge(registered('1'), stay({ ...womb, gend: '' })).open).toHaveLength(1)
})

test('A boy who is settled with his mother’s birth may be operated on; a woman else may not', () => {
  const boy = { ...operations('64.0x00'), ...diagnoses('O80.000'), gend: '2' }
  expect(judge(stay({ ...boy, med_type: '52' })).open).toEqual([])
  expect(judge(stay(boy)).open).toHaveLength(1)
})
