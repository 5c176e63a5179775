import type { Space } from '../../detectors/detector.ts'
import type { Instant } from '../../schemas/time.ts'
import type { KeyValue } from '../memory/key-value.ts'
import { ownerIn, PREFIX } from './cells.ts'
import { isPrint } from './identity.ts'
import { Drawer, expiryOf, type Slot } from './record.ts'

/** Memory's records of cells, as those see them who run no detectors. */

/** What a stored record holds that may not be forgotten yet, in an order of its own. */
export function lastingIn(stored: Uint8Array, watermark: Instant): string[] {
  const lasting = new Drawer('', stored).all().filter(({ cell }) => expiryOf(cell!) > watermark)
  return lasting.map(({ name, cell }) => `${name}\n${JSON.stringify(cell)}`).sort()
}

/** Whether the memory of this root lies here. */
export type IsOurs = (space: Space, root: string) => boolean

export interface Transplanted {
  /** Names of parts. */
  readonly parts: ReadonlySet<string>
  readonly isOurs: IsOurs
}

/**
 * The changes that give a memory the cells of some parts, as another memory knows them, and take away what it knew of them.
 * Cells of other parts that lie in the same records stay as they are.
 */
export function* transplant(
  into: KeyValue,
  from: KeyValue,
  { parts, isOurs }: Transplanted,
): Generator<readonly [string, Uint8Array | null]> {
  for (const [key, stored] of into.scan(PREFIX)) {
    const drawer = new Drawer(key, stored)
    const ours = drawer.all().filter((slot) => isOf(parts, key, slot))
    const theirs = cellsOf(parts, key, from.get(key))
    if (theirs.length === 0 && ours.length === 0) continue
    for (const slot of ours) put(slot, undefined)
    for (const { name, cell } of theirs) put(drawer.slot(name, undefined), cell)
    yield [key, drawer.encode()]
  }
  for (const [key, stored] of from.scan(PREFIX)) {
    if (into.get(key)) continue
    const theirs = cellsOf(parts, key, stored)
    if (theirs.length === 0 || !isOfOurs(key, parts, isOurs)) continue
    const drawer = new Drawer(key, undefined)
    for (const { name, cell } of theirs) put(drawer.slot(name, undefined), cell)
    const record = drawer.encode()
    if (record) yield [key, record]
  }
}

/** Without its form a state is what is written of it. */
function put(slot: Slot, cell: Slot['cell']): void {
  slot.cell = cell
  slot.changed = true
}

function cellsOf(parts: ReadonlySet<string>, key: string, stored: Uint8Array | undefined): Slot[] {
  return stored ? new Drawer(key, stored).all().filter((slot) => isOf(parts, key, slot)) : []
}

function isOf(parts: ReadonlySet<string>, key: string, { name }: Slot): boolean {
  if (name !== '') return parts.has(name.split('|', 1)[0]!)
  for (const part of parts) if (key.includes(`|${part}|`)) return true
  return false
}

/** Of a long root the key holds only a print: whoever may have it has it. */
function isOfOurs(key: string, parts: ReadonlySet<string>, isOurs: IsOurs): boolean {
  const { space, root } = ownerIn(key, parts)
  return isPrint(root) || isOurs(space, root)
}
