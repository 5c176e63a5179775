import { type Day, dayOf, type Instant, startOfDay } from '../../schemas/time.ts'
import type { Finding, Form, Step } from '../detector.ts'
import {
  type Baseline,
  baselineOf,
  type DailyCounts,
  forgetBefore,
  isBuilt,
  isPartOf,
  packCounts,
  recount,
  unpackCounts,
} from '../kit/parts/daily-counts.ts'
import { type Entry, insert, NOTHING_HOLDS, without } from '../kit/parts/window.ts'

/** A day that may still grow, or that holds a finding. */
export interface OwnDay<T extends Entry> {
  readonly day: Day
  /** The days before it, as they were built at its beginning. */
  readonly own: Baseline
  readonly events: readonly T[]
}

/** The memory of a rule that compares a day with the subject's own days before: counts for long, events for two days. */
export interface OwnDays<T extends Entry> {
  readonly counts: DailyCounts
  readonly days: readonly OwnDay<T>[]
}

export const NO_DAYS: OwnDays<never> = { counts: [], days: [] }

export function formOfDays<T extends Entry>(form: Form<T>): Form<OwnDays<T>> {
  return {
    pack({ counts, days }) {
      const packed = days.map(({ day, own, events }) => [day, own.days, own.mean, own.sigma, events.map(form.pack)])
      return [packCounts(counts), ...packed]
    },
    unpack([counts, ...packed]: [number[], ...[Day, number, number, number, unknown[]][]]) {
      const days = packed.map(([day, known, mean, sigma, events]) => {
        return { day, own: { days: known, mean, sigma }, events: events.map(form.unpack) }
      })
      return { counts: unpackCounts(counts), days }
    },
  }
}

const NOBODY: Baseline = { days: 0, mean: 0, sigma: 0 }

export function withEvent<T extends Entry>({ counts, days }: OwnDays<T>, event: T): OwnDays<T> {
  const day = dayOf(event.at)
  const { own, events } = days.find((other) => other.day === day) ?? { own: NOBODY, events: [] }
  const grown = [...days.filter((other) => other.day !== day), { day, own, events: insert(events, event) }]
  return { counts: recount(counts, day, 1), days: grown.sort((a, b) => a.day - b.day) }
}

/** Takes an event back; a day that was built when its reversal happened keeps its count. */
export function withoutEvent<T extends Entry>({ counts, days }: OwnDays<T>, { id, at }: Entry, reversedAt: Instant): OwnDays<T> {
  const day = dayOf(at)
  const left = days.map(({ day, own, events }) => ({ day, own, events: without(events, id) }))
  return {
    counts: isBuilt(day, reversedAt) ? counts : recount(counts, day, -1),
    days: left.filter(({ events }) => events.length > 0),
  }
}

/**
 * Judges every day that is remembered with its events; then forgets the events of days that can change no more.
 * @param touched the day whose count or events have changed
 */
export function judgeDays<T extends Entry, V>(
  { counts, days }: OwnDays<T>,
  touched: Day,
  ownDays: number,
  judge: (day: OwnDay<T>) => Finding<V> | undefined,
): Step<OwnDays<T>, V> {
  const newest = Math.max(counts.at(-1)?.[0] ?? 0, days.at(-1)?.day ?? 0)
  if (newest === 0) return { state: undefined, holds: NOTHING_HOLDS }
  // Events are minutes late at most: yesterday may still grow, the day before may not.
  const yesterday = newest - 1
  const kept: OwnDay<T>[] = []
  const holds: Finding<V>[] = []
  for (const { day, own: before, events } of days) {
    const isStale = before.days === 0 || isPartOf(touched, day)
    const own = day >= yesterday && isStale ? baselineOf(counts, day, ownDays) : before
    const finding = judge({ day, own, events })
    if (finding) holds.push(finding)
    if (finding || day >= yesterday) kept.push({ day, own, events })
  }
  const state = { counts: forgetBefore(counts, yesterday, ownDays), days: kept }
  return { state, holds, forgetAt: startOfDay(newest + ownDays + 5) }
}
