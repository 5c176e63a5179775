import { randomUUID } from 'node:crypto'
import type { Alert } from '../../../schemas/alert.ts'
import { type Fen, fenOf } from '../../../schemas/money.ts'
import { formatInstant, type Instant, parseDay } from '../../../schemas/time.ts'
import type { ActionDone, AlertAction, BulkDone, Current } from '../../../schemas/workflow.ts'
import { accountOf } from '../access/accounts.ts'
import type { Caller } from '../access/caller.ts'
import { personsOf } from '../alerts/mask.ts'
import { namesPerson } from '../alerts/personal-numbers.ts'
import type { AlertReader } from '../alerts/reader.ts'
import { isWithin } from '../alerts/scope.ts'
import type { Database, Sql } from '../database/database.ts'
import type { Feed, Records } from '../ports.ts'
import { Problem } from '../problems.ts'
import { type AuditEntry, audit } from './audit.ts'
import { afterWorkdays, type WorkdayCalendar } from './calendar.ts'
import { applyEffects } from './effects.ts'
import { requestSnooze } from './exceptions.ts'
import {
  confirmHolds,
  type HoldChange,
  type HoldRow,
  holdByHand,
  holdsUndone,
  readHolds,
  releaseByHand,
  saveHolds,
} from './holds.ts'
import type { Jobs } from './jobs.ts'
import { decide } from './machine/decide.ts'
import type { Effect } from './machine/decision.ts'
import { Refused } from './machine/refused.ts'
import { type Action, type Actor, type Command, type Context, ownerOf, type Situation, SYSTEM } from './machine/situation.ts'
import { undone, undoOf } from './machine/undo.ts'
import { readCalendar, readSettlements } from './settlements.ts'
import type { StandingChange, Standings } from './standings.ts'
import { insertWork, lockWork, personOf, saveWork, untouched, type Work, type WorkUndo } from './work.ts'

export interface WorkflowSettings {
  /** From this amount on a case may be filed without an article of fraud. */
  readonly criminalThreshold: Fen
  /** Detectors whose definite findings are refused without a first review. */
  readonly autoRefuse: readonly string[]
}
export const WORKFLOW_DEFAULTS: WorkflowSettings = { criminalThreshold: 10_000_00, autoRefuse: [] }

export interface DeskParts {
  readonly database: Database
  readonly records: Records
  readonly alerts: AlertReader
  readonly feed: Pick<Feed, 'hwm'>
  readonly standings: Standings
  readonly settings: WorkflowSettings
  /** Where it is said what waits for somebody, and what is done. */
  readonly jobs: Jobs
  readonly now: () => Instant
}

export function actorOf({ username, roles, recusals }: Caller): Actor {
  return { name: username, roles, recusals }
}

const CALENDAR_FOR = 60_000
const TWO_PERSONS: readonly Action[] = ['hold', 'release_hold', 'transfer', 'snooze']
/** What a person does on many alerts at once goes through when nobody has done anything else with them. */
const CONFLICTS: readonly string[] = ['VERSION_STALE', 'CLAIMED_BY_OTHER']

/** Where people act on alerts: one transaction each, with its entry in the record. */
export class Desk {
  readonly parts: DeskParts
  #calendar: { readonly days: Promise<WorkdayCalendar>; readonly until: Instant } | undefined

  constructor(parts: DeskParts) {
    this.parts = parts
  }

  /** @throws Problem `ALERT_UNKNOWN`, or the code of the refusal */
  async act(caller: Caller, alertId: string, order: AlertAction, address: string): Promise<ActionDone> {
    const { alerts, database, standings, now } = this.parts
    const alert = await alerts.one(caller, alertId)
    if (!alert) throw new Problem('ALERT_UNKNOWN')
    const actor = actorOf(caller)
    const command = commandOf(order, actor)
    const context = await this.contextFor(alert)
    const settlements = command.action === 'hold' ? await readSettlements(this.parts.records, alert.setl_ids) : new Map()
    const { change, done } = await database
      .transaction(async (sql) => {
        await insertWork(sql, [alert], context.now)
        const work = (await lockWork(sql, [alertId])).get(alertId)!
        try {
          return await this.#take(sql, { alert, work, command, actor, context, settlements, address })
        } catch (error) {
          if (error instanceof Refused) throw refusedAt(error, work, now())
          throw error
        }
      })
      .catch((error) => this.#recordRefusal(error, caller, alertId, order, address))
    standings.apply(change ? [change] : [])
    if (change?.state_version === 2) await this.#reconcile(caller, alertId)
    return done
  }

  async #take(
    sql: Sql,
    { alert, work, command, actor, context, settlements, address }: Taking,
  ): Promise<{ change: StandingChange | undefined; done: ActionDone }> {
    const { now } = context
    const before = work.situation
    if (command.action !== 'note' && command.version !== before.version) throw new Refused('VERSION_STALE')
    requireNobodyNamed(alert, command)
    await requireAttachments(sql, alert.alert_id, command)
    if (command.action === 'assign') await requireAssignable(sql, alert, command.assignee!)
    const holds = await readHolds(sql, [alert.alert_id])
    const isUndo = command.action === 'undo'
    const decision = isUndo
      ? { situation: undone(before, work.undo, actor, now), effects: [] }
      : decide(before, command, actor, context)
    const { situation } = decision
    const moved = isUndo
      ? { changed: holdsUndone(holds, work.undo!.holds, now), pending: false }
      : holdChangeOf(command, alert, holds, actor, { ...context, settlements })
    await saveHolds(sql, moved.changed)
    if (command.action === 'snooze') await requestSnooze(sql, alert, command, actor, now)
    await applyEffects(
      sql,
      alert,
      decision.effects,
      moved.changed.length > 0 ? await readHolds(sql, [alert.alert_id]) : holds,
      now,
    )
    const plain = isUndo ? null : undoOf(before, command.action, actor, now)
    const undo: WorkUndo | null = command.action === 'note' ? work.undo : plain && { ...plain, holds }
    const change =
      command.action === 'note'
        ? undefined
        : await saveWork(
            sql,
            { alert_id: alert.alert_id, situation, undo },
            { now, seq: this.parts.feed.hwm(), revision: alert.revision },
          )
    await audit(sql, [{ ...entryOf(alert.alert_id, command, before, situation, actor, now, moved), address }])
    const isPending = moved.pending || situation.pending?.action === command.action || command.action === 'snooze'
    const done = {
      alert_id: alert.alert_id,
      state: situation.state,
      state_version: situation.version,
      owner: ownerOf(situation, now),
      undo_until: plain ? formatInstant(plain.until) : null,
      pending: isPending && (TWO_PERSONS as readonly string[]).includes(command.action) ? command.action : null,
    }
    return { change, done }
  }

  /** An alert that nobody followed may have been retracted between the look and the first act. */
  async #reconcile(caller: Caller, alertId: string): Promise<void> {
    const { alerts, database, standings } = this.parts
    const alert = await alerts.one(caller, alertId)
    if (alert?.status !== 'retracted') return
    const change = await database.transaction(async (sql) => {
      const work = (await lockWork(sql, [alertId])).get(alertId)!
      return this.actAsSystem(sql, alert, work, 'retract')
    })
    if (change) standings.apply([change])
  }

  /** What the system does with an alert: timers, retractions. Refusals mean that it has been dealt with otherwise. */
  async actAsSystem(
    sql: Sql,
    alert: Alert,
    work: Work,
    action: 'time_out' | 'retract' | 'restore' | 'auto_refuse',
  ): Promise<StandingChange | undefined> {
    const context = await this.contextFor(alert)
    const command = { action, version: work.situation.version }
    let decision: { situation: Situation; effects: readonly Effect[] }
    try {
      decision = decide(work.situation, command, SYSTEM, context)
    } catch (error) {
      if (error instanceof Refused) return undefined
      throw error
    }
    const { situation, effects } = decision
    if (situation === work.situation) return undefined
    await applyEffects(sql, alert, effects, await readHolds(sql, [alert.alert_id]), context.now)
    await audit(sql, [entryOf(alert.alert_id, command, work.situation, situation, SYSTEM, context.now)])
    return saveWork(
      sql,
      { alert_id: alert.alert_id, situation, undo: null },
      { now: context.now, seq: this.parts.feed.hwm(), revision: alert.revision },
    )
  }

  /** What would become of an action on many alerts; nothing is done. */
  async preview(
    caller: Caller,
    alertIds: readonly { alert_id: string; version: number }[],
    order: Omit<AlertAction, 'version'>,
  ): Promise<BulkDone> {
    const { alerts, database, now } = this.parts
    const actor = actorOf(caller)
    const told: BulkDone = { ok: [], conflict: [], failed: [], vola_amt: 0, bulk_id: null }
    for (const { alert_id, version } of alertIds) {
      const alert = await alerts.one(caller, alert_id)
      if (!alert) {
        told.failed.push({ alert_id, code: 'ALERT_UNKNOWN', message: 'There is no such alert within your regions.' })
        continue
      }
      const context = await this.contextFor(alert)
      const command = commandOf({ ...order, version }, actor)
      const work = await database.query<{ situation: Situation }>('SELECT situation FROM work WHERE alert_id = $1', [alert_id])
      const situation = work[0]?.situation ?? untouched(alert)
      const standing = { state: situation.state, state_version: situation.version, owner: ownerOf(situation, now()) }
      try {
        if (command.action !== 'note' && version !== situation.version) throw new Refused('VERSION_STALE')
        requireNobodyNamed(alert, command)
        if (command.action === 'assign') await requireAssignable(database, alert, command.assignee!)
        const after = decide(situation, command, actor, context).situation
        if (command.action === 'hold' || command.action === 'release_hold') {
          const holds = await readHolds(database, [alert_id])
          const settlements = await readSettlements(this.parts.records, alert.setl_ids)
          holdChangeOf(command, alert, holds, actor, { ...context, settlements })
        }
        const next = { state: after.state, state_version: after.version, owner: ownerOf(after, now()) }
        told.ok.push({ alert_id, from: situation.state, ...next, undo_until: null, ...stakeOf(alert) })
        told.vola_amt = (fenOf(told.vola_amt) + fenOf(alert.vola_amt)) / 100
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        if (CONFLICTS.includes(error.code)) told.conflict.push({ alert_id, code: error.code, ...standing })
        else told.failed.push({ alert_id, code: error.code, message: error.message })
      }
    }
    return told
  }

  /** One action on many alerts, each for itself: what one refuses does not stop the others. */
  async actOnMany(
    caller: Caller,
    alertIds: readonly { alert_id: string; version: number }[],
    order: Omit<AlertAction, 'version'>,
    address: string,
  ): Promise<BulkDone> {
    const { alerts, standings } = this.parts
    const told: BulkDone = { ok: [], conflict: [], failed: [], vola_amt: 0, bulk_id: null }
    for (const { alert_id, version } of alertIds) {
      try {
        const alert = await alerts.one(caller, alert_id)
        if (!alert) throw new Problem('ALERT_UNKNOWN')
        const { state: from } = standings.of(alert)
        const { pending: _pending, ...done } = await this.act(caller, alert_id, { ...order, version }, address)
        told.ok.push({ ...done, from, ...stakeOf(alert) })
        told.vola_amt = (fenOf(told.vola_amt) + fenOf(alert.vola_amt)) / 100
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        const current = error.extra?.current as Current | undefined
        if (current && CONFLICTS.includes(error.code)) {
          const { state, state_version, owner } = current
          told.conflict.push({ alert_id, code: error.code as 'VERSION_STALE', state, state_version, owner })
        } else told.failed.push({ alert_id, code: error.code, message: error.message })
      }
    }
    return told
  }

  /** The world as the machine sees it for this alert, now. */
  async contextFor(alert: Alert): Promise<Context> {
    const { settings } = this.parts
    const now = this.parts.now()
    const calendar = await this.#workdays(now)
    return {
      now,
      afterWorkdays: (n) => afterWorkdays(now, n, calendar),
      alert: {
        fixmedins_code: alert.fixmedins_code,
        result_type: alert.result_type,
        vola_amt: fenOf(alert.vola_amt),
        basis: alert.basis,
        has_evidence: alert.lines.length > 0 || Object.keys(alert.evidence).length > 0,
        has_person: personOf(alert) !== '',
      },
      auto_refuse: settings.autoRefuse.includes(alert.detector_id),
      criminal_threshold: settings.criminalThreshold,
      new_id: randomUUID,
    }
  }

  /** The calendar changes a few times a year: it is read once a minute at most. */
  #workdays(now: Instant): Promise<WorkdayCalendar> {
    if (!this.#calendar || this.#calendar.until <= now) {
      const days = readCalendar(this.parts.records).then(
        (rows) => new Map(rows.map(({ day, workday }) => [parseDay(day), workday])),
      )
      this.#calendar = { days, until: now + CALENDAR_FOR }
      days.catch(() => {
        this.#calendar = undefined
      })
    }
    return this.#calendar.days
  }

  /** That somebody tried what he must not do is worth knowing; that he came too late is not. */
  async #recordRefusal(
    error: unknown,
    caller: Caller,
    alertId: string,
    { action }: AlertAction,
    address: string,
  ): Promise<never> {
    const isForbidden = error instanceof Problem && ['ACTOR_REFUSED', 'FOUR_EYES', 'RECUSED'].includes(error.code)
    if (isForbidden) {
      const entry = { at: this.parts.now(), actor: caller.username, address, action, result: error.code }
      await this.parts.database.transaction((sql) => audit(sql, [{ ...entry, object_type: 'alert', object_id: alertId }]))
    }
    throw error
  }
}

interface Taking {
  readonly alert: Alert
  readonly work: Work
  readonly command: Command
  readonly actor: Actor
  readonly context: Context
  readonly settlements: Awaited<ReturnType<typeof readSettlements>>
  readonly address: string
}

function commandOf({ amount, measures, ...order }: AlertAction, { name }: Actor): Command {
  return {
    ...order,
    ...(order.action === 'assign' && { assignee: order.assignee ?? name }),
    ...(amount !== undefined && { amount: fenOf(amount) }),
    ...(measures && {
      measures: measures.map(({ amount: yuan, ...measure }) => ({
        ...measure,
        ...(yuan !== undefined && { amount: fenOf(yuan) }),
      })),
    }),
  }
}

/** How much of an alert is at risk, and where. */
function stakeOf({ vola_amt, fixmedins_code, admdvs, insu_admdvs }: Alert) {
  return { vola_amt, fixmedins_code, admdvs, insu_admdvs }
}

function holdChangeOf(
  { action, setl_ids }: Command,
  alert: Alert,
  holds: readonly HoldRow[],
  actor: Actor,
  making: Parameters<typeof holdByHand>[4],
): HoldChange {
  if (action === 'hold') return holdByHand(alert, holds, setl_ids, actor, making)
  if (action === 'confirm_hold') return confirmHolds(holds, setl_ids, actor)
  if (action === 'release_hold') return releaseByHand(holds, setl_ids, actor, making.now)
  return { changed: [], pending: false }
}

function requireNobodyNamed(alert: Alert, { note = '', statement = '', reason = '', measures = [] }: Command): void {
  const written = [note, statement, reason, ...measures.map((measure) => measure.note ?? '')].join('\n')
  if (namesPerson(written, personsOf(alert))) throw new Refused('NOTE_NAMES_PERSON')
}

async function requireAttachments(sql: Sql, alertId: string, { attachments = [] }: Command): Promise<void> {
  if (attachments.length === 0) return
  const known = await sql.query('SELECT 1 FROM attachment WHERE alert_id = $1 AND attachment_id = ANY($2)', [
    alertId,
    attachments,
  ])
  if (known.length < new Set(attachments).size) throw new Refused('EVIDENCE_MISSING')
}

/** The assignee reviews alerts, and sees this one. */
async function requireAssignable(sql: Sql, alert: Alert, assignee: string): Promise<void> {
  const account = await accountOf(sql, assignee)
  const reviews = account?.roles.some((role) => role === 'officer' || role === 'investigator')
  if (!account || account.disabled || !reviews || !isWithin(account, alert)) throw new Refused('ASSIGNEE_INVALID')
  if (account.recusals.includes(alert.fixmedins_code)) throw new Refused('ASSIGNEE_INVALID')
}

function refusedAt({ code, message }: Refused, { situation }: Work, now: Instant): Problem {
  const { state, version: state_version, claim, last } = situation
  const current: Current = {
    state,
    state_version,
    owner: ownerOf(situation, now),
    claimed_until: claim && claim.until > now ? formatInstant(claim.until) : null,
    last: last && { actor: last.actor, action: last.action, at: formatInstant(last.at) },
  }
  return new Problem(code, message, undefined, { current })
}

function entryOf(
  alertId: string,
  command: Command,
  before: Situation,
  after: Situation,
  actor: Actor,
  now: Instant,
  holds: HoldChange = { changed: [], pending: false },
): AuditEntry {
  const { action, version: _version, ...given } = command
  return {
    at: now,
    actor: actor.name,
    action,
    object_type: 'alert',
    object_id: alertId,
    purpose: command.reason ?? '',
    detail: {
      from: before.state,
      to: after.state,
      state_version: after.version,
      ...given,
      ...(after.ground_voided !== before.ground_voided && { ground_voided: after.ground_voided }),
      ...(holds.changed.length > 0 && {
        holds: holds.changed.map(({ hold_id, setl_id, amt, state }) => ({ hold_id, setl_id, amt, state })),
        pending: holds.pending,
      }),
    },
  }
}
