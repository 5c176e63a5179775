import { expect, test } from 'vitest'
import { reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import detector from './mgt-19.ts'

const product = (prefix: string, codes: string[], more: object = {}) => reference('trace_product', prefix, { codes, ...more })
const BOX = '81234567890123456789'
const sale = (codes: string[], lines: object[] = [{ med_list_codg: 'A', pric: 25, cnt: 2 }]) =>
  settlement({
    ...{ setl_id: 'S', med_type: '41', feedetail: lines as never },
    drug_trac_info: codes.map((drug_trac_codg) => ({ feedetl_sn: '1', drug_trac_codg })),
  })

test('A package of another drug is suspicious, with the line that it was billed as', () => {
  const { open } = run(detector, [product('8123456', ['B', 'C']), sale([BOX])])
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'settlement', id: 'S' }, bucket: '', severity: 2, result: 'suspicion', vola_amt: 5000 },
      lines: [{ feedetl_sn: '1', vola_item_type: 1, vola_amt: 5000 }],
    },
  ])
  expect(open[0]!.evidence.mismatches).toEqual([
    {
      feedetl_sn: '1',
      drug_trac_codg: BOX,
      prefix: '8123456',
      med_list_codg: 'A',
      name: 'A',
      expected: ['B', 'C'],
      expected_names: ['B', 'C'],
    },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('1个追溯码与所结算药品不符：8123456属B、C，结算为A，共50.00元。')
})

test('A line with several wrong packages is at fault once', () => {
  const other = `${BOX.slice(0, -1)}0`
  expect(run(detector, [product('8123456', ['B']), sale([BOX, other])]).open).toMatchObject([
    { vola_amt: 5000, count: 1, evidence: { codes: 2 } },
  ])
})

test('What the settlement itself takes back was not billed', () => {
  const lines = (cnt: number) => [
    { med_list_codg: 'A', pric: 25, cnt },
    { med_list_codg: 'A', pric: 25, cnt: -1 },
  ]
  expect(run(detector, [product('8123456', ['B']), sale([BOX], lines(1))])).toMatchObject({ open: [], skipped: [] })
  expect(run(detector, [product('8123456', ['B']), sale([BOX], lines(2))]).open).toMatchObject([{ vola_amt: 2500 }])
})

test('A package of the drug is fine, in whichever packing', () => {
  expect(run(detector, [product('8123456', ['B', 'A']), sale([BOX])])).toMatchObject({ open: [], skipped: [] })
})

test('Prefixes of other schemes have other lengths', () => {
  const gtin = '0690123456789210ABC'
  expect(run(detector, [product('06901234567892', ['B']), sale([gtin])]).open).toHaveLength(1)
  expect(run(detector, [product('06901', ['B']), sale([gtin])]).open).toHaveLength(1)
  // What was scanned may be nothing but the number of the product.
  expect(run(detector, [product('06901234567892', ['B']), sale(['06901234567892'])]).open).toHaveLength(1)
})

test('An incomplete mapping accuses nobody: at least twenty observations where it tells their number', () => {
  const seen = (observations: number) => run(detector, [product('8123456', ['B'], { observations }), sale([BOX])])
  expect(seen(19)).toMatchObject({ open: [], skipped: ['CONFIDENCE_LOW'] })
  expect(seen(20).open).toHaveLength(1)
})

test('Without codes there is nothing to compare, and unknown prefixes and lines cannot be', () => {
  expect(run(detector, [product('8123456', ['B']), sale([])])).toMatchObject({ open: [], skipped: [] })
  expect(run(detector, [sale([BOX])]).skipped).toEqual(['REFERENCE_MISSING'])
  expect(run(detector, [product('8123456', []), sale([BOX])]).skipped).toEqual(['REFERENCE_MISSING'])
  const elsewhere = { ...sale([]), drug_trac_info: [{ feedetl_sn: '9', drug_trac_codg: BOX }] }
  expect(run(detector, [product('8123456', ['B']), elsewhere]).skipped).toEqual(['REFERENCE_MISSING'])
})

test('A void retracts', () => {
  const original = sale([BOX])
  const { open, retracted } = run(detector, [product('8123456', ['B']), original, voidOf(original, '2026-03-03 10:00:00')])
  expect([open.length, retracted.length]).toEqual([0, 1])
})

test('Prefixes of other schemes are known by what the table holds', () => {
  const found = (prefix: string) =>
    run(detector, [
      product(prefix, ['B']),
      settlement({
        feedetail: [{ med_list_codg: 'A' }],
        drug_trac_info: [{ feedetl_sn: '1', drug_trac_codg: '81234567890123456789' }],
      }),
    ]).open.length
  expect([3, 4, 5, 7, 15, 16].map((length) => found('81234567890123456789'.slice(0, length)))).toEqual([0, 1, 1, 1, 1, 1])
})

test('The longest prefix that is known says what the package is', () => {
  const seven = product('8123456', ['B'])
  expect(run(detector, [seven, product('812345678', ['A']), sale([BOX])])).toMatchObject({ open: [], skipped: [] })
  expect(run(detector, [product('8123456', ['A', 'B']), product('812345678', ['B']), sale([BOX])]).open).toMatchObject([
    { evidence: { mismatches: [{ prefix: '812345678' }] } },
  ])
  expect(run(detector, [seven, product('81234', ['A']), sale([BOX])]).open).toHaveLength(1)
})

test('A prefix that was seen too seldom may excuse, and leaves the rest to a shorter one', () => {
  const seldom = (code: string) => product('812345678', [code], { observations: 3 })
  expect(run(detector, [product('8123456', ['B']), seldom('A'), sale([BOX])]).open).toEqual([])
  expect(run(detector, [product('8123456', ['A']), seldom('B'), sale([BOX])])).toMatchObject({ open: [], skipped: [] })
  expect(run(detector, [product('8123456', ['C']), seldom('B'), sale([BOX])]).open).toMatchObject([
    { evidence: { mismatches: [{ prefix: '8123456', expected: ['C'] }] } },
  ])
})

test('A consumable that was billed with its serial is the product that the mapping names', () => {
  const stent = 'C0201010110200101071'
  const line = { med_list_codg: `${stent}0000001`, list_type: '301', pric: 25 }
  expect(run(detector, [product('8123456', [stent]), sale([BOX], [line])])).toMatchObject({ open: [], skipped: [] })
  expect(run(detector, [product('8123456', [`${stent}0000002`]), sale([BOX], [line])]).open).toHaveLength(1)
})
