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
  readonly #skipped = new Map<RunningPart, Partial<Record<SkipReason, number>>>()

  constructor(parts: Parts) {
    this.#parts = parts
    this.#judged = new Float64Array(parts.all.length)
  }

  count(part: RunningPart, skipped: SkipReason | undefined): void {
    if (skipped) this.skip(part, skipped)
    else this.#judged[part.index]!++
  }

  skip(part: RunningPart, reason: SkipReason): void {
    const reasons = this.#skipped.get(part) ?? {}
    reasons[reason] = (reasons[reason] ?? 0) + 1
    this.#skipped.set(part, reasons)
  }

  /** The counts since the last call. */
  take(): Judgement[] {
    const taken = this.#parts.all.map((running) => ({
      detector_id: running.detector.id,
      part: running.part.name,
      judged: this.#judged[running.index]!,
      skipped: this.#skipped.get(running) ?? {},
    }))
    this.#judged.fill(0)
    this.#skipped.clear()
    return taken.filter(({ judged, skipped }) => judged > 0 || Object.keys(skipped).length > 0)
  }
}
