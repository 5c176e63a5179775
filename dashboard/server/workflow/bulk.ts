import { randomUUID } from 'node:crypto'
import { formatInstant } from '../../../schemas/time.ts'
import type { BulkAction, BulkDone, BulkWaiting } from '../../../schemas/workflow.ts'
import { accountOf } from '../access/accounts.ts'
import type { Caller } from '../access/caller.ts'
import { Problem } from '../problems.ts'
import { audit } from './audit.ts'
import type { Desk } from './desk.ts'

/** What one person may do at once. */
const ALONE_MAX = 200
const WAITING_SHOWN = 100

interface Waiting {
  readonly bulk_id: string
  readonly action: BulkAction
  readonly requested_by: string
  readonly requested: number | string
}

/** One action on many alerts: looked at first, done at once, or, when they are very many, asked of a second person. */
export class Bulk {
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
  }

  async ask(caller: Caller, bulk: BulkAction, address: string): Promise<BulkDone> {
    const { alerts, preview, ...order } = bulk
    if (preview) return this.#desk.preview(caller, alerts, order)
    if (alerts.length <= ALONE_MAX) return this.#desk.actOnMany(caller, alerts, order, address)
    const looked = await this.#desk.preview(caller, alerts, order)
    const { database, now } = this.#desk.parts
    const bulk_id = randomUUID()
    await database.transaction(async (sql) => {
      const values = [bulk_id, JSON.stringify(bulk), caller.username, now()]
      await sql.query('INSERT INTO bulk (bulk_id, action, requested_by, requested) VALUES ($1, $2, $3, $4)', values)
      const detail = { action: bulk.action, alerts: alerts.length }
      const entry = { at: now(), actor: caller.username, address, object_type: 'bulk', object_id: bulk_id, detail }
      await audit(sql, [{ ...entry, action: 'request_bulk' }])
    })
    return { ...looked, bulk_id }
  }

  /** What waits for a second person, the oldest first. */
  async waiting(): Promise<BulkWaiting[]> {
    const rows = await this.#desk.parts.database.query<Waiting>(
      "SELECT bulk_id, action, requested_by, requested FROM bulk WHERE approved_by = '' ORDER BY requested, bulk_id LIMIT $1",
      [WAITING_SHOWN],
    )
    return rows.map(({ bulk_id, action: { action, alerts, reason = '', note = '' }, requested_by, requested }) => {
      return { bulk_id, action, alerts: alerts.length, reason, note, requested_by, requested: formatInstant(Number(requested)) }
    })
  }

  /** A second person lets it happen; it remains the first one's action. @throws Problem `BULK_UNKNOWN`, `FOUR_EYES` */
  async approve(caller: Caller, bulkId: string, address: string): Promise<BulkDone> {
    const { database, now } = this.#desk.parts
    const { action, requester } = await database.transaction(async (sql) => {
      const [row] = await sql.query<{ action: BulkAction; requested_by: string }>(
        "SELECT action, requested_by FROM bulk WHERE bulk_id = $1 AND approved_by = '' FOR UPDATE",
        [bulkId],
      )
      const requester = row && (await accountOf(sql, row.requested_by))
      if (!row || !requester || requester.disabled) throw new Problem('BULK_UNKNOWN')
      if (row.requested_by === caller.username) throw new Problem('FOUR_EYES')
      await sql.query('UPDATE bulk SET approved_by = $2 WHERE bulk_id = $1', [bulkId, caller.username])
      const entry = { at: now(), actor: caller.username, address, object_type: 'bulk', object_id: bulkId }
      await audit(sql, [{ ...entry, action: 'approve_bulk', detail: { requested_by: row.requested_by } }])
      return { action: row.action, requester }
    })
    const { alerts, preview: _preview, ...order } = action
    const { username, roles, scope, institutions, recusals } = requester
    const person = { username, roles, scope, institutions, recusals, credential: '', passwordChange: false, totp: false }
    return this.#desk.actOnMany(person, alerts, order, address)
  }
}
