import type { Rhythm } from './ano-03.swipes.ts'

export interface Evidence {
  readonly day: string
  readonly fixmedins_code: string
  readonly terminals: number
  readonly bursts: readonly {
    readonly from: string
    readonly to: string
    readonly settlements: number
    readonly persons: number
    readonly median_gap_seconds: number
    readonly mean_lines: number
    /** The burst of the same persons before this one. */
    readonly repeats: { readonly from: string; readonly common_persons: number; readonly similarity: number } | null
  }[]
  readonly swipes: readonly {
    readonly setl_id: string
    readonly setl_time: string
    readonly psn_no: string
    readonly lines: number
  }[]
  readonly settlements: number
  readonly vola_amt: number
}

export interface Params extends Rhythm {
  readonly group_persons: number
  readonly group_similarity: number
  readonly group_days: number
  readonly operator_persons: number
  readonly posting_hours: number
}
