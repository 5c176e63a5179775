import type { Detector } from '../../detectors/detector.ts'
import type { Instant } from '../../schemas/time.ts'
import type { KeyValue } from '../memory/key-value.ts'
import type { StagedMemory } from '../memory/staged.ts'
import type { Parcel } from './parcel.ts'
import type { Parts, RunningPart } from './parts.ts'
import { AHEAD } from './slices.ts'

/** Since when a detector hears all that comes, and whether it knows what came before. */
export interface Hearer {
  /** The last batch that it was not judged by; 0 where it has judged them all. */
  readonly since: number
  readonly isWarm: boolean
  /** Event time from which it knows all, where that is later than where history begins. */
  readonly from?: Instant
  /** By slice: number of the last batch of which it knows from the record, and not because it was told. */
  readonly upto?: readonly number[]
}

/** By id and version: a new version has heard nothing. */
export type Hearers = Readonly<Record<string, Hearer>>

const HEARD = 'm|heard'

/** `undefined` where nothing was noted. */
export function hearersIn(memory: Pick<KeyValue, 'get'>): Hearers | undefined {
  const stored = memory.get(HEARD)
  return stored && (JSON.parse(Buffer.from(stored).toString()) as Hearers)
}

export function hearersChange(hearers: Hearers): readonly [string, Uint8Array] {
  return [HEARD, Buffer.from(JSON.stringify(hearers))]
}

export function hearerName({ id, version }: Detector): string {
  return `${id}@${version}`
}

/** From where on a detector knows all that begins to hear at this event time: other slices may have told what is ahead of it. */
export function fromAfter(at: Instant): Instant {
  return at + AHEAD
}

type Sent = Pick<Parcel, 'from' | 'batch'>

/**
 * History begins later for a detector, or a version of one, that came later and has not heard it. What it remembers is not all
 * there was: so rules that conclude from absence, or from what is usual, must wait for it as they do at the beginning.
 */
export class Beginnings {
  readonly #memory: StagedMemory
  readonly #parts: Parts
  /** By the index of the part. */
  readonly #from: Instant[]
  readonly #upto: readonly Hearer['upto'][]

  constructor(memory: StagedMemory, parts: Parts) {
    const hearers = hearersIn(memory) ?? {}
    this.#memory = memory
    this.#parts = parts
    this.#from = parts.all.map(({ detector }) => hearers[hearerName(detector)]?.from ?? Number.NEGATIVE_INFINITY)
    this.#upto = parts.all.map(({ detector }) => hearers[hearerName(detector)]?.upto)
  }

  /** Event time from which the part knows all; `-Infinity` where it knows all history. */
  of({ index }: RunningPart): Instant {
    return this.#from[index]!
  }

  /**
   * Whether the part knows from the record what is told here. Who does not number what it tells is of a release that had ended
   * before the record was heard.
   */
  knows({ index }: RunningPart, { from, batch = Number.NEGATIVE_INFINITY }: Sent): boolean {
    const upto = this.#upto[index]?.[from]
    return upto !== undefined && batch <= upto
  }

  /** Something was told to another version of the part, which this one has missed. */
  missed({ detector }: RunningPart, at: Instant): void {
    const missing = this.#parts.all.filter((part) => part.detector === detector && at >= this.#from[part.index]!)
    if (missing.length === 0) return
    const [from, name] = [fromAfter(at), hearerName(detector)]
    for (const { index } of missing) this.#from[index] = from
    const hearers = hearersIn(this.#memory) ?? {}
    const { since, upto } = hearers[name] ?? { since: 0 }
    this.#memory.set(...hearersChange({ ...hearers, [name]: { since, isWarm: false, from, upto } }))
  }
}
