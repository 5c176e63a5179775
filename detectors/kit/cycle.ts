import { DAY, type Instant } from '../../schemas/time.ts'

const CYCLE_VISITS = 3
const SHORTEST_CYCLE = 5 * DAY
const CYCLE_TOLERANCE = 3 * DAY

/** Treatments at equal intervals: at least three, every pause within three days of the middle one. */
export function isCycle(times: readonly Instant[]): boolean {
  if (times.length < CYCLE_VISITS) return false
  const inTime = times.toSorted((a, b) => a - b)
  const pauses = inTime.slice(1).map((at, i) => at - inTime[i]!)
  const middle = pauses.toSorted((a, b) => a - b)[pauses.length >> 1]!
  return middle >= SHORTEST_CYCLE && pauses.every((pause) => Math.abs(pause - middle) <= CYCLE_TOLERANCE)
}
