import { amountOf, type MicroYuan } from '../../schemas/money.ts'
import { type Day, dayOf } from '../../schemas/time.ts'
import { isAtMost } from '../kit/plain/robust.ts'
import { type KnownPrices, knownPrices, type PriceDay } from './ano-11.known-prices.ts'
import { DAYS_UNTIL_BUILT, type Hit, type Params, type Sold, type Verdict } from './ano-11.terms.ts'

/** A price per box charged for a strip, or the other way round, differs by the number of units in a pack: at most so much more or less. */
const PACK_TOLERANCE = 0.05

/** What built days say of a day's prices is the same for all its sales: kept beside the days, and not written down. */
const known = new WeakMap<readonly PriceDay[], Map<Day, KnownPrices>>()

function knownOn(days: readonly PriceDay[], day: Day, { baseline_days }: Params): KnownPrices {
  const byDay = known.get(days) ?? new Map<Day, KnownPrices>()
  known.set(days, byDay)
  const last = day - DAYS_UNTIL_BUILT
  const found = byDay.get(day) ?? knownPrices(days.filter((other) => other.day <= last && other.day > last - baseline_days))
  byDay.set(day, found)
  return found
}

function verdictOn(price: MicroYuan, fixmedins_code: string, prices: KnownPrices, params: Params): Verdict | undefined {
  // No middle lies below the lowest price: nearly every sale is at or near it.
  if (price <= Math.min(params.median_factor, params.spread_factor, params.own_factor) * prices.lowest) return undefined
  const { total, q1, median, q3 } = prices.region()
  if (total >= params.region_lines) {
    const isFar = price > params.median_factor * median
    // Where nearly all take one price there is no spread to lie outside of.
    const isOutside = q3 > q1 && price > Math.max(q3 + params.iqrs * (q3 - q1), params.spread_factor * median)
    if (isFar || isOutside) return { against: isFar ? 'median' : 'spread', usual: median }
  }
  const own = prices.own(fixmedins_code)
  if (own.total < params.own_lines || price <= params.own_factor * own.median) return undefined
  return { against: 'own', usual: own.median }
}

/** Whether the price is another one's by the number of units in a pack. */
function isPackError(price: MicroYuan, usual: MicroYuan, units: number): boolean {
  return units > 1 && isAtMost(Math.abs(price / usual / units - 1), PACK_TOLERANCE)
}

export function hitBy(sold: Sold, days: readonly PriceDay[], params: Params): Hit | undefined {
  const { id, at, fixmedins_code, admdvs, feedetl_sn, price, cnt, inscp, pack_units } = sold
  const verdict = verdictOn(price, fixmedins_code, knownOn(days, dayOf(at), params), params)
  if (!verdict || isPackError(price, verdict.usual, pack_units)) return undefined
  const vola_amt = Math.max(0, Math.min(inscp, amountOf(price - verdict.usual, cnt)))
  return { id, at, feedetl_sn, fixmedins_code, admdvs, price, vola_amt, ...verdict }
}
