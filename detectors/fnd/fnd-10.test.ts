import { expect, test } from 'vitest'
import { HOSPITAL, reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './fnd-10.ts'

const INCOME = reference('income', '990101:2026', { amount: 40_000 })
const judge = (...events: Wire[]) => run(detector, [HOSPITAL, INCOME, ...events])
const bill = (setl_id: string, psn_part_amt: number, setl_time = '2026-03-02 10:00:00', more: Wire = {}) =>
  settlement({ setl_id, psn_part_amt, setl_time, ...more })

test('Half of what people live on is told to those who can assist, and accuses nobody', () => {
  const { open } = judge(
    bill('a', 9000, '2026-03-02 10:00:00', { hifmi_pay: 1000, maf_pay: 200 }),
    bill('b', 11_000, '2026-05-02 10:00:00'),
  )
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'person', id: 'P1' }, bucket: '2026', result: 'indicator', severity: 3, vola_amt: 0 },
      ...{ setl_ids: ['a', 'b'], count: 2 },
    },
  ])
  expect(open[0]!.evidence).toMatchObject({ burden: 20_000, ratio: 0.5, benefits_received: 1200 })
  expect(open[0]!.evidence.curve).toEqual([
    { month: '2026-03', burden: 9000 },
    { month: '2026-05', burden: 20_000 },
  ])
  expect(detector.audience).toBe('assistance')
})

test('What assistance pays of a bill that leaves nothing to the person is received too', () => {
  const { open } = judge(bill('a', 20_000), bill('b', 0, '2026-03-05 10:00:00', { maf_pay: 300 }), bill('c', 0))
  expect(open).toMatchObject([{ setl_ids: ['a', 'b'], evidence: { burden: 20_000, benefits_received: 300 } }])
})

test('A fen below half is not yet much', () => {
  expect(judge(bill('a', 9000), bill('b', 10_999.99)).open).toEqual([])
})

test('What lies outside the list and above the price limit does not count, and never makes up for other bills', () => {
  const outside = bill('b', 30_000, '2026-03-03 10:00:00', { fulamt_ownpay_amt: 25_000, overlmt_selfpay: 6000 })
  expect(judge(bill('a', 19_999), outside).open).toEqual([])
  expect(judge(bill('a', 20_000), outside).open).toMatchObject([{ setl_ids: ['a'] }])
  expect(judge(bill('a', 25_001, undefined, { fulamt_ownpay_amt: 4000, overlmt_selfpay: 1001 })).open).toHaveLength(1)
})

test('Each year begins anew', () => {
  const [late, early] = [bill('a', 12_000, '2026-12-31 23:59:59'), bill('b', 12_000, '2027-01-01 00:00:00')]
  expect(judge(late, early).open).toEqual([])
  expect(judge(late, { ...early, setl_time: '2026-12-31 23:59:59' }).open).toHaveLength(1)
})

test('The income of the nearest region counts, of the year before where the year is not told yet', () => {
  const told = (id: string, amount: number) =>
    run(detector, [HOSPITAL, reference('income', id, { amount }), bill('a', 1000)]).open.length
  expect([told('990100:2026', 2000), told('9901:2026', 2000), told('990000:2025', 2000), told('990100:2024', 2000)]).toEqual([
    ...[1, 1, 1, 0],
  ])
  expect(judge(reference('income', '990100:2026', { amount: 100 }), bill('a', 1000)).open).toEqual([])
  expect(run(detector, [HOSPITAL, bill('a', 1e6)])).toMatchObject({ open: [], skipped: ['REFERENCE_MISSING'] })
})

test('Without the personal part nothing is guessed', () => {
  expect(judge(settlement({ psn_part_amt: undefined }))).toMatchObject({ open: [], skipped: ['INPUT_MISSING'] })
})

test('A void retracts, also a year later', () => {
  const bills = [bill('a', 12_000), bill('b', 12_000, '2026-04-02 10:00:00')]
  expect(judge(...bills, bill('c', 1, '2027-08-01 10:00:00'), voidOf(bills[0]!, '2027-09-01 10:00:00'))).toMatchObject({
    ...{ open: [], retracted: [{ bucket: '2026' }] },
  })
})
