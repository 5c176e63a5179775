import { type Static, Type } from 'typebox'
import { time } from './field.ts'

/** How many persons one may see at once, that is within ten minutes, before a second person must agree. */
export const LOOK_ALONE_MAX = 50

/** `POST /api/v1/alerts/{id}/unmask`: who asks says why; the look is in the audit chain. */
export const UnmaskOrder = Type.Object(
  {
    reason: Type.String({ minLength: 4, maxLength: 1_000 }),
    case_id: Type.Optional(Type.String()),
    unmasking_id: Type.Optional(
      Type.String({ description: 'that of the answer `APPROVAL_REQUIRED` (403), once a second person has agreed' }),
    ),
  },
  { additionalProperties: false },
)
export const Unmasked = Type.Object({
  alert_id: Type.String(),
  psn_no: Type.String(),
  subject_id: Type.String(),
  persons: Type.Array(Type.String(), { description: 'every person that the alert names' }),
  until: Type.String({ description: 'show it no longer than that' }),
})

/** A look at more than 50 persons: `GET /api/v1/unmaskings`, `POST /api/v1/unmaskings/{id}/approve`. */
export const Unmasking = Type.Object({
  unmasking_id: Type.String(),
  object_type: Type.String({ description: '`alert` or `case`' }),
  object_id: Type.String(),
  persons: Type.Integer(),
  reason: Type.String(),
  requested_by: Type.String(),
  requested: time,
  approved_by: Type.String({ description: 'empty while nobody has agreed' }),
})
export type Unmasking = Static<typeof Unmasking>

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
