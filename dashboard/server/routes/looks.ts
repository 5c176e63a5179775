import { Type } from 'typebox'
import { formatInstant } from '../../../schemas/time.ts'
import { Unmasked, Unmasking, UnmaskOrder } from '../../../schemas/workflow.ts'
import { personsOf } from '../alerts/mask.ts'
import { namesPerson } from '../alerts/personal-numbers.ts'
import { type App, callerOf } from '../app.ts'
import { Problem } from '../problems.ts'
import type { Desk } from '../workflow/desk.ts'
import { Looks, UNMASKED_FOR } from '../workflow/looks.ts'
import { WORKERS } from './actions.ts'
import { AlertId } from './asked.ts'
import { described, ListOf } from './described.ts'

/** Looks at whom an alert names. */
export function lookRoutes(app: App, { desk }: { desk: Desk }): void {
  const looks = new Looks(desk)
  const config = { access: WORKERS }

  app.post(
    '/alerts/:id/unmask',
    {
      config,
      schema: described('workflow', 'See whom the alert names; the look is recorded', {
        params: AlertId,
        body: UnmaskOrder,
        answer: Unmasked,
      }),
    },
    async (request) => {
      const caller = callerOf(request)
      const { id } = request.params
      const { reason, case_id = '', unmasking_id } = request.body
      const alert = await desk.parts.alerts.one(caller, id)
      if (!alert) throw new Problem('ALERT_UNKNOWN')
      const persons = [...personsOf(alert)]
      if (namesPerson(reason, persons)) throw new Problem('NOTE_NAMES_PERSON')
      const { at } = await looks.take(caller, {
        object_type: 'alert',
        object_id: id,
        place: alert,
        persons: persons.length,
        reason,
        unmasking_id,
        address: request.ip,
        action: 'unmask',
        detail: { case_id, persons: persons.length },
      })
      const { psn_no, subject_id } = alert
      return { alert_id: id, psn_no, subject_id, persons, until: formatInstant(at + UNMASKED_FOR) }
    },
  )

  app.get(
    '/unmaskings',
    {
      config,
      schema: described('workflow', 'Looks at many persons that wait for a second person', { answer: ListOf(Unmasking) }),
    },
    async (request) => ({ rows: await looks.waiting(callerOf(request)), next: null }),
  )

  app.post(
    '/unmaskings/:id/approve',
    {
      config,
      schema: described('workflow', 'Agree to the look of another person', {
        params: Type.Object({ id: Type.String() }),
        answer: Unmasking,
      }),
    },
    (request) => looks.approve(callerOf(request), request.params.id, request.ip),
  )
}
