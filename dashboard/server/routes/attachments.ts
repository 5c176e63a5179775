import { Type } from 'typebox'
import { Attachment } from '../../../schemas/workflow.ts'
import { type App, callerOf } from '../app.ts'
import { Problem } from '../problems.ts'
import { addAttachment, attachmentsOf, readAttachment } from '../workflow/attachments.ts'
import type { Desk } from '../workflow/desk.ts'
import { WORKERS } from './actions.ts'
import { AlertId } from './asked.ts'
import { described, ListOf } from './described.ts'

export const FILE_LIMIT = 20 * 1024 * 1024

const Query = Type.Object(
  { alert_id: AlertId.properties.id, name: Type.String({ minLength: 1, maxLength: 200 }) },
  { additionalProperties: false },
)
const Id = Type.Object({ id: Type.String() })

/** Bodies of these routes are bytes, whatever they are called. */
export function takesBytes(app: App): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: FILE_LIMIT }, (_request, body, done) => done(null, body))
}

/** Files that belong to an alert, as a plugin of its own: their bodies are bytes. */
export async function attachmentRoutes(app: App, { desk }: { desk: Desk }): Promise<void> {
  const { alerts, database, now } = desk.parts
  takesBytes(app)

  app.post(
    '/attachments',
    {
      bodyLimit: FILE_LIMIT,
      config: { access: WORKERS },
      schema: {
        ...described('workflow', 'Add a file to an alert', { querystring: Query, answer: Attachment }),
        body: { content: { 'application/octet-stream': { schema: Type.Unknown() } } },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const { alert_id, name } = request.query
      if (!(await alerts.one(caller, alert_id))) throw new Problem('ALERT_UNKNOWN')
      return addAttachment(database, { alert_id, name, content: request.body as Buffer }, { by: caller.username, at: now() })
    },
  )

  app.get(
    '/alerts/:id/attachments',
    {
      config: { access: WORKERS },
      schema: described('workflow', 'The files of an alert', { params: AlertId, answer: ListOf(Attachment) }),
    },
    async (request) => {
      if (!(await alerts.one(callerOf(request), request.params.id))) throw new Problem('ALERT_UNKNOWN')
      return { rows: await attachmentsOf(database, [request.params.id]), next: null }
    },
  )

  app.get(
    '/attachments/:id',
    {
      config: { access: WORKERS },
      schema: described('workflow', 'One file', { params: Id, answer: Type.String() }),
    },
    async (request, reply) => {
      const file = await readAttachment(database, request.params.id)
      if (!file || !(await alerts.one(callerOf(request), file.alert_id))) throw new Problem('ATTACHMENT_UNKNOWN')
      return reply
        .type(file.media_type)
        .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`)
        .send(file.content)
    },
  )
}
