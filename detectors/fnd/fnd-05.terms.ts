import type { Fen } from '../../schemas/money.ts'
import type { Day } from '../../schemas/time.ts'

/** What a hospital's day counts, by place in its row. */
export const COLUMNS = [
  'admitted',
  'aged',
  'old',
  'discharged',
  'sent_away',
  'back_elsewhere',
  'weighed',
  'weight',
  'complaints',
] as const
export type Column = (typeof COLUMNS)[number]
export type Counts = Partial<Record<Column, number>>

/** What of a stay changed for a hospital's days. */
export type Change = readonly [day: Day, column: Column, change: number, insutype: string]

export interface Signal {
  readonly name: 'admissions' | 'severity' | 'sent_away' | 'back_elsewhere' | 'complaints'
  readonly before: number
  readonly after: number
}

/** The first day on which a quota of the month was nearly spent. */
export interface Reached {
  readonly day: Day
  /** Whose quota it is; empty where it is for all insurance types. */
  readonly insutype: string
  readonly quota: Fen
}

export interface Evidence {
  readonly fixmedins_code: string
  readonly month: string
  /** Whose budget it is: the institution's own, or that of its medical community. */
  readonly owner: string
  /** Of which insurance type; empty where it is for all. */
  readonly insutype: string
  readonly quota: number
  /** The day on which the budget was spent to this share. */
  readonly reached_on: string
  readonly burn: number
  readonly before_days: number
  readonly after_days: number
  readonly signals: readonly Signal[]
}

export interface Params {
  readonly burn: number
  readonly baseline_days: number
  readonly known_days: number
  readonly after_days: number
  readonly admissions: number
  readonly severity: number
  readonly factor: number
  readonly old_years: number
  readonly back_days: number
  readonly least_expected: number
  readonly least_cases: number
  readonly least_signals: number
}

export const TOPIC = 'FND-05/stays'

/** What the institution of a medical community was paid, or gave back, at the cost of the common budget. */
export interface Payment {
  readonly member: string
  readonly insutype: string
  readonly day: Day
  readonly fund: Fen
}

export const PAYMENT = 'FND-05/payment'

/** When the common budget of the month was nearly spent; `null` where it was not. */
export interface OfCommunity {
  readonly owner: string
  readonly reached: Reached | null
}

export const REACHED = 'FND-05/reached'
