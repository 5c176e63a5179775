import { DAY, type Instant } from '../../schemas/time.ts'
import { isInIcdRange } from './icd.ts'

const TUMOURS = 'C00-C97'
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

interface Begun {
  readonly fixmedins_code: string
  /** ICD-10 category of the main diagnosis. */
  readonly category: string
  readonly begntime: Instant
}

/** Whether the stay is one of a cycle of tumour treatment there, told by its regular beginnings where no session is coded. */
export function isOfTumourCycle({ fixmedins_code: there, category }: Begun, stays: readonly Begun[]): boolean {
  if (!isInIcdRange(category, TUMOURS)) return false
  const alike = stays.filter((stay) => stay.fixmedins_code === there && isInIcdRange(stay.category, TUMOURS))
  return isCycle(alike.map(({ begntime }) => begntime))
}
