import type { MicroYuan } from '../../schemas/money.ts'
import type { Day } from '../../schemas/time.ts'

/** How often one institution took one price. */
export type Taken = readonly [fixmedins_code: string, price: MicroYuan, count: number]
/** What a day came to when it was built; never changed afterwards. */
export interface PriceDay {
  readonly day: Day
  readonly taken: readonly Taken[]
}

/** What some days came to together: quantiles are the first of the sorted prices with such a share at or below it. */
export interface KnownPrices {
  /** Sales. */
  readonly total: number
  readonly q1: MicroYuan
  readonly median: MicroYuan
  readonly q3: MicroYuan
  own(fixmedins_code: string): OwnPrices
}

export interface OwnPrices {
  readonly total: number
  readonly median: MicroYuan
}

type Counts = Map<MicroYuan, number>
type Sorted = readonly (readonly [price: MicroYuan, count: number])[]

export function knownPrices(days: readonly PriceDay[]): KnownPrices {
  const region: Counts = new Map()
  const byInstitution = new Map<string, Counts>()
  for (const { taken } of days) {
    for (const [code, price, count] of taken) {
      const own = byInstitution.get(code) ?? new Map<MicroYuan, number>()
      byInstitution.set(code, own)
      for (const counts of [region, own]) counts.set(price, (counts.get(price) ?? 0) + count)
    }
  }
  const owns = new Map<string, OwnPrices>()
  const prices = sorted(region)
  const total = totalOf(prices)
  const [q1, median, q3] = [0.25, 0.5, 0.75].map((share) => quantile(prices, share, total)) as [number, number, number]
  return {
    ...{ total, q1, median, q3 },
    own(fixmedins_code) {
      const own = owns.get(fixmedins_code) ?? ownOf(byInstitution.get(fixmedins_code) ?? new Map())
      owns.set(fixmedins_code, own)
      return own
    },
  }
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
