import { expect, test } from 'vitest'
import { HOSPITAL, reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import detector from './pol-12.ts'

const CODE = 'XG02CXA001B002010100001'
const limit = (...insutypes: string[]) => reference('insutype_limit', 'l', { code: CODE, insutypes })
const given = (more: object = {}, line: object = {}) =>
  settlement({ setl_id: 'S', feedetail: [{}, { med_list_codg: CODE, pric: 64, ...line }], ...more })

test('An item of another insurance is a violation by the line', () => {
  const item = reference('item', CODE, { name: '工伤药品(样例)' })
  const { open } = run(detector, [HOSPITAL, limit('410', '399'), item, given()])
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'settlement', id: 'S' }, bucket: '', severity: 2, result: 'violation', vola_amt: 6400 },
      ...{ setl_ids: ['S'], lines: [{ feedetl_sn: '2', vola_item_type: 1, vola_amt: 6400 }] },
    },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe(
    '工伤药品(样例)限长期照护(410)/其他特殊人员(399)支付，本次以职工医保(310)结算，1条明细共64.00元。',
  )
})

test('An insurance that the row names pays it, and where none is named all do', () => {
  expect(run(detector, [HOSPITAL, limit('390', '310'), given()]).open).toEqual([])
  expect(run(detector, [HOSPITAL, limit(), given()]).open).toEqual([])
  expect(run(detector, [HOSPITAL, limit('310'), given({ insutype: '390' })]).open).toHaveLength(1)
})

test('The employees’ scheme pays what maternity insurance pays, for maternity care alone', () => {
  for (const med_type of ['51', '52']) {
    expect(run(detector, [HOSPITAL, limit('510'), given({ med_type })]).open).toEqual([])
    expect(run(detector, [HOSPITAL, limit('410'), given({ med_type })]).open).toHaveLength(1)
    expect(run(detector, [HOSPITAL, limit('510'), given({ med_type, insutype: '390' })]).open).toHaveLength(1)
  }
  expect(run(detector, [HOSPITAL, limit('510'), given()]).open).toHaveLength(1)
})

test('What the person pays alone is no matter of the fund', () => {
  expect(run(detector, [HOSPITAL, limit('510'), given({}, { inscp_scp_amt: 0 })]).open).toEqual([])
})

test('A void retracts', () => {
  const original = given()
  const { open, retracted } = run(detector, [HOSPITAL, limit('510'), original, voidOf(original, '2026-03-02 17:00:00')])
  expect(open).toEqual([])
  expect(retracted).toHaveLength(1)
})

test('Where other items are of another insurance, the sentence gives what all come to apart from the first’s', () => {
  const other = reference('insutype_limit', 'other', { code: 'OTHER', insutypes: ['510'] })
  const feedetail = [
    { med_list_codg: CODE, pric: 64 },
    { med_list_codg: 'OTHER', pric: 20 },
  ]
  const { open } = run(detector, [HOSPITAL, limit('410'), other, settlement({ feedetail })])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe(
    `${CODE}限长期照护(410)支付，本次以职工医保(310)结算，连同另1项，2条明细共84.00元。`,
  )
})
