import type { Alert } from '../../../schemas/alert.ts'
import { fenOf, yuan } from '../../../schemas/money.ts'
import type { AlertAction, BulkDone, Current } from '../../../schemas/workflow.ts'
import type { Caller } from '../access/caller.ts'
import { Problem } from '../problems.ts'
import type { Desk } from './desk.ts'
import { holdChangeOf, readHolds } from './holds.ts'
import { decide } from './machine/decide.ts'
import { Refused } from './machine/refused.ts'
import { ownerOf } from './machine/situation.ts'
import { actorOf, commandOf, requireAssignable, requireNobodyNamed } from './order.ts'
import { readSettlements } from './settlements.ts'
import { readWork, untouched } from './work.ts'

/** One action on many alerts, each for itself: what one refuses does not stop the others. */

type Seen = readonly { readonly alert_id: string; readonly version: number }[]
type Changed = BulkDone['ok'][number]
type Stake = Pick<Changed, 'vola_amt' | 'fixmedins_code' | 'admdvs' | 'insu_admdvs'>
type Order = Omit<AlertAction, 'version'>

/** What a person does on many alerts at once goes through when nobody has done anything else with them. */
const CONFLICTS: readonly string[] = ['VERSION_STALE', 'CLAIMED_BY_OTHER']

/** What would become of it; nothing is done. */
export async function previewMany(desk: Desk, caller: Caller, seen: Seen, order: Order): Promise<BulkDone> {
  const { alerts, database, records, now } = desk.parts
  const actor = actorOf(caller)
  const told = nothingYet()
  for (const { alert_id, version } of seen) {
    const alert = await alerts.one(caller, alert_id)
    if (!alert) {
      told.failed.push({ alert_id, code: 'ALERT_UNKNOWN', message: 'There is no such alert within your regions.' })
      continue
    }
    const context = await desk.contextFor(alert)
    const command = commandOf({ ...order, version }, actor)
    const situation = (await readWork(database, alert_id))?.situation ?? untouched(alert)
    const standing = { state: situation.state, state_version: situation.version, owner: ownerOf(situation, now()) }
    try {
      if (command.action !== 'note' && version !== situation.version) throw new Refused('VERSION_STALE')
      requireNobodyNamed(alert, command)
      if (command.action === 'assign') await requireAssignable(database, alert, command.assignee!)
      const after = decide(situation, command, actor, context).situation
      if (command.action === 'hold' || command.action === 'release_hold') {
        const holds = await readHolds(database, [alert_id])
        const settlements = await readSettlements(records, alert.setl_ids)
        holdChangeOf(command, alert, holds, actor, { ...context, settlements })
      }
      const next = { state: after.state, state_version: after.version, owner: ownerOf(after, now()) }
      tellDone(told, alert, { alert_id, from: situation.state, ...next, undo_until: null })
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      if (CONFLICTS.includes(error.code)) told.conflict.push({ alert_id, code: error.code, ...standing })
      else told.failed.push({ alert_id, code: error.code, message: error.message })
    }
  }
  return told
}

/** Each goes through, or is told why not. */
export async function actOnMany(desk: Desk, caller: Caller, seen: Seen, order: Order, address: string): Promise<BulkDone> {
  const { alerts, standings } = desk.parts
  const told = nothingYet()
  for (const { alert_id, version } of seen) {
    try {
      const alert = await alerts.one(caller, alert_id)
      if (!alert) throw new Problem('ALERT_UNKNOWN')
      const { state: from } = standings.of(alert)
      const { pending: _pending, ...done } = await desk.act(caller, alert_id, { ...order, version }, address)
      tellDone(told, alert, { ...done, from })
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

function nothingYet(): BulkDone {
  return { ok: [], conflict: [], failed: [], vola_amt: 0, bulk_id: null }
}

/** What was done, or would be, with the place of the alert and how much of it is at risk. */
function tellDone(told: BulkDone, alert: Alert, done: Omit<Changed, keyof Stake>): void {
  const { vola_amt, fixmedins_code, admdvs, insu_admdvs } = alert
  told.ok.push({ ...done, vola_amt, fixmedins_code, admdvs, insu_admdvs })
  told.vola_amt = yuan(fenOf(told.vola_amt) + fenOf(vola_amt))
}
