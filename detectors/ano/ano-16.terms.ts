import { DAY, type Day, dayOf, parseDay } from '../../schemas/time.ts'
import type { Context, Visit } from '../detector.ts'
import { yearOf } from '../kit/plain/calendar.ts'

export interface Evidence {
  readonly year: string
  readonly subject: string
  readonly clause: 'cap' | 'rush' | 'threshold'
  /**
   * Fund of the person's year and its cap; what the pharmacy sold in the last days and what such days usually bring; what
   * the fund paid for settlements below the threshold, and the threshold.
   */
  readonly amount: number
  readonly limit: number
  /** Per cent of the cap; times the usual; times as many below the threshold as above. */
  readonly ratio: number
  readonly settlements: number
  /** Those just above the threshold; `null` where it is not about one. */
  readonly settlements_above: number | null
  readonly vola_amt: number
}

export interface Params {
  readonly cap_from: number
  readonly cap_last_days: number
  readonly cap_settlements: number
  readonly rush_days: number
  readonly rush_factor: number
  readonly rush_known_days: number
  readonly threshold_yuan: number
  readonly threshold_width: number
  readonly threshold_factor: number
  readonly threshold_settlements: number
}

/** A year is remembered so long beyond its end. */
export const KEPT = 60 * DAY

export const lastDayOf = (year: string): Day => parseDay(`${year}-12-31`)
export const yearIn = ({ setl_time }: Visit) => yearOf(dayOf(setl_time))
export const ratioOf = (value: number, whole: number) => Math.round((value / whole) * 100) / 100

/** A baseline of a year is none where the year's beginning is not known. */
export function isKnownFrom(day: Day, { history_from }: Context<Params>): boolean {
  return dayOf(history_from) <= day
}
