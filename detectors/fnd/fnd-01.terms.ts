import type { Fen } from '../../schemas/money.ts'

/** What the fund paid for one settlement, told to whose budget it burdens. */
export interface Payment {
  readonly setl_id: string
  readonly fixmedins_code: string
  readonly insutype: string
  /** Negative where the settlement was reversed. */
  readonly fund: Fen
  readonly reversed: boolean
}

export interface Evidence {
  readonly owner: string
  readonly period: string
  /** `''`: all insurance types together. */
  readonly insutype: string
  readonly quota: number
  readonly fund: number
  readonly burn: number
  /** The share of the quota that was reached; `null` where only the projection exceeds its limit. */
  readonly level: number | null
  readonly reached_on: string
  /** Share of the period's workdays until then. */
  readonly elapsed: number
  readonly projected: number
  readonly deferred_amt: number
  /** Burn at the end of each day with payments; of a year at the end of each month. */
  readonly curve: readonly { readonly until: string; readonly burn: number }[]
  readonly institutions: readonly { readonly fixmedins_code: string; readonly fund: number }[]
  /** Other quotas of the period that have come to a limit. */
  readonly other_quotas: readonly {
    readonly insutype: string
    readonly quota: number
    readonly fund: number
    readonly burn: number
    readonly deferred_amt: number
  }[]
}

export interface Params {
  readonly notice_share: number
  readonly warning_share: number
  readonly full_share: number
  readonly projected_share: number
  readonly projection_elapsed: number
}

export const TOPIC = 'FND-01/payment'
