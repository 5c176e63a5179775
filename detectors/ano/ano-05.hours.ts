import { DAY, type Day, dayOf, HOUR, type Instant, MINUTE, SECOND, startOfDay } from '../../schemas/time.ts'
import type { Context, Form, Step } from '../detector.ts'
import { isSpread } from '../kit/care/served-before.ts'
import { packTime, unpackTime } from '../kit/parts/packed.ts'
import { NOTHING_HOLDS } from '../kit/parts/window.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import { type Evidence, FORM, findingOn, type Params, type Settled } from './ano-05.finding.ts'
import type { HourProfile } from './ano-05.hour-profile.ts'

/** A settlement of an hour that is compared. */
interface Rushed extends Settled {
  /** When the person was served, where that is long before. */
  readonly served?: Instant
}

const RUSHED_FORM: Form<Rushed> = {
  pack: ({ served, ...rushed }) => [...(FORM.pack(rushed) as unknown[]), ...(served === undefined ? [] : [packTime(served)])],
  unpack: (packed) => ({ ...FORM.unpack(packed), ...(packed.length > 4 && { served: unpackTime(packed[4]) }) }),
}

/** People who are served over more than this do not come at once. */
const SPREAD_MINUTES = 60
const LATENESS = 10 * MINUTE

/** One hour whose settlements are still counted, or exceed what is expected. */
interface BusyHour {
  readonly day: Day
  readonly hour: number
  readonly settlements: Rushed[]
  /** Absent until time has reached the day, and all days before are built with which it is compared. */
  readonly ground?: { readonly expected: number; readonly limit: number }
}

export interface Hours {
  readonly profile: HourProfile
  readonly busy: readonly BusyHour[]
}

export const HOURS_FORM: Form<Hours> = {
  pack: ({ profile, busy }: Hours) => [
    profile,
    ...busy.map(({ day, hour, ground, settlements }) => [day, hour, ground ?? null, settlements.map(RUSHED_FORM.pack)]),
  ],
  unpack: ([profile, ...packed]: [HourProfile, ...[Day, number, BusyHour['ground'] | null, unknown[]][]]) => ({
    profile,
    busy: packed.map(([day, hour, ground, settlements]) => {
      return { day, hour, ...(ground ? { ground } : {}), settlements: settlements.map(RUSHED_FORM.unpack) }
    }),
  }),
}

function grounded(hour: BusyHour, { expected: known }: HourProfile, { hour_settlements, hour_factor }: Params): BusyHour {
  const expected = known[hour.day]?.[hour.hour]
  if (hour.ground || expected === undefined) return hour
  return { ...hour, ground: { expected, limit: Math.max(hour_settlements, hour_factor * expected + hour_settlements) } }
}

/**
 * Who came in the hour. A village clinic that settles its day in one evening, or a counter that was offline, settles at once
 * whom it has served over hours: they came then.
 */
function cameIn(settlements: readonly Rushed[]): readonly Rushed[] {
  const served = settlements.flatMap((rushed) => rushed.served ?? [])
  return isSpread(served, SPREAD_MINUTES) ? settlements.filter((rushed) => rushed.served === undefined) : settlements
}

/** What holds now; hours that are over and ordinary, or cannot be compared, are forgotten. */
export function hoursStep({ profile, busy }: Hours, context: Context<Params>): Step<Hours, Evidence> {
  const reached = dayOf(context.watermark)
  const isBusy = ({ settlements, ground }: BusyHour) => ground !== undefined && settlements.length > ground.limit
  const isOpen = ({ day, hour, settlements, ground }: BusyHour) => {
    if (settlements.length === 0) return false
    return ground ? startOfDay(day) + (hour + 1) * HOUR > context.watermark - LATENESS : day > reached
  }
  const kept = busy.map((hour) => grounded(hour, profile, context.params)).filter((hour) => isBusy(hour) || isOpen(hour))
  const waiting = kept.filter(({ ground }) => !ground)
  const wakeAt = waiting.length > 0 ? Math.min(...waiting.map(({ day }) => startOfDay(day))) + SECOND : undefined
  const step = { state: { profile, busy: kept }, wakeAt, forgetAt: forgetAt(profile) }
  // Without one that is voided the others may have been served at one moment: an hour that is excused is kept too.
  const exceeding = kept.filter(({ settlements, ground }) => ground !== undefined && cameIn(settlements).length > ground.limit)
  if (exceeding.length === 0) return { holds: NOTHING_HOLDS, ...step }
  const holds = [...groupBy(exceeding, ({ day }) => day)].map(([day, hours]) => {
    const limits = hours.map(({ hour, ground }) => ({ hour, ...ground! })).sort((a, b) => a.hour - b.hour)
    const within = hours.flatMap(({ settlements }) => cameIn(settlements))
    return findingOn(context.root, day, within, { clause: 'hour', open_hours: '', limits })
  })
  return { holds, ...step }
}

function forgetAt({ first, newest }: HourProfile): number {
  return (Math.max(first, newest) + 90) * DAY
}
