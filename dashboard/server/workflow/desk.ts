import type { Alert } from '../../../schemas/alert.ts'
import { formatInstant, type Instant } from '../../../schemas/time.ts'
import type { ActionDone, AlertAction, Current } from '../../../schemas/workflow.ts'
import type { Caller } from '../access/caller.ts'
import type { AlertReader } from '../alerts/reader.ts'
import type { Database, Sql } from '../database/database.ts'
import type { Feed, Records } from '../ports.ts'
import { Problem } from '../problems.ts'
import { entryOf } from './action-entry.ts'
import { audit } from './audit.ts'
import { Contexts } from './contexts.ts'
import { applyEffects } from './effects.ts'
import { requestSnooze } from './exceptions.ts'
import { holdChangeOf, holdsUndone, readHolds, saveHolds } from './holds.ts'
import type { Jobs } from './jobs.ts'
import { decide } from './machine/decide.ts'
import type { Decision } from './machine/decision.ts'
import { Refused } from './machine/refused.ts'
import { type Action, type Actor, type Command, type Context, ownerOf, type Situation, SYSTEM } from './machine/situation.ts'
import { undone, undoOf } from './machine/undo.ts'
import { actorOf, commandOf, requireAssignable, requireAttachments, requireNobodyNamed } from './order.ts'
import type { WorkflowSettings } from './settings.ts'
import { readSettlements } from './settlements.ts'
import type { StandingChange, Standings } from './standings.ts'
import { insertWork, lockWork, saveWork, statusEventOf, type Work, type WorkUndo } from './work.ts'

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

const TWO_PERSONS: readonly Action[] = ['hold', 'release_hold', 'transfer', 'snooze']

/** Where people act on alerts: one transaction each, with its entry in the record. */
export class Desk {
  readonly parts: DeskParts
  readonly #contexts: Contexts

  constructor(parts: DeskParts) {
    this.parts = parts
    this.#contexts = new Contexts(parts.records, parts.settings)
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
        const latest = mayHaveMissed(work) ? await alerts.one(caller, alertId) : undefined
        try {
          const taken = await this.#take(sql, { alert, work, command, actor, context, settlements, address })
          return await this.#caughtUp(sql, latest ?? alert, work, taken)
        } catch (error) {
          if (error instanceof Refused) throw refusedAt(error, work, now())
          throw error
        }
      })
      .catch((error) => this.#recordRefusal(error, caller, alertId, order, address))
    standings.apply(change ? [change] : [])
    return done
  }

  async #take(sql: Sql, { alert, work, command, actor, context, settlements, address }: Taking): Promise<Taken> {
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
    return { situation, change, done }
  }

  /**
   * What the pipeline has said in the meantime is done on top of the action, in its transaction: a dismissed alert that was
   * retracted is voided as soon as it is reopened, for reopening has no guard against that and nothing open stays so without
   * its ground (domain: workflow 3.3).
   */
  async #caughtUp(sql: Sql, alert: Alert, work: Work, taken: Taken): Promise<Taken> {
    const { situation, done } = taken
    const event = statusEventOf(alert, situation)
    const change = event && (await this.actAsSystem(sql, alert, { ...work, situation }, event))
    if (!change) return taken
    const { state, state_version, owner } = change
    return { ...taken, change, done: { ...done, state, state_version, owner, undo_until: null, pending: null } }
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
    let decision: Decision
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

  /** The world as the machine sees it for this alert, now. */
  contextFor(alert: Alert): Promise<Context> {
    return this.#contexts.of(alert, this.parts.now())
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

interface Taken {
  readonly situation: Situation
  readonly change: StandingChange | undefined
  readonly done: ActionDone
}

/**
 * Whether what the pipeline says may have passed the work by: there was none yet, or the alert was dismissed. Asked with the
 * work locked, so that what is said later finds it as it is then.
 */
function mayHaveMissed({ situation: { state, version } }: Work): boolean {
  return version === 1 || state === 'DISMISSED'
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
