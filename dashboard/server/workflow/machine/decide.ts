import { CASE_STEPS } from '../../../../schemas/workflow.ts'
import { claimed, renewedClaim, requireClaim } from './claim.ts'
import type { Decision, Outcome } from './decision.ts'
import { GUARDS } from './guards.ts'
import { executed } from './measures.ts'
import { move } from './move.ts'
import { requirePanelEyes, voted } from './panel.ts'
import { type RefusalCode, Refused } from './refused.ts'
import { type Action, type Actor, type Command, type Context, type Event, type Situation, SYSTEM } from './situation.ts'
import { CONFIRMED_OR_LATER, type Guard, type Party, STAYING, TRANSITIONS } from './transitions.ts'

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

/** Version, claim and the name of who was last, as after every action. */
function concluded(next: Situation, before: Situation, { action }: Command, actor: Actor, { now }: Context): Situation {
  if (action === 'note') return next
  return {
    ...next,
    claim: renewedClaim(next, actor, now),
    version: before.version + 1,
    last: { actor: actor.name, action, at: now },
  }
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
      return followed(voted(before, command, actor, context), context)
    case 'recuse':
      GUARDS.note(before, command, actor, context)
      return { situation: { ...before, recused: [...new Set([...before.recused, actor.name])] }, effects: [] }
    case 'execute':
      return followed(executed(before, command, actor, context), context)
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

/** The system's own transition on top of a person's action; it is one action and raises the version once. */
function followed({ situation, effects, follows }: Outcome, context: Context): Decision {
  if (!follows) return { situation, effects }
  const transition = TRANSITIONS.find(({ on }) => on === follows)!
  const after = move(situation, { action: follows, version: situation.version }, SYSTEM, context, transition)
  return { situation: after.situation, effects: [...effects, ...after.effects] }
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
