import { DAY } from '../../../../schemas/time.ts'
import { CASE_STEPS, DISMISSAL_REASONS, type MeasureOrder } from '../../../../schemas/workflow.ts'
import { Refused } from './refused.ts'
import type { Actor, Command, Context, Situation } from './situation.ts'
import type { Guard } from './transitions.ts'

export type GuardTest = (situation: Situation, command: Command, actor: Actor, context: Context) => void

const YEAR = 365 * DAY
const OTHER_REASON_MIN = 10
const REGULATION = '医疗保障基金使用监督管理条例'

function requireNote({ note = '' }: Command, least = 1): void {
  if (note.trim().length < least) throw new Refused('NOTE_MISSING')
}

function hasFraudArticle({ basis }: Context['alert']): boolean {
  return basis.some(({ law, article }) => law.includes(REGULATION) && /(^|\D)4[01](\D|$)/.test(article))
}

function isStated({ attachments = [], statement = '' }: Command): boolean {
  return attachments.length > 0 || statement.trim() !== ''
}

/** What a measure needs besides its code (domain: workflow 3.4 and 3.6). */
function isComplete(measure: Omit<MeasureOrder, 'amount'> & { amount?: number }): boolean {
  const { code, amount, due, months = 0, multiple, doctor, points } = measure
  switch (code) {
    case 'REFUSE':
    case 'RECOVER':
      return amount !== undefined && amount > 0
    case 'RECTIFY':
      return due !== undefined
    case 'SUSPEND':
      return months >= 1 && months <= 12
    case 'SUSPEND_PSN':
      return months >= 3 && months <= 12
    case 'PENALTY':
      return multiple !== undefined && amount !== undefined && amount > 0
    case 'POINTS':
      return doctor !== undefined && doctor !== '' && points !== undefined
    case 'CREDIT':
      return points !== undefined
    default:
      return true
  }
}

/** Each guard of the table, as code. A guard that does not hold raises its refusal. */
export const GUARDS: Readonly<Record<Guard, GuardTest>> = {
  // A suspicion never leads to automatic refusal.
  definite_and_refusable(_situation, _command, _actor, { alert, auto_refuse }) {
    if (alert.result_type !== 'violation' || !auto_refuse) throw new Refused('STATE_REFUSES')
  },
  assignee(_situation, { assignee = '' }, { name, roles }) {
    if (assignee === '') throw new Refused('ASSIGNEE_INVALID')
    if (assignee !== name && !roles.includes('officer') && !roles.includes('system')) throw new Refused('ASSIGNEE_INVALID')
  },
  reason(_situation, command) {
    const { reason = '' } = command
    if (!(DISMISSAL_REASONS as readonly string[]).includes(reason)) throw new Refused('REASON_MISSING')
    if (reason === 'D99') requireNote(command, OTHER_REASON_MIN)
  },
  note(_situation, command) {
    requireNote(command)
  },
  fresh_eyes({ earlier_reviewers }, _command, { name }) {
    if (earlier_reviewers.includes(name)) throw new Refused('FOUR_EYES')
  },
  second_eyes({ first_reviewer, earlier_reviewers }, _command, { name }) {
    if (name === first_reviewer || earlier_reviewers.includes(name)) throw new Refused('FOUR_EYES')
  },
  not_recused({ recused }, _command, { name, recusals }, { alert }) {
    if (recused.includes(name) || recusals.includes(alert.fixmedins_code)) throw new Refused('RECUSED')
  },
  amount(_situation, { amount }) {
    if (amount === undefined) throw new Refused('AMOUNT_MISSING')
  },
  ground(_situation, _command, _actor, { alert }) {
    if (alert.basis.length === 0 || !alert.has_evidence) throw new Refused('EVIDENCE_MISSING')
  },
  statement(_situation, command) {
    if (!isStated(command)) throw new Refused('EVIDENCE_MISSING')
  },
  measures(_situation, { measures = [] }, _actor, { alert }) {
    if (measures.length === 0) throw new Refused('MEASURES_MISSING')
    if (!measures.every(isComplete)) throw new Refused('MEASURE_INVALID')
    if (!alert.has_person && measures.some(({ code }) => code === 'SUSPEND_PSN')) throw new Refused('MEASURE_INVALID')
  },
  steps({ steps }) {
    if (steps.length < CASE_STEPS.length) throw new Refused('STEPS_MISSING')
  },
  fraud(_situation, _command, _actor, { alert, criminal_threshold }) {
    if (!hasFraudArticle(alert) && alert.vola_amt < criminal_threshold) throw new Refused('FRAUD_GROUND_MISSING')
  },
  // The first request is kept as pending before any guard is asked; here a second person has come.
  approval({ pending }, _command, { name }) {
    if (pending?.action !== 'transfer' || pending.by === name) throw new Refused('FOUR_EYES')
  },
  within_a_year({ dismissed }, _command, _actor, { now }) {
    if (dismissed !== null && now - dismissed > YEAR) throw new Refused('REOPEN_TOO_LATE')
  },
  new_evidence(_situation, command) {
    if (!isStated(command) && (command.note ?? '').trim() === '') throw new Refused('EVIDENCE_MISSING')
  },
}
