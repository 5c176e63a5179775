import { expect, test } from 'vitest'
import { reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './med-11.ts'

const KNOWN = [
  reference('item', 'XWARFARIN', { name: '华法林钠片', generic: '华法林' }),
  reference('item', 'XASPIRIN', { name: '阿司匹林肠溶片', generic: '阿司匹林', pharm_class: 'B01AC' }),
  reference('interaction', 'bleeding', { code_a: '华法林', code_b: 'B01AC', text: '出血风险增加' }),
  reference('interaction', 'ulcer', { code_a: 'XASPIRIN', code_b: 'K25', text: '消化性溃疡禁用' }),
]
const order = (setl_id: string, codes: readonly string[], day: string, more: Wire = {}) =>
  settlement({
    ...{ setl_id, setl_time: `${day} 10:00:00` },
    feedetail: codes.map((med_list_codg) => ({ med_list_codg, feedetl_sn: med_list_codg, prd_days: 14 })),
    ...more,
  })
const judge = (...events: Wire[]) => run(detector, [...KNOWN, ...events])

test('It speaks in the screen only', () => {
  expect(detector.stages).toEqual(['pre'])
})

test('Two drugs of one order that interact are a warning, without any claim', () => {
  const { open } = judge(order('S', ['XWARFARIN', 'XASPIRIN'], '2026-03-02'))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'settlement', id: 'S' }, bucket: '', severity: 3, result: 'suspicion', vola_amt: 0 },
      evidence: { warnings: [{ drug: '阿司匹林肠溶片', with: '华法林钠片', kind: 'drug', from_supply: false }] },
    },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('阿司匹林肠溶片与华法林钠片存在相互作用：出血风险增加，共1处，请核对。')
})

test('What was supplied before and still lasts counts, and no longer', () => {
  const before = order('S1', ['XWARFARIN'], '2026-03-02', { fixmedins_code: 'P1', med_type: '41' })
  const { open } = judge(before, order('S2', ['XASPIRIN'], '2026-03-15'))
  expect(open).toMatchObject([{ subject: { id: 'S2' }, setl_ids: ['S1', 'S2'], evidence: { warnings: [{ from_supply: true }] } }])
  expect(judge(before, order('S2', ['XASPIRIN'], '2026-03-16')).open).toEqual([])
})

test('Of a split package single units are supplied', () => {
  const pack = reference('item', 'XWARFARIN', { generic: '华法林', pack_days: 10, pack_units: 20 })
  const split = { feedetail: [{ med_list_codg: 'XWARFARIN', cnt: 20, trdn_flag: '1' }] }
  const before = order('S1', [], '2026-03-02', split)
  expect(judge(pack, before, order('S2', ['XASPIRIN'], '2026-03-11')).open).toHaveLength(1)
  expect(judge(pack, before, order('S2', ['XASPIRIN'], '2026-03-12')).open).toEqual([])
})

test('What a ward gives is used up; another person’s supply is another’s', () => {
  const later = order('S2', ['XASPIRIN'], '2026-03-05')
  expect(judge(order('S1', ['XWARFARIN'], '2026-03-02', { med_type: '21' }), later).open).toEqual([])
  expect(judge(order('S1', ['XWARFARIN'], '2026-03-02', { psn_no: 'P2' }), later).open).toEqual([])
})

test('A diagnosis may forbid a drug', () => {
  const diseinfo = [{ diag_type: '1', maindiag_flag: '1', diag_code: 'K25.400' }]
  expect(judge(order('S', ['XASPIRIN'], '2026-03-02', { diseinfo })).open).toMatchObject([
    { evidence: { warnings: [{ with: 'K25.400', kind: 'diagnosis', text: '消化性溃疡禁用' }] } },
  ])
  expect(judge(order('S', ['XASPIRIN'], '2026-03-02')).open).toEqual([])
  // Also one of which nothing but its code is known.
  const plain = reference('interaction', 'plain', { code_a: 'XPLAIN', code_b: 'K25' })
  expect(judge(plain, order('S', ['XPLAIN'], '2026-03-02', { diseinfo })).open).toHaveLength(1)
})

test('A void takes the supply back', () => {
  const before = order('S1', ['XWARFARIN'], '2026-03-02')
  expect(judge(before, voidOf(before, '2026-03-03 10:00:00'), order('S2', ['XASPIRIN'], '2026-03-05')).open).toEqual([])
})
