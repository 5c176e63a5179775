import { expect, test } from 'vitest'
import { inpatient, reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import detector from './mgt-17.ts'

const HOME = 'H99010100001'
const doctor = (status: object[], institutions: readonly string[] = [HOME], id = 'D1') =>
  reference('doctor', id, { name: `医师${id}`, institutions, status })
const ACTIVE = { from: '2025-01-01', to: '2026-12-31', status: 'active' }
const suspended = doctor([ACTIVE, { from: '2026-02-01', to: '2026-03-02', status: 'suspended' }])
const on = (fee_ocur_time: string, more: object = {}) =>
  settlement({ setl_id: 'S', chfpdr_code: '', feedetail: [{ pric: 50, bilg_dr_codg: 'D1', fee_ocur_time }], ...more })

test('A line of a suspended doctor costs its in-policy amount', () => {
  const { open } = run(detector, [suspended, on('2026-03-02 23:59:59')])
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'settlement', id: 'S' }, bucket: '', severity: 2, result: 'violation', vola_amt: 5000 },
      lines: [{ feedetl_sn: '1', vola_item_type: 1, vola_amt: 5000 }],
    },
  ])
  expect(open[0]!.evidence.doctors).toMatchObject([{ dr_code: 'D1', fault: 'suspended', day: '2026-03-02', lines: 1 }])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('医师医师D1于2026-03-02支付资格已暂停，仍开单1条，共50.00元。')
})

test('The days before and after a suspension are fine; a termination lasts', () => {
  expect(run(detector, [suspended, on('2026-01-31 23:59:59')]).open).toEqual([])
  expect(run(detector, [suspended, on('2026-03-03 00:00:00')]).open).toEqual([])
  const terminated = doctor([{ from: '2026-02-01', to: null, status: 'terminated' }])
  expect(run(detector, [terminated, on('2026-06-01 10:00:00')]).open).toMatchObject([
    { evidence: { doctors: [{ fault: 'terminated' }] } },
  ])
})

test('Members of a medical community share their doctors; a suspension holds at all of them', () => {
  const member = (id: string, group_id?: string) => reference('institution', id, { kind: 'hospital', group_id })
  const away = doctor([ACTIVE], ['H2'])
  const judge = (...given: object[]) => run(detector, [...given, on('2026-03-10 10:00:00')] as Parameters<typeof run>[1]).open
  expect(judge(away, member(HOME, 'G'), member('H2', 'G'))).toEqual([])
  expect(judge(away, member(HOME, 'G'), member('H2', 'OTHER'))).toHaveLength(1)
  expect(judge(away, member(HOME), member('H2'))).toHaveLength(1)
  const suspendedAway = doctor([{ ...ACTIVE, status: 'suspended' }], ['H2'])
  expect(judge(suspendedAway, member(HOME, 'G'), member('H2', 'G'))).toMatchObject([
    { evidence: { doctors: [{ fault: 'suspended' }] } },
  ])
})

test('A doctor who is registered elsewhere only is not qualified here', () => {
  expect(run(detector, [doctor([ACTIVE], ['H2']), on('2026-03-02 10:00:00')]).open).toMatchObject([
    { evidence: { doctors: [{ fault: 'unregistered', institutions: ['H2'] }] } },
  ])
  expect(run(detector, [doctor([ACTIVE], ['H2', HOME]), on('2026-03-02 10:00:00')]).open).toEqual([])
  expect(run(detector, [doctor([], []), on('2026-03-02 10:00:00')])).toMatchObject({ open: [], skipped: [] })
})

test('Each line answers for the doctor who ordered it, whoever ordered the line before', () => {
  const both = ['D2', 'D1', 'D2', 'D1'].map((bilg_dr_codg) => ({ pric: 50, bilg_dr_codg, fee_ocur_time: '2026-03-02 10:00:00' }))
  for (const feedetail of [both, both.toReversed()]) {
    const { open } = run(detector, [suspended, doctor([ACTIVE], [HOME], 'D2'), on('', { feedetail })])
    expect(open).toMatchObject([{ vola_amt: 10000, evidence: { doctors: [{ dr_code: 'D1', lines: 2 }] } }])
  }
  // So it is with the days of one doctor, and with what another hospital prescribed.
  const linesOf = (...lines: object[]) => lines.map((line) => ({ pric: 50, bilg_dr_codg: 'D1', ...line }))
  const days = linesOf({ fee_ocur_time: '2026-03-02 10:00:00' }, { fee_ocur_time: '2026-03-03 10:00:00' })
  const elsewhere = linesOf({ rx_circ_flag: '1' }, { rx_circ_flag: '0' })
  for (const [row, feedetail] of [
    [suspended, days],
    [suspended, days.toReversed()],
    [doctor([ACTIVE], ['H2']), elsewhere],
    [doctor([ACTIVE], ['H2']), elsewhere.toReversed()],
  ] as const)
    expect(run(detector, [row, settlement({ setl_id: 'S', chfpdr_code: '', feedetail })]).open).toMatchObject([
      { vola_amt: 5000 },
    ])
})

test('Emergency is paid whoever treats', () => {
  expect(run(detector, [suspended, on('2026-03-02 10:00:00', { med_type: '13' })]).open).toEqual([])
  expect(run(detector, [suspended, on('2026-03-02 10:00:00', { med_type: '1301' })]).open).toEqual([])
  const rescue = { pric: 50, bilg_dr_codg: 'D1', er_flag: '1' }
  expect(run(detector, [suspended, on('', { feedetail: [rescue] })]).open).toEqual([])
  expect(run(detector, [suspended, on('', { feedetail: [rescue, { pric: 30, bilg_dr_codg: 'D1' }] })]).open).toMatchObject([
    { vola_amt: 3000, lines: [{ feedetl_sn: '2' }] },
  ])
})

test('A stay is judged when it began', () => {
  const stay = (begntime: string) =>
    inpatient({ begntime, chfpdr_code: 'D1', feedetail: [{ bilg_dr_codg: '', fee_ocur_time: '2026-03-02 10:00:00' }] })
  const later = doctor([ACTIVE, { from: '2026-03-02', to: '2026-04-30', status: 'suspended' }])
  expect(run(detector, [later, stay('2026-03-01 09:00:00')]).open).toEqual([])
  expect(run(detector, [later, stay('2026-03-02 09:00:00')]).open).toHaveLength(1)
  expect(run(detector, [later, stay('')]).skipped).toEqual(['INPUT_MISSING'])
  const undated = stay('')
  const { psn_no, mdtrt_id, fixmedins_code } = undated
  const admitted = (begntime: string) => ({ kind: 'admission', psn_no, mdtrt_id, fixmedins_code, begntime })
  expect(run(detector, [later, admitted('2026-03-01 09:00:00'), undated]).open).toEqual([])
  expect(run(detector, [later, admitted('2026-03-02 09:00:00'), undated]).open).toHaveLength(1)
})

test('For an external prescription the prescriber’s own institution counts', () => {
  const sale = (rx_circ_flag: string) =>
    settlement({ fixmedins_code: 'P1', med_type: '41', chfpdr_code: '', feedetail: [{ bilg_dr_codg: 'D1', rx_circ_flag }] })
  expect(run(detector, [doctor([ACTIVE]), sale('1')]).open).toEqual([])
  expect(run(detector, [doctor([ACTIVE]), sale('0')]).open).toHaveLength(1)
  expect(run(detector, [suspended, sale('1')]).open).toHaveLength(1)
})

test('Only the lines of the doctor at fault are, and of those only what the fund pays', () => {
  const lines = [
    { pric: 10, bilg_dr_codg: 'D1' },
    { pric: 20, bilg_dr_codg: 'D2' },
    { pric: 40, bilg_dr_codg: 'D1' },
    { pric: 80, bilg_dr_codg: 'D1', inscp_scp_amt: 0 },
  ]
  const { open } = run(detector, [suspended, doctor([ACTIVE], [HOME], 'D2'), on('', { feedetail: lines })])
  expect(open).toMatchObject([{ vola_amt: 5000, count: 2, lines: [{ feedetl_sn: '1' }, { feedetl_sn: '3' }] }])
})

test('Who is not known is not judged; a pharmacy sells most things without a doctor', () => {
  expect(run(detector, [on('2026-03-02 10:00:00')]).skipped).toEqual(['REFERENCE_MISSING'])
  const nobody = { feedetail: [{ bilg_dr_codg: '' }] }
  expect(run(detector, [on('', nobody)]).skipped).toEqual(['REFERENCE_MISSING'])
  expect(run(detector, [on('', { ...nobody, med_type: '41' })]).skipped).toEqual([])
})

test('A void retracts', () => {
  const original = on('2026-03-02 10:00:00')
  const { open, retracted } = run(detector, [suspended, original, voidOf(original, '2026-03-03 10:00:00')])
  expect([open.length, retracted.length]).toEqual([0, 1])
})

test('Lines are told by doctor and fault, whatever lies between them', () => {
  const other = doctor([ACTIVE], ['H99010100002'], 'D2')
  const third = doctor([{ from: '2026-01-01', to: '2026-12-31', status: 'suspended' }], [HOME], 'D3')
  const line = (bilg_dr_codg: string, day = '2026-03-02', more: object = {}) => {
    return { pric: 10, bilg_dr_codg, fee_ocur_time: `${day} 10:00:00`, ...more }
  }
  const faults = (...feedetail: object[]) =>
    run(detector, [suspended, other, third, on('', { feedetail })]).open[0]?.evidence.doctors.map(
      ({ dr_code, fault, lines }: any) => [dr_code, fault, lines],
    )
  const [d1, d2, d3] = [line('D1'), line('D2'), line('D3')]
  expect(faults(d1, d3, d2, d1, d3)).toEqual([
    ['D1', 'suspended', 2],
    ['D3', 'suspended', 2],
    ['D2', expect.any(String), 1],
  ])
  expect(faults(line('D1', '2026-03-02'), line('D1', '2026-03-03'))).toEqual([['D1', 'suspended', 1]])
  expect(faults(line('D1', '2026-03-03'), line('D1', '2026-03-02'))).toEqual([['D1', 'suspended', 1]])
  expect(faults(line('D1', '2026-03-02', { inscp_scp_amt: 0.01 }))).toEqual([['D1', 'suspended', 1]])
})

test('A doctor is said to have ordered no more than his own lines', () => {
  const other = doctor([ACTIVE], ['H99010100002'], 'D2')
  const line = (bilg_dr_codg: string, pric: number) => ({ pric, bilg_dr_codg, fee_ocur_time: '2026-03-02 10:00:00' })
  const sentence = (language: 'zh' | 'en', ...feedetail: object[]) =>
    detector.explain(run(detector, [suspended, other, on('', { feedetail })]).open[0]!.evidence, language)
  const [d1, d2] = [line('D1', 25), line('D2', 10)]
  expect(sentence('zh', d1, d1)).toBe('医师医师D1于2026-03-02支付资格已暂停，仍开单2条，共50.00元。')
  expect(sentence('zh', d1, d2, d1)).toBe('医师医师D1于2026-03-02支付资格已暂停，仍开单2条；连同其他情形3条，共60.00元。')
  expect(sentence('en', d1, d2, d1)).toBe(
    'Doctor 医师D1 was suspended from payment on 2026-03-02, yet ordered 2 lines; with what else is at fault 3 lines of 60.00 yuan.',
  )
})
