import type { Detector, Part } from '../../../detectors/detector.ts'

/** What one detector costs. */
export interface DetectorCost {
  readonly detector: string
  /** CPU time in the detector's own functions and in writing its memory down, microseconds per settlement. */
  readonly us_per_settlement: number
  /** Part of the time of all detectors, percent. */
  readonly share: number
  /** Events that passed `concerns`, per settlement. */
  readonly steps_per_settlement: number
}

// biome-ignore lint/suspicious/noExplicitAny: parts differ in event, memory, evidence and parameters
type AnyPart = Part<any, any, any, any>

/** Stopwatches around detectors: the same detectors, for the same shard. */
export class Stopwatches {
  readonly #milliseconds = new Map<string, number>()
  readonly #steps = new Map<string, number>()

  /** The detector with every function of its parts timed. What reading the clock costs is in the figures, alike for all. */
  around(detector: Detector): Detector {
    const { id } = detector
    this.#milliseconds.set(id, 0)
    this.#steps.set(id, 0)
    return { ...detector, parts: detector.parts.map((part: AnyPart) => this.#timedPart(id, part)) }
  }

  costs(settlements: number): DetectorCost[] {
    const all = [...this.#milliseconds.values()].reduce((sum, one) => sum + one, 0)
    const rows = [...this.#milliseconds].map(([detector, milliseconds]) => ({
      detector,
      us_per_settlement: rounded((milliseconds * 1_000) / settlements),
      share: rounded((100 * milliseconds) / all),
      steps_per_settlement: rounded(this.#steps.get(detector)! / settlements),
    }))
    return rows.sort((a, b) => b.us_per_settlement - a.us_per_settlement)
  }

  #timedPart(id: string, part: AnyPart): AnyPart {
    const timed = <A extends unknown[], R>(work: ((...args: A) => R) | undefined, step = 0) => {
      if (!work) return undefined
      return (...args: A): R => {
        const begun = performance.now()
        const result = work.apply(part, args)
        this.#milliseconds.set(id, this.#milliseconds.get(id)! + performance.now() - begun)
        if (step > 0) this.#steps.set(id, this.#steps.get(id)! + step)
        return result
      }
    }
    const { form } = part
    return {
      ...part,
      concerns: timed(part.concerns),
      onEvent: timed(part.onEvent, 1)!,
      onVoid: timed(part.onVoid),
      onTime: timed(part.onTime),
      form: form && { pack: timed(form.pack)!, unpack: timed(form.unpack)! },
    }
  }
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
