import type { Finding, Heard, Told, Touched } from '../../detectors/detector.ts'
import type { Instant } from '../../schemas/time.ts'
import type { Cause } from './alerts.ts'
import type { RunningPart } from './parts.ts'
import type { Slot } from './record.ts'
import type { Due } from './timers.ts'

/** What a part has said in one step: findings, what others shall hear, and what it has to say elsewhere. */
export interface Saying {
  readonly running: RunningPart
  readonly cause: Cause
  /** Where its memory lies; absent of parts without. */
  readonly slot?: Slot
  readonly holds?: readonly Finding[] | undefined
  readonly touched?: readonly Touched[] | undefined
  readonly tells?: readonly Told[] | undefined
  /** Alerts that hold no longer, of parts without memory. */
  readonly retracts?: readonly string[]
  readonly elsewhere?: Elsewhere
}

/** What the same part shall hear, or take back, at another slice. */
export interface Elsewhere {
  readonly kind: 'heard' | 'back'
  readonly root: string
  readonly heard: Heard
  readonly at: Instant
  readonly admdvs: string
  /** Of what is taken back: how many parcels had been made when it was heard. */
  readonly parcels?: number
}

/** When something was said: as a verdict that was due, or else on hearing what has this place in the moment. */
export interface Turn {
  readonly moment: number
  readonly due?: Due
  readonly place: number
}

/** What was said, and when. */
export interface Said {
  readonly saying: Saying
  readonly turn: Turn
}

/** What parts have said of a range of events, one part after the other; it is heard in the order of the events. */
export class Sayings {
  #said: Said[] = []
  #next = 0

  add(saying: Saying, turn: Turn): void {
    this.#said.push({ saying, turn })
  }

  /** Everything is said: from now on it is heard. */
  inOrder(): void {
    this.#said.sort(byTurn)
    this.#next = 0
  }

  /** The next verdict of this moment. */
  nextVerdict(moment: number): (Said & { readonly turn: { readonly due: Due } }) | undefined {
    const next = this.#said[this.#next]
    return next?.turn.moment === moment && next.turn.due ? (next as Said & { turn: { due: Due } }) : undefined
  }

  /** The next that was said of what has this place or an earlier one, by a part before this one. */
  nextBefore(moment: number, place: number, part: number): Said | undefined {
    const next = this.#said[this.#next]
    if (next?.turn.moment !== moment || next.turn.place > place) return undefined
    return next.turn.place < place || next.saying.running.index < part ? next : undefined
  }

  /** The next one is heard. */
  taken(): void {
    this.#next++
  }

  clear(): void {
    this.#said = []
    this.#next = 0
  }
}

/** Verdicts come before the event that let them be given; of one thing that is heard, parts speak in their own order. */
function byTurn({ turn: a, saying: one }: Said, { turn: b, saying: other }: Said): number {
  if (a.moment !== b.moment) return a.moment - b.moment
  if (a.due && b.due) return a.due.key < b.due.key ? -1 : 1
  if (a.due || b.due) return a.due ? -1 : 1
  return a.place - b.place || one.running.index - other.running.index
}
