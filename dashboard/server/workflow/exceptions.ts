import { randomUUID } from 'node:crypto'
import { DAY, formatInstant, type Instant } from '../../../schemas/time.ts'
import type { ExceptionOrder, ExceptionRow } from '../../../schemas/workflow.ts'
import type { Caller, Scope } from '../access/caller.ts'
import { namesPerson } from '../alerts/personal-numbers.ts'
import { isWithin } from '../alerts/scope.ts'
import type { Database, Sql } from '../database/database.ts'
import type { Ingest } from '../ports.ts'
import { Problem } from '../problems.ts'
import { audit } from './audit.ts'
import { Refused } from './machine/refused.ts'
import type { Actor, Command } from './machine/situation.ts'
import type { Subject } from './work.ts'

const SNOOZE_DAYS = [7, 30, 90]
const LONGEST = 90

/** Where the silence holds; an order without an alert is everybody's business. */
type Place = Pick<Subject, 'fixmedins_code' | 'admdvs' | 'insu_admdvs'>
const ANYWHERE: Place = { fixmedins_code: '', admdvs: '', insu_admdvs: '' }

interface Row extends Omit<ExceptionRow, 'from' | 'to'>, Place {
  readonly alert_id: string
  readonly first_day: string
  readonly last_day: string
}

const dayOfInstant = (at: Instant) => formatInstant(at).slice(0, 10)

async function insertOrder(
  sql: Sql,
  order: ExceptionOrder & Place & { readonly alert_id: string },
  by: string,
  now: Instant,
): Promise<string> {
  const id = randomUUID()
  const { alert_id, detector_id, subject_type, subject_id, fixmedins_code, admdvs, insu_admdvs, to, reason } = order
  const place = [fixmedins_code, admdvs, insu_admdvs]
  await sql.query(
    `INSERT INTO exception_order (exception_id, alert_id, detector_id, subject_type, subject_id, fixmedins_code, admdvs,
       insu_admdvs, first_day, last_day, reason, requested_by, state)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'REQUESTED')`,
    [id, alert_id, detector_id, subject_type, subject_id, ...place, dayOfInstant(now), to, reason, by],
  )
  return id
}

/** Silence for the alert's rule and subject; it begins when a second person confirms it. @throws Refused `DAYS_INVALID` */
export async function requestSnooze(
  sql: Sql,
  alert: Subject,
  { days = 0, note = '' }: Command,
  actor: Actor,
  now: Instant,
): Promise<void> {
  if (!SNOOZE_DAYS.includes(days)) throw new Refused('DAYS_INVALID')
  const to = dayOfInstant(now + days * DAY)
  await insertOrder(sql, { ...alert, to, reason: note }, actor.name, now)
}

/** Rules that are silent for a subject for a time: asked for by one person, granted by another, told to the pipeline. */
export class Exceptions {
  readonly #database: Database
  readonly #ingest: Ingest
  readonly #now: () => Instant

  constructor(database: Database, ingest: Ingest, now: () => Instant) {
    this.#database = database
    this.#ingest = ingest
    this.#now = now
  }

  async list(scope: Scope, state: string | undefined): Promise<ExceptionRow[]> {
    const today = dayOfInstant(this.#now())
    // What waits for an answer comes first.
    const rows = await this.#database.query<Row>(
      "SELECT * FROM exception_order ORDER BY state <> 'REQUESTED', state <> 'ACTIVE', first_day DESC, exception_id",
    )
    const visible = rows.filter((row) => row.admdvs === '' || isWithin(scope, row))
    return visible.map((row) => told(row, today)).filter((row) => state === undefined || row.state === state)
  }

  async request(order: ExceptionOrder, { username }: Caller): Promise<ExceptionRow> {
    const now = this.#now()
    const today = dayOfInstant(now)
    if (order.to < today || order.to > dayOfInstant(now + LONGEST * DAY))
      throw new Problem('DAYS_INVALID', `At most ${LONGEST} days from now.`)
    if (namesPerson(order.reason, order.subject_type === 'person' ? [order.subject_id] : [])) {
      throw new Problem('NOTE_NAMES_PERSON')
    }
    const id = await this.#database.transaction(async (sql) => {
      const made = await insertOrder(sql, { ...order, ...ANYWHERE, alert_id: '' }, username, now)
      await audit(sql, [
        {
          at: now,
          actor: username,
          action: 'request_exception',
          object_type: 'exception',
          object_id: made,
          purpose: order.reason,
          detail: { ...order },
        },
      ])
      return made
    })
    return this.#one(id)
  }

  /** @throws Problem `EXCEPTION_UNKNOWN`, `EXCEPTION_SETTLED`, `FOUR_EYES` */
  async settle(id: string, verdict: 'confirm' | 'refuse' | 'end', caller: Caller): Promise<ExceptionRow> {
    const now = this.#now()
    const { username } = caller
    await this.#database.transaction(async (sql) => {
      const [row] = await sql.query<Row>('SELECT * FROM exception_order WHERE exception_id = $1 FOR UPDATE', [id])
      if (!row || (row.admdvs !== '' && !isWithin(caller, row))) throw new Problem('EXCEPTION_UNKNOWN')
      if (row.state !== (verdict === 'end' ? 'ACTIVE' : 'REQUESTED')) throw new Problem('EXCEPTION_SETTLED')
      if (verdict === 'confirm' && row.requested_by === username) throw new Problem('FOUR_EYES')
      const state = { confirm: 'ACTIVE', refuse: 'REFUSED', end: 'ENDED' }[verdict]
      await sql.query('UPDATE exception_order SET state = $2, confirmed_by = $3, told = $4 WHERE exception_id = $1', [
        id,
        state,
        verdict === 'end' ? row.confirmed_by : username,
        verdict === 'refuse',
      ])
      await audit(sql, [{ at: now, actor: username, action: `${verdict}_exception`, object_type: 'exception', object_id: id }])
    })
    await this.tell()
    return this.#one(id)
  }

  /** Hands the pipeline, as reference rows, what it has not been told; what fails is told at the next time. */
  async tell(): Promise<void> {
    const rows = await this.#database.query<Row>("SELECT * FROM exception_order WHERE NOT told AND state IN ('ACTIVE', 'ENDED')")
    if (rows.length === 0) return
    const lines = rows.map((row) => JSON.stringify(referenceOf(row))).join('\n')
    const { rejected } = await this.#ingest.submit(Buffer.from(`${lines}\n`), 'application/x-ndjson')
    const accepted = rows.filter((_, index) => !rejected.some(({ line }) => line === index + 1))
    await this.#database.query('UPDATE exception_order SET told = true WHERE exception_id = ANY($1)', [
      accepted.map(({ exception_id }) => exception_id),
    ])
  }

  async #one(id: string): Promise<ExceptionRow> {
    const [row] = await this.#database.query<Row>('SELECT * FROM exception_order WHERE exception_id = $1', [id])
    return told(row!, dayOfInstant(this.#now()))
  }
}

function referenceOf({ exception_id, alert_id, detector_id, subject_type, subject_id, first_day, last_day, reason, state }: Row) {
  const kind = alert_id === '' ? 'exception' : 'snooze'
  const row = { detector_id, subject_type, subject_id, from: first_day, to: last_day, reason, kind }
  return { kind: 'reference', table: 'exception', id: exception_id, row, ...(state === 'ENDED' && { deleted: true }) }
}

function told({ first_day, last_day, ...row }: Row, today: string): ExceptionRow {
  const { exception_id, detector_id, subject_type, subject_id, reason, requested_by, confirmed_by } = row
  const state = row.state === 'ACTIVE' && last_day < today ? 'EXPIRED' : row.state
  return {
    exception_id,
    detector_id,
    subject_type,
    subject_id,
    from: first_day,
    to: last_day,
    reason,
    requested_by,
    confirmed_by,
    state,
  }
}
