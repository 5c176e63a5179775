import type { FeeLine } from '../../schemas/events.ts'
import { elementPrint } from '../kit/plain/print.ts'

/** What a basket holds, (code, count) by (code, count), in an order that is the same for all baskets. */
export function elementsOf(lines: readonly FeeLine[]): readonly number[] {
  return lines.map(elementPrint).sort((a, b) => a - b)
}

/** A share of whole numbers that is just reached must not be missed by the last bit. */
const ROUNDING = 1e-9

/**
 * Whether the Jaccard similarity of two multisets is at least so large. With m elements of the two not shared and n in both
 * together it is (n - m) / (n + m), so that two strangers are told after the first few; to estimate it by MinHash costs more
 * and misses by chance what lies near the limit.
 */
export function areAlike(a: readonly number[], b: readonly number[], similarity: number): boolean {
  let spare = Math.floor(((a.length + b.length) * (1 - similarity)) / (1 + similarity) + ROUNDING)
  let [i, j] = [0, 0]
  while (i < a.length && j < b.length) {
    const difference = a[i]! - b[j]!
    if (difference !== 0 && --spare < 0) return false
    if (difference <= 0) i++
    if (difference >= 0) j++
  }
  return a.length - i + (b.length - j) <= spare
}
