import { expect, test } from 'vitest'
import { HOSPITAL, heartbeat, inpatient, type LineGiven, reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './pol-19.ts'

const CODE = 'XJ01CAA040E001010100001'
const H = 'H99010100001'
const codes = (...sns: string[]) => sns.map((feedetl_sn, i) => ({ feedetl_sn, drug_trac_codg: `8400000000000000000${i}` }))
const sold = (setl_id: string, feedetail: LineGiven[], drug_trac_info: object[] = [], more: object = {}) =>
  settlement({ setl_id, feedetail, drug_trac_info, ...more })
const openAfter = (...events: object[]) => run(detector, [HOSPITAL, ...(events as ReturnType<typeof sold>[])]).open
const NEXT_WEEK = heartbeat('2026-03-09 10:00:00')
/** Settlements that lack nothing. */
const fine = (n: number) => Array.from({ length: n }, (_, i) => sold(`F${i}`, [{}], codes('1')))

test('A drug line without a code is a hit of the institution’s day, by the line', () => {
  const open = openAfter(
    sold('S', [
      { cnt: 2, pric: 12 },
      { med_list_codg: '0031', list_type: '201' },
    ]),
  )
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'institution', id: H }, bucket: '2026-03-02', severity: 3, result: 'violation', vola_amt: 2400 },
      ...{ setl_ids: ['S'], count: 1, admdvs: '990101', lines: [{ feedetl_sn: '1', vola_item_type: 1, vola_amt: 2400 }] },
      evidence: { missing_lines: 1, drug_lines: null, lines: [{ codes_expected: 2, codes_received: 0 }] },
    },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('2026-03-02有1笔结算的1条药品明细缺追溯码，共24.00元。')
})

test('Receipts that the agency itself reimburses were scanned by nobody', () => {
  const receipt = sold('S', [{ cnt: 2 }], [], { pay_loc: '1' })
  expect(openAfter(receipt)).toEqual([])
  // Nor does its void take away what others lack.
  const lacking = sold('L', [{ cnt: 2 }])
  expect(openAfter(lacking, receipt, voidOf(receipt, '2026-03-02 11:00:00'), NEXT_WEEK)).toEqual(openAfter(lacking, NEXT_WEEK))
})

test('A code for each whole package is enough, one too few is a hit by its part', () => {
  expect(openAfter(sold('S', [{ cnt: 2 }], codes('1', '1')))).toEqual([])
  expect(openAfter(sold('S', [{ cnt: 2.9 }], codes('1', '1')))).toEqual([])
  expect(openAfter(sold('S', [{ cnt: 3, pric: 10 }], codes('1', '1')))).toMatchObject([
    { vola_amt: 1000, evidence: { lines: [{ codes_expected: 3, codes_received: 2 }] } },
  ])
  expect(openAfter(sold('S', [{ cnt: 0.5 }]))).toHaveLength(1)
})

test('A code counts for its own line, and once', () => {
  expect(openAfter(sold('S', [{}, {}], codes('1', '1')))).toMatchObject([{ evidence: { lines: [{ feedetl_sn: '2' }] } }])
  const twice = [...codes('1'), ...codes('1')]
  expect(openAfter(sold('S', [{ cnt: 2 }], twice))).toHaveLength(1)
})

test('Codes that name no line fill what is missing', () => {
  expect(openAfter(sold('S', [{}, {}], [...codes('1'), { drug_trac_codg: 'LOOSE' }]))).toEqual([])
  expect(openAfter(sold('S', [{}, {}, {}], [...codes('1'), { drug_trac_codg: 'LOOSE' }]))).toMatchObject([{ count: 1 }])
})

test('A part of a package needs one code, outside wards', () => {
  expect(openAfter(sold('S', [{ cnt: 6, trdn_flag: '1' }], codes('1')))).toEqual([])
  expect(openAfter(sold('S', [{ cnt: 6 }], [{ ...codes('1')[0], trdn_flag: '1' }]))).toEqual([])
  expect(openAfter(sold('S', [{ cnt: 6, trdn_flag: '1' }]))).toHaveLength(1)
})

test('Tablets counted one by one are packages by the number that one holds', () => {
  const item = (unit: string) => reference('item', CODE, { unit, pack_units: 12 })
  const of = (unit: string, cnt: number) => run(detector, [HOSPITAL, item(unit), sold('S', [{ cnt }], codes('1'))]).open
  expect(of('片', 23)).toEqual([])
  expect(of('片', 24)).toHaveLength(1)
  expect(of('盒', 2)).toHaveLength(1)
  for (const unit of ['支', '袋', '贴']) expect([of(unit, 23), of(unit, 24)].map(({ length }) => length)).toEqual([0, 1])
})

test('Wards give out of opened packages', () => {
  const ward = (trdn_flag: string) => openAfter(inpatient({ feedetail: [{ trdn_flag }] }))
  for (const flag of ['1', '']) expect(ward(flag)).toEqual([])
  expect(ward('0')).toHaveLength(1)
})

test('Slices, granules and what is no industrial medicine carry no codes', () => {
  for (const list_type of ['102', '103', '104', '201', '301']) expect(openAfter(sold('S', [{ list_type }]))).toEqual([])
  expect(openAfter(reference('item', CODE, { tags: ['granule'] }), sold('S', [{}]))).toEqual([])
  expect(openAfter(sold('S', [{ list_type: '', med_list_codg: 'T000700200' }]))).toEqual([])
  for (const med_list_codg of [CODE, 'ZA04CAE0023010100166'])
    expect(openAfter(sold('S', [{ list_type: '', med_list_codg }]))).toHaveLength(1)
})

test('Old stock of the institution is left alone', () => {
  const stock = (institution: string) => reference('no_trace_stock', `${institution}:${CODE}`, {})
  expect(openAfter(stock(H), sold('S', [{}]))).toEqual([])
  expect(openAfter(stock('H2'), sold('S', [{}]))).toHaveLength(1)
})

test('Nobody had to scan before July 2025', () => {
  const on = (day: string) => openAfter(sold('S', [{}], [], { setl_time: `${day} 10:00:00` }))
  expect(on('2025-06-30')).toEqual([])
  expect(on('2025-07-01')).toHaveLength(1)
})

test('When the day is over more than a twentieth raises it to severity 2', () => {
  const closing = heartbeat('2026-03-06 00:10:00')
  const after = (n: number, end = closing) => openAfter(sold('S', [{}]), ...fine(n), end)
  expect(after(18)).toMatchObject([{ severity: 2, evidence: { drug_lines: 19, missing_share: 0.0526 } }])
  expect(after(19)).toMatchObject([{ severity: 3, evidence: { drug_lines: 20, missing_share: 0.05 } }])
  expect(after(18, heartbeat('2026-03-06 00:09:59'))).toMatchObject([{ severity: 3, evidence: { drug_lines: null } }])
  expect(detector.explain(after(18)[0]!.evidence, 'zh')).toContain('占当日19条的5.3%')
})

test('Lines of one day fold into one alert, whatever their order; each day and institution has its own', () => {
  const day = [sold('A', [{}]), sold('B', [{}, {}]), sold('C', [{}], codes('1'))]
  for (const order of permutations(day))
    expect(openAfter(...order, NEXT_WEEK)).toMatchObject([
      { setl_ids: ['A', 'B'], count: 3, evidence: { drug_lines: 4, settlements: 2 } },
    ])
  const others = [
    sold('A', [{}]),
    sold('D', [{}], [], { setl_time: '2026-03-03 09:00:00' }),
    sold('E', [{}], [], { fixmedins_code: 'H2' }),
  ]
  expect(openAfter(...others)).toHaveLength(3)
})

test('Beyond five hundred settlements they are counted only', () => {
  const many = Array.from({ length: 502 }, (_, i) => sold(`S${1000 + i}`, [{ pric: 10 }]))
  const [finding] = openAfter(...many)
  expect(finding).toMatchObject({ vola_amt: 502_000, count: 502, lines: [], evidence: { settlements: 502 } })
  expect(finding!.setl_ids).toHaveLength(500)
  expect(finding!.setl_count).toBe(finding!.evidence.settlements)
  const last = voidOf(many[501]!, '2026-03-02 12:00:00')
  const [other] = fine(1)
  const others = [other!, voidOf(other!, '2026-03-02 12:00:00')]
  const { vola_amt, count, evidence } = openAfter(...many, last, ...others)[0]!
  expect([vola_amt, count, evidence.settlements]).toEqual([501_000, 501, 501])
})

test('A line taken back needs no code', () => {
  expect(openAfter(sold('S', [{}, { cnt: -1 }]))).toEqual([])
})

test('A void retracts, and the day is judged anew', () => {
  const hit = sold('S', [{}])
  const voided = run(detector, [HOSPITAL, hit, ...fine(3), voidOf(hit, '2026-03-02 17:00:00')])
  expect(voided).toMatchObject({ open: [], retracted: [{ bucket: '2026-03-02' }] })
  const later = [hit, ...fine(19), NEXT_WEEK, voidOf(fine(1)[0]!, '2026-03-09 11:00:00')]
  expect(openAfter(...later)).toMatchObject([{ severity: 2, evidence: { drug_lines: 19 } }])
})

test('A day that was forgotten is not called back by a void', () => {
  const [only] = fine(1)
  expect(openAfter(only!, NEXT_WEEK, voidOf(only!, '2026-03-10 10:00:00'))).toEqual([])
})
