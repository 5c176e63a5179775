import type { Fen } from '../../schemas/money.ts'
import type { Instant } from '../../schemas/time.ts'
import type { Quantity } from '../kit/bills/taken-back.ts'
import type { Remembered } from '../kit/parts/remembered.ts'

/** What a line is, in as far as the rule knows impossible numbers of it. */
export const TAGS = ['hemodialysis', 'crrt', 'perfusion', 'infusion', 'physio', 'anaesthesia'] as const
export type Tag = (typeof TAGS)[number]
export interface Line {
  readonly sn: string
  readonly code: string
  readonly tags: readonly Tag[]
  /** Charged by the hour. */
  readonly hourly: boolean
  /** Of a ward that posts a week's charges on one day. */
  readonly weekly: boolean
  readonly at: Instant
  readonly cnt: number
  readonly inscp: Fen
}

interface Operation {
  readonly code: string
  readonly from: Instant
  readonly to: Instant
}

/** A settlement, or a discharge, which tells when a stay ended. */
export interface Told extends Remembered {
  readonly visit: string
  /** End of the stay, where this tells it. */
  readonly end: Instant | null
  /** Of two discharges the one that was ingested later is right; settlements tell less than any discharge. */
  readonly rank: number
  readonly lines: readonly Line[]
  /** Of what earlier bills of the visit charged. */
  readonly back: readonly Quantity[]
  readonly operations: readonly Operation[]
}

export type Kind =
  | 'dialysis_day'
  | 'dialysis_month'
  | 'hours'
  | 'dialysis_beside'
  | 'infusions'
  | 'after_discharge'
  | 'physio'
  | 'anaesthesia'

export interface Fault {
  readonly kind: Kind
  readonly name: string
  /** Times, hours, groups or parts. */
  readonly total: number
  readonly limit: number
}

export interface Evidence {
  /** The day; the month where dialyses of a month are counted. */
  readonly period: string
  readonly faults: readonly Fault[]
  /** What was charged of it, line by line. */
  readonly lines: readonly {
    readonly setl_id: string
    readonly feedetl_sn: string
    readonly med_list_codg: string
    readonly cnt: number
  }[]
  readonly vola_amt: number
}

export interface Params {
  readonly dialyses_a_day: number
  readonly dialyses_a_month: number
  readonly hours_a_day: number
  readonly infusions_a_day: number
  readonly physio_parts_a_day: number
}

export function has(tag: Tag): (line: Line) => boolean {
  return ({ tags }) => tags.includes(tag)
}
