import type { Fen } from '../../../schemas/money.ts'

/** What each bureau settles for itself. */
export interface WorkflowSettings {
  /** From this amount on a case may be filed without an article of fraud. */
  readonly criminalThreshold: Fen
  /** Detectors whose definite findings are refused without a first review. */
  readonly autoRefuse: readonly string[]
}
export const WORKFLOW_DEFAULTS: WorkflowSettings = { criminalThreshold: 10_000_00, autoRefuse: [] }
