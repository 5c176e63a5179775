import type { Entry } from './window.ts'

/** As many settlements as an alert names (contract, section 2). */
const NAMED = 500

/**
 * The first settlements of an institution's period that a finding rests on, by time and id, where there may be very many: a
 * list that its owner changes in place. Beyond `most` they are counted only; when one of the first is then taken back, its
 * place stays empty.
 */
export function addHit<T extends Entry>(hits: T[], hit: T, most = NAMED): T | undefined {
  let at = hits.length
  while (at > 0 && isBefore(hit, hits[at - 1]!)) at--
  if (at >= most) return hit
  hits.splice(at, 0, hit)
  return hits.length > most ? hits.pop() : undefined
}

/** Takes the hit of a settlement out; `undefined` where it is not among the first. */
export function removeHit<T extends Entry>(hits: T[], id: string): T | undefined {
  const at = hits.findIndex((hit) => hit.id === id)
  return at < 0 ? undefined : hits.splice(at, 1)[0]
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.id < b.id)
}
