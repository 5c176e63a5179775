import { expect, test } from 'vitest'
import { heartbeat, reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './ano-16.ts'

const CAPS = [
  reference('fund_cap', 'province', { admdvs: '990000', insutype: '310', year_cap: 9999 }),
  reference('fund_cap', 'city', { admdvs: '990100', insutype: '310', year_cap: 1000 }),
  reference('fund_cap', 'others', { admdvs: '990100', insutype: '390', year_cap: 50 }),
]
const OVER = heartbeat('2027-01-10 00:00:00')
const judge = (events: readonly Wire[], history_from = '2026-01-01 00:00:00') =>
  run(detector, [...CAPS, ...events, OVER], { history_from })

let serial = 0
/** The fund pays so much of so much. */
const paid = (day: string, fund: number, more: Wire = {}) =>
  settlement({
    ...{ setl_id: `S${String(serial++).padStart(4, '0')}`, setl_time: `2026-${day} 10:00:00` },
    ...{ feedetail: [{ pric: fund }], fund_pay_sumamt: fund, ...more },
  })
/** So much in June, then five times more from the 17th of December on. */
const capped = (june: number, late = 20, first = '12-17') => [
  paid('06-01', june),
  paid(first, late),
  ...[20, 22, 25, 31].map((day) => paid(`12-${day}`, late)),
]

test('Who is at the cap with five settlements at the end of the year is a suspicion against the person', () => {
  const { open } = judge(capped(850))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'person', id: 'P1' }, bucket: '2026', severity: 3, result: 'suspicion', vola_amt: 10_000 },
      ...{ count: 5, psn_no: 'P1', insu_admdvs: '990101' },
      evidence: { clause: 'cap', amount: 950, limit: 1000, ratio: 95, settlements: 5 },
    },
  ])
  expect(open[0]!.setl_ids).toHaveLength(5)
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('2026年基金累计950元，达封顶线1,000元的95%，年末结算5笔，基金100.00元。')
})

test('Below ninety-five per cent, beyond the cap, and with four settlements there is nothing to say', () => {
  expect(judge(capped(849.99)).open).toEqual([])
  expect(judge(capped(900)).open).toHaveLength(1)
  expect(judge(capped(900.01)).open).toEqual([])
  expect(judge(capped(850, 20, '12-16')).open).toEqual([])
})

test('Dialysis and tumour patients come to their cap by illness', () => {
  for (const diag_code of ['N18.600', 'C34.900', 'Z51.100']) {
    const [june, ...late] = capped(850)
    expect(judge([{ ...june!, diseinfo: [{ maindiag_flag: '1', diag_code }] }, ...late]).open).toEqual([])
  }
})

test('A year whose beginning is not known is no year, and without a cap there is none to hug', () => {
  const { open, skipped } = judge(capped(850), '2026-01-02 00:00:00')
  expect(open).toEqual([])
  expect(skipped).toContain('HISTORY_SHORT')
  expect(run(detector, [...capped(850), OVER], { history_from: '2026-01-01 00:00:00' }).open).toEqual([])
})

/** A pharmacy sells so much on each day from October on, and so much on each of the last ten of December. */
const shop = (usual: number, last: number) => {
  const sale = (day: string, pric: number) =>
    paid(day, pric, { fixmedins_code: 'P99010100001', med_type: '41', fund_pay_sumamt: 0 })
  const days = (month: string, from: number, to: number, pric: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => sale(`${month}-${String(from + i).padStart(2, '0')}`, pric))
  return [...days('10', 1, 31, usual), ...days('11', 1, 30, usual), ...days('12', 1, 21, usual), ...days('12', 22, 31, last)]
}

test('Last days that bring two and a half times the usual are a suspicion against the pharmacy', () => {
  const { open } = judge(shop(100, 251))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'institution', id: 'P99010100001' }, bucket: '2026|rush', vola_amt: 151_000, count: 10 },
      evidence: { clause: 'rush', amount: 2510, limit: 1000, ratio: 2.51, settlements: 10 },
    },
  ])
  expect(open[0]!.setl_ids).toHaveLength(10)
  expect(open[0]!.setl_count).toBe(10)
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('2026年末数日购药2,510元，为平日同期1,000元的2.51倍，共10笔。')
  expect(judge(shop(100, 250)).open).toEqual([])
})

test('Thirty days must be known', () => {
  expect(judge(shop(100, 251).slice(51)).open).toHaveLength(1)
  expect(judge(shop(100, 251).slice(52)).open).toHaveLength(1)
  expect(judge(shop(100, 251).slice(53)).open).toEqual([])
  const { open, skipped } = judge(shop(100, 251), '2026-11-23 00:00:00')
  expect(open).toEqual([])
  expect(skipped).toContain('HISTORY_SHORT')
})

/** So many settlements just below the threshold of review, and just above it. */
const near = (below: number, above: number) =>
  [...Array(below).fill(4800), ...Array(above).fill(5100)].map((pric, i) =>
    paid(`11-${String(1 + (i % 28)).padStart(2, '0')}`, pric, { psn_no: `P${i}`, fund_pay_sumamt: 7 }),
  )

test('Amounts that stay just below a threshold three times as often as above it are a suspicion', () => {
  const { open } = judge(near(25, 8))
  expect(open).toMatchObject([
    {
      bucket: '2026|threshold',
      count: 25,
      vola_amt: 17_500,
      evidence: { clause: 'threshold', amount: 175, ratio: 3.13, settlements_above: 8 },
    },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('2026年25笔结算紧贴5,000元以下，以上8笔，基金175.00元。')
  expect(judge(near(24, 8)).open).toEqual([])
  expect(judge(near(20, 0)).open).toHaveLength(1)
  expect(judge(near(19, 0)).open).toEqual([])
})

test('Just below is from ninety-five per cent on, the threshold itself is above', () => {
  const at = (pric: number) => Array.from({ length: 20 }, (_, i) => paid('11-10', pric, { psn_no: `P${i}`, fund_pay_sumamt: 7 }))
  expect(judge(at(4750)).open).toHaveLength(1)
  expect(judge(at(4749.99)).open).toEqual([])
  expect(judge(at(5000)).open).toEqual([])
  expect(judge([...at(4800), ...at(5250).slice(0, 7)]).open).toEqual([])
  expect(judge([...at(4800), ...at(5250.01).slice(0, 7)]).open).toHaveLength(1)
})

test('Voids retract each of them', () => {
  const [cap, rush, low] = [capped(850), shop(100, 251), near(20, 0)]
  const back = [cap.at(-1)!, rush.at(-1)!, low.at(-1)!].map((event) => voidOf(event, '2027-02-02 10:00:00'))
  const by = (events: Wire[]) => events.toSorted((a, b) => ((a.setl_time as string) < (b.setl_time as string) ? -1 : 1))
  const events = [...CAPS, ...by([...cap, ...rush, ...low]), OVER]
  expect(run(detector, events, { history_from: '2026-01-01 00:00:00' }).open).toHaveLength(3)
  const { open, retracted } = run(detector, [...events, ...back], { history_from: '2026-01-01 00:00:00' })
  expect([open.length, retracted.length]).toEqual([0, 3])
})

test('Of very many sales the first five hundred are named, and all are counted', () => {
  const busy = shop(100, 251).flatMap((event) => {
    if (!String(event.setl_time).startsWith('2026-12-3')) return [event]
    return Array.from({ length: 350 }, () => ({ ...event, setl_id: `B${String(serial++).padStart(5, '0')}` }))
  })
  const { open } = judge(busy)
  expect(open).toMatchObject([{ setl_count: 708, count: 708, evidence: { clause: 'rush', settlements: 708 } }])
  expect(open[0]!.setl_ids).toHaveLength(500)
})

test('What the agency reimburses at the end of the year was spent earlier', () => {
  const reimbursed = (events: readonly Wire[]) => events.map((event, i) => (i === 3 ? { ...event, pay_loc: '1' } : event))
  const bills = capped(850)
  expect(judge(bills).open).toHaveLength(1)
  expect(judge(reimbursed(bills)).open).toEqual([])
  // It counts towards the cap all the same.
  expect(judge([...reimbursed(bills), paid('12-28', 0.01)]).open).toMatchObject([
    { evidence: { amount: 950.01, settlements: 5 } },
  ])
})
