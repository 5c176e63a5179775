import { DAY, parseInstant } from '../../../../schemas/time.ts'
import type { Outcome } from './decision.ts'
import { type RefusalCode, Refused } from './refused.ts'
import type { Actor, Command, Context, Measure, Situation } from './situation.ts'

/** Measures of the bureau itself; the agency executes the others (domain: workflow 3.4). */
const OFFICERS_MEASURES: readonly Measure['code'][] = ['INTERVIEW', 'PENALTY', 'TRANSFER', 'SUSPEND_PSN']

/** The measures of a disposal as they are ordered, each to be executed on its own. */
export function ordered({ measures = [] }: Command, { name }: Actor, { now, new_id }: Context): Measure[] {
  const open = { ordered_by: name, ordered: now, executed: null, executed_by: '', executed_amount: null }
  return measures.map((measure) => ({ ...measure, ...open, measure_id: new_id() }))
}

/** The timer of a disposal is the earliest day by which a measure must be done. */
export function dueOf({ measures = [] }: Command): Partial<Situation> {
  const days = measures.flatMap(({ due }) => (due === undefined ? [] : [parseInstant(due) + DAY]))
  return days.length > 0 ? { due: Math.min(...days), on_due: '' } : {}
}

/** Why the person does not execute the measure. */
function refusalOf({ code, ordered_by }: Measure, { name, roles }: Actor): RefusalCode | null {
  if (OFFICERS_MEASURES.includes(code) && !roles.includes('officer')) return 'ACTOR_REFUSED'
  // Nobody is handed to the police by one person alone.
  return code === 'TRANSFER' && ordered_by === name ? 'FOUR_EYES' : null
}

/** There is a measure left that the person may execute. @throws Refused why not the first of those that are left */
export function requireExecutable({ measures }: Situation, actor: Actor): void {
  const refusals = measures.filter(({ executed }) => executed === null).map((measure) => refusalOf(measure, actor))
  if (refusals[0] && !refusals.includes(null)) throw new Refused(refusals[0])
}

/** A measure is carried out; the last one ends the disposal. */
export function executed(before: Situation, command: Command, actor: Actor, context: Context): Outcome {
  const measure = before.measures.find(({ measure_id }) => measure_id === command.measure_id)
  if (!measure || measure.executed !== null) throw new Refused('MEASURE_UNKNOWN')
  const refusal = refusalOf(measure, actor)
  if (refusal) throw new Refused(refusal)
  const needsAmount = measure.code === 'REFUSE' || measure.code === 'RECOVER' || measure.code === 'PENALTY'
  if (needsAmount && command.amount === undefined) throw new Refused('AMOUNT_MISSING')
  const done = { ...measure, executed: context.now, executed_by: actor.name, executed_amount: command.amount ?? null }
  const measures = before.measures.map((one) => (one === measure ? done : one))
  const situation = { ...before, measures }
  const effects = [{ kind: 'measure_executed', measure: done }] as const
  if (measures.some((one) => one.executed === null)) return { situation, effects }
  // What went to the police ends there (domain: workflow 3.4).
  return { situation, effects, follows: measures.some(({ code }) => code === 'TRANSFER') ? 'hand_over' : 'close' }
}
