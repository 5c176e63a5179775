import { expect, test } from 'vitest'
import { HOSPITAL, heartbeat, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './med-07.ts'

/** Ordinary visits for a cold on one day: their drugs cost 100 yuan, give or take a third. */
const peers = (day: string, count: number, given: Wire = {}) =>
  Array.from({ length: count }, (_, i) =>
    settlement({
      ...{ setl_id: `${day}-${i}`, psn_no: `Q${i}`, setl_time: `${day} 09:00:00` },
      feedetail: [{ pric: [75, 100, 133][i % 3]! }],
      ...given,
    }),
  )
const large = (setl_time: string, pric = 2000, given: Wire = {}, line: Wire = {}) =>
  settlement({ setl_id: 'LARGE', setl_time, feedetail: [{ pric, ...line }], ...given })
const judge = (...events: Wire[]) => run(detector, [HOSPITAL, ...events])

test('Drugs far dearer than those of two hundred peers are a suspicion', () => {
  const { open } = judge(...peers('2026-03-02', 200), large('2026-03-06 10:00:00'))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'settlement', id: 'LARGE' }, bucket: '|OP|J06|3', severity: 3, result: 'suspicion' },
      ...{ setl_ids: ['LARGE'], evidence: { n: 200, amount: 2000 } },
    },
  ])
  const { p50, p99, z, vola_amt } = open[0]!.evidence
  expect([p50, p99, vola_amt]).toEqual([100, 133, 1867])
  expect(z).toBeGreaterThan(10)
})

test('The quantiles are amounts that occurred, and the excess is counted from them', () => {
  const near = peers('2026-03-02', 251).map((visit, i) =>
    settlement({ ...visit, feedetail: [{ pric: [57.01, 57.51, 58.01][i % 3]! }] }),
  )
  const { open } = judge(...near, large('2026-03-06 10:00:00', 600))
  expect(open[0]!.evidence).toMatchObject({ p50: 57.51, p99: 58.01, vola_amt: 541.99 })
  expect(detector.explain(open[0]!.evidence, 'zh')).toContain('药费600.00元，同类251例中位57.51元、P99 58.01元')
  const common = peers('2026-03-02', 250, { feedetail: [{ pric: 500.01 }] })
  expect(judge(...common, large('2026-03-06 10:00:00', 600)).open).toMatchObject([{ evidence: { p50: 500.01, p99: 500.01 } }])
})

test('What the dearest hundredth of the peers cost too is none', () => {
  const [usual, dear] = [peers('2026-03-02', 197), peers('2026-03-03', 3, { feedetail: [{ pric: 2000 }] })]
  const found = (pric: number) => judge(...usual, ...dear, large('2026-03-07 10:00:00', pric)).open
  expect(found(2000)).toEqual([])
  expect(found(2000.01)).toMatchObject([{ evidence: { p99: 2000 } }])
})

test('Fewer than two hundred peers say nothing, and a visit without drugs is none of them', () => {
  const few = peers('2026-03-02', 199)
  const { open, skipped } = judge(...few, large('2026-03-06 10:00:00'))
  expect([open.length, skipped]).toEqual([0, ['SAMPLE_SMALL']])
  const talk = settlement({ setl_time: '2026-03-02 09:00:00', feedetail: [{ list_type: '201' }] })
  expect(judge(...few, talk, large('2026-03-06 10:00:00')).skipped).toEqual(['SAMPLE_SMALL'])
})

test('A day is known on the fourth day after it, and for thirty days', () => {
  const later = heartbeat('2026-04-06 00:00:00')
  const known = (time: string) => judge(...peers('2026-03-02', 200), large(time), later).open.length
  expect(['2026-03-05 23:59:59', '2026-03-06 00:00:00'].map(known)).toEqual([0, 1])
  expect(['2026-04-04 12:00:00', '2026-04-05 12:00:00'].map(known)).toEqual([1, 0])
})

test('A visit that comes before its baseline is built waits for it', () => {
  const early = large('2026-03-06 00:00:00')
  const soon = judge(...peers('2026-03-02', 200), heartbeat('2026-03-05 23:50:00'), early, heartbeat('2026-03-06 00:10:00'))
  expect(soon.open).toEqual([])
  const built = judge(...peers('2026-03-02', 200), early, heartbeat('2026-03-06 00:10:01'))
  expect(built.open).toHaveLength(1)
})

test('An amount below the floor of its class is not judged', () => {
  const peersFor = (med_type: string) => peers('2026-03-02', 200, { med_type })
  const found = (med_type: string, pric: number) =>
    judge(...peersFor(med_type), large('2026-03-06 10:00:00', pric, { med_type })).open.length
  expect([found('11', 500), found('11', 500.01)]).toEqual([0, 1])
  expect([found('14', 2000), found('14', 2000.01)]).toEqual([0, 1])
  // What else the visit cost lifts no drugs above it.
  const feedetail = [{ pric: 500 }, { pric: 100, list_type: '201' }]
  expect(judge(...peersFor('11'), settlement({ setl_time: '2026-03-06 10:00:00', feedetail })).open).toEqual([])
})

test('The deviation must exceed three and a half', () => {
  const wide = peers('2026-03-02', 200).map((visit, i) => settlement({ ...visit, feedetail: [{ pric: i % 2 ? 50 : 200 }] }))
  // Mean 100, sigma ln 2: z = ln(pric / 100) / 0.695.
  expect(judge(...wide, large('2026-03-06 10:00:00', 1100)).open).toEqual([])
  expect(judge(...wide, large('2026-03-06 10:00:00', 1180)).open).toHaveLength(1)
})

test('Negotiated drugs and services do not count, nor do other diagnoses and classes', () => {
  const before = peers('2026-03-02', 200)
  expect(judge(...before, large('2026-03-06 10:00:00', 2000, {}, { hi_nego_drug_flag: '1' })).open).toEqual([])
  expect(judge(...before, large('2026-03-06 10:00:00', 2000, {}, { list_type: '201' })).open).toEqual([])
  const diseinfo = [{ diag_type: '1', maindiag_flag: '1', diag_code: 'C34.900' }]
  expect(judge(...before, large('2026-03-06 10:00:00', 2000, { diseinfo })).skipped).toEqual(['SAMPLE_SMALL'])
  expect(judge(...before, large('2026-03-06 10:00:00', 2000, { med_type: '41' })).open).toEqual([])
})

test('A void retracts; one of a peer before its day is built leaves the baseline smaller', () => {
  const before = peers('2026-03-02', 200)
  const visit = large('2026-03-06 10:00:00')
  const { open, retracted } = judge(...before, visit, voidOf(visit, '2026-09-06 12:00:00'))
  expect([open.length, retracted.length]).toEqual([0, 1])
  for (const time of ['2026-03-04 09:00:00', '2026-03-05 23:59:59'])
    expect(judge(...before, voidOf(before[0]!, time), visit).skipped).toEqual(['SAMPLE_SMALL'])
  expect(judge(...before, heartbeat('2026-03-06 00:10:00'), voidOf(before[0]!, '2026-03-06 00:10:00'), visit).open).toHaveLength(
    1,
  )
})

test('Drugs that the person pays alone are no matter of the fund', () => {
  expect(judge(...peers('2026-03-02', 200), large('2026-03-06 10:00:00', 2000, {}, { inscp_scp_amt: 0 })).open).toEqual([])
})
