import type { SkipReason } from '../../schemas/errors.ts'
import type { Parts, RunningPart } from './parts.ts'

/** How many events a detector judged in a batch, and how many it could not judge, by reason. */
export interface Judgement {
  readonly detector_id: string
  readonly part: string
  readonly judged: number
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>
}

/** Counts every event against every part that listens to it: the proof that nothing was passed over. */
export class Judgements {
  readonly #parts: Parts
  /** By the part's index. */
  readonly #judged: Float64Array
  /** For each reason, by the part's index. */
  readonly #skipped = new Map<SkipReason, Float64Array>()

  constructor(parts: Parts) {
    this.#parts = parts
    this.#judged = new Float64Array(parts.all.length)
  }

  count(part: RunningPart, skipped: SkipReason | undefined): void {
    if (skipped) this.skip(part, skipped)
    else this.#judged[part.index]!++
  }

  skip(part: RunningPart, reason: SkipReason): void {
    let counts = this.#skipped.get(reason)
    if (!counts) {
      counts = new Float64Array(this.#judged.length)
      this.#skipped.set(reason, counts)
    }
    counts[part.index]!++
  }

  /** The counts since the last call. */
  take(): Judgement[] {
    const reasons = [...this.#skipped]
    const taken = this.#parts.all.map(({ index, detector, part }) => ({
      detector_id: detector.id,
      part: part.name,
      judged: this.#judged[index]!,
      skipped: Object.fromEntries(reasons.flatMap(([reason, counts]) => (counts[index]! > 0 ? [[reason, counts[index]!]] : []))),
    }))
    this.#judged.fill(0)
    this.#skipped.clear()
    return taken.filter(({ judged, skipped }) => judged > 0 || Object.keys(skipped).length > 0)
  }
}
