import type { AlertAction } from '../../../schemas/workflow.ts'

export type Action = AlertAction['action']
/** What somebody has decided; upon which version of the alert is added when it is sent. */
export type ActionOrder = Omit<AlertAction, 'version'>

export type FormField =
  | 'reason'
  | 'dismissal'
  | 'note'
  | 'amount'
  | 'assignee'
  | 'statement'
  | 'attachments'
  | 'vote'
  | 'measures'
  | 'measure_id'
  | 'step'
  | 'days'

/** What a person fills in before an action; an action that is not here is done at once. */
export const FORMS: Readonly<Partial<Record<Action, readonly FormField[]>>> = {
  assign: ['assignee'],
  dismiss: ['dismissal', 'note'],
  request_records: ['note'],
  notify: ['amount', 'note'],
  appeal: ['statement', 'attachments'],
  accept_appeal: ['note'],
  uphold: ['note'],
  reappeal: ['statement', 'attachments'],
  vote: ['vote', 'note'],
  recuse: ['note'],
  sign: [],
  dispose: ['measures'],
  execute: ['measure_id', 'amount'],
  file_case: ['note'],
  step: ['step', 'note'],
  transfer: ['note'],
  reopen: ['note'],
  hold: ['note'],
  release_hold: ['note'],
  snooze: ['days', 'note'],
  note: ['note'],
}

/** The order in which actions are offered: what moves the item forward first. */
export const ACTION_ORDER: readonly Action[] = [
  'claim',
  'notify',
  'appeal',
  'accept_appeal',
  'uphold',
  'reappeal',
  'vote',
  'sign',
  'dispose',
  'execute',
  'step',
  'dismiss',
  'request_records',
  'records_received',
  'hold',
  'confirm_hold',
  'release_hold',
  'release',
  'assign',
  'file_case',
  'transfer',
  'recuse',
  'snooze',
  'reopen',
  'note',
]

/** How many stand in the row; the others are in a menu. */
export const ACTIONS_SHOWN = 5

/** Of the reasons for a dismissal the last one asks for a note of ten characters. */
export const OTHER_REASON = 'D99'
export const OTHER_NOTE_MIN = 10
export const SNOOZE_DAYS = [7, 30, 90] as const
