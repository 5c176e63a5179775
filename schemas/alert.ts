import { type Static, Type } from 'typebox'

/** The version of the alert's shape; it rises with every change of meaning. */
export const ALERT_SCHEMA_VERSION = 3

export const RESULT_TYPES = ['violation', 'suspicion', 'indicator'] as const
export const SUBJECT_TYPES = ['settlement', 'person', 'institution', 'doctor', 'trace', 'item', 'group', 'pool'] as const
/** What became of a match: an alert that people see, or one of the named ways in which it is silenced. */
export const DISPOSITIONS = ['alert', 'snoozed', 'excepted', 'suppressed', 'shadowed'] as const
/** Whose work list an alert belongs to; only officers' alerts accuse. */
export const AUDIENCES = ['officer', 'data_contact', 'assistance'] as const
/** The states of the workflow (domain: workflow 3.3). */
export const STATES = [
  'NEW',
  'REFUSE_PROPOSED',
  'FIRST_REVIEW',
  'EVIDENCE',
  'APPEAL_OPEN',
  'SECOND_REVIEW',
  'REAPPEAL_OPEN',
  'PANEL',
  'FINAL',
  'CONFIRMED',
  'DISPOSING',
  'CASE_FILED',
  'DISMISSED',
  'CLOSED',
  'TRANSFERRED',
  'VOIDED',
] as const

const literals = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))))
const localized = Type.Object({ zh: Type.String(), en: Type.String() })

export const AlertLine = Type.Object({
  setl_id: Type.String(),
  feedetl_sn: Type.String(),
  vola_item_type: Type.Union([Type.Literal(1), Type.Literal(2)], { description: '1 violating, 2 involved' }),
  vola_amt: Type.Number({ description: 'yuan' }),
})

export const LegalBasis = Type.Object({ law: Type.String(), article: Type.String() })

/** One alert as it leaves the product (contract, section 2): yuan, ISO 8601 with +08:00. */
export const Alert = Type.Object({
  schema_version: Type.Integer(),
  alert_id: Type.String({ pattern: '^[0-9a-f]{32}$' }),
  detector_id: Type.String(),
  detector_version: Type.Integer(),
  knowledge_version: Type.String(),
  params: Type.Record(Type.String(), Type.Unknown()),
  mode: literals(['live', 'shadow'] as const),
  disposition: literals(DISPOSITIONS),
  silence_reason: Type.String({ description: 'why the match is silenced; empty where it is an alert' }),
  status: literals(['open', 'retracted'] as const),
  retract_reason: Type.String(),
  revision: Type.Integer({ minimum: 1 }),
  severity: Type.Integer({ minimum: 1, maximum: 4 }),
  result_type: literals(RESULT_TYPES),
  audience: literals(AUDIENCES),
  vola_bhvr_type: Type.String(),
  subject_type: literals(SUBJECT_TYPES),
  subject_id: Type.String(),
  bucket: Type.String(),
  psn_no: Type.String(),
  fixmedins_code: Type.String(),
  admdvs: Type.String(),
  insu_admdvs: Type.String(),
  setl_ids: Type.Array(Type.String()),
  setl_count: Type.Integer(),
  lines: Type.Array(AlertLine),
  vola_amt: Type.Number({ description: 'yuan' }),
  risk_score: Type.Number({ minimum: 0, maximum: 100 }),
  risk_parts: Type.Record(Type.String(), Type.Number()),
  event_time: Type.String(),
  detected_at: Type.String(),
  title: Type.String(),
  why: Type.String({ maxLength: 60 }),
  explanation: localized,
  evidence: Type.Record(Type.String(), Type.Unknown()),
  basis: Type.Array(LegalBasis),
  count: Type.Integer({ minimum: 1 }),
  first_seen: Type.String(),
  last_seen: Type.String(),
  parent_alert_id: Type.String(),
  seq: Type.Integer({ description: 'place of this revision in the ordered log of alerts' }),
})
export type Alert = Static<typeof Alert>
export type ResultType = (typeof RESULT_TYPES)[number]
export type SubjectType = (typeof SUBJECT_TYPES)[number]
export type Disposition = (typeof DISPOSITIONS)[number]

/** What the workflow adds to an alert when it is read. */
export const AlertWorkflow = Type.Object({
  state: literals(STATES),
  state_version: Type.Integer(),
  owner: Type.String(),
  recoverable_amt: Type.Number({ description: 'yuan' }),
})
export type AlertWorkflow = Static<typeof AlertWorkflow>
