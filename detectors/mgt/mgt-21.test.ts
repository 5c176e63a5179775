import { expect, test } from 'vitest'
import { formatInstant, parseInstant } from '../../schemas/time.ts'
import { heartbeat, reference, settlement, voidOf } from '../testing/events.ts'
import { longestWritten } from '../testing/longest-written.ts'
import { type Given, run, type Wire } from '../testing/scenario.ts'
import detector from './mgt-21.ts'

let inv = 0
const moved = (inv_type: string, time: string, cnt: number, more: object = {}): Wire => ({
  ...{ kind: 'inventory', inv_type, inv_id: `I${inv++}`, fixmedins_code: 'P1', med_list_codg: 'XA', cnt, time },
  ...more,
})
const sale = (setl_time: string, cnt: number, more: object = {}) =>
  settlement({
    ...{ setl_id: `S-${setl_time}`, psn_no: 'A', fixmedins_code: 'P1', med_type: '41', setl_time },
    ...{ feedetail: [{ med_list_codg: 'XA', pric: 10, cnt }], ...more },
  })
const OVER = heartbeat('2026-12-01 00:00:00')
const found = (...events: Given[]) => run(detector, [...events, OVER]).open
const STOCK = moved('stock', '2026-03-01 08:00:00', 10)
/** Ten were there and so many were sold. */
const sells = (cnt: number, ...moves: Wire[]) =>
  found(STOCK, ...moves, sale('2026-03-05 10:00:00', cnt)).map(({ evidence }) => evidence.excess)

test('Sixteen sold of ten that were there are six too many', () => {
  const open = found(STOCK, sale('2026-03-05 10:00:00', 16))
  expect(open).toMatchObject([
    {
      ...{
        subject: { type: 'institution', id: 'P1' },
        bucket: '2026-03-05|XA',
        severity: 2,
        result: 'suspicion',
        vola_amt: 6000,
      },
      ...{ setl_ids: ['S-2026-03-05 10:00:00'], psn_no: '', fixmedins_code: 'P1', lines: [] },
      ...{ at: parseInstant('2026-03-05 23:59:59'), first_seen: parseInstant('2026-03-05 23:59:59') },
      evidence: { opening: 10, purchased: 0, sold: 16, excess: 6, since: '2026-03-05', until: '2026-03-05' },
    },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('XA期初10、购进0，售出16，超出6（自2026-03-05起），涉及60.00元。')
})

test('Five packs are allowed, and of many five per cent', () => {
  expect([sells(15), sells(15.5)]).toEqual([[], [5.5]])
  const many = moved('purchase', '2026-03-02 10:00:00', 190)
  expect([sells(210, many), sells(211, many)]).toEqual([[], [11]])
})

test('What was bought, transferred and given counts each in its direction', () => {
  const at = (inv_type: string, more: object = {}) => sells(26, moved(inv_type, '2026-03-03 10:00:00', 4, more))
  expect(at('purchase')).toEqual([12])
  expect(at('purchase_return')).toEqual([20])
  expect(['101', '103', '106', '108', '110'].map((inv_chg_type) => at('change', { inv_chg_type }))).toEqual([
    [12],
    [12],
    [12],
    [12],
    [12],
  ])
  expect(['102', '104', '105', '107', '109', '111'].map((inv_chg_type) => at('change', { inv_chg_type }))).toEqual([
    [20],
    [20],
    [20],
    [20],
    [20],
    [20],
  ])
})

test('Sales that are reported beside their settlements count once, whether they name them or not; the larger number counts', () => {
  const reported = (cnt: number, more: object = {}) => sells(26, moved('sale', '2026-03-03 10:00:00', cnt, more))
  expect([reported(4), reported(26), reported(26, { setl_id: 'S' }), reported(30)]).toEqual([[16], [16], [16], [20]])
  const back = (cnt: number) =>
    sells(26, moved('sale', '2026-03-03 10:00:00', 30), moved('sale_return', '2026-03-03 11:00:00', cnt))
  expect([back(3), back(6)]).toEqual([[17], [14]])
})

test('Days count on which nothing was settled, but sales were reported', () => {
  const reported = (cnt: number) => moved('sale', '2026-03-06 10:00:00', cnt)
  const open = found(STOCK, reported(10), reported(6))
  expect(open).toMatchObject([{ bucket: '2026-03-06|XA', setl_ids: [], vola_amt: 0, evidence: { sold: 16, excess: 6 } }])
  expect(found(STOCK, reported(15))).toEqual([])
  // The settled one of the day before is named, and its money is at risk.
  expect(found(STOCK, sale('2026-03-05 10:00:00', 8), reported(16))).toMatchObject([
    { bucket: '2026-03-06|XA', setl_ids: ['S-2026-03-05 10:00:00'], vola_amt: 3000 },
  ])
  expect(found(STOCK, reported(16), moved('sale_return', '2026-03-07 10:00:00', 1))).toHaveLength(1)
  expect(found(STOCK, reported(16), moved('sale_return', '2026-03-06 11:00:00', 1))).toEqual([])
})

test('A purchase and the change that books it are the same goods', () => {
  const both = [moved('purchase', '2026-03-03 10:00:00', 4), moved('change', '2026-03-03 10:00:00', 6, { inv_chg_type: '108' })]
  expect(sells(26, ...both)).toEqual([10])
})

/** Packages with these codes, as many as the codes. */
const coded = (inv_type: string, time: string, codes: string, more: object = {}) =>
  moved(inv_type, time, codes.length, {
    ...{ drug_trac_info: [...codes].map((drug_trac_codg) => ({ drug_trac_codg })) },
    ...more,
  })

test('Other goods are told by the one or by the other: by their packages, or where these are not named by the day', () => {
  const booked = { inv_chg_type: '108' }
  const bought = coded('purchase', '2026-03-02 10:00:00', 'abcd')
  expect(sells(26, bought, coded('change', '2026-03-03 10:00:00', 'efgh', booked))).toEqual([8])
  expect(sells(26, bought, coded('change', '2026-03-02 11:00:00', 'efgh', booked))).toEqual([8])
  expect(sells(26, bought, coded('change', '2026-03-04 10:00:00', 'abcd', booked))).toEqual([12])
  expect(sells(26, bought, coded('change', '2026-03-04 10:00:00', 'cdef', booked))).toEqual([10])
  expect(
    sells(26, coded('change', '2026-03-02 10:00:00', 'abcd', booked), coded('purchase', '2026-03-06 10:00:00', 'abcd')),
  ).toEqual([12])
  expect(sells(26, bought, moved('change', '2026-03-02 11:00:00', 4, booked))).toEqual([12])
  expect(sells(26, bought, moved('change', '2026-03-03 11:00:00', 4, booked))).toEqual([8])
  const plain = moved('purchase', '2026-03-02 10:00:00', 2)
  const both = coded('change', '2026-03-02 11:00:00', 'efghi', booked)
  expect([sells(26, plain, both), sells(27, bought, plain, both)]).toEqual([[11], [8]])
})

test('A longer form of a code that ends with the same digits names the same package', () => {
  const codes = [1, 2, 3, 4].map((serial) => `8100001${String(serial).padStart(13, '0')}`)
  const named = (inv_type: string, time: string, names: readonly string[], more: object = {}) =>
    moved(inv_type, time, names.length, { drug_trac_info: names.map((drug_trac_codg) => ({ drug_trac_codg })), ...more })
  const bought = named('purchase', '2026-03-02 10:00:00', codes)
  const booked = (form: (code: string) => string) =>
    named('change', '2026-03-03 10:00:00', codes.map(form), { inv_chg_type: '108' })
  expect(
    sells(
      26,
      bought,
      booked((code) => `0100000${code}`),
    ),
  ).toEqual([12])
  expect(
    sells(
      26,
      bought,
      booked((code) => `${code}1726093`),
    ),
  ).toEqual([8])
})

test('A return to the supplier that is told twice is one return', () => {
  const sentBack = (time: string, codes: string) => coded('change', time, codes, { inv_chg_type: '109' })
  const bought = moved('purchase', '2026-03-02 10:00:00', 10)
  const returned = coded('purchase_return', '2026-03-03 10:00:00', 'abcd')
  expect(sells(26, bought, returned, sentBack('2026-03-03 10:00:00', 'abcd'))).toEqual([10])
  expect(sells(26, bought, returned, sentBack('2026-03-03 10:00:00', 'efgh'))).toEqual([14])
  expect(sells(26, bought, returned, moved('change', '2026-03-03 12:00:00', 4, { inv_chg_type: '109' }))).toEqual([10])
})

test('What customers bring back is there again, whether its settlement is named or not', () => {
  const [first, again] = [sale('2026-03-05 09:00:00', 10), sale('2026-03-05 15:00:00', 8)]
  const back = (time: string, more: object = {}) => moved('sale_return', time, 8, more)
  const named = { setl_id: 'S-2026-03-05 09:00:00' }
  expect(found(STOCK, first, again)).toMatchObject([{ evidence: { excess: 8 } }])
  expect(found(STOCK, first, back('2026-03-05 11:00:00'), again)).toEqual([])
  expect(found(STOCK, first, back('2026-03-05 11:00:00', named), again)).toEqual([])
  expect(found(STOCK, first, back('2026-03-06 00:00:00', named), again)).toHaveLength(1)
  // Sold before the stocktaking, and back after it.
  expect(found(STOCK, back('2026-03-02 11:00:00', { setl_id: 'OLD' }), again, sale('2026-03-05 16:00:00', 8))).toEqual([])
})

test('Where nothing stays sold nothing was sold too many, however little was there', () => {
  const sentBack = moved('purchase_return', '2026-03-03 10:00:00', 20)
  const takenBack = sale('2026-03-05 10:00:00', 0, { feedetail: [2, -2].map((cnt) => ({ med_list_codg: 'XA', pric: 10, cnt })) })
  expect(found(STOCK, sentBack, takenBack)).toEqual([])
  expect(found(STOCK, sentBack, sale('2026-03-05 10:00:00', 2), moved('sale_return', '2026-03-05 11:00:00', 2))).toEqual([])
  expect(found(STOCK, sentBack, sale('2026-03-05 10:00:00', 1))).toMatchObject([{ vola_amt: 1000, evidence: { excess: 11 } }])
})

test('What is brought back of a settlement that is taken back was not sold at all', () => {
  const [first, again] = [sale('2026-03-05 09:00:00', 10), sale('2026-03-05 15:00:00', 18)]
  const back = moved('sale_return', '2026-03-05 11:00:00', 8, { setl_id: 'S-2026-03-05 09:00:00' })
  expect(found(STOCK, first, back, again)).toMatchObject([{ evidence: { sold: 28, brought_back: 8, excess: 10 } }])
  for (const at of ['2026-03-05 20:00:00', '2026-03-20 20:00:00']) {
    const ahead = at > '2026-03-06' ? [heartbeat('2026-03-19 00:00:00')] : []
    expect(found(STOCK, first, back, again, ...ahead, voidOf(first, at))).toMatchObject([
      { evidence: { sold: 18, brought_back: 0, excess: 8 } },
    ])
  }
  expect(found(STOCK, first, voidOf(first, '2026-03-05 20:00:00'), again, back)).toMatchObject([{ evidence: { excess: 8 } }])
})

test('The sentence names all that makes the sum, and the alert every settlement since the stocktaking', () => {
  const stock = moved('stock', '2026-03-05 08:00:00', 60)
  const moves = [
    moved('purchase', '2026-03-05 08:30:00', 30),
    moved('purchase_return', '2026-03-05 09:00:00', 20),
    moved('change', '2026-03-05 09:00:00', 3, { inv_chg_type: '101' }),
    moved('change', '2026-03-05 09:00:00', 5, { inv_chg_type: '105' }),
    moved('sale_return', '2026-03-05 18:00:00', 2),
  ]
  const sales = Array.from({ length: 16 }, (_, i) => sale(`2026-03-05 10:${String(i + 10)}:00`, 5))
  const [alert] = found(stock, ...moves, sale('2026-03-05 07:00:00', 5), ...sales)
  expect(alert).toMatchObject({ vola_amt: 10000, evidence: { sold: 80, brought_back: 2, excess: 10 } })
  expect(alert!.setl_ids).toHaveLength(16)
  expect(detector.explain(alert!.evidence, 'zh')).toBe(
    'XA期初60、购进30、退供货方20、其他入库3、其他出库5，售出80、顾客退回2，超出10（自2026-03-05起），涉及100.00元。',
  )
  expect(detector.explain(alert!.evidence, 'en')).toBe(
    '80 packs of XA were sold and 2 brought back while 60 were there, 30 were bought, 20 were sent back, 3 came in otherwise and 5 went out otherwise: 10 too many since 2026-03-05, 100.00 yuan.',
  )
})

test('Of very many settlements the first five hundred since the stocktaking are named', () => {
  const sales = Array.from({ length: 510 }, (_, i) => sale(formatInstant(parseInstant('2026-03-05 00:00:00') + i * 600_000), 1))
  const open = found(STOCK, ...sales)
  expect(open).toMatchObject([{ evidence: { sold: 510 } }])
  expect(open[0]!.setl_ids).toHaveLength(500)
  expect(open[0]!.setl_ids.at(-1)).toBe(sales[499]!.setl_id)
})

test('What comes after the day’s end does not help that day, and what happened before the stocktaking is over', () => {
  const later = moved('purchase', '2026-03-06 10:00:00', 50)
  expect(found(STOCK, sale('2026-03-05 10:00:00', 16), later, sale('2026-03-08 10:00:00', 2))).toMatchObject([
    { bucket: '2026-03-05|XA', count: 1, evidence: { since: '2026-03-05', until: '2026-03-05' } },
  ])
  const evening = moved('purchase', '2026-03-05 20:00:00', 50)
  expect(found(STOCK, sale('2026-03-05 10:00:00', 16), evening)).toEqual([])
  expect(found(moved('purchase', '2026-02-27 10:00:00', 50), STOCK, sale('2026-03-05 10:00:00', 16))).toHaveLength(1)
  expect(found(sale('2026-03-01 07:59:00', 16), STOCK)).toEqual([])
  expect(found(sale('2026-03-01 08:00:00', 16), STOCK)).toHaveLength(1)
})

test('A stocktaking holds for ninety days, and a later one begins anew', () => {
  expect(found(STOCK, sale('2026-05-30 10:00:00', 16))).toHaveLength(1)
  expect(found(STOCK, sale('2026-05-31 10:00:00', 16))).toEqual([])
  expect(found(sale('2026-03-05 10:00:00', 16))).toEqual([])
  const again = moved('stock', '2026-03-10 08:00:00', 10)
  expect(found(STOCK, sale('2026-03-05 10:00:00', 9), again, sale('2026-03-12 10:00:00', 9))).toEqual([])
  expect(
    found(STOCK, sale('2026-03-05 10:00:00', 16), again, sale('2026-03-12 10:00:00', 17)).map(({ bucket }) => bucket),
  ).toEqual(['2026-03-05|XA', '2026-03-12|XA'])
})

test('Batches of one stocktaking are counted together; sales of several days add up', () => {
  const batches = [moved('stock', '2026-03-01 08:00:00', 6), moved('stock', '2026-03-01 08:10:00', 4)]
  const days = ['05', '06', '07', '08'].map((day) => sale(`2026-03-${day} 10:00:00`, 5))
  const open = found(...batches, ...days)
  expect(open).toMatchObject([{ bucket: '2026-03-08|XA', vola_amt: 10000, evidence: { sold: 20, excess: 10 } }])
  expect(open[0]!.setl_ids).toHaveLength(4)
})

test('Parts of a split pack are parts; of a pack of unknown size nothing is counted', () => {
  const split = { feedetail: [{ med_list_codg: 'XA', pric: 1, cnt: 160, trdn_flag: '1' }] }
  const item = reference('item', 'XA', { pack_units: 10 })
  expect(found(item, STOCK, sale('2026-03-05 10:00:00', 0, split))).toMatchObject([{ evidence: { sold: 16 } }])
  expect(found(STOCK, sale('2026-03-05 10:00:00', 0, split))).toEqual([])
  const byCode = {
    feedetail: [{ med_list_codg: 'XA', pric: 1, cnt: 160 }],
    drug_trac_info: [{ feedetl_sn: '1', drug_trac_codg: 'T', trdn_flag: '1' }],
  }
  expect(found(item, STOCK, sale('2026-03-05 10:00:00', 0, byCode))).toMatchObject([{ evidence: { sold: 16 } }])
  const loose = moved('purchase', '2026-03-02 10:00:00', 100, { trdn_flag: '1' })
  expect(found(item, STOCK, loose, sale('2026-03-05 10:00:00', 26))).toMatchObject([{ evidence: { purchased: 10, excess: 6 } }])
})

test('Drugs and consumables are kept in stock, services are not; other items and institutions have their own', () => {
  const of = (med_list_codg: string, list_type: string) =>
    found(
      moved('stock', '2026-03-01 08:00:00', 10, { med_list_codg }),
      sale('2026-03-05 10:00:00', 0, { feedetail: [{ med_list_codg, list_type, cnt: 16 }] }),
    ).length
  expect([of('C1', '301'), of('C1', ''), of('XB', '101'), of('0031', '201')]).toEqual([1, 1, 1, 0])
  expect(found(STOCK, sale('2026-03-05 10:00:00', 16, { fixmedins_code: 'P2' }))).toEqual([])
})

test('A day is judged when purchases that are sent late have come', () => {
  const events = [STOCK, sale('2026-03-05 10:00:00', 16)]
  expect(run(detector, [...events, heartbeat('2026-03-09 00:09:59')]).open).toEqual([])
  expect(run(detector, [...events, heartbeat('2026-03-09 00:10:00')]).open).toHaveLength(1)
})

test('A void takes its sale out, whenever it comes', () => {
  const [first, second] = [sale('2026-03-05 10:00:00', 16), sale('2026-03-05 11:00:00', 16)]
  for (const at of ['2026-03-05 20:00:00', '2026-03-20 20:00:00', '2026-11-20 20:00:00']) {
    const ahead = at > '2026-03-06' ? [heartbeat('2026-03-19 00:00:00')] : []
    expect(found(STOCK, first, second, ...ahead, voidOf(first, at))).toMatchObject([
      { setl_ids: ['S-2026-03-05 11:00:00'], vola_amt: 6000, evidence: { sold: 16 } },
    ])
    expect(found(STOCK, first, ...ahead, voidOf(first, at))).toEqual([])
  }
})

test('A day whose only sale is taken back before it closes has none, and is still looked at where other sales are reported', () => {
  const [much, next] = [sale('2026-03-05 10:00:00', 16), sale('2026-03-06 10:00:00', 2)]
  expect(found(STOCK, much, next, voidOf(next, '2026-03-06 20:00:00'))).toMatchObject([
    { count: 1, evidence: { since: '2026-03-05', until: '2026-03-05' } },
  ])
  const own = sale('2026-03-05 10:00:00', 2)
  const reported = moved('sale', '2026-03-05 11:00:00', 16)
  expect(found(STOCK, own, reported, voidOf(own, '2026-03-05 20:00:00'))).toMatchObject([{ evidence: { sold: 16, excess: 6 } }])
})

test('What the agency reimburses was sold long before; what the institution reports of it counts on its day', () => {
  expect(found(STOCK, sale('2026-03-05 10:00:00', 16, { pay_loc: '1' }))).toEqual([])
  const receipt = sale('2026-03-05 11:00:00', 16, { pay_loc: '1' })
  const [own, reported] = [sale('2026-03-05 10:00:00', 15), moved('sale', '2026-03-02 10:00:00', 16)]
  expect(found(STOCK, own, receipt)).toEqual([])
  expect(found(STOCK, reported, receipt)).toMatchObject([{ bucket: '2026-03-02|XA', evidence: { sold: 16, excess: 6 } }])
  expect(found(STOCK, reported, receipt, voidOf(receipt, '2026-03-20 10:00:00'))).toMatchObject([{ evidence: { sold: 16 } }])
})

test('A day of many sales is laid aside page by page, and judged as a whole', () => {
  const id = (i: number) => `S${i}`.padEnd(300, '-')
  const sales = Array.from({ length: 32 }, (_, i) => sale(`2026-03-05 10:${String(i + 10)}:00`, 1, { setl_id: id(i) }))
  const reported = ['09:00:00', '10:30:00', '11:00:00'].map((time) => moved('sale', `2026-03-05 ${time}`, 3))
  // Two of the first page and one that came after the last.
  const gone = [sales[1]!, sales[2]!, sales[31]!]
  const { open, cells } = run(detector, [
    ...[STOCK, reported[0]!, ...sales.slice(0, 20), reported[1]!, ...sales.slice(20), reported[2]!],
    ...[...gone.map((one) => voidOf(one, '2026-03-05 12:00:00')), OVER],
  ])
  expect(cells.filter((cell) => cell.startsWith('PAGE'))).toEqual(['PAGE|P1|20517|0', 'PAGE|P1|20517|1'])
  const left = sales.filter((one) => !gone.includes(one))
  expect(open).toMatchObject([{ evidence: { sold: 29, own_sales: 9, excess: 19 }, setl_ids: left.map(({ setl_id }) => setl_id) }])
  expect(found(STOCK, ...sales, ...sales.map((one) => voidOf(one, '2026-03-05 12:00:00')))).toEqual([])
  // A void that comes when the day is closed goes to the ledger.
  expect(found(STOCK, ...sales, heartbeat('2026-03-12 00:00:00'), voidOf(sales[0]!, '2026-03-12 12:00:00'))).toMatchObject([
    { evidence: { sold: 31 } },
  ])
})

test('However much an institution sells in a day, little of it is written anew with the next sale', () => {
  const sales = Array.from({ length: 290 }, (_, i) => {
    const feedetail = [1, 2, 3].map((line) => ({ med_list_codg: `XJ01CAA040E0010101${(i * line) % 97}`, pric: 100, cnt: line }))
    return sale('2026-03-05 10:00:00', 0, { setl_id: `S9900000000${i}`, feedetail })
  })
  const longest = longestWritten(detector, sales)
  expect(longest).toBeGreaterThan(1_000)
  expect(longest).toBeLessThan(4_500)
})
