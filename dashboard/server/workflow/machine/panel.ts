import type { Outcome } from './decision.ts'
import { GUARDS } from './guards.ts'
import { Refused } from './refused.ts'
import type { Actor, Command, Context, Situation } from './situation.ts'

/** Votes that a panel needs. */
const QUORUM = 3

/** Who votes has decided nothing of it before, and votes once. @throws Refused `RECUSED`, `FOUR_EYES`, `VOTED_ALREADY` */
export function requirePanelEyes(before: Situation, command: Command, actor: Actor, context: Context): void {
  const { first_reviewer, second_reviewer, earlier_reviewers, votes } = before
  GUARDS.not_recused(before, command, actor, context)
  if ([first_reviewer, second_reviewer, ...earlier_reviewers].includes(actor.name)) throw new Refused('FOUR_EYES')
  if (votes.some(({ person }) => person === actor.name)) throw new Refused('VOTED_ALREADY')
}

/** A vote, and what the panel has decided with it. */
export function voted(before: Situation, command: Command, actor: Actor, context: Context): Outcome {
  const { vote } = command
  if (vote === undefined) throw new Refused('VOTE_MISSING')
  GUARDS.note(before, command, actor, context)
  requirePanelEyes(before, command, actor, context)
  const votes = [...before.votes, { person: actor.name, vote, at: context.now }]
  const situation = { ...before, votes }
  const dismissing = votes.filter((one) => one.vote === 'dismiss').length
  const isSettled = votes.length >= QUORUM && dismissing * 2 !== votes.length
  if (!isSettled) return { situation, effects: [] }
  return { situation, effects: [], follows: dismissing * 2 > votes.length ? 'panel_dismiss' : 'panel_uphold' }
}
