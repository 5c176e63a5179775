import { type Instant, MINUTE } from '../../../../schemas/time.ts'
import { Refused } from './refused.ts'
import { type Actor, type Command, type Context, type Event, type Situation, type State, SYSTEM } from './situation.ts'

/** How long a claim lasts unless its holder does something. */
export const CLAIM_LIFE = 15 * MINUTE

/** Actions that go on although another person holds the claim: they are not the holder's work. */
const BESIDE_THE_CLAIM: readonly Event[] = ['note', 'vote', 'recuse', 'sign', 'appeal', 'reappeal', 'claim', 'snooze']

/** The claim of somebody else keeps others away. @throws Refused `CLAIMED_BY_OTHER` */
export function requireClaim({ claim }: Situation, { action }: Command, { name }: Actor, { now }: Context): void {
  if (!claim || claim.until <= now || claim.by === name || name === SYSTEM.name) return
  if (!BESIDE_THE_CLAIM.includes(action)) throw new Refused('CLAIMED_BY_OTHER')
}

/** An officer takes a claim away by giving a reason. */
export function claimed(before: Situation, command: Command, actor: Actor, { now }: Context): Situation {
  requireClaimable(before, actor, now)
  if (isHeldByOther(before, actor, now) && (command.reason ?? '').trim() === '') throw new Refused('CLAIMED_BY_OTHER')
  return { ...before, claim: { by: actor.name, until: now + CLAIM_LIFE } }
}

/** Nobody but an officer takes a claim away. @throws Refused `CLAIMED_BY_OTHER` */
export function requireClaimable(situation: Situation, actor: Actor, now: Instant): void {
  if (isHeldByOther(situation, actor, now) && !actor.roles.includes('officer')) throw new Refused('CLAIMED_BY_OTHER')
}

function isHeldByOther({ claim }: Situation, { name }: Actor, now: Instant): boolean {
  return claim !== null && claim.until > now && claim.by !== name
}

/** Only its holder gives a claim back. @throws Refused `STATE_REFUSES` */
export function requireOwnClaim({ claim }: Situation, { name }: Actor): void {
  if (claim?.by !== name) throw new Refused('STATE_REFUSES')
}

/** Whatever its holder does renews it. */
export function renewedClaim({ claim }: Situation, { name }: Actor, now: Instant): Situation['claim'] {
  return claim?.by === name ? { by: name, until: now + CLAIM_LIFE } : claim
}

/** The next state's work is another person's, except between first review and its records. */
export function keptClaim({ claim }: Situation, from: State, to: State): Situation['claim'] {
  const own: readonly State[] = ['NEW', 'FIRST_REVIEW', 'EVIDENCE']
  return own.includes(from) && own.includes(to) ? claim : null
}
