import { type Fen, fenOf } from '../../schemas/money.ts'
import { type Day, dayOf, type Instant, startOfDay } from '../../schemas/time.ts'
import type { Context } from '../detector.ts'
import { firstDayOf, monthOf, monthsAfter } from '../kit/calendar.ts'
import type { ReferenceView } from '../reference.ts'

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
  'fund',
] as const
export type Column = (typeof COLUMNS)[number]
export type Counts = Partial<Record<Column, number>>

/** What of a stay changed for a hospital's days. */
export type Change = readonly [day: Day, column: Column, change: number]

export interface Signal {
  readonly name: 'admissions' | 'severity' | 'sent_away' | 'back_elsewhere' | 'complaints'
  readonly before: number
  readonly after: number
}

export interface Evidence {
  readonly fixmedins_code: string
  readonly month: string
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

export function quotaOf(fixmedins_code: string, at: Instant, reference: ReferenceView): Fen | undefined {
  const quota = reference.find('budget', `${fixmedins_code}:${monthOf(dayOf(at))}`, at)?.row.quota
  return quota ? fenOf(quota) : undefined
}

/** Whether the month has a budget, or one to whose baseline the day belongs: budgets may be known for that month alone. */
export function hasBudgetAhead(fixmedins_code: string, at: Instant, { params, reference }: Context<Params>): boolean {
  if (quotaOf(fixmedins_code, at, reference) !== undefined) return true
  const day = dayOf(at)
  for (let month = monthsAfter(monthOf(day), 1); firstDayOf(month) - day < params.baseline_days; month = monthsAfter(month, 1))
    if (quotaOf(fixmedins_code, startOfDay(firstDayOf(month)), reference) !== undefined) return true
  return false
}
