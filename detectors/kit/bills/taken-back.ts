import type { FeeLine } from '../../../schemas/events.ts'
import type { Instant } from '../../../schemas/time.ts'
import { sumOf } from './excess.ts'

/** How well a charge fits what was taken back: the smaller, the sooner it is meant. */
export type Rank<T> = (charge: T, taken: Quantity) => number

/** What one line charged, or took back of what an earlier bill of the visit had charged. */
export interface Quantity {
  readonly code: string
  readonly at: Instant
  readonly cnt: number
}

/** The charges of a bill that are in question, and what it takes back of earlier bills. */
export interface Bill<T extends Quantity> {
  readonly charges: readonly T[]
  readonly back: readonly Quantity[]
}

export function quantityOf({ med_list_codg: code, fee_ocur_time: at, cnt }: FeeLine): Quantity {
  return { code, at, cnt: Math.abs(cnt) }
}

/**
 * What later bills leave of charges, for those of which they take something back. A negative line names no other line: it
 * means the charge of its own time, else the newest of those in question, for who corrects a bill corrects what was wrong.
 */
export function leftOver<T extends Quantity>(bills: readonly Bill<T>[], rank: Rank<T> = byTime): ReadonlyMap<T, number> {
  const left = new Map<T, number>()
  const before: T[] = []
  for (const { charges, back } of bills) {
    for (const taken of back) {
      let rest = taken.cnt
      for (const charge of meant(before, taken, rank)) {
        const cnt = left.get(charge) ?? charge.cnt
        const less = Math.min(cnt, rest)
        if (less <= 0) continue
        left.set(charge, sumOf([cnt, -less]))
        rest = sumOf([rest, -less])
      }
    }
    before.push(...charges)
  }
  return left
}

function byTime({ at }: Quantity, taken: Quantity): number {
  return at === taken.at ? 0 : 1
}

function meant<T extends Quantity>(charges: readonly T[], taken: Quantity, rank: Rank<T>): readonly T[] {
  const newestFirst = charges.filter(({ code }) => code === taken.code).reverse()
  return newestFirst.sort((a, b) => rank(a, taken) - rank(b, taken))
}
