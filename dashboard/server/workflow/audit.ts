import { createHash } from 'node:crypto'
import type { Instant } from '../../../schemas/time.ts'
import type { Database, Sql } from '../database/database.ts'

/** Who did what to which object, why, and what came of it. */
export interface AuditEntry {
  readonly at: Instant
  readonly actor: string
  /** Where the request came from; empty for the system. */
  readonly address?: string
  readonly action: string
  readonly object_type: string
  readonly object_id: string
  readonly purpose?: string
  readonly result?: string
  readonly detail?: Readonly<Record<string, unknown>>
}

export interface AuditRecord {
  readonly n: number
  readonly at: Instant
  readonly actor: string
  readonly address: string
  readonly action: string
  readonly object_type: string
  readonly object_id: string
  readonly purpose: string
  readonly result: string
  /** JSON, byte for byte as it was hashed. */
  readonly detail: string
  readonly hash: string
}

function hashOf(previous: string, record: Omit<AuditRecord, 'hash'>): string {
  const { n, at, actor, address, action, object_type, object_id, purpose, result, detail } = record
  const content = JSON.stringify([n, at, actor, address, action, object_type, object_id, purpose, result, detail])
  return createHash('sha256').update(previous).update(content).digest('hex')
}

/** Continues the chain, inside the transaction of what is recorded: neither is there without the other. */
export async function audit(sql: Sql, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return
  const [head] = await sql.query<{ n: number; hash: string }>('SELECT n, hash FROM audit_head FOR UPDATE')
  let { n, hash } = head!
  const records = entries.map((entry): AuditRecord => {
    const { at, actor, address = '', action, object_type, object_id, purpose = '', result = 'done', detail = {} } = entry
    const text = JSON.stringify(detail)
    const record = { n: ++n, at, actor, address, action, object_type, object_id, purpose, result, detail: text }
    hash = hashOf(hash, record)
    return { ...record, hash }
  })
  await sql.query(
    `INSERT INTO audit SELECT * FROM jsonb_to_recordset($1::jsonb) AS entry (n bigint, at bigint, actor text, address text,
       action text, object_type text, object_id text, purpose text, result text, detail text, hash text)`,
    [JSON.stringify(records)],
  )
  await sql.query('UPDATE audit_head SET n = $1, hash = $2', [n, hash])
}

export interface AuditVerification {
  readonly entries: number
  /** The first entry that does not follow from the one before it; undefined where all do. */
  readonly broken: number | undefined
}

const PAGE = 2_000

/** Recomputes the whole chain: a changed, missing or added entry is found, and so is a cut end. */
export async function verifyAudit(database: Database): Promise<AuditVerification> {
  let n = 0
  let hash = ''
  for (;;) {
    const records = await database.query<AuditRecord>('SELECT * FROM audit WHERE n > $1 ORDER BY n LIMIT $2', [n, PAGE])
    for (const record of records) {
      if (record.n !== n + 1 || record.hash !== hashOf(hash, record)) return { entries: n, broken: n + 1 }
      n = record.n
      hash = record.hash
    }
    if (records.length < PAGE) break
  }
  const [head] = await database.query<{ n: number; hash: string }>('SELECT n, hash FROM audit_head')
  return { entries: n, broken: head!.n === n && head!.hash === hash ? undefined : n + 1 }
}

/** Alerts that stand otherwise than the record says: somebody has changed the work and not the record. At most a hundred. */
export async function unexplained(database: Database): Promise<string[]> {
  const rows = await database.query<{ alert_id: string }>(
    `SELECT alert_id FROM work LEFT JOIN LATERAL (
       SELECT detail::jsonb ->> 'to' AS said, (detail::jsonb ->> 'state_version')::integer AS version FROM audit
       WHERE object_type = 'alert' AND object_id = work.alert_id AND result = 'done' AND detail LIKE '%"state_version":%'
       ORDER BY n DESC LIMIT 1) AS last ON true
     WHERE state_version > 1 AND (last.said IS DISTINCT FROM state OR last.version IS DISTINCT FROM state_version)
     ORDER BY alert_id LIMIT 100`,
  )
  return rows.map(({ alert_id }) => alert_id)
}
