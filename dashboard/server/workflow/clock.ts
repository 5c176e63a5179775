import { formatInstant, type Instant, SECOND } from '../../../schemas/time.ts'
import type { AlertReader } from '../alerts/reader.ts'
import { audit } from './audit.ts'
import type { Desk } from './desk.ts'
import { openTask } from './effects.ts'
import { ended, type HoldRow, saveHolds } from './holds.ts'
import { SYSTEM } from './machine/situation.ts'
import type { StandingChange } from './standings.ts'
import { lockWork, type Subject, saveWork } from './work.ts'

const EVERY = 5 * SECOND
const AT_ONCE = 200
/** The system sees every alert. */
const EVERYTHING: Parameters<AlertReader['one']>[0] = { scope: ['000000'], institutions: [] }

/** Has something to tell the pipeline, again and again until it is told. */
interface Teller {
  tell(): Promise<void>
}

/** What happens because time passes: terms end, claims run out, holds lapse. */
export class Clock {
  readonly #desk: Desk
  readonly #tellers: readonly Teller[]
  readonly #onFailure: (error: unknown) => void
  readonly #timer: NodeJS.Timeout
  #ticking: Promise<void> = Promise.resolve()

  constructor(desk: Desk, tellers: readonly Teller[], onFailure: (error: unknown) => void) {
    this.#desk = desk
    this.#tellers = tellers
    this.#onFailure = onFailure
    this.#timer = setInterval(() => void this.tick(), EVERY)
    this.#timer.unref()
  }

  tick(): Promise<void> {
    this.#ticking = this.#ticking.then(() => this.#work())
    return this.#ticking
  }

  /** What fails is tried again at the next tick, and keeps nothing else from being done. */
  async #work(): Promise<void> {
    const parts = [
      () => this.#endTerms(),
      () => this.#callOverdue(),
      () => this.#endClaims(),
      () => this.#endHolds(),
      ...this.#tellers.map((teller) => () => teller.tell()),
    ]
    for (const part of parts) await part().catch(this.#onFailure)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#ticking
  }

  async #endTerms(): Promise<void> {
    const { database, alerts, standings, now } = this.#desk.parts
    const due = await database.query<{ alert_id: string }>(
      "SELECT alert_id FROM work WHERE on_due <> '' AND due <= $1 ORDER BY due LIMIT $2",
      [now(), AT_ONCE],
    )
    for (const { alert_id } of due) {
      const alert = await alerts.one(EVERYTHING, alert_id)
      if (!alert) continue
      const change = await database.transaction(async (sql) => {
        const work = (await lockWork(sql, [alert_id])).get(alert_id)!
        const { due: term, on_due } = work.situation
        // Somebody may have acted in the meantime.
        if (on_due === '' || term === null || term > now()) return undefined
        return this.#desk.actAsSystem(sql, alert, work, on_due)
      })
      if (change) standings.apply([change])
    }
  }

  /** A term that only warns has passed: that is in the record once, and somebody is asked to see to it. */
  async #callOverdue(): Promise<void> {
    const { database, now } = this.#desk.parts
    const at = now()
    await database.transaction(async (sql) => {
      const late = await sql.query<Subject & { state: string; due: Instant; owner: string }>(
        `SELECT * FROM work WHERE on_due = '' AND due <= $1 AND overdue IS DISTINCT FROM due ORDER BY alert_id LIMIT $2 FOR UPDATE`,
        [at, AT_ONCE],
      )
      for (const { due, state, owner, ...alert } of late) {
        await openTask(sql, alert, { task: 'overdue', text: state }, at)
        await sql.query('UPDATE work SET overdue = due WHERE alert_id = $1', [alert.alert_id])
        const entry = { at, actor: SYSTEM.name, action: 'overdue', object_type: 'alert', object_id: alert.alert_id }
        await audit(sql, [{ ...entry, detail: { from: state, to: state, due: formatInstant(due), owner } }])
      }
      // Where the work has gone on there is nothing left to see to.
      await sql.query(
        `UPDATE task SET done = $1, done_by = $2 FROM work
         WHERE task.kind = 'overdue' AND task.done IS NULL AND work.alert_id = task.alert_id AND (work.due IS NULL OR work.due > $1)`,
        [at, SYSTEM.name],
      )
    })
  }

  /** A claim that has run out changes nothing but the name of the owner. */
  async #endClaims(): Promise<void> {
    const { database, feed, standings, now } = this.#desk.parts
    const at = now()
    const changes = await database.transaction(async (sql) => {
      const over = await sql.query<{ alert_id: string }>('SELECT alert_id FROM work WHERE claimed_until <= $1 LIMIT $2', [
        at,
        AT_ONCE,
      ])
      const works = await lockWork(
        sql,
        over.map(({ alert_id }) => alert_id),
      )
      const told: StandingChange[] = []
      for (const work of works.values()) {
        const { claim } = work.situation
        if (claim && claim.until > at) continue
        const situation = { ...work.situation, claim: null }
        told.push(await saveWork(sql, { ...work, situation }, { now: at, seq: feed.hwm() }))
      }
      return told
    })
    if (changes.length > 0) standings.apply(changes)
  }

  /** A suspicion that nobody confirmed in five working days, and a hold that no officer prolonged after thirty days. */
  async #endHolds(): Promise<void> {
    const { database, now } = this.#desk.parts
    const at = now()
    await database.transaction(async (sql) => {
      const lapsed = await sql.query<HoldRow>(
        `SELECT * FROM hold WHERE state IN ('REQUESTED', 'HELD') AND (confirm_by <= $1 OR expires <= $1)
         ORDER BY hold_id LIMIT $2 FOR UPDATE`,
        [at, AT_ONCE],
      )
      const released = lapsed.flatMap((hold) => {
        const reason = hold.confirm_by !== null && hold.confirm_by <= at ? 'NOT_CONFIRMED' : 'EXPIRED'
        return ended([hold], 'RELEASED', reason, at)
      })
      await saveHolds(sql, released)
      const entry = { at, actor: SYSTEM.name, action: 'release_hold', object_type: 'alert' }
      await audit(
        sql,
        released.map(({ alert_id, hold_id, setl_id, amt, state, end_reason }) => ({
          ...entry,
          object_id: alert_id,
          purpose: end_reason,
          detail: { holds: [{ hold_id, setl_id, amt, state }] },
        })),
      )
    })
  }
}
