import { expect, test } from 'vitest'
import { baseOf, meansItem } from './item-code.ts'

const SERVICE = '001109000010000'
const CONSUMABLE = 'C0201010110200101071'

test('A service item’s local suffix and a consumable’s serial are no part of the national code', () => {
  expect(['a1', '-1', 'ABCDE', '0000001'].map((suffix) => baseOf(SERVICE + suffix))).toEqual(Array(4).fill(SERVICE))
  expect(baseOf(`${CONSUMABLE}0000001`)).toBe(CONSUMABLE)
})

test('National codes have none, nor have drugs, local codes of other forms and diagnoses', () => {
  const others = [
    ...[SERVICE, CONSUMABLE, `${CONSUMABLE}1`, `${CONSUMABLE}000000A`, `D${CONSUMABLE.slice(1)}0000001`],
    ...['XL02BBA326A001010102180', 'ZA04CAE0023010100166', 'T000700200', 'LOCAL-00000000001', '0011090000100a0b', 'C34.900', ''],
  ]
  for (const code of others) expect(baseOf(code)).toBeUndefined()
})

test('A name means its own item and those of which it is the base, and no base by a local name', () => {
  expect(meansItem(SERVICE, SERVICE)).toBe(true)
  expect(meansItem(SERVICE, `${SERVICE}a1`)).toBe(true)
  expect(meansItem(`${SERVICE}a1`, SERVICE)).toBe(false)
  expect(meansItem(`${SERVICE}a1`, `${SERVICE}a2`)).toBe(false)
  expect(meansItem(undefined, 'X')).toBe(false)
})
