import type { Fen } from '../../schemas/money.ts'
import { type Day, formatDay, type Instant, MINUTE } from '../../schemas/time.ts'
import type { Told } from '../detector.ts'

/** One settlement that was taken back on the day. `id` and `at` are the settlement's. */
export interface Voided {
  readonly id: string
  readonly at: Instant
  readonly voided: Instant
  readonly psn_no: string
  readonly opter: string
  readonly fund: Fen
  readonly admdvs: string
}

/** The day of one institution: what was settled and remains, and what was taken back. */
export interface InstitutionDay {
  readonly day: Day
  settled: number
  readonly voids: Voided[]
  /** Systems failed on the day: many institutions of the region took back as much. */
  outage?: true
}

/** How the day of an institution was that was busy enough to take back many. */
export interface Closed {
  readonly region: string
  readonly often: boolean
}

export interface Evidence {
  readonly day: string
  readonly fixmedins_code: string
  readonly settlements: number
  readonly voids: number
  /** Per cent of the day's settlements; `null` where the share is ordinary. */
  readonly rate: number | null
  readonly repeated: readonly { readonly psn_no: string; readonly voids: number }[]
  /** Days after which the latest was taken back; `null` where none was late. */
  readonly late_days: number | null
  readonly list: readonly {
    readonly setl_id: string
    readonly setl_time: string
    readonly void_time: string
    readonly hours: number
    readonly opter: string
  }[]
  readonly voided_fund: number
}

export interface Params {
  readonly rate: number
  readonly voids: number
  readonly person_voids: number
  readonly late_days: number
  readonly outage_share: number
  readonly outage_institutions: number
}

export const [CLOSED, OUTAGE] = ['ANO-15/closed', 'ANO-15/outage'] as [string, string]
/** So long after its end a day is over. */
export const CLOSES = 10 * MINUTE

export function told(topic: string, of: string, day: Day, at: Instant, values: unknown): Told {
  return { kind: 'told', topic, of, period: formatDay(day), at, admdvs: '', values }
}
