import { dayOf } from '../../schemas/time.ts'
import type { Drug, Filled } from './med-01.form.ts'

/** What a fill supplies is forgotten after so many days; who has more at home is judged by it no longer. */
export const LONGEST = 120

function isAccepted(a: Drug, b: Drug): boolean {
  const allows = (one: Drug, other: Drug) => one.accepted.includes(other.code) || one.accepted.includes(other.generic)
  return allows(a, b) || allows(b, a)
}

export interface Placed {
  readonly filled: Filled
  readonly drug: Drug
}

export interface Overlap {
  readonly earlier: Placed
  readonly later: Placed
  readonly days: number
}

/** Days on which both supplies last; packages of one drug in one settlement are taken one after the other. */
function overlapDays(earlier: Placed, later: Placed): number {
  const from = dayOf(later.filled.at)
  const end = ({ filled, drug }: Placed) => dayOf(filled.at) + drug.days
  return Math.round((Math.min(end(earlier), end(later)) - from) * 100) / 100
}

export function isSame(a: Drug, b: Drug): boolean {
  return a.generic === b.generic && a.pharm_class === b.pharm_class
}

/** Lines of one drug in one settlement made one supply. */
function suppliesOf(filled: Filled): Placed[] {
  const supplies: Placed[] = []
  for (const drug of filled.lines) {
    const place = supplies.findIndex((known) => isSame(known.drug, drug))
    if (place < 0) supplies.push({ filled, drug: { ...drug, days: Math.min(LONGEST, drug.days) } })
    else supplies[place] = { filled, drug: together(supplies[place]!.drug, drug) }
  }
  return supplies
}

function together(drug: Drug, { days, inscp }: Drug): Drug {
  return { ...drug, days: Math.min(LONGEST, drug.days + days), inscp: drug.inscp + inscp }
}

/** How long the drug lasts of which there is most. */
export function longestOf(drugs: readonly Drug[]): number {
  let longest = 0
  for (const drug of drugs) {
    let days = 0
    for (const other of drugs) if (isSame(drug, other)) days += other.days
    if (days > longest) longest = days
  }
  return Math.min(LONGEST, longest)
}

export function overlapsIn(settlements: readonly Filled[], overlap_days: number): Overlap[] {
  const overlaps: Overlap[] = []
  const before = new Map<string, Placed[]>()
  for (const settlement of settlements) {
    for (const later of suppliesOf(settlement)) {
      const { pharm_class } = later.drug
      const known = before.get(pharm_class)
      if (!known) {
        before.set(pharm_class, [later])
        continue
      }
      // What the person pays alone repeats nothing at the cost of the fund.
      for (const earlier of later.drug.inscp > 0 ? known : []) {
        if (earlier.drug.generic === later.drug.generic || isAccepted(earlier.drug, later.drug)) continue
        const days = overlapDays(earlier, later)
        if (days > overlap_days) overlaps.push({ earlier, later, days })
      }
      known.push(later)
    }
  }
  return overlaps
}
