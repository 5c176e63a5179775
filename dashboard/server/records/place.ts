import type { Scope } from '../access/caller.ts'
import { regionPrefix } from '../alerts/scope.ts'

export interface Sql {
  readonly conditions: readonly string[]
  readonly params: Readonly<Record<string, unknown>>
}

/** Confines questions about settlements to regions, by the place of treatment (else the institution's own) or of insurance. */
export function placeSql({ scope, institutions }: Scope): Sql {
  return {
    conditions: [
      `(arrayExists(p -> startsWith(mdtrt_admdvs, p) OR startsWith(insu_admdvs, p), {scope:Array(String)})
        OR (mdtrt_admdvs = '' AND fixmedins_code IN (SELECT id FROM reference_row WHERE table = 'institution'
          AND arrayExists(p -> startsWith(JSONExtractString(row, 'admdvs'), p), {scope:Array(String)}))))`,
      '(empty({institutions:Array(String)}) OR has({institutions:Array(String)}, fixmedins_code))',
    ],
    params: { scope: scope.map(regionPrefix), institutions },
  }
}

/** A time as it leaves the product. */
export const timeSql = (column: string) => `formatDateTime(${column}, '%Y-%m-%dT%H:%i:%S+08:00', 'Asia/Shanghai')`
