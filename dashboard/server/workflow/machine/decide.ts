import { claimed, renewedClaim, requireClaim, requireOwnClaim } from './claim.ts'
import type { Decision, Outcome } from './decision.ts'
import { GUARDS } from './guards.ts'
import { executed } from './measures.ts'
import { move } from './move.ts'
import { voted } from './panel.ts'
import { Refused } from './refused.ts'
import { type Actor, type Command, type Context, type Event, type Situation, SYSTEM } from './situation.ts'
import { stepped } from './steps.ts'
import { CONFIRMED_OR_LATER, type Party, STAYING, TRANSITIONS } from './transitions.ts'

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

/** What the table says of the event in this state: a transition, or something that stays. */
export function ruleFor({ state }: Situation, event: Event) {
  const transition = TRANSITIONS.find(({ from, on }) => on === event && from.includes(state))
  return { transition, rule: transition ?? STAYING.find(({ from, on }) => on === event && from.includes(state)) }
}

/** An officer may do all that an investigator may. */
export function requireParty(by: readonly Party[], { roles }: Actor): void {
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
      requireOwnClaim(before, actor)
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
