import { type Static, Type } from 'typebox'
import { MeasureOrder } from './action.ts'
import { literals, money, orNull, Standing, state, time } from './field.ts'
import { ACTIONS, CASE_STEPS, HOLD_STATES, REFUSALS } from './words.ts'

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
  by_party: Type.Boolean({ description: 'handed in by the institution itself' }),
})
export type Attachment = Static<typeof Attachment>
