import type { ReferenceRow, ReferenceTable } from '../schemas/reference.ts'
import type { Instant } from '../schemas/time.ts'
import { baseOf } from './item-code.ts'
import { isCloser, NONE, type Row, type Shelf, tableBit, type Variant } from './reference.rows.ts'
import type { Known, Place, ReferenceView } from './reference.ts'

/**
 * How rows are looked up, whichever of their variants are known to who asks. A row that names the base of an item's code
 * speaks of the item too, unless a row of the table that holds there and then names the code itself: a local code of another
 * region or year takes no national row away.
 */
export abstract class Lookup implements ReferenceView {
  protected readonly shelves: ReadonlyMap<ReferenceTable, Shelf>

  constructor(shelves: ReadonlyMap<ReferenceTable, Shelf>) {
    this.shelves = shelves
  }

  abstract readonly version: number
  /** The tables with a row that names this very code. */
  protected abstract tablesNaming(code: string): number
  /** The variant of the row that is known and holds. */
  protected abstract holding(row: Row, at: Instant, place: Place | undefined): Variant | undefined
  /** The rows of which a known variant may name the code. */
  protected abstract rowsNaming(shelf: Shelf, code: string): readonly Row[]
  /** The variant of such a row that is known and holds, if it names the code: a nearer or later one may name another. */
  protected abstract naming(code: string, row: Row, at: Instant, place: Place | undefined): Variant | undefined

  find<T extends ReferenceTable>(table: T, id: string, at: Instant, place?: Place): Known<T> | undefined {
    const own = this.#find(table, id, at, place)
    // The ids of all other tables are those of persons, institutions, diseases and the like.
    if (own || table !== 'item') return own
    const base = baseOf(id)
    return base === undefined ? undefined : this.#find(table, base, at, place)
  }

  lookup<T extends ReferenceTable>(table: T, code: string, at: Instant, place?: Place): readonly Known<T>[] {
    const name = this.nameIn(table, code, at, place)
    const rows = this.#rowsNaming(table, name)
    const alone = (row: Row) => aloneIn<T>(this.naming(name, row, at, place))
    return rows.length === 1 ? alone(rows[0]!) : rows.flatMap(alone)
  }

  best<T extends ReferenceTable>(
    table: T,
    code: string,
    at: Instant,
    place?: Place,
    where?: (row: ReferenceRow<T>) => boolean,
  ): Known<T> | undefined {
    const name = this.nameIn(table, code, at, place)
    let best: Variant | undefined
    for (const row of this.#rowsNaming(table, name)) {
      const variant = this.naming(name, row, at, place)
      if (!variant || (where && !where(variant.entry.row))) continue
      if (!best || isCloser(variant, best)) best = variant
    }
    return best && (best.entry as Known<T>)
  }

  nameIn(table: ReferenceTable, code: string, at: Instant, place?: Place): string {
    const base = baseOf(code)
    if (base === undefined || tableBit(table) === 0) return code
    return this.#rowsNaming(table, code).some((row) => this.naming(code, row, at, place)) ? code : base
  }

  tablesOf(code: string): number {
    const base = baseOf(code)
    return base === undefined ? this.tablesNaming(code) : this.tablesNaming(code) | this.tablesNaming(base)
  }

  allOf<T extends ReferenceTable>(table: T, at: Instant, place: Place): readonly Known<T>[] {
    const rows = [...(this.shelves.get(table)?.byId.values() ?? NONE)]
    return rows.flatMap((row) => aloneIn<T>(this.holding(row, at, place)))
  }

  #find<T extends ReferenceTable>(table: T, id: string, at: Instant, place: Place | undefined): Known<T> | undefined {
    const row = this.shelves.get(table)?.byId.get(id)
    return row && (this.holding(row, at, place)?.entry as Known<T> | undefined)
  }

  #rowsNaming(table: ReferenceTable, code: string): readonly Row[] {
    const shelf = this.shelves.get(table)
    return shelf ? this.rowsNaming(shelf, code) : NONE
  }
}

function aloneIn<T extends ReferenceTable>(variant: Variant | undefined): readonly Known<T>[] {
  return (variant?.alone ?? NONE) as unknown as readonly Known<T>[]
}
