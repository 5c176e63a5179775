/** What is counted as one: a text, or a text with numbers, such as a code with its count and price. */
export type Row = string | readonly [text: string, ...numbers: number[]]

/**
 * A short name for a multiset of rows: the same for the same rows in any order, and, by 64 bits, practically never the
 * same for others. Each row is hashed by FNV-1a from two bases, its bits are mixed, and the rows are summed.
 */
export function fingerprint(rows: readonly Row[]): string {
  let high = rows.length
  let low = 0
  for (const row of rows) {
    high = (high + mixed(row, 0x811c9dc5)) | 0
    low = (low + mixed(row, 0x2f7c1a3d)) | 0
  }
  return (high >>> 0).toString(36) + (low >>> 0).toString(36).padStart(7, '0')
}

const FNV_PRIME = 0x01000193
/** Quantities carry at most four decimals. */
const DECIMALS = 1e4

function mixed(row: Row, base: number): number {
  const [text, ...numbers] = typeof row === 'string' ? [row] : row
  let hash = base
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME)
  for (const value of numbers) {
    const number = Math.round(value * DECIMALS)
    // The bits below and above 32; a plain conversion would drop the latter.
    hash = scrambled(hash ^ number)
    hash = scrambled(hash ^ Math.floor(number / 0x1_0000_0000))
  }
  return scrambled(hash)
}

/** Without this, sums of similar rows would collide: FNV's last step is nearly linear. */
function scrambled(hash: number): number {
  let bits = Math.imul(hash ^ (hash >>> 15), 0x7feb352d)
  bits = Math.imul(bits ^ (bits >>> 13), 0x5bd1e995)
  return bits ^ (bits >>> 16)
}
