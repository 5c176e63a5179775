import { type Static, Type } from 'typebox'
import { literals } from './field.ts'

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
