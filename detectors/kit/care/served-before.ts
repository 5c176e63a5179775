import { dayOf, HOUR, type Instant, MINUTE, startOfDay } from '../../../schemas/time.ts'
import type { Visit } from '../../detector.ts'

/** When the person was served, where that is known and so many hours before the settlement. */
export function servedBefore({ setl_time, endtime, feedetail }: Visit, hours: number): Instant | undefined {
  const isHour = (at: Instant) => at !== startOfDay(dayOf(at))
  const lines = feedetail.map(({ fee_ocur_time }) => fee_ocur_time).filter(isHour)
  // Many systems end a visit when they settle it: the lines say better when it was.
  const served = lines.length > 0 ? Math.max(...lines) : endtime
  if (served === undefined || !isHour(served)) return undefined
  return setl_time - served > hours * HOUR ? served : undefined
}

/** Whether people were served at different times: one moment for everybody is none at which they were. */
export function isSpread(served: readonly Instant[], minutes: number): boolean {
  return Math.max(...served) - Math.min(...served) > minutes * MINUTE
}
