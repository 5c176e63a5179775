import { expect, test } from 'vitest'
import type { FeeLine } from '../../../schemas/events.ts'
import { soldCodes } from './sold-codes.ts'

const line = (feedetl_sn: string, cnt: number, more: object = {}) =>
  ({
    feedetl_sn,
    ...{ med_list_codg: 'X', cnt, pric: 10e6, fee_ocur_time: 0, det_item_fee_sumamt: cnt * 1000 },
    ...more,
  }) as FeeLine
const codes = (feedetl_sn: string, names: string, trdn_flag = '0') =>
  [...names].map((drug_trac_codg) => ({ drug_trac_codg, feedetl_sn, trdn_flag }))
const sold = (feedetail: FeeLine[], ...rows: ReturnType<typeof codes>[]) =>
  soldCodes({ feedetail, drug_trac_info: rows.flat() } as unknown as Parameters<typeof soldCodes>[0])
const names = (...given: Parameters<typeof sold>) =>
  sold(...given)
    .map(({ trace }) => trace)
    .join('')

test('Every package that a bill names was sold, also one that belongs to no line', () => {
  const [first, other, stray] = sold([line('1', 2), line('2', 1)], codes('1', 'A'), codes('2', 'B'), codes('9', 'C'))
  expect([first!.line?.feedetl_sn, other!.line?.feedetl_sn, stray!.line]).toEqual(['1', '2', undefined])
})

test('A part of a package is told by the line or by the code', () => {
  const split = (...given: Parameters<typeof sold>) => sold(...given).map((one) => one.split)
  expect(split([line('1', 2), line('2', 1)], codes('1', 'A', '1'), codes('2', 'B'))).toEqual([true, false])
  expect(split([line('1', 2, { trdn_flag: '1' })], codes('1', 'A'))).toEqual([true])
})

test('What a negative line takes back was not sold: of the line that it names by a package, and there that package', () => {
  expect(names([line('1', 2), line('2', -2)], codes('1', 'AB'))).toBe('')
  expect(names([line('1', 1), line('2', 1), line('3', -1)], codes('1', 'A'), codes('2', 'B'), codes('3', 'A'))).toBe('B')
  expect(names([line('1', 2), line('2', -1)], codes('1', 'AB'), codes('2', 'A'))).toBe('B')
  expect(names([line('1', 2), line('2', 1, { med_list_codg: 'Y' }), line('3', -1)], codes('1', 'AB'), codes('2', 'C'))).toBe('C')
})

test('Of packages one of which came back, nobody knows which, none is known to be sold', () => {
  expect(names([line('1', 2), line('2', -1)], codes('1', 'AB'))).toBe('')
  expect(names([line('1', 2), line('2', -1)], codes('1', 'A'))).toBe('A')
  // What counts nothing brings nothing back.
  expect(names([line('1', 3), line('2', -1), line('3', 0)], codes('1', 'AB'), codes('3', 'A'))).toBe('AB')
})

test('Tablets of a split package may come back without it', () => {
  for (const [flag, more] of [
    ['1', {}],
    ['0', { trdn_flag: '1' }],
  ] as const) {
    expect(names([line('1', 20, more), line('2', -5)], codes('1', 'A', flag))).toBe('A')
    expect(names([line('1', 20, more), line('2', -5)], codes('1', 'A', flag), codes('2', 'A'))).toBe('A')
    expect(names([line('1', 20, more), line('2', -5)], codes('1', 'AB', flag), codes('2', 'A'))).toBe('B')
  }
})
