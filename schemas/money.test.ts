import { expect, test } from 'vitest'
import { shareOf, sharesOf } from './money.ts'

test('Parts of several amounts add up to the part of their sum', () => {
  expect(sharesOf([24, 24, 24, 24], 7, 10)).toEqual([17, 17, 16, 17])
  expect(shareOf(96, 7, 10)).toBe(67)
  expect(sharesOf([1, 1, 1, 1], 1, 4)).toEqual([0, 1, 0, 0])
  expect(sharesOf([5, 6], 0, 0)).toEqual([0, 0])
  expect(sharesOf([], 1, 2)).toEqual([])
})
