import type { ReferenceRow, ReferenceTable } from '../schemas/reference.ts'
import type { Instant } from '../schemas/time.ts'
import { Lookup } from './reference.lookup.ts'
import { PastReference } from './reference.past.ts'
import {
  codesIn,
  type Entry,
  isSameVariant,
  NONE,
  type Row,
  Shelf,
  tableBit,
  type Variant,
  variantIn,
  variantOf,
} from './reference.rows.ts'

export { regionPrefix, tableBit } from './reference.rows.ts'

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
  /** The row with this id that holds at the instant in the place; of an item, else that of its base. */
  find<T extends ReferenceTable>(table: T, id: string, at: Instant, place?: Place): Known<T> | undefined
  /** Every row that names the code in a lookup column, or else its base, and holds; one per id. */
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
  /** By which code the rows of a table that hold speak of an item: its own where any of them names it, else its base's. */
  nameIn(table: ReferenceTable, code: string, at: Instant, place?: Place): string
  /**
   * The tables with a row that names the code or its base in a lookup column, whenever and wherever it holds: a set of
   * `tableBit`s.
   */
  tablesOf(code: string): number
  /** Every row that holds at the instant in the place; for tables of few rows. */
  allOf<T extends ReferenceTable>(table: T, at: Instant, place: Place): readonly Known<T>[]
  /** Rises with every row that arrives. */
  readonly version: number
}

/** The reference rows of one pipeline, in memory. */
export class ReferenceBook extends Lookup {
  readonly #shelves: Map<ReferenceTable, Shelf>
  /** Code to the set of tables that name it, and not its base; made when first asked for. */
  readonly #tablesOf = new Map<string, number>()
  version = 0

  /** With which number something was last replaced, deleted or added. */
  #changed = 0

  constructor() {
    const shelves = new Map<ReferenceTable, Shelf>()
    super(shelves)
    this.#shelves = shelves
  }

  /**
   * Takes an upsert or a deletion. Identity is (table, id, effective_from, admdvs, level); the last one wins, and what it
   * replaces is kept for who asks what was known before. Answers since which number it is known.
   * @param since a number of the past, for what does not arrive now; 0 for what was always known
   */
  put(table: ReferenceTable, entry: Entry, deleted: boolean, since?: number): number {
    const known = since ?? ++this.version
    const shelf = this.#shelfOf(table)
    const row = shelf.byId.get(entry.id) ?? { id: entry.id, variants: NONE, past: NONE }
    const replaced = row.variants.find((other) => isSameVariant(other.entry, entry))
    if (deleted ? !replaced : replaced && saysTheSame(replaced.entry, entry)) return replaced?.known ?? known
    const before = codesIn(row)
    const others = row.variants.filter((other) => other !== replaced)
    row.variants = deleted ? others : [...others, variantOf(table, entry, known)]
    if (replaced && replaced.known < known) shelf.keepPast(row, { variant: replaced, until: known })
    this.#changed = Math.max(this.#changed, known)
    if (row.variants.length > 0 || row.past.length > 0) shelf.byId.set(row.id, row)
    else shelf.byId.delete(row.id)
    const after = codesIn(row)
    for (const code of [...before, ...after]) this.#tablesOf.delete(code)
    for (const code of after) if (!before.has(code)) shelf.byCode.set(code, [...(shelf.byCode.get(code) ?? NONE), row])
    for (const code of before) if (!after.has(code)) shelf.withdraw(code, row)
    return known
  }

  /** What was known from one number on until another one. */
  putPast(table: ReferenceTable, entry: Entry, known: number, until: number): void {
    const shelf = this.#shelfOf(table)
    const row = shelf.byId.get(entry.id) ?? { id: entry.id, variants: NONE, past: NONE }
    shelf.byId.set(row.id, row)
    shelf.keepPast(row, { variant: variantOf(table, entry, known), until })
    this.#changed = Math.max(this.#changed, until)
  }

  /** What was known when `version` was this number. */
  asOf(number: number): ReferenceView {
    return number >= this.#changed ? this : new PastReference(this.#shelves, number)
  }

  /** Every variant of every row that holds at the instant somewhere, by id. */
  holdingAt<T extends ReferenceTable>(table: T, at: Instant): readonly Known<T>[] {
    const variants = [...(this.#shelves.get(table)?.byId.values() ?? NONE)].flatMap((row) => row.variants)
    const entries = variants.filter(({ from, until }) => at >= from && at < until).map(({ entry }) => entry as Known<T>)
    return entries.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
  }

  protected tablesNaming(code: string): number {
    let tables = this.#tablesOf.get(code)
    if (tables === undefined) {
      tables = 0
      for (const [table, shelf] of this.#shelves) if (shelf.byCode.has(code)) tables |= tableBit(table)
      this.#tablesOf.set(code, tables)
    }
    return tables
  }

  protected holding(row: Row, at: Instant, place: Place | undefined): Variant | undefined {
    return variantIn(row, at, place)
  }

  protected naming(code: string, row: Row, at: Instant, place: Place | undefined): Variant | undefined {
    const variant = variantIn(row, at, place)
    return variant && (row.variants.length === 1 || variant.codes.includes(code)) ? variant : undefined
  }

  protected rowsNaming({ byCode }: Shelf, code: string): readonly Row[] {
    return byCode.get(code) ?? NONE
  }

  #shelfOf(table: ReferenceTable): Shelf {
    let shelf = this.#shelves.get(table)
    if (!shelf) {
      shelf = new Shelf()
      this.#shelves.set(table, shelf)
    }
    return shelf
  }
}

function saysTheSame(a: Entry, b: Entry): boolean {
  return a.effective_to === b.effective_to && JSON.stringify(a.row) === JSON.stringify(b.row)
}
