import { type Static, Type } from 'typebox'
import { Alert, AlertWorkflow } from './alert.ts'

/** Everything that `/ws` can ever say, in two unions (contract, section 5). */
export const WIRE_VERSION = 1

const Cursor = Type.Object({ epoch: Type.String(), seq: Type.Integer({ minimum: 0 }) })
export type Cursor = Static<typeof Cursor>

const TOPIC = Type.String({ pattern: '^(alerts|counts|ops|wall|jobs|case:.+)$' })

export const AlertFilter = Type.Object(
  {
    severity: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 4 }))),
    detector_id: Type.Optional(Type.Array(Type.String())),
    admdvs: Type.Optional(Type.Array(Type.String())),
    fixmedins_code: Type.Optional(Type.Array(Type.String())),
    status: Type.Optional(Type.Array(Type.String())),
    assignee: Type.Optional(Type.String()),
    min_vola_amt: Type.Optional(Type.Number()),
  },
  { additionalProperties: false },
)
export type AlertFilter = Static<typeof AlertFilter>

const Up = {
  hello: Type.Object({ type: Type.Literal('hello'), version: Type.Integer(), resume: Type.Optional(Cursor) }),
  subscribe: Type.Object({
    type: Type.Literal('subscribe'),
    id: Type.String({ maxLength: 64 }),
    topic: TOPIC,
    filter: Type.Optional(AlertFilter),
    mode: Type.Optional(Type.Union([Type.Literal('row'), Type.Literal('group'), Type.Literal('counts')])),
  }),
  unsubscribe: Type.Object({ type: Type.Literal('unsubscribe'), id: Type.String() }),
  ack: Type.Object({ type: Type.Literal('ack'), seq: Type.Integer() }),
  pong: Type.Object({ type: Type.Literal('pong') }),
}
export const UpMessage = Type.Union(Object.values(Up))
export type UpMessage = { [K in keyof typeof Up]: Static<(typeof Up)[K]> }[keyof typeof Up]

const A = Alert.properties
/** One row of the live feed. */
export const AlertSummary = Type.Object({
  alert_id: A.alert_id,
  seq: A.seq,
  revision: A.revision,
  status: A.status,
  state: AlertWorkflow.properties.state,
  state_version: Type.Integer(),
  severity: A.severity,
  detector_id: A.detector_id,
  result_type: A.result_type,
  subject_type: A.subject_type,
  subject_id: A.subject_id,
  fixmedins_code: A.fixmedins_code,
  admdvs: A.admdvs,
  insu_admdvs: A.insu_admdvs,
  vola_amt: A.vola_amt,
  event_time: A.event_time,
  detected_at: A.detected_at,
  title: A.title,
  why: A.why,
  why_en: Type.String({ description: 'the beginning of the explanation in English' }),
  count: A.count,
  owner: Type.String(),
  due: Type.Union([Type.String(), Type.Null()], { description: 'end of the present term of the workflow' }),
})
export type AlertSummary = Static<typeof AlertSummary>

/**
 * A change of an alert that a client may be showing: members of its row, `case_id`, and, where people are no longer told of it
 * by itself, `disposition` and `parent_alert_id`. A patch with the `state_version` that is known may change the owner alone.
 */
export const Patch = Type.Object({
  alert_id: Type.String(),
  revision: Type.Integer(),
  set: Type.Record(Type.String(), Type.Unknown()),
})
export type Patch = Static<typeof Patch>
const Counts = Type.Object({
  open: Type.Integer(),
  by_severity: Type.Record(Type.String(), Type.Integer()),
  by_detector: Type.Record(Type.String(), Type.Integer()),
})
export type Counts = Static<typeof Counts>

const Down = {
  welcome: Type.Object({
    type: Type.Literal('welcome'),
    epoch: Type.String(),
    seq: Type.Integer(),
    server_time: Type.String(),
    heartbeat_ms: Type.Integer(),
    user: Type.Object({ username: Type.String(), role: Type.String() }),
  }),
  batch: Type.Object({
    type: Type.Literal('batch'),
    id: Type.String(),
    seq_from: Type.Integer(),
    seq_to: Type.Integer(),
    hwm: Type.Integer(),
    alerts: Type.Array(AlertSummary),
    patches: Type.Array(Patch),
    groups: Type.Array(Type.Record(Type.String(), Type.Unknown())),
  }),
  heartbeat: Type.Object({ type: Type.Literal('heartbeat'), hwm: Type.Integer(), time: Type.String(), lag_ms: Type.Integer() }),
  counts: Type.Object({ type: Type.Literal('counts'), id: Type.String(), hwm: Type.Integer(), counts: Counts }),
  /** Who has the alert or case of the topic open; of all subscriptions `case:ID` on this server. */
  presence: Type.Object({
    type: Type.Literal('presence'),
    id: Type.String(),
    topic: Type.String(),
    users: Type.Array(Type.String()),
  }),
  /** What waits for somebody, or is done: of subscriptions to `jobs`. `object` is the id of what it is about. */
  notice: Type.Object({
    type: Type.Literal('notice'),
    id: Type.String(),
    code: Type.String(),
    message: Type.String(),
    object: Type.String(),
  }),
  /** How this server is, once a second: of subscriptions to `ops`. */
  ops: Type.Object({
    type: Type.Literal('ops'),
    id: Type.String(),
    time: Type.String(),
    ready: Type.Boolean(),
    checks: Type.Record(Type.String(), Type.String()),
    hwm: Type.Integer(),
    lag_ms: Type.Integer(),
    clients: Type.Integer(),
  }),
  overload: Type.Object({ type: Type.Literal('overload'), level: Type.Integer() }),
  resync: Type.Object({
    type: Type.Literal('resync'),
    reason: Type.String(),
    from_seq: Type.Integer(),
    to_seq: Type.Integer(),
    missed: Type.Integer(),
  }),
  error: Type.Object({ type: Type.Literal('error'), code: Type.String(), message: Type.String() }),
  bye: Type.Object({ type: Type.Literal('bye'), code: Type.String(), retry_after_ms: Type.Integer() }),
}
export const DownMessage = Type.Union(Object.values(Down))
export type DownMessage = { [K in keyof typeof Down]: Static<(typeof Down)[K]> }[keyof typeof Down]
