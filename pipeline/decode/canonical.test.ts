import { expect, test } from 'vitest'
import { canonicalContent } from './canonical.ts'

const same = (one: object, other: object) => canonicalContent(JSON.stringify(one)) === canonicalContent(JSON.stringify(other))

test('A code with a leading zero and without is the same content, another code is not', () => {
  const settlement = (chrgitm_lv: unknown, med_chrgitm_type: unknown) => {
    return { kind: 'settlement', feedetail: [{ chrgitm_lv, med_chrgitm_type }] }
  }
  expect(same(settlement('1', '02'), settlement('01', 2))).toBe(true)
  expect(same(settlement('1', '02'), settlement('2', '02'))).toBe(false)
  expect(same(settlement('1', '02'), settlement('1', '20'))).toBe(false)
})

test('A list under its other name is the same content, and so is a time in another form', () => {
  const drug_trac_info = [{ drug_trac_codg: 'T1' }]
  const moved = { kind: 'inventory', time: '2026-05-04 09:31:07', drug_trac_info }
  expect(same(moved, { kind: 'inventory', inv_chg_time: '20260504T093107+0800', drugtracinfo: drug_trac_info })).toBe(true)
  expect(same(moved, { kind: 'inventory', time: '2026-05-04 09:31:07', drugtracinfo: [{ drug_trac_codg: 'T2' }] })).toBe(false)
})

test('A diagnosis with a small letter is the same content', () => {
  const settlement = (diag_code: string) => ({ kind: 'settlement', diseinfo: [{ diag_code }] })
  expect(same(settlement('i10.x00'), settlement('I10.x00'))).toBe(true)
  expect(same(settlement('i10.x00'), settlement('i11.x00'))).toBe(false)
})

test('A number of somebody else is not counted with: of its digits none is lost', () => {
  const settlement = (msgid: string) => ({ kind: 'settlement', msgid })
  expect(same(settlement('202603020931071234567'), settlement('202603020931071234568'))).toBe(false)
  expect(same(settlement('007'), settlement('7'))).toBe(false)
  expect(same(settlement('12.50'), settlement('12.5'))).toBe(true)
})
