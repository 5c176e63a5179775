import type { Fen, MicroYuan } from '../../schemas/money.ts'
import type { Site } from '../kit/bills/finding.ts'
import type { Entry } from '../kit/parts/window.ts'

/** A sale whose day has not begun for everybody. */
export interface Sold extends Entry, Site {
  readonly feedetl_sn: string
  /** Of a package. */
  readonly price: MicroYuan
  /** Packages. */
  readonly cnt: number
  readonly inscp: Fen
  readonly pack_units: number
}

export type Verdict = { readonly against: 'median' | 'spread' | 'own'; readonly usual: MicroYuan }

/** A sale whose price is out of the ordinary. */
export interface Hit extends Entry, Site, Verdict {
  readonly feedetl_sn: string
  readonly price: MicroYuan
  readonly vola_amt: Fen
}

export interface Evidence {
  readonly med_list_codg: string
  readonly name: string
  readonly region: string
  readonly hits: readonly {
    readonly setl_id: string
    readonly setl_time: string
    readonly fixmedins_code: string
    readonly price: number
    readonly usual: number
    readonly against: string
  }[]
  readonly lines: number
  readonly institutions: number
  readonly highest: number
  readonly usual: number
  readonly vola_amt: number
}

export interface Params {
  readonly median_factor: number
  readonly iqrs: number
  readonly spread_factor: number
  readonly region_lines: number
  readonly own_factor: number
  readonly own_lines: number
  readonly baseline_days: number
}

export const DAY_TOPIC = 'ANO-11/day'

/** At the beginning of a day the fourth day before it is the last one that is built. */
export const DAYS_UNTIL_BUILT = 4
