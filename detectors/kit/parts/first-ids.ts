import type { Instant } from '../../../schemas/time.ts'
import { inTime } from './remembered.ts'

/** The settlements of a busy key that a finding on it names: the first by time and id. Changed in place. */
export interface FirstIds {
  readonly ids: string[]
  readonly ats: Instant[]
  /** How many more there are, whose names are not kept; none where absent. */
  more?: number
}

/** An alert names so many (contract, section 2). */
const NAMED = 500
/** More are kept, so that those that follow are known when some of the first are reversed. */
const KEPT = 1.2 * NAMED

export function noIds(): FirstIds {
  return { ids: [], ats: [] }
}

/** Whether it is among the first; `kept` where fewer shall be named. */
export function addId(first: FirstIds, id: string, at: Instant, kept = KEPT): boolean {
  const { ids, ats } = first
  let place = ids.length
  while (place > 0 && isBefore(at, id, ats[place - 1]!, ids[place - 1]!)) place--
  if (place >= kept) {
    addMore(first, 1)
    return false
  }
  ids.splice(place, 0, id)
  ats.splice(place, 0, at)
  if (ids.length > kept) {
    ids.pop()
    ats.pop()
    addMore(first, 1)
  }
  return true
}

/** One that was added. */
export function removeId(first: FirstIds, id: string): void {
  const place = first.ids.indexOf(id)
  if (place < 0) return addMore(first, -1)
  first.ids.splice(place, 1)
  first.ats.splice(place, 1)
}

function addMore(first: FirstIds, count: 1 | -1): void {
  const more = (first.more ?? 0) + count
  if (more > 0) first.more = more
  else delete first.more
}

/** How many there are, named or not. */
export function countOf({ ids, more = 0 }: FirstIds): number {
  return ids.length + more
}

/** Those before an instant that an alert names. */
export function namedIds({ ids, ats }: FirstIds, until: Instant = Number.POSITIVE_INFINITY): string[] {
  let end = Math.min(NAMED, ids.length)
  while (end > 0 && ats[end - 1]! >= until) end--
  return ids.slice(0, end)
}

/** The first of several keys' before an instant that an alert names, so many of each at most. */
export function mergedIds(several: readonly FirstIds[], until: Instant = Number.POSITIVE_INFINITY, each = NAMED): string[] {
  const all = several.flatMap(({ ids, ats }) => ids.slice(0, each).map((id, i) => ({ id, at: ats[i]! })))
  const before = all.filter(({ at }) => at < until).sort(inTime)
  return before.slice(0, NAMED).map(({ id }) => id)
}

function isBefore(at: Instant, id: string, otherAt: Instant, otherId: string): boolean {
  return at < otherAt || (at === otherAt && id < otherId)
}
