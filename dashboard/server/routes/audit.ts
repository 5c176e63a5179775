import { Type } from 'typebox'
import { DAY, formatInstant, parseDay, startOfDay } from '../../../schemas/time.ts'
import { AuditRow } from '../../../schemas/workflow.ts'
import { cutPage, decodeCursor } from '../alerts/cursor.ts'
import type { App } from '../app.ts'
import type { Database } from '../database/database.ts'
import { type AuditRecord, verifyAudit } from '../workflow/audit.ts'
import { described, Limit, ListOf } from './described.ts'

const Day = Type.String({ format: 'date' })
const Query = Type.Object(
  {
    actor: Type.Optional(Type.String()),
    action: Type.Optional(Type.String()),
    object_type: Type.Optional(Type.String()),
    object_id: Type.Optional(Type.String()),
    from: Type.Optional(Day),
    to: Type.Optional(Day),
    cursor: Type.Optional(Type.String({ maxLength: 200 })),
    limit: Limit,
  },
  { additionalProperties: false },
)
const Verification = Type.Object({
  entries: Type.Integer(),
  broken: Type.Union([Type.Integer(), Type.Null()], { description: 'the first entry that does not follow; null where all do' }),
})

const ORDER = '-n'

/** The record of every action and every look, for the audit administrator. */
export function auditRoutes(app: App, { database }: { database: Database }): void {
  const config = { access: ['audit_admin'] } as const

  app.get(
    '/audit',
    { config, schema: described('audit', 'The record, newest first', { querystring: Query, answer: ListOf(AuditRow) }) },
    async ({ query: { actor, action, object_type, object_id, from, to, cursor, limit } }) => {
      const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : decodeCursor(cursor, ORDER).after_key
      const since = from === undefined ? 0 : startOfDay(parseDay(from))
      const until = to === undefined ? Number.MAX_SAFE_INTEGER : startOfDay(parseDay(to)) + DAY
      const found = await database.query<AuditRecord>(
        `SELECT * FROM audit WHERE n < $1 AND at >= $2 AND at < $3 AND actor = coalesce($4, actor)
           AND action = coalesce($5, action) AND object_type = coalesce($6, object_type)
           AND object_id = coalesce($7, object_id) ORDER BY n DESC LIMIT $8`,
        [before, since, until, actor ?? null, action ?? null, object_type ?? null, object_id ?? null, limit + 1],
      )
      const { page, next } = cutPage(found, limit, ORDER, ({ n }) => [n, ''])
      const rows = page.map((row) => ({ ...row, at: formatInstant(row.at), detail: JSON.parse(row.detail) }))
      return { rows, next }
    },
  )

  app.get(
    '/audit/verification',
    { config, schema: described('audit', 'Whether the chain of the record holds', { answer: Verification }) },
    async () => {
      const { entries, broken = null } = await verifyAudit(database)
      return { entries, broken }
    },
  )
}
