import type { Scope } from '../access/caller.ts'
import { regionPrefix } from '../alerts/scope.ts'

/** A scope as a condition of PostgreSQL over a table with a place; takes three parameters from `$first` on. */
export function scopeCondition({ scope, institutions }: Scope, first: number): { sql: string; params: unknown[] } {
  const prefixes = `unnest($${first}::text[]) AS prefix`
  return {
    sql: `(EXISTS (SELECT 1 FROM ${prefixes} WHERE starts_with(admdvs, prefix) OR starts_with(insu_admdvs, prefix))
      AND ($${first + 1}::boolean OR fixmedins_code = ANY($${first + 2})))`,
    params: [scope.map(regionPrefix), institutions.length === 0, [...institutions]],
  }
}
