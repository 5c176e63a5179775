import type { Event, State } from './situation.ts'

/** Who may bring a transition about: a role, or nobody in person. */
export type Party = 'officer' | 'investigator' | 'reviewer2' | 'panel' | 'institution' | 'system'

export type Guard =
  | 'definite_and_refusable'
  | 'assignee'
  | 'reason'
  | 'note'
  | 'fresh_eyes'
  | 'second_eyes'
  | 'not_recused'
  | 'amount'
  | 'ground'
  | 'statement'
  | 'measures'
  | 'steps'
  | 'fraud'
  | 'approval'
  | 'within_a_year'
  | 'new_evidence'

export interface Transition {
  readonly from: readonly State[]
  readonly on: Event
  readonly by: readonly Party[]
  readonly guards: readonly Guard[]
  readonly to: State
}

/** States in which the finding is not yet confirmed. */
export const UNCONFIRMED: readonly State[] = [
  'NEW',
  'REFUSE_PROPOSED',
  'FIRST_REVIEW',
  'EVIDENCE',
  'APPEAL_OPEN',
  'SECOND_REVIEW',
  'REAPPEAL_OPEN',
  'PANEL',
  'FINAL',
]
/** A filed case is not undone by a void either: it must be closed in its own form. */
export const CONFIRMED_OR_LATER: readonly State[] = ['CONFIRMED', 'DISPOSING', 'CASE_FILED', 'CLOSED', 'TRANSFERRED']
export const TERMINAL: readonly State[] = ['DISMISSED', 'CLOSED', 'TRANSFERRED', 'VOIDED']

/** The state machine of the supervision workflow (domain: workflow 3.3), line by line. */
export const TRANSITIONS: readonly Transition[] = [
  { from: ['NEW'], on: 'auto_refuse', by: ['system'], guards: ['definite_and_refusable'], to: 'REFUSE_PROPOSED' },
  // An investigator assigns to himself only; that is the system's assignment on his claim.
  { from: ['NEW'], on: 'assign', by: ['officer', 'investigator', 'system'], guards: ['assignee'], to: 'FIRST_REVIEW' },
  {
    from: ['FIRST_REVIEW'],
    on: 'dismiss',
    by: ['investigator'],
    guards: ['reason', 'note', 'not_recused', 'fresh_eyes'],
    to: 'DISMISSED',
  },
  { from: ['FIRST_REVIEW'], on: 'request_records', by: ['investigator'], guards: ['note'], to: 'EVIDENCE' },
  { from: ['EVIDENCE'], on: 'records_received', by: ['investigator'], guards: [], to: 'FIRST_REVIEW' },
  { from: ['EVIDENCE'], on: 'time_out', by: ['system'], guards: [], to: 'FIRST_REVIEW' },
  {
    from: ['FIRST_REVIEW', 'REFUSE_PROPOSED'],
    on: 'notify',
    by: ['investigator'],
    guards: ['amount', 'ground', 'not_recused', 'fresh_eyes'],
    to: 'APPEAL_OPEN',
  },
  { from: ['APPEAL_OPEN'], on: 'appeal', by: ['institution', 'investigator'], guards: ['statement'], to: 'SECOND_REVIEW' },
  { from: ['APPEAL_OPEN'], on: 'time_out', by: ['system'], guards: [], to: 'CONFIRMED' },
  {
    from: ['SECOND_REVIEW'],
    on: 'accept_appeal',
    by: ['reviewer2'],
    guards: ['note', 'not_recused', 'second_eyes'],
    to: 'DISMISSED',
  },
  {
    from: ['SECOND_REVIEW'],
    on: 'uphold',
    by: ['reviewer2'],
    guards: ['note', 'not_recused', 'second_eyes'],
    to: 'REAPPEAL_OPEN',
  },
  { from: ['REAPPEAL_OPEN'], on: 'reappeal', by: ['institution', 'investigator'], guards: ['statement'], to: 'PANEL' },
  { from: ['REAPPEAL_OPEN'], on: 'time_out', by: ['system'], guards: [], to: 'CONFIRMED' },
  { from: ['PANEL'], on: 'panel_dismiss', by: ['system'], guards: [], to: 'DISMISSED' },
  { from: ['PANEL'], on: 'panel_uphold', by: ['system'], guards: [], to: 'FINAL' },
  { from: ['FINAL'], on: 'sign', by: ['officer'], guards: [], to: 'CONFIRMED' },
  { from: ['CONFIRMED'], on: 'dispose', by: ['officer'], guards: ['measures'], to: 'DISPOSING' },
  { from: ['DISPOSING'], on: 'close', by: ['system'], guards: [], to: 'CLOSED' },
  { from: ['DISPOSING'], on: 'hand_over', by: ['system'], guards: [], to: 'TRANSFERRED' },
  {
    from: [...UNCONFIRMED, 'CONFIRMED', 'DISPOSING'],
    on: 'file_case',
    by: ['officer'],
    guards: ['note', 'fraud'],
    to: 'CASE_FILED',
  },
  { from: ['CASE_FILED'], on: 'dispose', by: ['officer'], guards: ['steps', 'measures'], to: 'DISPOSING' },
  { from: ['CASE_FILED'], on: 'transfer', by: ['officer'], guards: ['note', 'approval'], to: 'TRANSFERRED' },
  {
    from: ['DISMISSED'],
    on: 'reopen',
    by: ['officer'],
    guards: ['within_a_year', 'new_evidence'],
    to: 'FIRST_REVIEW',
  },
  { from: UNCONFIRMED, on: 'retract', by: ['system'], guards: [], to: 'VOIDED' },
  { from: ['VOIDED'], on: 'restore', by: ['system'], guards: [], to: 'NEW' },
]

/** What is done without leaving the state: in which states, and by whom. */
export const STAYING: readonly { readonly on: Event; readonly from: readonly State[]; readonly by: readonly Party[] }[] = [
  ...(['claim', 'release'] as const).map((on) => ({
    on,
    from: [...UNCONFIRMED, 'CONFIRMED', 'DISPOSING', 'CASE_FILED'] as const,
    by: ['investigator', 'reviewer2', 'panel'] as const,
  })),
  { on: 'assign', from: ['FIRST_REVIEW', 'EVIDENCE'], by: ['officer'] },
  { on: 'vote', from: ['PANEL'], by: ['panel'] },
  { on: 'recuse', from: ['SECOND_REVIEW', 'PANEL'], by: ['reviewer2', 'panel'] },
  { on: 'execute', from: ['DISPOSING'], by: ['investigator'] },
  { on: 'step', from: ['CASE_FILED'], by: ['officer'] },
  ...(['hold', 'confirm_hold', 'release_hold'] as const).map((on) => ({
    on,
    from: [...UNCONFIRMED, 'CONFIRMED', 'DISPOSING', 'CASE_FILED'] as const,
    by: ['investigator', 'reviewer2'] as const,
  })),
  {
    on: 'snooze',
    from: [...UNCONFIRMED, 'CONFIRMED', 'DISPOSING', 'CASE_FILED', ...TERMINAL],
    by: ['investigator'],
  },
  {
    on: 'note',
    from: [...UNCONFIRMED, 'CONFIRMED', 'DISPOSING', 'CASE_FILED', ...TERMINAL],
    by: ['investigator', 'reviewer2', 'panel'],
  },
]

interface Timer {
  readonly workdays?: number
  readonly days?: number
  /** What happens then; nothing where the timer only warns. */
  readonly expiry: 'time_out' | ''
}

/** How long an alert may stay in a state. */
export const TIMERS: { readonly [S in State]?: Timer } = {
  FIRST_REVIEW: { workdays: 5, expiry: '' },
  EVIDENCE: { workdays: 10, expiry: 'time_out' },
  APPEAL_OPEN: { workdays: 10, expiry: 'time_out' },
  SECOND_REVIEW: { workdays: 10, expiry: '' },
  REAPPEAL_OPEN: { workdays: 10, expiry: 'time_out' },
  PANEL: { workdays: 10, expiry: '' },
  CASE_FILED: { days: 90, expiry: '' },
}

/** Actions that have told nobody outside yet and have moved no money: the same person may take them back at once. */
export const UNDOABLE: readonly Event[] = [
  'claim',
  'release',
  'assign',
  'dismiss',
  'request_records',
  'records_received',
  'reopen',
  'hold',
  'release_hold',
]
