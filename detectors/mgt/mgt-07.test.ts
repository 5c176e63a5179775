import { expect, test } from 'vitest'
import { admission, discharge, HOSPITAL, heartbeat, inpatient, reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './mgt-07.ts'

const judge = (...events: Wire[]) => run(detector, [HOSPITAL, ...events])
/** From 1 March 09:00 to 5 March 10:00. */
const admitted = admission({ mdtrt_id: 'STAY' })
const discharged = discharge({ mdtrt_id: 'STAY' })
const settled = inpatient({ setl_id: 'STAY-1', mdtrt_id: 'STAY', feedetail: [{ pric: 1000 }] })
const visit = (setl_time: string, more: Wire = {}) =>
  settlement({ setl_id: 'OP', fixmedins_code: 'H99010100002', setl_time, feedetail: [{ pric: 100 }], ...more })
const inside = '2026-03-03 15:00:00'
const lines = (...flags: object[]) => ({ feedetail: flags.map((flag) => ({ pric: 100, ...flag })) })

test('A visit inside an open stay is a suspicion by its fund share, against the person, per stay', () => {
  const { open } = judge(admitted, visit(inside))
  expect(open).toMatchObject([
    { subject: { type: 'person', id: 'P1' }, bucket: 'STAY', severity: 2, result: 'suspicion', vola_amt: 7000, setl_ids: ['OP'] },
  ])
  expect(open[0]!.evidence).toMatchObject({ begntime: '2026-03-01T09:00:00+08:00', endtime: null })
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('2026-03-01至今在H99010100001住院期间，另有1次门诊或购药，基金70.00元。')
})

test('A stay learned only at its settlement finds the visits before, and names both', () => {
  const { open } = judge(visit(inside), settled)
  expect(open).toMatchObject([{ bucket: 'STAY', vola_amt: 7000, setl_ids: ['OP', 'STAY-1'] }])
  expect(open[0]!.fixmedins_code).toBe('H99010100002')
})

test('A begin at midnight tells only the day, and who was seen on it may have been sent in', () => {
  const stay = admission({ mdtrt_id: 'STAY', begntime: '2026-03-03 00:00:00' })
  expect(judge(stay, visit(inside)).open).toEqual([])
  expect(judge(stay, visit('2026-03-04 00:00:01')).open).toHaveLength(1)
})

test('What the agency reimburses while the person lies in hospital was done at another time', () => {
  expect(judge(admitted, visit(inside, { pay_loc: '1', setl_type: '1' })).open).toEqual([])
  for (const pay_loc of ['2', '3', '4', '']) expect(judge(admitted, visit(inside, { pay_loc })).open).toHaveLength(1)
})

test('The first and the last two hours of a stay are nobody’s fault', () => {
  for (const time of ['2026-03-01 11:00:00', '2026-03-05 08:00:00', '2026-03-05 12:00:00', '2026-02-28 10:00:00'])
    expect(judge(admitted, visit(time), discharged, settled).open).toEqual([])
  for (const time of ['2026-03-01 11:00:01', '2026-03-05 07:59:59'])
    expect(judge(admitted, visit(time), discharged, settled).open).toHaveLength(1)
})

test('A discharge learned 48 hours late retracts what came after it', () => {
  const afterwards = visit('2026-03-06 09:00:00')
  const { open, retracted } = judge(admitted, afterwards, heartbeat('2026-03-07 09:00:00'), discharged)
  expect(open).toEqual([])
  expect(retracted).toMatchObject([{ bucket: 'STAY' }])
})

test('Purchases are severity 3, chronic, emergency and maternity visits severity 2; other classes do not count', () => {
  const severities = ['41', '11', '14', '13', '51'].map(
    (med_type) => judge(admitted, visit(inside, { med_type })).open[0]?.severity,
  )
  expect(severities).toEqual([3, 2, 2, 2, 2])
  expect(judge(admitted, visit(inside, { med_type: '99' })).open).toEqual([])
  const both = judge(admitted, visit(inside, { med_type: '41' }), visit('2026-03-03 16:00:00', { setl_id: 'OP2' }))
  expect(both.open).toMatchObject([{ severity: 2, count: 2, vola_amt: 14000, setl_ids: ['OP', 'OP2'] }])
})

test('What cost the fund nothing is ignored, and so is what a mutual-aid account paid', () => {
  expect(judge(admitted, visit(inside, { fund_pay_sumamt: 0 })).open).toEqual([])
  expect(judge(admitted, visit(inside, { acct_mulaid_pay: 12 })).open).toEqual([])
})

test('An emergency visit on the day of admission is the way in', () => {
  const emergency = (time: string) => judge(admitted, visit(time, { med_type: '13' })).open
  expect(emergency('2026-03-01 20:00:00')).toEqual([])
  expect(emergency('2026-03-02 00:00:00')).toHaveLength(1)
  expect(judge(admitted, visit('2026-03-01 20:00:00')).open).toHaveLength(1)
})

test('An outside examination that the ward approved explains its own lines', () => {
  expect(judge(admitted, visit(inside, lines({ etip_flag: '1' }))).open).toEqual([])
  expect(judge(admitted, visit(inside, lines({ etip_flag: '1' }, { inscp_scp_amt: 0 }))).open).toEqual([])
  expect(judge(admitted, visit(inside, lines({ etip_flag: '1' }, {}))).open).toHaveLength(1)
  expect(judge(admitted, visit(inside, lines({ etip_flag: '1' }, { med_chrgitm_type: '02' }))).open).toEqual([])
  expect(judge(admitted, visit(inside, lines({ med_chrgitm_type: '02' }))).open).toHaveLength(1)
})

test('The hospital’s own prescription may be filled outside; another hospital’s may not', () => {
  const doctor = (id: string, institution: string) => reference('doctor', id, { institutions: [institution] })
  const doctors = [doctor('OWN', 'H99010100001'), doctor('FOREIGN', 'H99010100002')]
  const filled = (...feedetail: object[]) => {
    const purchase = visit(inside, { med_type: '41', ...lines(...feedetail) })
    const [open, late] = permutations([admitted, purchase]).map((order) => judge(...doctors, ...order).open)
    expect(late).toEqual(open)
    return open
  }
  const own = { rx_circ_flag: '1', bilg_dr_codg: 'OWN' }
  expect(filled(own)).toEqual([])
  expect(filled({ ...own, bilg_dr_codg: 'FOREIGN' })).toHaveLength(1)
  expect(filled({ ...own, rx_circ_flag: '0' })).toHaveLength(1)
  expect(filled({ ...own, bilg_dr_codg: 'UNKNOWN' })).toHaveLength(1)
  expect(filled(own, {})).toHaveLength(1)
})

test('A void of the visit retracts; a void of one of two leaves the other', () => {
  const [one, other] = [visit(inside), visit('2026-03-03 16:00:00', { setl_id: 'OP2' })]
  expect(judge(admitted, one, voidOf(one, '2026-03-04 10:00:00'))).toMatchObject({ open: [], retracted: [{ bucket: 'STAY' }] })
  expect(judge(admitted, one, other, voidOf(one, '2026-03-04 10:00:00')).open).toMatchObject([
    { vola_amt: 7000, setl_ids: ['OP2'] },
  ])
})

test('What a finding rests on is kept: a void a year later still retracts, other visits do not', () => {
  const found = [admitted, visit(inside), discharged]
  const afterwards = visit('2027-03-03 15:00:00', { setl_id: 'LATER' })
  expect(judge(...found, afterwards).open).toMatchObject([
    { setl_ids: ['OP'], evidence: { endtime: '2026-03-05T10:00:00+08:00' } },
  ])
  expect(judge(...found, afterwards, voidOf(found[1]!, '2027-03-04 10:00:00')).open).toEqual([])
})

test('Of a stay longer than the memory, learned late, only the last 180 days can be judged', () => {
  const stay = {
    mdtrt_id: 'LONG',
    begntime: '2026-01-01 09:00:00',
    endtime: '2026-08-01 09:00:00',
    setl_time: '2026-08-01 10:00:00',
  }
  const long = inpatient({ ...stay, feedetail: [{}] })
  const [early, late] = [visit('2026-01-10 09:00:00', { setl_id: 'EARLY' }), visit('2026-07-10 09:00:00', { setl_id: 'LATE' })]
  const { open, skipped } = judge(early, late, long)
  expect(open).toMatchObject([{ bucket: 'LONG', count: 1 }])
  expect(open[0]!.setl_ids).toContain('LATE')
  expect(skipped).toEqual(['STAY_TOO_LONG'])
  const known = admission({ mdtrt_id: 'LONG', begntime: '2026-01-01 09:00:00' })
  const inTime = judge(known, early, late, long)
  expect(inTime.open).toMatchObject([{ count: 2 }])
  expect(inTime.skipped).toEqual([])
  const begun = (begntime: string) => judge(inpatient({ ...stay, begntime, feedetail: [{}] })).skipped
  expect(begun('2026-02-02 10:00:00')).toEqual([])
  expect(begun('2026-02-02 09:59:59')).toEqual(['STAY_TOO_LONG'])
})

test('What is known of one stay is remembered together, until 180 days after the last word', () => {
  const words = [
    admission({ mdtrt_id: 'A', begntime: '2026-01-01 09:00:00' }),
    discharge({ mdtrt_id: 'A', endtime: '2026-05-01 10:00:00' }),
  ]
  const unrelated = visit('2026-07-20 09:00:00', { setl_id: 'UNRELATED' })
  const late = visit('2026-04-30 09:00:00', { setl_id: 'LATE' })
  expect(judge(...words, unrelated, late).open).toMatchObject([{ bucket: 'A', setl_ids: ['LATE'] }])
})

test('Whether an old visit is still remembered does not decide', () => {
  const stay = {
    mdtrt_id: 'LONG',
    begntime: '2026-01-01 09:00:00',
    endtime: '2026-08-01 09:00:00',
    setl_time: '2026-08-01 10:00:00',
  }
  const old = visit('2026-02-02 09:59:59', { setl_id: 'OLD' })
  expect(judge(old, inpatient({ ...stay, feedetail: [{}] })).open).toEqual([])
  const young = visit('2026-02-02 10:00:00', { setl_id: 'YOUNG' })
  expect(judge(young, inpatient({ ...stay, feedetail: [{}] })).open).toHaveLength(1)
  // Nor after the last that was heard of the stay.
  expect(judge(admitted, visit('2026-08-28 09:00:00')).open).toHaveLength(1)
  expect(judge(admitted, visit('2026-08-28 09:00:01')).open).toEqual([])
})

test('A stay whose beginning no event tells cannot be judged', () => {
  expect(judge(visit(inside), inpatient({ begntime: '', feedetail: [{}] })).skipped).toEqual(['INPUT_MISSING'])
  expect(judge(admitted, visit(inside), inpatient({ mdtrt_id: 'STAY', begntime: '', feedetail: [{}] })).skipped).toEqual([])
})

test('The order of arrival does not matter', () => {
  const events = [admitted, visit(inside), visit('2026-03-04 09:00:00', { setl_id: 'OP2', med_type: '41' }), discharged, settled]
  const expected = judge(...events).open
  expect(expected).toMatchObject([{ count: 2, setl_ids: ['OP', 'OP2', 'STAY-1'] }])
  for (const order of [
    [4, 3, 2, 1, 0],
    [2, 4, 0, 3, 1],
    [1, 2, 3, 4, 0],
  ])
    expect(judge(...order.map((i) => events[i]!)).open).toEqual(expected)
})

test('One line that nobody prescribed, or that another hospital prescribed, leaves the purchase a purchase', () => {
  const doctor = (id: string, ...institutions: string[]) => reference('doctor', id, { institutions })
  const known = [doctor('BOTH', 'H99010100002', 'H99010100001'), doctor('OWN', 'H99010100001'), doctor('FOREIGN', 'H99010100002')]
  const filled = (...doctors: string[]) => {
    const feedetail = doctors.map((bilg_dr_codg) => ({ rx_circ_flag: bilg_dr_codg ? '1' : '0', bilg_dr_codg }))
    return judge(...known, admitted, visit(inside, { med_type: '41', ...lines(...feedetail) })).open.length
  }
  expect([filled('BOTH', 'OWN'), filled('OWN', 'BOTH')]).toEqual([0, 0])
  expect([filled('BOTH', 'FOREIGN'), filled('OWN', 'FOREIGN'), filled('OWN', '')]).toEqual([1, 1, 1])
})

test('A line that costs the fund one fen is a line', () => {
  const approved = { etip_flag: '1' }
  expect(judge(admitted, visit(inside, lines(approved, { inscp_scp_amt: 0.01 }))).open).toHaveLength(1)
})

test('A visit that was over before the admission, and was only paid during the stay, is none of it', () => {
  const paid = (more: Wire, ...times: string[]) => {
    const bill = visit(inside, { feedetail: times.map((fee_ocur_time) => ({ pric: 100, fee_ocur_time })), ...more })
    const [open, late] = permutations([admitted, bill]).map((order) => judge(...order).open)
    expect(late).toEqual(open)
    return open!.length
  }
  const [before, during] = ['2026-03-01 08:59:59', '2026-03-01 09:00:00']
  expect([paid({}, before), paid({ med_type: '13' }, before), paid({}, during)]).toEqual([0, 0, 1])
  expect(paid({}, before, during)).toBe(1)
  expect(paid({ med_type: '41' }, before)).toBe(1)
  expect(paid({ feedetail: [], fund_pay_sumamt: 70 }, before)).toBe(1)
  const discharge = { setl_time: '2026-03-05 12:00:00' }
  expect(judge(admitted, discharged, visit(inside, { ...discharge, feedetail: [{ fee_ocur_time: inside }] })).open).toEqual([])
})
