import { randomUUID } from 'node:crypto'
import { formatInstant, type Instant, MINUTE } from '../../../schemas/time.ts'
import { LOOK_ALONE_MAX, type Unmasking } from '../../../schemas/workflow.ts'
import type { Caller } from '../access/caller.ts'
import { namesPerson } from '../alerts/personal-numbers.ts'
import { isWithin } from '../alerts/scope.ts'
import type { Sql } from '../database/database.ts'
import { Problem } from '../problems.ts'
import { audit } from './audit.ts'
import type { Desk } from './desk.ts'
import { scopeCondition } from './scope-sql.ts'

/** How long a person is shown; what is seen within that time is seen at once. */
export const UNMASKED_FOR = 10 * MINUTE

interface Place {
  readonly fixmedins_code: string
  readonly admdvs: string
  readonly insu_admdvs: string
}

export interface Look {
  readonly object_type: 'alert' | 'case'
  readonly object_id: string
  readonly place: Place
  readonly persons: number
  readonly reason: string
  /** A request to which a second person has agreed. */
  readonly unmasking_id?: string
  readonly address: string
  /** What is recorded, and as which action. */
  readonly action: string
  readonly detail: Readonly<Record<string, unknown>>
}

type Row = Omit<Unmasking, 'requested'> & { readonly requested: Instant }

function told({ unmasking_id, object_type, object_id, persons, reason, requested_by, requested, approved_by }: Row): Unmasking {
  return { unmasking_id, object_type, object_id, persons, reason, requested_by, requested: formatInstant(requested), approved_by }
}

/** Looks at persons: each is recorded before it is answered, and many at once need a second person. */
export class Looks {
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** @throws Problem `APPROVAL_REQUIRED` with the `unmasking_id` of a request, `UNMASKING_UNKNOWN` */
  async take(caller: Caller, look: Look): Promise<{ at: Instant }> {
    const { database, now } = this.#desk.parts
    const at = now()
    if (namesPerson(look.reason)) throw new Problem('NOTE_NAMES_PERSON')
    const asked = await database.transaction(async (sql) => {
      if (look.unmasking_id !== undefined) await spendApproval(sql, caller, look, at)
      else if ((await seenSince(sql, caller, at - UNMASKED_FOR)) + look.persons > LOOK_ALONE_MAX)
        return request(sql, caller, look, at)
      await sql.query('DELETE FROM look WHERE at <= $1', [at - UNMASKED_FOR])
      await sql.query('INSERT INTO look VALUES ($1, $2, $3)', [caller.username, at, look.persons])
      await audit(sql, [entryOf(caller, look, at, look.action, look.detail)])
      return undefined
    })
    if (asked) {
      const concerns = (who: Caller) => who.username !== caller.username && isWithin(who, look.place)
      this.#desk.parts.jobs.tell({
        code: 'LOOK_WAITING',
        message: 'A look at persons waits for approval.',
        object: asked,
        concerns,
      })
      throw new Problem('APPROVAL_REQUIRED', undefined, undefined, { unmasking_id: asked, persons: look.persons })
    }
    return { at }
  }

  /** Requests within the caller's regions to which nobody has agreed yet, the oldest first. */
  async waiting(caller: Caller): Promise<Unmasking[]> {
    const { sql, params } = scopeCondition(caller, 1)
    const rows = await this.#desk.parts.database.query<Row>(
      `SELECT * FROM unmasking WHERE approved_by = '' AND ${sql} ORDER BY requested LIMIT 500`,
      params,
    )
    return rows.map(told)
  }

  /** @throws Problem `UNMASKING_UNKNOWN`, `FOUR_EYES` */
  async approve(caller: Caller, id: string, address: string): Promise<Unmasking> {
    const { database, now } = this.#desk.parts
    const { sql: within, params } = scopeCondition(caller, 2)
    const agreed = await database.transaction(async (sql) => {
      const [row] = await sql.query<Row>(
        `SELECT * FROM unmasking WHERE unmasking_id = $1 AND approved_by = '' AND ${within} FOR UPDATE`,
        [id, ...params],
      )
      if (!row) throw new Problem('UNMASKING_UNKNOWN')
      if (row.requested_by === caller.username) throw new Problem('FOUR_EYES')
      await sql.query('UPDATE unmasking SET approved_by = $2 WHERE unmasking_id = $1', [id, caller.username])
      const { object_type, object_id, reason, persons, requested_by } = row
      const entry = { at: now(), actor: caller.username, address, object_type, object_id, purpose: reason }
      await audit(sql, [{ ...entry, action: 'approve_unmask', detail: { unmasking_id: id, persons, requested_by } }])
      return told({ ...row, approved_by: caller.username })
    })
    const concerns = ({ username }: Caller) => username === agreed.requested_by
    this.#desk.parts.jobs.tell({ code: 'LOOK_APPROVED', message: 'Somebody has agreed to your look.', object: id, concerns })
    return agreed
  }
}

function entryOf(
  { username }: Caller,
  { object_type, object_id, reason, address }: Look,
  at: Instant,
  action: string,
  detail: Look['detail'],
) {
  return { at, actor: username, address, action, object_type, object_id, purpose: reason, detail }
}

async function seenSince(sql: Sql, { username }: Caller, since: Instant): Promise<number> {
  // Two looks of the same person at the same time are counted one after the other.
  await sql.query('SELECT 1 FROM account WHERE username = $1 FOR UPDATE', [username])
  const [row] = await sql.query<{ seen: number | null }>(
    'SELECT sum(persons)::int AS seen FROM look WHERE username = $1 AND at > $2',
    [username, since],
  )
  return row?.seen ?? 0
}

async function request(sql: Sql, caller: Caller, look: Look, at: Instant): Promise<string> {
  const id = randomUUID()
  const { object_type, object_id, place, persons, reason } = look
  await sql.query(
    `INSERT INTO unmasking (unmasking_id, object_type, object_id, fixmedins_code, admdvs, insu_admdvs, persons, reason,
       requested_by, requested) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [id, object_type, object_id, place.fixmedins_code, place.admdvs, place.insu_admdvs, persons, reason, caller.username, at],
  )
  await audit(sql, [entryOf(caller, look, at, 'request_unmask', { unmasking_id: id, persons })])
  return id
}

/** An approval is for one look at this object, by whoever asked, at no more persons than were asked for. */
async function spendApproval(sql: Sql, caller: Caller, look: Look, at: Instant): Promise<void> {
  const used = await sql.query(
    `UPDATE unmasking SET used = $2 WHERE unmasking_id = $1 AND approved_by <> '' AND used IS NULL AND requested_by = $3
       AND object_type = $4 AND object_id = $5 AND persons >= $6 RETURNING unmasking_id`,
    [look.unmasking_id, at, caller.username, look.object_type, look.object_id, look.persons],
  )
  if (used.length === 0) throw new Problem('UNMASKING_UNKNOWN')
}
