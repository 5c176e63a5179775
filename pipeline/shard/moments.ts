import type { Heard, HeardKind, Visit } from '../../detectors/detector.ts'
import type { ReferenceView } from '../../detectors/reference.ts'
import type { SkipReason } from '../../schemas/errors.ts'
import type { Discharge } from '../../schemas/events.ts'
import type { Instant } from '../../schemas/time.ts'
import type { Parts, RunningPart } from './parts.ts'

/** What time it was, and since when things were known, when an event came. */
export interface World {
  /** How far event time had passed. */
  readonly watermark: Instant
  /** Where known history began; `undefined` until something had happened. */
  readonly historyFrom: Instant | undefined
}

/** As what a settlement was heard that is taken back. */
export interface Original {
  /** What was known then. */
  readonly reference: ReferenceView
  /** How many parcels had been made. */
  readonly parcels: number
  /** Whoever remembers has not counted it. */
  readonly late: boolean
}

/** One thing to hear of an event. */
export interface Hearing {
  readonly heard: Heard
  readonly at: Instant
  readonly admdvs: string
  /** Why those with memory, or all, cannot judge it. */
  readonly skip: SkipReason | undefined
  /** It is no news: a reversal takes it back. */
  readonly back: Original | undefined
  /** Number of its moment in the range. */
  readonly moment: number
  /** Its place among what is to be heard at that moment. */
  readonly place: number
}

/** One event, and everything to be heard of it. */
export interface Moment extends World {
  readonly hearings: readonly Hearing[]
  /** What may explain findings away, from now on. */
  readonly ground: Visit | Discharge | undefined
}

/** Some events in a row: few enough that all of them stay near at hand, enough that no part is called in for one alone. */
export class Moments {
  readonly #parts: Parts
  /** Everything to be heard, by the group of parts that listen to it. */
  readonly #heard: Hearing[][]
  #all: (Moment & { readonly hearings: Hearing[] })[] = []

  constructor(parts: Parts) {
    this.#parts = parts
    this.#heard = Array.from({ length: parts.groups }, () => [])
  }

  get all(): readonly Moment[] {
    return this.#all
  }

  /** An event has come; what is to be heard of it is added next. */
  begin({ watermark, historyFrom }: World, ground?: Visit | Discharge): void {
    this.#all.push({ watermark, historyFrom, ground, hearings: [] })
  }

  add(heard: Heard, at: Instant, admdvs: string, skip?: SkipReason): void {
    this.#add(heard, at, admdvs, skip, undefined)
  }

  takeBack(heard: Heard, at: Instant, admdvs: string, original: Original): void {
    this.#add(heard, at, admdvs, undefined, original)
  }

  /** What a part hears of all of it, in order. */
  heardBy({ group }: RunningPart): readonly Hearing[] {
    return this.#heard[group]!
  }

  clear(): void {
    this.#all = []
    for (let group = 0; group < this.#heard.length; group++) this.#heard[group] = []
  }

  #add(heard: Heard, at: Instant, admdvs: string, skip: SkipReason | undefined, back: Original | undefined): void {
    const moment = this.#all.length - 1
    const { hearings } = this.#all[moment]!
    const hearing: Hearing = { heard, at, admdvs, skip, back, moment, place: hearings.length }
    hearings.push(hearing)
    for (const group of this.#parts.groupsHearing(heard.kind as HeardKind)) this.#heard[group]!.push(hearing)
  }
}
