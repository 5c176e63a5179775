import { expect, test } from 'vitest'
import { discharge, HOSPITAL, inpatient, reference, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './fnd-07.ts'

const GROUP = reference('drg', 'ES15', { mean_cost: 8000, p5: 3600, p95: 17000 })
const judge = (...events: Wire[]) => run(detector, [HOSPITAL, GROUP, ...events])
const stay = (cost: number, more: Wire = {}) =>
  inpatient({ setl_id: `S${cost}`, mdtrt_id: 'M1', drg_code: 'ES15', feedetail: [{ pric: cost }], ...more })

test('Three times the mean is a candidate for review by itself, no violation', () => {
  const { open } = judge(stay(24_000))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'settlement', id: 'S24000' }, bucket: '|ES15', result: 'indicator', severity: 3 },
      ...{ vola_amt: 0, setl_ids: ['S24000'], psn_no: 'P1' },
    },
  ])
  expect(open[0]!.evidence).toMatchObject({ kind: 'high', ratio: 3, limit: 3, p5: 3600, p95: 17_000, fees: { '09': 24_000 } })
  expect(judge(stay(23_999.99)).open).toEqual([])
})

test('Two fifths of the mean is suspicious, with what the fund paid', () => {
  const { open } = judge(stay(3200))
  expect(open).toMatchObject([{ result: 'suspicion', severity: 3, vola_amt: 224_000, evidence: { kind: 'low', ratio: 0.4 } }])
  expect(detector.explain(open[0]!.evidence, 'zh')).toContain('为组均8,000元的0.4倍，不高于低倍率0.4')
  expect(judge(stay(3200.01)).open).toEqual([])
})

test('Whoever died or was sent on early costs little, whichever event tells it, and in whatever order', () => {
  const left = (dscg_way: string) => discharge({ mdtrt_id: 'M1', endtime: '2026-03-05 10:00:00', dscg_way })
  for (const way of ['2', '5']) {
    expect(judge(stay(3000, { dscg_way: way })).open).toEqual([])
    expect(judge(stay(3000), left(way)).open).toEqual([])
    expect(judge(left(way), stay(3000)).open).toEqual([])
    expect(judge(stay(24_000), left(way)).open).toHaveLength(1)
  }
  expect(judge(stay(3000), left('1')).open).toHaveLength(1)
  expect(judge(stay(3000), discharge({ mdtrt_id: 'M2', endtime: '2026-03-05 10:00:00', dscg_way: '5' })).open).toHaveLength(1)
})

test('Negotiated drugs, which are paid beside the group, do not count', () => {
  const with_drug = (dear: number, rest: number) =>
    judge(
      stay(0, {
        feedetail: [
          { pric: dear, hi_nego_drug_flag: '1' },
          { pric: rest, feedetl_sn: '2' },
        ],
      }),
    ).open
  expect(with_drug(20_000, 8000)).toEqual([])
  expect(with_drug(20_000, 3000)).toMatchObject([{ evidence: { kind: 'low', cost: 3000, paid_beside: 20_000 } }])
  expect(with_drug(20_000, 0)).toEqual([])
})

test('A stay counts with what was settled before its end, and only at its end', () => {
  const mid = stay(2000, { mid_setl_flag: '1', drg_code: '', setl_time: '2026-03-03 10:00:00' })
  expect(judge(mid).open).toEqual([])
  expect(judge(stay(3000)).open).toHaveLength(1)
  expect(judge(mid, stay(3000))).toMatchObject({ open: [], retracted: [] })
  expect(judge(mid, stay(1000)).open).toMatchObject([
    { subject: { id: 'S1000' }, setl_ids: ['S2000', 'S1000'], vola_amt: 210_000, evidence: { cost: 3000 } },
  ])
  // They may lie 180 days apart, and come three days late.
  const later = (time: string) => judge(mid, stay(1000, { setl_time: `2026-09-02 ${time}` })).open
  expect(later('10:09:59')).toMatchObject([{ evidence: { cost: 3000 } }])
  expect(later('10:10:00')).toMatchObject([{ evidence: { cost: 1000 } }])
})

test('Stays without a number are stays of their own', () => {
  const [one, other] = [2000, 3000].map((cost) => stay(cost, { mdtrt_id: '' }))
  expect(judge(one!, other!).open).toMatchObject([{ evidence: { cost: 2000 } }, { evidence: { cost: 3000 } }])
})

test('Without a mean nothing is guessed; outpatient visits have no group', () => {
  expect(judge(stay(1, { drg_code: 'ZZ99' }))).toMatchObject({ open: [], skipped: ['REFERENCE_MISSING'] })
  expect(judge(stay(1, { drg_code: '' }))).toMatchObject({ open: [], skipped: [] })
  expect(judge(stay(1, { med_type: '11' })).open).toEqual([])
})

test('A void retracts, also of what was settled before', () => {
  const cheap = stay(3000)
  expect(judge(cheap, voidOf(cheap, '2026-03-09 10:00:00'))).toMatchObject({ open: [], retracted: [{ bucket: '|ES15' }] })
  const mid = stay(2000, { mid_setl_flag: '1', drg_code: '', setl_time: '2026-03-03 10:00:00' })
  expect(judge(mid, cheap, voidOf(mid, '2026-03-09 10:00:00')).open).toHaveLength(1)
})

test('The mean of the pooling area binds where it has one of its own', () => {
  const area = (admdvs: string, mean_cost: number) => reference('drg', 'ES15', { mean_cost, admdvs })
  expect(judge(area('990100', 20_000), stay(8000)).open).toMatchObject([{ evidence: { kind: 'low', mean_cost: 20_000 } }])
  expect(judge(area('990200', 20_000), stay(8000)).open).toEqual([])
  expect(run(detector, [HOSPITAL, area('990100', 8000), stay(24_000)])).toMatchObject({ open: [{}], skipped: [] })
})
