import { expect, test } from 'vitest'
import { settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './ano-17.ts'

/** The account of PAYER paid 3.00 for somebody. */
const paid = (psn_no: string, day: string, more: Wire = {}) =>
  settlement({
    ...{ setl_id: `${day}-${psn_no}`, psn_no, setl_time: `2026-${day} 10:00:00` },
    ...{ mulaid_psn_no: 'PAYER', acct_mulaid_pay: 3 },
    ...more,
  })
const family = (count: number, day = '03-02', more: Wire = {}) =>
  Array.from({ length: count }, (_, i) => paid(`P${i}`, day, more))
const judge = (...events: Wire[]) => run(detector, events)

test('One account that pays for five persons is a suspicion against the payer, by the month', () => {
  const { open } = judge(...family(5))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'person', id: 'PAYER' }, bucket: '2026-03', severity: 3, result: 'suspicion' },
      ...{ vola_amt: 1500, count: 5, psn_no: 'PAYER' },
      evidence: { admdvs: ['990101'], settlements: 5, vola_amt: 15 },
    },
  ])
  expect(open[0]!.evidence.persons).toHaveLength(5)
  expect(detector.explain(open[0]!.evidence, 'zh')).toMatch(/^一个共济账户2026-03-02为5人在1个就医区划支付5笔/)
})

test('What the owner spends on himself is shared with nobody', () => {
  expect(judge(...family(4), paid('PAYER', '03-02')).open).toEqual([])
  expect(judge(...family(5), paid('PAYER', '03-02')).open).toMatchObject([{ count: 5 }])
})

test('Four persons are a family, however often', () => {
  expect(judge(...family(4), ...family(4, '03-05')).open).toEqual([])
})

test('The fifth counts within thirty calendar days', () => {
  expect(judge(...family(4), paid('P9', '03-31')).open).toHaveLength(1)
  expect(judge(...family(4), paid('P9', '04-01')).open).toEqual([])
})

test('More than three regions of treatment are too many too', () => {
  const places = (count: number) =>
    Array.from({ length: count }, (_, i) => paid('P1', `03-0${i + 1}`, { mdtrt_admdvs: `99010${i}` }))
  expect(judge(...places(4)).open).toMatchObject([{ evidence: { admdvs: ['990100', '990101', '990102', '990103'] } }])
  expect(judge(...places(3)).open).toEqual([])
})

test('Nothing paid by the account is nothing, and each account stands for itself', () => {
  expect(judge(...family(4), paid('P9', '03-02', { acct_mulaid_pay: 0 })).open).toEqual([])
  expect(judge(...family(4), paid('P9', '03-02', { mulaid_psn_no: 'OTHER' })).open).toEqual([])
})

test('Where the payer is not told, nothing is guessed', () => {
  const { open, cells } = judge(...family(5, '03-02', { mulaid_psn_no: '' }))
  expect([open, cells]).toEqual([[], []])
})

test('A void takes it back, also much later', () => {
  const events = family(5)
  const { open, retracted } = judge(...events, voidOf(events[3]!, '2026-08-02 10:00:00'))
  expect([open.length, retracted.length]).toEqual([0, 1])
})

test('More persons than are shown are counted all the same', () => {
  const { evidence } = judge(...family(60)).open[0]!
  expect(evidence.persons).toHaveLength(50)
  expect(detector.explain(evidence, 'zh')).toContain('为60人')
})
