import type { FeeLine } from '../../schemas/events.ts'
import { elementPrint } from './print.ts'

/** So many smallest values, each of 24 bits, tell how alike two sets are. */
const VALUES = 64
const BITS_24 = 0xff_ffff

/** The smallest value of each of 64 shuffles of a basket's (code, count). */
export function signatureOf(lines: readonly FeeLine[]): readonly number[] {
  const smallest = new Array<number>(VALUES).fill(BITS_24)
  for (const line of lines) {
    const print = elementPrint(line)
    let bits = ((print % 2 ** 32) | 0) ^ Math.floor(print / 2 ** 32)
    for (let i = 0; i < VALUES; i++) {
      // A step of a xorshift generator: another shuffle each time.
      bits ^= bits << 13
      bits ^= bits >>> 17
      bits ^= bits << 5
      const value = Math.imul(bits, 0x9e3779b1) >>> 8
      if (value < smallest[i]!) smallest[i] = value
    }
  }
  return smallest
}

/** Estimates whether the Jaccard similarity of two baskets is at least so large. */
export function areAlike(a: readonly number[], b: readonly number[], similarity: number): boolean {
  let misses = Math.floor(VALUES * (1 - similarity))
  for (let i = 0; i < VALUES; i++) if (a[i] !== b[i] && --misses < 0) return false
  return true
}
