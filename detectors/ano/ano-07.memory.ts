import { DAY, type Day, dayOf, type Instant, SECOND, startOfDay } from '../../schemas/time.ts'
import type { Context, Step } from '../detector.ts'
import type { Crowd } from './ano-07.admission-crowds.ts'
import { DAYS_AROUND, type Stay } from './ano-07.beds.ts'
import type { Sick } from './ano-07.surges.ts'
import type { Evidence, Params } from './ano-07.terms.ts'

/** A crowd as the institution remembers it. */
export interface KnownCrowd extends Pick<Crowd, 'day' | 'origin' | 'usual'> {
  readonly visits: readonly string[]
  readonly from: Instant
  readonly to: Instant
}

/** What an institution remembers. */
export interface Ward {
  /** By their visits. */
  readonly stays: Map<string, Stay>
  readonly history: Record<string, Record<string, string>>
  readonly sick: Sick
  /** By their first days: categories with a surge of which the county was told. */
  readonly surges: Record<string, readonly string[]>
  crowds: readonly KnownCrowd[]
  /** The day that time had reached when all crowds were last looked for. */
  judged: Day
  /** Latest time of anything that was heard. */
  newest: Instant
  /** Somebody was admitted on a day that time has not reached: to be judged then. */
  waiting: Day
  /** When it was last looked for what can be forgotten. */
  tidied: Day
}

/** Admissions of a day may come three days late. */
const KEPT_DAYS = 5
/** Crowds older than this change no more, but for what is learnt of their stays. */
export const LIVE_DAYS = KEPT_DAYS + DAYS_AROUND

export function emptyWard(): Ward {
  return { stays: new Map(), history: {}, sick: {}, surges: {}, crowds: [], judged: 0, newest: 0, waiting: 0, tidied: 0 }
}

/** Forgets, once a day, whom no crowd needs. */
export function kept(ward: Ward, { watermark, params }: Context<Params>): Step<Ward, Evidence> {
  const today = dayOf(Math.max(0, Math.min(ward.newest, watermark)))
  if (today > ward.tidied) {
    ward.tidied = today
    forgetStays(ward, today)
    const oldest = today - params.baseline_days - 2 * LIVE_DAYS
    for (const ofDays of [ward.history, ward.sick]) {
      for (const day in ofDays) if (Number(day) < oldest) delete ofDays[day]
    }
    for (const day in ward.surges) if (Number(day) < today - LIVE_DAYS - params.outbreak_days) delete ward.surges[day]
  }
  const wakeAt = ward.waiting > 0 ? startOfDay(ward.waiting) + SECOND : undefined
  const forgetAt = ward.crowds.length > 0 ? undefined : ward.newest + (params.baseline_days + LIVE_DAYS) * DAY
  return { state: ward, wakeAt, forgetAt }
}

/**
 * Who was admitted too long ago for a crowd that may still change needs none of his later events. Of whom an admission has not
 * come, it comes within three days of whatever was heard of him, or never.
 */
function forgetStays({ stays, crowds }: Ward, today: Day): void {
  const needed = new Set(crowds.flatMap(({ visits }) => visits))
  for (const [visit, stay] of stays) {
    const isOver = stay.at > 0 ? dayOf(stay.at) < today - LIVE_DAYS - 1 : dayOf(lastOf(stay)) < today - KEPT_DAYS
    if (isOver && !needed.has(visit)) stays.delete(visit)
  }
}

function lastOf({ ended, settled }: Stay): Instant {
  let last = ended
  for (const { at } of settled) if (at > last) last = at
  return last
}
