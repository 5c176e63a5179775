import { expect, test } from 'vitest'
import { reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
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
/** So many persons come to both on each of the days. */
const ring = (persons: number, days: readonly number[], places = [HOSPITAL, PHARMACY]) =>
  days.flatMap((day) => places.flatMap((place) => Array.from({ length: persons }, (_, i) => visit(i, place, day))))
const judge = (...events: Wire[]) => run(detector, events)

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
  expect(detector.explain(open[0]!.evidence, 'zh')).toMatch(/^2026-03-02至2026-03-165?人?.*同日60次，随机预期6次（22σ）/)
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
  const events = apart.flat().sort((a, b) => ((a.setl_time as string) < (b.setl_time as string) ? -1 : 1))
  expect(judge(...events).open).toEqual([])
})

test('What the fund did not pay is nobody’s scheme, and a void takes a ring apart', () => {
  const events = ring(5, [2, 9, 16])
  expect(judge(...events.map((event) => ({ ...event, fund_pay_sumamt: 0 }))).open).toEqual([])
  expect(judge(...events, voidOf(events[4]!, '2026-05-02 10:00:00'))).toMatchObject({ open: [], retracted: [{}] })
})
