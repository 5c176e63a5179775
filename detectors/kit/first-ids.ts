import type { Instant } from '../../schemas/time.ts'

/** The settlements of a busy key that a finding on it names: the first by time and id. Changed in place. */
export interface FirstIds {
  readonly ids: string[]
  readonly ats: Instant[]
}

/** An alert names so many (contract, section 2). */
const NAMED = 500
/** More are kept, so that those that follow are known when some of the first are reversed. */
const KEPT = 600

export function noIds(): FirstIds {
  return { ids: [], ats: [] }
}

/** Whether it is among the first. */
export function addId({ ids, ats }: FirstIds, id: string, at: Instant): boolean {
  let place = ids.length
  while (place > 0 && isBefore(at, id, ats[place - 1]!, ids[place - 1]!)) place--
  if (place >= KEPT) return false
  ids.splice(place, 0, id)
  ats.splice(place, 0, at)
  if (ids.length > KEPT) {
    ids.pop()
    ats.pop()
  }
  return true
}

export function removeId({ ids, ats }: FirstIds, id: string): void {
  const place = ids.indexOf(id)
  if (place < 0) return
  ids.splice(place, 1)
  ats.splice(place, 1)
}

/** Those before an instant that an alert names. */
export function namedIds({ ids, ats }: FirstIds, until: Instant = Number.POSITIVE_INFINITY): string[] {
  let end = Math.min(NAMED, ids.length)
  while (end > 0 && ats[end - 1]! >= until) end--
  return ids.slice(0, end)
}

/** The first of several. */
export function mergedIds(several: readonly FirstIds[]): FirstIds {
  const all = several.flatMap(({ ids, ats }) => ids.map((id, i) => ({ id, at: ats[i]! })))
  all.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  const first = all.slice(0, KEPT)
  return { ids: first.map(({ id }) => id), ats: first.map(({ at }) => at) }
}

function isBefore(at: Instant, id: string, otherAt: Instant, otherId: string): boolean {
  return at < otherAt || (at === otherAt && id < otherId)
}
