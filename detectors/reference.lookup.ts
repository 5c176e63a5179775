import type { ReferenceRow, ReferenceTable } from '../schemas/reference.ts'
import type { Instant } from '../schemas/time.ts'
import { isCloser, NONE, type Row, type Shelf, type Variant } from './reference.rows.ts'
import type { Known, Place, ReferenceView } from './reference.ts'

/** How rows are looked up, whichever of their variants are known to who asks. */
export abstract class Lookup implements ReferenceView {
  protected readonly shelves: ReadonlyMap<ReferenceTable, Shelf>

  constructor(shelves: ReadonlyMap<ReferenceTable, Shelf>) {
    this.shelves = shelves
  }

  abstract readonly version: number
  abstract tablesOf(code: string): number
  /** The variant of the row that is known and holds. */
  protected abstract holding(row: Row, at: Instant, place: Place | undefined): Variant | undefined
  /** The rows of which a known variant may name the code. */
  protected abstract rowsNaming(shelf: Shelf, code: string): readonly Row[]
  /** The variant of such a row that is known and holds, if it names the code: a nearer or later one may name another. */
  protected abstract naming(code: string, row: Row, at: Instant, place: Place | undefined): Variant | undefined

  find<T extends ReferenceTable>(table: T, id: string, at: Instant, place?: Place): Known<T> | undefined {
    const row = this.shelves.get(table)?.byId.get(id)
    return row && (this.holding(row, at, place)?.entry as Known<T> | undefined)
  }

  lookup<T extends ReferenceTable>(table: T, code: string, at: Instant, place?: Place): readonly Known<T>[] {
    const rows = this.#rowsNaming(table, code)
    const alone = (row: Row) => aloneIn<T>(this.naming(code, row, at, place))
    return rows.length === 1 ? alone(rows[0]!) : rows.flatMap(alone)
  }

  best<T extends ReferenceTable>(
    table: T,
    code: string,
    at: Instant,
    place?: Place,
    where?: (row: ReferenceRow<T>) => boolean,
  ): Known<T> | undefined {
    let best: Variant | undefined
    for (const row of this.#rowsNaming(table, code)) {
      const variant = this.naming(code, row, at, place)
      if (!variant || (where && !where(variant.entry.row))) continue
      if (!best || isCloser(variant, best)) best = variant
    }
    return best && (best.entry as Known<T>)
  }

  allOf<T extends ReferenceTable>(table: T, at: Instant, place: Place): readonly Known<T>[] {
    const rows = [...(this.shelves.get(table)?.byId.values() ?? NONE)]
    return rows.flatMap((row) => aloneIn<T>(this.holding(row, at, place)))
  }

  #rowsNaming(table: ReferenceTable, code: string): readonly Row[] {
    const shelf = this.shelves.get(table)
    return shelf ? this.rowsNaming(shelf, code) : NONE
  }
}

function aloneIn<T extends ReferenceTable>(variant: Variant | undefined): readonly Known<T>[] {
  return (variant?.alone ?? NONE) as unknown as readonly Known<T>[]
}
