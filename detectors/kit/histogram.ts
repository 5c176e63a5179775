/**
 * Very many positive values in little memory: how many lie in each of the buckets of half a percent's width. Counts are
 * whole numbers, so that the order in which values came cannot matter; quantiles are right to a quarter of a percent.
 */
export type Histogram = Record<number, number>

const BUCKETS_PER_E = 200

/** `value` at least 1: fen, or millionths of a yuan. */
export function bucketOf(value: number): number {
  return Math.round(Math.log(value) * BUCKETS_PER_E)
}

function middleOf(bucket: number): number {
  return Math.exp(bucket / BUCKETS_PER_E)
}

/** Counts the value once more, or once less where it was counted. */
export function recountIn(histogram: Histogram, value: number, sign: 1 | -1): void {
  const bucket = bucketOf(value)
  const count = (histogram[bucket] ?? 0) + sign
  if (count > 0) histogram[bucket] = count
  else delete histogram[bucket]
}

export function merge(histograms: Iterable<Histogram>): Histogram {
  const merged: Histogram = {}
  for (const histogram of histograms) {
    for (const bucket in histogram) merged[bucket] = (merged[bucket] ?? 0) + histogram[bucket]!
  }
  return merged
}

/** Buckets by value with their counts: numbers as property names come in ascending order. */
function bucketsIn(histogram: Histogram): [bucket: number, count: number][] {
  return Object.entries(histogram).map(([bucket, count]) => [Number(bucket), count])
}

/** What a baseline says of its values. */
export interface Distribution {
  readonly n: number
  /** Mean and standard deviation of the natural logarithms. */
  readonly logMean: number
  readonly logSigma: number
  /** The values at the quantiles asked for, in their order. */
  readonly quantiles: readonly number[]
}

/** `quantiles` ascending, from 0 to 1: of the sorted values the first that has such a share at or below it. */
export function distributionOf(histogram: Histogram, quantiles: readonly number[]): Distribution {
  const buckets = bucketsIn(histogram)
  let [n, sum, squares] = [0, 0, 0]
  for (const [bucket, count] of buckets) {
    n += count
    sum += bucket * count
    squares += bucket * bucket * count
  }
  const mean = n === 0 ? 0 : sum / n
  const variance = n < 2 ? 0 : Math.max(0, (squares - n * mean * mean) / (n - 1))
  const values: number[] = []
  let below = 0
  for (const [bucket, count] of buckets) {
    below += count
    while (values.length < quantiles.length && below >= quantiles[values.length]! * n) values.push(middleOf(bucket))
  }
  return { n, logMean: mean / BUCKETS_PER_E, logSigma: Math.sqrt(variance) / BUCKETS_PER_E, quantiles: values }
}

/** Bucket and count in turn, buckets told from the one before. */
export function packHistogram(histogram: Histogram): number[] {
  let before = 0
  return bucketsIn(histogram).flatMap(([bucket, count]) => {
    const step = bucket - before
    before = bucket
    return [step, count]
  })
}

export function unpackHistogram(packed: readonly number[]): Histogram {
  const histogram: Histogram = {}
  let bucket = 0
  for (let i = 0; i < packed.length; i += 2) {
    bucket += packed[i]!
    histogram[bucket] = packed[i + 1]!
  }
  return histogram
}
