import { expect, test } from 'vitest'
import { byDefault } from '../params.ts'
import { reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './med-08.ts'

/** So many different drugs of 10 yuan each. */
const drugs = (count: number, line: Wire = {}, from = 0) =>
  Array.from({ length: count }, (_, i) => ({ med_list_codg: `X${from + i}`, feedetl_sn: `${from + i}`, rxno: 'R1', ...line }))
const settled = (feedetail: Wire[], more: Wire = {}) => settlement({ setl_id: 'S', feedetail, ...more })
const judge = (...events: Wire[]) => run(detector, events)

test('More than five drugs in one prescription are too many', () => {
  expect(judge(settled(drugs(5))).open).toEqual([])
  const { open } = judge(settled(drugs(6)))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'settlement', id: 'S' }, bucket: '|R1', severity: 4, result: 'suspicion', vola_amt: 1000 },
      evidence: { rxno: 'R1', count: 6, limit: 5 },
    },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('处方R1开药6种，上限5种，超出部分10.00元。')
})

test('Each prescription is counted by itself', () => {
  expect(judge(settled([...drugs(5), ...drugs(5, { rxno: 'R2' }, 5)])).open).toEqual([])
  const { open } = judge(settled([...drugs(6), ...drugs(7, { rxno: 'R2' }, 6)]))
  expect(open.map(({ bucket }) => bucket)).toEqual(['|R1', '|R2'])
})

test('Without prescription numbers the settlement may have eight', () => {
  expect(judge(settled(drugs(8, { rxno: '' }))).open).toEqual([])
  expect(judge(settled(drugs(9, { rxno: '' }))).open).toMatchObject([{ bucket: '', vola_amt: 1000, evidence: { rxno: '' } }])
})

test('Packages of one drug, slices, services and lines taken back do not count', () => {
  const same = ['X0', 'X1', 'X2'].map((code) => reference('item', code, { generic: '甲' }))
  expect(judge(...same, settled(drugs(7))).open).toEqual([])
  for (const list_type of ['102', '201', '301']) expect(judge(settled(drugs(9, { list_type }))).open).toEqual([])
  expect(judge(settled([...drugs(6), { med_list_codg: 'X5', feedetl_sn: 'back', rxno: 'R1', cnt: -1 }])).open).toEqual([])
})

test('A ward’s orders are no prescriptions; what is taken home is', () => {
  expect(judge(settled(drugs(9, { rxno: '' }), { med_type: '21' })).open).toEqual([])
  expect(judge(settled(drugs(9), { med_type: '21' })).open).toEqual([])
  expect(judge(settled(drugs(6, { dscg_tkdrug_flag: '1' }), { med_type: '21' })).open).toHaveLength(1)
})

test('A void retracts', () => {
  const original = settled(drugs(6))
  const { open, retracted } = judge(original, voidOf(original, '2026-03-03 10:00:00'))
  expect([open.length, retracted.length]).toEqual([0, 1])
  const [part] = detector.parts
  expect(part!.bucketsOf!({ feedetail: [{ rxno: 'R1' }, { rxno: '' }, { rxno: 'R1' }] })).toEqual(['|R1', ''])
})

test('Where fewer drugs are allowed, fewer lines are too many', () => {
  const local = { ...detector, params: { ...detector.params, per_prescription: byDefault(3) } }
  expect(run(local, [settled(drugs(3))]).open).toEqual([])
  expect(run(local, [settled(drugs(4))]).open).toMatchObject([{ evidence: { count: 4, limit: 3 } }])
})

test('A prescription that the person pays alone is no matter of the fund', () => {
  expect(judge(settled(drugs(6, { inscp_scp_amt: 0 }))).open).toEqual([])
})
