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
export function claimed(before: Situation, { reason = '' }: Command, { name, roles }: Actor, { now }: Context): Situation {
  const { claim } = before
  const isHeld = claim !== null && claim.until > now && claim.by !== name
  if (isHeld && !(roles.includes('officer') && reason.trim() !== '')) throw new Refused('CLAIMED_BY_OTHER')
  return { ...before, claim: { by: name, until: now + CLAIM_LIFE } }
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
