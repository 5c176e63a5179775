import type { Alert } from '../../../schemas/alert.ts'
import { fenOf } from '../../../schemas/money.ts'
import type { AlertAction } from '../../../schemas/workflow.ts'
import { accountOf } from '../access/accounts.ts'
import type { Caller } from '../access/caller.ts'
import { personsOf } from '../alerts/mask.ts'
import { namesPerson } from '../alerts/personal-numbers.ts'
import { isWithin } from '../alerts/scope.ts'
import type { Sql } from '../database/database.ts'
import { Refused } from './machine/refused.ts'
import type { Actor, Command } from './machine/situation.ts'

/** What a person has sent: as the machine takes it, and what must be true of it that the machine cannot know. */

export function actorOf({ username, roles, recusals }: Caller): Actor {
  return { name: username, roles, recusals }
}

export function commandOf({ amount, measures, ...order }: AlertAction, { name }: Actor): Command {
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

/** @throws Refused `NOTE_NAMES_PERSON` */
export function requireNobodyNamed(alert: Alert, { note = '', statement = '', reason = '', measures = [] }: Command): void {
  const written = [note, statement, reason, ...measures.map((measure) => measure.note ?? '')].join('\n')
  if (namesPerson(written, personsOf(alert))) throw new Refused('NOTE_NAMES_PERSON')
}

/** What is attached lies with this alert. @throws Refused `EVIDENCE_MISSING` */
export async function requireAttachments(sql: Sql, alertId: string, { attachments = [] }: Command): Promise<void> {
  if (attachments.length === 0) return
  const known = await sql.query('SELECT 1 FROM attachment WHERE alert_id = $1 AND attachment_id = ANY($2)', [
    alertId,
    attachments,
  ])
  if (known.length < new Set(attachments).size) throw new Refused('EVIDENCE_MISSING')
}

/** The assignee reviews alerts, and sees this one. @throws Refused `ASSIGNEE_INVALID` */
export async function requireAssignable(sql: Sql, alert: Alert, assignee: string): Promise<void> {
  const account = await accountOf(sql, assignee)
  const reviews = account?.roles.some((role) => role === 'officer' || role === 'investigator')
  if (!account || account.disabled || !reviews || !isWithin(account, alert)) throw new Refused('ASSIGNEE_INVALID')
  if (account.recusals.includes(alert.fixmedins_code)) throw new Refused('ASSIGNEE_INVALID')
}
