import type { Alert, AlertWorkflow } from '../../../schemas/alert.ts'
import type { Work } from '../../../schemas/workflow.ts'

interface Revision {
  readonly revision: number
  readonly status: Alert['status']
  readonly severity: number
  readonly vola_amt: number
  readonly count: number
  readonly detected_at: string
}

/** An alert as `GET /alerts/{id}` answers it; `work` where the installation has the workflow. */
export type WholeAlert = Alert &
  Pick<AlertWorkflow, 'state' | 'state_version' | 'owner'> & {
    readonly revisions: readonly Revision[]
    readonly work?: Work
  }
