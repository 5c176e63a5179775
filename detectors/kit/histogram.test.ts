import { expect, test } from 'vitest'
import { distributionOf, type Histogram, merge, packHistogram, recountIn, unpackHistogram } from './histogram.ts'

function of(...values: number[]): Histogram {
  const histogram: Histogram = {}
  for (const value of values) recountIn(histogram, value, 1)
  return histogram
}

test('Quantiles are those of the sorted values, to a quarter of a percent', () => {
  const { n, quantiles } = distributionOf(of(...Array.from({ length: 1000 }, (_, i) => i + 1)), [0.25, 0.5, 0.99])
  expect(n).toBe(1000)
  for (const [i, exact] of [250, 500, 990].entries()) expect(Math.abs(quantiles[i]! / exact - 1)).toBeLessThan(0.005)
})

test('Mean and deviation are those of the logarithms', () => {
  const { logMean, logSigma } = distributionOf(of(100, 10_000), [])
  expect(logMean).toBeCloseTo(Math.log(1000), 2)
  expect(logSigma).toBeCloseTo(Math.log(10) * Math.SQRT2, 2)
})

test('Nothing, and a single value, have no deviation', () => {
  expect(distributionOf({}, [0.5])).toEqual({ n: 0, logMean: 0, logSigma: 0, quantiles: [] })
  expect(distributionOf(of(50), [0.5])).toMatchObject({ n: 1, logSigma: 0 })
})

test('What is counted can be taken back, what is not cannot', () => {
  const histogram = of(100, 100)
  recountIn(histogram, 100, -1)
  expect(histogram).toEqual(of(100))
  recountIn(histogram, 100, -1)
  recountIn(histogram, 100, -1)
  expect(histogram).toEqual({})
})

test('Histograms are merged, and written down and read again', () => {
  const both = merge([of(5, 70), of(70, 9000)])
  expect(both).toEqual(of(5, 70, 70, 9000))
  expect(unpackHistogram(packHistogram(both))).toEqual(both)
})
