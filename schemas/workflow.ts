import { type Static, Type } from 'typebox'
import { AlertWorkflow } from './alert.ts'

/**
 * The workflow over HTTP (contract, section 4; domain: workflow 3.3 to 3.6): what is asked and what is answered. Amounts are
 * yuan, times ISO 8601 with +08:00. Addresses below `/api/v1`:
 *
 * - POST /alerts/{id}/actions: AlertAction -> ActionDone
 * - POST /alerts/actions: BulkAction -> BulkDone
 * - POST /alerts/actions/{bulk_id}/approve: -> BulkDone
 * - GET /alerts/{id}: ... work: Work
 * - POST /alerts/{id}/unmask: UnmaskOrder -> Unmasked
 * - POST /attachments?alert_id&name: bytes -> Attachment
 * - GET /attachments/{id}: bytes
 * - GET /alerts/{id}/attachments: { rows: Attachment[] }
 * - GET /cases?open&owner&cursor&limit: { rows: CaseRow[], next }
 * - POST /cases: CaseOpen -> CaseRow
 * - GET /cases/{id}: CaseRow & { rows: AlertSummary[], history: HistoryEntry[] }
 * - POST /cases/{id}/alerts: { alert_ids, version } -> CaseRow
 * - GET /cases/{id}/dossier: the machine-readable package
 * - GET /holds?state&fixmedins_code&month&older_than_days&cursor&limit: { rows: Hold[], next }
 * - GET /tasks?kind&done: { rows: Task[], next }
 * - POST /tasks/{id}/done: { note } -> Task
 * - GET /exceptions?state: { rows: ExceptionRow[], next }
 * - POST /exceptions: ExceptionOrder -> ExceptionRow
 * - POST /exceptions/{id}/confirm|refuse|end: -> ExceptionRow
 * - GET /points?doctor&year: { rows: PointsRow[], next }
 * - GET /credit?fixmedins_code&year: { rows: CreditRow[], next }
 * - GET /people?role: { rows: { username, name, roles }[] }, whom one may assign
 * - GET /audit?actor&object_id&action&from&to&cursor&limit: { rows: AuditRow[], next }
 * - GET|POST /users, PATCH /users/{username}, POST /users/{username}/password: UserOrder -> UserRow
 * - POST /session/password: PasswordOrder -> Me
 * - POST /me/totp, POST /me/totp/confirm, DELETE /me/totp: TotpOffer
 * - GET /session/oidc: { enabled }; GET /session/oidc/start leads to the bureau, whose answer comes to /session/oidc/callback
 */
export const ACTIONS = [
  'claim',
  'release',
  'assign',
  'dismiss',
  'request_records',
  'records_received',
  'notify',
  'appeal',
  'accept_appeal',
  'uphold',
  'reappeal',
  'vote',
  'recuse',
  'sign',
  'dispose',
  'execute',
  'file_case',
  'step',
  'transfer',
  'reopen',
  'hold',
  'confirm_hold',
  'release_hold',
  'snooze',
  'note',
  'undo',
] as const

/**
 * Why an alert is dismissed: D01 threshold unsuitable, D02 knowledge outdated, D03 data were wrong and are corrected, D04
 * clinically justified, D05 policy exception, D06 duplicate, D07 exercise, D99 other (a note of ten characters).
 */
export const DISMISSAL_REASONS = ['D01', 'D02', 'D03', 'D04', 'D05', 'D06', 'D07', 'D99'] as const

/** Disposal measures (domain: workflow 3.4). */
export const MEASURES = [
  'REFUSE',
  'RECOVER',
  'RECTIFY',
  'INTERVIEW',
  'SUSPEND',
  'TERMINATE',
  'PENALTY',
  'TRANSFER',
  'POINTS',
  'CREDIT',
  'SUSPEND_PSN',
] as const

/** The way of a filed case, in this order. */
export const CASE_STEPS = ['investigation', 'legal_review', 'group_decision', 'hearing', 'decision'] as const

export const HOLD_STATES = ['REQUESTED', 'HELD', 'RELEASED', 'REFUSED', 'OFFSET'] as const

/** Every reason for which an action is refused: the `code` of the problem document, or of one row of a bulk answer. */
export const REFUSALS = [
  'STATE_REFUSES',
  'VERSION_STALE',
  'CLAIMED_BY_OTHER',
  'ACTOR_REFUSED',
  'FOUR_EYES',
  'RECUSED',
  'REASON_MISSING',
  'NOTE_MISSING',
  'ASSIGNEE_INVALID',
  'EVIDENCE_MISSING',
  'AMOUNT_MISSING',
  'MEASURES_MISSING',
  'MEASURE_UNKNOWN',
  'MEASURE_INVALID',
  'STEP_ORDER',
  'STEPS_MISSING',
  'FRAUD_GROUND_MISSING',
  'VOTE_MISSING',
  'VOTED_ALREADY',
  'REOPEN_TOO_LATE',
  'HOLD_NONE',
  'DAYS_INVALID',
  'UNDO_NOTHING',
  'UNDO_FORBIDDEN',
  'UNDO_TOO_LATE',
  'UNDO_OVERTAKEN',
] as const

const literals = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))))
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()])
const text = Type.String({ maxLength: 4_000 })
const money = Type.Number({ minimum: 0, description: 'yuan' })
const time = Type.String({ description: 'ISO 8601 with +08:00' })
const state = AlertWorkflow.properties.state

/** A disposal measure as it is chosen. */
export const MeasureOrder = Type.Object(
  {
    code: literals(MEASURES),
    amount: Type.Optional(money),
    /** yyyy-MM-dd */
    due: Type.Optional(Type.String({ format: 'date' })),
    months: Type.Optional(Type.Integer({ minimum: 1, maximum: 12, description: 'SUSPEND 1 to 12, SUSPEND_PSN 3 to 12' })),
    multiple: Type.Optional(Type.Number({ minimum: 1, maximum: 5, description: 'PENALTY: times the amount' })),
    doctor: Type.Optional(Type.String({ description: 'POINTS: code of the person' })),
    points: Type.Optional(Type.Integer({ minimum: 1, maximum: 12 })),
    responsibility: Type.Optional(literals(['general', 'important', 'main'] as const)),
    note: Type.Optional(text),
  },
  { additionalProperties: false },
)
export type MeasureOrder = Static<typeof MeasureOrder>

/**
 * `POST /api/v1/alerts/{id}/actions`. What each action needs besides `version`:
 * claim: a `reason` takes the claim of another away (officer) · assign: `assignee`, by default oneself · dismiss: `reason`
 * D01-D99, `note` · request_records: `note` · notify: `note`, `amount` · appeal, reappeal: `attachments` or `statement` ·
 * accept_appeal, uphold: `note` · vote: `vote`, `note` · recuse: `note` · dispose: `measures` · execute: `measure_id`,
 * `amount` for money · file_case: `note` · step: `step`, `note` · transfer: `note`, twice, by two persons · reopen: `note`,
 * or `attachments` · hold, release_hold: `note`, `setl_ids` by default all · snooze: `days` 7, 30 or 90, `note` · note:
 * `note` · undo: nothing.
 */
export const AlertAction = Type.Object(
  {
    action: literals(ACTIONS),
    version: Type.Integer({ minimum: 1, description: 'the `state_version` that was seen' }),
    reason: Type.Optional(Type.String({ maxLength: 4_000, description: `dismiss: one of ${DISMISSAL_REASONS.join(', ')}` })),
    note: Type.Optional(text),
    assignee: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    amount: Type.Optional(money),
    statement: Type.Optional(text),
    attachments: Type.Optional(Type.Array(Type.String(), { maxItems: 50, description: 'ids of attachments' })),
    vote: Type.Optional(literals(['dismiss', 'uphold'] as const)),
    measures: Type.Optional(Type.Array(MeasureOrder, { minItems: 1, maxItems: 20 })),
    measure_id: Type.Optional(Type.String()),
    step: Type.Optional(literals(CASE_STEPS)),
    setl_ids: Type.Optional(Type.Array(Type.String(), { minItems: 1, maxItems: 500 })),
    days: Type.Optional(Type.Integer({ minimum: 1, maximum: 90 })),
  },
  { additionalProperties: false },
)
export type AlertAction = Static<typeof AlertAction>

const Standing = {
  state,
  state_version: Type.Integer(),
  owner: Type.String({ description: 'who holds the claim, else who is assigned, else empty' }),
}

/** What an action answers. */
export const ActionDone = Type.Object({
  alert_id: Type.String(),
  ...Standing,
  undo_until: orNull(Type.String({ description: 'until then the same person may undo; null where the law does not allow it' })),
  pending: orNull(Type.String({ description: 'what waits for a second person: hold, release_hold, transfer or snooze' })),
})
export type ActionDone = Static<typeof ActionDone>

/** Member `current` of the problem document of `VERSION_STALE` and `CLAIMED_BY_OTHER` (409). */
export const Current = Type.Object({
  ...Standing,
  claimed_until: orNull(time),
  last: orNull(Type.Object({ actor: Type.String(), action: Type.String(), at: time })),
})
export type Current = Static<typeof Current>

/** `POST /api/v1/alerts/actions`: one action on many alerts, or with `preview` what it would do. */
export const BulkAction = Type.Object(
  {
    action: literals(['claim', 'release', 'assign', 'dismiss', 'hold', 'release_hold', 'note'] as const),
    alerts: Type.Array(Type.Object({ alert_id: Type.String(), version: Type.Integer({ minimum: 1 }) }), {
      minItems: 1,
      maxItems: 1_000,
    }),
    preview: Type.Optional(Type.Boolean()),
    reason: Type.Optional(text),
    note: Type.Optional(text),
    assignee: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
  },
  { additionalProperties: false },
)
export type BulkAction = Static<typeof BulkAction>

/** Every alert of a bulk action is in exactly one of the three lists. More than 200 wait for a second person (`bulk_id`). */
export const BulkDone = Type.Object({
  ok: Type.Array(
    Type.Object({ alert_id: Type.String(), from: state, ...Standing, undo_until: orNull(time), vola_amt: Type.Number() }),
  ),
  conflict: Type.Array(Type.Object({ alert_id: Type.String(), code: literals(REFUSALS), ...Standing })),
  failed: Type.Array(Type.Object({ alert_id: Type.String(), code: Type.String(), message: Type.String() })),
  vola_amt: Type.Number({ description: 'yuan, of those in `ok`' }),
  bulk_id: orNull(Type.String({ description: 'waits for POST /alerts/actions/{bulk_id}/approve by another person' })),
})
export type BulkDone = Static<typeof BulkDone>

/** One line of an alert's or a case's history. */
export const HistoryEntry = Type.Object({
  n: Type.Integer({ description: 'place in the audit chain' }),
  at: time,
  actor: Type.String({ description: '`system` for timers and the pipeline' }),
  action: Type.String(),
  from: orNull(state),
  to: orNull(state),
  state_version: Type.Integer(),
  reason: Type.String(),
  note: Type.String(),
  detail: Type.Record(Type.String(), Type.Unknown()),
})
export type HistoryEntry = Static<typeof HistoryEntry>

/** Money that is not paid out for now (domain: workflow 3.5). */
export const Hold = Type.Object({
  hold_id: Type.String(),
  alert_id: Type.String(),
  setl_id: Type.String(),
  fixmedins_code: Type.String(),
  /** yyyy-MM of the monthly payment */
  month: Type.String(),
  amt: money,
  reason_rule: Type.String({ description: 'the detector' }),
  automatic: Type.Boolean(),
  state: literals(HOLD_STATES),
  since: time,
  age_days: Type.Integer(),
  confirm_by: orNull(Type.String({ description: 'a suspicion is released then, unless a person has confirmed the hold' })),
  expires: orNull(Type.String({ description: 'released then, unless an officer has confirmed the hold' })),
  requested_by: Type.String({ description: 'who asked for a hold or release that a second person must confirm' }),
  release_requested_by: Type.String(),
  confirmed_by: Type.String(),
  ended: orNull(time),
  end_reason: Type.String(),
})
export type Hold = Static<typeof Hold>

export const Measure = Type.Object({
  ...MeasureOrder.properties,
  measure_id: Type.String(),
  ordered_by: Type.String(),
  ordered: time,
  executed: orNull(time),
  executed_by: Type.String(),
  executed_amount: orNull(money),
})
export type Measure = Static<typeof Measure>

/** Member `work` of `GET /api/v1/alerts/{id}`. */
export const Work = Type.Object({
  ...Standing,
  assignee: Type.String(),
  claimed_by: Type.String(),
  claimed_until: orNull(time),
  entered: orNull(Type.String({ description: 'since when the alert is in this state; null while nobody has acted' })),
  due: orNull(Type.String({ description: 'when the timer of the state runs out; null where it has none' })),
  overdue: Type.Boolean(),
  /** What the timer does when it runs out; empty where it only warns. */
  on_due: Type.String(),
  first_reviewer: Type.String(),
  second_reviewer: Type.String(),
  votes: Type.Array(Type.Object({ person: Type.String(), vote: Type.String(), at: time })),
  recused: Type.Array(Type.String()),
  notified_amount: orNull(money),
  ground_voided: Type.Boolean(),
  case_id: orNull(Type.String()),
  pending: orNull(Type.Object({ action: Type.String(), by: Type.String(), at: time })),
  steps: Type.Array(Type.Object({ step: literals(CASE_STEPS), by: Type.String(), at: time, note: Type.String() })),
  measures: Type.Array(Measure),
  holds: Type.Array(Hold),
  history: Type.Array(HistoryEntry, { description: 'newest first' }),
  undo: orNull(Type.Object({ action: Type.String(), until: time }, { description: 'what the caller may undo' })),
  /** What the caller may do now; a refusal says why not. */
  actions: Type.Array(Type.Object({ action: literals(ACTIONS), refusal: orNull(literals(REFUSALS)) })),
})
export type Work = Static<typeof Work>

/** `POST /api/v1/attachments` takes the file as its body, `?alert_id=&name=`. */
export const Attachment = Type.Object({
  attachment_id: Type.String(),
  alert_id: Type.String(),
  name: Type.String(),
  media_type: Type.String(),
  size: Type.Integer(),
  sha256: Type.String(),
  added_by: Type.String(),
  added: time,
})
export type Attachment = Static<typeof Attachment>

export const CaseRow = Type.Object({
  case_id: Type.String(),
  title: Type.String(),
  subject_type: Type.String(),
  subject_id: Type.String({ description: 'masked where it is a person' }),
  fixmedins_code: Type.String(),
  admdvs: Type.String(),
  insu_admdvs: Type.String(),
  open: Type.Boolean(),
  severity: Type.Integer(),
  alerts: Type.Integer(),
  settlements: Type.Integer(),
  /** Yuan; each fen of a fee line counts once. */
  recoverable_amt: Type.Number(),
  owner: Type.String(),
  opened: time,
  opened_by: Type.String(),
  updated: time,
  due: orNull(time),
  version: Type.Integer(),
})
export type CaseRow = Static<typeof CaseRow>

/** Opens a case on the subject of the alerts; without `alert_ids` beyond the first, open alerts of the same subject join. */
export const CaseOpen = Type.Object(
  {
    alert_ids: Type.Array(Type.String(), { minItems: 1, maxItems: 500 }),
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    gather: Type.Optional(Type.Boolean({ default: true, description: 'also open alerts of the same subject' })),
  },
  { additionalProperties: false },
)
export type CaseOpen = Static<typeof CaseOpen>

export const TASK_KINDS = ['correct_money', 'tune_rule', 'amend_knowledge'] as const
export const Task = Type.Object({
  task_id: Type.String(),
  kind: literals(TASK_KINDS),
  alert_id: Type.String(),
  detector_id: Type.String(),
  text: Type.String(),
  opened: time,
  done: orNull(time),
  done_by: Type.String(),
})
export type Task = Static<typeof Task>

/** A rule is silent for a subject until a day (`exception` reference row); a second person confirms it. */
export const ExceptionRow = Type.Object({
  exception_id: Type.String(),
  detector_id: Type.String(),
  subject_type: Type.String(),
  subject_id: Type.String(),
  from: Type.String(),
  to: Type.String(),
  reason: Type.String(),
  requested_by: Type.String(),
  confirmed_by: Type.String(),
  state: literals(['REQUESTED', 'ACTIVE', 'EXPIRED', 'ENDED', 'REFUSED'] as const),
})
export type ExceptionRow = Static<typeof ExceptionRow>

export const ExceptionOrder = Type.Object(
  {
    detector_id: Type.String({ pattern: '^[A-Z]{3}-\\d{2}$' }),
    subject_type: Type.String({ minLength: 1, maxLength: 40 }),
    subject_id: Type.String({ minLength: 1, maxLength: 200 }),
    to: Type.String({ format: 'date', description: 'last day, at most 90 days from now' }),
    reason: Type.String({ minLength: 1, maxLength: 1_000 }),
  },
  { additionalProperties: false },
)
export type ExceptionOrder = Static<typeof ExceptionOrder>

/** Points of one person in one calendar year, and what follows from them (domain: workflow 3.6). */
export const PointsRow = Type.Object({
  doctor: Type.String(),
  year: Type.Integer(),
  points: Type.Integer(),
  highest: Type.Integer({ description: 'of a single act' }),
  consequence: literals(['none', 'suspend', 'end_1_year', 'end_3_years'] as const),
})
export type PointsRow = Static<typeof PointsRow>

export const CreditRow = Type.Object({
  fixmedins_code: Type.String(),
  year: Type.Integer(),
  score: Type.Number(),
  level: literals(['A', 'B', 'C', 'D'] as const),
})
export type CreditRow = Static<typeof CreditRow>

/** `POST /api/v1/alerts/{id}/unmask`: who asks says why; the look is in the audit chain. */
export const UnmaskOrder = Type.Object(
  { reason: Type.String({ minLength: 4, maxLength: 1_000 }), case_id: Type.Optional(Type.String()) },
  { additionalProperties: false },
)
export const Unmasked = Type.Object({
  alert_id: Type.String(),
  psn_no: Type.String(),
  subject_id: Type.String(),
  persons: Type.Array(Type.String(), { description: 'every person that the alert names' }),
  until: Type.String({ description: 'show it no longer than that' }),
})

/** `GET /api/v1/audit`, for the audit administrator. */
export const AuditRow = Type.Object({
  n: Type.Integer(),
  at: time,
  actor: Type.String(),
  address: Type.String(),
  action: Type.String(),
  object_type: Type.String(),
  object_id: Type.String(),
  purpose: Type.String(),
  result: Type.String(),
  detail: Type.Record(Type.String(), Type.Unknown()),
  hash: Type.String(),
})
export type AuditRow = Static<typeof AuditRow>

const roles = Type.Array(Type.String(), { minItems: 1 })
const regions = Type.Array(Type.String({ pattern: '^\\d{6}$' }), { description: 'admdvs; 000000 is the whole country' })
const institutions = Type.Array(Type.String(), { description: 'empty: all institutions of the regions' })

/** Users, for the security administrator. */
export const UserRow = Type.Object({
  username: Type.String(),
  name: Type.String(),
  roles,
  scope: regions,
  institutions,
  recusals: Type.Array(Type.String(), { description: 'institutions whose items the person does not decide' }),
  disabled: Type.Boolean(),
  totp: Type.Boolean(),
  locked_until: orNull(time),
})
export type UserRow = Static<typeof UserRow>

export const UserOrder = Type.Object(
  {
    username: Type.String({ pattern: '^[A-Za-z0-9_.@-]{2,128}$' }),
    name: Type.Optional(Type.String({ maxLength: 100 })),
    roles,
    scope: regions,
    institutions: Type.Optional(institutions),
    recusals: Type.Optional(Type.Array(Type.String())),
  },
  { additionalProperties: false },
)
export type UserOrder = Static<typeof UserOrder>

/** Answer of `POST /session` and `GET /me`. While `password_change` is true, only `POST /session/password` is allowed. */
export const Me = Type.Object({
  username: Type.String(),
  roles: Type.Array(Type.String()),
  scope: regions,
  institutions,
  password_change: Type.Boolean(),
  totp: Type.Boolean({ description: 'whether a second factor is set up' }),
})
/** `POST /session/password`; sign in anew afterwards is not needed. `PASSWORD_WEAK`, `CREDENTIALS_WRONG`. */
export const PasswordOrder = Type.Object(
  { current: Type.String({ minLength: 1, maxLength: 1024 }), password: Type.String({ minLength: 1, maxLength: 1024 }) },
  { additionalProperties: false },
)
/** `POST /me/totp`: the secret to scan; `POST /me/totp/confirm { code }` switches it on. */
export const TotpOffer = Type.Object({ secret: Type.String(), uri: Type.String({ description: 'otpauth:' }) })

/** The shapes that are published at `/api/v1/schemas`, as `workflow.{name}`. */
export const WORKFLOW_SHAPES = {
  alert_action: AlertAction,
  action_done: ActionDone,
  bulk_action: BulkAction,
  bulk_done: BulkDone,
  current: Current,
  work: Work,
  attachment: Attachment,
  case_row: CaseRow,
  case_open: CaseOpen,
  hold: Hold,
  task: Task,
  exception_row: ExceptionRow,
  exception_order: ExceptionOrder,
  points_row: PointsRow,
  credit_row: CreditRow,
  unmask_order: UnmaskOrder,
  unmasked: Unmasked,
  audit_row: AuditRow,
  user_row: UserRow,
  user_order: UserOrder,
  me: Me,
  password_order: PasswordOrder,
  totp_offer: TotpOffer,
} as const
