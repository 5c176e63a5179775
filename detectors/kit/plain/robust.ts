/** The middle value; of an even number the mean of the two in the middle. `NaN` of nothing. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Where values lie and how far they scatter, unmoved by a few that lie far out. */
export interface Spread {
  readonly n: number
  readonly median: number
  /** Median of the absolute deviations from the median, as it is: not scaled to a standard deviation. */
  readonly mad: number
}

export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) return { n: 0, median: 0, mad: 0 }
  const middle = median(values)
  return { n: values.length, median: middle, mad: median(values.map((value) => Math.abs(value - middle))) }
}

/** How far above the median is still ordinary. */
export function upperBound({ median, mad }: Spread, mads: number): number {
  return median + mads * mad
}

const NOISE = 1e-9

/** Whether a share, or another measure, lies above a bound by more than the noise of its arithmetic. */
export function isAbove(value: number, bound: number): boolean {
  return value > bound + NOISE
}

/** Whether a share is the bound or lies below it, but for the noise of its arithmetic. */
export function isAtMost(value: number, bound: number): boolean {
  return value <= bound + NOISE
}
