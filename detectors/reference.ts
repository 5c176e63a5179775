import { LOOKUP_COLUMNS, type ReferenceRow, type ReferenceTable } from '../schemas/reference.ts'
import { dayOf, type Instant } from '../schemas/time.ts'

/** Where a row must hold: treatment region and institution level. */
export interface Place {
  readonly admdvs?: string
  readonly level?: string
}

/** One reference row with its identity and validity (instants; `to` is the last day, inclusive). */
export interface Known<T extends ReferenceTable> {
  readonly id: string
  readonly row: ReferenceRow<T>
  readonly effective_from: Instant | undefined
  readonly effective_to: Instant | undefined
}

/** Knowledge as it has arrived so far, asked for a moment of service. */
export interface ReferenceView {
  /** The row with this id that holds at the instant in the place. */
  find<T extends ReferenceTable>(table: T, id: string, at: Instant, place?: Place): Known<T> | undefined
  /** Every row that names the code in a lookup column and holds; one per id. */
  lookup<T extends ReferenceTable>(table: T, code: string, at: Instant, place?: Place): readonly Known<T>[]
  /**
   * The one row for the code that fits best: longest region prefix, then level, then latest `effective_from`; of those that
   * pass `where`, where a code has rows of several kinds.
   */
  best<T extends ReferenceTable>(
    table: T,
    code: string,
    at: Instant,
    place?: Place,
    where?: (row: ReferenceRow<T>) => boolean,
  ): Known<T> | undefined
  /** Rises with every row that arrives. */
  readonly version: number
}

type Entry = Known<ReferenceTable>
type Loose = { readonly admdvs?: string | null; readonly level?: string | null }

/** Tables whose own `admdvs` or `level` column describes the subject of the row and not where the row holds. */
const DESCRIBES_ITSELF = new Set<ReferenceTable>(['institution', 'fund_cap', 'person'])

class Shelf {
  readonly byId = new Map<string, Entry[]>()
  readonly byCode = new Map<string, Set<string>>()
}

const NONE: readonly never[] = []

/** The reference rows of one pipeline, in memory. */
export class ReferenceBook implements ReferenceView {
  readonly #shelves = new Map<ReferenceTable, Shelf>()
  version = 0

  /** Takes an upsert or a deletion. Identity is (table, id, effective_from, admdvs, level); the last one wins. */
  put(table: ReferenceTable, entry: Entry, deleted: boolean): void {
    let shelf = this.#shelves.get(table)
    if (!shelf) {
      shelf = new Shelf()
      this.#shelves.set(table, shelf)
    }
    const variants = (shelf.byId.get(entry.id) ?? []).filter((other) => !sameVariant(other, entry))
    if (!deleted) variants.push(entry)
    if (variants.length > 0) shelf.byId.set(entry.id, variants)
    else shelf.byId.delete(entry.id)
    for (const code of codesOf(table, entry)) {
      const ids = shelf.byCode.get(code)
      if (ids) ids.add(entry.id)
      else shelf.byCode.set(code, new Set([entry.id]))
    }
    this.version++
  }

  find<T extends ReferenceTable>(table: T, id: string, at: Instant, place?: Place): Known<T> | undefined {
    const variants = this.#shelves.get(table)?.byId.get(id)
    return variants && (pick(table, variants, at, place) as Known<T> | undefined)
  }

  lookup<T extends ReferenceTable>(table: T, code: string, at: Instant, place?: Place): readonly Known<T>[] {
    const shelf = this.#shelves.get(table)
    const ids = shelf?.byCode.get(code)
    if (!shelf || !ids) return NONE
    const found: Known<T>[] = []
    for (const id of ids) {
      const variants = shelf.byId.get(id)
      const entry = variants && pick(table, variants, at, place)
      // The index may still hold a code that a later version of the row no longer names.
      if (entry && codesOf(table, entry).includes(code)) found.push(entry as Known<T>)
    }
    return found
  }

  best<T extends ReferenceTable>(
    table: T,
    code: string,
    at: Instant,
    place?: Place,
    where?: (row: ReferenceRow<T>) => boolean,
  ): Known<T> | undefined {
    const known = this.lookup(table, code, at, place)
    const candidates = where && known.length > 0 ? known.filter(({ row }) => where(row)) : known
    return candidates.length < 2 ? candidates[0] : (pick(table, candidates as readonly Entry[], at, place) as Known<T>)
  }
}

function sameVariant(a: Entry, b: Entry): boolean {
  const x = a.row as Loose
  const y = b.row as Loose
  return a.effective_from === b.effective_from && (x.admdvs ?? '') === (y.admdvs ?? '') && (x.level ?? '') === (y.level ?? '')
}

function codesOf(table: ReferenceTable, entry: Entry): string[] {
  const codes: string[] = []
  for (const column of LOOKUP_COLUMNS[table] ?? NONE) {
    const [name, nested] = column.split('.') as [string, string | undefined]
    const value = (entry.row as Record<string, unknown>)[name]
    if (typeof value === 'string') codes.push(value)
    else if (Array.isArray(value)) codes.push(...value.map((item) => (nested ? item[nested] : item)))
    // Contract: where a table has a `code` column and it is missing, the id is the code.
    else if (name === 'code') codes.push(entry.id)
  }
  return codes
}

/** Trailing `00` pairs mean "the whole of": `370100` is the prefix `3701`. */
export function regionPrefix(admdvs: string): string {
  return admdvs.replace(/(?:00)+$/, '')
}

function pick(table: ReferenceTable, variants: readonly Entry[], at: Instant, place: Place | undefined): Entry | undefined {
  let best: Entry | undefined
  const local = !DESCRIBES_ITSELF.has(table)
  for (const entry of variants) {
    if (entry.effective_from !== undefined && entry.effective_from > at) continue
    if (entry.effective_to !== undefined && dayOf(entry.effective_to) < dayOf(at)) continue
    if (local && !holdsIn(entry.row as Loose, place)) continue
    if (!best || isCloser(entry, best)) best = entry
  }
  return best
}

function holdsIn(row: Loose, place: Place | undefined): boolean {
  if (row.admdvs && !(place?.admdvs ?? '').startsWith(regionPrefix(row.admdvs))) return false
  return !row.level || row.level === place?.level
}

function isCloser(a: Entry, b: Entry): boolean {
  const x = a.row as Loose
  const y = b.row as Loose
  const region = regionPrefix(x.admdvs ?? '').length - regionPrefix(y.admdvs ?? '').length
  if (region !== 0) return region > 0
  if (!x.level !== !y.level) return Boolean(x.level)
  const from = (a.effective_from ?? -Infinity) - (b.effective_from ?? -Infinity)
  // Equal in everything that ranks: the smaller id, so that the order of arrival does not matter.
  return from !== 0 && !Number.isNaN(from) ? from > 0 : a.id < b.id
}
