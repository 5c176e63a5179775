import { expect, test } from 'vitest'
import { heartbeat, reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './ano-11.ts'

let serial = 0
/** One box at a price. */
const sale = (pric: number, day: string, more: Wire = {}, line: Wire = {}) =>
  settlement({
    ...{ setl_id: `S${String(serial++).padStart(4, '0')}`, setl_time: `2026-${day} 10:00:00`, med_type: '41' },
    ...{ fixmedins_code: 'P99010100009', feedetail: [{ med_list_codg: 'XA', pric, ...line }] },
    ...more,
  })
/** So many sales at 10.00 at other pharmacies. */
const usual = (count: number, day = '03-02', pric = 10) =>
  Array.from({ length: count }, (_, i) => sale(pric, day, { fixmedins_code: `P9901010000${i % 8}` }))
const judge = (...events: Wire[]) => run(detector, [reference('item', 'XA', { name: '甲片', list_type: '101' }), ...events])

test('More than one and a half times the median of the region is a suspicion against the drug', () => {
  const { open } = judge(...usual(30), sale(15.01, '03-06', {}, { cnt: 2 }))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'item', id: 'XA' }, bucket: '|9901', severity: 3, result: 'suspicion', count: 1 },
      ...{ vola_amt: 1002, fixmedins_code: 'P99010100009', admdvs: '990101' },
      evidence: { name: '甲片', region: '9901', highest: 15.01, usual: 10, hits: [{ against: 'median' }] },
    },
  ])
  expect(open[0]!.lines).toMatchObject([{ vola_item_type: 1, vola_amt: 1002 }])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('甲片在1家机构有1笔单价异常，最高15.01元，通常10元，多收10.02元。')
  expect(judge(...usual(30), sale(15, '03-06')).open).toEqual([])
})

test('However many took the price before, more than one and a half times the median is far', () => {
  const known = (dear: number) => [...usual(40 - dear), ...usual(dear, '03-02', 20)]
  expect(judge(...known(12), sale(20, '03-06')).open).toMatchObject([{ evidence: { usual: 10, hits: [{ against: 'median' }] } }])
  // Where half take it, the middle itself is dear.
  expect(judge(...known(21), sale(20, '03-06')).open).toEqual([])
})

test('Thirty lines must be known, on days that are built', () => {
  expect(judge(...usual(29), sale(20, '03-06')).open).toEqual([])
  expect(judge(...usual(30), sale(20, '03-05')).open).toEqual([])
  expect(judge(...usual(15), ...usual(15, '03-31'), sale(20, '04-04')).open).toHaveLength(1)
  expect(judge(...usual(15), ...usual(15, '03-31'), sale(20, '04-05')).open).toEqual([])
})

test('What was taken back before its day was built, or given for nothing, tells no price', () => {
  const known = usual(30)
  expect(judge(...known, voidOf(known[0]!, '2026-03-04 10:00:00'), sale(20, '03-06')).open).toEqual([])
  expect(judge(...known, voidOf(known[0]!, '2026-03-06 09:00:00'), sale(20, '03-06')).open).toHaveLength(1)
  expect(judge(...known, ...usual(40, '03-02', 0), sale(14.9, '03-06')).open).toEqual([])
})

test('What lies three interquartile ranges above the third quartile is out of the ordinary too', () => {
  const spread = (price: number) => judge(...usual(15), ...usual(15, '03-02', 11), sale(price, '03-06')).open
  expect(spread(14.01)).toMatchObject([{ evidence: { hits: [{ against: 'spread', usual: 10 }] } }])
  expect(spread(14)).toEqual([])
  expect(judge(...usual(30), sale(14.9, '03-06')).open).toEqual([])
})

test('Where prices hardly differ a few per cent above the median are no outlier', () => {
  const near = (price: number) => judge(...usual(15), ...usual(15, '03-02', 10.05), sale(price, '03-06')).open
  expect(near(11)).toEqual([])
  expect(near(11.01)).toHaveLength(1)
})

test('So is what lies thirty per cent above the own price', () => {
  const own = (count: number, price: number) =>
    judge(...Array.from({ length: count }, () => sale(10, '03-02')), sale(price, '03-06')).open
  expect(own(5, 13.01)).toMatchObject([{ vola_amt: 301, evidence: { hits: [{ against: 'own' }] } }])
  expect(own(5, 13)).toEqual([])
  expect(own(4, 20)).toEqual([])
})

test('Another region and another drug have other prices; wards have the same', () => {
  const far = { fixmedins_code: 'P99020100009', mdtrt_admdvs: '990201' }
  expect(judge(...usual(30), sale(20, '03-06', far)).open).toEqual([])
  expect(judge(...usual(30), sale(20, '03-06', {}, { med_list_codg: 'XB' })).open).toEqual([])
  for (const med_type of ['11', '21']) {
    expect(judge(...usual(30), sale(20, '03-06', { med_type })).open).toHaveLength(1)
    expect(judge(...usual(30).map((event) => ({ ...event, med_type })), sale(20, '03-06')).open).toHaveLength(1)
  }
})

test('Each price of a settlement is looked at, unless it was taken back', () => {
  const [fair, dear] = [10, 20].map((pric, i) => ({ med_list_codg: 'XA', feedetl_sn: String(i), pric }))
  const back = { ...dear, feedetl_sn: '9', cnt: -1, det_item_fee_sumamt: -20, inscp_scp_amt: -20 }
  const on = (...feedetail: Wire[]) => judge(...usual(30), sale(0, '03-06', { feedetail })).open
  expect(on(fair!, dear!)).toMatchObject([{ lines: [{ feedetl_sn: '1', vola_amt: 1000 }] }])
  expect(on(fair!, fair!)).toEqual([])
  expect(on(fair!, dear!, back)).toEqual([])
})

test('Single units of a split package are compared by the package', () => {
  const packs = reference('item', 'XA', { name: '甲片', list_type: '101', pack_units: 12 })
  const split = (pric: number, line: Wire = {}) => sale(pric, '03-06', {}, { cnt: 6, trdn_flag: '1', ...line })
  const of = (...events: Wire[]) => run(detector, [packs, ...usual(30), ...events]).open
  expect(of(split(1.25))).toEqual([])
  expect(of(split(1.26))).toMatchObject([{ vola_amt: 256, evidence: { highest: 15.12, usual: 10 } }])
  const tablets = Array.from({ length: 30 }, () => sale(0.83, '03-02', {}, { cnt: 6, trdn_flag: '1' }))
  expect(run(detector, [packs, ...tablets, sale(11, '03-06')]).open).toEqual([])
  // How many make a package must be known.
  expect(judge(...usual(30), split(16)).open).toEqual([])
})

test('A box charged for a strip is a slip of the code', () => {
  const packs = reference('item', 'XA', { name: '甲片', list_type: '101', pack_units: 12 })
  const of = (price: number) => run(detector, [packs, ...usual(30), sale(price, '03-06')]).open
  expect(of(120)).toEqual([])
  // Five per cent more is within the tolerance.
  expect(of(126)).toEqual([])
  expect(of(126.01)).toHaveLength(1)
  expect(of(114)).toEqual([])
  expect(of(113.99)).toHaveLength(1)
})

test('Hits of a drug in a region fold into one alert, and voids take them out again', () => {
  const [one, two] = [sale(20, '03-06'), sale(30, '03-07')]
  const events = [...usual(30), one, two]
  expect(judge(...events).open).toMatchObject([{ count: 2, vola_amt: 3000, evidence: { highest: 30 } }])
  expect(judge(...events, voidOf(two, '2026-06-02 10:00:00')).open).toMatchObject([{ count: 1, vola_amt: 1000 }])
  const back = [one, two].map((event) => voidOf(event, '2026-06-02 10:00:00'))
  expect(judge(...events, ...back)).toMatchObject({ open: [], retracted: [{}] })
  // However long nothing was sold.
  expect(judge(...events, voidOf(two, '2028-06-02 10:00:00')).open).toMatchObject([{ count: 1, vola_amt: 1000 }])
})

test('A sale that comes before its day has begun everywhere waits until all days that it is compared with are built', () => {
  const early = sale(20, '03-06', { setl_time: '2026-03-06 00:00:00' })
  const waiting = [...usual(30), heartbeat('2026-03-05 23:50:00'), early]
  expect(judge(...waiting, heartbeat('2026-03-06 00:10:00')).open).toEqual([])
  expect(judge(...waiting, heartbeat('2026-03-06 00:10:01')).open).toHaveLength(1)
  const back = voidOf(early, '2026-03-06 00:05:00')
  expect(judge(...waiting, back, heartbeat('2026-03-06 00:10:01'))).toMatchObject({ open: [], retracted: [] })
  // Who comes when it has begun waits for nothing, and each is judged once.
  expect(judge(...usual(30), heartbeat('2026-03-06 00:10:01'), early).open).toHaveLength(1)
  const next = sale(20, '03-07', { setl_time: '2026-03-07 00:00:00' })
  expect(judge(...waiting, heartbeat('2026-03-06 23:50:00'), next, heartbeat('2026-03-07 00:10:01')).open).toMatchObject([
    { count: 2 },
  ])
})
