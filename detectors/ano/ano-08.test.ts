import { expect, test } from 'vitest'
import { formatYuan } from '../../schemas/money.ts'
import { reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './ano-08.ts'

const basket = (count: number, more: readonly Wire[] = []) => [
  ...Array.from({ length: count }, (_, i) => ({ med_list_codg: `X${i}`, cnt: 1 + (i % 2) })),
  ...more,
]
/** The i-th person of the day gets the same. */
const clone = (i: number, more: Wire = {}, lines: readonly Wire[] = basket(4)) =>
  settlement({
    ...{
      setl_id: `S${String(i).padStart(3, '0')}`,
      psn_no: `P${i}`,
      setl_time: `2026-03-02 ${String(8 + (i % 12)).padStart(2, '0')}:00:00`,
    },
    feedetail: lines,
    ...more,
  })
const clones = (count: number, more: Wire = {}, lines?: readonly Wire[]) =>
  Array.from({ length: count }, (_, i) => clone(i, more, lines))
const judge = (...events: Wire[]) => run(detector, events)

test('Fifteen persons with the same four lines on one day are a suspicion against the institution', () => {
  const { open } = judge(...clones(15))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'institution', id: 'H99010100001' }, severity: 2, result: 'suspicion', count: 15 },
      ...{ vola_amt: 63_000, psn_no: '', admdvs: '990101' },
      evidence: { identical: true, lines: 4, person_count: 15, settlements: 15, vola_amt: 630 },
    },
  ])
  expect(open[0]!.bucket).toMatch(/^2026-03-02\|[0-9a-z]+$/)
  expect(open[0]!.evidence.basket[1]).toEqual({ med_list_codg: 'X1', name: 'X1', cnt: 2 })
  expect(open[0]!.setl_ids).toHaveLength(15)
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('2026-03-02有15人15笔结算的4项明细完全相同，基金630.00元。')
})

test('Fourteen persons, however often, and three lines are ordinary', () => {
  expect(judge(...clones(14), clone(14, { psn_no: 'P0' })).open).toEqual([])
  expect(judge(...clones(20, {}, basket(3))).open).toEqual([])
})

test('The order of lines and their prices do not matter, codes and counts do', () => {
  expect(judge(...clones(14), clone(14, {}, basket(4).toReversed())).open).toHaveLength(1)
  expect(
    judge(
      ...clones(14),
      clone(
        14,
        {},
        basket(4).map((line) => ({ ...line, pric: 3 })),
      ),
    ).open,
  ).toHaveLength(1)
  expect(
    judge(
      ...clones(14),
      clone(
        14,
        {},
        basket(4).map((line) => ({ ...line, cnt: 3 })),
      ),
    ).open,
  ).toEqual([])
  expect(judge(...clones(14), clone(14, {}, [...basket(3), { med_list_codg: 'Y' }])).open).toEqual([])
})

test('Days and institutions stand for themselves', () => {
  expect(judge(...clones(14), clone(14, { setl_time: '2026-03-03 00:00:00' })).open).toEqual([])
  expect(judge(...clones(14), clone(14, { fixmedins_code: 'H2' })).open).toEqual([])
})

test('Dialysis, chemotherapy, check-ups and those of a pregnancy are packages', () => {
  for (const diag_code of ['Z51.101', 'Z00.000', 'Z12.300', 'Z34.900', 'Z35.500', 'Z36.900', 'Z39.200']) {
    expect(judge(...clones(15, { diseinfo: [{ maindiag_flag: '1', diag_code }] })).open).toEqual([])
  }
  expect(judge(...clones(15, { diseinfo: [{ maindiag_flag: '1', diag_code: 'Z51.800' }] })).open).toHaveLength(1)
  const kidney = clones(15, { diseinfo: [{ maindiag_flag: '1', diag_code: 'N18.600' }] })
  const dialysis = reference('item', 'X0', { tags: ['hemodialysis'] })
  expect(judge(dialysis, ...kidney).open).toEqual([])
  expect(judge(dialysis, ...clones(15)).open).toEqual([])
  // Tablets for ill kidneys are no session of dialysis.
  expect(judge(...kidney).open).toHaveLength(1)
})

test('A void takes it back, also much later', () => {
  const events = clones(15)
  expect(judge(...events, voidOf(events[3]!, '2026-07-02 10:00:00'))).toMatchObject({ open: [], retracted: [{}] })
  expect(judge(...events, clone(15), voidOf(events[3]!, '2026-07-02 10:00:00')).open).toMatchObject([{ count: 15 }])
})

/** Forty lines, and for each second person one more. */
const nearly = (count: number, size = 40) =>
  Array.from({ length: count }, (_, i) => clone(i, {}, basket(size, i % 2 ? [{ med_list_codg: 'Y', cnt: 1 }] : [])))

test('Large claims that are nearly the same count together', () => {
  const { open } = judge(...nearly(15))
  expect(open).toMatchObject([{ count: 15, evidence: { identical: false, lines: 40, person_count: 15, basket: [] } }])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe(
    '2026-03-02有15人15笔结算的40项明细几乎相同，基金X元。'.replace('X', formatYuan(open[0]!.vola_amt)),
  )
  expect(judge(...nearly(14)).open).toEqual([])
  expect(judge(...nearly(15, 10)).open).toEqual([])
})

test('One count that differs from person to person leaves large claims nearly the same', () => {
  const own = (i: number, size: number) => clone(i, {}, basket(size - 1, [{ med_list_codg: 'OWN', cnt: 1 + i }]))
  const persons = Array.from({ length: 15 }, (_, i) => i)
  expect(judge(...persons.map((i) => own(i, 40))).open).toMatchObject([{ count: 15, evidence: { identical: false } }])
  expect(judge(...persons.map((i) => own(i, 38))).open).toEqual([])
})

test('Large claims that are the same to the last line are told once', () => {
  expect(judge(...clones(15, {}, basket(40))).open).toMatchObject([{ evidence: { identical: true } }])
})

test('One diagnosis of several, and one tag of one item, make a package', () => {
  const diagnoses = ['I10.x00', 'Z51.100'].map((diag_code, i) => ({ diag_type: i ? '2' : '1', diag_code }))
  expect(judge(...clones(15, { diseinfo: diagnoses })).open).toEqual([])
  const tags = ['crrt', 'other']
  const items = ['X0', 'X1'].map((code, i) => reference('item', code, { tags: i ? tags : ['other'] }))
  expect(judge(...items, ...clones(15)).open).toEqual([])
  expect(judge(items[0]!, ...clones(15)).open).toHaveLength(1)
})

test('A late void takes back though other baskets have come after those that hold', () => {
  const others = Array.from({ length: 60 }, (_, i) => {
    const feedetail = basket(4, [{ med_list_codg: `Y${i}` }])
    return settlement({ setl_id: `O${i}`, psn_no: `Q${i}`, setl_time: '2026-03-02 20:00:00', feedetail })
  })
  const later = settlement({ setl_id: 'L', psn_no: 'Q', setl_time: '2026-04-02 10:00:00' })
  const outcome = judge(...clones(15), ...others, later, voidOf(clone(0), '2026-04-03 10:00:00'))
  expect([outcome.open.length, outcome.retracted.length]).toEqual([0, 1])
})

test('Bills that the agency reimburses are no claims of one day', () => {
  expect(judge(...clones(15, { pay_loc: '1' })).open).toEqual([])
  expect(judge(...clones(14), clone(14, { pay_loc: '1' })).open).toEqual([])
})
