import { expect, test } from 'vitest'
import { inpatient, reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import detector from './mgt-16.ts'

const institution = (id: string, ...agreement: object[]) =>
  reference('institution', id, { name: `机构${id}`, kind: 'hospital', admdvs: '990101', agreement })
const ACTIVE = { from: '2025-01-01', to: '2026-12-31', status: 'active' }
const suspended = institution('H99010100001', ACTIVE, { from: '2026-02-01', to: '2026-03-02', status: 'suspended' })
const on = (setl_time: string) => settlement({ setl_id: 'S', setl_time, feedetail: [{ pric: 180 }] })

test('A settlement during a suspension costs what the fund paid', () => {
  const { open } = run(detector, [suspended, on('2026-03-02 23:59:59')])
  expect(open).toMatchObject([
    { subject: { type: 'settlement', id: 'S' }, bucket: '', severity: 1, result: 'violation', vola_amt: 12600, lines: [] },
  ])
  expect(open[0]!.evidence).toMatchObject({ day: '2026-03-02', institutions: [{ standing: 'suspended', lines: 1 }] })
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('2026-03-02机构H99010100001协议处于暂停期，仍结算基金126.00元。')
})

test('The day before a suspension and the day after it are fine', () => {
  expect(run(detector, [suspended, on('2026-01-31 23:59:59')]).open).toEqual([])
  expect(run(detector, [suspended, on('2026-03-03 00:00:00')]).open).toEqual([])
})

test('A settlement after the last agreement has run out is outside, one on its last day inside', () => {
  const ended = institution('H99010100001', { from: '2025-01-01', to: '2026-03-01', status: 'active' })
  expect(run(detector, [ended, on('2026-03-01 18:00:00')]).open).toEqual([])
  expect(run(detector, [ended, on('2026-03-02 08:00:00')]).open).toMatchObject([
    { evidence: { institutions: [{ standing: 'none' }] } },
  ])
})

test('An agreement without an end lasts; a termination ends it; the day of resumption is active', () => {
  const open = institution('H99010100001', { from: '2025-01-01', to: null, status: 'active' })
  expect(run(detector, [open, on('2026-03-02 08:00:00')]).open).toEqual([])
  const terminated = institution('H99010100001', ACTIVE, { from: '2026-03-01', status: 'terminated' })
  expect(run(detector, [terminated, on('2026-03-02 08:00:00')]).open).toHaveLength(1)
  const resumed = institution(
    'H99010100001',
    { from: '2026-02-01', to: '2026-03-02', status: 'suspended' },
    { from: '2026-03-02', to: '2026-12-31', status: 'active' },
  )
  expect(run(detector, [resumed, on('2026-03-02 08:00:00')]).open).toEqual([])
})

test('A period that does not say how it stands is an agreement in force', () => {
  const silent = institution('H99010100001', { from: '2025-01-01', to: '2026-03-01', status: null })
  expect(run(detector, [silent, on('2026-03-01 18:00:00')]).open).toEqual([])
  expect(run(detector, [silent, on('2026-03-02 08:00:00')]).open).toHaveLength(1)
})

test('A stay is judged when it began: discharges of earlier visits are fine', () => {
  const began = (begntime: string) =>
    inpatient({ begntime, endtime: '2026-03-05 09:00:00', setl_time: '2026-03-05 10:00:00', feedetail: [{}] })
  const halted = institution('H99010100001', ACTIVE, { from: '2026-03-02', to: '2026-04-30', status: 'suspended' })
  expect(run(detector, [halted, began('2026-03-01 09:00:00')]).open).toEqual([])
  expect(run(detector, [halted, began('2026-03-02 09:00:00')]).open).toHaveLength(1)
  expect(run(detector, [halted, inpatient({ begntime: '', feedetail: [{}] })]).skipped).toEqual(['INPUT_MISSING'])
})

test('A bill that leaves its dates to the admission is judged by that, whichever comes first, and a void retracts', () => {
  const bill = inpatient({ begntime: '', endtime: '', setl_time: '2026-03-05 10:00:00', feedetail: [{}] })
  const { psn_no, mdtrt_id, fixmedins_code } = bill
  const begun = (begntime: string) => ({ kind: 'admission', psn_no, mdtrt_id, fixmedins_code, begntime })
  const halted = institution(String(fixmedins_code), ACTIVE, { from: '2026-03-02', to: '2026-04-30', status: 'suspended' })
  const [before, within] = [begun('2026-03-01 09:00:00'), begun('2026-03-02 09:00:00')]
  expect(run(detector, [halted, before, bill])).toMatchObject({ open: [], skipped: [] })
  expect(run(detector, [halted, within, bill]).open).toMatchObject([{ evidence: { day: '2026-03-02' } }])
  expect(run(detector, [halted, bill, within]).open).toMatchObject([{ evidence: { day: '2026-03-02' } }])
  expect(run(detector, [halted, within, bill, voidOf(bill, '2026-04-05 10:00:00')])).toMatchObject({ open: [], retracted: [{}] })
})

test('For an external prescription the prescriber’s institution answers', () => {
  const pharmacy = (status: string) => institution('P99010100001', { from: '2025-01-01', status })
  const hospital = (status: string) => institution('H99010100001', { from: '2025-01-01', status })
  const doctor = reference('doctor', 'D1', { institutions: ['H99010100001'] })
  const sale = settlement({
    ...{ setl_id: 'S', fixmedins_code: 'P99010100001', med_type: '41', chfpdr_code: '' },
    feedetail: [
      { pric: 10, bilg_dr_codg: 'D1', rx_circ_flag: '1' },
      { pric: 30, bilg_dr_codg: '', rx_circ_flag: '0' },
    ],
  })
  expect(run(detector, [pharmacy('active'), hospital('active'), doctor, sale]).open).toEqual([])
  expect(run(detector, [pharmacy('active'), hospital('suspended'), doctor, sale]).open).toMatchObject([
    { vola_amt: 700, lines: [{ feedetl_sn: '1', vola_item_type: 1, vola_amt: 700 }] },
  ])
  expect(run(detector, [pharmacy('suspended'), hospital('active'), doctor, sale]).open).toMatchObject([
    { vola_amt: 2100, lines: [{ feedetl_sn: '2' }] },
  ])
  expect(run(detector, [pharmacy('suspended'), hospital('suspended'), doctor, sale]).open).toMatchObject([
    { vola_amt: 2800, lines: [] },
  ])
  const external = { ...sale, feedetail: [(sale.feedetail as object[])[0]] }
  expect(run(detector, [pharmacy('suspended'), hospital('active'), doctor, external]).open).toEqual([])
  // Where nobody knows the prescriber, the flag shields nobody.
  expect(run(detector, [pharmacy('suspended'), sale]).open).toMatchObject([{ vola_amt: 2800 }])
})

test('An institution of which no agreement is known is not judged', () => {
  expect(run(detector, [on('2026-03-02 10:00:00')]).skipped).toEqual(['REFERENCE_MISSING'])
  expect(run(detector, [institution('H99010100001'), on('2026-03-02 10:00:00')]).skipped).toEqual(['REFERENCE_MISSING'])
})

test('A void retracts', () => {
  const original = on('2026-03-02 10:00:00')
  const { open, retracted } = run(detector, [suspended, original, voidOf(original, '2026-03-03 10:00:00')])
  expect(open).toEqual([])
  expect(retracted).toHaveLength(1)
})

test('Many small lines come to no more than the fund paid for them', () => {
  const institution = (id: string, status: string) =>
    reference('institution', id, { agreement: [{ from: '2025-01-01', status }] })
  const doctor = reference('doctor', 'D1', { institutions: ['H99010100001'] })
  const from = (pric: number, rx_circ_flag: string, i: number) => {
    return { feedetl_sn: `${rx_circ_flag}${i}`, pric, rx_circ_flag, bilg_dr_codg: rx_circ_flag === '1' ? 'D1' : '' }
  }
  // Seventy per cent of 0.24 are 0.168.
  const feedetail = [...Array.from({ length: 50 }, (_, i) => from(0.24, '1', i)), from(100, '0', 0)]
  const sale = settlement({
    ...{ setl_id: 'S', fixmedins_code: 'P99010100001', med_type: '41', chfpdr_code: '', fund_pay_sumamt: 78.4, feedetail },
  })
  const known = [institution('P99010100001', 'active'), institution('H99010100001', 'suspended'), doctor]
  const { open } = run(detector, [...known, sale])
  expect(open).toMatchObject([{ vola_amt: 840 }])
})

test('What the agency reimburses the institution has not settled', () => {
  const { open, skipped } = run(detector, [suspended, { ...on('2026-03-02 10:00:00'), pay_loc: '1' }])
  expect([open, skipped]).toEqual([[], []])
})
