import { expect, test } from 'vitest'
import { heartbeat, reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './ano-04.ts'

const OVER = heartbeat('2026-03-03 00:20:00')
const clock = (i: number) => `${String(8 + Math.floor(i / 10)).padStart(2, '0')}:${String((i % 10) * 6).padStart(2, '0')}:00`

/** The i-th customer of the day buys one thing for so many yuan, of which the fund pays seven tenths. */
const buy = (i: number, pric: number, more: Wire = {}, line: Wire = {}) =>
  settlement({
    ...{ setl_id: `S${String(i).padStart(3, '0')}`, psn_no: `P${i}`, med_type: '41', fixmedins_code: 'P99010100001' },
    ...{ setl_time: `2026-03-02 ${clock(i)}`, feedetail: [{ pric, med_list_codg: `X${i}`, ...line }] },
    ...more,
  })
/** Customers from the i-th on, each with another amount. */
const others = (from: number, count: number) => Array.from({ length: count }, (_, i) => buy(from + i, 20.07 + from + i))
const same = (count: number, pric = 66.5, more: Wire = {}, line: Wire = {}) =>
  Array.from({ length: count }, (_, i) => buy(i, pric, more, line))
const judge = (...events: Wire[]) => run(detector, [...events, OVER])

test('Ten settlements of one amount, a fifth of the day, are a suspicion against the institution', () => {
  const { open } = judge(...same(10), ...others(10, 40))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'institution', id: 'P99010100001' }, bucket: '2026-03-02', severity: 2, result: 'suspicion' },
      ...{ vola_amt: 46_550, count: 10, psn_no: '', admdvs: '990101' },
      evidence: { settlements: 50, same_amounts: [{ amount: 66.5, settlements: 10, share: 20 }], whole_amounts: null },
    },
  ])
  expect(open[0]!.setl_ids).toHaveLength(10)
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('2026-03-02小额结算50笔中10笔同为66.5元（占20%），涉及基金465.50元。')
})

test('Nine, or less than a fifth, are ordinary', () => {
  expect(judge(...same(9), ...others(10, 3)).open).toEqual([])
  expect(judge(...same(10), ...others(10, 41)).open).toEqual([])
})

test('Nothing is said before the day is over', () => {
  expect(run(detector, [...same(10), heartbeat('2026-03-03 00:19:59')]).open).toEqual([])
})

test('More than two fifths of whole hundreds are too many on a day with thirty settlements', () => {
  const hundreds = (count: number) => Array.from({ length: count }, (_, i) => buy(i, 100 * (1 + (i % 4))))
  expect(judge(...hundreds(13), ...others(13, 17)).open).toMatchObject([
    { count: 13, evidence: { whole_amounts: { settlements: 13, share: 43.3 }, same_amounts: [], same_baskets: [] } },
  ])
  expect(judge(...hundreds(12), ...others(12, 18)).open).toEqual([])
  expect(judge(...hundreds(13), ...others(13, 16)).open).toEqual([])
  const tens = Array.from({ length: 13 }, (_, i) => buy(i, 110 + 10 * i))
  expect(judge(...tens, ...others(13, 17)).open.map(({ evidence }) => evidence.whole_amounts)).toEqual([])
})

test('One basket of ten persons is too much of a coincidence, and one of nine is not', () => {
  const basket = (i: number, psn_no: string, cnt = 1) =>
    buy(i, 33, {
      psn_no,
      feedetail: [
        { med_list_codg: 'XA', cnt, pric: 33 },
        { med_list_codg: 'XB', pric: 5 },
      ],
    })
  const bought = Array.from({ length: 10 }, (_, i) => basket(i, `P${i}`))
  expect(judge(...bought, ...others(10, 45)).open).toMatchObject([
    { evidence: { same_amounts: [], same_baskets: [{ amount: 38, settlements: 10, persons: 10 }] } },
  ])
  expect(judge(...bought.slice(0, 9), basket(9, 'P8'), ...others(10, 45)).open).toEqual([])
  expect(judge(...bought.slice(0, 9), basket(9, 'P9', 2), ...others(10, 45)).open).toEqual([])
})

test('Only small settlements of outpatients and pharmacies count', () => {
  expect(judge(...same(10, 500)).open).toHaveLength(1)
  expect(judge(...same(10, 500.01)).open).toEqual([])
  expect(judge(...same(10, 66.5, { med_type: '11' })).open).toHaveLength(1)
  for (const med_type of ['13', '14', '21']) expect(judge(...same(10, 66.5, { med_type })).open).toEqual([])
})

test('What has a fixed price is the same for everybody', () => {
  const vaccine = reference('item', 'V1', { tags: ['vaccination'] })
  const parking = reference('item', 'F1', { tags: ['fixed_price'] })
  expect(judge(vaccine, ...same(10, 66.5, {}, { med_list_codg: 'V1' })).open).toEqual([])
  expect(judge(parking, ...same(10, 66.5, {}, { med_list_codg: 'F1' })).open).toEqual([])
  expect(judge(...same(10, 10, {}, { med_chrgitm_type: '12' })).open).toEqual([])
  const besides = {
    feedetail: [
      { med_list_codg: 'F1', pric: 10 },
      { med_list_codg: 'XA', pric: 10 },
    ],
  }
  expect(judge(parking, ...same(10, 0, besides)).open).toHaveLength(1)
})

test('On a check-up day a whole village has the same', () => {
  const tests = (...more: Wire[]) => [
    ...['T1', 'T2', 'T3'].map((med_list_codg) => ({ med_list_codg, list_type: '201', med_chrgitm_type: '04', pric: 20 })),
    ...more,
  ]
  const checked = (feedetail: Wire[], more: Wire = {}) =>
    judge(...same(10, 0, { med_type: '11', feedetail, ...more })).open.length
  expect(checked(tests())).toBe(0)
  expect(checked(tests().slice(1))).toBe(1)
  const diagnosed = (diag_code: string) => ({ diseinfo: [{ diag_type: '1', maindiag_flag: '1', diag_code }] })
  expect(checked(tests().slice(1), diagnosed('Z00.000'))).toBe(0)
  expect(checked(tests().slice(1), diagnosed('Z03.900'))).toBe(1)
  // What is sold beside it is sold.
  expect(checked(tests({ med_list_codg: 'XA01', pric: 60 }), diagnosed('Z00.000'))).toBe(1)
})

test('A void takes it back, and may also bring it about', () => {
  const [first, ...rest] = same(10)
  const more = others(10, 41)
  const back = (event: Wire) => voidOf(event, '2026-03-04 10:00:00')
  expect(judge(first!, ...rest).open).toHaveLength(1)
  const { open, retracted } = run(detector, [first!, ...rest, OVER, back(first!)])
  expect([open.length, retracted.length]).toEqual([0, 1])
  expect(run(detector, [first!, ...rest, ...more, OVER, back(more[3]!)]).open).toHaveLength(1)
})

test('What the agency reimburses on a day was not sold on it', () => {
  expect(judge(...same(10, 66.5, { pay_loc: '1' })).open).toEqual([])
})

test('Of several crowds the words name the largest, and how many there are', () => {
  const [finding] = judge(...same(12), ...Array.from({ length: 10 }, (_, i) => buy(12 + i, 77.5))).open
  expect(detector.explain(finding!.evidence, 'zh')).toContain('12笔同为66.5元（占54.5%）等2种金额')
  expect(detector.explain(finding!.evidence, 'en')).toContain('12 of 66.5 yuan each (54.5 %) and 1 other amount likewise')
})
