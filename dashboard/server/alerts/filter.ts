import type { AlertFilter, AlertSummary } from '../../../schemas/wire.ts'
import type { Scope } from '../access/caller.ts'
import type { Standings } from '../workflow/standings.ts'
import type { Sought } from './reader.ts'
import { isInRegions, regionPrefix, withinSql } from './scope.ts'

export type RowTest = (row: AlertSummary) => boolean
/** What of a row belongs to the alert in every revision. */
type Lasting = Pick<AlertSummary, 'detector_id' | 'fixmedins_code' | 'admdvs' | 'insu_admdvs'>

function oneOf<T>(allowed: readonly T[] | undefined): (value: T) => boolean {
  if (!allowed) return () => true
  const set = new Set(allowed)
  return (value) => set.has(value)
}

/** The filter as a test of a row. An absent field asks for nothing, an empty list for what nothing is. */
export function rowTest(filter: Sought): RowTest {
  const severity = oneOf(filter.severity)
  const detector = oneOf(filter.detector_id)
  const institution = oneOf(filter.fixmedins_code)
  const status = oneOf(filter.status)
  const state = oneOf(filter.state)
  const { admdvs, assignee, min_vola_amt: least = Number.NEGATIVE_INFINITY } = filter
  return (row) =>
    severity(row.severity) &&
    detector(row.detector_id) &&
    institution(row.fixmedins_code) &&
    status(row.status) &&
    state(row.state) &&
    row.vola_amt >= least &&
    (admdvs === undefined || isInRegions(admdvs, row)) &&
    (assignee === undefined || row.owner === assignee)
}

/**
 * Whether an earlier revision of the row may have passed the filter. Severity, status, amount and owner change from
 * revision to revision; detector, institution and place belong to the alert.
 */
export function earlierRowTest(filter: AlertFilter): (row: Lasting) => boolean {
  const detector = oneOf(filter.detector_id)
  const institution = oneOf(filter.fixmedins_code)
  const { admdvs } = filter
  return (row) =>
    detector(row.detector_id) && institution(row.fixmedins_code) && (admdvs === undefined || isInRegions(admdvs, row))
}

export interface Sql {
  readonly conditions: readonly string[]
  readonly params: Readonly<Record<string, unknown>>
}

/** The filter as SQL over the columns of `alert`. State and owner are the workflow's: alerts that stand so go in by their ids. */
export function filterSql(filter: Sought, standings: Standings): Sql {
  const conditions: string[] = []
  const params: Record<string, unknown> = {}
  const ask = (condition: string, name: string, value: unknown) => {
    conditions.push(condition)
    params[name] = value
  }
  if (filter.severity) ask('has({severity:Array(UInt8)}, severity)', 'severity', filter.severity)
  if (filter.detector_id) ask('has({detector_id:Array(String)}, detector_id)', 'detector_id', filter.detector_id)
  if (filter.fixmedins_code) ask('has({fixmedins:Array(String)}, fixmedins_code)', 'fixmedins', filter.fixmedins_code)
  if (filter.status) ask('has({status:Array(String)}, status)', 'status', filter.status)
  if (filter.admdvs) ask(withinSql('regions'), 'regions', filter.admdvs.map(regionPrefix))
  if (filter.min_vola_amt !== undefined) ask('vola_amt >= {least:Float64}', 'least', filter.min_vola_amt)
  if (filter.state || filter.assignee !== undefined) {
    const { ids, implied, otherwise } = standings.find(filter)
    conditions.push(
      `(has({standing:Array(String)}, alert_id)
        OR (has({implied:Array(String)}, status) AND NOT has({otherwise:Array(String)}, alert_id)))`,
    )
    Object.assign(params, { standing: ids, implied, otherwise })
  }
  return { conditions, params }
}

/** What every question about alerts is confined to: shown alerts, inside the caller's regions. */
export function scopeSql({ scope, institutions }: Scope): Sql {
  const named = institutions.length > 0
  const conditions = ["mode = 'live'", "disposition = 'alert'", withinSql('scope')]
  if (named) conditions.push('has({institutions:Array(String)}, fixmedins_code)')
  return { conditions, params: { scope: scope.map(regionPrefix), ...(named && { institutions }) } }
}
