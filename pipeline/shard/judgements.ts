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
  readonly #judged = new Map<RunningPart, number>()
  readonly #skipped = new Map<RunningPart, Partial<Record<SkipReason, number>>>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  count(part: RunningPart, skipped: SkipReason | undefined): void {
    if (skipped) this.skip(part, skipped)
    else this.#judged.set(part, (this.#judged.get(part) ?? 0) + 1)
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
      judged: this.#judged.get(running) ?? 0,
      skipped: this.#skipped.get(running) ?? {},
    }))
    this.#judged.clear()
    this.#skipped.clear()
    return taken.filter(({ judged, skipped }) => judged > 0 || Object.keys(skipped).length > 0)
  }
}
