import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { READERS } from '../access/caller.ts'
import type { AlertReader } from '../alerts/reader.ts'
import { summarise } from '../alerts/summary.ts'
import { type App, callerOf } from '../app.ts'
import { type ExportFile, takeExport } from '../exports/export.ts'
import { ALERT_COLUMNS, CASE_COLUMNS, SETTLEMENT_COLUMNS } from '../exports/lists.ts'
import type { Records } from '../ports.ts'
import { personSought } from '../records/person.ts'
import { listSettlements } from '../records/settlement-list.ts'
import { Cases } from '../workflow/cases.ts'
import type { Desk } from '../workflow/desk.ts'
import { WORKERS } from './actions.ts'
import { ALERTS_SOUGHT, soughtBy } from './alerts.ts'
import { LISTS } from './asked.ts'
import { described, LIMIT_MAX } from './described.ts'
import { splitLists } from './lists.ts'
import { SETTLEMENTS_SOUGHT } from './records.ts'

/** What every taking says besides what is sought. */
const TAKEN = {
  reason: Type.String({ minLength: 4, maxLength: 1_000, description: 'why; goes into the record and the file' }),
  lang: Type.Union([Type.Literal('zh'), Type.Literal('en')], { default: 'zh' }),
}
const AlertsTaken = Type.Object({ ...ALERTS_SOUGHT, ...TAKEN }, { additionalProperties: false })
const CasesTaken = Type.Object(
  { open: Type.Optional(Type.Boolean()), owner: Type.Optional(Type.String()), ...TAKEN },
  { additionalProperties: false },
)
const SettlementsTaken = Type.Object({ ...SETTLEMENTS_SOUGHT, ...TAKEN }, { additionalProperties: false })
const File = Type.String({ description: 'CSV, persons masked; its SHA-256 is in the header `x-content-sha256`' })

interface Parts {
  readonly alerts: AlertReader
  readonly records: Records
  readonly desk: Desk
}

function handOut(reply: FastifyReply, name: string, { content, sha256 }: ExportFile): FastifyReply {
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}.csv"`)
    .header('x-content-sha256', sha256)
    .send(content)
}

/** Lists as files: what the same list shows on the screen, with the same masks and within the same regions. */
export function exportRoutes(app: App, { alerts, records, desk }: Parts): void {
  const { standings } = desk.parts
  const cases = new Cases(desk)

  app.get(
    '/exports/alerts.csv',
    {
      config: { access: READERS },
      preValidation: splitLists(LISTS),
      schema: described('exports', 'Alerts as a file; the taking is recorded', { querystring: AlertsTaken, answer: File }),
    },
    async (request, reply) => {
      const caller = callerOf(request)
      const { reason, lang: language, ...filter } = request.query
      const taking = { name: 'alerts', filter, reason, language, address: request.ip } as const
      const sought = await soughtBy(alerts, caller, filter)
      const file = await takeExport(desk.parts, caller, taking, ALERT_COLUMNS, async (cursor) => {
        const { rows, next } = await alerts.list(caller, { ...sought, cursor, limit: LIMIT_MAX })
        return { rows: rows.map((alert) => summarise(alert, standings)), next }
      })
      return handOut(reply, 'alerts', file)
    },
  )

  app.get(
    '/exports/cases.csv',
    {
      config: { access: [...WORKERS, 'regulator'] },
      schema: described('exports', 'Cases as a file; the taking is recorded', { querystring: CasesTaken, answer: File }),
    },
    async (request, reply) => {
      const caller = callerOf(request)
      const { reason, lang: language, ...filter } = request.query
      const taking = { name: 'cases', filter, reason, language, address: request.ip } as const
      const file = await takeExport(desk.parts, caller, taking, CASE_COLUMNS, (cursor) =>
        cases.page(caller, { ...filter, cursor, limit: LIMIT_MAX }),
      )
      return handOut(reply, 'cases', file)
    },
  )

  app.get(
    '/exports/settlements.csv',
    {
      config: { access: READERS },
      schema: described('exports', 'Settlements as a file; the taking is recorded', {
        querystring: SettlementsTaken,
        answer: File,
      }),
    },
    async (request, reply) => {
      const caller = callerOf(request)
      const { reason, lang: language, ...filter } = request.query
      const taking = { name: 'settlements', filter, reason, language, address: request.ip } as const
      const { person_of, ...sought } = filter
      const psn_no = await personSought({ records, alerts }, caller, person_of)
      const file = await takeExport(desk.parts, caller, taking, SETTLEMENT_COLUMNS, (cursor) =>
        listSettlements(records, caller, { ...sought, psn_no }, { cursor, limit: LIMIT_MAX }),
      )
      return handOut(reply, 'settlements', file)
    },
  )
}
