import { expect, test } from 'vitest'
import { inpatient, reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './ano-01.ts'

const at = (id: string, lon: number, more: object = {}) =>
  reference('institution', id, { name: id, kind: 'hospital', admdvs: '990101', lon, lat: 0, ...more })
/** On the equator a degree is 111.19 km: 0.27 degrees are 30.02 km, 0.5396 are 60.0. */
const PLACES = [
  at('HERE', 117),
  at('NEAR', 117.2697),
  at('NEXT', 117.27),
  at('FAR', 117.5397),
  at('WEB', 118, { is_internet: true }),
]
const visit = (setl_id: string, fixmedins_code: string, time: string, more: Wire = {}) =>
  settlement({ setl_id, fixmedins_code, setl_time: `2026-03-02 ${time}`, feedetail: [{ pric: 100 }], ...more })
const judge = (...events: Wire[]) => run(detector, [...PLACES, ...events])
const here = visit('S1', 'HERE', '09:00:00')

test('Sixty kilometres in less than half an hour are impossible; the later settlement names the alert', () => {
  const { open } = judge(here, visit('S2', 'FAR', '09:29:59'))
  expect(open).toMatchObject([
    {
      subject: { type: 'person', id: 'P1' },
      bucket: 'S2',
      severity: 1,
      result: 'suspicion',
      vola_amt: 7000,
      setl_ids: ['S1', 'S2'],
    },
  ])
  expect(open[0]!.evidence).toMatchObject({ minutes: 30, distance_km: 60, speed_kmh: 120 })
  expect(detector.explain(open[0]!.evidence, 'zh')).toContain('30分钟内在相距60公里的两家机构当面结算')
})

test('At 120 km/h the same way is possible', () => {
  expect(judge(here, visit('S2', 'FAR', '09:30:01')).open).toEqual([])
})

test('Thirty kilometres are the least that is judged', () => {
  expect(judge(here, visit('S2', 'NEAR', '09:00:01')).open).toEqual([])
  expect(judge(here, visit('S2', 'NEXT', '09:00:01')).open).toHaveLength(1)
})

test('After twelve hours nothing is impossible', () => {
  const antipode = at('AWAY', -63)
  expect(run(detector, [...PLACES, antipode, here, visit('S2', 'AWAY', '21:00:00')]).open).toHaveLength(1)
  expect(run(detector, [...PLACES, antipode, here, visit('S2', 'AWAY', '21:00:01')]).open).toEqual([])
})

test('In the same second there is no speed to tell', () => {
  const { open } = judge(here, visit('S2', 'FAR', '09:00:00'))
  expect(open).toMatchObject([{ evidence: { minutes: 0, speed_kmh: null } }])
  expect(detector.explain(open[0]!.evidence, 'en')).not.toContain('null')
})

test('The electronic credential may be shown by family: severity 2', () => {
  expect(judge(here, visit('S2', 'FAR', '09:10:00', { mdtrt_cert_type: '02' })).open).toMatchObject([{ severity: 1 }])
  expect(judge(here, visit('S2', 'FAR', '09:10:00', { mdtrt_cert_type: '01' })).open).toMatchObject([{ severity: 2 }])
  expect(judge(visit('S1', 'HERE', '09:00:00', { mdtrt_cert_type: '01' }), visit('S2', 'FAR', '09:10:00')).open).toMatchObject([
    { severity: 2 },
  ])
})

test('Without coordinates another prefecture within the hour is impossible', () => {
  const elsewhere = (mdtrt_admdvs: string, time: string) => visit('S2', 'UNKNOWN', time, { mdtrt_admdvs })
  expect(judge(here, elsewhere('990201', '09:59:59')).open).toMatchObject([{ evidence: { distance_km: null, speed_kmh: null } }])
  expect(judge(here, elsewhere('990201', '10:00:00')).open).toEqual([])
  expect(judge(here, elsewhere('990102', '09:10:00')).open).toEqual([])
  expect(judge(elsewhere('', '09:10:00')).skipped).toEqual(['REFERENCE_MISSING'])
})

test('Only consecutive settlements are compared', () => {
  const way = [here, visit('S2', 'NEXT', '09:16:00'), visit('S3', 'FAR', '09:32:00')]
  expect(judge(...way).open).toEqual([])
})

test('Internet hospitals and stays are no presence', () => {
  expect(judge(here, visit('S2', 'WEB', '09:10:00')).open).toEqual([])
  expect(judge(here, inpatient({ fixmedins_code: 'FAR', setl_time: '2026-03-02 09:10:00', feedetail: [{}] })).open).toEqual([])
})

test('A settlement posted long after the service is no presence', () => {
  const posted = (endtime: string) => judge(here, visit('S2', 'FAR', '09:10:00', { endtime: `2026-03-02 ${endtime}` })).open
  expect(posted('07:10:00')).toHaveLength(1)
  expect(posted('07:09:59')).toEqual([])
})

test('A newborn under its mother’s number is somebody else', () => {
  const child = (more: Wire) => judge(here, visit('S2', 'FAR', '09:10:00', more)).open
  expect(child({ brdy: '2026-02-02' })).toEqual([])
  expect(child({ brdy: '2026-02-01' })).toHaveLength(1)
  expect(child({ psn_type: '1401' })).toEqual([])
  expect(child({ diseinfo: [{ diag_type: '1', maindiag_flag: '1', diag_code: 'P59.900' }] })).toEqual([])
  expect(judge(here, visit('S2', 'HERE', '09:05:00', { brdy: '2026-02-20' }), visit('S3', 'FAR', '09:10:00')).open).toHaveLength(
    1,
  )
})

test('A void retracts, and lets the neighbours meet', () => {
  const [near, far] = [visit('S2', 'HERE', '09:20:00'), visit('S3', 'FAR', '09:21:00')]
  const before = judge(here, near, far)
  expect(before.open).toMatchObject([{ bucket: 'S3', setl_ids: ['S2', 'S3'] }])
  expect(judge(here, near, far, voidOf(far, '2026-03-09 10:00:00'))).toMatchObject({ open: [], retracted: [{ bucket: 'S3' }] })
  expect(judge(here, near, far, voidOf(near, '2026-03-02 12:00:00')).open).toMatchObject([
    { bucket: 'S3', setl_ids: ['S1', 'S3'] },
  ])
})

test('The order of arrival does not matter', () => {
  const way = [here, visit('S2', 'FAR', '09:05:00'), visit('S3', 'HERE', '09:10:00')]
  const expected = judge(...way).open
  expect(expected).toHaveLength(2)
  for (const order of [
    [2, 1, 0],
    [1, 0, 2],
    [2, 0, 1],
  ])
    expect(judge(...order.map((i) => way[i]!)).open).toEqual(expected)
})

test('Who has an old bill reimbursed at the agency was not there', () => {
  const far = visit('S2', 'FAR', '09:29:59')
  expect(judge(here, { ...far, pay_loc: '1' }).open).toEqual([])
  expect(judge({ ...here, pay_loc: '1' }, far).open).toEqual([])
})
