import { DAY, MINUTE, parseInstant } from '../../../../schemas/time.ts'
import { CASE_STEPS } from '../../../../schemas/workflow.ts'
import { GUARDS } from './guards.ts'
import { type RefusalCode, Refused } from './refused.ts'
import {
  type Action,
  type Actor,
  type Command,
  type Context,
  type Event,
  type Measure,
  type Situation,
  type State,
  SYSTEM,
} from './situation.ts'
import { CONFIRMED_OR_LATER, type Guard, type Party, STAYING, TIMERS, TRANSITIONS, type Transition } from './transitions.ts'

/** How long a claim lasts unless its holder does something. */
export const CLAIM_LIFE = 15 * MINUTE
/** Votes that a panel needs. */
const QUORUM = 3

/** What must happen together with a change of the situation. */
export type Effect =
  | { readonly kind: 'release_holds'; readonly reason: string }
  | { readonly kind: 'open_task'; readonly task: 'correct_money' | 'tune_rule' | 'amend_knowledge'; readonly text: string }
  | { readonly kind: 'measure_executed'; readonly measure: Measure }

export interface Decision {
  readonly situation: Situation
  readonly effects: readonly Effect[]
}

/** Actions that go on although another person holds the claim: they are not the holder's work. */
const BESIDE_THE_CLAIM: readonly Event[] = ['note', 'vote', 'recuse', 'sign', 'appeal', 'reappeal', 'claim', 'snooze']

/**
 * What becomes of an alert when somebody, or the system, does something: a pure function.
 * @throws Refused with the reason why it is not done
 */
export function decide(situation: Situation, command: Command, actor: Actor, context: Context): Decision {
  const { action } = command
  if (action === 'retract' && CONFIRMED_OR_LATER.includes(situation.state)) return voidGround(situation, context)
  if (action === 'restore' && situation.ground_voided) return restoreGround(situation, context)
  const { transition, rule } = ruleFor(situation, action)
  if (!rule) throw new Refused('STATE_REFUSES')
  requireParty(rule.by, actor)
  requireClaim(situation, command, actor, context)
  const decision = transition ? move(situation, command, actor, context, transition) : stay(situation, command, actor, context)
  return { ...decision, situation: concluded(decision.situation, situation, command, actor, context) }
}

/** Guards that ask who acts and how things stand, and not what is filled in. */
const STANDING_GUARDS: readonly Guard[] = [
  'fresh_eyes',
  'second_eyes',
  'not_recused',
  'ground',
  'steps',
  'fraud',
  'within_a_year',
]

/** Why the person cannot do this now, whatever is filled in; null where it can be done. */
export function mayDo(situation: Situation, action: Action, actor: Actor, context: Context): RefusalCode | null {
  const command = { action, version: situation.version }
  const { transition, rule } = ruleFor(situation, action)
  if (!rule) return 'STATE_REFUSES'
  try {
    requireParty(rule.by, actor)
    requireClaim(situation, command, actor, context)
    for (const guard of transition?.guards ?? []) {
      if (STANDING_GUARDS.includes(guard)) GUARDS[guard](situation, command, actor, context)
    }
    if (action === 'vote') requirePanelEyes(situation, command, actor, context)
    if (action === 'release' && situation.claim?.by !== actor.name) return 'STATE_REFUSES'
    return null
  } catch (error) {
    if (error instanceof Refused) return error.code
    throw error
  }
}

function ruleFor({ state }: Situation, event: Event) {
  const transition = TRANSITIONS.find(({ from, on }) => on === event && from.includes(state))
  return { transition, rule: transition ?? STAYING.find(({ from, on }) => on === event && from.includes(state)) }
}

/** An officer may do all that an investigator may. */
function requireParty(by: readonly Party[], { roles }: Actor): void {
  const may = by.some((party) => roles.includes(party) || (party === 'investigator' && roles.includes('officer')))
  if (!may) throw new Refused('ACTOR_REFUSED')
}

function requireClaim({ claim }: Situation, { action }: Command, { name }: Actor, { now }: Context): void {
  if (!claim || claim.until <= now || claim.by === name || name === SYSTEM.name) return
  if (!BESIDE_THE_CLAIM.includes(action)) throw new Refused('CLAIMED_BY_OTHER')
}

/** Version, claim and the name of who was last, as after every action. */
function concluded(next: Situation, before: Situation, { action }: Command, actor: Actor, { now }: Context): Situation {
  if (action === 'note') return next
  const claim = next.claim?.by === actor.name ? { by: actor.name, until: now + CLAIM_LIFE } : next.claim
  return { ...next, claim, version: before.version + 1, last: { actor: actor.name, action, at: now } }
}

function entered(situation: Situation, to: State, { now, afterWorkdays }: Context): Situation {
  const timer = TIMERS[to]
  const due = !timer ? null : timer.workdays !== undefined ? afterWorkdays(timer.workdays) : now + timer.days! * DAY
  return { ...situation, state: to, entered: now, due, on_due: timer?.expiry ?? '' }
}

/** The next state's work is another person's, except between first review and its records. */
function keptClaim({ claim }: Situation, from: State, to: State): Situation['claim'] {
  const own: readonly State[] = ['NEW', 'FIRST_REVIEW', 'EVIDENCE']
  return own.includes(from) && own.includes(to) ? claim : null
}

function move(before: Situation, command: Command, actor: Actor, context: Context, { guards, to }: Transition): Decision {
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

function ordered({ measures = [] }: Command, { name }: Actor, { now, new_id }: Context): Measure[] {
  const open = { ordered_by: name, ordered: now, executed: null, executed_by: '', executed_amount: null }
  return measures.map((measure) => ({ ...measure, ...open, measure_id: new_id() }))
}

/** The timer of a disposal is the earliest day by which a measure must be done. */
function dueOf({ measures = [] }: Command): Partial<Situation> {
  const days = measures.flatMap(({ due }) => (due === undefined ? [] : [parseInstant(due) + DAY]))
  return days.length > 0 ? { due: Math.min(...days), on_due: '' } : {}
}

function stay(before: Situation, command: Command, actor: Actor, context: Context): Decision {
  const unchanged = { situation: before, effects: [] }
  switch (command.action) {
    case 'claim':
      return { situation: claimed(before, command, actor, context), effects: [] }
    case 'release':
      if (before.claim?.by !== actor.name) throw new Refused('STATE_REFUSES')
      return { situation: { ...before, claim: null }, effects: [] }
    case 'assign':
      GUARDS.assignee(before, command, actor, context)
      return { situation: { ...before, assignee: command.assignee!, claim: null }, effects: [] }
    case 'vote':
      return voted(before, command, actor, context)
    case 'recuse':
      GUARDS.note(before, command, actor, context)
      return { situation: { ...before, recused: [...new Set([...before.recused, actor.name])] }, effects: [] }
    case 'execute':
      return executed(before, command, actor, context)
    case 'step':
      return { situation: stepped(before, command, actor, context), effects: [] }
    case 'note':
    case 'snooze':
    case 'hold':
    case 'release_hold':
      GUARDS.note(before, command, actor, context)
      return unchanged
    default:
      return unchanged
  }
}

/** An officer takes a claim away by giving a reason. */
function claimed(before: Situation, { reason = '' }: Command, { name, roles }: Actor, { now }: Context): Situation {
  const { claim } = before
  const isHeld = claim !== null && claim.until > now && claim.by !== name
  if (isHeld && !(roles.includes('officer') && reason.trim() !== '')) throw new Refused('CLAIMED_BY_OTHER')
  return { ...before, claim: { by: name, until: now + CLAIM_LIFE } }
}

function requirePanelEyes(before: Situation, command: Command, actor: Actor, context: Context): void {
  const { first_reviewer, second_reviewer, earlier_reviewers, votes } = before
  GUARDS.not_recused(before, command, actor, context)
  if ([first_reviewer, second_reviewer, ...earlier_reviewers].includes(actor.name)) throw new Refused('FOUR_EYES')
  if (votes.some(({ person }) => person === actor.name)) throw new Refused('VOTED_ALREADY')
}

function voted(before: Situation, command: Command, actor: Actor, context: Context): Decision {
  const { vote } = command
  if (vote === undefined) throw new Refused('VOTE_MISSING')
  GUARDS.note(before, command, actor, context)
  requirePanelEyes(before, command, actor, context)
  const votes = [...before.votes, { person: actor.name, vote, at: context.now }]
  const situation = { ...before, votes }
  const dismissing = votes.filter((one) => one.vote === 'dismiss').length
  const isSettled = votes.length >= QUORUM && dismissing * 2 !== votes.length
  if (!isSettled) return { situation, effects: [] }
  const action = dismissing * 2 > votes.length ? 'panel_dismiss' : 'panel_uphold'
  return followedBy(situation, action, context)
}

/** The system's own transition on top of a person's action; it is one action and raises the version once. */
function followedBy(
  situation: Situation,
  action: 'panel_dismiss' | 'panel_uphold' | 'close' | 'hand_over',
  context: Context,
): Decision {
  const transition = TRANSITIONS.find(({ on }) => on === action)!
  return move(situation, { action, version: situation.version }, SYSTEM, context, transition)
}

function executed(before: Situation, command: Command, actor: Actor, context: Context): Decision {
  const measure = before.measures.find(({ measure_id }) => measure_id === command.measure_id)
  if (!measure || measure.executed !== null) throw new Refused('MEASURE_UNKNOWN')
  requireExecutor(measure, actor)
  const needsAmount = measure.code === 'REFUSE' || measure.code === 'RECOVER' || measure.code === 'PENALTY'
  if (needsAmount && command.amount === undefined) throw new Refused('AMOUNT_MISSING')
  const done = { ...measure, executed: context.now, executed_by: actor.name, executed_amount: command.amount ?? null }
  const measures = before.measures.map((one) => (one === measure ? done : one))
  const situation = { ...before, measures }
  const effect: Effect = { kind: 'measure_executed', measure: done }
  if (measures.some((one) => one.executed === null)) return { situation, effects: [effect] }
  // What went to the police ends there (domain: workflow 3.4).
  const end = measures.some(({ code }) => code === 'TRANSFER') ? 'hand_over' : 'close'
  const closed = followedBy(situation, end, context)
  return { ...closed, effects: [effect, ...closed.effects] }
}

/** Measures of the bureau itself; the agency executes the others (domain: workflow 3.4). */
const OFFICERS_MEASURES: readonly Measure['code'][] = ['INTERVIEW', 'PENALTY', 'TRANSFER', 'SUSPEND_PSN']

function requireExecutor({ code, ordered_by }: Measure, { name, roles }: Actor): void {
  if (OFFICERS_MEASURES.includes(code) && !roles.includes('officer')) throw new Refused('ACTOR_REFUSED')
  // Nobody is handed to the police by one person alone.
  if (code === 'TRANSFER' && ordered_by === name) throw new Refused('FOUR_EYES')
}

/** The legal review is another person's than the investigation. */
function stepped(before: Situation, command: Command, actor: Actor, context: Context): Situation {
  GUARDS.note(before, command, actor, context)
  const { step, note = '' } = command
  if (step === undefined || step !== CASE_STEPS[before.steps.length]) throw new Refused('STEP_ORDER')
  if (step === 'legal_review' && before.steps[0]!.by === actor.name) throw new Refused('FOUR_EYES')
  return { ...before, steps: [...before.steps, { step, by: actor.name, at: context.now, note }] }
}

/** What rested on the finding was decided already: the decision stands, and its money must be corrected by a person. */
function voidGround(before: Situation, { now }: Context): Decision {
  if (before.ground_voided) return { situation: before, effects: [] }
  const last = { actor: SYSTEM.name, action: 'retract', at: now } as const
  return {
    situation: { ...before, ground_voided: true, version: before.version + 1, last },
    effects: [{ kind: 'open_task', task: 'correct_money', text: '' }],
  }
}

/** The finding holds again after all; whether the money was corrected in between, the task tells. */
function restoreGround(before: Situation, { now }: Context): Decision {
  const last = { actor: SYSTEM.name, action: 'restore', at: now } as const
  return { situation: { ...before, ground_voided: false, version: before.version + 1, last }, effects: [] }
}
