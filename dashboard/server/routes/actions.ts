import { Type } from 'typebox'
import { formatInstant, MINUTE } from '../../../schemas/time.ts'
import { ActionDone, AlertAction, BulkAction, BulkDone, Unmasked, UnmaskOrder } from '../../../schemas/workflow.ts'
import type { Role } from '../access/caller.ts'
import { personsOf } from '../alerts/mask.ts'
import { type App, callerOf } from '../app.ts'
import { Problem } from '../problems.ts'
import { audit } from '../workflow/audit.ts'
import { Bulk } from '../workflow/bulk.ts'
import type { Desk } from '../workflow/desk.ts'
import { described } from './described.ts'

export const AlertId = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{32}$' }) })

/** Those who decide on alerts. */
export const WORKERS: readonly Role[] = ['officer', 'investigator', 'reviewer2', 'panel']

const UNMASKED_FOR = 10 * MINUTE

/** What people do with alerts. */
export function actionRoutes(app: App, { desk }: { desk: Desk }): void {
  const bulk = new Bulk(desk)

  app.post(
    '/alerts/:id/actions',
    {
      config: { access: WORKERS },
      schema: described('workflow', 'Act on an alert; 409 with the present state when someone was faster', {
        params: AlertId,
        body: AlertAction,
        answer: ActionDone,
      }),
    },
    (request) => desk.act(callerOf(request), request.params.id, request.body, request.ip),
  )

  app.post(
    '/alerts/actions',
    {
      config: { access: WORKERS },
      schema: described('workflow', 'One action on many alerts, or a preview of it', { body: BulkAction, answer: BulkDone }),
    },
    (request) => bulk.ask(callerOf(request), request.body, request.ip),
  )

  app.post(
    '/alerts/actions/:bulk_id/approve',
    {
      config: { access: WORKERS },
      schema: described('workflow', 'Let a bulk action of another person happen', {
        params: Type.Object({ bulk_id: Type.String() }),
        answer: BulkDone,
      }),
    },
    (request) => bulk.approve(callerOf(request), request.params.bulk_id, request.ip),
  )

  app.post(
    '/alerts/:id/unmask',
    {
      config: { access: WORKERS },
      schema: described('workflow', 'See whom the alert names; the look is recorded', {
        params: AlertId,
        body: UnmaskOrder,
        answer: Unmasked,
      }),
    },
    async (request) => {
      const caller = callerOf(request)
      const { id } = request.params
      const { reason, case_id = '' } = request.body
      const alert = await desk.parts.alerts.one(caller, id)
      if (!alert) throw new Problem('ALERT_UNKNOWN')
      const at = desk.parts.now()
      const entry = { at, actor: caller.username, address: request.ip, object_type: 'alert', object_id: id, purpose: reason }
      await desk.parts.database.transaction((sql) => audit(sql, [{ ...entry, action: 'unmask', detail: { case_id } }]))
      const { psn_no, subject_id } = alert
      return { alert_id: id, psn_no, subject_id, persons: [...personsOf(alert)], until: formatInstant(at + UNMASKED_FOR) }
    },
  )
}
