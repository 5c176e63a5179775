import type { MicroYuan } from '../../schemas/money.ts'
import type { Day } from '../../schemas/time.ts'
import { groupBy } from '../kit/plain/group-by.ts'

/** How often one institution took one price. */
export type Taken = readonly [fixmedins_code: string, price: MicroYuan, count: number]
/** What a day came to when it was built; never changed afterwards. */
export interface PriceDay {
  readonly day: Day
  readonly taken: readonly Taken[]
}

/** What some days came to together. Most sales ask for the lowest price alone: the rest is told when it is asked for. */
export interface KnownPrices {
  /** `Infinity` where nothing was sold. */
  readonly lowest: MicroYuan
  region(): RegionPrices
  own(fixmedins_code: string): OwnPrices
}

/** Quantiles are the first of the sorted prices with such a share at or below it. */
export interface RegionPrices {
  /** Sales. */
  readonly total: number
  readonly q1: MicroYuan
  readonly median: MicroYuan
  readonly q3: MicroYuan
}

export interface OwnPrices {
  readonly total: number
  readonly median: MicroYuan
}

type Counts = Map<MicroYuan, number>
type Sorted = readonly (readonly [price: MicroYuan, count: number])[]

export function knownPrices(days: readonly PriceDay[]): KnownPrices {
  const all: Taken[] = []
  for (const { taken } of days) all.push(...taken)
  const owns = new Map<string, OwnPrices>()
  let region: RegionPrices | undefined
  let byInstitution: Map<string, readonly Taken[]> | undefined
  return {
    lowest: lowestOf(all),
    region() {
      region ??= regionOf(countsOf(all))
      return region
    },
    own(fixmedins_code) {
      byInstitution ??= groupBy(all, (one) => one[0])
      const own = owns.get(fixmedins_code) ?? ownOf(countsOf(byInstitution.get(fixmedins_code) ?? []))
      owns.set(fixmedins_code, own)
      return own
    },
  }
}

function lowestOf(taken: readonly Taken[]): MicroYuan {
  let lowest = Number.POSITIVE_INFINITY
  for (const one of taken) if (one[1] < lowest) lowest = one[1]
  return lowest
}

/** How often each price was taken. */
function countsOf(taken: readonly Taken[]): Counts {
  const counts: Counts = new Map()
  for (const one of taken) counts.set(one[1], (counts.get(one[1]) ?? 0) + one[2])
  return counts
}

function regionOf(counts: Counts): RegionPrices {
  const prices = sorted(counts)
  const total = totalOf(prices)
  const [q1, median, q3] = [0.25, 0.5, 0.75].map((share) => quantile(prices, share, total)) as [number, number, number]
  return { total, q1, median, q3 }
}

function ownOf(counts: Counts): OwnPrices {
  const prices = sorted(counts)
  const total = totalOf(prices)
  return { total, median: quantile(prices, 0.5, total) }
}

function sorted(counts: Counts): Sorted {
  return [...counts].sort(([a], [b]) => a - b)
}

function totalOf(prices: Sorted): number {
  return prices.reduce((sum, [, count]) => sum + count, 0)
}

function quantile(prices: Sorted, share: number, total: number): MicroYuan {
  let below = 0
  for (const [price, count] of prices) {
    below += count
    if (below >= share * total) return price
  }
  return 0
}
