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
  swipes.forEach((_, to) => {
    const from = startOfRun(swipes, to, rhythm)
    if (from === undefined) return
    const last = ranges.at(-1)
    if (last && from <= last.to) last.to = to
    else ranges.push({ from, to })
  })
  return ranges.map(({ from, to }) => swipes.slice(from, to + 1))
}

function startOfRun(swipes: readonly Swipe[], to: number, rhythm: Rhythm): number | undefined {
  const { at, terminals } = swipes[to]!
  const needed = Math.floor(Math.max(rhythm.ordinary_persons, rhythm.persons_per_terminal * terminals)) + 1
  const window = rhythm.window_minutes * MINUTE
  const serving = (needed * rhythm.serving_seconds * SECOND) / terminals
  const reach = Math.max(window, serving)
  const nearest = swipes[to - needed + 1]
  if (!nearest || at - nearest.at > reach) return undefined
  const persons = new Set<string>()
  let lines = 0
  for (let from = to; from >= 0; from--) {
    const { at: began, psn_no, lines: more } = swipes[from]!
    const span = at - began
    if (span > reach) return undefined
    persons.add(psn_no)
    lines += more
    if (persons.size < needed) continue
    if (lines > rhythm.mean_lines * (to - from + 1)) return undefined
    if (span <= window) return from
    return span < serving && medianGap(swipes.slice(from, to + 1)) < rhythm.median_seconds * SECOND ? from : undefined
  }
  return undefined
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
