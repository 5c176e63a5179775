import { CASE_STEPS } from '../../../../schemas/workflow.ts'
import { GUARDS } from './guards.ts'
import { Refused } from './refused.ts'
import type { Actor, CaseStep, Command, Context, Situation } from './situation.ts'

/** The next step of a filed case. The legal review is another person's than the investigation. @throws Refused */
export function nextStep({ steps }: Situation, { name }: Actor): CaseStep {
  const next = CASE_STEPS[steps.length]
  if (next === undefined) throw new Refused('STEP_ORDER')
  if (next === 'legal_review' && steps[0]!.by === name) throw new Refused('FOUR_EYES')
  return next
}

export function stepped(before: Situation, command: Command, actor: Actor, context: Context): Situation {
  GUARDS.note(before, command, actor, context)
  const { step, note = '' } = command
  if (step === undefined || step !== CASE_STEPS[before.steps.length]) throw new Refused('STEP_ORDER')
  nextStep(before, actor)
  return { ...before, steps: [...before.steps, { step, by: actor.name, at: context.now, note }] }
}
