import { Type } from 'typebox'
import {
  ActionDone,
  AlertAction,
  BulkAction,
  BulkApproval,
  BulkDone,
  BulkReview,
  BulkWaiting,
} from '../../../schemas/workflow.ts'
import type { Role } from '../access/caller.ts'
import { type App, callerOf } from '../app.ts'
import { Bulk } from '../workflow/bulk.ts'
import type { Desk } from '../workflow/desk.ts'
import { AlertId } from './asked.ts'
import { described, ListOf } from './described.ts'

const BulkId = Type.Object({ bulk_id: Type.String() })

/** Those who decide on alerts. */
export const WORKERS: readonly Role[] = ['officer', 'investigator', 'reviewer2', 'panel']

/** What people do with alerts. */
export function actionRoutes(app: App, { desk }: { desk: Desk }): void {
  const bulk = new Bulk(desk)
  const config = { access: WORKERS }

  app.post(
    '/alerts/:id/actions',
    {
      config,
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
      config,
      schema: described('workflow', 'One action on many alerts, or a preview of it', { body: BulkAction, answer: BulkDone }),
    },
    (request) => bulk.ask(callerOf(request), request.body, request.ip),
  )

  app.get(
    '/alerts/actions',
    {
      config,
      schema: described('workflow', 'Bulk actions that wait for a second person', { answer: ListOf(BulkWaiting) }),
    },
    async (request) => ({ rows: await bulk.waiting(callerOf(request)), next: null }),
  )

  app.get(
    '/alerts/actions/:bulk_id',
    {
      config,
      schema: described('workflow', 'What a bulk action would change, now and when it was asked for', {
        params: BulkId,
        answer: BulkReview,
      }),
    },
    (request) => bulk.review(callerOf(request), request.params.bulk_id),
  )

  app.post(
    '/alerts/actions/:bulk_id/approve',
    {
      config,
      schema: described('workflow', 'Let a bulk action of another person happen, as it was seen', {
        params: BulkId,
        body: BulkApproval,
        answer: BulkDone,
      }),
    },
    (request) => bulk.approve(callerOf(request), request.params.bulk_id, request.body.stamp, request.ip),
  )
}
