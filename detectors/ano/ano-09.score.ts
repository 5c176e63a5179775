import { dayOf, hourOf } from '../../schemas/time.ts'
import { distinct } from '../kit/parts/runs.ts'
import { type Bought, type Evidence, isPurchase, type Params } from './ano-09.terms.ts'

/** Whether the person could come to the score at all: most buy too little at too few places. */
export function couldHold(bought: readonly Bought[], params: Params): boolean {
  let days = 0
  for (const { drugs } of bought) for (const drug of drugs) days += drug.days
  if (days >= params.supply_factor * params.days) return true
  return bought.length >= params.institutions && distinct(bought, ({ fixmedins_code }) => fixmedins_code) >= params.institutions
}

const [EVENING, MORNING] = [22, 6]

function isOddHour({ at }: Bought): boolean {
  const hour = hourOf(at)
  const weekday = (dayOf(at) + 4) % 7
  return hour >= EVENING || hour < MORNING || weekday === 0 || weekday === 6
}

interface Score {
  readonly total: number
  readonly parts: Evidence['parts']
}

/** The drug of which most is said: by name where several are equal. */
function most(counts: ReadonlyMap<string, number>): [generic: string, count: number] {
  let best: [string, number] = ['', 0]
  for (const [generic, count] of counts) if (count > best[1] || (count === best[1] && generic < best[0])) best = [generic, count]
  return best
}

export function scoreOf(window: readonly Bought[], params: Params): Score {
  const purchases = window.filter(isPurchase)
  const places = new Map<string, Set<string>>()
  const supplies = new Map<string, number>()
  let [lines, watched] = [0, 0]
  for (const { drugs, fixmedins_code } of purchases) {
    for (const drug of drugs) {
      lines++
      if (drug.watched) watched++
      const known = places.get(drug.generic)
      if (known) known.add(fixmedins_code)
      else places.set(drug.generic, new Set([fixmedins_code]))
      supplies.set(drug.generic, (supplies.get(drug.generic) ?? 0) + drug.days)
    }
  }
  const [widest, count] = most(new Map([...places].map(([generic, codes]) => [generic, codes.size])))
  const [largest, days] = most(supplies)
  const [watchedShare, oddShare] = [
    watched / Math.max(1, lines),
    purchases.filter(isOddHour).length / Math.max(1, purchases.length),
  ]
  const packages = window.filter(({ resold }) => resold).length
  const weight = (holds: boolean, value: number) => (holds ? value : 0)
  const two = (value: number) => Math.round(value * 100) / 100
  const parts = {
    institutions: { generic: widest, count, weight: weight(count >= params.institutions, params.institutions_weight) },
    supply: {
      ...{ generic: largest, days: Math.round(days) },
      weight: weight(days >= params.supply_factor * params.days, params.supply_weight),
    },
    watched: { share: two(watchedShare), weight: weight(watchedShare >= params.watched_share, params.watched_weight) },
    odd_hours: { share: two(oddShare), weight: weight(oddShare >= params.odd_share, params.odd_weight) },
    resold: { packages, weight: weight(packages > 0, params.resold_weight) },
  }
  return { total: two(Object.values(parts).reduce((sum, part) => sum + part.weight, 0)), parts }
}

interface Scored extends Score {
  readonly window: readonly Bought[]
}

/** Which of two windows says more: by the score, then by what has been sold again, by places, and by the days supplied. */
function saysMore(one: Scored, other: Scored): boolean {
  const [a, b] = [one, other].map(({ total, parts: { resold, institutions, supply } }) => {
    return [total, resold.packages, institutions.count, supply.days]
  }) as [number[], number[]]
  const place = a.findIndex((value, i) => value !== b[i])
  return place < 0 ? one.window.length > other.window.length : a[place]! > b[place]!
}

export function bestOf(run: readonly Bought[], params: Params): Scored {
  const scored = run.map((last) => {
    const window = run.filter(({ at }) => at <= last.at && dayOf(at) > dayOf(last.at) - params.days)
    return { window, ...scoreOf(window, params) }
  })
  return scored.reduce((best, one) => (saysMore(one, best) ? one : best))
}
