import { expect, test } from 'vitest'
import { builtFrom, type Counts, distributionOf, packCounts, recountIn, unpackCounts } from './histogram.ts'

function of(...values: number[]): Counts {
  const counts: Counts = new Map()
  for (const value of values) recountIn(counts, value, 1)
  return counts
}

const whole = (from: number, n: number) => Array.from({ length: n }, (_, i) => from + i)
const said = (values: number[], ...quantiles: number[]) => distributionOf([builtFrom(of(...values))], quantiles)

test('Quantiles are those of the sorted values, in whatever order these came', () => {
  const values = whole(1, 1000)
  expect(said(values, 0.25, 0.5, 0.99)).toMatchObject({ n: 1000, quantiles: [250, 500, 990] })
  expect(said(values.toReversed(), 0.5)).toEqual(said(values, 0.5))
  // A quarter of a percent apart: too near for buckets.
  expect(said([5701, 5715, 5729], 0.5, 0.99).quantiles).toEqual([5715, 5729])
})

test('Of more than a thousand different values those within half a percent are counted as one that came', () => {
  const odd = whole(5000, 2000).map((value) => 2 * value + 1)
  const { n, quantiles } = said(odd, 0.5, 0.99)
  expect(n).toBe(2000)
  for (const [i, exact] of [12_000, 13_960].entries()) {
    expect(odd).toContain(quantiles[i])
    expect(Math.abs(quantiles[i]! / exact - 1)).toBeLessThan(0.005)
  }
  const most = builtFrom(of(...whole(1_000_000, 100_000)))
  expect(most.length).toBeLessThan(50)
  expect(builtFrom(of(...whole(1_000_000, 1000))).length).toBe(2000)
})

test('A value that came often stands for its like', () => {
  const common = Array.from({ length: 500 }, () => 50_001)
  expect(said([...whole(49_501, 1001), ...common], 0.5).quantiles).toEqual([50_001])
})

test('Mean and deviation are those of the logarithms', () => {
  const { logMean, logSigma } = said([100, 10_000])
  expect(logMean).toBeCloseTo(Math.log(1000), 12)
  expect(logSigma).toBeCloseTo(Math.log(10) * Math.SQRT2, 12)
})

test('Nothing, and a single value, have no deviation', () => {
  expect(said([], 0.5)).toEqual({ n: 0, logMean: 0, logSigma: 0, quantiles: [] })
  expect(said([50], 0.5)).toMatchObject({ n: 1, logSigma: 0, quantiles: [50] })
})

test('What is counted can be taken back, what is not cannot', () => {
  const counts = of(100, 100)
  recountIn(counts, 100, -1)
  expect(counts).toEqual(of(100))
  for (let i = 0; i < 2; i++) {
    recountIn(counts, 100, -1)
    expect(counts).toEqual(of())
  }
})

test('Days are put together, and counts are written down and read again', () => {
  const days = [of(5, 70), of(70, 9000)]
  expect(distributionOf(days.map(builtFrom), [0.5, 1])).toEqual(said([5, 70, 70, 9000], 0.5, 1))
  expect(unpackCounts(packCounts(of(70, 5, 70)))).toEqual(of(5, 70, 70))
})
