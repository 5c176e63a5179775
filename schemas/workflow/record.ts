import { type Static, Type } from 'typebox'
import { time } from './field.ts'

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
