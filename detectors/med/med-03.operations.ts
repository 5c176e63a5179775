import { type Day, dayOf } from '../../schemas/time.ts'
import { has, type Told } from './med-03.terms.ts'

/** The settlements, by day of the later one, whose operations under anaesthesia overlap; the one that began first comes first. */
export function overlapsByDay(told: readonly Told[]): ReadonlyMap<Day, ReadonlySet<Told>> {
  const operations = told.flatMap((settlement) => settlement.operations.map((operation) => ({ settlement, ...operation })))
  operations.sort((a, b) => a.from - b.from || a.to - b.to)
  const days = new Map<Day, Set<Told>>()
  operations.forEach((later, i) => {
    for (const earlier of operations.slice(0, i)) {
      if (later.from >= earlier.to || earlier.from >= later.to) continue
      // Several codes may describe one operation, also in the next settlement of the visit.
      const isOne = later.from === earlier.from && later.to === earlier.to
      const day = dayOf(later.from)
      const own = anaesthesias(later.settlement, [dayOf(earlier.from), day])
      if (later.settlement.visit === earlier.settlement.visit && (isOne || own < 2)) continue
      days.set(day, new Set([...(days.get(day) ?? []), earlier.settlement, later.settlement]))
    }
  })
  return days
}

/** On the days of the operations; the hours of one are not several. */
function anaesthesias({ lines }: Told, days: readonly Day[]): number {
  const given = lines.filter((line) => has('anaesthesia')(line) && !line.hourly && days.includes(dayOf(line.at)))
  return given.reduce((sum, { cnt }) => sum + cnt, 0)
}
