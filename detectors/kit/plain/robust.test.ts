import { expect, test } from 'vitest'
import { isAbove, isAtMost, median, spreadOf, upperBound } from './robust.ts'

test('The median is the middle value, or between the two in the middle, whatever their order', () => {
  expect(median([5, 1, 3])).toBe(3)
  expect(median([4, 1, 10, 2])).toBe(3)
  expect(median([10, 9, 100])).toBe(10)
})

test('A spread is the median and the median distance from it; one value far out does not move it', () => {
  expect(spreadOf([1, 2, 4, 4, 9])).toEqual({ n: 5, median: 4, mad: 2 })
  expect(spreadOf([1, 2, 4, 4, 9_000])).toEqual({ n: 5, median: 4, mad: 2 })
  expect(spreadOf([])).toEqual({ n: 0, median: 0, mad: 0 })
})

test('The upper bound lies so many deviations above the median', () => {
  expect(upperBound({ n: 5, median: 4, mad: 2 }, 3)).toBe(10)
})

test('A share equal to its bound is not above it, whatever the last digits say', () => {
  expect(isAbove(0.45, 0.3 + 3 * 0.05)).toBe(false)
  expect(isAbove(0.1 + 0.2, 0.3)).toBe(false)
  expect(isAbove(0.4501, 0.45)).toBe(true)
  expect([isAtMost(0.1 + 0.2, 0.3), isAtMost(0.2, 0.3), isAtMost(0.3001, 0.3)]).toEqual([true, true, false])
})
