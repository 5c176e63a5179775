import type { EncodedColumn } from '../decode/column.ts'
import type { EncodedTable, EncodedTables } from '../decode/columns.ts'

/** Where the rows of a range come from, and which of them stay out. */
export interface Origin {
  readonly batch: number
  readonly source: string
  readonly partition: number
  /** Offset of row 0; row `i` has offset `firstOffset + i`. */
  readonly firstOffset: number
  /** Rows of the range that are not stored: duplicates, and those refused after decoding. */
  readonly without: readonly number[]
  /** Originals found for refunds that named none, by row. */
  readonly matchedVoids?: ReadonlyMap<number, string>
}

/** What was made of one range, and where it comes from. */
export interface PlacedTables extends Pick<EncodedTables, 'tables'> {
  readonly origin: Origin
}

/** Rows of one table, of one range or of several. */
export interface PlacedTable {
  readonly table: EncodedTable
  /** Of several, a column `_range` says for each row which of them it is of, counted from 0. */
  readonly origins: readonly Origin[]
}

/** The rows of several ranges, table by table: an insert costs the same for few rows as for many. */
export function* byTable(ranges: readonly PlacedTables[]): Generator<PlacedTable> {
  const parts = ranges.flatMap(({ tables, origin }) => tables.map((table) => ({ table, origin })))
  for (const name of new Set(parts.map(({ table }) => table.table))) {
    const same = parts.filter(({ table }) => table.table === name)
    yield { table: joined(same.map(({ table }) => table)), origins: same.map(({ origin }) => origin) }
  }
}

function joined(parts: readonly EncodedTable[]): EncodedTable {
  const [first, ...others] = parts
  if (others.length === 0) return first!
  const rows = parts.reduce((sum, part) => sum + part.rows, 0)
  const ranges = new Float64Array(rows)
  let from = 0
  for (const [i, part] of parts.entries()) {
    ranges.fill(i, from, from + part.rows)
    from += part.rows
  }
  const columns = first!.columns.map((column, i) =>
    joinedColumn(
      column.name,
      parts.map(({ columns }) => columns[i]!),
      rows,
    ),
  )
  return { table: first!.table, rows, columns: [...columns, { name: '_range', values: ranges }] }
}

function joinedColumn(name: string, parts: readonly EncodedColumn[], rows: number): EncodedColumn {
  const length = parts.reduce((sum, { values }) => sum + values.length, 0)
  const isText = parts[0]!.offsets !== undefined
  const values = isText ? new Uint8Array(length) : new Float64Array(length)
  const offsets = new Int32Array(isText ? rows + 1 : 0)
  let [at, row] = [0, 0]
  for (const part of parts) {
    values.set(part.values, at)
    for (const end of part.offsets?.subarray(1) ?? []) offsets[++row] = at + end
    at += part.values.length
  }
  return isText ? { name, values, offsets } : { name, values }
}
