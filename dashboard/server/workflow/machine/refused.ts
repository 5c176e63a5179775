import type { REFUSALS } from '../../../../schemas/workflow.ts'

export type RefusalCode = (typeof REFUSALS)[number]

/** Why an action is not done. */
export const REASONS: Readonly<Record<RefusalCode, string>> = {
  STATE_REFUSES: 'The alert is in a state in which this cannot be done.',
  VERSION_STALE: 'Someone was faster. Look at the alert again.',
  CLAIMED_BY_OTHER: 'Someone else has claimed the alert.',
  ACTOR_REFUSED: 'Your role does not do this.',
  FOUR_EYES: 'You have already decided on this alert; another person must do this.',
  RECUSED: 'You are recused from this institution or this alert.',
  REASON_MISSING: 'A reason code is needed.',
  NOTE_MISSING: 'A note is needed; for D99 of at least ten characters.',
  NOTE_NAMES_PERSON: 'The text holds the number of a person, a card or a telephone. Leave it out: the alert says who is meant.',
  ASSIGNEE_INVALID: 'The assignee is nobody who may review this alert.',
  EVIDENCE_MISSING: 'A statement, an attachment, or evidence is needed.',
  AMOUNT_MISSING: 'The amount is missing.',
  MEASURES_MISSING: 'Choose at least one measure.',
  MEASURE_UNKNOWN: 'There is no such measure, or it is executed already.',
  MEASURE_INVALID: 'The measure lacks what it needs, or it is out of range.',
  STEP_ORDER: 'The step is not the next one.',
  STEPS_MISSING: 'Not all steps of the case are recorded.',
  FRAUD_GROUND_MISSING: 'Neither article 40 or 41 nor the amount gives ground for a case.',
  VOTE_MISSING: 'Vote to dismiss or to uphold.',
  VOTED_ALREADY: 'You have voted already.',
  REOPEN_TOO_LATE: 'A dismissed alert can be reopened within a year only.',
  HOLD_NONE: 'There is no hold or money to which this applies.',
  DAYS_INVALID: 'A snooze lasts 7, 30 or 90 days.',
  UNDO_NOTHING: 'There is nothing to undo.',
  UNDO_FORBIDDEN: 'This cannot be undone.',
  UNDO_TOO_LATE: 'The time for undoing has passed.',
  UNDO_OVERTAKEN: 'Someone has acted since.',
}

/** Raised where the workflow does not allow what is asked. */
export class Refused extends Error {
  readonly code: RefusalCode
  constructor(code: RefusalCode, message = REASONS[code]) {
    super(message)
    this.name = 'Refused'
    this.code = code
  }
}
