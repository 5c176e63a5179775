import { addHit, removeHit } from '../kit/parts/first-hits.ts'
import type { Entry } from '../kit/parts/window.ts'
import type { Use } from './pol-18.procured.ts'
import type { Group } from './pol-18.terms.ts'

/** So many settlements of a group are named: a busy hospital has thousands in a month. */
const NAMED = 200

export function emptyGroup(): Group {
  const sums = { selected: 0, others: 0, amount: 0, overpriced: 0, excess: 0 }
  return { ...sums, products: {}, otherHits: [], overpricedHits: [], held: false }
}

/** Counts a line, or takes it back. */
export function countUse(group: Group, { code, units, selected, counts, inscp, excess }: Use, times: 1 | -1): void {
  if (excess !== undefined) {
    group.overpriced += times
    group.excess += times * excess
  }
  if (!counts) return
  if (selected) {
    group.selected += times * units
    return
  }
  group.others += times * units
  group.amount += times * inscp
  const left = (group.products[code] ?? 0) + times * units
  if (left > 0) group.products[code] = left
  else delete group.products[code]
}

export function isEmpty({ selected, others, overpriced, held }: Group): boolean {
  return selected <= 0 && others <= 0 && overpriced <= 0 && !held
}

/** Names the settlement, or names it no longer, where the group has something against it. */
export function nameSettlement(group: Group, uses: readonly Use[], settlement: Entry, times: 1 | -1): void {
  const rename = (hits: Entry[]) => (times > 0 ? addHit(hits, settlement, NAMED) : removeHit(hits, settlement.id))
  if (uses.some(({ counts, selected }) => counts && !selected)) rename(group.otherHits)
  if (uses.some(({ excess }) => excess !== undefined)) rename(group.overpricedHits)
}
