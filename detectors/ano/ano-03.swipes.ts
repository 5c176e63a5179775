import type { Fen } from '../../schemas/money.ts'
import { type Day, dayOf, type Instant, MINUTE, SECOND, startOfDay } from '../../schemas/time.ts'
import type { Entry } from '../kit/parts/window.ts'

/** One settlement in the rhythm of a pharmacy's counter. */
export interface Swipe extends Entry {
  readonly psn_no: string
  readonly lines: number
  readonly fund: Fen
  /** Counters that can serve at the same time, as known when the settlement arrived. */
  readonly terminals: number
}

export interface Rhythm {
  /** So many persons are ordinary, however few the terminals. */
  readonly ordinary_persons: number
  /** Persons whom one terminal can serve within the window. */
  readonly persons_per_terminal: number
  readonly window_minutes: number
  /** A median gap below this is too quick also over a longer time, as long as each person gets less than the serving time. */
  readonly median_seconds: number
  readonly serving_seconds: number
  readonly mean_lines: number
}

/**
 * The bursts in which persons were settled faster than the counters can serve them: overlapping runs joined, oldest first.
 * A run is the shortest row of consecutive settlements that holds one person more than the counters can serve.
 */
export function burstsOf<S extends Swipe>(swipes: readonly S[], rhythm: Rhythm): readonly (readonly S[])[] {
  const ranges: { from: number; to: number }[] = []
  let next: readonly number[] | undefined
  let pace: Pace | undefined
  for (let to = rhythm.ordinary_persons; to < swipes.length; to++) {
    const { terminals } = swipes[to]!
    if (terminals !== pace?.terminals) pace = paceOf(terminals, rhythm)
    if (!isBusy(swipes, to, pace)) continue
    next ??= nextOfSamePerson(swipes)
    const from = startOfRun(swipes, next, to, pace)
    if (from === undefined) continue
    const last = ranges.at(-1)
    if (last && from <= last.to) last.to = to
    else ranges.push({ from, to })
  }
  return ranges.map(({ from, to }) => swipes.slice(from, to + 1))
}

/** A day remembers its own swipes, and of the days beside it those that a run across midnight can hold. */
export interface Beside {
  /** Told by the day beside it. */
  readonly beside?: boolean
  /** The day beside it has told that it was taken back. */
  readonly gone?: boolean
}

/** Longer than any run of swipes. */
const BESIDE = 10 * MINUTE

/** The day on the other side of the midnight to which the time is near. */
export function dayBeside(at: Instant): Day | undefined {
  const day = dayOf(at)
  if (at - startOfDay(day) < BESIDE) return day - 1
  return startOfDay(day + 1) - at <= BESIDE ? day + 1 : undefined
}

/** The bursts that begin on the entries' day; what follows midnight in one that began before it is that one's. */
export function burstsOn<S extends Swipe & Beside>(entries: readonly S[], rhythm: Rhythm): readonly (readonly S[])[] {
  const swipes = entries.filter(({ gone }) => !gone)
  const own = swipes.find(({ beside }) => !beside)
  if (!own) return []
  const [midnight, next] = [startOfDay(dayOf(own.at)), startOfDay(dayOf(own.at) + 1)]
  const begins = (from: Instant, to: Instant) => (burst: readonly S[]) => burst[0]!.at >= from && burst[0]!.at < to
  if (swipes[0]!.at >= midnight) return burstsOf(swipes, rhythm).filter(begins(midnight, next))
  const around = swipes.filter(({ at }) => at < midnight + BESIDE)
  const earlier = new Set(burstsOf(around, rhythm).filter(begins(0, midnight)).flat())
  const rest = swipes.filter((swipe) => !earlier.has(swipe))
  return burstsOf(rest, rhythm).filter(begins(midnight, next))
}

/** What a number of terminals cannot do. Times in milliseconds. */
interface Pace {
  readonly terminals: number
  /** One person more than they can serve within the window. */
  readonly persons: number
  readonly window: number
  /** What that many persons need. */
  readonly serving: number
  /** The longer of the two. */
  readonly reach: number
  readonly median: number
  readonly meanLines: number
}

function paceOf(terminals: number, rhythm: Rhythm): Pace {
  const persons = Math.floor(Math.max(rhythm.ordinary_persons, rhythm.persons_per_terminal * terminals)) + 1
  const window = rhythm.window_minutes * MINUTE
  const serving = (persons * rhythm.serving_seconds * SECOND) / terminals
  return {
    terminals,
    persons,
    window,
    serving,
    reach: Math.max(window, serving),
    median: rhythm.median_seconds * SECOND,
    meanLines: rhythm.mean_lines,
  }
}

/** Whether there are settlements enough near by, whoever's they are. */
function isBusy(swipes: readonly Swipe[], to: number, { persons, reach }: Pace): boolean {
  const nearest = swipes[to - persons + 1]
  return nearest !== undefined && swipes[to]!.at - nearest.at <= reach
}

/** For each swipe the place of the same person's next one: a row counts a person at the last swipe in it. */
function nextOfSamePerson(swipes: readonly Swipe[]): readonly number[] {
  const places = new Map<string, number>()
  const next = new Array<number>(swipes.length)
  for (let i = swipes.length - 1; i >= 0; i--) {
    const { psn_no } = swipes[i]!
    next[i] = places.get(psn_no) ?? Number.POSITIVE_INFINITY
    places.set(psn_no, i)
  }
  return next
}

function startOfRun(swipes: readonly Swipe[], next: readonly number[], to: number, pace: Pace): number | undefined {
  const { at } = swipes[to]!
  let persons = 0
  let lines = 0
  for (let from = to; from >= 0; from--) {
    const { at: began, lines: more } = swipes[from]!
    const span = at - began
    if (span > pace.reach) return undefined
    if (next[from]! > to) persons++
    lines += more
    if (persons < pace.persons) continue
    if (lines > pace.meanLines * (to - from + 1)) return undefined
    if (span <= pace.window) return from
    return span < pace.serving && medianGap(swipes.slice(from, to + 1)) < pace.median ? from : undefined
  }
  return undefined
}

/** Whether a time lies within a burst, or so near to one that the settlement still tells where the burst begins or ends. */
export function aroundBursts(bursts: readonly (readonly Swipe[])[], reach: number): (at: Instant) => boolean {
  const ranges = bursts.map((burst) => [burst[0]!.at - reach, burst.at(-1)!.at + reach] as const)
  return (at) => ranges.some(([from, to]) => from <= at && at <= to)
}

/** Median time between consecutive entries, milliseconds. */
export function medianGap(entries: readonly { readonly at: Instant }[]): number {
  const gaps = new Float64Array(entries.length - 1)
  for (let i = 0; i < gaps.length; i++) gaps[i] = entries[i + 1]!.at - entries[i]!.at
  gaps.sort()
  const middle = gaps.length >> 1
  return gaps.length % 2 === 1 ? gaps[middle]! : (gaps[middle - 1]! + gaps[middle]!) / 2
}

/** A burst whose persons came together before. */
export interface Repetition<S extends Swipe> {
  readonly earlier: readonly S[]
  readonly later: readonly S[]
  readonly common: readonly string[]
  /** Jaccard: the common persons' share of all persons of both. */
  readonly similarity: number
}

/** Per burst the most similar of the `isNear` ones before it, where at least so many and such a share of persons came again. */
export function repetitionsIn<S extends Swipe>(
  bursts: readonly (readonly S[])[],
  least: { readonly persons: number; readonly similarity: number },
  isNear: (earlier: readonly S[], later: readonly S[]) => boolean,
): Repetition<S>[] {
  if (bursts.length < 2) return []
  const groups = bursts.map((burst) => new Set(burst.map(({ psn_no }) => psn_no)))
  const cameIn = new Map<string, number[]>()
  const repetitions: Repetition<S>[] = []
  bursts.forEach((later, i) => {
    const common = new Map<number, string[]>()
    for (const person of groups[i]!) {
      const before = cameIn.get(person) ?? []
      for (const earlier of before) {
        const persons = common.get(earlier)
        if (persons) persons.push(person)
        else common.set(earlier, [person])
      }
      cameIn.set(person, [...before, i])
    }
    let best: Repetition<S> | undefined
    for (const [j, persons] of common) {
      const similarity = persons.length / (groups[i]!.size + groups[j]!.size - persons.length)
      if (persons.length < least.persons || similarity < least.similarity || !isNear(bursts[j]!, later)) continue
      if (!best || similarity >= best.similarity) best = { earlier: bursts[j]!, later, common: persons, similarity }
    }
    if (best) repetitions.push(best)
  })
  return repetitions
}
