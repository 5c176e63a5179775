import { expect, test } from 'vitest'
import { type LineGiven, reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './med-01.ts'

const item = (code: string, generic: string, more: Wire = {}) =>
  reference('item', code, { generic, pharm_class: 'C10AA', list_type: '101', pack_days: 7, ...more })
const ITEMS = [
  item('XA', '阿托伐他汀'),
  item('XA2', '阿托伐他汀'),
  item('XB', '瑞舒伐他汀'),
  item('XC', '缬沙坦', { pharm_class: 'C09CA' }),
]
const fill = (setl_id: string, code: string, day: string, more: Wire = {}, line: Wire = {}) =>
  settlement({
    ...{ setl_id, setl_time: `${day} 10:00:00`, med_type: '14' },
    feedetail: [{ med_list_codg: code, cnt: 4, feedetl_sn: code, ...line }],
    ...more,
  })
const judge = (...events: Wire[]) => run(detector, [...ITEMS, ...events])
const first = fill('S1', 'XA', '2026-03-02')

test('Receipts that the agency itself reimburses are no fill of the day of their reimbursement', () => {
  expect(judge(first, fill('S2', 'XB', '2026-03-05', { pay_loc: '1' })).open).toEqual([])
})

test('Two drugs of one class for the same days, at whatever institutions, are a suspicion against the person', () => {
  const { open } = judge(first, fill('S2', 'XB', '2026-03-05', { fixmedins_code: 'H2' }))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'person', id: 'P1' }, bucket: 'S2|C10AA', severity: 3, result: 'suspicion', vola_amt: 4000 },
      ...{ setl_ids: ['S1', 'S2'], fixmedins_code: 'H2' },
      lines: [
        { setl_id: 'S1', vola_item_type: 2 },
        { setl_id: 'S2', vola_item_type: 1, vola_amt: 4000 },
      ],
      evidence: { overlap_days: 25, overlaps: [{ earlier: { supply_days: 28 }, later: { supply_days: 28 } }] },
    },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('阿托伐他汀与瑞舒伐他汀同类(C10AA)，用药重叠25天，涉及40.00元。')
})

test('Three days together are the change from one to the other', () => {
  expect(judge(first, fill('S2', 'XB', '2026-03-27')).open).toEqual([])
  expect(judge(first, fill('S2', 'XB', '2026-03-26')).open).toMatchObject([{ evidence: { overlap_days: 4 } }])
  expect(judge(first, fill('S2', 'XB', '2026-03-05', {}, { prd_days: 3 })).open).toEqual([])
  expect(judge(first, fill('S2', 'XB', '2026-03-05', {}, { prd_days: 3.5 })).open).toHaveLength(1)
})

test('The same generic is another rule’s, and so is another class', () => {
  expect(judge(first, fill('S2', 'XA2', '2026-03-05')).open).toEqual([])
  expect(judge(first, fill('S2', 'XC', '2026-03-05')).open).toEqual([])
})

test('An accepted combination is none, by code or by generic', () => {
  const ok = (code_a: string, code_b: string) => reference('combination_ok', 'ok', { code_a, code_b })
  const second = fill('S2', 'XB', '2026-03-05')
  expect(judge(ok('XA', 'XB'), first, second).open).toEqual([])
  expect(judge(ok('瑞舒伐他汀', '阿托伐他汀'), first, second).open).toEqual([])
  expect(judge(ok('XA', 'XC'), first, second).open).toHaveLength(1)
  const byGeneric = reference('combination_ok', 'generic', { code_a: '阿托伐他汀', code_b: 'XB' })
  expect(judge(ok('XA', 'XC'), byGeneric, first, second).open).toEqual([])
  const other = reference('combination_ok', 'generic', { code_a: '阿托伐他汀', code_b: 'XC' })
  expect(judge(ok('XA', 'XB'), other, first, second).open).toEqual([])
  // Also one that was accepted when the first of the two was given.
  const until = { effective_to: '2026-03-03 00:00:00' }
  const then = reference('combination_ok', 'then', { code_a: 'XA', code_b: 'XB' }, until)
  expect(judge(then, other, first, second).open).toEqual([])
  const thenByGeneric = reference('combination_ok', 'then', { code_a: '阿托伐他汀', code_b: 'XB' }, until)
  expect(judge(ok('XA', 'XC'), thenByGeneric, first, second).open).toEqual([])
})

test('One prescription may hold both', () => {
  const feedetail = ['XA', 'XB'].map((med_list_codg) => ({ med_list_codg, feedetl_sn: med_list_codg }))
  const { open } = judge(settlement({ setl_id: 'S', feedetail }))
  expect(open).toMatchObject([{ bucket: 'S|C10AA', setl_ids: ['S'], vola_amt: 1000, evidence: { overlap_days: 7 } }])
})

test('Packages of one drug in one settlement are taken one after the other', () => {
  const two = [1, 2].map((i) => ({ med_list_codg: 'XA', feedetl_sn: `${i}`, cnt: 1 }))
  const both = settlement({ setl_id: 'S1', setl_time: '2026-03-02 10:00:00', feedetail: two })
  expect(judge(both, fill('S2', 'XB', '2026-03-12')).open).toMatchObject([{ evidence: { overlap_days: 4 } }])
  expect(judge(both, fill('S2', 'XB', '2026-03-13')).open).toEqual([])
})

test('A ward’s doses are not taken home, but what is prescribed at the discharge is', () => {
  expect(judge(first, fill('S2', 'XB', '2026-03-05', { med_type: '21' })).open).toEqual([])
  expect(judge(first, fill('S2', 'XB', '2026-03-05', { med_type: '21' }, { dscg_tkdrug_flag: '1' })).open).toHaveLength(1)
})

test('Without class or supply nothing is judged; other persons are other persons', () => {
  expect(judge(item('XB', '瑞舒伐他汀', { pharm_class: '' }), first, fill('S2', 'XB', '2026-03-05')).open).toEqual([])
  expect(judge(item('XB', '瑞舒伐他汀', { pack_days: 0 }), first, fill('S2', 'XB', '2026-03-05')).open).toEqual([])
  expect(judge(first, fill('S2', 'XB', '2026-03-05', { psn_no: 'P2' })).open).toEqual([])
})

test('The later of two is accused in whatever order they come', () => {
  const fills = [first, fill('S2', 'XB', '2026-03-05'), fill('S3', 'XA2', '2026-03-09')]
  const expected = judge(...fills).open
  expect(expected.map(({ bucket }) => bucket)).toEqual(['S2|C10AA', 'S3|C10AA'])
  for (const order of permutations(fills)) expect(judge(...order).open).toEqual(expected)
})

test('A void of either retracts, also years later', () => {
  const second = fill('S2', 'XB', '2026-03-05')
  for (const voided of [first, second])
    expect(judge(first, second, voidOf(voided, '2027-09-03 10:00:00')).retracted).toHaveLength(1)
})

test('Of a split package single tablets are counted', () => {
  const split = { cnt: 20, trdn_flag: '1' }
  const tablets = item('XD', '普伐他汀', { pack_units: 70 })
  // Two days of it, and where nobody says how many make a package, nobody knows.
  expect(judge(tablets, fill('S2', 'XD', '2026-03-05', {}, split), first).open).toEqual([])
  expect(judge(item('XD', '普伐他汀'), fill('S2', 'XD', '2026-03-05', {}, split), first).open).toEqual([])
  expect(judge(tablets, fill('S2', 'XD', '2026-03-05', {}, { ...split, cnt: 40 }), first).open).toHaveLength(1)
})

test('Where several pairs overlap, the days are those of the pair that is named', () => {
  const [earlier, later] = [fill('S1', 'XA', '2026-03-02'), fill('S2', 'XD', '2026-03-09')]
  const { open } = judge(item('XD', '普伐他汀'), earlier, later, fill('S3', 'XB', '2026-03-12'))
  const { evidence } = open.find(({ bucket }) => bucket === 'S3|C10AA')!
  expect(evidence.overlap_days).toBe(25)
  expect(detector.explain(evidence, 'zh')).toBe('阿托伐他汀与瑞舒伐他汀同类(C10AA)，用药重叠18天，连同另1项，涉及40.00元。')
  expect(detector.explain(evidence, 'en')).toContain('last together for 18 days: with 1 other item, 40.00 yuan.')
})

test('What a later bill of the visit takes back is taken with nothing, and what is left lasts as much shorter', () => {
  const drug = (med_list_codg: string, cnt: number) => ({ med_list_codg, cnt, feedetl_sn: med_list_codg })
  const bill = (setl_id: string, day: string, ...feedetail: LineGiven[]) =>
    settlement({
      ...{ setl_id, mdtrt_id: 'V', setl_time: `${day} 10:00:00`, med_type: '14' },
      feedetail: [...feedetail, { med_list_codg: 'WARD', list_type: '201', pric: 900, feedetl_sn: 'W' }],
    })
  const [wrong, second] = [bill('S1', '2026-03-02', drug('XA', 4)), fill('S2', 'XB', '2026-03-05')]
  expect(judge(wrong, second).open).toMatchObject([{ evidence: { overlap_days: 25 } }])
  const back = bill('S3', '2026-03-06', drug('XA', -4))
  for (const order of permutations([wrong, second, back])) expect(judge(...order).open).toEqual([])
  const some = bill('S3', '2026-03-06', drug('XA', -3))
  for (const order of permutations([wrong, second, some]))
    expect(judge(...order).open).toMatchObject([{ evidence: { overlap_days: 4, overlaps: [{ earlier: { supply_days: 7 } }] } }])
  expect(judge(wrong, second, { ...back, mdtrt_id: 'OTHER' }).open).toHaveLength(1)
  expect(judge(wrong, second, back, voidOf(back, '2026-03-07 10:00:00')).open).toHaveLength(1)
  const bothDrugs = bill('S1', '2026-03-02', drug('XA', 4), drug('XB', 4))
  expect(judge(bothDrugs, bill('S3', '2026-03-06', drug('XB', -4))).open).toEqual([])
})

test('What the person pays alone repeats nothing at the fund’s cost, but the fund’s may repeat it', () => {
  const own = { inscp_scp_amt: 0 }
  expect(judge(first, fill('S2', 'XB', '2026-03-05', {}, own)).open).toEqual([])
  const paidFirst = fill('S1', 'XA', '2026-03-02', {}, own)
  expect(judge(paidFirst, fill('S2', 'XB', '2026-03-05')).open).toMatchObject([{ vola_amt: 4000 }])
})
