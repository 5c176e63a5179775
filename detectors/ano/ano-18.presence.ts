import { type Day, dayOf, type Instant, startOfDay } from '../../schemas/time.ts'
import type { Settled, Stay } from './ano-18.terms.ts'

/** Of a stay that only its settlement tells of, so many days before that count ... */
export const TOLD_BACK = 4
/** ... and so many where nobody announces stays. */
export const LOOKED_BACK = 35
/** Of a stay that nobody ended for so long the end was lost. */
export const LONGEST_OPEN = 180

export interface Span {
  readonly began: Instant
  readonly ended: Instant
  readonly stay: Stay
}

/** Events beat the header of the settlement, which tells of those that nobody announced. */
export function spanOf(stay: Stay, unannounced: boolean): Span {
  const { settled } = stay
  const ended = settled.flatMap(({ mid, endtime }) => (!mid && endtime > 0 ? [endtime] : []))
  return {
    began: stay.began || toldBegin(settled, unannounced ? LOOKED_BACK : TOLD_BACK),
    ended: stay.ended || (ended.length > 0 ? Math.max(...ended) : 0),
    stay,
  }
}

function toldBegin(settled: readonly Settled[], back: number): Instant {
  const began = settled.flatMap(({ begntime }) => (begntime > 0 ? [begntime] : []))
  if (began.length === 0) return 0
  const first = Math.min(...settled.map(({ at }) => at))
  return Math.max(Math.min(...began), startOfDay(dayOf(first) - back))
}

/** Who is there at midnight; the day wards' patients are not. */
export function isThere({ began, ended }: Span, day: Day): boolean {
  const from = dayOf(began)
  return began > 0 && from <= day && day - from < LONGEST_OPEN && (ended === 0 || dayOf(ended) > day)
}

/** How many are there at midnight. */
export function countThere(spans: readonly Span[], day: Day): number {
  let count = 0
  for (const span of spans) if (isThere(span, day)) count++
  return count
}
