import { type Day, formatDay, type Instant, parseDay, startOfDay } from '../../../schemas/time.ts'
import type { ReferenceView } from '../../reference.ts'

/** Months are few and asked for with every event: each is written once. */
const months = new Map<Day, string>()
const firsts = new Map<string, Day>()
const ends = new Map<string, Instant>()
const MOST_KNOWN = 50_000

/** `yyyy-MM` and `yyyy` of a day. */
export function monthOf(day: Day): string {
  let month = months.get(day)
  if (month === undefined) {
    month = formatDay(day).slice(0, 7)
    if (months.size >= MOST_KNOWN) months.clear()
    months.set(day, month)
  }
  return month
}

export function yearOf(day: Day): string {
  return formatDay(day).slice(0, 4)
}

export function firstDayOf(month: string): Day {
  let first = firsts.get(month)
  if (first === undefined) {
    first = parseDay(`${month}-01`)
    if (firsts.size >= MOST_KNOWN) firsts.clear()
    firsts.set(month, first)
  }
  return first
}

/** The month so many months after; negative: before. */
export function monthsAfter(month: string, months: number): string {
  const index = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + months
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`
}

/** The first day after a month. */
export function dayAfterMonth(month: string): Day {
  return firstDayOf(monthsAfter(month, 1))
}

/** The instant at which the month is over. */
export function endOfMonth(month: string): Instant {
  let end = ends.get(month)
  if (end === undefined) {
    end = startOfDay(dayAfterMonth(month))
    if (ends.size >= MOST_KNOWN) ends.clear()
    ends.set(month, end)
  }
  return end
}

/** As the calendar says, and where it says nothing Monday to Friday. */
export function isWorkday(day: Day, reference: ReferenceView): boolean {
  const row = reference.find('calendar', formatDay(day), startOfDay(day))?.row
  // 1970-01-01 was a Thursday.
  return row?.workday ?? (day + 3) % 7 < 5
}
