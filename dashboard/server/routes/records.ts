import { type Static, Type } from 'typebox'
import { AlertSummary } from '../../../schemas/wire.ts'
import { type Caller, READERS } from '../access/caller.ts'
import { maskNumber } from '../alerts/mask.ts'
import type { AlertReader } from '../alerts/reader.ts'
import { summarise } from '../alerts/summary.ts'
import { type App, callerOf } from '../app.ts'
import type { Records } from '../ports.ts'
import { Problem } from '../problems.ts'
import { ENTITY_TYPES, type EntityType, factsOf, isOpenTo, settlementsOf } from '../records/entity.ts'
import { personNamedBy, personSought } from '../records/person.ts'
import { Hit, search } from '../records/search.ts'
import { readSettlement, SettlementWhole } from '../records/settlement.ts'
import { activityOf, listSettlements, SettlementRow } from '../records/settlement-list.ts'
import { Timeline, timelineOf } from '../records/timeline.ts'
import type { Standings } from '../workflow/standings.ts'
import { Day } from './asked.ts'
import { described, Limit, ListOf } from './described.ts'

const ALERTS_SHOWN = 200
const ALERTS_OF_ENTITY = 20
const SETTLEMENTS_OF_ENTITY = 20

const Id = Type.String({ minLength: 1, maxLength: 100 })

/** By what settlements may be sought. */
export const SETTLEMENTS_SOUGHT = {
  fixmedins_code: Type.Optional(Id),
  doctor: Type.Optional(Id),
  med_list_codg: Type.Optional(Id),
  drug_trac_codg: Type.Optional(Id),
  person_of: Type.Optional(
    Type.String({ maxLength: 120, description: '`settlement:ID` or `alert:ID`: settlements of the same person' }),
  ),
  from: Type.Optional(Day),
  to: Type.Optional(Day),
}
const Query = Type.Object(
  { ...SETTLEMENTS_SOUGHT, cursor: Type.Optional(Type.String({ maxLength: 400 })), limit: Limit },
  { additionalProperties: false },
)

const Entity = Type.Object({
  type: Type.String(),
  id: Type.String({ description: 'masked where it is a person' }),
  facts: Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()], { description: 'null: not in the register' }),
  activity: Type.Union([
    Type.Object({
      settlements: Type.Integer(),
      persons: Type.Integer(),
      fund_pay_sumamt: Type.Number({ description: 'yuan' }),
      first: Type.String(),
      last: Type.String(),
    }),
    Type.Null(),
  ]),
  settlements: Type.Array(SettlementRow, { description: 'the latest' }),
  alerts: ListOf(AlertSummary),
})

const EntityId = Type.Object({ type: Type.Union(ENTITY_TYPES.map((type) => Type.Literal(type))), id: Id })
const Span = Type.Object({ from: Type.Optional(Day), to: Type.Optional(Day) }, { additionalProperties: false })

interface Parts {
  readonly records: Records
  readonly alerts: AlertReader
  readonly standings: Standings
}

/** The entity that an address names; a person's number stands in none. */
async function entityNamedBy(parts: Parts, caller: Caller, { type, id }: Static<typeof EntityId>) {
  const isPerson = type === 'person'
  return { type: type as EntityType, id: isPerson ? await personNamedBy(parts, caller, id) : id }
}

/** Settlements, and the people, places and things in them: what the links of an alert lead to. */
export function recordRoutes(app: App, parts: Parts): void {
  const { records, alerts, standings } = parts

  app.get(
    '/settlements',
    {
      config: { access: READERS },
      schema: described('records', 'Settlements, newest first', { querystring: Query, answer: ListOf(SettlementRow) }),
    },
    async (request) => {
      const { cursor, limit, person_of, ...query } = request.query
      const caller = callerOf(request)
      const psn_no = await personSought(parts, caller, person_of)
      return listSettlements(records, caller, { ...query, psn_no }, { cursor, limit })
    },
  )

  app.get(
    '/settlements/:id',
    {
      config: { access: READERS },
      schema: described('records', 'One settlement: header, diagnoses, fee lines, trace codes, and the alerts on each line', {
        params: Type.Object({ id: Id }),
        answer: SettlementWhole,
      }),
    },
    async (request) => {
      const scope = callerOf(request)
      const { id } = request.params
      const settlement = await readSettlement(records, scope, id)
      if (!settlement) throw new Problem('SETTLEMENT_UNKNOWN')
      const query = { filter: {}, about: { type: 'settlement', id }, sort: '-event_time', limit: ALERTS_SHOWN } as const
      const { rows } = await alerts.list(scope, query)
      const alertLines: Record<string, string[]> = {}
      for (const { alert_id, lines } of rows) {
        for (const { setl_id, feedetl_sn } of lines) {
          if (setl_id !== id) continue
          const named = alertLines[feedetl_sn] ?? []
          alertLines[feedetl_sn] = named
          if (!named.includes(alert_id)) named.push(alert_id)
        }
      }
      return { ...settlement, alerts: rows.map((alert) => summarise(alert, standings)), alert_lines: alertLines }
    },
  )

  app.get(
    '/entities/:type/:id',
    {
      config: { access: READERS },
      schema: described('records', 'A person (by `settlement:ID` or `alert:ID`), institution, doctor, item or trace code', {
        params: EntityId,
        answer: Entity,
      }),
    },
    async (request) => {
      const caller = callerOf(request)
      const { type, id } = await entityNamedBy(parts, caller, request.params)
      const query = settlementsOf(type, id)
      const about = { filter: {}, about: { type, id }, sort: '-event_time', limit: ALERTS_OF_ENTITY, total: true } as const
      const [facts, found, settlements, activity] = await Promise.all([
        factsOf(records, type, id, { roles: caller.roles, now: Date.now() }),
        alerts.list(caller, about),
        query ? listSettlements(records, caller, query, { limit: SETTLEMENTS_OF_ENTITY }) : undefined,
        query ? activityOf(records, caller, query) : undefined,
      ])
      const seen = found.rows.length > 0 || Boolean(settlements?.rows.length)
      if (!seen && !(facts && isOpenTo(caller, type, id, facts))) throw new Problem('ENTITY_UNKNOWN')
      return {
        type,
        id: type === 'person' ? maskNumber(id) : id,
        facts: facts ?? null,
        activity: activity ?? null,
        settlements: settlements?.rows ?? [],
        alerts: { ...found, rows: found.rows.map((alert) => summarise(alert, standings)) },
      }
    },
  )

  app.get(
    '/entities/:type/:id/timeline',
    {
      config: { access: READERS },
      schema: described('records', 'Settlements, stays and alerts of an entity, day by day; by default the last 180 days of it', {
        params: EntityId,
        querystring: Span,
        answer: Timeline,
      }),
    },
    async (request) => {
      const caller = callerOf(request)
      const { type, id } = await entityNamedBy(parts, caller, request.params)
      return timelineOf(parts, caller, type, id, request.query)
    },
  )

  app.post(
    '/search',
    {
      config: { access: READERS },
      schema: described('records', 'What a number or name leads to; in the body, since it may be a person’s number', {
        body: Type.Object({ q: Type.String({ minLength: 1, maxLength: 100 }) }, { additionalProperties: false }),
        answer: Type.Object({ rows: Type.Array(Hit) }),
      }),
    },
    async (request) => ({ rows: await search(parts, callerOf(request), request.body.q.trim()) }),
  )
}
