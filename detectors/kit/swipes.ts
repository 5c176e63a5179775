import type { Fen } from '../../schemas/money.ts'
import { type Instant, MINUTE, SECOND } from '../../schemas/time.ts'
import type { Entry } from './window.ts'

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
  let pace = paceOf(0, rhythm)
  for (let to = rhythm.ordinary_persons; to < swipes.length; to++) {
    const { terminals } = swipes[to]!
    if (terminals !== pace.terminals) pace = paceOf(terminals, rhythm)
    const from = startOfRun(swipes, to, pace)
    if (from === undefined) continue
    const last = ranges.at(-1)
    if (last && from <= last.to) last.to = to
    else ranges.push({ from, to })
  }
  return ranges.map(({ from, to }) => swipes.slice(from, to + 1))
}

/** What a number of terminals cannot do. Times in milliseconds. */
interface Pace {
  readonly terminals: number
  /** One person more than they can serve within the window. */
  readonly persons: number
  readonly window: number
  /** What that many persons need. */
  readonly serving: number
  readonly median: number
  readonly meanLines: number
}

function paceOf(terminals: number, rhythm: Rhythm): Pace {
  const persons = Math.floor(Math.max(rhythm.ordinary_persons, rhythm.persons_per_terminal * terminals)) + 1
  return {
    terminals,
    persons,
    window: rhythm.window_minutes * MINUTE,
    serving: (persons * rhythm.serving_seconds * SECOND) / terminals,
    median: rhythm.median_seconds * SECOND,
    meanLines: rhythm.mean_lines,
  }
}

function startOfRun(swipes: readonly Swipe[], to: number, pace: Pace): number | undefined {
  const { at } = swipes[to]!
  const reach = Math.max(pace.window, pace.serving)
  const nearest = swipes[to - pace.persons + 1]
  if (!nearest || at - nearest.at > reach) return undefined
  const persons = new Set<string>()
  let lines = 0
  for (let from = to; from >= 0; from--) {
    const { at: began, psn_no, lines: more } = swipes[from]!
    const span = at - began
    if (span > reach) return undefined
    persons.add(psn_no)
    lines += more
    if (persons.size < pace.persons) continue
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
  const gaps = entries.slice(1).map((entry, i) => entry.at - entries[i]!.at)
  gaps.sort((a, b) => a - b)
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
