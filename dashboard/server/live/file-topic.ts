import type { Caller, Role } from '../access/caller.ts'
import { hasRole, READERS } from '../access/caller.ts'
import type { AlertReader } from '../alerts/reader.ts'
import type { Database } from '../database/database.ts'
import { scopeCondition } from '../workflow/scope-sql.ts'
import type { Standings } from '../workflow/standings.ts'
import type { About } from './subscription.ts'

/** `case:ID` is a case, or an alert by its own id, as somebody has it open. */
const TOPIC = /^case:(?:(?<caseId>AJ-\d{4}-\d{4,})|(?<alertId>[0-9a-f]{32}))$/
/** Those who may read cases. */
const CASE_READERS: readonly Role[] = ['officer', 'investigator', 'reviewer2', 'panel', 'regulator']

interface FileParts {
  readonly alerts: AlertReader
  readonly database: Database
  readonly standings: Standings
}

/** What a file holds; undefined where it does not exist within the caller's regions. */
export async function fileNamed(topic: string, caller: Caller, parts: FileParts): Promise<About | undefined> {
  const { caseId, alertId } = TOPIC.exec(topic)?.groups ?? {}
  if (alertId && hasRole(caller, READERS)) {
    const alert = await parts.alerts.one(caller, alertId)
    return alert && { holds: (id) => id === alertId, concerns: ({ alert_id }) => alert_id === alertId }
  }
  if (!caseId || !hasRole(caller, CASE_READERS)) return undefined
  const { sql, params } = scopeCondition(caller, 2)
  const [found] = await parts.database.query(`SELECT 1 FROM case_file WHERE case_id = $1 AND ${sql}`, [caseId, ...params])
  if (!found) return undefined
  return {
    holds: (id) => parts.standings.caseOf(id) === caseId,
    concerns: ({ case_id, left_case }) => case_id === caseId || left_case === caseId,
  }
}
