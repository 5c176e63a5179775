import { expect, test } from 'vitest'
import { admission, discharge, HOSPITAL, heartbeat, inpatient, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './mgt-08.ts'

const judge = (...events: Wire[]) => run(detector, [HOSPITAL, ...events])
/** From 1 March 09:00 to 5 March 10:00. */
const first = admission({ mdtrt_id: 'A' })
const left = (endtime: string, more: Wire = {}) => discharge({ mdtrt_id: 'A', endtime, ...more })
const second = (begntime: string, more: Wire = {}) =>
  admission({ mdtrt_id: 'B', fixmedins_code: 'H99010100002', begntime, ...more })
const afterwards = heartbeat('2026-03-31 00:00:00')
const settled = (mdtrt_id: string, fixmedins_code: string, begntime: string, endtime: string, more: Wire = {}) =>
  inpatient({
    setl_id: `S-${mdtrt_id}`,
    mdtrt_id,
    fixmedins_code,
    begntime,
    endtime,
    setl_time: endtime,
    feedetail: [{ pric: 1000 }],
    ...more,
  })

test('An admission while the other stay is open is a violation, named after the later stay', () => {
  const { open } = judge(first, second('2026-03-03 09:00:00'), heartbeat('2026-03-03 13:10:00'))
  expect(open).toMatchObject([
    { subject: { type: 'person', id: 'P1' }, bucket: 'B', severity: 1, result: 'violation', setl_ids: [] },
  ])
  expect(open[0]!.evidence).toMatchObject({ others: [{ mdtrt_id: 'A', overlap_hours: null }] })
  expect(open[0]!.fixmedins_code).toBe('H99010100002')
  expect(detector.explain(open[0]!.evidence, 'zh')).toMatch(/^2026-03-03在H99010100002入院时仍在H99010100001住院，至今重叠/)
})

test('The verdict waits until the watermark passes the second admission by four hours', () => {
  expect(judge(first, second('2026-03-03 09:00:00'), heartbeat('2026-03-03 13:09:59')).open).toEqual([])
})

test('A begin at midnight tells only the day: an overlap counts from its end', () => {
  const a = settled('A', 'H99010100001', '2026-03-01 09:00:00', '2026-03-05 10:00:00')
  const b = (begntime: string) => settled('B', 'H99010100002', begntime, '2026-03-09 00:00:00')
  expect(judge(a, b('2026-03-05 00:00:00'), afterwards).open).toEqual([])
  expect(judge(a, b('2026-03-05 00:00:01'), afterwards).open).toHaveLength(1)
  expect(judge(a, b('2026-03-04 00:00:00'), afterwards).open).toHaveLength(1)
})

test('Stays known only by their settlements are compared too, at the cost of the later one', () => {
  const a = settled('A', 'H99010100001', '2026-03-01 09:00:00', '2026-03-05 10:00:00')
  const b = settled('B', 'H99010100002', '2026-03-03 09:00:00', '2026-03-08 10:00:00')
  const { open } = judge(a, b)
  expect(open).toMatchObject([
    { bucket: 'B', vola_amt: 70000, setl_ids: ['S-A', 'S-B'], evidence: { others: [{ overlap_hours: 49 }] } },
  ])
  expect(judge(b, a).open).toEqual(open)
})

test('Four hours of overlap are papers that followed, a second more is not', () => {
  const overlap = (endtime: string) => judge(first, second('2026-03-05 06:00:00'), left(endtime), afterwards).open
  expect(overlap('2026-03-05 10:00:00')).toEqual([])
  expect(overlap('2026-03-05 10:00:01')).toHaveLength(1)
})

test('A discharge registered late retracts', () => {
  const opened = [first, second('2026-03-03 09:00:00'), heartbeat('2026-03-03 14:00:00')]
  expect(judge(...opened).open).toHaveLength(1)
  expect(judge(...opened, left('2026-03-03 08:00:00'))).toMatchObject({ open: [], retracted: [{ bucket: 'B' }] })
})

test('A transfer explains a day of overlap', () => {
  const transfer = (endtime: string, dscg_way: string) =>
    judge(first, second('2026-03-04 10:00:00'), left(endtime, { dscg_way }), afterwards).open
  expect(transfer('2026-03-05 10:00:00', '2')).toEqual([])
  expect(transfer('2026-03-05 10:00:01', '2')).toHaveLength(1)
  expect(transfer('2026-03-05 10:00:00', '1')).toHaveLength(1)
  // Also where the other stay ended in the same second.
  const ended = discharge({ mdtrt_id: 'B', fixmedins_code: 'H99010100002', endtime: '2026-03-05 10:00:00' })
  const both = (dscg_way: string) => [left('2026-03-05 10:00:00', { dscg_way }), ended, afterwards]
  expect(judge(first, second('2026-03-04 10:00:00'), ...both('2')).open).toEqual([])
  expect(judge(first, second('2026-03-04 10:00:00'), ...both('1')).open).toHaveLength(1)
})

test('Two stays at one institution are another rule’s matter', () => {
  expect(judge(first, second('2026-03-03 09:00:00', { fixmedins_code: 'H99010100001' }), afterwards).open).toEqual([])
})

test('Mother and newborn may share a number; two beds for one newborn are too many', () => {
  const child = (begntime: string, more: Wire) => second(begntime, more)
  expect(judge(first, child('2026-03-03 09:00:00', { brdy: '2026-03-02' }), afterwards).open).toEqual([])
  expect(judge(first, child('2026-03-03 09:00:00', { dscg_maindiag_code: 'P22.000' }), afterwards).open).toEqual([])
  expect(judge(first, child('2026-03-03 09:00:00', { brdy: '1990-03-02' }), afterwards).open).toHaveLength(1)
  const born = { ...first, brdy: '2026-03-01' }
  expect(judge(born, child('2026-03-03 09:00:00', { brdy: '2026-03-01' }), afterwards).open).toHaveLength(1)
})

test('A stay that meets two others is one alert', () => {
  const third = admission({ mdtrt_id: 'C', fixmedins_code: 'H99010100003', begntime: '2026-03-04 09:00:00' })
  const { open } = judge(first, second('2026-03-03 09:00:00'), third, afterwards)
  expect(open).toMatchObject([
    { bucket: 'B', count: 1 },
    { bucket: 'C', count: 2 },
  ])
})

test('A void of the only evidence of a stay retracts, a year later too', () => {
  const a = settled('A', 'H99010100001', '2026-03-01 09:00:00', '2026-03-05 10:00:00')
  const b = settled('B', 'H99010100002', '2026-03-03 09:00:00', '2026-03-08 10:00:00')
  const c = settled('C', 'H99010100002', '2027-03-03 09:00:00', '2027-03-08 10:00:00')
  expect(judge(a, b, c).open).toHaveLength(1)
  expect(judge(a, b, c, voidOf(a, '2027-03-09 10:00:00'))).toMatchObject({ open: [], retracted: [{ bucket: 'B' }] })
})

test('Admissions on which an alert rests are remembered with it', () => {
  const found = [first, second('2026-03-03 09:00:00'), afterwards]
  const next = (id: string, day: string) => settled(id, 'H99010100002', `2027-03-${day} 09:00:00`, `2027-03-${day} 18:00:00`)
  expect(judge(...found, next('C', '03'), next('D', '13')).open).toEqual(judge(...found).open)
})

test('Stays told of more than 180 days apart are not compared, whatever is still remembered', () => {
  const told = (setl_time: string) =>
    judge(
      settled('A', 'H99010100001', '2026-01-01 09:00:00', '2026-02-01 10:00:00'),
      settled('B', 'H99010100002', '2026-01-20 09:00:00', '2026-07-01 10:00:00', { setl_time }),
      heartbeat('2026-12-31 00:00:00'),
    ).open
  expect(told('2026-07-31 10:00:00')).toHaveLength(1)
  expect(told('2026-07-31 10:00:01')).toEqual([])
})

test('The order of arrival does not matter', () => {
  const b = settled('B', 'H99010100002', '2026-03-03 09:00:00', '2026-03-08 10:00:00')
  const events = [first, second('2026-03-03 09:00:00'), left('2026-03-05 10:00:00'), b]
  const expected = judge(...events, afterwards).open
  expect(expected).toMatchObject([{ vola_amt: 70000, evidence: { others: [{ overlap_hours: 49 }] } }])
  for (const order of [
    [3, 2, 1, 0],
    [1, 3, 0, 2],
  ])
    expect(judge(...order.map((i) => events[i]!), afterwards).open).toEqual(expected)
})

test('A stay whose beginning no event tells cannot be judged', () => {
  expect(judge(inpatient({ begntime: '', feedetail: [{}] })).skipped).toEqual(['INPUT_MISSING'])
})
