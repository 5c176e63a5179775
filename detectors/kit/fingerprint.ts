/** What is counted as one: a text, or a text with numbers, such as a code with its count and price. */
export type Row = string | readonly [text: string, ...numbers: number[]]

/**
 * A short name for a multiset of rows: the same for the same rows in any order, and, by 64 bits, practically never the
 * same for others. Each row is hashed twice in the manner of FNV-1a, its bits are scrambled, and the rows are summed.
 */
export function fingerprint(rows: readonly Row[]): string {
  let high = rows.length
  let low = 0
  for (const row of rows) {
    const text = typeof row === 'string' ? row : row[0]
    let a = 0x811c9dc5
    let b = 0x2f7c1a3d
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      a = Math.imul(a ^ code, 0x01000193)
      b = Math.imul(b ^ code, 0x85ebca6b)
    }
    for (let i = 1; i < row.length && typeof row !== 'string'; i++) {
      const number = Math.round((row[i] as number) * DECIMALS)
      // The bits below 32, and those above, which the conversion would drop.
      const above = Math.floor(number / 0x1_0000_0000)
      a = scrambled(scrambled(a ^ number) ^ above)
      b = scrambled(scrambled(b ^ number) ^ above)
    }
    high = (high + scrambled(a)) | 0
    low = (low + scrambled(b)) | 0
  }
  return (high >>> 0).toString(36) + (low >>> 0).toString(36).padStart(7, '0')
}

/** Quantities carry at most four decimals. */
const DECIMALS = 1e4

/** Without this, sums of similar rows would collide: the last step of FNV is nearly linear. */
function scrambled(hash: number): number {
  let bits = Math.imul(hash ^ (hash >>> 15), 0x7feb352d)
  bits = Math.imul(bits ^ (bits >>> 13), 0x5bd1e995)
  return bits ^ (bits >>> 16)
}
