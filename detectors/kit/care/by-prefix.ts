import type { ReferenceTable } from '../../../schemas/reference.ts'
import type { Instant } from '../../../schemas/time.ts'
import type { Known, Place, ReferenceView } from '../../reference.ts'

/** ICD-10 categories have three characters, ICD-9-CM-3 chapters two. */
const SHORTEST = 2

/** The rows for the longest beginning of a code that any row names: `J96.900`, `J96.90`, ... `J96`. */
export function byPrefix<T extends ReferenceTable>(
  reference: ReferenceView,
  table: T,
  code: string,
  at: Instant,
  place: Place,
): readonly Known<T>[] {
  for (let length = code.length; length >= SHORTEST; length--) {
    const rows = reference.lookup(table, code.slice(0, length), at, place)
    if (rows.length > 0) return rows
  }
  return []
}
