import { type Day, type Instant, MINUTE, startOfDay } from '../../schemas/time.ts'

/** Settlements in the quarter hours of one day, by place; few have any. */
export type Quarters = Record<string, number>

const QUARTER = 15 * MINUTE
const IN_A_DAY = 96
const IN_AN_HOUR = 4

export function quarterOf(at: Instant, day: Day): number {
  return Math.floor((at - startOfDay(day)) / QUARTER)
}

export function recountQuarter(quarters: Quarters, quarter: number, change: 1 | -1): void {
  const left = (quarters[quarter] ?? 0) + change
  if (left > 0) quarters[quarter] = left
  else delete quarters[quarter]
}

/** Settlements in each hour. */
export function hoursOf(quarters: Quarters): number[] {
  const hours = new Array<number>(IN_A_DAY / IN_AN_HOUR).fill(0)
  for (const quarter of Object.keys(quarters)) hours[Math.floor(Number(quarter) / IN_AN_HOUR)]! += quarters[quarter]!
  return hours
}

/** An exponentially weighted moving average: how much of it the newest value makes, and how far it may rise. */
export interface Chart {
  readonly lambda: number
  /** Standard deviations of the average. */
  readonly limit: number
}

/** A stretch of quarter hours whose average has risen above the chart's limit. */
export interface Surge {
  readonly from: Instant
  /** Exclusive. */
  readonly to: Instant
  readonly count: number
  readonly expected: number
  /** Standard deviations of the average, at its highest. */
  readonly height: number
}

/**
 * The highest rise of a day above what its hours usually bring. A number that comes by chance scatters by its root; the
 * stretch begins where the average last lay at or below the usual.
 */
export function surgeIn(
  quarters: Quarters,
  hours: readonly number[],
  day: Day,
  { lambda, limit }: Chart,
  isEnough: (count: number, expected: number) => boolean,
): Surge | undefined {
  const sigma = Math.sqrt(lambda / (2 - lambda))
  let best: Surge | undefined
  let [average, from, count, expected] = [0, 0, 0, 0]
  for (let quarter = 0; quarter < IN_A_DAY; quarter++) {
    const usual = hours[Math.floor(quarter / IN_AN_HOUR)]! / IN_AN_HOUR
    const came = quarters[quarter] ?? 0
    average = Math.max(0, (1 - lambda) * average + (lambda * (came - usual)) / Math.max(1, Math.sqrt(usual)))
    if (average === 0) {
      ;[from, count, expected] = [quarter + 1, 0, 0]
      continue
    }
    count += came
    expected += usual
    const height = average / sigma
    if (height <= limit || height <= (best?.height ?? 0) || !isEnough(count, expected)) continue
    const at = (place: number) => startOfDay(day) + place * QUARTER
    best = { from: at(from), to: at(quarter + 1), count, expected, height }
  }
  return best
}
