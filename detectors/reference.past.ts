import type { ReferenceRow, ReferenceTable } from '../schemas/reference.ts'
import type { Instant } from '../schemas/time.ts'
import { isCloser, NONE, type Row, type Shelf, tableBit, type Variant, variantIn } from './reference.rows.ts'
import type { Known, Place, ReferenceView } from './reference.ts'

/** Knowledge as it had arrived when its number was this one. Few ask for it, and it looks again each time. */
export class PastReference implements ReferenceView {
  readonly #shelves: ReadonlyMap<ReferenceTable, Shelf>
  readonly version: number

  constructor(shelves: ReadonlyMap<ReferenceTable, Shelf>, number: number) {
    this.#shelves = shelves
    this.version = number
  }

  find<T extends ReferenceTable>(table: T, id: string, at: Instant, place?: Place): Known<T> | undefined {
    const row = this.#shelves.get(table)?.byId.get(id)
    return row && (variantIn(this.#asOf(row), at, place)?.entry as Known<T> | undefined)
  }

  lookup<T extends ReferenceTable>(table: T, code: string, at: Instant, place?: Place): readonly Known<T>[] {
    return this.#naming(table, code, at, place).map(({ entry }) => entry as Known<T>)
  }

  best<T extends ReferenceTable>(
    table: T,
    code: string,
    at: Instant,
    place?: Place,
    where?: (row: ReferenceRow<T>) => boolean,
  ): Known<T> | undefined {
    let best: Variant | undefined
    for (const variant of this.#naming(table, code, at, place)) {
      if (where && !where(variant.entry.row)) continue
      if (!best || isCloser(variant, best)) best = variant
    }
    return best && (best.entry as Known<T>)
  }

  tablesOf(code: string): number {
    let tables = 0
    for (const [table, shelf] of this.#shelves) {
      const rows = rowsEverNaming(shelf, code)
      if (rows.some((row) => this.#asOf(row).variants.some(({ codes }) => codes.includes(code)))) tables |= tableBit(table)
    }
    return tables
  }

  allOf<T extends ReferenceTable>(table: T, at: Instant, place: Place): readonly Known<T>[] {
    const rows = [...(this.#shelves.get(table)?.byId.values() ?? NONE)]
    return rows.flatMap((row) => (variantIn(this.#asOf(row), at, place)?.alone ?? NONE) as unknown as readonly Known<T>[])
  }

  #naming(table: ReferenceTable, code: string, at: Instant, place: Place | undefined): Variant[] {
    const shelf = this.#shelves.get(table)
    if (!shelf) return []
    return rowsEverNaming(shelf, code).flatMap((row) => {
      const variant = variantIn(this.#asOf(row), at, place)
      return variant?.codes.includes(code) ? [variant] : []
    })
  }

  #asOf({ variants, past }: Row): Pick<Row, 'variants'> {
    const number = this.version
    const kept = variants.filter(({ known }) => known <= number)
    const gone = past.filter(({ variant, until }) => variant.known <= number && number < until)
    return { variants: gone.length > 0 ? [...kept, ...gone.map(({ variant }) => variant)] : kept }
  }
}

function rowsEverNaming({ byCode, byPastCode }: Shelf, code: string): readonly Row[] {
  const [rows, past] = [byCode.get(code) ?? NONE, byPastCode.get(code)]
  return past ? [...new Set([...rows, ...past])] : rows
}
