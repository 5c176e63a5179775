import { expect, test } from 'vitest'
import { reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './ano-19.ts'

const ITEMS = [
  reference('item', 'XA', { name: '甲片', generic: '甲', list_type: '101', pack_days: 7 }),
  reference('item', 'XB', { name: '甲胶囊', generic: '甲', list_type: '101', pack_days: 14 }),
  reference('item', 'XC', { name: '乙片', generic: '乙', list_type: '101', pack_days: 14 }),
]

/** So many boxes of seven days (fund share 7.00 each) at one place. */
const fill = (place: string, cnt: number, more: Wire = {}, line: Wire = {}) =>
  settlement({
    ...{ setl_id: `S-${place}`, fixmedins_code: place, setl_time: '2026-03-02 10:00:00', med_type: '41' },
    feedetail: [{ med_list_codg: 'XA', cnt, ...line }],
    ...more,
  })
const judge = (...events: Wire[]) => run(detector, [...ITEMS, ...events])

test('The same drug at three institutions on one day, more than a month of it, is a suspicion against the person', () => {
  const { open } = judge(fill('P1', 2), fill('P2', 2), fill('P3', 1, { setl_time: '2026-03-02 23:59:59' }))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'person', id: 'P1' }, bucket: '2026-03-02|甲', severity: 2, result: 'suspicion' },
      ...{ vola_amt: 2100, setl_ids: ['S-P1', 'S-P2', 'S-P3'], fixmedins_code: 'P3' },
      evidence: { name: '甲片', institutions: 3, supply_days: 35 },
    },
  ])
  expect(open[0]!.lines.map((line) => line.vola_amt)).toEqual([0, 1400, 700])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('2026-03-02在3家机构购甲片，共35天用量，涉及基金21.00元。')
})

test('Two institutions, or thirty days, are not enough: partial fills stay below', () => {
  expect(judge(fill('P1', 4), fill('P2', 4)).open).toEqual([])
  expect(judge(fill('P1', 4), fill('P2', 4), fill('P2', 4, { setl_id: 'again' })).open).toEqual([])
  const days = (prd_days: number) => fill('P3', 1, {}, { prd_days })
  expect(judge(fill('P1', 2), fill('P2', 1), days(9)).open).toEqual([])
  expect(judge(fill('P1', 2), fill('P2', 1), days(10)).open).toHaveLength(1)
})

test('The generic counts, whatever the brand; another drug does not', () => {
  expect(judge(fill('P1', 2), fill('P2', 1), fill('P3', 1, {}, { med_list_codg: 'XB' })).open).toHaveLength(1)
  expect(judge(fill('P1', 2), fill('P2', 2), fill('P3', 3, {}, { med_list_codg: 'XC' })).open).toEqual([])
})

test('Another day is another matter, and so is a ward', () => {
  expect(judge(fill('P1', 2), fill('P2', 2), fill('P3', 2, { setl_time: '2026-03-03 00:00:00' })).open).toEqual([])
  expect(judge(fill('P1', 2), fill('P2', 2), fill('P3', 2, { med_type: '21' })).open).toEqual([])
  expect(judge(fill('P1', 2), fill('P2', 2), fill('P3', 2, { med_type: '14' })).open).toHaveLength(1)
})

test('What is no drug, or was taken back in the same settlement, does not count', () => {
  const service = fill('P3', 3, {}, { med_list_codg: '003300', list_type: '201' })
  expect(judge(fill('P1', 2), fill('P2', 2), service).open).toEqual([])
  const back = fill('P3', 1, {
    feedetail: [
      { med_list_codg: 'XA', cnt: 3 },
      { med_list_codg: 'XA', cnt: -3 },
    ],
  })
  expect(judge(fill('P1', 2), fill('P2', 2), back).open).toEqual([])
})

test('A void takes it back, also much later', () => {
  const second = fill('P2', 2)
  const { open, retracted } = judge(fill('P1', 2), second, fill('P3', 2), voidOf(second, '2026-07-02 10:00:00'))
  expect([open.length, retracted.length]).toEqual([0, 1])
})

test('Of a split package single tablets are counted', () => {
  const tablets = reference('item', 'XA', { name: '甲片', generic: '甲', list_type: '101', pack_days: 7, pack_units: 14 })
  const places = ['P1', 'P2', 'P3']
  const split = (cnt: number) => places.map((place) => fill(place, cnt, {}, { trdn_flag: '1' }))
  expect(judge(tablets, ...split(14)).open).toEqual([])
  expect(judge(tablets, ...split(28)).open).toHaveLength(1)
})

test('Bills that the agency reimburses on a day were not run up on it', () => {
  const bills = [fill('P1', 2), fill('P2', 2), fill('P3', 2)]
  expect(judge(...bills).open).toHaveLength(1)
  expect(judge(...bills.map((bill) => ({ ...bill, pay_loc: '1' }))).open).toEqual([])
})
