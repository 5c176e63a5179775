import type { Instant } from '../../schemas/time.ts'
import type { KeyValue } from '../memory/key-value.ts'
import { decode, encode, type Slot } from './cells.ts'

/** Memory's records of cells, as those see them who run no detectors. */

const PREFIX = 'c|'
/** All cells of a person share one record; elsewhere each has its own, and its part stands in the key. */
const SHARED = `${PREFIX}person|`

/** What a stored record holds that may not be forgotten yet, in an order of its own. */
export function lastingIn(stored: Uint8Array, watermark: Instant): string[] {
  const lasting = decode(stored).filter(({ expiry }) => expiry > watermark)
  return lasting.map(({ name, text }) => `${name}\n${text}`).sort()
}

/**
 * The changes that give a memory the cells of some parts, as another memory knows them, and take away what it knew of them.
 * Cells of other parts that lie in the same records stay as they are.
 */
export function* transplant(
  into: KeyValue,
  from: KeyValue,
  parts: ReadonlySet<string>,
): Generator<readonly [string, Uint8Array | null]> {
  for (const [key, stored] of into.scan(PREFIX)) {
    const slots = decode(stored)
    const others = slots.filter((slot) => !isOf(parts, key, slot))
    const other = from.get(key)
    const theirs = other ? decode(other).filter((slot) => isOf(parts, key, slot)) : []
    if (theirs.length === 0 && others.length === slots.length) continue
    yield [key, others.length + theirs.length > 0 ? encode([...others, ...theirs]) : null]
  }
  for (const [key, stored] of from.scan(PREFIX)) {
    if (into.get(key)) continue
    const theirs = decode(stored).filter((slot) => isOf(parts, key, slot))
    if (theirs.length > 0) yield [key, encode(theirs)]
  }
}

function isOf(parts: ReadonlySet<string>, key: string, { name }: Slot): boolean {
  if (key.startsWith(SHARED)) return parts.has(name.split('|', 1)[0]!)
  for (const part of parts) if (key.includes(`|${part}|`)) return true
  return false
}
