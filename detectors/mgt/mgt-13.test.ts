import { expect, test } from 'vitest'
import { reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import detector from './mgt-13.ts'

const told = (gend: string, ...codes: string[]) =>
  settlement({
    ...{ setl_id: 'S', gend, feedetail: [{ pric: 100 }] },
    diseinfo: codes.map((diag_code) => ({ diag_type: '1', maindiag_flag: '1', diag_code, diag_name: '样例' })),
  })
const born = (brdy: string, setl_time = '2026-03-02 10:00:00', more: object = {}) => ({
  ...told('1', 'P22.000'),
  brdy,
  setl_time,
  begntime: setl_time,
  ...more,
})
const founds = (event: object, ...knowledge: object[]) => run(detector, [...knowledge, event] as never).open.length

test('A man with a woman’s diagnosis, and what the fund paid for it', () => {
  const { open } = run(detector, [told('1', 'J06.900', 'N76.000')])
  expect(open).toMatchObject([
    { subject: { type: 'settlement', id: 'S' }, bucket: '', severity: 3, result: 'violation', vola_amt: 7000 },
  ])
  expect(open[0]!.evidence).toEqual({
    ...{ gend: '1', years: 66, vola_amt: 70 },
    diagnoses: [{ diag_code: 'N76.000', diag_name: '样例', what: 'gender', belongs_to: '2' }],
  })
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('患者男、66岁，诊断N76.000样例仅见于女，共1项诊断不符，基金70.00元。')
})

test('The ranges of women and men, from the first category to the last', () => {
  const ofWomen = ['N69', 'N70.0', 'N98.9', 'N99', 'C50', 'C51.0', 'C58', 'C59', 'O00.0', 'O99.8']
  expect(ofWomen.filter((code) => founds(told('1', code)))).toEqual(['N70.0', 'N98.9', 'C51.0', 'C58', 'O00.0', 'O99.8'])
  expect(ofWomen.filter((code) => founds(told('2', code)))).toEqual([])
  const ofMen = ['N39', 'N40', 'N51.0', 'N52', 'C59', 'C60', 'C63.9', 'C64']
  expect(ofMen.filter((code) => founds(told('2', code)))).toEqual(['N40', 'N51.0', 'C60', 'C63.9'])
  expect(ofMen.filter((code) => founds(told('1', code)))).toEqual([])
})

test('A diagnosis of the perinatal period ends with the first birthday', () => {
  expect(founds(born('2025-03-02'))).toBe(0)
  expect(founds(born('2025-03-01'))).toBe(1)
  expect(founds(born('2026-02-20'))).toBe(0)
  expect(founds({ ...born('2025-03-01'), diseinfo: [{ diag_type: '1', diag_code: 'P97.000' }] })).toBe(0)
  // A stay is as old as it was when it began.
  expect(founds(born('2025-03-01', '2026-03-04 10:00:00', { med_type: '21', begntime: '2026-03-01 09:00:00' }))).toBe(0)
  const { open } = run(detector, [born('2021-03-01')])
  expect(detector.explain(open[0]!.evidence, 'en')).toContain('ages 0 to 1')
})

test('A limit in days of life binds to the day', () => {
  const newborns = reference('age_limit', 'a', { code: 'P36', max_days: 28 })
  const sepsis = (brdy: string) => ({ ...born(brdy), diseinfo: [{ diag_type: '1', diag_code: 'P36.900' }] })
  expect([founds(sepsis('2026-02-02'), newborns), founds(sepsis('2026-02-01'), newborns)]).toEqual([0, 1])
  const { open } = run(detector, [newborns, sepsis('2026-01-01')])
  expect(detector.explain(open[0]!.evidence, 'zh')).toContain('仅见于出生28天内')
})

test('Limits of the knowledge base count too, by category or code, and beat the ranges', () => {
  const women = reference('gender_limit', 'g', { code: 'Q51', gend: '2' })
  expect(founds(told('1', 'Q51.900'), women)).toBe(1)
  expect(founds(told('2', 'Q51.900'), women)).toBe(0)
  expect(founds(told('1', 'N76.000'), reference('gender_limit', 'g', { code: 'N76.0', gend: '1' }))).toBe(0)
  expect(founds(told('1', 'Q51.900'), reference('gender_limit', 'g', { code: 'Q5', gend: '2' }))).toBe(1)
  expect(founds(told('1', 'Q51.900'), reference('gender_limit', 'g', { code: 'Q', gend: '2' }))).toBe(1)
  const adults = reference('age_limit', 'a', { code: 'I10', min_years: 18 })
  expect(founds({ ...told('1', 'I10.x00'), brdy: '2010-01-01' }, adults)).toBe(1)
  expect(founds({ ...told('1', 'I10.x00'), brdy: '1980-01-01' }, adults)).toBe(0)
  // Born on the day itself, and only on the next, which nobody was.
  expect(founds({ ...told('1', 'I10.x00'), brdy: '2026-03-02' }, adults)).toBe(1)
  expect(founds({ ...told('1', 'I10.x00'), brdy: '2026-03-03' }, adults)).toBe(0)
})

test('Codes of Chinese medicine are no ICD codes', () => {
  const tcm = { ...told('1'), diseinfo: [{ diag_type: '2', diag_code: 'N76.000' }] }
  expect(run(detector, [tcm])).toMatchObject({ open: [], skipped: [] })
})

test('What is not known is not guessed: the register helps, and where it contradicts nobody is accused', () => {
  expect(run(detector, [told('9', 'N76.000')]).skipped).toEqual(['INPUT_MISSING'])
  expect(founds(told('9', 'N76.000'), reference('person', 'P1', { gend: '1' }))).toBe(1)
  expect(run(detector, [reference('person', 'P1', { gend: '2' }), told('1', 'N76.000')])).toMatchObject({
    open: [],
    skipped: ['INPUT_MISSING'],
  })
  expect(run(detector, [born('')]).skipped).toEqual(['INPUT_MISSING'])
  expect(run(detector, [born('1900-01-01')]).skipped).toEqual(['INPUT_MISSING'])
  expect(founds(born(''), reference('person', 'P1', { brdy: '2020-01-01' }))).toBe(1)
})

test('A void retracts', () => {
  const original = told('1', 'O80.000')
  const { open, retracted } = run(detector, [original, voidOf(original, '2026-03-03 10:00:00')])
  expect([open.length, retracted.length]).toEqual([0, 1])
})
