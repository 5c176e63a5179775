import { DAY, type Day, dayOf, type Instant, startOfDay } from '../../../schemas/time.ts'

/** Days of which the `calendar` reference table says whether they are worked; all others by the day of the week. */
export type WorkdayCalendar = ReadonlyMap<Day, boolean>

/** 1970-01-01 was a Thursday. */
const THURSDAY = 4

function isWorkday(day: Day, calendar: WorkdayCalendar): boolean {
  const weekday = (((day + THURSDAY) % 7) + 7) % 7
  return calendar.get(day) ?? (weekday !== 0 && weekday !== 6)
}

/** The end of the n-th working day after the day of `from`: the day on which a term begins does not count. */
export function afterWorkdays(from: Instant, n: number, calendar: WorkdayCalendar): Instant {
  let day = dayOf(from)
  for (let left = n; left > 0; ) if (isWorkday(++day, calendar)) left--
  return startOfDay(day) + DAY
}
