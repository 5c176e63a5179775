/**
 * A short name for a multiset of strings: the same for the same strings in any order, and, by 64 bits, practically never
 * the same for others. Each string is hashed by FNV-1a from two bases, its bits are mixed, and the strings are summed.
 */
export function fingerprint(items: readonly string[]): string {
  let high = items.length
  let low = 0
  for (const item of items) {
    high = (high + mixed(item, 0x811c9dc5)) | 0
    low = (low + mixed(item, 0x2f7c1a3d)) | 0
  }
  return (high >>> 0).toString(36) + (low >>> 0).toString(36).padStart(7, '0')
}

const FNV_PRIME = 0x01000193

function mixed(text: string, base: number): number {
  let hash = base
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME)
  // Without this, sums of similar strings would collide: FNV's last step is nearly linear.
  hash = Math.imul(hash ^ (hash >>> 15), 0x7feb352d)
  hash = Math.imul(hash ^ (hash >>> 13), 0x5bd1e995)
  return hash ^ (hash >>> 16)
}
