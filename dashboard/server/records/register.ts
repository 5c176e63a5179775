import type { Records } from '../ports.ts'

export type RegisterRow = Readonly<Record<string, unknown>>

/** The reference rows that hold now, by id; what is deleted or unknown is left out. */
export async function registered(records: Records, table: string, ids: readonly string[]): Promise<Map<string, RegisterRow>> {
  if (ids.length === 0) return new Map()
  const rows = await records.query<{ id: string; row: string }>(
    `SELECT id, argMax(row, version) AS row FROM reference_row
     WHERE table = {table:String} AND has({ids:Array(String)}, id) GROUP BY id HAVING NOT argMax(deleted, version)`,
    { table, ids: [...new Set(ids)] },
  )
  return new Map(rows.map(({ id, row }) => [id, JSON.parse(row) as RegisterRow]))
}

export function nameOf(row: RegisterRow | undefined): string {
  return typeof row?.name === 'string' ? row.name : ''
}
