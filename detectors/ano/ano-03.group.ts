import { dayOf } from '../../schemas/time.ts'
import type { Finding } from '../detector.ts'
import type { PharmacySwipe } from './ano-03.swipe.ts'
import { type Repetition, repetitionsIn } from './ano-03.swipes.ts'
import type { Evidence, Params } from './ano-03.terms.ts'
import { type Burst, findingOn } from './ano-03.verdict.ts'

/** Every day on which persons came again that had come together before. */
export function groupFindings(fixmedins_code: string, bursts: readonly Burst[], params: Params): Finding<Evidence>[] {
  const least = { persons: params.group_persons, similarity: params.group_similarity }
  const dayIn = (burst: Burst) => dayOf(burst[0]!.at)
  const isNear = (earlier: Burst, later: Burst) => dayIn(later) - dayIn(earlier) < params.group_days
  const byDay = new Map<number, Repetition<PharmacySwipe>[]>()
  for (const repetition of repetitionsIn(bursts, least, isNear)) {
    const day = dayIn(repetition.later)
    byDay.set(day, [...(byDay.get(day) ?? []), repetition])
  }
  return [...byDay.values()].map((repetitions) =>
    findingOn(
      fixmedins_code,
      repetitions.map(({ later }) => later),
      repetitions,
      params,
    ),
  )
}
