import { Type } from 'typebox'
import { Attachment, Notice, NoticeRow, StatementOrder } from '../../../schemas/workflow.ts'
import type { Role } from '../access/caller.ts'
import { cutPage, decodeCursor } from '../alerts/cursor.ts'
import { type App, callerOf } from '../app.ts'
import { Notices } from '../portal/notices.ts'
import type { Desk } from '../workflow/desk.ts'
import { AlertId } from './asked.ts'
import { FILE_LIMIT, takesBytes } from './attachments.ts'
import { described, Limit, ListOf } from './described.ts'

const PARTY: readonly Role[] = ['institution']
const ORDER = '-notified'

const Query = Type.Object(
  { cursor: Type.Optional(Type.String({ maxLength: 200 })), limit: Limit },
  { additionalProperties: false },
)
const Named = Type.Object({ name: Type.String({ minLength: 1, maxLength: 200 }) }, { additionalProperties: false })
const FileId = Type.Object({ ...AlertId.properties, file: Type.String() })

/** What a medical institution may see and say: its own notices, nothing else. */
export async function noticeRoutes(app: App, { desk }: { desk: Desk }): Promise<void> {
  const notices = new Notices(desk)
  const config = { access: PARTY }

  app.get(
    '/notices',
    {
      config,
      schema: described('notices', 'Notices to the own institution, newest first', {
        querystring: Query,
        answer: ListOf(NoticeRow),
      }),
    },
    async (request) => {
      const { cursor, limit } = request.query
      const start = cursor === undefined ? undefined : decodeCursor(cursor, ORDER)
      const before = start ? { at: start.after_key, id: start.after_id } : { at: Number.MAX_SAFE_INTEGER, id: '' }
      const found = await notices.list(callerOf(request), { limit: limit + 1, before })
      const { page, next } = cutPage(found, limit, ORDER, ({ notified, alert_id }) => [notified, alert_id])
      return { rows: await notices.rows(page), next }
    },
  )

  app.get(
    '/notices/:id',
    { config, schema: described('notices', 'One notice', { params: AlertId, answer: Notice }) },
    (request) => notices.one(callerOf(request), request.params.id),
  )

  app.post(
    '/notices/:id/statement',
    {
      config,
      schema: described('notices', 'Be heard: appeal, or appeal again; 409 when the term is over', {
        params: AlertId,
        body: StatementOrder,
        answer: Notice,
      }),
    },
    async (request) => {
      const { id } = request.params
      await notices.state(callerOf(request), id, request.body, request.ip)
      return notices.one(callerOf(request), id)
    },
  )

  app.get(
    '/notices/:id/attachments/:file',
    {
      config,
      schema: described('notices', 'A file that the institution has handed in', { params: FileId, answer: Type.String() }),
    },
    async (request, reply) => {
      const { id, file: name } = request.params
      const file = await notices.file(callerOf(request), id, name)
      return reply
        .type(file.media_type)
        .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`)
        .send(file.content)
    },
  )

  await app.register(async (bytes: App) => {
    takesBytes(bytes)
    bytes.post(
      '/notices/:id/attachments',
      {
        bodyLimit: FILE_LIMIT,
        config,
        schema: {
          ...described('notices', 'Hand in a file for a statement', { params: AlertId, querystring: Named, answer: Attachment }),
          body: { content: { 'application/octet-stream': { schema: Type.Unknown() } } },
        },
      },
      (request) => {
        const file = { name: request.query.name, content: request.body as Buffer }
        return notices.attach(callerOf(request), request.params.id, file)
      },
    )
  })
}
