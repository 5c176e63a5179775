import type { Inventory } from '../../schemas/events.ts'
import type { Fen } from '../../schemas/money.ts'
import { type Day, dayOf, HOUR, hourOf, type Instant, SECOND } from '../../schemas/time.ts'
import { type Goods, toldOnce } from './mgt-21.told-once.ts'

/** What a settlement sold of one item. */
export interface Sold {
  readonly hour: number
  /** Whole packs; parts of a split pack are fractions. */
  readonly packs: number
  readonly inscp: Fen
  readonly id: string
  readonly second: number
}

/** What an institution sold of one item on one day. */
export interface SoldDay {
  readonly hours: Readonly<Record<number, readonly [packs: number, inscp: Fen]>>
  /** The first settlements, and their times in seconds. */
  readonly names: readonly (readonly [setl_id: string, second: number])[]
}

export type FlowKind =
  | 'purchase'
  /** 采购入库 told as a change: often the same goods as a purchase. */
  | 'booked'
  | 'purchase_return'
  /** 退货出库 told as a change: often the same goods as a return. */
  | 'sent_back'
  | 'adjusted_in'
  | 'adjusted_out'
  /** Told by no settlement: weighed against what was settled, not taken from what was there. */
  | 'own_sale'
  | 'own_return'
  /** What customers brought back of a settlement. */
  | 'settled_return'
/** `names`: the packages that came or went, or the settlement of which something was brought back. */
export type Flow = readonly [kind: FlowKind, at: Instant, packs: number, names?: readonly string[]]

export interface Ledger {
  readonly stocks: readonly (readonly [at: Instant, packs: number])[]
  readonly flows: readonly Flow[]
  readonly days: Readonly<Record<Day, SoldDay>>
  /** Settlements that were taken back, by their day: what is brought back of them was not sold. */
  readonly gone: Readonly<Record<Day, readonly string[]>>
}

/** Inventory may come so late (contract, "Time and order"). */
export const CLOSES = 72 * HOUR
/** As many as an alert names (contract, section 2). */
export const NAMES = 500
/**
 * The end of a code tells packages of one product apart, also where a longer form has something before the same digits. A
 * longer form that has it behind them is taken for another package: no standard says how forms differ (codes of 20 digits,
 * of companies, of GS1), and cutting what may be a serial number would make one package of many, and an accusation of that.
 */
const CODE_END = 12
/** 调拨入库, 盘盈, 其他入库, 赠药入库; 调拨出库, 盘损, 销毁, 其他出库, 赠药退回; 采购入库; 退货出库. */
const CHANGES: Readonly<Record<string, FlowKind>> = {
  ...{ 101: 'adjusted_in', 103: 'adjusted_in', 106: 'adjusted_in', 110: 'adjusted_in' },
  ...{ 102: 'adjusted_out', 104: 'adjusted_out', 105: 'adjusted_out', 107: 'adjusted_out', 111: 'adjusted_out' },
  ...{ 108: 'booked', 109: 'sent_back' },
}

const TOLD_TWICE: ReadonlySet<FlowKind> = new Set(['purchase', 'booked', 'purchase_return', 'sent_back'])

/** Where an item was sold on the day, but by no settlement: the ledger knows how many. */
export const UNSETTLED = ''

export function summed(sold: readonly Sold[]): SoldDay {
  const hours: Record<number, readonly [number, Fen]> = {}
  for (const { hour, packs, inscp } of sold) {
    const [many, amount] = hours[hour] ?? [0, 0]
    hours[hour] = [many + packs, amount + inscp]
  }
  const settled = sold.filter(({ id, packs }) => id !== UNSETTLED && packs !== 0)
  const inTime = settled.sort((a, b) => a.second - b.second || (a.id < b.id ? -1 : 1))
  const names = inTime.slice(0, NAMES).map(({ id, second }) => [id, second] as const)
  return { hours, names }
}

export function without({ hours, names }: SoldDay, sold: Sold): SoldDay {
  const [packs, inscp] = hours[sold.hour] ?? [0, 0]
  return {
    hours: { ...hours, [sold.hour]: [packs - sold.packs, inscp - sold.inscp] },
    names: names.filter(([id]) => id !== sold.id),
  }
}

export function flowOf({ inv_type, inv_chg_type, setl_id }: Inventory): FlowKind | undefined {
  if (inv_type === 'purchase' || inv_type === 'purchase_return') return inv_type
  if (inv_type === 'change') return CHANGES[inv_chg_type]
  if (inv_type === 'sale_return') return setl_id === '' ? 'own_return' : 'settled_return'
  // What was settled is counted by its settlement.
  return inv_type === 'sale' && setl_id === '' ? 'own_sale' : undefined
}

function namesIn(kind: FlowKind, { setl_id, drug_trac_info }: Inventory): readonly string[] {
  if (kind === 'settled_return') return [setl_id]
  if (!TOLD_TWICE.has(kind)) return []
  return [...new Set(drug_trac_info.map(({ drug_trac_codg }) => drug_trac_codg.slice(-CODE_END)))]
}

export function flowIn(kind: FlowKind, event: Inventory, packs: number): Flow {
  const names = namesIn(kind, event)
  return names.length > 0 ? [kind, event.time, packs, names] : [kind, event.time, packs]
}

/** The time from one stocktaking to the next. Those of one day are parts of one, batch by batch. */
export interface Period {
  readonly day: Day
  readonly at: Instant
  readonly opening: number
  /** The day of the next one. */
  readonly next: Day
}

export function periodsOf({ stocks }: Ledger): Period[] {
  const days = [...new Set(stocks.map(([at]) => dayOf(at)))].sort((a, b) => a - b)
  return days.map((day, i) => {
    const own = stocks.filter(([at]) => dayOf(at) === day)
    const opening = own.reduce((sum, [, packs]) => sum + packs, 0)
    return { day, at: Math.min(...own.map(([at]) => at)), opening, next: days[i + 1] ?? Number.POSITIVE_INFINITY }
  })
}

export interface Balance {
  readonly day: Day
  readonly purchased: number
  readonly returned: number
  readonly adjusted_in: number
  readonly adjusted_out: number
  readonly own_sales: number
  readonly sold: number
  /** By customers. */
  readonly brought_back: number
  readonly excess: number
  readonly available: number
  readonly inscp: Fen
}

interface SoldSince {
  readonly packs: number
  readonly inscp: Fen
  readonly days: readonly Day[]
  readonly names: SoldDay['names']
}

/** Whether what was sold in this hour was sold after the stocktaking. */
function isSince({ day: first, at }: Period, day: Day, hour: number): boolean {
  return day > first || hour >= hourOf(at)
}

function daysIn(days: Ledger['days'], { day: first, next }: Period): Day[] {
  const all = Object.keys(days).map(Number)
  return all.filter((day) => day >= first && day < next).sort((a, b) => a - b)
}

export function soldBy({ days }: Ledger, period: Period, until: Day): SoldSince {
  const counted = daysIn(days, period).filter((day) => day <= until)
  let packs = 0
  let inscp = 0
  for (const day of counted) {
    for (const [hour, [many, amount]] of Object.entries(days[day]!.hours)) {
      if (!isSince(period, day, Number(hour))) continue
      packs += many
      inscp += amount
    }
  }
  return { packs: Math.round(packs * 1e4) / 1e4, inscp, days: counted, names: counted.flatMap((day) => days[day]!.names) }
}

/** Of each period the first settlements keep their names. */
export function named(ledger: Ledger, periods: readonly Period[]): Ledger {
  const days: Record<Day, SoldDay> = { ...ledger.days }
  for (const period of periods) {
    let left = NAMES
    for (const day of daysIn(days, period)) {
      const { hours, names } = days[day]!
      const first = names.filter(([, second]) => isSince(period, day, hourOf(Math.round(second * SECOND)))).slice(0, left)
      if (first.length < names.length) days[day] = { hours, names: first }
      left -= first.length
    }
  }
  return { ...ledger, days }
}

/** At the end of each day. Sales are told twice too: many report them beside their settlements without the number of these. */
export function balancesOf(ledger: Ledger, period: Period, days: readonly Day[]): Balance[] {
  const flows = ledger.flows.filter(([, at]) => at > period.at)
  const goods = (kind: FlowKind): Goods[] =>
    flows.flatMap(([of, at, packs, codes = []]) => (of === kind ? [{ at, packs, codes }] : []))
  const bought = toldOnce(goods('purchase'), goods('booked'))
  const sentBack = toldOnce(goods('purchase_return'), goods('sent_back'))
  const gone = new Set(
    Object.entries(ledger.gone).flatMap(([of, ids]) => (Number(of) >= period.day && Number(of) < period.next ? ids : [])),
  )
  const stood = flows.filter(([kind, , , names]) => kind !== 'settled_return' || !gone.has(names![0]!))
  return days.map((day) => {
    const until = (packs: ReadonlyMap<Day, number>) => [...packs].reduce((sum, [of, many]) => sum + (of <= day ? many : 0), 0)
    const sum = (...kinds: FlowKind[]) =>
      stood.reduce((total, [kind, at, packs]) => total + (kinds.includes(kind) && dayOf(at) <= day ? packs : 0), 0)
    const [purchased, returned, own_sales] = [until(bought), until(sentBack), sum('own_sale')]
    const [adjusted_in, adjusted_out] = [sum('adjusted_in'), sum('adjusted_out')]
    const brought_back = sum('own_return', 'settled_return')
    const { packs: settled, inscp } = soldBy(ledger, period, day)
    const sold = Math.max(settled, own_sales)
    const available = period.opening + purchased - returned + adjusted_in - adjusted_out
    const excess = sold - brought_back - available
    return { day, purchased, returned, adjusted_in, adjusted_out, own_sales, sold, brought_back, excess, available, inscp }
  })
}

function since({ stocks, flows, days, gone }: Ledger, day: Day): Ledger {
  const later = <T>(record: Readonly<Record<Day, T>>) =>
    Object.fromEntries(Object.entries(record).filter(([of]) => Number(of) >= day))
  return {
    stocks: stocks.filter(([at]) => dayOf(at) >= day),
    flows: flows.filter(([, at]) => dayOf(at) >= day),
    days: later(days),
    gone: later(gone),
  }
}

/** Periods that are over and in order are forgotten; a reversal could only make them better. */
export function kept(ledger: Ledger, periods: readonly Period[], over: ReadonlyMap<Day, unknown>, day: Day): Ledger {
  let from = Number.NEGATIVE_INFINITY
  for (const { day: began, next } of periods) {
    if (over.has(began) || next > day) break
    from = began
  }
  return from === Number.NEGATIVE_INFINITY ? ledger : since(ledger, from)
}

export function withGone(ledger: Ledger, day: Day, setl_id: string): Ledger {
  const ids = ledger.gone[day] ?? []
  return ids.includes(setl_id) ? ledger : { ...ledger, gone: { ...ledger.gone, [day]: [...ids, setl_id] } }
}

/** What happened before every stocktaking, also before those that may still come, is part of what they find. */
export function needed(ledger: Ledger, watermark: Instant): Ledger {
  const from = dayOf(Math.min(watermark - CLOSES, ...ledger.stocks.map(([at]) => at)))
  const isNeeded =
    ledger.flows.every(([, at]) => dayOf(at) >= from) && Object.keys(ledger.gone).every((day) => Number(day) >= from)
  return isNeeded ? ledger : since(ledger, from)
}
