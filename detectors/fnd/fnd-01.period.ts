import { type Fen, fenOf } from '../../schemas/money.ts'
import { type Day, dayOf, type Instant, parseDay, startOfDay } from '../../schemas/time.ts'
import { dayAfterMonth, firstDayOf, isWorkday, monthOf, yearOf } from '../kit/plain/calendar.ts'
import type { ReferenceView } from '../reference.ts'

export interface Period {
  readonly name: string
  readonly first: Day
  readonly days: number
}

export function monthWith(at: Instant): Period {
  const name = monthOf(dayOf(at))
  const first = firstDayOf(name)
  return { name, first, days: dayAfterMonth(name) - first }
}

export function yearWith(at: Instant): Period {
  const name = yearOf(dayOf(at))
  const first = parseDay(`${name}-01-01`)
  return { name, first, days: parseDay(`${Number(name) + 1}-01-01`) - first }
}

/** The quota of a month as revised at its end; of a year where all its months have one. */
export function quotaOf(
  owner: string,
  { name, first, days }: Period,
  insutype: string,
  reference: ReferenceView,
): Fen | undefined {
  const tail = insutype && `:${insutype}`
  const month = (id: string, last: Day) => {
    const quota = reference.find('budget', `${owner}:${id}${tail}`, startOfDay(last))?.row.quota
    return quota ? fenOf(quota) : undefined
  }
  if (name.length > 4) return month(name, first + days - 1)
  let sum = 0
  for (let i = 1; i <= 12; i++) {
    const id = `${name}-${String(i).padStart(2, '0')}`
    const quota = month(id, dayAfterMonth(id) - 1)
    if (quota === undefined) return undefined
    sum += quota
  }
  return sum
}

/** Elapsed share of workdays after each day of the last periods asked for; made anew when knowledge changes. */
const ELAPSED = new Map<string, readonly number[]>()
const MOST_ELAPSED = 64

export function elapsedIn({ name, first, days }: Period, reference: ReferenceView): readonly number[] {
  const key = `${name}|${reference.version}`
  const known = ELAPSED.get(key)
  if (known) return known
  const counts: number[] = []
  let workdays = 0
  for (let i = 0; i < days; i++) {
    if (isWorkday(first + i, reference)) workdays++
    counts.push(workdays)
  }
  const shares = counts.map((count) => (workdays === 0 ? 1 : count / workdays))
  if (ELAPSED.size >= MOST_ELAPSED) ELAPSED.clear()
  ELAPSED.set(key, shares)
  return shares
}
