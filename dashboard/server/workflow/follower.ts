import type { Alert } from '../../../schemas/alert.ts'
import { isShown } from '../alerts/summary.ts'
import type { Sql } from '../database/database.ts'
import type { Feed } from '../ports.ts'
import { type AuditEntry, audit } from './audit.ts'
import type { Desk } from './desk.ts'
import { automaticHolds, type HoldRow, isHeldAutomatically, readHolds, type Settlements, saveHolds } from './holds.ts'
import { SYSTEM } from './machine/situation.ts'
import { UNCONFIRMED } from './machine/transitions.ts'
import { readSettlements } from './settlements.ts'
import type { StandingChange } from './standings.ts'
import { insertWork, joinCase, lockWork, statusEventOf, type Work } from './work.ts'

const PAGE = 500
const RETRY_MS = 1_000

/**
 * What the workflow does by itself when the pipeline speaks: holds money, voids what is retracted, brings back what holds
 * again, lets new alerts join the open case of their subject. It reads the log of alerts from where it stopped, and writes
 * down how far it has come together with what it has done.
 */
export class Follower {
  readonly #desk: Desk
  readonly #feed: Feed
  readonly #onFailure: (error: unknown) => void
  readonly #unsubscribe: () => void
  #following: Promise<void> | undefined
  #again = false
  #retry: NodeJS.Timeout | undefined
  #stopped = false

  constructor(desk: Desk, feed: Feed, onFailure: (error: unknown) => void) {
    this.#desk = desk
    this.#feed = feed
    this.#onFailure = onFailure
    this.#unsubscribe = feed.subscribe(() => this.#wake())
    this.#wake()
  }

  /** Resolves when everything that is committed has been followed. */
  async idle(): Promise<void> {
    while (this.#following) await this.#following
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#retry)
    this.#unsubscribe()
    await this.#following
  }

  #wake(): void {
    this.#again = true
    if (this.#stopped || this.#following || this.#retry) return
    this.#following = this.#follow().then(
      () => {
        this.#following = undefined
      },
      (error) => {
        this.#following = undefined
        this.#onFailure(error)
        this.#retry = setTimeout(() => {
          this.#retry = undefined
          this.#wake()
        }, RETRY_MS)
        this.#retry.unref()
      },
    )
  }

  async #follow(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false
      while (!this.#stopped && (await this.#page())) {
        // One page after another, each its own transaction.
      }
    }
  }

  /** Follows one page; false when there was none. */
  async #page(): Promise<boolean> {
    const { database, records, standings } = this.#desk.parts
    const from = await this.#followed(database)
    const alerts = await this.#feed.since(from, PAGE)
    const last = alerts.at(-1)
    if (!last) return false
    const latest = [...new Map(alerts.filter(isShown).map((alert) => [alert.alert_id, alert])).values()]
    const ids = latest.filter(isOpenAndHeld).flatMap(({ setl_ids }) => setl_ids)
    const settlements = await readSettlements(records, [...new Set(ids)])
    const changes = await database.transaction(async (sql) => {
      // Another server may follow the same log.
      await sql.query('SELECT seq FROM followed FOR UPDATE')
      if ((await this.#followed(sql)) !== from) return []
      const told = await this.#take(sql, latest, settlements)
      await sql.query(
        'INSERT INTO followed VALUES (1, $1, $2) ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq',
        [this.#feed.epoch, last.seq],
      )
      return told
    })
    standings.apply(changes)
    return true
  }

  async #followed(sql: Sql): Promise<number> {
    const [row] = await sql.query<{ epoch: string; seq: number }>('SELECT epoch, seq FROM followed')
    return row?.epoch === this.#feed.epoch ? row.seq : 0
  }

  async #take(sql: Sql, latest: readonly Alert[], settlements: Settlements): Promise<StandingChange[]> {
    const now = this.#desk.parts.now()
    const cases = await openCasesOf(sql, latest)
    const { autoRefuse } = this.#desk.parts.settings
    const needing = latest.filter(
      (alert) =>
        isOpenAndHeld(alert) ||
        (alert.status === 'open' && (cases.has(subjectOf(alert)) || autoRefuse.includes(alert.detector_id))),
    )
    await insertWork(sql, needing, now)
    const ids = latest.map(({ alert_id }) => alert_id)
    const works = await lockWork(sql, ids)
    const known = await readHolds(sql, [...works.keys()])
    const changes: StandingChange[] = []
    const held: HoldRow[] = []
    const entries: AuditEntry[] = []
    for (const alert of latest) {
      const work = works.get(alert.alert_id)
      if (!work) continue
      const event = systemEventOf(alert, work, autoRefuse)
      const change = event && (await this.#desk.actAsSystem(sql, alert, work, event))
      if (change) changes.push(change)
      const state = change?.state ?? work.situation.state
      if (isOpenAndHeld(alert) && UNCONFIRMED.includes(state)) {
        const { afterWorkdays } = await this.#desk.contextFor(alert)
        const made = automaticHolds(
          alert,
          known.filter(({ alert_id }) => alert_id === alert.alert_id),
          { now, afterWorkdays, settlements },
        )
        held.push(...made)
        if (made.length > 0) entries.push(heldEntry(alert, made, now))
      }
      const caseId = alert.status === 'open' && work.case_id === '' ? cases.get(subjectOf(alert)) : undefined
      if (caseId) {
        changes.push(...(await joinCase(sql, [alert.alert_id], caseId, { now, seq: this.#feed.hwm() })))
        await sql.query('UPDATE case_file SET version = version + 1, updated = $2 WHERE case_id = $1', [caseId, now])
        const entry = { at: now, actor: SYSTEM.name, action: 'join', object_type: 'case', object_id: caseId }
        entries.push({ ...entry, detail: { alert_ids: [alert.alert_id] } })
      }
    }
    await saveHolds(sql, held)
    await audit(sql, entries)
    return changes
  }
}

function isOpenAndHeld(alert: Alert): boolean {
  return alert.status === 'open' && isHeldAutomatically(alert)
}

function systemEventOf(alert: Alert, { situation }: Work, autoRefuse: readonly string[]) {
  const event = statusEventOf(alert, situation)
  if (event) return event
  if (situation.state === 'NEW' && situation.version === 1 && autoRefuse.includes(alert.detector_id)) return 'auto_refuse'
  return undefined
}

function heldEntry({ alert_id }: Alert, holds: readonly HoldRow[], now: number): AuditEntry {
  const told = holds.map(({ hold_id, setl_id, amt, state }) => ({ hold_id, setl_id, amt, state }))
  return { at: now, actor: SYSTEM.name, action: 'hold', object_type: 'alert', object_id: alert_id, detail: { holds: told } }
}

const subjectOf = ({ subject_type, subject_id }: { subject_type: string; subject_id: string }) => `${subject_type} ${subject_id}`

/** Cases in which somebody still works, by subject. */
async function openCasesOf(sql: Sql, alerts: readonly Alert[]): Promise<Map<string, string>> {
  const rows = await sql.query<{ subject_type: string; subject_id: string; case_id: string }>(
    `SELECT case_id, subject_type, subject_id FROM case_file WHERE subject_id = ANY($1) AND EXISTS (
       SELECT 1 FROM work WHERE work.case_id = case_file.case_id
         AND state NOT IN ('DISMISSED', 'CLOSED', 'TRANSFERRED', 'VOIDED')) ORDER BY opened`,
    [[...new Set(alerts.map(({ subject_id }) => subject_id))]],
  )
  return new Map(rows.map((row) => [subjectOf(row), row.case_id]))
}
