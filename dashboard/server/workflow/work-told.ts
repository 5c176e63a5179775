import type { Static } from 'typebox'
import type { Alert } from '../../../schemas/alert.ts'
import { yuan } from '../../../schemas/money.ts'
import { formatInstant, type Instant } from '../../../schemas/time.ts'
import { ACTIONS, type HistoryEntry, type Work as WorkTold } from '../../../schemas/workflow.ts'
import type { Caller } from '../access/caller.ts'
import type { Sql } from '../database/database.ts'
import type { AuditRecord } from './audit.ts'
import type { Desk } from './desk.ts'
import { holdTold, readHolds } from './holds.ts'
import { mayDo } from './machine/may-do.ts'
import { type Action, type Actor, type Context, type Measure, ownerOf, type Situation } from './machine/situation.ts'
import { actorOf } from './order.ts'
import { readWork, untouched, type WorkUndo } from './work.ts'

const HISTORY_SHOWN = 200

const time = (at: Instant | null) => (at === null ? null : formatInstant(at))

/** The work on an alert as people see it, and what the caller may do. */
export async function workOf(desk: Desk, caller: Caller, alert: Alert): Promise<Static<typeof WorkTold>> {
  const { database } = desk.parts
  const [work, holds, history, context] = await Promise.all([
    readWork(database, alert.alert_id),
    readHolds(database, [alert.alert_id]),
    historyOf(database, 'alert', alert.alert_id),
    desk.contextFor(alert),
  ])
  const situation = work?.situation ?? untouched(alert)
  const { now } = context
  const claim = situation.claim && situation.claim.until > now ? situation.claim : null
  return {
    state: situation.state,
    state_version: situation.version,
    owner: ownerOf(situation, now),
    assignee: situation.assignee,
    claimed_by: claim?.by ?? '',
    claimed_until: time(claim?.until ?? null),
    entered: time(situation.entered),
    due: time(situation.due),
    overdue: situation.due !== null && situation.due < now,
    on_due: situation.on_due,
    first_reviewer: situation.first_reviewer,
    second_reviewer: situation.second_reviewer,
    votes: situation.votes.map(({ at, ...vote }) => ({ ...vote, at: formatInstant(at) })),
    recused: [...situation.recused],
    notified_amount: situation.notified_amount === null ? null : yuan(situation.notified_amount),
    ground_voided: situation.ground_voided,
    case_id: work?.case_id || null,
    pending: situation.pending && { ...situation.pending, at: formatInstant(situation.pending.at) },
    steps: situation.steps.map(({ at, ...step }) => ({ ...step, at: formatInstant(at) })),
    measures: situation.measures.map(measureTold),
    holds: holds.map((hold) => holdTold(hold, now)),
    history,
    undo: undoTold(work?.undo ?? null, actorOf(caller), now),
    actions: possibilities(situation, work?.undo ?? null, actorOf(caller), context),
  }
}

function measureTold({ amount, executed_amount, ordered, executed, ...measure }: Measure) {
  return {
    ...measure,
    ...(amount !== undefined && { amount: yuan(amount) }),
    executed_amount: executed_amount === null ? null : yuan(executed_amount),
    ordered: formatInstant(ordered),
    executed: time(executed),
  }
}

function undoTold(undo: WorkUndo | null, { name }: Actor, now: Instant) {
  return undo && undo.by === name && undo.until >= now ? { action: undo.action, until: formatInstant(undo.until) } : null
}

/** Every action, and why the person would be refused whatever is filled in. */
function possibilities(situation: Situation, undo: WorkUndo | null, actor: Actor, context: Context) {
  return ACTIONS.map((action: Action) => {
    if (action !== 'undo') return { action, refusal: mayDo(situation, action, actor, context) }
    return { action, refusal: undoTold(undo, actor, context.now) ? null : ('UNDO_NOTHING' as const) }
  })
}

/** What was done with an object, newest first. */
export async function historyOf(sql: Sql, type: 'alert' | 'case', id: string, most = HISTORY_SHOWN): Promise<HistoryEntry[]> {
  const records = await sql.query<AuditRecord>(
    "SELECT * FROM audit WHERE object_type = $1 AND object_id = $2 AND result = 'done' ORDER BY n DESC LIMIT $3",
    [type, id, most],
  )
  return records.map(({ n, at, actor, action, detail }) => {
    const { from = null, to = null, state_version = 0, reason = '', note = '', ...rest } = JSON.parse(detail)
    return { n, at: formatInstant(at), actor, action, from, to, state_version, reason, note, detail: rest }
  })
}
