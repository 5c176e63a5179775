import { expect, test } from 'vitest'
import { HOSPITAL, heartbeat, type LineGiven, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './mgt-01.ts'

const LINES = [
  { med_list_codg: '002101030290001', pric: 80 },
  { med_list_codg: 'XA02BCA026E001010100002', pric: 20 },
]
const first = settlement({ setl_id: 'S1', setl_time: '2026-03-02 10:00:00', feedetail: LINES })
const again = (setl_time: string, more: Wire = {}) => settlement({ setl_id: 'S2', setl_time, feedetail: LINES, ...more })
/** The watermark runs ten minutes behind: by then, a day and a half has passed. */
const later = heartbeat('2026-03-04 00:00:00')
const judge = (...events: Wire[]) => run(detector, [HOSPITAL, ...events, later])

test('The same lines and amount within ten minutes are a violation by the fund share of the later one', () => {
  const { open } = judge(first, again('2026-03-02 10:10:00'))
  expect(open).toMatchObject([
    {
      subject: { type: 'settlement', id: 'S2' },
      bucket: '',
      result: 'violation',
      severity: 1,
      vola_amt: 7000,
      setl_ids: ['S1', 'S2'],
    },
  ])
  expect(open[0]!.evidence).toMatchObject({ minutes_apart: 10, earlier: { setl_id: 'S1' }, later: { setl_id: 'S2' } })
  expect(detector.explain(open[0]!.evidence, 'zh')).toMatch(/^同一机构10分钟内两次结算相同的2条明细，后一次100.00元，基金70.00元/)
})

test('The order of the lines does not matter', () => {
  expect(judge(first, again('2026-03-02 10:05:00', { feedetail: [...LINES].reverse() })).open).toMatchObject([
    { result: 'violation' },
  ])
})

test('Beyond ten minutes, or with another amount or care type, the same lines are a suspicion for a day', () => {
  expect(judge(first, again('2026-03-02 10:10:01')).open).toMatchObject([{ result: 'suspicion' }])
  expect(judge(first, again('2026-03-02 10:05:00', { medfee_sumamt: 101 })).open).toMatchObject([{ result: 'suspicion' }])
  expect(judge(first, again('2026-03-02 10:05:00', { med_type: '13' })).open).toMatchObject([{ result: 'suspicion' }])
  expect(judge(first, again('2026-03-03 10:00:00')).open).toMatchObject([{ result: 'suspicion' }])
  expect(judge(first, again('2026-03-03 10:00:01')).open).toEqual([])
})

test('What is done anew each day is no repetition on the next one, and is one on the same', () => {
  const sessionOn = (day: string) => [
    { med_list_codg: '002401000010000', pric: 260, med_chrgitm_type: '05', fee_ocur_time: `${day} 10:00:00` },
  ]
  const feeOn = (day: string) => [
    { med_list_codg: '001102000010000', pric: 12, med_chrgitm_type: '02', fee_ocur_time: `${day} 10:00:00` },
  ]
  const untoldOn = (day: string) => [
    { med_list_codg: '001102000010000', list_type: '201', pric: 12, med_chrgitm_type: '', fee_ocur_time: `${day} 10:00:00` },
  ]
  for (const linesOn of [sessionOn, feeOn, untoldOn]) {
    const session = settlement({ setl_id: 'S1', setl_time: '2026-03-02 10:00:00', feedetail: linesOn('2026-03-02') })
    expect(judge(session, again('2026-03-03 09:30:00', { feedetail: linesOn('2026-03-03') })).open).toEqual([])
    expect(judge(session, again('2026-03-02 15:00:00', { feedetail: linesOn('2026-03-02') })).open).toHaveLength(1)
    // Settled on the next day, but for the same one.
    expect(judge(session, again('2026-03-03 09:30:00', { feedetail: linesOn('2026-03-02') })).open).toHaveLength(1)
  }
  const packOn = (day: string) => [{ med_list_codg: 'XA02BCA026E001010100002', pric: 20, fee_ocur_time: `${day} 10:00:00` }]
  const pack = settlement({ setl_id: 'S1', setl_time: '2026-03-02 10:00:00', feedetail: packOn('2026-03-02') })
  expect(judge(pack, again('2026-03-03 09:30:00', { feedetail: packOn('2026-03-03') })).open).toHaveLength(1)
  // What was dispensed beside a treatment is dispensed twice.
  const bothOn = (day: string) => [...sessionOn(day), ...packOn(day)]
  const both = settlement({ setl_id: 'S1', setl_time: '2026-03-02 10:00:00', feedetail: bothOn('2026-03-02') })
  expect(judge(both, again('2026-03-03 09:30:00', { feedetail: bothOn('2026-03-03') })).open).toHaveLength(1)
})

test('Within ten minutes nothing is done anew, though midnight lies between', () => {
  const sessionAt = (fee_ocur_time: string, pric = 260) => [
    { med_list_codg: '002401000010000', pric, med_chrgitm_type: '05', fee_ocur_time },
  ]
  const evening = settlement({ setl_id: 'S1', setl_time: '2026-03-02 23:55:00', feedetail: sessionAt('2026-03-02 23:50:00') })
  const after = (setl_time: string, more: Wire = {}) => again(setl_time, { feedetail: sessionAt('2026-03-03 00:01:00'), ...more })
  expect(judge(evening, after('2026-03-03 00:05:00')).open).toMatchObject([{ result: 'violation', setl_ids: ['S1', 'S2'] }])
  expect(judge(evening, after('2026-03-03 00:05:01')).open).toEqual([])
  expect(judge(evening, after('2026-03-03 00:05:00', { med_type: '13' })).open).toEqual([])
  expect(judge(evening, after('2026-03-03 00:05:00', { feedetail: sessionAt('2026-03-03 00:01:00', 261) })).open).toEqual([])
})

test('The sentence tells the seconds where minutes do not', () => {
  const apart = (setl_time: string) => {
    const { evidence } = judge(first, again(setl_time)).open[0]!
    const [zh, en] = (['zh', 'en'] as const).map((language) => detector.explain(evidence, language)) as [string, string]
    return [evidence.minutes_apart, zh.slice(4, zh.indexOf('内')), en.slice(en.indexOf('twice in') + 9, en.indexOf(':'))]
  }
  expect(apart('2026-03-02 10:00:00')).toEqual([0, '同一秒', 'the same second'])
  expect(apart('2026-03-02 10:00:01')).toEqual([0.02, '1秒', '1 s'])
  expect(apart('2026-03-02 10:10:00')).toEqual([10, '10分钟', '10 min'])
  expect(apart('2026-03-02 10:10:01')).toEqual([10.02, '10分1秒', '10 min 1 s'])
  expect(apart('2026-03-02 13:00:00')).toEqual([180, '3小时', '3 h'])
  expect(apart('2026-03-02 13:05:00')).toEqual([185, '3小时5分', '3 h 5 min'])
})

test('Another line, person or institution is another visit', () => {
  const dearer = [LINES[0]!, { ...LINES[1]!, pric: 21 }]
  expect(judge(first, again('2026-03-02 10:05:00', { feedetail: dearer })).open).toEqual([])
  expect(judge(first, again('2026-03-02 10:05:00', { feedetail: [...LINES, LINES[1]!] })).open).toEqual([])
  expect(judge(first, again('2026-03-02 10:05:00', { psn_no: 'P2' })).open).toEqual([])
  expect(judge(first, again('2026-03-02 10:05:00', { fixmedins_code: 'H99010100002' })).open).toEqual([])
})

test('The verdict waits fifteen minutes', () => {
  const second = again('2026-03-02 10:03:00')
  expect(run(detector, [HOSPITAL, first, second, heartbeat('2026-03-02 10:27:59')]).open).toEqual([])
  expect(run(detector, [HOSPITAL, first, second, heartbeat('2026-03-02 10:28:00')]).open).toHaveLength(1)
})

test('A client that takes its first attempt back is excused, of the suspicion too', () => {
  for (const second of [again('2026-03-02 10:03:00'), again('2026-03-02 10:12:00')]) {
    const { open, retracted } = judge(first, second, voidOf(first, '2026-03-02 10:14:00'))
    expect([open, retracted]).toEqual([[], []])
  }
})

test('A void of either settlement retracts, however late', () => {
  const second = again('2026-03-02 10:03:00')
  const afterwards = [heartbeat('2026-03-20 00:00:00'), voidOf(first, '2026-03-20 10:00:00')]
  expect(judge(first, second, ...afterwards)).toMatchObject({ open: [], retracted: [{ subject: { id: 'S2' } }] })
  expect(judge(first, second, voidOf(second, '2026-03-02 18:00:00'))).toMatchObject({
    open: [],
    retracted: [{ subject: { id: 'S2' } }],
  })
})

test('Each repetition is a finding of its own, in whatever order they arrive', () => {
  const events = [first, again('2026-03-02 10:03:00'), again('2026-03-02 10:06:00', { setl_id: 'S3' })]
  const [one, two, three] = events as [Wire, Wire, Wire]
  const expected = judge(one, two, three).open
  expect(expected).toMatchObject([{ setl_ids: ['S1', 'S2'] }, { setl_ids: ['S2', 'S3'] }])
  for (const order of [
    [three, two, one],
    [two, three, one],
    [three, one, two],
  ])
    expect(judge(...order).open).toEqual(expected)
  // With the middle one gone the third repeats the first.
  expect(judge(...events, voidOf(two, '2026-03-02 11:00:00')).open).toMatchObject([
    { setl_ids: ['S1', 'S3'], result: 'violation' },
  ])
})

test('Without lines nothing can be compared', () => {
  expect(judge(settlement({ feedetail: [] })).skipped).toEqual(['INPUT_MISSING'])
})

test('What a settlement takes back itself it did not charge: the rest is compared', () => {
  const [service, drug] = LINES as unknown as [LineGiven, LineGiven]
  const corrected = [service, { ...drug, cnt: 2 }, { ...drug, cnt: -1 }]
  const open = judge(first, again('2026-03-02 10:05:00', { feedetail: corrected })).open
  expect(open).toMatchObject([{ result: 'violation', evidence: { later: { lines: 2 } } }])
  const nothing = { feedetail: [drug, { ...drug, cnt: -1 }], medfee_sumamt: 0 }
  const twice = [
    settlement({ setl_id: 'S1', setl_time: '2026-03-02 10:00:00', ...nothing }),
    again('2026-03-02 10:05:00', nothing),
  ]
  expect(judge(...twice)).toMatchObject({ open: [], skipped: [] })
})

test('Receipts of different days are reimbursed at the agency within minutes; the same receipt is not', () => {
  const receipt = (day: string) => ({
    pay_loc: '1',
    feedetail: LINES.map((line) => ({ ...line, fee_ocur_time: `${day} 09:00:00` })),
  })
  const reimbursed = (setl_id: string, setl_time: string, day: string) => settlement({ setl_id, setl_time, ...receipt(day) })
  const march = reimbursed('S1', '2026-03-02 10:00:00', '2026-02-02')
  expect(judge(march, reimbursed('S2', '2026-03-02 10:04:00', '2026-02-09')).open).toEqual([])
  expect(judge(march, reimbursed('S2', '2026-03-02 10:04:00', '2026-02-02')).open).toMatchObject([{ result: 'violation' }])
  expect(judge(march, reimbursed('S2', '2026-03-02 15:00:00', '2026-02-02')).open).toMatchObject([{ result: 'suspicion' }])
})
