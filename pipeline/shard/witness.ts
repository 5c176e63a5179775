import type { Heard, Step } from '../../detectors/detector.ts'
import type { Instant } from '../../schemas/time.ts'
import type { RunningPart } from './parts.ts'
import type { Slot } from './record.ts'

/** What makes a part take a step. */
export interface Occasion {
  readonly running: RunningPart
  /** Event time of what is heard, of the reversal, or of the verdict. */
  readonly at: Instant
  /** Absent: a verdict that has waited. */
  readonly heard?: Heard
  /** What was heard before is taken back. */
  readonly back?: true
  /** Where its memory lies; absent of parts without. */
  readonly slot?: Slot
}

/** Looks on while parts take their steps, one after the other, and changes nothing. */
export interface Witness {
  /** Asked before the step: memory that a step owns may be changed by it in place. */
  before(occasion: Occasion): void
  /** What this step has left. */
  after(step: Step<unknown>): void
}
