import { expect, test } from 'vitest'
import { HOSPITAL, type LineGiven, reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import detector from './pol-01.ts'

const CODE = 'XJ01CAA040E001010100001'
const cap = reference('price_cap', 'c', { code: CODE, cap: 10 }, { effective_from: '2026-01-01', effective_to: '2026-06-30' })
const charged = (pric: number, more: object = {}) =>
  settlement({ setl_id: 'S', feedetail: [{ med_list_codg: CODE, pric, cnt: 2, ...more }] })

test('A price above the cap is a violation by the difference', () => {
  const { open } = run(detector, [HOSPITAL, cap, charged(12.5)])
  expect(open).toMatchObject([
    { subject: { type: 'settlement', id: 'S' }, bucket: '', severity: 2, result: 'violation', vola_amt: 500 },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toContain('12.5')
})

test('A price at the cap, or within a thousandth of it, is none', () => {
  expect(run(detector, [HOSPITAL, cap, charged(10)]).open).toEqual([])
  expect(run(detector, [HOSPITAL, cap, charged(10.01)]).open).toEqual([])
  expect(run(detector, [HOSPITAL, cap, charged(10.02)]).open).toHaveLength(1)
})

test('The cap of the day of service judges, and of the longest region', () => {
  const later = settlement({ setl_time: '2026-07-01 10:00:00', feedetail: [{ med_list_codg: CODE, pric: 12.5 }] })
  expect(run(detector, [HOSPITAL, cap, later]).open).toEqual([])
  const local = reference('price_cap', 'local', { code: CODE, cap: 20, admdvs: '990101' })
  expect(run(detector, [HOSPITAL, cap, local, charged(12.5)]).open).toEqual([])
})

test('Without a table row the platform’s own limit per unit binds', () => {
  expect(run(detector, [HOSPITAL, charged(12.5, { pric_uplmt_amt: 12 })]).open).toMatchObject([{ vola_amt: 100 }])
  expect(run(detector, [HOSPITAL, charged(12.5, { pric_uplmt_amt: 0 })]).open).toEqual([])
})

test('What is already self-paid leaves nothing at risk, severity 4', () => {
  expect(run(detector, [HOSPITAL, cap, charged(12.5, { overlmt_amt: 5 })]).open).toMatchObject([{ severity: 4, vola_amt: 0 }])
})

test('The amount never exceeds the in-policy amount', () => {
  expect(run(detector, [HOSPITAL, cap, charged(50, { inscp_scp_amt: 30 })]).open).toMatchObject([{ vola_amt: 3000 }])
})

test('A void retracts', () => {
  const original = charged(12.5)
  const { open, retracted } = run(detector, [HOSPITAL, cap, original, voidOf(original, '2026-03-02 17:00:00')])
  expect(open).toEqual([])
  expect(retracted).toHaveLength(1)
})

test('Every line above its cap adds to the amount, half a unit as well, one fen too', () => {
  const lines = (...feedetail: LineGiven[]) => run(detector, [HOSPITAL, cap, settlement({ feedetail })]).open
  const dear = (cnt: number, more: object = {}) => ({ med_list_codg: CODE, pric: 12.5, cnt, ...more })
  expect(lines(dear(2), dear(0.5))).toMatchObject([{ vola_amt: 625, evidence: { vola_amt: 6.25 } }])
  expect(lines(dear(2, { overlmt_amt: 4.99 }))).toMatchObject([{ severity: 2, vola_amt: 1 }])
  expect(lines(dear(-2))).toEqual([])
  expect(lines(dear(2))[0]!.evidence.lines).toMatchObject([{ pric: 12.5, cap: 10, cnt: 2 }])
})

test('What the settlement itself takes back is not charged', () => {
  const lines = (...feedetail: LineGiven[]) => run(detector, [HOSPITAL, cap, settlement({ feedetail })]).open
  const dear = (cnt: number, more: object = {}) => ({ med_list_codg: CODE, pric: 12.5, cnt, ...more })
  const other = { med_list_codg: 'OTHER', pric: 90, cnt: 1 }
  expect(lines(other, dear(2), dear(-2))).toEqual([])
  expect(lines(other, dear(2, { overlmt_amt: 2 }), dear(-1))).toMatchObject([
    { vola_amt: 150, evidence: { lines: [{ cnt: 1 }] } },
  ])
  // Nor does it hide what stands behind it on the bill.
  expect(lines(other, { ...other, cnt: -1 }, dear(2))).toMatchObject([{ vola_amt: 500 }])
})

const saidOf = (language: 'zh' | 'en', ...feedetail: LineGiven[]) => {
  const other = reference('price_cap', 'o', { code: 'OTHER', cap: 1 })
  const { open } = run(detector, [HOSPITAL, cap, other, reference('item', CODE, { name: '某药' }), settlement({ feedetail })])
  return detector.explain(open[0]!.evidence, language)
}
const drug = (pric: number, cnt: number, more: object = {}) => ({ med_list_codg: CODE, pric, cnt, ...more })

test('What the patient has already paid of the excess is said', () => {
  expect(saidOf('zh', drug(15, 1, { overlmt_amt: 5 }))).toBe('某药收费15元，限价10元，1条明细共超5.00元，患者已全部自付。')
  expect(saidOf('en', drug(15, 1, { overlmt_amt: 5 }))).toContain('5.00 yuan too much, all of it already paid by the patient.')
  expect(saidOf('zh', drug(15, 1, { overlmt_amt: 2 }))).toContain('共超5.00元，患者已自付2.00元，余3.00元。')
  expect(saidOf('en', drug(15, 1, { overlmt_amt: 2 }))).toContain('; the patient has already paid 2.00 of it, 3.00 remain.')
  expect(saidOf('zh', drug(15, 1))).toBe('某药收费15元，限价10元，1条明细共超5.00元。')
})

test('Where other lines have other prices or caps, the first one’s excess is told apart from that of all', () => {
  expect(saidOf('zh', drug(15, 1), drug(15, 2))).toBe('某药收费15元，限价10元，2条明细共超15.00元。')
  expect(saidOf('zh', drug(15, 1), drug(12, 1))).toBe('某药收费15元，限价10元，该条超5.00元，2条明细共超7.00元。')
  const other = { med_list_codg: 'OTHER', pric: 20.5, cnt: 1 }
  expect(saidOf('zh', drug(80, 1), other)).toBe('某药收费80元，限价10元，该条超70.00元，连同另1项，2条明细共超89.50元。')
  expect(saidOf('en', drug(80, 1), other)).toBe(
    '某药 was charged at 80 yuan, the cap is 10 and that line 70.00 too much; with 1 other item, 2 lines, 89.50 yuan too much.',
  )
})

test('The cap of a national code binds its local codes, unless one has a cap of its own', () => {
  const [bed, local] = ['001109000010000', '001109000010000a1']
  const caps = [reference('price_cap', 'b', { code: bed, cap: 40 }), reference('item', bed, { name: '普通病房床位费' })]
  const lodged = settlement({ feedetail: [{ med_list_codg: local, list_type: '201', pric: 60 }] })
  expect(run(detector, [HOSPITAL, ...caps, lodged]).open).toMatchObject([
    { vola_amt: 2000, evidence: { lines: [{ med_list_codg: local, name: '普通病房床位费', cap: 40 }] } },
  ])
  const own = reference('price_cap', 'l', { code: local, cap: 60 })
  expect(run(detector, [HOSPITAL, ...caps, own, lodged]).open).toEqual([])
})
