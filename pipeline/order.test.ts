import { beforeAll, expect, test } from 'vitest'
import { findDetectors } from './catalogue.ts'
import { simulate } from './simulate/simulate.ts'
import { Orders } from './testing/orders.ts'
import { isOfTheThird } from './testing/third.ts'

/** A third of everything that is planted. `order.soak.test.ts` does the same with all of it, and with much more traffic. */
const lines = [...simulate({ settlements: 200, seed: 5, days: 30 })].flatMap((row) =>
  'event' in row && isOfTheThird(row.event) ? [row.event] : [],
)
const MINUTES = 300_000

let orders: Orders
let expected: Awaited<ReturnType<Orders['tell']>>
beforeAll(async () => {
  orders = new Orders(await findDetectors(), lines)
  expected = await orders.tell(lines, { batch: 1000 })
}, MINUTES)

test('Most detectors speak', () => {
  expect(Object.keys(expected.open).length).toBeGreaterThan(40)
})

test('The same alerts come out of small batches and of a single one', { timeout: MINUTES }, async () => {
  expect(await orders.inBatchesOf(7)).toEqual(expected.all)
  expect(await orders.inBatchesOf(10_000)).toEqual(expected.all)
})

test('They come out of a run that is killed again and again', { timeout: MINUTES }, async () => {
  expect(await orders.inBatchesOf(150, 2)).toEqual(expected.all)
})

test('The same holds in the end, however late events are within the allowed delays', { timeout: MINUTES }, async () => {
  expect(await orders.shuffled(1)).toEqual(expected.open)
  expect(await orders.shuffled(2)).toEqual(expected.open)
})

test('The same holds when it is read from partitions that are days apart, of some of which no time is known yet', {
  timeout: MINUTES,
}, async () => {
  expect(await orders.apart(100, 1)).toEqual(expected.open)
})
