import { LOOKUP_COLUMNS, type ReferenceRow, type ReferenceTable } from '../schemas/reference.ts'
import { dayOf, type Instant, startOfDay } from '../schemas/time.ts'

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
  /** The tables with a row that names the code in a lookup column, whenever and wherever it holds: a set of `tableBit`s. */
  tablesOf(code: string): number
  /** Every row that holds at the instant in the place; for tables of few rows. */
  allOf<T extends ReferenceTable>(table: T, at: Instant, place: Place): readonly Known<T>[]
  /** Rises with every row that arrives. */
  readonly version: number
}

const BITS = Object.fromEntries(
  Object.keys(LOOKUP_COLUMNS)
    .filter((table) => table !== 'exception')
    .map((table, bit) => [table, 1 << bit]),
) as Partial<Record<ReferenceTable, number>>

/** The place of a table in the sets that `tablesOf` answers; 0 for tables that are not looked up by an item's code. */
export function tableBit(table: ReferenceTable): number {
  return BITS[table] ?? 0
}

type Entry = Known<ReferenceTable>
type Loose = { readonly admdvs?: string | null; readonly level?: string | null }

/** One variant of a row, made ready for being asked for millions of times. */
interface Variant {
  readonly entry: Entry
  /** The entry in a list, as `lookup` answers it for nearly every code. */
  readonly alone: readonly Entry[]
  readonly from: Instant
  /** Exclusive. */
  readonly until: Instant
  /** Whether `prefix` and `level` say where the row holds, and not of whom it speaks. */
  readonly local: boolean
  readonly prefix: string
  readonly level: string
  readonly codes: readonly string[]
}

/** Everything known under one id: the variants of one row over time, region and level. */
interface Row {
  readonly id: string
  variants: readonly Variant[]
}

/** Tables whose own `admdvs` or `level` column describes the subject of the row and not where the row holds. */
const DESCRIBES_ITSELF = new Set<ReferenceTable>(['institution', 'fund_cap', 'person'])

class Shelf {
  readonly byId = new Map<string, Row>()
  /** The rows of which at least one variant names the code. */
  readonly byCode = new Map<string, readonly Row[]>()

  /** No variant of the row names the code any longer. */
  withdraw(code: string, row: Row): void {
    const left = this.byCode.get(code)!.filter((other) => other !== row)
    if (left.length > 0) this.byCode.set(code, left)
    else this.byCode.delete(code)
  }
}

const NONE: readonly never[] = []

/** The reference rows of one pipeline, in memory. */
export class ReferenceBook implements ReferenceView {
  readonly #shelves = new Map<ReferenceTable, Shelf>()
  /** Code to the set of tables that name it, made when first asked for. */
  readonly #tablesOf = new Map<string, number>()
  version = 0

  /** Takes an upsert or a deletion. Identity is (table, id, effective_from, admdvs, level); the last one wins. */
  put(table: ReferenceTable, entry: Entry, deleted: boolean): void {
    let shelf = this.#shelves.get(table)
    if (!shelf) {
      shelf = new Shelf()
      this.#shelves.set(table, shelf)
    }
    const row = shelf.byId.get(entry.id) ?? { id: entry.id, variants: NONE }
    const before = codesIn(row)
    const others = row.variants.filter((other) => !isSameVariant(other.entry, entry))
    row.variants = deleted ? others : [...others, variantOf(table, entry)]
    if (row.variants.length > 0) shelf.byId.set(row.id, row)
    else shelf.byId.delete(row.id)
    const after = codesIn(row)
    for (const code of [...before, ...after]) this.#tablesOf.delete(code)
    for (const code of after) if (!before.has(code)) shelf.byCode.set(code, [...(shelf.byCode.get(code) ?? NONE), row])
    for (const code of before) if (!after.has(code)) shelf.withdraw(code, row)
    this.version++
  }

  /** Every variant of every row that holds at the instant somewhere, by id. */
  holdingAt<T extends ReferenceTable>(table: T, at: Instant): readonly Known<T>[] {
    const variants = [...(this.#shelves.get(table)?.byId.values() ?? NONE)].flatMap((row) => row.variants)
    const entries = variants.filter(({ from, until }) => at >= from && at < until).map(({ entry }) => entry as Known<T>)
    return entries.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
  }

  tablesOf(code: string): number {
    let tables = this.#tablesOf.get(code)
    if (tables === undefined) {
      tables = 0
      for (const [table, shelf] of this.#shelves) if (shelf.byCode.has(code)) tables |= tableBit(table)
      this.#tablesOf.set(code, tables)
    }
    return tables
  }

  find<T extends ReferenceTable>(table: T, id: string, at: Instant, place?: Place): Known<T> | undefined {
    const row = this.#shelves.get(table)?.byId.get(id)
    return row && (variantIn(row, at, place)?.entry as Known<T> | undefined)
  }

  allOf<T extends ReferenceTable>(table: T, at: Instant, place: Place): readonly Known<T>[] {
    const rows = [...(this.#shelves.get(table)?.byId.values() ?? NONE)]
    return rows.flatMap((row) => (variantIn(row, at, place)?.alone ?? NONE) as unknown as readonly Known<T>[])
  }

  lookup<T extends ReferenceTable>(table: T, code: string, at: Instant, place?: Place): readonly Known<T>[] {
    const rows = this.#shelves.get(table)?.byCode.get(code)
    if (!rows) return NONE
    const alone = (row: Row) => (naming(code, row, at, place)?.alone ?? NONE) as unknown as readonly Known<T>[]
    return rows.length === 1 ? alone(rows[0]!) : rows.flatMap(alone)
  }

  best<T extends ReferenceTable>(
    table: T,
    code: string,
    at: Instant,
    place?: Place,
    where?: (row: ReferenceRow<T>) => boolean,
  ): Known<T> | undefined {
    const rows = this.#shelves.get(table)?.byCode.get(code)
    if (!rows) return undefined
    let best: Variant | undefined
    for (const row of rows) {
      const variant = naming(code, row, at, place)
      if (!variant || (where && !where(variant.entry.row))) continue
      if (!best || isCloser(variant, best)) best = variant
    }
    return best && (best.entry as Known<T>)
  }
}

function isSameVariant(a: Entry, b: Entry): boolean {
  const x = a.row as Loose
  const y = b.row as Loose
  return a.effective_from === b.effective_from && (x.admdvs ?? '') === (y.admdvs ?? '') && (x.level ?? '') === (y.level ?? '')
}

function variantOf(table: ReferenceTable, entry: Entry): Variant {
  const { effective_from, effective_to } = entry
  const { admdvs, level } = entry.row as Loose
  return {
    entry,
    alone: [entry],
    from: effective_from ?? Number.NEGATIVE_INFINITY,
    until: effective_to === undefined ? Number.POSITIVE_INFINITY : startOfDay(dayOf(effective_to) + 1),
    local: !DESCRIBES_ITSELF.has(table),
    prefix: regionPrefix(admdvs ?? ''),
    level: level ?? '',
    codes: codesNamed(table, entry),
  }
}

function codesIn({ variants }: Row): Set<string> {
  return new Set(variants.flatMap(({ codes }) => codes))
}

function codesNamed(table: ReferenceTable, entry: Entry): string[] {
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

/** The variant of the row that holds, if it names the code: a nearer or later one may name another. */
function naming(code: string, row: Row, at: Instant, place: Place | undefined): Variant | undefined {
  const variant = variantIn(row, at, place)
  return variant && (row.variants.length === 1 || variant.codes.includes(code)) ? variant : undefined
}

function variantIn({ variants }: Row, at: Instant, place: Place | undefined): Variant | undefined {
  let best: Variant | undefined
  for (const variant of variants) {
    if (holds(variant, at, place) && (!best || isCloser(variant, best))) best = variant
  }
  return best
}

function holds({ from, until, local, prefix, level }: Variant, at: Instant, place: Place | undefined): boolean {
  if (at < from || at >= until) return false
  if (!local) return true
  if (prefix !== '' && !place?.admdvs?.startsWith(prefix)) return false
  return level === '' || level === place?.level
}

function isCloser(a: Variant, b: Variant): boolean {
  if (a.prefix.length !== b.prefix.length) return a.prefix.length > b.prefix.length
  if (!a.level !== !b.level) return a.level !== ''
  // Equal in everything that ranks: the smaller id, so that the order of arrival does not matter.
  return a.from !== b.from ? a.from > b.from : a.entry.id < b.entry.id
}
