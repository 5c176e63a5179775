import type { Alert } from '../../../schemas/alert.ts'
import type { AlertGroup, DayVolume, Grouping } from '../../../schemas/alert-group.ts'
import type { AlertFilter, Counts } from '../../../schemas/wire.ts'
import type { Scope } from '../access/caller.ts'
import type { State } from '../workflow/machine/situation.ts'

/** What is sought: the filter of the socket, and states of the workflow. */
export interface Sought extends AlertFilter {
  readonly state?: readonly State[]
}

export const SORTS = [
  'seq',
  '-seq',
  'event_time',
  '-event_time',
  'detected_at',
  '-detected_at',
  'vola_amt',
  '-vola_amt',
  'severity',
  '-severity',
  'risk_score',
  '-risk_score',
] as const
export type Sort = (typeof SORTS)[number]

export interface AlertQuery {
  readonly filter: Sought
  /** First and last day (`yyyy-MM-dd`, Asia/Shanghai) of the event, both included. */
  readonly from?: string
  readonly to?: string
  /** Text sought in the title, or an exact id: of the alert, detector, institution, settlement, or of a subject that is no person. */
  readonly q?: string
  /** Only what concerns this: alerts on it, and for a settlement, person or institution also those that name it. */
  readonly about?: { readonly type: string; readonly id: string }
  /** Also what is told within another alert; by default it is. */
  readonly children?: boolean
  readonly sort: Sort
  readonly cursor?: string
  readonly limit: number
  /** Also count all that match. */
  readonly total?: boolean
}

export interface Page<T> {
  readonly rows: readonly T[]
  readonly next: string | null
  readonly total?: { readonly value: number; readonly exact: boolean }
}

/** One line of an alert's history. */
export interface Revision {
  readonly revision: number
  readonly seq: number
  readonly status: Alert['status']
  readonly retract_reason: string
  readonly severity: number
  /** Yuan. */
  readonly vola_amt: number
  readonly count: number
  readonly detected_at: string
}

/** Alerts as they are stored, unmasked, confined to regions. */
export interface AlertReader {
  /** @throws Problem `CURSOR_INVALID` */
  list(scope: Scope, query: AlertQuery): Promise<Page<Alert>>
  one(scope: Scope, alertId: string): Promise<Alert | undefined>
  /** Open alerts of the same subject, newest first. */
  ofSubject(scope: Scope, subject: Pick<Alert, 'subject_type' | 'subject_id'>, limit: number): Promise<Alert[]>
  /** What each alert may recover, yuan, after others have claimed their part (contract, section 2, "Money"). */
  recoverable(alertIds: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** Newest first, at most 200. */
  revisions(alertId: string): Promise<Revision[]>
  /** Open alerts that pass the filter. */
  counts(scope: Scope, filter: AlertFilter): Promise<Counts>
  /** The largest groups of open alerts that pass the filter, exactly counted. */
  groups(scope: Scope, filter: AlertFilter, by: Grouping, limit: number): Promise<AlertGroup[]>
  /** The last days on which something happened that passes the filter, the latest first. */
  days(scope: Scope, filter: AlertFilter, limit: number): Promise<DayVolume[]>
}
