import type { Fen } from '../../schemas/money.ts'
import type { Instant } from '../../schemas/time.ts'
import type { Entry } from '../kit/parts/window.ts'
import { endOfMonth, monthsAfter } from '../kit/plain/calendar.ts'
import type { PackedUse } from './pol-18.procured.ts'

/** One procurement group in one institution's month. */
export interface Group {
  /** Ten-thousandths of units. */
  selected: number
  others: number
  /** In-policy amount of what was not selected. */
  amount: Fen
  /** Units of each product that was not selected. */
  readonly products: Record<string, number>
  /** Lines with a selected product above its price, and by how much. */
  overpriced: number
  excess: Fen
  readonly otherHits: Entry[]
  readonly overpricedHits: Entry[]
  /** Something holds of it. */
  held: boolean
}

/** It owns its memory and changes it in place. */
export interface Month {
  admdvs: string
  readonly groups: Record<string, Group>
}

export interface Evidence {
  readonly month: string
  readonly group: string
  readonly selected_units: number
  readonly other_units: number
  readonly other_share: number
  /** What was used instead, most first. */
  readonly other_products: readonly { readonly med_list_codg: string; readonly units: number }[]
  readonly overpriced_lines: number
  readonly overpriced_amt: number
  /** What the institution has agreed to use in the period of the contract; `null` where nothing is agreed. */
  readonly agreed_qty: number | null
  readonly vola_amt: number
}

export interface Params {
  readonly share: number
  readonly high_share: number
  readonly min_units: number
  readonly price_tolerance: number
}

export const COUNTED = 'POL-18/counted'

/** A settlement counts as something else than before, whatever rows say now: it was taken back, or another bill takes some of it back. */
export interface Recounted {
  readonly settlement: Entry
  readonly was: readonly PackedUse[]
  readonly now: readonly PackedUse[]
}

/** So long a month can still be judged anew: voids come late. */
const MONTHS_KEPT = 14

export function keptUntil(month: string): Instant {
  return endOfMonth(monthsAfter(month, MONTHS_KEPT))
}
