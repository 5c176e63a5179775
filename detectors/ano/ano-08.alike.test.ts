import { expect, test } from 'vitest'
import type { FeeLine } from '../../schemas/events.ts'
import { areAlike, elementsOf } from './ano-08.alike.ts'

const lines = (...counts: readonly number[]) => counts.map((cnt, i) => ({ med_list_codg: `X${i}`, cnt }) as FeeLine)

/** By its definition, over multisets. */
function jaccard(a: readonly number[], b: readonly number[]): number {
  const left = [...b]
  const shared = a.filter((one) => {
    const place = left.indexOf(one)
    if (place >= 0) left.splice(place, 1)
    return place >= 0
  }).length
  return shared / (a.length + b.length - shared)
}

test('Elements are codes with their counts, in whatever order they were charged', () => {
  const basket = lines(1, 2, 3, 4)
  expect(elementsOf(basket.toReversed())).toEqual(elementsOf(basket))
  expect(elementsOf(lines(1, 2, 3, 5))).not.toEqual(elementsOf(basket))
})

test('Baskets are alike by their Jaccard similarity, to the last element', () => {
  for (let n = 1; n < 600; n++) {
    const [a, b] = [0, 1].map((k) =>
      Array.from({ length: 1 + ((n * (3 + 2 * k)) % 23) }, (_, i) => (i * 7 + n * k) % 17).sort((x, y) => x - y),
    )
    const similarity = jaccard(a!, b!)
    expect([areAlike(a!, b!, similarity), areAlike(a!, b!, similarity + 0.001)]).toEqual([true, false])
    expect(areAlike(b!, a!, similarity)).toBe(true)
  }
  expect([areAlike([], [], 0.95), areAlike([], [1], 0.95)]).toEqual([true, false])
})
