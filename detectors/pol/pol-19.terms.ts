import type { Fen } from '../../schemas/money.ts'
import type { Day } from '../../schemas/time.ts'
import type { Entry } from '../kit/parts/window.ts'

export interface Missing {
  readonly sn: string
  readonly code: string
  readonly expected: number
  readonly received: number
  readonly amount: Fen
}

/** One settlement with at least one line that lacks codes. */
export interface Hit extends Entry {
  readonly admdvs: string
  readonly lines: readonly Missing[]
}

/** One institution's day. It owns its memory and changes it in place. */
export interface InstitutionDay {
  readonly day: Day
  /** Drug lines that need codes. */
  drugs: number
  /** Settlements that lack some, their lines, and the amount of these: all of them, of which only the first are named. */
  settlements: number
  lines: number
  amount: Fen
  readonly hits: Hit[]
}

export interface Evidence {
  readonly day: string
  readonly missing_lines: number
  readonly settlements: number
  /** Drug lines of the day that need codes, and the share that lacks them; `null` until the day is over. */
  readonly drug_lines: number | null
  readonly missing_share: number | null
  readonly lines: readonly {
    readonly setl_id: string
    readonly feedetl_sn: string
    readonly med_list_codg: string
    readonly codes_expected: number
    readonly codes_received: number
  }[]
  readonly vola_amt: number
}

export interface Params {
  readonly required: boolean
  readonly share: number
}
