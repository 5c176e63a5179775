import type { Alert } from '../../schemas/alert.ts'
import type { Changes } from '../memory/key-value.ts'
import type { Guarded } from './guard.ts'
import type { Tally } from './intake.ts'
import type { Judgement } from './judgements.ts'
import type { Outgoing } from './outbox.ts'

/** What became of the events of one batch, and who judged them. */
export interface Account extends Tally {
  readonly judgements: readonly Judgement[]
}

/** What batches came to: the memory to be committed once everything is stored, and what else is to be stored. */
export interface Sealed {
  readonly changes: Changes
  readonly alerts: readonly Alert[]
  /** Of verdicts that have fallen due only since the last batch was taken. */
  readonly judgements: readonly Judgement[]
  /** Detectors that were moved to shadow because of their budget. */
  readonly guarded: readonly Guarded[]
  /** For other slices; part of the changes until they are sent. */
  readonly parcels: readonly Outgoing[]
}

/** Of one batch all there is to say. */
export interface Outcome extends Account, Sealed {}
