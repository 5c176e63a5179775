import { expect, test } from 'vitest'
import type { Step } from '../detector.ts'
import { ReferenceBook } from '../reference.ts'
import { heartbeat, reference, settlement, voidOf } from '../testing/events.ts'
import { run, runOnce, type Wire } from '../testing/scenario.ts'
import detector from './mgt-18.ts'

const CODE = '84000000000000000009'
const DRUG = 'XA02BCA026E001010100002'
const item = (pack_units?: number) => reference('item', DRUG, { name: '奥美拉唑肠溶胶囊', pack_units })

/** A sale of one box at 20.00, of which the fund pays 70 %. */
const sale = (setl_id: string, setl_time: string, more: Wire = {}, line: object = {}) =>
  settlement({
    ...{ setl_id, setl_time, fixmedins_code: 'P99010100001', med_type: '41' },
    feedetail: [{ med_list_codg: DRUG, pric: 20, ...line }],
    drug_trac_info: [{ feedetl_sn: '1', drug_trac_codg: CODE }],
    ...more,
  })
const split = (setl_id: string, setl_time: string, cnt: number, more: Wire = {}) =>
  sale(setl_id, setl_time, { drug_trac_info: [{ feedetl_sn: '1', drug_trac_codg: CODE, trdn_flag: '1' }], ...more }, { cnt })
const moved = (inv_type: string, time: string, more: Wire = {}): Wire => ({
  ...{ kind: 'inventory', inv_type, fixmedins_code: 'P99010100001', med_list_codg: DRUG, cnt: 1, time },
  drug_trac_info: [{ drug_trac_codg: CODE }],
  ...more,
})
const judge = (...events: Wire[]) => run(detector, events)
const first = sale('S6', '2026-03-04 10:00:00', { psn_no: 'PSN1' })
const second = sale('S7', '2026-03-05 15:00:00', { psn_no: 'PSN2' })

test('One box sold to two persons is a suspicion of severity 1 by the fund share of the later line', () => {
  const { open } = judge(first, second)
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'trace', id: CODE }, bucket: '', severity: 1, result: 'suspicion', vola_amt: 1400 },
      ...{ setl_ids: ['S6', 'S7'], psn_no: 'PSN2' },
      lines: [
        { setl_id: 'S6', feedetl_sn: '1', vola_item_type: 2, vola_amt: 0 },
        { setl_id: 'S7', feedetl_sn: '1', vola_item_type: 1, vola_amt: 1400 },
      ],
    },
  ])
  expect(open[0]!.evidence).toMatchObject({ occurrences: 2, persons: 2, institutions: 1, institution_case: false })
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe(`追溯码${CODE}结算2次，涉及2人、1家机构，后续基金14.00元。`)
})

test('One sale is none, also when the settlement names the code twice', () => {
  const twice = {
    drug_trac_info: [
      { feedetl_sn: '1', drug_trac_codg: CODE },
      { feedetl_sn: '1', drug_trac_codg: CODE },
    ],
  }
  expect(judge(sale('S1', '2026-03-04 10:00:00', twice)).open).toEqual([])
})

test('A box that was charged on two lines is sold once, by both of them', () => {
  const feedetail = [1, 2].map((sn) => ({ feedetl_sn: `${sn}`, med_list_codg: DRUG, pric: 10, cnt: 0.5 }))
  const drug_trac_info = feedetail.map(({ feedetl_sn }) => ({ feedetl_sn, drug_trac_codg: CODE }))
  const box = sale('S6', '2026-03-04 10:00:00', { psn_no: 'PSN1', feedetail, drug_trac_info })
  expect(judge(box).open).toEqual([])
  expect(judge(box, second).open).toMatchObject([
    { lines: [{ setl_id: 'S6', feedetl_sn: '1' }, { setl_id: 'S6', feedetl_sn: '2' }, { setl_id: 'S7' }], vola_amt: 1400 },
  ])
})

test('What the settlement itself takes back is not sold', () => {
  const line = (cnt: number, more: object = {}) => ({ med_list_codg: DRUG, pric: 20, cnt, ...more })
  const named = (...codes: [sn: string, code: string][]) =>
    codes.map(([feedetl_sn, drug_trac_codg]) => ({ feedetl_sn, drug_trac_codg }))
  const OTHER = '84000000000000000010'
  const after = (feedetail: object[], drug_trac_info: object[]) =>
    judge(sale('S6', '2026-03-04 10:00:00', { psn_no: 'PSN1', feedetail, drug_trac_info } as Wire), second).open.length
  expect(after([line(1), line(-1)], named(['1', CODE]))).toBe(0)
  expect(after([line(1), line(-1)], named(['1', CODE], ['2', CODE]))).toBe(0)
  expect(after([line(1), line(-1, { med_list_codg: 'XOTHER' })], named(['1', CODE]))).toBe(1)
  // Of two boxes one came back: the one that is named, or nobody knows which.
  expect(after([line(2), line(-1)], named(['1', CODE], ['1', OTHER], ['2', OTHER]))).toBe(1)
  expect(after([line(2), line(-1)], named(['1', CODE], ['1', OTHER], ['2', CODE]))).toBe(0)
  expect(after([line(2), line(-1)], named(['1', CODE], ['1', OTHER]))).toBe(0)
  expect(after([line(1), line(1), line(-1)], named(['1', CODE], ['2', OTHER], ['3', CODE]))).toBe(0)
  expect(after([line(1), line(1), line(-1)], named(['1', CODE], ['2', OTHER], ['3', OTHER]))).toBe(1)
  const split = (cnt: number) => line(cnt, { trdn_flag: '1' })
  expect(after([split(3), split(-3)], named(['1', CODE]))).toBe(0)
  expect(after([split(3), split(-2)], named(['1', CODE], ['2', CODE]))).toBe(1)
})

test('The same person at the same institution within a day was probably scanned twice: severity 3', () => {
  const severity = (time: string, more: Wire = {}) =>
    judge(first, sale('S7', time, { psn_no: 'PSN1', ...more })).open[0]?.severity
  expect(severity('2026-03-05 10:00:00')).toBe(3)
  expect(severity('2026-03-05 10:00:01')).toBe(1)
  expect(severity('2026-03-04 11:00:00', { fixmedins_code: 'P99010100002' })).toBe(1)
  expect(severity('2026-03-04 11:00:00', { psn_no: 'PSN2' })).toBe(1)
})

test('Three uses are severity 1 and call for a case against the institution', () => {
  const again = (setl_id: string, time: string) => sale(setl_id, time, { psn_no: 'PSN1' })
  const { open } = judge(first, again('S7', '2026-03-04 10:05:00'), again('S8', '2026-03-04 10:10:00'))
  expect(open).toMatchObject([{ severity: 1, count: 2, vola_amt: 2800, evidence: { institution_case: true } }])
})

test('A split pack may be sold until its units are gone', () => {
  const parts = [split('S1', '2026-03-04 10:00:00', 8), split('S2', '2026-03-05 10:00:00', 16, { psn_no: 'P2' })]
  expect(judge(item(24), ...parts).open).toEqual([])
  const { open } = judge(item(24), ...parts, split('S3', '2026-03-06 10:00:00', 1, { psn_no: 'P3' }))
  expect(open).toMatchObject([{ severity: 1, count: 1, vola_amt: 1400, evidence: { occurrences: 3 } }])
  expect(open[0]!.lines.map((line) => line.vola_item_type)).toEqual([2, 2, 1])
  // Whoever took more than the pack holds took the rest of another one: the first sale is never at fault.
  const more = [split('S1', '2026-03-04 10:00:00', 30), split('S2', '2026-03-05 10:00:00', 1, { psn_no: 'P2' })]
  expect(judge(item(24), ...more).open).toMatchObject([{ lines: [{ vola_item_type: 2 }, { vola_item_type: 1 }] }])
})

test('Where the pack’s units are not known, the parts of it may add up to one', () => {
  const parts = [split('S1', '2026-03-04 10:00:00', 0.3), split('S2', '2026-03-05 10:00:00', 0.7)]
  expect(judge(item(), ...parts).open).toEqual([])
  expect(judge(item(), ...parts, split('S3', '2026-03-06 10:00:00', 0.1)).open).toHaveLength(1)
})

test('Where a line names several packs nobody knows how it was divided: only what no division explains is suspicious', () => {
  const OTHER = '84000000000000000010'
  const both = (cnt: number) => (setl_id: string, time: string) =>
    split(setl_id, time, cnt, {
      psn_no: setl_id,
      drug_trac_info: [CODE, OTHER].map((drug_trac_codg) => ({ feedetl_sn: '1', drug_trac_codg, trdn_flag: '1' })),
    })
  const alone = (cnt: number) => (setl_id: string, time: string) => split(setl_id, time, cnt, { psn_no: setl_id })
  const whole = (setl_id: string, time: string) => sale(setl_id, time, { psn_no: setl_id })
  const found = (...sales: ((setl_id: string, time: string) => Wire)[]) =>
    judge(item(24), ...sales.map((sold, i) => sold(`S${i}`, `2026-03-0${4 + i} 10:00:00`))).open.filter(
      ({ subject }) => subject.id === CODE,
    )
  expect(found(alone(10), alone(10), both(10))).toEqual([])
  expect(found(both(24), alone(23))).toEqual([])
  expect(found(both(24), alone(24))).toHaveLength(1)
  expect(found(both(30), alone(18))).toEqual([])
  expect(found(both(30), alone(19))).toHaveLength(1)
  // Two packs gave more than both held, sale by sale.
  expect(found(both(20), both(20), both(8))).toEqual([])
  expect(found(both(20), both(20), both(9))).toMatchObject([
    { evidence: { sales: [{ packs: 2 }, { packs: 2 }, { part: 0.375, packs: 2 }] } },
  ])
  // Eight packs hold 192, nine hold 216; but more than eight of a line are not compared with those of another.
  const packs = (count: number, cnt: number) => (setl_id: string, time: string) =>
    split(setl_id, time, cnt, {
      psn_no: setl_id,
      drug_trac_info: [CODE, ...[...Array(count - 1).keys()].map((i) => `${OTHER}${i}`)].map((drug_trac_codg) => {
        return { feedetl_sn: '1', drug_trac_codg, trdn_flag: '1' }
      }),
    })
  expect(found(packs(8, 96), packs(8, 96))).toEqual([])
  expect(found(packs(8, 96), packs(8, 97))).toHaveLength(1)
  expect(found(packs(9, 108), packs(9, 109))).toEqual([])
  // Something came from each.
  expect(found(whole, both(10))).toHaveLength(1)
  expect(found(alone(24), both(10))).toHaveLength(1)
  expect(found(alone(23), both(10))).toEqual([])
})

test('A whole box cannot be sold after a part of it, nor a part after the whole', () => {
  const part = (id: string, time: string) => split(id, time, 3)
  expect(judge(item(24), part('S1', '2026-03-04 10:00:00'), sale('S2', '2026-03-05 10:00:00')).open).toHaveLength(1)
  expect(judge(item(24), sale('S1', '2026-03-04 10:00:00'), part('S2', '2026-03-05 10:00:00')).open).toHaveLength(1)
})

test('A return releases the code for the next sale, whenever it is learned', () => {
  const returned = moved('sale_return', '2026-03-04 18:00:00')
  expect(judge(first, returned, second).open).toEqual([])
  expect(judge(first, second, returned)).toMatchObject({ open: [], retracted: [{ subject: { id: CODE } }] })
  expect(judge(returned, second, first).open).toEqual([])
})

test('A return releases one sale: the one it names, else the last one before it at that institution', () => {
  const third = sale('S8', '2026-03-07 10:00:00')
  const named = moved('sale_return', '2026-03-08 10:00:00', { setl_id: 'S6' })
  expect(judge(first, second, third, named).open).toMatchObject([{ setl_ids: ['S7', 'S8'] }])
  expect(judge(first, second, third, moved('sale_return', '2026-03-06 10:00:00')).open).toMatchObject([
    { setl_ids: ['S6', 'S8'] },
  ])
  const elsewhere = moved('sale_return', '2026-03-06 10:00:00', { fixmedins_code: 'P99010100002' })
  expect(judge(first, second, elsewhere).open).toHaveLength(1)
  const ofAnother = moved('sale_return', '2026-03-06 10:00:00', { psn_no: 'PSN9' })
  expect(judge(first, second, ofAnother).open).toHaveLength(1)
})

test('Other movements of stock release nothing', () => {
  const moves = ['purchase', 'sale', 'purchase_return'].map((type) => moved(type, '2026-03-04 18:00:00'))
  expect(judge(first, second, ...moves).open).toHaveLength(1)
  expect(judge(...moves, first).open).toEqual([])
})

test('A void of either sale retracts; of three, two remain', () => {
  for (const voided of [first, second])
    expect(judge(first, second, voidOf(voided, '2026-03-06 10:00:00'))).toMatchObject({
      open: [],
      retracted: [{ subject: { id: CODE } }],
    })
  const third = sale('S8', '2026-03-07 10:00:00')
  expect(judge(first, second, third, voidOf(first, '2026-03-08 10:00:00')).open).toMatchObject([
    { setl_ids: ['S7', 'S8'], vola_amt: 1400, lines: [{ vola_item_type: 2 }, { vola_item_type: 1 }] },
  ])
})

test('The order of arrival does not matter', () => {
  const events = [
    first,
    moved('sale_return', '2026-03-04 18:00:00'),
    second,
    sale('S8', '2026-03-07 10:00:00', { psn_no: 'PSN3' }),
  ]
  const expected = judge(...events).open
  expect(expected).toMatchObject([{ setl_ids: ['S7', 'S8'] }])
  for (const order of [
    [3, 2, 1, 0],
    [2, 0, 3, 1],
    [1, 3, 0, 2],
  ])
    expect(judge(...order.map((i) => events[i]!)).open).toEqual(expected)
})

test('One code typed for every box keeps a bounded memory and still counts every use and void', () => {
  const part = detector.parts[0]!
  const context = {
    root: 'T',
    at: 0,
    watermark: 0,
    history_from: 0,
    params: { double_scan_hours: 24, case_occurrences: 3 },
    reference: new ReferenceBook(),
  }
  const use = (i: number) => {
    const line = { feedetl_sn: '1', med_list_codg: DRUG, cnt: 1, inscp_scp_amt: 2000 }
    const visit = { setl_id: `T${i}`, setl_time: i, psn_no: `P${i}` }
    return { kind: 'traceUse', trace: CODE, visit, lines: [line], funds: [1400], split: false, beside: [] }
  }
  let step: Step<any, any> = { state: part.initial() }
  for (let i = 1; i <= 620; i++) step = part.onEvent(step.state, use(i), context)
  expect(step.holds).toMatchObject([{ count: 619, vola_amt: 619 * 1400, evidence: { occurrences: 620 } }])
  expect(step.state.sales).toHaveLength(600)
  const { holds } = part.onVoid!(step.state, use(610), context)
  expect(holds).toMatchObject([{ count: 618, vola_amt: 618 * 1400 }])
})

test('A return of the same second releases the sale; of two returns the earlier one is heard first', () => {
  expect(judge(first, moved('sale_return', '2026-03-04 10:00:00'), second).open).toEqual([])
  expect(judge(first, moved('sale_return', '2026-03-04 09:59:59'), second).open).toHaveLength(1)
  const third = sale('S8', '2026-03-07 10:00:00')
  const returns = [moved('sale_return', '2026-03-05 18:00:00'), moved('sale_return', '2026-03-04 18:00:00')]
  expect(judge(first, second, third, ...returns).open).toEqual([])
  expect(judge(first, second, third, ...returns.toReversed()).open).toEqual([])
})

test('Whoever had the package before another got it is told so, and told otherwise when it is no longer so', () => {
  const told = (...events: Wire[]) => run(detector, events).tellers.length
  expect([told(first), told(first, second)]).toEqual([0, 1])
  const tells = (...events: Wire[]) => {
    const heard: unknown[] = []
    const listening = {
      ...detector.parts[0]!,
      ...{ name: 'listening', on: ['told'] as const, hears: ['MGT-18/resold'] },
      ...{ root: () => CODE, key: () => '', concerns: undefined, form: undefined, initial: () => ({}) },
      onEvent: (state: object, { of, values }: { of: string; values: unknown }) => {
        heard.push([of, values])
        return { state }
      },
    }
    runOnce({ ...detector, parts: [...detector.parts, listening as never] }, events)
    return heard
  }
  expect(tells(first, second)).toEqual([['PSN1', true]])
  const again = sale('S7', '2026-03-05 15:00:00', { psn_no: 'PSN1' })
  expect(tells(first, again)).toEqual([['PSN1', false]])
  expect(tells(first, second, moved('sale_return', '2026-03-04 18:00:00')).at(-1)).toEqual(['PSN1', false])
  expect(tells(first, second, voidOf(second, '2026-03-06 10:00:00')).at(-1)).toEqual(['PSN1', false])
  const third = sale('S8', '2026-03-07 10:00:00', { psn_no: 'PSN3' })
  expect(tells(first, second, third, voidOf(first, '2026-03-08 10:00:00')).slice(-2)).toEqual([
    ['PSN1', false],
    ['PSN2', true],
  ])
  expect(tells(first, second, third, voidOf(third, '2026-03-08 10:00:00')).slice(2)).toEqual([['PSN1', true]])
  expect(tells(first, again, third).at(-1)).toEqual(['PSN1', true])
})

test('A code is remembered for three years, counted from the last that was heard of it', () => {
  const years = (time: string, ...before: Wire[]) =>
    judge(...before, heartbeat('2029-03-04 09:00:00'), sale('S9', time, { psn_no: 'PSN2' })).open.length
  expect(years('2029-03-04 10:00:00', first)).toBe(1)
  const again = sale('S8', '2028-03-04 10:00:00', { psn_no: 'PSN3' })
  const returned = moved('sale_return', '2028-04-04 10:00:00', { setl_id: 'S8' })
  expect(years('2031-03-04 10:00:00', first, again, returned, heartbeat('2031-03-04 09:00:00'))).toBe(1)
  // Three years of 366 days, and three days more for what comes late.
  const late = (time: string) => judge(first, heartbeat(time), sale('S9', '2029-03-09 10:00:00', { psn_no: 'PSN2' })).open.length
  expect([late('2029-03-09 10:09:59'), late('2029-03-09 10:10:00')]).toEqual([1, 0])
})

test('A receipt that the agency reimburses is a use of the code, of the day on which the box was sold', () => {
  const receipt = (setl_time: string, fee_ocur_time: string, more: Wire = {}) =>
    sale('S8', setl_time, { pay_loc: '1', psn_no: 'PSN1', ...more }, { fee_ocur_time })
  const reimbursed = receipt('2026-04-10 10:00:00', '2026-03-01 09:00:00')
  for (const order of [
    [second, reimbursed],
    [reimbursed, second],
  ])
    expect(judge(...order).open).toMatchObject([
      {
        ...{ severity: 1, vola_amt: 1400, setl_ids: ['S7', 'S8'], psn_no: 'PSN2' },
        lines: [
          { setl_id: 'S8', vola_item_type: 2 },
          { setl_id: 'S7', vola_item_type: 1 },
        ],
      },
    ])
  expect(judge(second, receipt('2026-04-10 10:00:00', '2026-03-20 09:00:00')).open[0]!.lines).toMatchObject([
    { setl_id: 'S7', vola_item_type: 2 },
    { setl_id: 'S8', vola_item_type: 1 },
  ])
  // Settled over the network and claimed again: not a double scan.
  expect(judge(first, receipt('2026-04-10 10:00:00', '2026-03-04 09:59:00')).open).toMatchObject([{ severity: 1 }])
  // Brought back before somebody else bought it.
  expect(judge(reimbursed, moved('sale_return', '2026-03-02 09:00:00'), second).open).toEqual([])
  expect(judge(second, reimbursed, voidOf(reimbursed, '2026-04-11 10:00:00')).open).toEqual([])
})
