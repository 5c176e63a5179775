import { type Day, dayOf, type Instant, startOfDay } from '../../schemas/time.ts'
import type { Finding, Step } from '../detector.ts'
import { type Baseline, baselineOf, type DailyCounts, forgetBefore, isBuilt, recount } from './daily-counts.ts'

/** What is kept of an event; a tuple, for there are many. */
export type Counted = readonly [id: string, at: Instant, ...unknown[]]

/** A day that may still grow, or that holds a finding. */
export interface OwnDay<T extends Counted> {
  readonly day: Day
  /** The days before it, as they were built at its beginning. */
  readonly own: Baseline
  readonly events: readonly T[]
}

/** The memory of a rule that compares a day with the subject's own days before: counts for long, events for two days. */
export interface OwnDays<T extends Counted> {
  readonly counts: DailyCounts
  readonly days: readonly OwnDay<T>[]
}

const NOBODY: Baseline = { days: 0, mean: 0, sigma: 0 }

export function withEvent<T extends Counted>({ counts, days }: OwnDays<T>, event: T): OwnDays<T> {
  const day = dayOf(event[1])
  const { own, events } = days.find((other) => other.day === day) ?? { own: NOBODY, events: [] }
  const known = { day, own, events: [...events, event].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1)) }
  const grown = [...days.filter((other) => other.day !== day), known].sort((a, b) => a.day - b.day)
  return { counts: recount(counts, day, 1), days: grown }
}

/** Takes an event back; a day that was built when its reversal happened keeps its count. */
export function withoutEvent<T extends Counted>(
  { counts, days }: OwnDays<T>,
  [id, at]: Counted,
  reversedAt: Instant,
): OwnDays<T> {
  const day = dayOf(at)
  const left = days.map((other) => {
    return other.day === day ? { ...other, events: other.events.filter((event) => event[0] !== id) } : other
  })
  return {
    counts: isBuilt(day, reversedAt) ? counts : recount(counts, day, -1),
    days: left.filter(({ events }) => events.length > 0),
  }
}

/** Judges every day that is remembered with its events; then forgets the events of days that can change no more. */
export function judgeDays<T extends Counted, V>(
  { counts, days }: OwnDays<T>,
  ownDays: number,
  judge: (day: OwnDay<T>) => Finding<V> | undefined,
): Step<OwnDays<T>, V> {
  const newest = Math.max(counts.at(-1)?.[0] ?? 0, days.at(-1)?.day ?? 0)
  if (newest === 0) return { state: undefined, holds: [] }
  // Events are minutes late at most: yesterday may still grow, the day before may not.
  const yesterday = newest - 1
  const judged = days.map((known) => {
    const day = known.day < yesterday ? known : { ...known, own: baselineOf(counts, known.day, ownDays) }
    return { day, finding: judge(day) }
  })
  const state = {
    counts: forgetBefore(counts, yesterday, ownDays),
    days: judged.filter(({ day, finding }) => finding || day.day >= yesterday).map(({ day }) => day),
  }
  return { state, holds: judged.flatMap(({ finding }) => finding ?? []), forgetAt: forgetAt(state, ownDays) }
}

/** The step of an event that does not count. */
export function unchangedDays<T extends Counted, V>(memory: OwnDays<T>, ownDays: number): Step<OwnDays<T>, V> {
  if (memory.counts.length === 0 && memory.days.length === 0) return { state: undefined }
  return { state: memory, forgetAt: forgetAt(memory, ownDays) }
}

function forgetAt({ counts, days }: OwnDays<Counted>, ownDays: number): Instant {
  return startOfDay(Math.max(counts.at(-1)?.[0] ?? 0, days.at(-1)?.day ?? 0) + ownDays + 5)
}
