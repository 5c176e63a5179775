import { expect, test } from 'vitest'
import { HOSPITAL, type LineGiven, reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './pol-18.ts'

const [CHOSEN, OTHER] = ['XC08CAA001A001010100001', 'XC08CAA001A001010100009']
const H = 'H99010100001'
const vbp = (row: object = {}) =>
  reference('vbp', 'G', { selected: [{ code: CHOSEN, price: 10, from: '2026-01-01', to: '2026-12-31' }], ...row })
const items = [CHOSEN, OTHER].map((code) => reference('item', code, { vbp_group: 'G' }))
const KNOWN = [HOSPITAL, vbp(), ...items]
const line = (med_list_codg: string, cnt: number, more: object = {}): LineGiven => ({ med_list_codg, cnt, pric: 10, ...more })
const sold = (setl_id: string, feedetail: LineGiven[], more: object = {}) => settlement({ setl_id, feedetail, ...more })
/** So many units of the selected product, and of another. */
const used = (chosen: number, other: number, more: object = {}) => [
  sold('C', [line(CHOSEN, chosen)], { setl_time: '2026-03-02 09:00:00', ...more }),
  sold('O', [line(OTHER, other)], more),
]
const openAfter = (...events: object[]) => run(detector, [...KNOWN, ...(events as ReturnType<typeof sold>[])]).open

test('More than three tenths of other products is suspected, by what they cost', () => {
  for (const order of permutations(used(20, 10))) {
    const open = openAfter(...order)
    expect(open).toMatchObject([
      {
        ...{ subject: { type: 'institution', id: H }, bucket: '2026-03|G', severity: 3, result: 'suspicion', vola_amt: 10000 },
        ...{ setl_ids: ['O'], lines: [], admdvs: '990101' },
        evidence: {
          selected_units: 20,
          other_units: 10,
          other_share: 0.3333,
          other_products: [{ med_list_codg: OTHER, units: 10 }],
        },
      },
    ])
    expect(detector.explain(open[0]!.evidence, 'zh')).toBe('2026-03集采组G共用30，非中选占33.3%，涉及100.00元。')
  }
})

test('Three tenths are allowed, and above six tenths it is severity 2', () => {
  expect(openAfter(...used(21, 9))).toEqual([])
  expect(openAfter(...used(20.9, 9.1))).toMatchObject([{ severity: 3 }])
  expect(openAfter(...used(12, 18))).toMatchObject([{ severity: 3 }])
  expect(openAfter(...used(11.9, 18.1))).toMatchObject([{ severity: 2 }])
})

test('Fewer than thirty units tell nothing', () => {
  expect(openAfter(...used(0.9, 29))).toEqual([])
  expect(openAfter(...used(1, 29))).toHaveLength(1)
})

test('Months, institutions and groups are counted apart', () => {
  const later = { setl_time: '2026-04-02 09:00:00' }
  expect(openAfter(sold('A', [line(OTHER, 16)]), sold('B', [line(OTHER, 16)], later))).toEqual([])
  expect(openAfter(sold('A', [line(OTHER, 16)]), sold('B', [line(OTHER, 16)], { fixmedins_code: 'H2' }))).toEqual([])
  const second = [reference('vbp', 'K', { selected: [{ code: 'X' }] }), reference('item', 'Y', { vbp_group: 'K' })]
  expect(openAfter(...second, sold('A', [line(OTHER, 16), line('Y', 16)]))).toEqual([])
  expect(
    openAfter(...second, sold('A', [line(OTHER, 30), line('Y', 30)]))
      .map(({ bucket }) => bucket)
      .sort(),
  ).toEqual(['2026-03|G', '2026-03|K'])
})

test('A selected product above its price is a violation by the difference, however few', () => {
  const over = (pric: number, more: object = {}) => openAfter(sold('S', [line(CHOSEN, 3, { pric, ...more })]))
  expect(over(10.01)).toEqual([])
  expect(over(10.02)).toMatchObject([{ vola_amt: 6 }])
  expect(over(12)).toMatchObject([
    { bucket: '2026-03|G', result: 'violation', severity: 3, vola_amt: 600, setl_ids: ['S'], evidence: { overpriced_lines: 1 } },
  ])
  expect(over(12, { inscp_scp_amt: 4 })).toMatchObject([{ vola_amt: 400 }])
})

test('Too few and too dear are one alert', () => {
  const [chosen, other] = used(5, 30)
  const dear = sold('S', [line(CHOSEN, 1, { pric: 12 })], { setl_time: '2026-03-05 09:00:00' })
  expect(openAfter(chosen!, other!, dear)).toMatchObject([
    { result: 'violation', severity: 2, vola_amt: 30200, setl_ids: ['O', 'S'], count: 2 },
  ])
})

test('Without a price, or without a contract on the day, nothing is too dear', () => {
  const dear = sold('S', [line(CHOSEN, 3, { pric: 99 })])
  expect(run(detector, [HOSPITAL, vbp({ selected: [{ code: CHOSEN }] }), ...items, dear]).open).toEqual([])
  const over = vbp({ selected: [{ code: CHOSEN, price: 10, to: '2026-03-01' }] })
  expect(run(detector, [HOSPITAL, over, ...items, dear]).open).toEqual([])
})

test('Before the contract other products are no others', () => {
  const later = vbp({ selected: [{ code: CHOSEN, price: 10, from: '2026-04-01' }] })
  expect(run(detector, [HOSPITAL, later, ...items, ...used(1, 60)]).open).toEqual([])
})

test('In a month in which the contract changes old stock is used up', () => {
  const between = (from: string, to: string) => {
    const events = [HOSPITAL, vbp({ selected: [{ code: CHOSEN, price: 10, from, to }] }), ...items, ...used(1, 60)]
    return run(detector, events).open
  }
  expect(between('2026-03-02', '2026-12-31')).toEqual([])
  expect(between('2026-01-01', '2026-03-30')).toEqual([])
  expect(between('2026-03-01', '2026-12-31')).toHaveLength(1)
  expect(between('2026-01-01', '2026-03-31')).toHaveLength(1)
  // What is too dear is so all the same.
  const ending = vbp({ selected: [{ code: CHOSEN, price: 10, from: '2026-01-01', to: '2026-03-30' }] })
  const { open } = run(detector, [HOSPITAL, ending, ...items, sold('S', [line(CHOSEN, 3, { pric: 12 })])])
  expect(open).toMatchObject([{ result: 'violation', evidence: { selected_units: 0, other_units: 0, other_share: 0 } }])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('2026-03集采组G高于中选价1条6.00元，涉及6.00元。')
})

test('The table alone tells the group of a selected product', () => {
  const events = [HOSPITAL, vbp(), items[1]!, ...used(12, 30)]
  expect(run(detector, events).open).toMatchObject([{ evidence: { selected_units: 12 } }])
})

test('What the institution has agreed to stands beside it', () => {
  const agreed = [
    { fixmedins_code: H, qty: 600, from: '2026-01-01', to: '2026-12-31' },
    { fixmedins_code: H, qty: 90, to: '2025-12-31' },
    { fixmedins_code: 'H2', qty: 70 },
  ]
  const selected = [{ code: CHOSEN, price: 10 }]
  expect(run(detector, [HOSPITAL, vbp({ selected, agreed }), ...items, ...used(1, 60)]).open).toMatchObject([
    { evidence: { agreed_qty: 600 } },
  ])
  expect(openAfter(...used(1, 60))).toMatchObject([{ evidence: { agreed_qty: null } }])
})

test('A pharmacy that has agreed to nothing sells what it likes at its own price', () => {
  const purchase = (cnt: number, code = CHOSEN) =>
    sold('S', [line(code, cnt, { pric: 12 })], { med_type: '41', fixmedins_code: H })
  expect(openAfter(purchase(3))).toEqual([])
  expect(openAfter(purchase(60, OTHER))).toEqual([])
  const agreed = vbp({ agreed: [{ fixmedins_code: H, qty: 600, from: '2026-01-01', to: '2026-12-31' }] })
  expect(run(detector, [HOSPITAL, agreed, ...items, purchase(3)]).open).toHaveLength(1)
  expect(run(detector, [HOSPITAL, agreed, ...items, purchase(60, OTHER)]).open).toHaveLength(1)
})

test('When more of the selected product is used later in the month, the suspicion goes', () => {
  const later = sold('L', [line(CHOSEN, 30)], { setl_time: '2026-03-20 09:00:00' })
  expect(run(detector, [...KNOWN, ...used(20, 10), later])).toMatchObject({ open: [], retracted: [{ bucket: '2026-03|G' }] })
})

test('A void takes back what it counted', () => {
  const [chosen, other] = used(20, 10)
  const dear = sold('S', [line(CHOSEN, 1, { pric: 12 })])
  const back = (original: typeof dear) => voidOf(original, '2026-03-09 17:00:00')
  expect(run(detector, [...KNOWN, chosen!, other!, back(other!)])).toMatchObject({ open: [], retracted: [{}] })
  expect(run(detector, [...KNOWN, dear, back(dear)])).toMatchObject({ open: [], retracted: [{}] })
  const more = sold('P', [line(OTHER, 10)])
  expect(openAfter(chosen!, other!, more, back(more))).toMatchObject([{ setl_ids: ['O'], vola_amt: 10000 }])
  expect(openAfter(chosen!, other!, back(chosen!))).toEqual([])
  const third = sold('T', [line('THIRD', 10)])
  const known = [reference('item', 'THIRD', { vbp_group: 'G' }), chosen!, other!, third]
  const products = (...events: object[]) => openAfter(...known, ...events)[0]!.evidence.other_products
  const [first, second] = ['THIRD', OTHER].map((med_list_codg) => ({ med_list_codg, units: 10 }))
  expect(products()).toEqual([first, second])
  expect(products(back(third))).toEqual([second])
})

test('What was charged in several places lies in the first of them, whichever comes first', () => {
  const places = ['990102', '990101'].map((mdtrt_admdvs, i) => sold(`S${i}`, [line(OTHER, 15)], { mdtrt_admdvs }))
  for (const order of permutations(places)) expect(openAfter(...order)).toMatchObject([{ admdvs: '990101' }])
})

test('What a later bill of the visit takes back was not used, in the month in which it had been charged', () => {
  const ward = line('WARD', 1, { list_type: '201', pric: 9000 })
  const bill = (setl_id: string, day: string, ...lines: LineGiven[]) =>
    sold(setl_id, [...lines.map((one, i) => ({ ...one, feedetl_sn: `${i}` })), { ...ward, feedetl_sn: 'w' }], {
      ...{ mdtrt_id: 'M', setl_time: `${day} 10:00:00` },
    })
  const chosen = sold('C', [line(CHOSEN, 20)])
  const first = bill('O', '2026-03-05', line(OTHER, 12))
  const back = (day: string, cnt: number) => bill('B', day, line(OTHER, cnt))
  for (const order of permutations([chosen, first, back('2026-03-09', -12)])) expect(openAfter(...order)).toEqual([])
  for (const order of permutations([chosen, first, back('2026-03-09', -4)])) expect(openAfter(...order)).toEqual([])
  expect(openAfter(chosen, first, back('2026-03-09', -2))).toMatchObject([
    { setl_ids: ['O'], vola_amt: 10000, evidence: { other_units: 10, other_products: [{ units: 10 }] } },
  ])
  expect(openAfter(chosen, first, { ...back('2026-03-09', -12), mdtrt_id: 'N' })).toHaveLength(1)
  // A bill that takes something back itself is taken back like any other.
  const mixed = bill('O', '2026-03-05', line(OTHER, 12), line(CHOSEN, -1))
  for (const order of permutations([chosen, mixed, back('2026-03-09', -12)])) expect(openAfter(...order)).toEqual([])
  const later = back('2026-04-02', -12)
  expect(run(detector, [...KNOWN, chosen, first, later])).toMatchObject({ open: [], retracted: [{ bucket: '2026-03|G' }] })
  const voided = (original: typeof first) => voidOf(original, '2026-04-03 17:00:00')
  expect(openAfter(chosen, first, later, voided(later))).toMatchObject([{ setl_ids: ['O'], vola_amt: 12000 }])
  const apart = { ...bill('P', '2026-03-20', line(OTHER, 10)), mdtrt_id: 'N' }
  expect(openAfter(chosen, apart, first, later, voided(first))).toMatchObject([{ evidence: { other_units: 10 } }])
  // Where the time is another one, what was too dear is meant.
  const dear = bill('D', '2026-03-05', line(CHOSEN, 2, { pric: 12 }), line(CHOSEN, 2))
  expect(openAfter(dear, bill('B', '2026-03-09', line(CHOSEN, -2)))).toEqual([])
  expect(openAfter(dear, bill('B', '2026-03-09', line(CHOSEN, -1)))).toMatchObject([
    { result: 'violation', vola_amt: 200, evidence: { overpriced_lines: 1, selected_units: 3 } },
  ])
})

test('A void that comes months later is judged all the same, and what holds is kept beyond the fourteen months', () => {
  const [chosen, other] = used(20, 10)
  const back = (original: object, at: string) => voidOf(original as ReturnType<typeof sold>, at)
  const quiet = (setl_time: string) => settlement({ setl_id: setl_time, psn_no: 'Q', setl_time })
  const after = (at: string, events: object[], original: object) =>
    run(detector, [...KNOWN, ...(events as ReturnType<typeof sold>[]), quiet(at), back(original, at)])
  expect(after('2026-05-09 17:00:00', [chosen!, other!], other!)).toMatchObject({ open: [], retracted: [{}] })
  expect(after('2028-05-09 17:00:00', [chosen!, other!], other!)).toMatchObject({ open: [], retracted: [{}] })
  const many = sold('M', [line(CHOSEN, 30)], { setl_time: '2026-03-20 09:00:00' })
  expect(after('2026-05-09 17:00:00', [chosen!, other!, many], many)).toMatchObject({ open: [{ setl_ids: ['O'] }] })
  expect(after('2027-06-01 00:09:59', [chosen!, other!, many], many)).toMatchObject({ open: [{}] })
  expect(after('2027-06-01 00:10:00', [chosen!, other!, many], many)).toMatchObject({ open: [] })
})

test('A void takes back what its original was counted as, whatever the rows say by then', () => {
  const [chosen, other] = used(20, 10)
  const more = sold('P', [line(OTHER, 20), line(CHOSEN, 2, { pric: 12 })])
  const both = [CHOSEN, OTHER].map((code) => ({ code, price: 15, from: '2026-01-01', to: '2026-12-31' }))
  const changes = [
    vbp({ selected: both }),
    reference('item', OTHER, { vbp_group: 'ELSE' }),
    reference('vbp', 'G', {}, { deleted: true }),
    reference('vbp', 'G', { selected: [{ code: OTHER, price: 1, from: '2026-03-10', to: '2026-12-31' }] }),
  ]
  const without = openAfter(chosen!, other!)
  expect(without).toMatchObject([{ vola_amt: 10000, setl_ids: ['O'] }])
  for (const change of changes) {
    const { open } = run(detector, [...KNOWN, chosen!, other!, more, change, voidOf(more, '2026-03-09 17:00:00')])
    expect(open).toEqual(without)
  }
  // Counted for nothing when it came, it is taken back as nothing.
  const known = [HOSPITAL, vbp(), items[0]!, chosen!, more, items[1]!, other!]
  const { open } = run(detector, [...known, voidOf(more, '2026-03-09 17:00:00')])
  expect(open).toMatchObject([{ evidence: { selected_units: 20, other_units: 10 } }])
})

test('A consumable with a serial is the selected product, unless its own code is selected', () => {
  const stent = 'C0201010110200101071'
  const selected = [{ code: stent, price: 10, from: '2026-01-01', to: '2026-12-31' }]
  const charged = sold('A', [line(`${stent}0000001`, 40, { list_type: '301', pric: 12 })])
  const open = (...more: typeof selected) => run(detector, [HOSPITAL, vbp({ selected: [...selected, ...more] }), charged]).open
  expect(open()).toMatchObject([{ evidence: { other_units: 0, overpriced_lines: 1 } }])
  expect(open({ ...selected[0]!, code: `${stent}0000001`, price: 12 })).toEqual([])
})

test('What an alliance or a province has procured binds there', () => {
  const selected = [{ code: CHOSEN, price: 10, from: '2026-01-01', to: '2026-12-31' }]
  const agreed = [{ fixmedins_code: H, qty: 600, from: '2026-01-01', to: '2026-12-31' }]
  const dear = sold('D', [line(CHOSEN, 40, { pric: 12 })])
  const of = (admdvs: string) => run(detector, [HOSPITAL, vbp({ selected, agreed, admdvs }), dear]).open
  expect(of('990000')).toMatchObject([{ evidence: { overpriced_lines: 1, agreed_qty: 600 } }])
  expect(of('980000')).toEqual([])
})
