import { expect, test } from 'vitest'
import { parseInstant } from '../../schemas/time.ts'
import type { FindingChange } from '../detector.ts'
import { reference, settlement, voidOf } from '../testing/events.ts'
import { type Given, run, type Wire } from '../testing/scenario.ts'
import detector from './ano-10.ts'

const [HOSPITAL, PHARMACY] = ['H99010100001', 'P99010100002']
const visit = (person: number, place: string, day: number, more: Wire = {}) =>
  settlement({
    ...{
      setl_id: `S${String(day).padStart(2, '0')}-${person}-${place.slice(0, 1)}`,
      psn_no: `P${person}`,
      fixmedins_code: place,
    },
    ...{ setl_time: `2026-03-${String(day).padStart(2, '0')} ${place === HOSPITAL ? '09' : '10'}:0${person}:00` },
    ...more,
  })
const byTime = (a: Wire, b: Wire) => ((a.setl_time as string) < (b.setl_time as string) ? -1 : 1)
/** So many persons come to both on each of the days. */
const ring = (persons: number, days: readonly number[], places = [HOSPITAL, PHARMACY]) =>
  days.flatMap((day) => places.flatMap((place) => Array.from({ length: persons }, (_, i) => visit(i, place, day))))
const silence = (time: string) => ({ kind: 'heartbeat', time })
/** All verdicts of the month are given. */
const judge = (...events: Given[]) => run(detector, [...events, silence('2026-05-10 00:00:00')])

test('Five persons who come together three times to the same two institutions are a ring', () => {
  const { open } = judge(...ring(5, [2, 9, 16]))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'group', id: `${HOSPITAL}+${PHARMACY}` }, bucket: '|990101', severity: 1, result: 'suspicion' },
      ...{ vola_amt: 21_000, count: 5, admdvs: '990101' },
      evidence: { persons: ['P0', 'P1', 'P2', 'P3', 'P4'], shared_events: 60, expected: 6, z: 22, settlements: 30 },
    },
  ])
  expect(open[0]!.setl_ids).toHaveLength(30)
  expect(detector.explain(open[0]!.evidence, 'zh')).toMatch(
    /^2026-03-02至2026-03-16，5人.*同日60次，随机预期6次（22σ），风险0\.99/,
  )
  expect(open[0]!.evidence.edges).toHaveLength(10)
  expect(open[0]!.evidence.edges[0]).toEqual({ person: 'P0', place: HOSPITAL, events: 3, lift: 10 })
})

test('In a village with three institutions everybody meets; a fourth gives a choice', () => {
  const known = (count: number) =>
    Array.from({ length: count }, (_, i) => reference('institution', `H9901010000${i + 1}`, { admdvs: '990101' }))
  const elsewhere = reference('institution', 'H99020200001', { admdvs: '990202' })
  expect(judge(...known(3), elsewhere, ...ring(5, [2, 9, 16])).open).toEqual([])
  expect(judge(...known(4), elsewhere, ...ring(5, [2, 9, 16])).open).toHaveLength(1)
})

test('Four persons, two days, or one institution are none', () => {
  expect(judge(...ring(4, [2, 9, 16])).open).toEqual([])
  expect(judge(...ring(5, [2, 9])).open).toEqual([])
  expect(judge(...ring(6, [2, 9, 16, 23], [HOSPITAL])).open).toEqual([])
})

test('More than thirty days are no month', () => {
  expect(judge(...ring(5, [1, 9, 30])).open).toHaveLength(1)
  expect(judge(...ring(5, [1, 9, 31])).open).toEqual([])
})

test('Who comes as often on other days comes by chance', () => {
  const apart = Array.from({ length: 6 }, (_, i) =>
    [0, 1, 2].flatMap((n) => [visit(i, HOSPITAL, 1 + i + 7 * n), visit(i, PHARMACY, 2 + i + 7 * n)]),
  )
  const events = apart.flat().sort(byTime)
  expect(judge(...events).open).toEqual([])
})

test('What the fund did not pay is nobody’s scheme, and a void takes a ring apart', () => {
  const events = ring(5, [2, 9, 16])
  expect(judge(...events.map((event) => ({ ...event, fund_pay_sumamt: 0 }))).open).toEqual([])
  expect(judge(...events, voidOf(events[4]!, '2026-05-02 10:00:00'))).toMatchObject({ open: [], retracted: [{}] })
})

test('The verdict is given on Monday, with what has come until then', () => {
  const events = ring(5, [2, 9, 16])
  expect(run(detector, [...events, silence('2026-03-23 00:09:59')]).open).toEqual([])
  expect(run(detector, [...events, silence('2026-03-23 00:10:00')]).open).toHaveLength(1)
})

test('A void takes a standing ring apart at once; what a sixth did without need leaves it standing', () => {
  const [five, six] = [ring(5, [2, 9, 16]), ring(6, [2, 9, 16])]
  const monday = silence('2026-03-24 00:00:00')
  const undone = (events: readonly Wire[], one: Wire) => [...events, monday, voidOf(one, '2026-03-24 10:00:00')]
  expect(run(detector, undone(five, five[4]!))).toMatchObject({ open: [], retracted: [{}] })
  const sixth = six.find(({ psn_no }) => psn_no === 'P5')!
  expect(run(detector, [...six, monday]).open[0]).toMatchObject({ count: 6 })
  expect(run(detector, undone(six, sixth)).open[0]).toMatchObject({ count: 5, evidence: { settlements: 30 } })
})

test('Years later a ring still stands, and a void still takes it apart', () => {
  const events = ring(5, [2, 9, 16])
  const later = [...events, silence('2026-12-01 00:00:00'), visit(9, HOSPITAL, 2, { setl_time: '2028-01-03 09:00:00' })]
  expect(judge(...later).open).toHaveLength(1)
  const undone = [...later, voidOf(events[0]!, '2028-01-04 10:00:00')]
  expect(judge(...undone)).toMatchObject({ open: [], retracted: [{}] })
})

test('Who has come often is forgotten after ninety days, unless a ring rests on it', () => {
  const four = ring(4, [2, 9, 16])
  const fifth = (month: string) =>
    ring(5, [2, 9, 16])
      .filter(({ psn_no }) => psn_no === 'P4')
      .map((event) => ({ ...event, setl_time: (event.setl_time as string).replace('2026-03', month) }))
  expect(run(detector, [...four, ...fifth('2026-09'), silence('2026-12-01 00:00:00')]).open).toEqual([])
})

/** Each comes on some days of their own besides, so that the days together stand out less. */
const diluted = [
  ...ring(5, [2, 9, 16]),
  ...Array.from({ length: 5 }, (_, i) =>
    [HOSPITAL, PHARMACY].flatMap((place) => [3, 10, 17].map((day) => visit(i, place, day + i))),
  ).flat(),
].sort(byTime)
const finding = (detector_id: string, fixmedins_code: string, more: Partial<FindingChange> = {}): FindingChange => ({
  ...{ kind: 'finding', detector_id, alert_id: 'A1', holds: true, severity: 2, setl_ids: [], psn_no: '', fixmedins_code },
  ...{ subject: { type: 'institution', id: fixmedins_code }, admdvs: '990101', at: parseInstant('2026-03-20 12:00:00') },
  ...more,
})

test('Meetings that do not convince alone do when other findings name an institution or a member', () => {
  expect(judge(...diluted).open).toEqual([])
  const { open } = judge(...diluted, finding('ANO-03', PHARMACY))
  expect(open).toMatchObject([{ evidence: { suspected: [PHARMACY] } }])
  expect(open[0]!.evidence.z).toBeGreaterThan(5)
  expect(open[0]!.evidence.z).toBeLessThan(8)
  expect(open[0]!.evidence.risk).toBe(0.89)
  expect(judge(...diluted, finding('MGT-18', 'P99010100009', { psn_no: 'P1' })).open).toMatchObject([
    { evidence: { suspected: ['P1'], risk: 0.82 } },
  ])
})

test('What no longer holds, other rules, and a name outside the ring make nobody suspicious', () => {
  expect(judge(...diluted, finding('ANO-03', PHARMACY), finding('ANO-03', PHARMACY, { holds: false })).open).toEqual([])
  expect(judge(...diluted, finding('POL-01', PHARMACY)).open).toEqual([])
  expect(judge(...diluted, finding('MGT-18', 'P99010100009', { psn_no: 'P77' })).open).toEqual([])
})

test('A doctor who moves between hospitals and one pharmacy are a ring', () => {
  const hospitals = [HOSPITAL, 'H99010100003', 'H99010100004']
  const doctor = { chfpdr_code: 'D990101000777' }
  const events = (pharmacy: string) =>
    [2, 9, 16].flatMap((day, i) =>
      Array.from({ length: 5 }, (_, person) => [
        visit(person, hospitals[i]!, day, doctor),
        visit(person, pharmacy, day, { med_type: '41', chfpdr_code: '' }),
      ]).flat(),
    )
  const { open } = judge(...events(PHARMACY))
  expect(open).toMatchObject([{ subject: { id: `${PHARMACY}+D990101000777` }, evidence: { doctors: ['D990101000777'] } }])
  expect(open[0]!.evidence.institutions).toEqual([...hospitals, PHARMACY])
  // Another hospital is no pharmacy.
  expect(judge(...events('H99010100009')).open).toEqual([])
})

test('A ring across counties is told once; of places without choice only the edges fall', () => {
  const far = 'P99020200001'
  const events = ring(5, [2, 9, 16], [HOSPITAL, far])
  expect(judge(...events).open).toMatchObject([{ subject: { id: `${HOSPITAL}+${far}` }, bucket: '|990101' }])
  const lone = reference('institution', far, { admdvs: '990202' })
  expect(judge(lone, ...events).open).toEqual([])
  const three = [2, 9, 16].flatMap((day) => ring(5, [day], [HOSPITAL, PHARMACY, far]))
  expect(judge(lone, ...three).open).toMatchObject([{ subject: { id: `${HOSPITAL}+${PHARMACY}` } }])
})

test('A ring is seen through a crowd that comes as often to the same places, each on other days', () => {
  let drawn = 7
  const below = (limit: number) => {
    drawn = (drawn * 48_271) % 2_147_483_647
    return drawn % limit
  }
  const crowd = Array.from({ length: 60 }, (_, i) =>
    [HOSPITAL, PHARMACY].flatMap((place) =>
      [0, 1, 2, 3].map((n) => visit(9, place, 1 + below(30), { psn_no: `T${i}`, setl_id: `T${i}-${n}-${place}` })),
    ),
  ).flat()
  expect(judge(...crowd.sort(byTime)).open).toEqual([])
  const { open } = judge(...[...ring(5, [4, 13, 22]), ...crowd].sort(byTime))
  expect(open).toHaveLength(1)
  expect(open[0]!.evidence.persons).toEqual(expect.arrayContaining(['P0', 'P1', 'P2', 'P3', 'P4']))
  // A few of the crowd have met all of them by chance.
  expect(open[0]!.count).toBeLessThan(10)
})

test('Two groups at the same two places are one finding with all members', () => {
  const others = ring(5, [4, 12, 23]).map((event) => ({ ...event, psn_no: `Q${event.psn_no}`, setl_id: `Q${event.setl_id}` }))
  const events = [...ring(5, [2, 9, 16]), ...others].sort(byTime)
  const { open } = judge(...events)
  expect(open).toMatchObject([{ count: 10, evidence: { settlements: 60, shared_events: 120, expected: 12 } }])
  const undone = judge(...events, voidOf(events[0]!, '2026-05-20 10:00:00'))
  expect(undone).toMatchObject({ open: [{ count: 5 }], retracted: [] })
})

test('Nobody has met whose bills the agency reimburses', () => {
  expect(judge(...ring(5, [2, 9, 16]).map((bill) => ({ ...bill, pay_loc: '1' }))).open).toEqual([])
})
