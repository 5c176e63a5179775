import { dayOf } from '../../schemas/time.ts'
import { monthOf } from './calendar.ts'
import { joined, type Range } from './joined.ts'
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

/** The most that windows of so many calendar days come to; each ends with a day of the run. */
export function mostIn<T extends Entry>(run: readonly T[], days: number, of: (window: readonly T[]) => number): number {
  const ends = new Set(run.map(({ at }) => dayOf(at)))
  return Math.max(...Array.from(ends, (end) => of(run.filter(({ at }) => dayOf(at) <= end && dayOf(at) > end - days))))
}

/** How many different ones. */
export function distinct<T>(entries: readonly T[], of: (entry: T) => unknown): number {
  return new Set(entries.map(of)).size
}
