import type { ReferenceTable } from '../../schemas/reference.ts'
import type { Known } from '../reference.ts'
import { regionPrefix } from '../reference.ts'

interface Local {
  readonly admdvs?: string | null
  readonly level?: string | null
}

function nearnessOf({ row }: Known<ReferenceTable>): number {
  const { admdvs, level } = row as Local
  return 2 * regionPrefix(admdvs ?? '').length + (level ? 1 : 0)
}

/**
 * Of rows that say several things of one item at once those of the nearest place: what a province says stands instead of what
 * is said for the whole country (contract: the longest matching `admdvs` prefix wins, then `level`).
 */
export function nearest<T extends ReferenceTable>(rows: readonly Known<T>[]): readonly Known<T>[] {
  if (rows.length < 2) return rows
  const most = Math.max(...rows.map(nearnessOf))
  return rows.filter((row) => nearnessOf(row) === most)
}
