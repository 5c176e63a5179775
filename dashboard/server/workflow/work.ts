import type { Alert } from '../../../schemas/alert.ts'
import { fenOf } from '../../../schemas/money.ts'
import type { Instant } from '../../../schemas/time.ts'
import type { Sql } from '../database/database.ts'
import type { HoldRow } from './holds.ts'
import { ownerOf, type Situation, UNTOUCHED } from './machine/situation.ts'
import type { Undo } from './machine/undo.ts'
import { STANDING_COLUMNS, type StandingChange } from './standings.ts'

/** Taking an action back also brings its holds back to where they were. */
export type WorkUndo = Undo & { readonly holds: readonly HoldRow[] }

/** An alert in the workflow's database. */
export interface Work {
  readonly alert_id: string
  readonly case_id: string
  readonly situation: Situation
  readonly undo: WorkUndo | null
  readonly revision: number
}

interface Row {
  readonly alert_id: string
  readonly case_id: string
  readonly revision: number
  readonly situation: Situation & { readonly undo: WorkUndo | null }
}

/** What of an alert stands beside its work, for lists and scopes. */
export type Subject = Pick<
  Alert,
  | 'alert_id'
  | 'status'
  | 'detector_id'
  | 'subject_type'
  | 'subject_id'
  | 'psn_no'
  | 'fixmedins_code'
  | 'admdvs'
  | 'insu_admdvs'
  | 'severity'
  | 'result_type'
  | 'vola_amt'
  | 'revision'
>

/** Whom a measure against a person concerns; empty where the alert is about nobody in particular. */
export function personOf({ subject_type, subject_id, psn_no }: Pick<Alert, 'subject_type' | 'subject_id' | 'psn_no'>): string {
  return subject_type === 'person' ? subject_id : psn_no
}

function workOf({ situation: { undo, ...situation }, ...row }: Row): Work {
  return { ...row, situation, undo }
}

/** How an alert stands on which nobody has acted. */
export function untouched({ status }: Pick<Alert, 'status'>): Situation {
  return status === 'retracted' ? { ...UNTOUCHED, state: 'VOIDED' } : UNTOUCHED
}

/** What the system does where the work does not yet say of an alert what the pipeline says. */
export function statusEventOf({ status }: Pick<Alert, 'status'>, { state, ground_voided }: Situation) {
  if (status === 'retracted') return 'retract'
  return state === 'VOIDED' || ground_voided ? 'restore' : undefined
}

export async function readWork(sql: Sql, alertId: string): Promise<Work | undefined> {
  const [row] = await sql.query<Row>('SELECT alert_id, case_id, revision, situation FROM work WHERE alert_id = $1', [alertId])
  return row && workOf(row)
}

/** The work of the alerts that have any, locked until the transaction ends; always in the same order, so that none waits for another in a circle. */
export async function lockWork(sql: Sql, alertIds: readonly string[]): Promise<Map<string, Work>> {
  const rows = await sql.query<Row>(
    'SELECT alert_id, case_id, revision, situation FROM work WHERE alert_id = ANY($1) ORDER BY alert_id FOR UPDATE',
    [alertIds],
  )
  return new Map(rows.map((row) => [row.alert_id, workOf(row)]))
}

/** Makes the rows of alerts that have none yet. */
export async function insertWork(sql: Sql, alerts: readonly Subject[], now: Instant): Promise<void> {
  if (alerts.length === 0) return
  const rows = [...alerts]
    .sort((a, b) => (a.alert_id < b.alert_id ? -1 : 1))
    .map((alert) => {
      const situation = untouched(alert)
      const { state, version: state_version } = situation
      const vola_amt = fenOf(alert.vola_amt)
      return { ...alert, vola_amt, state, state_version, owner: '', on_due: '', situation: { ...situation, undo: null } }
    })
  await sql.query(
    `INSERT INTO work (alert_id, state, state_version, owner, on_due, situation, detector_id, subject_type, subject_id,
       fixmedins_code, admdvs, insu_admdvs, severity, result_type, vola_amt, revision, changed, changed_at_seq)
     SELECT alert_id, state, state_version, owner, on_due, situation, detector_id, subject_type, subject_id,
       fixmedins_code, admdvs, insu_admdvs, severity, result_type, vola_amt, revision, $2, 0
     FROM jsonb_to_recordset($1::jsonb) AS entry (alert_id text, state text, state_version int, owner text, on_due text,
       situation jsonb, detector_id text, subject_type text, subject_id text, fixmedins_code text, admdvs text,
       insu_admdvs text, severity int, result_type text, vola_amt bigint, revision int)
     ON CONFLICT (alert_id) DO NOTHING`,
    [JSON.stringify(rows), now],
  )
}

/** Writes the situation down; returns how the alert stands now. */
export async function saveWork(
  sql: Sql,
  { alert_id, situation, undo }: Pick<Work, 'alert_id' | 'situation' | 'undo'>,
  { now, seq, revision = 0 }: { now: Instant; seq: number; revision?: number },
): Promise<StandingChange> {
  const { state, version, claim, due, on_due } = situation
  const owner = ownerOf(situation, now)
  const claimedUntil = claim && claim.until > now ? claim.until : null
  const [row] = await sql.query<StandingChange>(
    `UPDATE work SET state = $2, state_version = $3, owner = $4, claimed_until = $5, due = $6, on_due = $7, situation = $8,
       changed = $9, changed_at_seq = $10, revision = greatest(revision, $11) WHERE alert_id = $1
     RETURNING ${STANDING_COLUMNS}`,
    [alert_id, state, version, owner, claimedUntil, due, on_due, JSON.stringify({ ...situation, undo }), now, seq, revision],
  )
  return row!
}

/** Puts alerts that have work into a case; returns how they stand now. */
export async function joinCase(
  sql: Sql,
  alertIds: readonly string[],
  caseId: string,
  { now, seq }: { now: Instant; seq: number },
): Promise<StandingChange[]> {
  return sql.query<StandingChange>(
    `UPDATE work SET case_id = $2, changed = $3, changed_at_seq = $4 WHERE alert_id = ANY($1) RETURNING ${STANDING_COLUMNS}`,
    [alertIds, caseId, now, seq],
  )
}
