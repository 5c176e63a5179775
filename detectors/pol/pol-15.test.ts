import { expect, test } from 'vitest'
import { HOSPITAL, inpatient, type LineGiven, reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './pol-15.ts'

const [FIRST, OTHER_FIRST, SECOND] = ['XA10BAA001A001010100001', 'XA10BBA001A001010100001', 'XA10BHA001A001010100001']
const rule = (row: object = {}, id = 's') =>
  reference('second_line', id, { code: SECOND, first_line: [FIRST, OTHER_FIRST], ...row })
const KNOWN = [HOSPITAL, rule(), reference('item', SECOND, { name: '西格列汀', pharm_class: 'A10BH' })]
const LONG_KNOWN = { history_from: '2020-01-01 00:00:00' }
const given = (setl_id: string, time: string, code: string, more: object = {}, line: LineGiven = {}) =>
  settlement({ setl_id, setl_time: time, feedetail: [{ med_list_codg: code, pric: 58.6, ...line }], ...more })
const openAfter = (...events: ReturnType<typeof given>[]) => run(detector, [...KNOWN, ...events], LONG_KNOWN).open
const SECOND_USE = given('S', '2026-03-02 10:00:00', SECOND)

test('A second-line drug without any of the first line in a year is suspected, by the line', () => {
  const open = openAfter(SECOND_USE)
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'person', id: 'P1' }, bucket: '2026-03|A10BH', severity: 3, result: 'suspicion', vola_amt: 5860 },
      ...{ setl_ids: ['S'], count: 1, lines: [{ feedetl_sn: '1', vola_item_type: 1, vola_amt: 5860 }] },
    },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe(
    '西格列汀限二线使用，365天内(自2025-03-03)无一线药品记录，1条明细共58.60元。一线药品2种。',
  )
})

test('Any drug of the first line within the year suffices, from any institution', () => {
  for (const code of [FIRST, OTHER_FIRST]) {
    const before = given('F', '2025-03-03 23:00:00', code, { fixmedins_code: 'H2' })
    for (const order of permutations([before, SECOND_USE])) expect(openAfter(...order)).toEqual([])
  }
  expect(openAfter(given('F', '2025-03-02 23:00:00', FIRST), SECOND_USE)).toHaveLength(1)
})

test('A first-line drug afterwards comes too late, one together with it is in time', () => {
  expect(openAfter(SECOND_USE, given('F', '2026-03-02 10:00:01', FIRST))).toHaveLength(1)
  expect(openAfter(settlement({ feedetail: [{ med_list_codg: SECOND }, { med_list_codg: FIRST }] }))).toEqual([])
  expect(openAfter(given('F', '2026-03-02 10:00:00', FIRST), SECOND_USE)).toEqual([])
  // Of one bill nobody can tell which was tried first.
  const [before, after] = ['09:00:00', '09:30:00'].map((time) => ({ fee_ocur_time: `2026-03-02 ${time}` }))
  const both = [
    { med_list_codg: SECOND, ...before },
    { med_list_codg: FIRST, ...after },
  ]
  expect(openAfter(settlement({ feedetail: both }))).toEqual([])
})

test('What was given before was tried before, though its bill comes later', () => {
  const stay = (fee_ocur_time: string) =>
    inpatient({ setl_id: 'F', setl_time: '2026-03-04 10:00:00', feedetail: [{ med_list_codg: FIRST, fee_ocur_time }] })
  for (const order of permutations([stay('2026-02-25 10:00:00'), SECOND_USE])) expect(openAfter(...order)).toEqual([])
  expect(openAfter(stay('2026-03-02 10:00:00'), SECOND_USE)).toEqual([])
  expect(openAfter(stay('2026-03-02 10:00:01'), SECOND_USE)).toHaveLength(1)
  expect(openAfter(stay('2025-03-02 10:00:00'), SECOND_USE)).toHaveLength(1)
})

test('What the person paid alone was tried too, and a second line paid alone is no matter of the fund', () => {
  expect(openAfter(given('F', '2026-01-02 10:00:00', FIRST, {}, { inscp_scp_amt: 0 }), SECOND_USE)).toEqual([])
  expect(openAfter(given('S', '2026-03-02 10:00:00', SECOND, {}, { inscp_scp_amt: 0 }))).toEqual([])
})

test('An allergy or harm by drugs excuses the first line', () => {
  const diagnosed = (diag_code: string) =>
    openAfter(given('S', '2026-03-02 10:00:00', SECOND, { diseinfo: [{ diag_type: '1', maindiag_flag: '0', diag_code }] }))
  for (const code of ['Z88.000', 'T88.600', 'T88.700']) expect(diagnosed(code)).toEqual([])
  expect(diagnosed('T88.500')).toHaveLength(1)
})

test('Where a year is not known nobody can say what was not tried', () => {
  const from = (history_from: string) => run(detector, [...KNOWN, SECOND_USE], { history_from })
  expect(from('2025-03-02 10:00:01')).toMatchObject({ open: [], skipped: ['HISTORY_SHORT'] })
  expect(from('2025-03-02 10:00:00')).toMatchObject({ open: [{ bucket: '2026-03|A10BH' }], skipped: [] })
  const tried = given('F', '2026-01-02 10:00:00', FIRST)
  expect(run(detector, [...KNOWN, tried, SECOND_USE])).toMatchObject({ open: [], skipped: [] })
})

test('Uses one after the other are one alert in the month of the first; a first-line drug between them ends it', () => {
  const monthly = ['2026-03-02', '2026-04-02', '2026-05-02'].map((day, i) => given(`S${i}`, `${day} 10:00:00`, SECOND))
  expect(openAfter(...monthly)).toMatchObject([
    { bucket: '2026-03|A10BH', count: 3, vola_amt: 17580, setl_ids: ['S0', 'S1', 'S2'] },
  ])
  const tried = given('F', '2026-03-20 10:00:00', FIRST)
  const muchLater = given('S9', '2027-06-02 10:00:00', SECOND)
  expect(openAfter(monthly[0]!, tried, monthly[1]!, muchLater)).toMatchObject([
    { bucket: '2026-03|A10BH', count: 1 },
    { bucket: '2027-06|A10BH', count: 1 },
  ])
})

test('Drugs of one class fold, others have alerts of their own', () => {
  const other = 'XL01XXA001B002010100001'
  const rules = [rule(), rule({ code: other }, 'o')]
  const uses = settlement({ feedetail: [{ med_list_codg: SECOND }, { med_list_codg: other }] })
  const of = (pharm_class: string) =>
    run(detector, [...KNOWN, ...rules, reference('item', other, { pharm_class }), uses], LONG_KNOWN).open
  expect(of('A10BH')).toMatchObject([{ count: 2 }])
  expect(of('L01XX').map(({ bucket }) => bucket)).toEqual(['2026-03|A10BH', '2026-03|L01XX'])
})

test('Of several groups of one drug any that was tried suffices; a group without first line asks for nothing', () => {
  const another = rule({ first_line: ['XZ'] }, 'another')
  const events = [...KNOWN, another, given('F', '2026-01-02 10:00:00', 'XZ'), SECOND_USE]
  expect(run(detector, events, LONG_KNOWN).open).toEqual([])
  expect(run(detector, [HOSPITAL, rule({ first_line: [] }), SECOND_USE], LONG_KNOWN).open).toEqual([])
})

test('What excuses a use is remembered as long as the use', () => {
  const later = given('T', '2027-03-20 10:00:00', FIRST)
  expect(openAfter(given('F', '2025-03-03 23:00:00', FIRST), SECOND_USE, later)).toEqual([])
})

test('A void of the second line retracts, one of the first line accuses', () => {
  const { open, retracted } = run(detector, [...KNOWN, SECOND_USE, voidOf(SECOND_USE, '2026-03-02 17:00:00')], LONG_KNOWN)
  expect(open).toEqual([])
  expect(retracted).toHaveLength(1)
  const tried = given('F', '2026-01-02 10:00:00', FIRST)
  expect(openAfter(tried, SECOND_USE, voidOf(tried, '2026-03-03 10:00:00') as typeof tried)).toHaveLength(1)
})

test('A second line that a later bill of the visit takes back was not used', () => {
  const bill = (setl_id: string, day: string, ...feedetail: LineGiven[]) =>
    inpatient({ setl_id, mdtrt_id: 'M', setl_time: `2026-03-${day} 10:00:00`, feedetail })
  const used = (cnt: number) => ({ med_list_codg: SECOND, pric: 50, cnt })
  const first = bill('S1', '04', used(2))
  const back = (cnt: number) => bill('S2', '08', { pric: 900 }, used(cnt))
  for (const order of permutations([first, back(-2)])) expect(openAfter(...order)).toEqual([])
  expect(openAfter(first, back(-1))).toMatchObject([{ setl_ids: ['S1'], vola_amt: 5000 }])
  expect(openAfter(first, { ...back(-2), mdtrt_id: 'N' })).toHaveLength(1)
  const whole = back(-2)
  expect(openAfter(first, whole, voidOf(whole, '2026-03-09 10:00:00'))).toMatchObject([{ vola_amt: 10_000 }])
})

test('A first line that is voided within 400 days and three accuses what it had excused', () => {
  const tried = given('F', '2026-03-02 09:00:00', FIRST)
  const voided = (time: string) => openAfter(tried, SECOND_USE, voidOf(tried, `2027-04-09 ${time}`) as typeof tried)
  expect(voided('10:09:59')).toHaveLength(1)
  expect(voided('10:10:00')).toEqual([])
})
