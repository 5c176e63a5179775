import { type Day, HOUR, type Instant, startOfDay } from '../../../schemas/time.ts'

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
  let at = counts.length
  while (at > 0 && counts[at - 1]![0] > day) at--
  const isKnown = at > 0 && counts[at - 1]![0] === day
  const count = (isKnown ? counts[at - 1]![1] : 0) + change
  const from = isKnown ? at - 1 : at
  return count > 0 ? counts.toSpliced(from, at - from, [day, count]) : counts.toSpliced(from, at - from)
}

/** Drops the days of which no baseline of `newest` or later asks. */
export function forgetBefore(counts: DailyCounts, newest: Day, days: number): DailyCounts {
  const since = newest - DAYS_UNTIL_BUILT - days + 1
  const [oldest] = counts
  return oldest && oldest[0] < since ? counts.filter(([day]) => day >= since) : counts
}

/** Whether the count of a day can be part of the baseline of another. */
export function isPartOf(day: Day, other: Day): boolean {
  return day <= other - DAYS_UNTIL_BUILT
}

/** The first day, and then its count and that of each day after it: few have none. */
export function packCounts(counts: DailyCounts): readonly number[] {
  const packed: number[] = []
  for (const [day, count] of counts) {
    if (packed.length === 0) packed.push(day)
    while (packed.length - 1 < day - packed[0]!) packed.push(0)
    packed.push(count)
  }
  return packed
}

export function unpackCounts([first = 0, ...counts]: readonly number[]): DailyCounts {
  return counts.map((count, i) => [first + i, count] as const).filter(([, count]) => count > 0)
}

/** What is known at the beginning of a day of the last so many days that are built. Days without any do not count. */
export function baselineOf(counts: DailyCounts, day: Day, days: number): Baseline {
  const last = day - DAYS_UNTIL_BUILT
  let [known, sum, squares] = [0, 0, 0]
  for (const [other, count] of counts) {
    if (other > last || other <= last - days) continue
    known++
    sum += count
  }
  const mean = sum / Math.max(1, known)
  for (const [other, count] of counts) if (other <= last && other > last - days) squares += (count - mean) ** 2
  return { days: known, mean, sigma: Math.sqrt(squares / Math.max(1, known - 1)) }
}
