import { requireClaim, requireClaimable, requireOwnClaim } from './claim.ts'
import { requireParty, ruleFor } from './decide.ts'
import { GUARDS } from './guards.ts'
import { requireExecutable } from './measures.ts'
import { requirePanelEyes } from './panel.ts'
import { type RefusalCode, Refused } from './refused.ts'
import type { Action, Actor, Context, Situation } from './situation.ts'
import { nextStep } from './steps.ts'
import type { Guard } from './transitions.ts'

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
    if (action === 'claim') requireClaimable(situation, actor, context.now)
    if (action === 'release') requireOwnClaim(situation, actor)
    if (action === 'vote') requirePanelEyes(situation, command, actor, context)
    if (action === 'execute') requireExecutable(situation, actor)
    if (action === 'step') nextStep(situation, actor)
    // The first of two persons has asked; whoever comes now is the second.
    if (action === 'transfer' && situation.pending?.action === 'transfer') GUARDS.approval(situation, command, actor, context)
    return null
  } catch (error) {
    if (error instanceof Refused) return error.code
    throw error
  }
}
