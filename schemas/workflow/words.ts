/** The fixed words of the workflow (domain: workflow 3.3 and 3.4). */
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
  'NOTE_NAMES_PERSON',
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

/** What a person may be appointed to (domain: workflow 3.1). */
export const PERSON_ROLES = [
  'officer',
  'investigator',
  'reviewer2',
  'panel',
  'regulator',
  'institution',
  'rule_admin',
  'sys_admin',
  'sec_admin',
  'audit_admin',
] as const
