import { type Static, Type } from 'typebox'
import { Alert, AlertWorkflow } from '../../../schemas/alert.ts'
import { AlertFilter, AlertSummary, Patch } from '../../../schemas/wire.ts'
import { Work } from '../../../schemas/workflow.ts'
import { type Caller, READERS } from '../access/caller.ts'
import { earlierRowTest, rowTest } from '../alerts/filter.ts'
import { maskAlert } from '../alerts/mask.ts'
import { type AlertQuery, type AlertReader, SORTS } from '../alerts/reader.ts'
import { isWithin } from '../alerts/scope.ts'
import { isPushed, mayLeave, summarise } from '../alerts/summary.ts'
import { type App, callerOf } from '../app.ts'
import { entryOf } from '../live/alert-log.ts'
import { patchOf } from '../live/wire.ts'
import type { Feed } from '../ports.ts'
import { Problem } from '../problems.ts'
import type { Desk } from '../workflow/desk.ts'
import { workOf } from '../workflow/work-told.ts'
import { ALERTS_FILTERED, AlertId, Day, LISTS } from './asked.ts'
import { described, LIMIT_MAX, Limit, ListOf } from './described.ts'
import { splitLists } from './lists.ts'

/** By what alerts may be sought, and in which order. */
export const ALERTS_SOUGHT = {
  ...ALERTS_FILTERED,
  from: Type.Optional(Day),
  to: Type.Optional(Day),
  q: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  subject_of: Type.Optional(Type.String({ pattern: '^[0-9a-f]{32}$', description: 'only alerts on the subject of this alert' })),
  children: Type.Optional(Type.Boolean({ description: 'also what is told within another alert; by default true' })),
  sort: Type.Union(
    SORTS.map((sort) => Type.Literal(sort)),
    { default: '-seq' },
  ),
}
const Query = Type.Object(
  {
    ...ALERTS_SOUGHT,
    cursor: Type.Optional(Type.String({ maxLength: 200 })),
    limit: Limit,
    total: Type.Optional(Type.Boolean({ description: 'also count all that match' })),
  },
  { additionalProperties: false },
)

const SinceQuery = Type.Object(
  {
    ...AlertFilter.properties,
    epoch: Type.String(),
    seq: Type.Integer({ minimum: 0 }),
    limit: Type.Integer({ minimum: 1, maximum: LIMIT_MAX, default: LIMIT_MAX }),
  },
  { additionalProperties: false },
)

const Since = Type.Object({
  epoch: Type.String(),
  rows: Type.Array(AlertSummary),
  patches: Type.Array(Patch, { description: 'later revisions that do not pass the filter, or of which nobody is told any more' }),
  next: Type.Union([Type.Integer(), Type.Null()], { description: 'the seq to go on from; null at the end of the log' }),
  hwm: Type.Integer(),
})

const Revision = Type.Object({
  revision: Type.Integer(),
  seq: Type.Integer(),
  status: Type.String(),
  retract_reason: Type.String(),
  severity: Type.Integer(),
  vola_amt: Type.Number({ description: 'yuan' }),
  count: Type.Integer(),
  detected_at: Type.String(),
})

const Whole = Type.Object({
  ...Alert.properties,
  state: AlertWorkflow.properties.state,
  state_version: AlertWorkflow.properties.state_version,
  owner: AlertWorkflow.properties.owner,
  recoverable_amt: AlertWorkflow.properties.recoverable_amt,
  revisions: Type.Array(Revision, { description: 'newest first' }),
  work: Work,
})

const Asked = Type.Object(ALERTS_SOUGHT)
type Asked = Static<typeof Asked>

/** What a request seeks. @throws Problem `ALERT_UNKNOWN` where it seeks the subject of an alert that is not there */
export async function soughtBy(alerts: AlertReader, caller: Caller, asked: Asked): Promise<Omit<AlertQuery, 'limit'>> {
  const { subject_of, from, to, q, children, sort, ...filters } = asked
  const subject = subject_of === undefined ? undefined : await alerts.one(caller, subject_of)
  if (subject_of !== undefined && !subject) throw new Problem('ALERT_UNKNOWN')
  const about = subject && { type: subject.subject_type, id: subject.subject_id }
  const { severity, detector_id, admdvs, fixmedins_code, status, assignee, min_vola_amt, state } = filters
  const filter = { severity, detector_id, admdvs, fixmedins_code, status, assignee, min_vola_amt, state }
  return { filter, from, to, q, about, children, sort }
}

/** Alerts as rows, as a log to catch up from, and whole. */
export function alertRoutes(app: App, { alerts, feed, desk }: { alerts: AlertReader; feed: Feed; desk: Desk }): void {
  const { standings } = desk.parts

  app.get(
    '/alerts',
    {
      config: { access: READERS },
      preValidation: splitLists(LISTS),
      schema: described('alerts', 'Alerts, newest first', { querystring: Query, answer: ListOf(AlertSummary) }),
    },
    async (request) => {
      const { cursor, limit, total } = request.query
      const caller = callerOf(request)
      const page = await alerts.list(caller, { ...(await soughtBy(alerts, caller, request.query)), cursor, limit, total })
      return { ...page, rows: page.rows.map((alert) => summarise(alert, standings)) }
    },
  )

  app.get(
    '/alerts/since',
    {
      config: { access: READERS },
      preValidation: splitLists(LISTS),
      schema: described('alerts', 'Revisions after a cursor, in the order of the log', {
        querystring: SinceQuery,
        answer: Since,
      }),
    },
    async (request) => {
      const { epoch, seq, limit, ...filter } = request.query
      if (epoch !== feed.epoch) throw new Problem('EPOCH_UNKNOWN')
      const caller = callerOf(request)
      const passes = rowTest(filter)
      const read = await feed.since(seq, limit)
      const within = read.filter((alert) => isWithin(caller, alert))
      const rows = within
        .filter(isPushed)
        .map((alert) => summarise(alert, standings))
        .filter(passes)
      const taken = new Set(rows.map((row) => row.seq))
      const mayHavePassed = earlierRowTest(filter)
      const patches = within
        .filter((alert) => !taken.has(alert.seq) && alert.revision > 1 && (isPushed(alert) || mayLeave(alert)))
        .filter(mayHavePassed)
        .map((alert) => patchOf(entryOf(alert, standings)))
      return { epoch, rows, patches, next: read.length === limit ? read.at(-1)!.seq : null, hwm: feed.hwm() }
    },
  )

  app.get(
    '/alerts/:id',
    {
      config: { access: READERS },
      schema: described('alerts', 'One alert with its evidence, its law and its history', { params: AlertId, answer: Whole }),
    },
    async (request) => {
      const alert = await alerts.one(callerOf(request), request.params.id)
      if (!alert) throw new Problem('ALERT_UNKNOWN')
      const { alert_id } = alert
      const [amounts, revisions, work] = await Promise.all([
        alerts.recoverable([alert_id]),
        alerts.revisions(alert_id),
        workOf(desk, callerOf(request), alert),
      ])
      const { state, state_version, owner } = work
      return { ...maskAlert(alert), state, state_version, owner, recoverable_amt: amounts.get(alert_id) ?? 0, revisions, work }
    },
  )
}
