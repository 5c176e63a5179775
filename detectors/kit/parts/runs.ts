import { DAY, dayOf } from '../../../schemas/time.ts'
import { monthOf } from '../plain/calendar.ts'
import { joined, type Range } from '../plain/joined.ts'
import type { Entry } from './window.ts'

/** A limit on what may lie within so many calendar days that end with an entry's own day. */
export interface Limit<T> {
  readonly days: number
  crosses(window: readonly T[]): boolean
}

/**
 * The runs in which a limit is crossed, oldest first: windows that cross any of the limits, those that overlap joined. The
 * entries come by time and id.
 */
export function runsOf<T extends Entry>(entries: readonly T[], limits: readonly Limit<T>[]): readonly (readonly T[])[] {
  const ranges = limits.flatMap((limit) => rangesOf(entries, limit))
  return joined(ranges).map(([from, to]) => entries.slice(from, to + 1))
}

function rangesOf<T extends Entry>(entries: readonly T[], { days, crosses }: Limit<T>): Range[] {
  const ranges: Range[] = []
  let from = 0
  for (let to = 0; to < entries.length; to++) {
    const since = dayOf(entries[to]!.at) - days
    while (dayOf(entries[from]!.at) <= since) from++
    if (crosses(entries.slice(from, to + 1))) ranges.push([from, to])
  }
  return ranges
}

/** Runs by the calendar month (`yyyy-MM`) of their first entry; those of one month are one alert (contract, "Identity"). */
export function byFirstMonth<T extends Entry>(runs: readonly (readonly T[])[]): ReadonlyMap<string, readonly T[]> {
  const months = new Map<string, readonly T[]>()
  for (const run of runs) {
    const month = monthOf(dayOf(run[0]!.at))
    months.set(month, [...(months.get(month) ?? []), ...run])
  }
  return months
}

/** What lies between the first and the last of a month's runs, also where no limit is crossed. */
export function spanOf<T extends Entry>(entries: readonly T[], run: readonly T[]): readonly T[] {
  return entries.slice(entries.indexOf(run[0]!), entries.indexOf(run.at(-1)!) + 1)
}

const LONGEST_MONTH = 31

/**
 * How long entries of a rule with windows of so many days are kept. What lies between the runs of one month tells what was
 * the most there; it is kept as they are, and what may yet come to lie between until no further run can begin in the month.
 */
export function keptBetween<T extends Entry>(
  entries: readonly T[],
  months: ReadonlyMap<string, readonly T[]>,
  days: number,
): (entry: T) => number {
  if (months.size === 0) return () => (days + 1) * DAY
  const between = new Set([...months.values()].flatMap((run) => spanOf(entries, run)))
  return (entry) => (between.has(entry) ? Number.POSITIVE_INFINITY : (days + 1 + LONGEST_MONTH) * DAY)
}

/** The most that windows of so many calendar days come to; each ends with a day of the span. */
export function mostIn<T extends Entry>(span: readonly T[], days: number, of: (window: readonly T[]) => number): number {
  const ends = new Set(span.map(({ at }) => dayOf(at)))
  return Math.max(...Array.from(ends, (end) => of(span.filter(({ at }) => dayOf(at) <= end && dayOf(at) > end - days))))
}

/** How many different ones. */
export function distinct<T>(entries: readonly T[], of: (entry: T) => unknown): number {
  return new Set(entries.map(of)).size
}
