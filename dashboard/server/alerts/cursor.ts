import { Problem } from '../problems.ts'

/** The place after which a list goes on: the sort key and id of its last row. Opaque to clients. */
function encodeCursor(sort: string, key: number, id: string): string {
  return Buffer.from(JSON.stringify([sort, key, id])).toString('base64url')
}

/** @throws Problem `CURSOR_INVALID` when it is none, or of a list in another order. */
export function decodeCursor(cursor: string, sort: string): { after_key: number; after_id: string } {
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    throw new Problem('CURSOR_INVALID')
  }
  if (!Array.isArray(parts) || parts[0] !== sort || typeof parts[1] !== 'number' || typeof parts[2] !== 'string') {
    throw new Problem('CURSOR_INVALID')
  }
  return { after_key: parts[1], after_id: parts[2] }
}

/**
 * A page of a list of which one row more than a page was read: that one says that there are more. `placeOf` tells the sort
 * key and the id of a row.
 */
export function cutPage<T>(
  found: readonly T[],
  limit: number,
  sort: string,
  placeOf: (row: T) => readonly [key: number, id: string],
): { page: readonly T[]; next: string | null } {
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return { page, next: found.length > limit && last !== undefined ? encodeCursor(sort, ...placeOf(last)) : null }
}
