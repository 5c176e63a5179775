import { createHash, randomUUID } from 'node:crypto'
import { fenOf, yuan } from '../../../schemas/money.ts'
import { formatInstant } from '../../../schemas/time.ts'
import type { BulkAction, BulkDone, BulkRegion, BulkReview, BulkWaiting } from '../../../schemas/workflow.ts'
import { accountOf } from '../access/accounts.ts'
import type { Caller, Scope } from '../access/caller.ts'
import { isWithin } from '../alerts/scope.ts'
import type { Sql } from '../database/database.ts'
import { Problem } from '../problems.ts'
import { audit } from './audit.ts'
import type { Desk } from './desk.ts'
import { actOnMany, previewMany } from './many.ts'

/** What one person may do at once. */
const ALONE_MAX = 200
const WAITING_SHOWN = 100

type Changes = BulkDone['ok']
type Place = Pick<Changes[number], 'fixmedins_code' | 'admdvs' | 'insu_admdvs'>

interface Waiting {
  readonly bulk_id: string
  readonly action: BulkAction
  readonly requested_by: string
  readonly requested: number | string
  /** What would have changed when it was asked for. */
  readonly told: { readonly regions: BulkRegion[]; readonly places: readonly Place[] }
}

/** How what would change spreads over the regions, the most money first. */
function regionsOf(changes: Changes): BulkRegion[] {
  const regions = new Map<string, { alerts: number; fen: number }>()
  for (const { admdvs, vola_amt } of changes) {
    const region = regions.get(admdvs) ?? { alerts: 0, fen: 0 }
    regions.set(admdvs, { alerts: region.alerts + 1, fen: region.fen + fenOf(vola_amt) })
  }
  const rows = [...regions].map(([admdvs, { alerts, fen }]) => ({ admdvs, alerts, vola_amt: yuan(fen) }))
  return rows.sort((a, b) => b.vola_amt - a.vola_amt || (a.admdvs < b.admdvs ? -1 : 1))
}

function placesOf(changes: Changes): Place[] {
  const places = changes.map(({ fixmedins_code, admdvs, insu_admdvs }) => ({ fixmedins_code, admdvs, insu_admdvs }))
  return [...new Map(places.map((place) => [JSON.stringify(place), place])).values()]
}

/** The same for the same changes only. */
function stampOf(changes: Changes): string {
  const content = changes.map(({ alert_id, state_version, vola_amt }) => [alert_id, state_version, vola_amt])
  return createHash('sha256').update(JSON.stringify(content)).digest('hex')
}

/** A second person answers for all of it, and so must see all of it. */
function seesAll(scope: Scope, { told }: Pick<Waiting, 'told'>): boolean {
  return told.places.every((place) => isWithin(scope, place))
}

function waitingTold({ bulk_id, action: order, requested_by, requested }: Waiting): BulkWaiting {
  const { action, alerts, reason = '', note = '' } = order
  return { bulk_id, action, alerts: alerts.length, reason, note, requested_by, requested: formatInstant(Number(requested)) }
}

/** One action on many alerts: looked at first, done at once, or, when they are very many, asked of a second person. */
export class Bulk {
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
  }

  async ask(caller: Caller, bulk: BulkAction, address: string): Promise<BulkDone> {
    const { alerts, preview, ...order } = bulk
    if (preview) return previewMany(this.#desk, caller, alerts, order)
    if (alerts.length <= ALONE_MAX) return actOnMany(this.#desk, caller, alerts, order, address)
    const looked = await previewMany(this.#desk, caller, alerts, order)
    const { database, now } = this.#desk.parts
    const bulk_id = randomUUID()
    const told = { regions: regionsOf(looked.ok), places: placesOf(looked.ok) }
    await database.transaction(async (sql) => {
      const values = [bulk_id, JSON.stringify(bulk), caller.username, now(), JSON.stringify(told)]
      await sql.query('INSERT INTO bulk (bulk_id, action, requested_by, requested, told) VALUES ($1, $2, $3, $4, $5)', values)
      const detail = { action: bulk.action, alerts: alerts.length, regions: told.regions }
      const entry = { at: now(), actor: caller.username, address, object_type: 'bulk', object_id: bulk_id, detail }
      await audit(sql, [{ ...entry, action: 'request_bulk' }])
    })
    const concerns = (who: Caller) => who.username !== caller.username && seesAll(who, { told })
    this.#desk.parts.jobs.tell({ code: 'BULK_WAITING', message: 'A bulk action waits for approval.', object: bulk_id, concerns })
    return { ...looked, bulk_id }
  }

  /** What waits for a second person who sees all of it, the oldest first. */
  async waiting(caller: Caller): Promise<BulkWaiting[]> {
    const rows = await this.#desk.parts.database.query<Waiting>(
      "SELECT * FROM bulk WHERE approved_by = '' ORDER BY requested, bulk_id LIMIT $1",
      [WAITING_SHOWN],
    )
    return rows.filter((row) => seesAll(caller, row)).map(waitingTold)
  }

  /** What would change, beside what would have changed when it was asked for. @throws Problem `BULK_UNKNOWN` */
  async review(caller: Caller, bulkId: string): Promise<BulkReview> {
    const { row, requester } = await readWaiting(this.#desk.parts.database, caller, bulkId)
    const { alerts, preview: _preview, ...order } = row.action
    const { ok, conflict, failed } = await previewMany(this.#desk, requester, alerts, order)
    const others = { conflict: conflict.length, failed: failed.length, stamp: stampOf(ok) }
    return { ...waitingTold(row), asked: row.told.regions, now: regionsOf(ok), ...others }
  }

  /**
   * A second person lets happen what was seen; it remains the first one's action.
   * @throws Problem `BULK_UNKNOWN`, `FOUR_EYES`, `BULK_CHANGED` with the `review` as it is now
   */
  async approve(caller: Caller, bulkId: string, stamp: string, address: string): Promise<BulkDone> {
    const { database, now } = this.#desk.parts
    const { row } = await readWaiting(database, caller, bulkId)
    if (row.requested_by === caller.username) throw new Problem('FOUR_EYES')
    const review = await this.review(caller, bulkId)
    if (review.stamp !== stamp) throw new Problem('BULK_CHANGED', undefined, undefined, { review })
    const { action, requester } = await database.transaction(async (sql) => {
      const locked = await readWaiting(sql, caller, bulkId, 'FOR UPDATE')
      await sql.query('UPDATE bulk SET approved_by = $2 WHERE bulk_id = $1', [bulkId, caller.username])
      const entry = { at: now(), actor: caller.username, address, object_type: 'bulk', object_id: bulkId }
      const detail = { requested_by: row.requested_by, regions: review.now }
      await audit(sql, [{ ...entry, action: 'approve_bulk', detail }])
      return { action: locked.row.action, requester: locked.requester }
    })
    const { alerts, preview: _preview, ...order } = action
    const done = await actOnMany(this.#desk, requester, alerts, order, address)
    const concerns = ({ username }: Caller) => username === row.requested_by
    this.#desk.parts.jobs.tell({
      code: 'BULK_DONE',
      message: 'A bulk action of yours was approved and is done.',
      object: bulkId,
      concerns,
    })
    return done
  }
}

/** A bulk action that waits, and the person whose action it is. @throws Problem `BULK_UNKNOWN` */
async function readWaiting(
  sql: Sql,
  caller: Caller,
  bulkId: string,
  lock: '' | 'FOR UPDATE' = '',
): Promise<{ row: Waiting; requester: Caller }> {
  const [row] = await sql.query<Waiting>(`SELECT * FROM bulk WHERE bulk_id = $1 AND approved_by = '' ${lock}`, [bulkId])
  const account = row && seesAll(caller, row) && (await accountOf(sql, row.requested_by))
  if (!row || !account || account.disabled) throw new Problem('BULK_UNKNOWN')
  const { username, roles, scope, institutions, recusals } = account
  const nobodySignedIn = { credential: '', passwordChange: false, totp: false }
  return { row, requester: { username, roles, scope, institutions, recusals, ...nobodySignedIn } }
}
