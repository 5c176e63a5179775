import { DAY, type Instant } from '../../../schemas/time.ts'
import { isInIcdRange } from './icd.ts'

const TUMOURS = 'C00-C97'
const CYCLE_VISITS = 3
const SHORTEST_CYCLE = 5 * DAY
const CYCLE_TOLERANCE = 3 * DAY

/**
 * Treatments at equal intervals: at least three, every pause within three days of one of them. One may be off: a treatment
 * waits until the blood has recovered, or is left out (the cycle goes on from the late one), and a stay in between, too soon to
 * be the next treatment, is none of them.
 */
export function isCycle(times: readonly Instant[]): boolean {
  return cyclesIn(times.toSorted(inTime)).some(({ stays, isOneOff }) => stays + (isOneOff ? 0 : 1) >= times.length)
}

interface Cycle {
  readonly period: number
  readonly treatments: readonly Instant[]
  /** Treatments that came when they were due. */
  readonly regular: number
  /** The treatments, and what lay between them. */
  readonly stays: number
  readonly isOneOff: boolean
}

const inTime = (a: Instant, b: Instant) => a - b

/** Begun from every time and with every pause: the best ones first, by how regular and how long they are. */
function cyclesIn(times: readonly Instant[]): Cycle[] {
  const periods = [...new Set(times.slice(1).map((at, i) => at - times[i]!))].filter((pause) => pause >= SHORTEST_CYCLE)
  return periods
    .flatMap((period) => times.map((_, first) => cycleFrom(times, first, period)))
    .filter(({ regular }) => regular >= CYCLE_VISITS)
    .sort((a, b) => b.regular - a.regular || b.treatments.length - a.treatments.length)
}

function cycleFrom(times: readonly Instant[], first: number, period: number): Cycle {
  const treatments = [times[first]!]
  let [last, regular, isOneOff] = [first, 1, false]
  for (;;) {
    const pauseTo = (next: number) => (times[next] ?? Number.POSITIVE_INFINITY) - times[last]!
    const next = pauseTo(last + 1) < period - CYCLE_TOLERANCE ? last + 2 : last + 1
    const pause = pauseTo(next)
    const isRegular = Math.abs(pause - period) <= CYCLE_TOLERANCE
    const isOff = !isRegular || next > last + 1
    const comes = isRegular || (pause > period && pause <= 2 * period + CYCLE_TOLERANCE)
    if (!comes || (isOff && isOneOff)) return { period, treatments, regular, stays: last - first + 1, isOneOff }
    treatments.push(times[next]!)
    last = next
    if (isRegular) regular++
    if (isOff) isOneOff = true
  }
}

interface Begun {
  readonly fixmedins_code: string
  /** ICD-10 category of the main diagnosis. */
  readonly category: string
  readonly begntime: Instant
}

/**
 * Whether the stay is one of a cycle of tumour treatment there, told by its regular beginnings where no session is coded. Who
 * comes too soon after another stay comes for something else, or the stay before was split: that one is judged by itself.
 */
export function isOfTumourCycle({ fixmedins_code: there, category, begntime }: Begun, stays: readonly Begun[]): boolean {
  if (!isInIcdRange(category, TUMOURS)) return false
  const alike = stays.filter((stay) => stay.fixmedins_code === there && isInIcdRange(stay.category, TUMOURS))
  const begun = alike.map((stay) => stay.begntime).sort(inTime)
  const around = cyclesIn(begun).find(({ treatments }) => treatments[0]! <= begntime && begntime <= treatments.at(-1)!)
  if (!around?.treatments.includes(begntime)) return false
  const before = begun.findLast((at) => at < begntime)
  const isFirst = begntime === around.treatments[0]
  return !isFirst || before === undefined || begntime - before >= around.period - CYCLE_TOLERANCE
}
