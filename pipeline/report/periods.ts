import { type Day, dayOf, formatDay, type Instant, parseDay, startOfDay } from '../../schemas/time.ts'

/** Whole days; `until` is the first day after. */
export interface Period {
  readonly from: Day
  readonly until: Day
}

/** What a daily summary speaks of, and what it compares with (domain: daily-summary 4.1). */
export const PERIODS = ['day', 'previous_day', 'week_before', 'month_to_date', 'month_last_year'] as const
export type PeriodName = (typeof PERIODS)[number]

export function periodsOf(day: Day): Record<PeriodName, Period> {
  const single = (of: Day) => ({ from: of, until: of + 1 })
  const month_to_date = { from: parseDay(`${formatDay(day).slice(0, 7)}-01`), until: day + 1 }
  return {
    day: single(day),
    previous_day: single(day - 1),
    week_before: single(day - 7),
    month_to_date,
    // As many days of it: a month that has begun says nothing beside one that has ended.
    month_last_year: yearBefore(month_to_date),
  }
}

/** The same days of the year before; a 29 February has none, its last day is the 28th. */
export function yearBefore({ from, until }: Period): Period {
  return { from: dayYearBefore(from), until: dayYearBefore(until - 1) + 1 }
}

function dayYearBefore(day: Day): Day {
  const date = formatDay(day)
  const same = parseDay(`${Number(date.slice(0, 4)) - 1}${date.slice(4)}`)
  return Number.isNaN(same) ? dayYearBefore(day - 1) : same
}

export function instantsOf({ from, until }: Period): { from: Instant; until: Instant } {
  return { from: startOfDay(from), until: startOfDay(until) }
}

/** The days as people read them. */
export function datesOf({ from, until }: Period): { from: string; to: string } {
  return { from: formatDay(from), to: formatDay(until - 1) }
}

/** The day before today: reports are made in the early morning. */
export function yesterday(now: Instant): string {
  return formatDay(dayOf(now) - 1)
}
