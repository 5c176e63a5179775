import type { ReferenceTable } from '../schemas/reference.ts'
import type { Instant } from '../schemas/time.ts'
import { Lookup } from './reference.lookup.ts'
import { NONE, type Row, type Shelf, tableBit, type Variant, variantIn } from './reference.rows.ts'
import type { Place } from './reference.ts'

/** Knowledge as it had arrived when its number was this one. Few ask for it, and it looks again each time. */
export class PastReference extends Lookup {
  readonly version: number

  constructor(shelves: ReadonlyMap<ReferenceTable, Shelf>, number: number) {
    super(shelves)
    this.version = number
  }

  protected tablesNaming(code: string): number {
    let tables = 0
    for (const [table, shelf] of this.shelves) {
      const rows = this.rowsNaming(shelf, code)
      if (rows.some((row) => this.#asOf(row).variants.some(({ codes }) => codes.includes(code)))) tables |= tableBit(table)
    }
    return tables
  }

  protected holding(row: Row, at: Instant, place: Place | undefined): Variant | undefined {
    return variantIn(this.#asOf(row), at, place)
  }

  protected naming(code: string, row: Row, at: Instant, place: Place | undefined): Variant | undefined {
    const variant = this.holding(row, at, place)
    return variant?.codes.includes(code) ? variant : undefined
  }

  protected rowsNaming({ byCode, byPastCode }: Shelf, code: string): readonly Row[] {
    const [rows, past] = [byCode.get(code) ?? NONE, byPastCode.get(code)]
    return past ? [...new Set([...rows, ...past])] : rows
  }

  #asOf({ variants, past }: Row): Pick<Row, 'variants'> {
    const number = this.version
    const kept = variants.filter(({ known }) => known <= number)
    const gone = past.filter(({ variant, until }) => variant.known <= number && number < until)
    return { variants: gone.length > 0 ? [...kept, ...gone.map(({ variant }) => variant)] : kept }
  }
}
