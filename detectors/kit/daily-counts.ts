import { type Day, HOUR, type Instant, startOfDay } from '../../schemas/time.ts'

/** How many of something on each day that had any, oldest first. */
export type DailyCounts = readonly (readonly [day: Day, count: number])[]

export interface Baseline {
  /** Days that the baseline knows. */
  readonly days: number
  readonly mean: number
  /** Standard deviation of the sample. */
  readonly sigma: number
}

/** A day is built when the watermark passes its end by 72 hours, and never reopened (contract, "Time and order"). */
const BUILT_AFTER = 72 * HOUR
/** At the beginning of a day the fourth day before it is the last one that is built. */
const DAYS_UNTIL_BUILT = 4

export function isBuilt(day: Day, at: Instant): boolean {
  return startOfDay(day + 1) + BUILT_AFTER <= at
}

/** Counts one more, or one less, on a day. */
export function recount(counts: DailyCounts, day: Day, change: 1 | -1): DailyCounts {
  const before = counts.find(([known]) => known === day)?.[1] ?? 0
  const others = counts.filter(([known]) => known !== day)
  if (before + change <= 0) return others
  return [...others, [day, before + change] as const].sort(([a], [b]) => a - b)
}

/** Drops the days of which no baseline of `newest` or later asks. */
export function forgetBefore(counts: DailyCounts, newest: Day, days: number): DailyCounts {
  return counts.filter(([day]) => day > newest - DAYS_UNTIL_BUILT - days)
}

/** What is known at the beginning of a day of the last so many days that are built. Days without any do not count. */
export function baselineOf(counts: DailyCounts, day: Day, days: number): Baseline {
  const last = day - DAYS_UNTIL_BUILT
  const known = counts.filter(([other]) => other <= last && other > last - days).map(([, count]) => count)
  const mean = known.reduce((sum, count) => sum + count, 0) / Math.max(1, known.length)
  const squares = known.reduce((sum, count) => sum + (count - mean) ** 2, 0)
  return { days: known.length, mean, sigma: Math.sqrt(squares / Math.max(1, known.length - 1)) }
}
