import { expect, test } from 'vitest'
import { expectationOf } from './ano-13.weekday-baseline.ts'

const nothing = () => 0
const asCounted = (expected: number) => expected

const days = (...values: readonly number[]) => values.map((n, day) => ({ day, values: { n } }))

test('A weekday is expected to be like the same weekday before', () => {
  const weeks = days(10, 20, 30, 40, 50, 60, 70, 12, 22, 32, 42, 52, 62, 72)
  expect(expectationOf(weeks, 14, 'n', nothing)).toMatchObject({ mean: 11, sigma: Math.SQRT2 })
  expect(expectationOf(weeks, 15, 'n', nothing).mean).toBe(21)
})

test('A weekday that has not been seen is like all days', () => {
  expect(expectationOf(days(10, 20), 9, 'n', nothing)).toMatchObject({ mean: 15, sigma: 1.5 })
})

test('Numbers of things scatter by their square root, all by a tenth and by one', () => {
  expect(expectationOf(days(16), 7, 'n', asCounted)).toMatchObject({ mean: 16, sigma: 4 })
  expect(expectationOf(days(400), 7, 'n', nothing)).toMatchObject({ mean: 400, sigma: 40 })
  expect(expectationOf(days(0), 7, 'n', asCounted)).toMatchObject({ mean: 0, sigma: 1 })
})

test('A mean of few days is uncertain', () => {
  expect(expectationOf(days(16), 7, 'n', asCounted).error).toBe(4)
  const weeks = Array.from({ length: 4 }, () => [16, 16, 16, 16, 16, 16, 16]).flat()
  expect(expectationOf(days(...weeks), 28, 'n', asCounted).error).toBe(2)
  expect(expectationOf(days(16, 16, 16, 16), 6, 'n', asCounted).error).toBe(2)
})
