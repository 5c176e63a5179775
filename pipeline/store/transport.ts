import type { TableName } from '../../schemas/tables.ts'
import type { Settings } from './column-sql.ts'
import type { PlacedTable } from './placed-tables.ts'

export type Params = Readonly<Record<string, string | number | boolean | readonly (string | number)[]>>

/** The five ways in which the store speaks to ClickHouse. Every call may fail with what the engine or the network threw. */
export interface Transport {
  /** Makes the database, where it is ours to make. */
  prepare(): Promise<void>
  command(sql: string): Promise<void>
  query<T>(sql: string, params: Params): Promise<T[]>
  /** Rows in ClickHouse's RowBinary, piece by piece as the engine makes them. */
  scan(sql: string, params: Params): AsyncIterable<Uint8Array>
  /** @param rows each as JSON, of columns of the table only; what a row does not name has its type's default */
  insertJson(table: TableName, rows: readonly string[], settings: Settings): Promise<void>
  insertColumns(rows: PlacedTable, settings: Settings): Promise<void>
  close(): Promise<void>
}
