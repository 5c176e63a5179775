/** Every reason for which an event is refused. A refused event becomes a dead letter; it is never lost. */
export const DEAD_LETTER_CODES = [
  'JSON_INVALID',
  'ENCODING_INVALID',
  'TOO_LARGE',
  'KIND_UNKNOWN',
  'FIELD_MISSING',
  'TYPE_INVALID',
  'NUMBER_RANGE',
  'TIME_INVALID',
  'TIME_FUTURE',
  'CONFLICT',
  'VOID_MISMATCH',
  'VOID_UNMATCHED',
  'REFERENCE_INVALID',
] as const
export type DeadLetterCode = (typeof DEAD_LETTER_CODES)[number]

/** Why a detector could not judge an event. Counted per detector: part of the proof that every event was judged. */
export const SKIP_REASONS = [
  'INPUT_MISSING',
  'REFERENCE_MISSING',
  'HISTORY_SHORT',
  'TOO_LATE',
  'STAY_TOO_LONG',
  'VOIDED_BEFORE',
  'CONFIDENCE_LOW',
  'SAMPLE_SMALL',
  'NOT_OWNED',
] as const
export type SkipReason = (typeof SKIP_REASONS)[number]

/** An error that a person or a program can act upon: a stable code, and a sentence. */
export class FundwatchError extends Error {
  readonly code: string
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.name = 'FundwatchError'
  }
}
