import type { Day } from '../../schemas/time.ts'

/**
 * What an institution usually settles in each hour of the week: exponentially weighted means over about 90 days, built from
 * days that are over for good. A day is compared with what was built at its beginning.
 */
export interface HourProfile {
  /** First day that is known; 0 before any. */
  readonly first: Day
  /** The day that time has reached; 0 before any. */
  readonly newest: Day
  /** 168 means, hour 0 of a Thursday first; -1 where no such hour has been seen. */
  readonly means: number[]
  /** Counts of the days that are not part of the means yet. */
  readonly days: Record<string, number[]>
  /** What is expected in each hour of the newest two days; absent before the warm-up is over. */
  readonly expected: Record<string, number[]>
}

const HOURS = 24
const WEEK = 7
/** At the beginning of a day the fourth day before it is the last one that is built. */
const DAYS_UNTIL_BUILT = 4
/** 2 / (n + 1) for the thirteen weeks of 90 days. */
const WEIGHT = 1 / 7

export function newProfile(): HourProfile {
  return { first: 0, newest: 0, means: new Array(WEEK * HOURS).fill(-1), days: {}, expected: {} }
}

const noHours = () => new Array<number>(HOURS).fill(0)
const two = (value: number) => Math.round(value * 100) / 100

/** Counts one more settlement; the profile is changed in place. */
export function countedHour(profile: HourProfile, day: Day, hour: number): HourProfile {
  profile.days[day] ??= noHours()
  profile.days[day]![hour]!++
  return profile.first === 0 || day < profile.first ? { ...profile, first: day } : profile
}

/**
 * Time has reached a day everywhere: days that are over for good become part of the means, and what is expected of this day
 * and the one before, of which something may still come, is known for good.
 */
export function advanced(profile: HourProfile, today: Day, warmUpDays: number): HourProfile {
  let grown = profile
  if (grown.first === 0) return grown
  // Before the first day there is nothing to build.
  if (grown.newest < grown.first) grown = { ...grown, newest: Math.min(grown.first, today) }
  while (grown.newest < today) grown = nextDay(grown, warmUpDays)
  return grown
}

/** Takes a settlement back, unless its day is part of the means. */
export function uncountedHour(profile: HourProfile, day: Day, hour: number): HourProfile {
  const hours = profile.days[day]
  if (!hours) return profile
  hours[hour]!--
  if (hours.some((count) => count > 0)) return profile
  delete profile.days[day]
  if (profile.first !== day) return profile
  const days = Object.keys(profile.days).map(Number)
  return { ...profile, first: days.length === 0 ? 0 : Math.min(...days) }
}

function nextDay(profile: HourProfile, warmUpDays: number): HourProfile {
  const day = profile.newest + 1
  const built = day - DAYS_UNTIL_BUILT
  if (built >= profile.first) fold(profile, built)
  delete profile.expected[day - 2]
  if (day - profile.first >= warmUpDays) {
    const from = (day % WEEK) * HOURS
    profile.expected[day] = profile.means.slice(from, from + HOURS).map((mean) => Math.max(0, mean))
  }
  return { ...profile, newest: day }
}

function fold({ means, days }: HourProfile, day: Day): void {
  const hours = days[day] ?? noHours()
  delete days[day]
  hours.forEach((count, hour) => {
    const at = (day % WEEK) * HOURS + hour
    const mean = means[at]!
    means[at] = two(mean < 0 ? count : mean + (count - mean) * WEIGHT)
  })
}
