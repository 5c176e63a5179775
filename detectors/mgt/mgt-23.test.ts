import { expect, test } from 'vitest'
import { inpatient, reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import detector from './mgt-23.ts'

const person = (row: object) => reference('person', 'P1', row as never)
const until = (to: string | null) => person({ insured: [{ from: '2025-01-01', to, insutype: '390' }] })
const on = (setl_time: string, more: object = {}) => settlement({ setl_id: 'S', setl_time, feedetail: [{ pric: 180 }], ...more })

test('A settlement on a day without insurance costs what the fund paid', () => {
  const { open } = run(detector, [until('2026-03-01'), on('2026-03-02 00:00:00')])
  expect(open).toMatchObject([
    { subject: { type: 'settlement', id: 'S' }, bucket: '', severity: 2, result: 'violation', vola_amt: 12600, lines: [] },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe(
    '2026-03-02不在任何参保有效期内（最近一段2025-01-01~2026-03-01），仍结算基金126.00元。',
  )
})

test('The first and the last day of a period, and a period without an end, are insured', () => {
  expect(run(detector, [until('2026-03-02'), on('2026-03-02 23:59:59')]).open).toEqual([])
  expect(run(detector, [until(null), on('2026-03-02 10:00:00')]).open).toEqual([])
  const later = person({ insured: [{ from: '2026-03-02', to: null, insutype: '310' }] })
  expect(run(detector, [later, on('2026-03-02 00:00:00')]).open).toEqual([])
  expect(run(detector, [later, on('2026-03-01 23:59:59')]).open).toHaveLength(1)
})

test('Between two periods there is none', () => {
  const gap = person({
    insured: [
      { from: '2025-01-01', to: '2026-01-31' },
      { from: '2026-04-01', to: '2026-12-31' },
    ],
  })
  expect(run(detector, [gap, on('2026-03-02 10:00:00')]).open).toHaveLength(1)
})

test('A stay is judged when it began', () => {
  const stay = (begntime: string) => inpatient({ begntime, feedetail: [{}] })
  expect(run(detector, [until('2026-03-01'), stay('2026-03-01 09:00:00')]).open).toEqual([])
  expect(run(detector, [until('2026-03-01'), stay('2026-03-02 09:00:00')]).open).toHaveLength(1)
  expect(run(detector, [until('2026-03-01'), stay('')]).skipped).toEqual(['INPUT_MISSING'])
  const undated = stay('')
  const { psn_no, mdtrt_id, fixmedins_code } = undated
  const admitted = (begntime: string) => ({ kind: 'admission', psn_no, mdtrt_id, fixmedins_code, begntime })
  expect(run(detector, [until('2026-03-01'), admitted('2026-03-01 09:00:00'), undated]).open).toEqual([])
  expect(run(detector, [until('2026-03-01'), admitted('2026-03-02 09:00:00'), undated]).open).toHaveLength(1)
})

test('A newborn has ninety days', () => {
  const born = (brdy: string) => run(detector, [until('2026-01-31'), on('2026-03-31 10:00:00', { brdy })]).open.length
  expect([born('2026-03-31'), born('2025-12-31'), born('2025-12-30'), born('2026-04-01')]).toEqual([0, 0, 1, 1])
  expect(run(detector, [until('2026-01-31'), on('2026-03-31 10:00:00', { brdy: '', psn_type: '1401' })]).open).toEqual([])
  expect(run(detector, [until('2026-01-31'), on('2026-03-31 10:00:00', { brdy: '', psn_type: '1501' })]).open).toHaveLength(1)
  const registered = person({ brdy: '2026-03-01', insured: [{ from: '2026-05-01', to: null }] })
  expect(run(detector, [registered, on('2026-03-31 10:00:00', { brdy: '' })]).open).toEqual([])
})

test('What the fund did not pay, and whom nobody knows, is not judged', () => {
  expect(run(detector, [until('2026-03-01'), on('2026-03-02 10:00:00', { fund_pay_sumamt: 0 })])).toMatchObject({
    open: [],
    skipped: [],
  })
  expect(run(detector, [on('2026-03-02 10:00:00')]).skipped).toEqual(['REFERENCE_MISSING'])
  expect(run(detector, [person({ insured: [] }), on('2026-03-02 10:00:00')]).skipped).toEqual(['REFERENCE_MISSING'])
})

test('Who may not settle over the network, and does, is found, though insured; at the agency it is the way that is left', () => {
  const banned = person({
    insured: [{ from: '2025-01-01', to: null, insutype: '390' }],
    status: [{ status: 'active' }, { from: '2026-03-01', to: '2026-05-31', status: 'suspended' }],
  })
  const { open } = run(detector, [banned, on('2026-03-01 00:00:00')])
  expect(open).toMatchObject([{ severity: 2, result: 'violation', vola_amt: 12600 }])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe(
    '2026-03-01处于暂停联网结算期（2026-03-01~2026-05-31），仍联网结算基金126.00元。',
  )
  expect(run(detector, [banned, on('2026-02-28 23:59:59')]).open).toEqual([])
  expect(run(detector, [banned, on('2026-06-01 00:00:00')]).open).toEqual([])
  expect(run(detector, [banned, on('2026-03-01 00:00:00', { pay_loc: '1' })]).open).toEqual([])
  expect(
    run(detector, [person({ status: [{ from: '2026-03-01', status: 'suspended' }] }), on('2026-03-02 09:00:00')]).open,
  ).toHaveLength(1)
})

test('A void retracts', () => {
  const original = on('2026-03-02 10:00:00')
  const { open, retracted } = run(detector, [until('2026-03-01'), original, voidOf(original, '2026-03-03 10:00:00')])
  expect([open.length, retracted.length]).toEqual([0, 1])
})

test('One of several periods is enough, and one fen of the fund is the fund’s', () => {
  const periods = person({
    insured: [
      { from: '2024-01-01', to: '2024-12-31' },
      { from: '2026-01-01', to: '2026-12-31' },
    ],
  })
  expect(run(detector, [periods, on('2026-03-02 10:00:00')])).toMatchObject({ open: [], skipped: [] })
  expect(run(detector, [until('2026-03-01'), on('2026-03-02 10:00:00', { fund_pay_sumamt: 0.01 })]).open).toMatchObject([
    { vola_amt: 1 },
  ])
})

test('What the agency reimburses is judged by when it was done', () => {
  const visit = (begntime: string, fee_ocur_time: string) =>
    on('2026-04-20 10:00:00', { pay_loc: '1', begntime, feedetail: [{ fee_ocur_time }] })
  const found = (begntime: string, fee: string) => run(detector, [until('2026-03-01'), visit(begntime, fee)]).open.length
  expect([found('2026-03-01 09:00:00', '2026-03-01 09:30:00'), found('', '2026-03-01 09:30:00')]).toEqual([0, 0])
  expect([found('2026-03-02 09:00:00', '2026-03-02 09:30:00'), found('', '2026-03-02 09:30:00')]).toEqual([1, 1])
})

test('The sentence tells the period that ended last before the day, in whichever order the register names them', () => {
  const gap = person({
    insured: [
      { from: '2026-04-01', to: '2026-12-31' },
      { from: '2025-06-01', to: '2026-01-31' },
      { from: '2025-01-01', to: '2025-03-31' },
    ],
  })
  const [found] = run(detector, [gap, on('2026-03-02 10:00:00')]).open
  expect(detector.explain(found!.evidence, 'en')).toContain('the last known is 2025-06-01~2026-01-31')
})
