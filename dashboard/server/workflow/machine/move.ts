import { DAY } from '../../../../schemas/time.ts'
import { keptClaim } from './claim.ts'
import type { Decision, Effect } from './decision.ts'
import { GUARDS } from './guards.ts'
import { dueOf, ordered } from './measures.ts'
import type { Actor, Command, Context, Situation, State } from './situation.ts'
import { TIMERS, type Transition } from './transitions.ts'

/** What a transition of the table writes and brings with it, where its guards hold. @throws Refused */
export function move(before: Situation, command: Command, actor: Actor, context: Context, { guards, to }: Transition): Decision {
  const { action } = command
  // The first of two persons only asks.
  if (action === 'transfer' && before.pending?.action !== 'transfer') {
    GUARDS.note(before, command, actor, context)
    return { situation: { ...before, pending: { action, by: actor.name, at: context.now } }, effects: [] }
  }
  for (const guard of guards) GUARDS[guard](before, command, actor, context)
  const claim = keptClaim(before, before.state, to)
  const situation = { ...entered(before, to, context), claim, pending: null, ...changesOf(before, command, actor, context) }
  return { situation, effects: effectsOf(command, to) }
}

function entered(situation: Situation, to: State, { now, afterWorkdays }: Context): Situation {
  const timer = TIMERS[to]
  const due = !timer ? null : timer.workdays !== undefined ? afterWorkdays(timer.workdays) : now + timer.days! * DAY
  return { ...situation, state: to, entered: now, due, on_due: timer?.expiry ?? '' }
}

/** What a transition writes besides the state. */
function changesOf(before: Situation, command: Command, actor: Actor, context: Context): Partial<Situation> {
  switch (command.action) {
    case 'assign':
      return { assignee: command.assignee!, claim: before.claim?.by === command.assignee ? before.claim : null }
    case 'dismiss':
      return { first_reviewer: actor.name, dismissed: context.now }
    case 'notify':
      return { first_reviewer: actor.name, notified_amount: command.amount! }
    case 'accept_appeal':
      return { second_reviewer: actor.name, dismissed: context.now }
    case 'uphold':
      return { second_reviewer: actor.name }
    case 'panel_dismiss':
      return { dismissed: context.now }
    case 'dispose':
      return { measures: ordered(command, actor, context), ...dueOf(command) }
    case 'reopen':
      return { ...anotherRound(before), assignee: '' }
    case 'restore':
      return { ...anotherRound(before), assignee: '', ground_voided: false }
    default:
      return {}
  }
}

function anotherRound(before: Situation): Partial<Situation> {
  const { first_reviewer, second_reviewer, votes, earlier_reviewers } = before
  const deciders = [...earlier_reviewers, first_reviewer, second_reviewer, ...votes.map(({ person }) => person)]
  return {
    earlier_reviewers: [...new Set(deciders)].filter((name) => name !== ''),
    first_reviewer: '',
    second_reviewer: '',
    votes: [],
    notified_amount: null,
    dismissed: null,
  }
}

function effectsOf({ action, reason, note = '' }: Command, to: State): Effect[] {
  const effects: Effect[] = []
  if (to === 'DISMISSED' || to === 'VOIDED' || to === 'CLOSED') effects.push({ kind: 'release_holds', reason: to })
  if (action === 'dismiss' && reason === 'D01') effects.push({ kind: 'open_task', task: 'tune_rule', text: note })
  if (action === 'dismiss' && reason === 'D02') effects.push({ kind: 'open_task', task: 'amend_knowledge', text: note })
  return effects
}
