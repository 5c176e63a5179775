import { groupBy } from '../plain/group-by.ts'

/**
 * Very many positive whole values of a day that is still open: how often each came. Counts are whole numbers, so that the
 * order in which values came cannot matter.
 */
export type Counts = Map<number, number>

/** Counts the value once more, or once less where it was counted. */
export function recountIn(counts: Counts, value: number, sign: 1 | -1): void {
  const count = (counts.get(value) ?? 0) + sign
  if (count > 0) counts.set(value, count)
  else counts.delete(value)
}

/** Value and count in turn, as they came: an open day is written again and again, and sorting would cost most of it. */
export function packCounts(counts: Counts): number[] {
  const packed: number[] = []
  for (const [value, count] of counts) packed.push(value, count)
  return packed
}

export function unpackCounts(packed: readonly number[]): Counts {
  const counts: Counts = new Map()
  for (let i = 0; i < packed.length; i += 2) counts.set(packed[i]!, packed[i + 1]!)
  return counts
}

type Counted = readonly [value: number, count: number]

function sorted(counts: Counts): Counted[] {
  return [...counts].sort(([a], [b]) => a - b)
}

/** A built day in bounded memory: value and count in turn, by value, values told from the one before. */
export type BuiltDay = readonly number[]

export function builtFrom(counts: Counts): BuiltDay {
  const packed: number[] = []
  let before = 0
  for (const [value, count] of thinned(sorted(counts))) {
    packed.push(value - before, count)
    before = value
  }
  return packed
}

/** So many different values of a day are kept as they are. */
const MOST_VALUES = 1000
/** Half a percent apart. */
const BUCKETS_PER_E = 200

/** Of too many values those within half a percent of one another count as the middle one of them. */
function thinned(values: readonly Counted[]): readonly Counted[] {
  if (values.length <= MOST_VALUES) return values
  const buckets = groupBy(values, ([value]) => Math.round(Math.log(value) * BUCKETS_PER_E))
  return Array.from(buckets.values(), (alike) => {
    const count = countOf(alike)
    return [valueAt(alike, count / 2), count]
  })
}

function countOf(values: readonly Counted[]): number {
  return values.reduce((sum, [, count]) => sum + count, 0)
}

/** The first of the sorted values with so many at or below it. */
function valueAt(values: readonly Counted[], rank: number): number {
  let below = 0
  const found = values.find(([, count]) => {
    below += count
    return below >= rank
  })
  return found?.[0] ?? 0
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

/** `quantiles` from 0 to 1: of the sorted values the first that has such a share at or below it. */
export function distributionOf(days: readonly BuiltDay[], quantiles: readonly number[]): Distribution {
  const values = sorted(together(days))
  const n = countOf(values)
  if (n === 0) return { n, logMean: 0, logSigma: 0, quantiles: [] }
  const logMean = values.reduce((sum, [value, count]) => sum + Math.log(value) * count, 0) / n
  const squares = values.reduce((sum, [value, count]) => sum + (Math.log(value) - logMean) ** 2 * count, 0)
  const logSigma = n < 2 ? 0 : Math.sqrt(squares / (n - 1))
  return { n, logMean, logSigma, quantiles: quantiles.map((share) => valueAt(values, share * n)) }
}

function together(days: readonly BuiltDay[]): Counts {
  const counts: Counts = new Map()
  for (const day of days) {
    let value = 0
    for (let i = 0; i < day.length; i += 2) {
      value += day[i]!
      counts.set(value, (counts.get(value) ?? 0) + day[i + 1]!)
    }
  }
  return counts
}
