import type { Fen } from '../../schemas/money.ts'
import type { Day, Instant } from '../../schemas/time.ts'
import type { Entry } from '../kit/parts/window.ts'
import type { Written } from '../kit/parts/written.ts'

export interface Settled extends Entry {
  readonly begntime: Instant
  readonly endtime: Instant
  readonly mid: boolean
  readonly fund: Fen
}

/** What is known of one stay; times are 0 while unknown. */
export interface Stay extends Written {
  readonly visit: string
  began: Instant
  ended: Instant
  /** Of the discharge: a later one corrects it. */
  ingested: Instant
  settled: readonly Settled[]
}

export interface Ward {
  /** By their visits. */
  readonly stays: Map<string, Stay>
  /** Beds on each day that has been judged and still matters. */
  readonly beds: Record<string, number>
  judged: Day
  /** Stays are told by their settlements alone: days long over may still turn out to have been too full. */
  unannounced: boolean
  /** Where the institution lies, as known when it was first heard of. */
  admdvs: string
}

export interface Evidence {
  readonly fixmedins_code: string
  readonly beds: number
  readonly limit: number
  readonly days: readonly { readonly day: string; readonly inpatients: number }[]
  readonly day_count: number
  readonly peak: number
  readonly vola_amt: number
}

export interface Params {
  readonly occupancy: number
  readonly days: number
}
