import { dayOf, HOUR, type Instant, MINUTE, startOfDay } from '../../schemas/time.ts'
import type { Visit } from '../detector.ts'
import type { PharmacySwipe } from './ano-03.swipe.ts'
import type { Params } from './ano-03.terms.ts'

/** When the person was served, where that is known and long before the settlement. */
export function servedBefore({ setl_time, endtime, feedetail }: Visit, { posting_hours }: Params): Instant | undefined {
  const isHour = (at: Instant) => at !== startOfDay(dayOf(at))
  const lines = feedetail.map(({ fee_ocur_time }) => fee_ocur_time).filter(isHour)
  // Many systems end a visit when they settle it: the lines say better when it was.
  const served = lines.length > 0 ? Math.max(...lines) : endtime
  if (served === undefined || !isHour(served)) return undefined
  return setl_time - served > posting_hours * HOUR ? served : undefined
}

/**
 * Whether the burst is one of uploads: a counter that was offline settles at once whom it has served over hours. One that
 * names a single moment for everybody has not served them then either.
 */
export function isUpload(burst: readonly PharmacySwipe[], { window_minutes }: Params): boolean {
  const served = burst.flatMap((swipe) => swipe.served ?? [])
  return served.length * 2 >= burst.length && Math.max(...served) - Math.min(...served) > window_minutes * MINUTE
}
