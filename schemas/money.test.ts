import { expect, test } from 'vitest'
import { formatAmount, formatYuan, shareOf, sharesOf } from './money.ts'

test('Parts of several amounts add up to the part of their sum', () => {
  expect(sharesOf([24, 24, 24, 24], 7, 10)).toEqual([17, 17, 16, 17])
  expect(shareOf(96, 7, 10)).toBe(67)
  expect(sharesOf([1, 1, 1, 1], 1, 4)).toEqual([0, 1, 0, 0])
  expect(sharesOf([5, 6], 0, 0)).toEqual([0, 0])
  expect(sharesOf([], 1, 2)).toEqual([])
})

test('Sentences separate thousands, and nothing behind the point', () => {
  expect([0, 99_950, 100_000, -1_234_567_89, 1_000_000_00].map(formatYuan)).toEqual([
    ...['0.00', '999.50', '1,000.00', '-1,234,567.89', '1,000,000.00'],
  ])
  expect([950, 50_000, 12_345.6789, 482_000_000].map(formatAmount)).toEqual(['950', '50,000', '12,345.6789', '482,000,000'])
})
