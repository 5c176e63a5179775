export interface Journey {
  readonly from: string
  readonly to: string
  readonly setl_id: string
  readonly setl_time: string
  readonly minutes: number
  readonly distance_km: number
}

export interface Evidence {
  readonly dr_code: string
  readonly day: string
  readonly institutions: readonly string[]
  readonly first: string
  readonly last: string
  /** Visits in each hour of the day. */
  readonly hours: readonly number[]
  readonly visits: number
  /** The limit that the visits exceed, `null` where they do not. */
  readonly limit: number | null
  /** Hours between the first and the last visit, `null` where nobody need wonder. */
  readonly span_hours: number | null
  readonly journeys: readonly Journey[]
  /** What was issued while the doctor stood at the table. */
  readonly operating: readonly {
    readonly operation_setl_id: string
    readonly oprn_begntime: string
    readonly oprn_endtime: string
    readonly setl_id: string
    readonly setl_time: string
  }[]
  /** The doctor's own days before, where the visits are far above them. */
  readonly own: { readonly days: number; readonly mean: number; readonly sigma: number } | null
  readonly vola_amt: number
}

export interface Params {
  readonly visits: number
  readonly tcm_visits: number
  readonly span_hours: number
  readonly span_visits: number
  readonly places_km: number
  readonly places_minutes: number
  readonly posting_hours: number
  readonly operation_hours: number
  readonly sigmas: number
  readonly own_visits: number
  readonly own_days: number
  readonly own_known_days: number
}
