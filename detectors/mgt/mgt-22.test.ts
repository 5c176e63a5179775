import { expect, test } from 'vitest'
import { discharge, HOSPITAL, heartbeat, inpatient, reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './mgt-22.ts'

const dead = (death_date: string) => reference('person', 'P1', { death_date })
const purchase = (setl_id: string, setl_time: string, more: object = {}) =>
  settlement({ setl_id, med_type: '41', fixmedins_code: 'P99010100001', setl_time, feedetail: [{ pric: 86 }], ...more })
const died = (more: object = {}) =>
  discharge({ mdtrt_id: 'M', endtime: '2026-03-01 10:00:00', dscg_way: '5', die_date: '2026-03-01', ...more })

test('A purchase after the day that follows the death is a violation by its in-policy amount', () => {
  const { open } = run(detector, [HOSPITAL, dead('2026-03-01'), purchase('S', '2026-03-03 10:00:00')])
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'person', id: 'P1' }, bucket: '', severity: 1, result: 'violation', vola_amt: 8600, count: 1 },
      ...{ fixmedins_code: 'P99010100001', lines: [{ setl_id: 'S', feedetl_sn: '1', vola_amt: 8600 }] },
    },
  ])
  expect(open[0]!.evidence).toMatchObject({ death_date: '2026-03-01', source: 'register' })
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe(
    '参保人2026-03-01死亡，其后仍有1笔结算（首笔费用2026-03-03），共86.00元。',
  )
})

test('Dates are compared: the whole day after the death is accepted', () => {
  expect(run(detector, [HOSPITAL, dead('2026-03-01'), purchase('S', '2026-03-02 23:59:59')]).open).toEqual([])
  expect(run(detector, [HOSPITAL, dead('2026-03-01'), purchase('S', '2026-03-03 00:00:00')]).open).toHaveLength(1)
})

test('An outpatient visit settled too late counts even where its fees lie before the death', () => {
  const late = purchase('S', '2026-03-03 10:00:00', { feedetail: [{ fee_ocur_time: '2026-02-27 10:00:00' }] })
  expect(run(detector, [HOSPITAL, dead('2026-03-01'), late]).open).toHaveLength(1)
})

test('Only outpatient visits and purchases are judged by their settlement: heirs may settle an emergency or a course later', () => {
  const settledLater = (med_type: string, fee_ocur_time: string) =>
    run(detector, [
      ...[HOSPITAL, dead('2026-03-01')],
      purchase('S', '2026-03-07 10:00:00', { med_type, feedetail: [{ fee_ocur_time }] }),
    ]).open.length
  for (const med_type of ['13', '14', '51', '91']) {
    expect(settledLater(med_type, '2026-03-02 21:00:00')).toBe(0)
    expect(settledLater(med_type, '2026-03-03 00:00:00')).toBe(1)
  }
  for (const med_type of ['11', '41']) expect(settledLater(med_type, '2026-02-27 10:00:00')).toBe(1)
})

test('The sentence names the day that is at fault: of a charge, or of a settlement of what was charged before the death', () => {
  const says = (setl_time: string, fee_ocur_time: string) => {
    const charge = purchase('S', setl_time, { feedetail: [{ fee_ocur_time }] })
    const { evidence } = run(detector, [HOSPITAL, dead('2026-01-10'), charge]).open[0]!
    return [detector.explain(evidence, 'zh'), detector.explain(evidence, 'en')]
  }
  expect(says('2026-01-14 10:00:00', '2026-01-09 10:00:00')).toEqual([
    '参保人2026-01-10死亡，其后仍有1笔结算（首笔于2026-01-14结算），共10.00元。',
    'The person died on 2026-01-10; 1 settlement came later, the first settled on 2026-01-14: 10.00 yuan.',
  ])
  expect(says('2026-01-14 10:00:00', '2026-01-13 10:00:00')).toEqual([
    '参保人2026-01-10死亡，其后仍有1笔结算（首笔费用2026-01-13），共10.00元。',
    'The person died on 2026-01-10; 1 settlement came later, the first for charges of 2026-01-13: 10.00 yuan.',
  ])
})

test('A settlement without lines costs what the fund paid', () => {
  const bare = purchase('S', '2026-03-03 10:00:00', { feedetail: [], fund_pay_sumamt: 60 })
  expect(run(detector, [HOSPITAL, dead('2026-03-01'), bare]).open).toMatchObject([{ vola_amt: 6000, lines: [] }])
})

test('Of what the heirs may settle nothing but its lines, or else its beginning, tells when it was done', () => {
  const bare = (begntime: string) =>
    inpatient({ feedetail: [], fund_pay_sumamt: 60, begntime, endtime: '2026-03-04 10:00:00', setl_time: '2026-03-05 10:00:00' })
  const count = (begntime: string) => run(detector, [HOSPITAL, dead('2026-03-01'), bare(begntime)]).open.length
  expect([count('2026-02-20 10:00:00'), count('2026-03-03 10:00:00'), count('')]).toEqual([0, 1, 0])
})

test('The last stay may be settled up to 90 days later while its fees end with the life', () => {
  const stay = (setl_time: string, fee_ocur_time = '2026-03-02 09:00:00') =>
    inpatient({
      endtime: '2026-03-01 10:00:00',
      setl_time,
      feedetail: [{ fee_ocur_time }, { pric: 30, fee_ocur_time: '2026-02-27 09:00:00' }],
    })
  expect(run(detector, [HOSPITAL, dead('2026-03-01'), stay('2026-05-30 10:00:00')]).open).toEqual([])
  expect(run(detector, [HOSPITAL, dead('2026-03-01'), stay('2026-05-31 10:00:00')]).open).toMatchObject([{ vola_amt: 4000 }])
  // Only the lines after the death are at fault.
  expect(run(detector, [HOSPITAL, dead('2026-03-01'), stay('2026-03-10 10:00:00', '2026-03-03 09:00:00')]).open).toMatchObject([
    { vola_amt: 1000, lines: [{ feedetl_sn: '1' }], evidence: { settlements: [{ first_fee: '2026-03-03' }] } },
  ])
})

test('A discharge tells of the death too, even when it arrives after the charges', () => {
  const charge = purchase('S', '2026-03-03 10:00:00')
  for (const order of permutations([charge, died()])) {
    expect(run(detector, [HOSPITAL, ...order]).open).toMatchObject([{ evidence: { source: 'discharge' }, setl_ids: ['S'] }])
  }
  expect(run(detector, [HOSPITAL, died({ die_date: '' }), charge]).open).toHaveLength(1)
  expect(run(detector, [HOSPITAL, died({ die_date: '', dscg_way: '1' }), charge]).open).toEqual([])
})

test('It still finds charges that others followed', () => {
  const charges = [
    purchase('S1', '2026-03-03 10:00:00'),
    purchase('S2', '2026-03-03 12:00:00'),
    purchase('S3', '2026-03-04 09:00:00'),
  ]
  expect(run(detector, [HOSPITAL, ...charges, died()]).open).toMatchObject([{ setl_ids: ['S1', 'S2', 'S3'], count: 3 }])
})

test('So does the settlement of the stay that ended in it', () => {
  const last = inpatient({ dscg_way: '5', endtime: '2026-03-01 10:00:00', setl_time: '2026-03-01 11:00:00' })
  const charge = purchase('S', '2026-03-03 10:00:00')
  for (const order of permutations([last, charge])) {
    expect(run(detector, [HOSPITAL, ...order]).open).toMatchObject([{ evidence: { source: 'settlement' }, setl_ids: ['S'] }])
  }
  expect(run(detector, [HOSPITAL, last, charge, voidOf(last, '2026-03-04 10:00:00')]).open).toEqual([])
})

test('Of one stay its discharge knows better than its bill who died', () => {
  const bill = inpatient({ mdtrt_id: 'M', dscg_way: '5', endtime: '2026-03-01 10:00:00', setl_time: '2026-03-01 11:00:00' })
  const alive = died({ die_date: '', dscg_way: '1' })
  const charge = purchase('S', '2026-03-03 10:00:00')
  const judge = (...events: object[]) => run(detector, [HOSPITAL, ...events] as never).open
  for (const order of permutations([bill, alive, charge])) expect(judge(...order)).toEqual([])
  expect(judge(bill, alive, purchase('S', '2027-03-03 10:00:00'), purchase('T', '2027-03-05 10:00:00'))).toEqual([])
  // The bill may come thirty days after it, and three more.
  const billed = { ...bill, setl_time: '2026-04-03 10:00:00' }
  const late = (time: string) => judge(alive, heartbeat(`2026-04-03 ${time}`), billed, purchase('S', '2026-04-04 10:00:00'))
  expect(late('10:09:59')).toEqual([])
  expect(late('10:10:00')).toHaveLength(1)
  // It says nothing of another stay, nothing where it does not say how the person left, and may be corrected.
  expect(judge(bill, died({ mdtrt_id: 'N', die_date: '', dscg_way: '1' }), charge)).toHaveLength(1)
  for (const dscg_way of ['', '9']) expect(judge(bill, died({ die_date: '', dscg_way }), charge)).toHaveLength(1)
  expect(judge(bill, alive, charge, died({ ingest_time: '2026-03-04 10:00:00' }))).toMatchObject([
    { evidence: { source: 'discharge' } },
  ])
})

test('What was settled more than a day before anybody told of the death is not judged anew', () => {
  const told = (endtime: string) => died({ endtime, die_date: '2026-03-01' })
  const charge = purchase('S', '2026-03-03 10:00:00')
  for (const order of permutations([charge, told('2026-03-04 10:00:00')]))
    expect(run(detector, [HOSPITAL, ...order]).open).toHaveLength(1)
  for (const order of permutations([charge, told('2026-03-04 10:00:01')]))
    expect(run(detector, [HOSPITAL, ...order]).open).toEqual([])
})

test('Where sources differ, the latest death counts', () => {
  const charge = purchase('S', '2026-03-04 10:00:00')
  expect(run(detector, [HOSPITAL, dead('2026-03-01'), died({ die_date: '2026-03-03' }), charge]).open).toEqual([])
})

test('A corrected discharge takes the death back, in whichever order the two arrive', () => {
  const corrected = died({ dscg_way: '1', die_date: '', ingest_time: '2026-03-02 10:00:00' })
  for (const order of permutations([died(), corrected, purchase('S', '2026-03-03 10:00:00')])) {
    expect(run(detector, [HOSPITAL, ...order]).open).toEqual([])
  }
})

test('A death is remembered for good, and all later charges are one alert', () => {
  const { open } = run(detector, [
    ...[HOSPITAL, died(), heartbeat('2030-01-01 00:00:00')],
    ...[purchase('S2', '2030-02-01 10:00:00'), purchase('S1', '2030-01-02 10:00:00')],
  ])
  expect(open).toMatchObject([{ count: 2, setl_ids: ['S1', 'S2'], vola_amt: 17200 }])
  const registered = [purchase('S1', '2026-03-03 10:00:00'), purchase('S2', '2026-03-04 10:00:00')]
  expect(run(detector, [HOSPITAL, dead('2026-03-01'), ...registered]).open).toMatchObject([{ setl_ids: ['S1', 'S2'] }])
})

test('A death that the register learns later judges nothing anew', () => {
  expect(run(detector, [HOSPITAL, purchase('S', '2026-03-03 10:00:00'), dead('2026-03-01')]).open).toEqual([])
})

test('The living settle without a word, and a void retracts', () => {
  expect(run(detector, [HOSPITAL, purchase('S', '2026-03-03 10:00:00')])).toMatchObject({ open: [], skipped: [] })
  const original = purchase('S', '2026-03-03 10:00:00')
  const { open, retracted } = run(detector, [HOSPITAL, dead('2026-03-01'), original, voidOf(original, '2026-03-03 17:00:00')])
  expect(open).toEqual([])
  expect(retracted).toHaveLength(1)
})

test('The days after a death are told in the order of time, however the bill lists them', () => {
  const line = (day: number) => ({ pric: day, fee_ocur_time: `2026-03-0${day} 10:00:00` })
  const bill = inpatient({
    setl_id: 'S',
    setl_time: '2026-03-09 10:00:00',
    endtime: '2026-03-09 09:00:00',
    feedetail: [6, 4, 5].map(line),
  })
  const { open } = run(detector, [HOSPITAL, dead('2026-03-01'), bill])
  expect(open).toMatchObject([{ vola_amt: 1500, lines: [{ vola_amt: 400 }, { vola_amt: 500 }, { vola_amt: 600 }] }])
  expect(detector.explain(open[0]!.evidence, 'zh')).toContain('首笔费用2026-03-04')
})

test('To the agency the heirs bring receipts of the living; a charge after the death is none', () => {
  const reimbursed = (fee_ocur_time: string) =>
    run(detector, [
      ...[HOSPITAL, dead('2026-03-01')],
      purchase('S', '2026-04-20 10:00:00', { pay_loc: '1', feedetail: [{ fee_ocur_time }] }),
    ]).open.length
  expect([reimbursed('2026-02-20 10:00:00'), reimbursed('2026-03-03 10:00:00')]).toEqual([0, 1])
})
