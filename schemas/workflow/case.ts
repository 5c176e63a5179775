import { type Static, Type } from 'typebox'
import { literals, orNull, time } from './field.ts'

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

/** `overdue`: a term that only warns has passed, and an officer sees to it. */
export const TASK_KINDS = ['correct_money', 'tune_rule', 'amend_knowledge', 'overdue'] as const
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
