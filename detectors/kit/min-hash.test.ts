import { expect, test } from 'vitest'
import type { FeeLine } from '../../schemas/events.ts'
import { areAlike, signatureOf } from './min-hash.ts'

const basket = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ med_list_codg: `X${from + i}`, cnt: 1 }) as FeeLine)
const alike = (a: FeeLine[], b: FeeLine[], similarity = 0.95) => areAlike(signatureOf(a), signatureOf(b), similarity)

test('Equal baskets are alike in whatever order, and one line more of two hundred changes little', () => {
  expect(alike(basket(0, 40), basket(0, 40).reverse())).toBe(true)
  expect(alike(basket(0, 200), basket(0, 201))).toBe(true)
})

test('Baskets that share four fifths, or nothing, are not', () => {
  expect(alike(basket(0, 40), basket(8, 40))).toBe(false)
  expect(alike(basket(0, 40), basket(100, 40), 0.2)).toBe(false)
  expect(alike(basket(0, 40), basket(20, 40), 0.2)).toBe(true)
})
