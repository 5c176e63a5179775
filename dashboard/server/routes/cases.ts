import { Type } from 'typebox'
import { AlertSummary } from '../../../schemas/wire.ts'
import { CaseOpen, CaseRow, HistoryEntry } from '../../../schemas/workflow.ts'
import { summarise } from '../alerts/summary.ts'
import { type App, callerOf } from '../app.ts'
import { takePackage, takePdf } from '../dossier/take.ts'
import { Cases } from '../workflow/cases.ts'
import type { Desk } from '../workflow/desk.ts'
import { historyOf } from '../workflow/work-told.ts'
import { WORKERS } from './actions.ts'
import { described, Limit, ListOf } from './described.ts'

const Query = Type.Object(
  {
    open: Type.Optional(Type.Boolean()),
    owner: Type.Optional(Type.String()),
    cursor: Type.Optional(Type.String({ maxLength: 200 })),
    limit: Limit,
  },
  { additionalProperties: false },
)
const CaseId = Type.Object({ id: Type.String({ pattern: '^AJ-\\d{4}-\\d{4,}$' }) })
const Joining = Type.Object(
  {
    alert_ids: Type.Array(Type.String(), { minItems: 1, maxItems: 500 }),
    version: Type.Integer({ minimum: 1, description: 'the version of the case that was seen' }),
  },
  { additionalProperties: false },
)
const Whole = Type.Object({
  ...CaseRow.properties,
  rows: Type.Array(AlertSummary),
  history: Type.Array(HistoryEntry, { description: 'newest first' }),
})
const Dossier = Type.Object(
  {},
  { additionalProperties: true, description: 'inputs, reference rows, alerts, decisions, attachments, and the hash of each' },
)

const Reason = Type.Optional(Type.String({ minLength: 4, maxLength: 1_000, description: 'why persons are named; else masked' }))
const UnmaskingId = Type.Optional(Type.String({ description: 'a request to which a second person has agreed' }))
const Language = Type.Union([Type.Literal('zh'), Type.Literal('en')], { default: 'zh' })

/** Cases and their dossiers. */
export function caseRoutes(app: App, { desk }: { desk: Desk }): void {
  const cases = new Cases(desk)
  const { database, standings } = desk.parts

  app.get(
    '/cases',
    {
      config: { access: [...WORKERS, 'regulator'] },
      schema: described('cases', 'Cases, newest first', { querystring: Query, answer: ListOf(CaseRow) }),
    },
    (request) => cases.page(callerOf(request), request.query),
  )

  app.post(
    '/cases',
    { config: { access: WORKERS }, schema: described('cases', 'Open a case', { body: CaseOpen, answer: CaseRow }) },
    (request) => cases.open(callerOf(request), request.body, request.ip),
  )

  app.get(
    '/cases/:id',
    {
      config: { access: [...WORKERS, 'regulator'] },
      schema: described('cases', 'One case with its alerts and its history', { params: CaseId, answer: Whole }),
    },
    async (request) => {
      const { id } = request.params
      const [row, members, history] = await Promise.all([
        cases.one(callerOf(request), id),
        cases.members(callerOf(request), id),
        historyOf(database, 'case', id),
      ])
      return { ...row, rows: members.map(({ alert }) => summarise(alert, standings)), history }
    },
  )

  app.post(
    '/cases/:id/alerts',
    {
      config: { access: WORKERS },
      schema: described('cases', 'Let alerts join a case', { params: CaseId, body: Joining, answer: CaseRow }),
    },
    (request) => {
      const { alert_ids, version } = request.body
      return cases.add(callerOf(request), request.params.id, alert_ids, version, request.ip)
    },
  )

  app.get(
    '/cases/:id/dossier',
    {
      config: { access: WORKERS },
      schema: described('cases', 'Everything a case rests on, to be computed again; the taking is recorded', {
        params: CaseId,
        querystring: Type.Object({ reason: Reason, unmasking_id: UnmaskingId }, { additionalProperties: false }),
        answer: Dossier,
      }),
    },
    async (request, reply) => {
      const { id } = request.params
      const taking = { ...request.query, address: request.ip }
      const dossier = await takePackage(desk, cases, callerOf(request), id, taking)
      return reply.header('content-disposition', `attachment; filename="${id}.json"`).send(dossier)
    },
  )

  app.get(
    '/cases/:id/dossier.pdf',
    {
      config: { access: WORKERS },
      schema: described('cases', 'The dossier as pages, with the machine-readable package inside; the taking is recorded', {
        params: CaseId,
        querystring: Type.Object({ reason: Reason, unmasking_id: UnmaskingId, lang: Language }, { additionalProperties: false }),
        answer: Type.String(),
      }),
    },
    async (request, reply) => {
      const { id } = request.params
      const { lang: language, ...taking } = request.query
      const pdf = await takePdf(desk, cases, callerOf(request), id, { ...taking, language, address: request.ip })
      const name = `attachment; filename="${id}-${language}.pdf"`
      return reply.type('application/pdf').header('content-disposition', name).send(pdf)
    },
  )
}
