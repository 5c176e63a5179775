import { amountOf, type Fen, formatYuan, type MicroYuan, yuan } from '../../schemas/money.ts'
import {
  DAY,
  type Day,
  dayOf,
  formatDay,
  formatInstant,
  HOUR,
  type Instant,
  parseDay,
  SECOND,
  startOfDay,
} from '../../schemas/time.ts'
import {
  type Context,
  type DrugSale,
  defineDetector,
  type Finding,
  type Part,
  type Step,
  type Told,
  type Touched,
  UNCHANGED,
} from '../detector.ts'
import { isBuilt } from '../kit/daily-counts.ts'
import { inPolicy, type Site, violating } from '../kit/finding.ts'
import { itemName } from '../kit/item-name.ts'
import { type KnownPrices, knownPrices, type PriceDay, type Taken } from '../kit/known-prices.ts'
import { inTime } from '../kit/remembered.ts'
import { isSplit } from '../kit/supply.ts'
import type { Entry } from '../kit/window.ts'
import { byDefault } from '../params.ts'

/** A sale whose day has not begun for everybody. */
interface Sold extends Entry, Site {
  readonly feedetl_sn: string
  /** Of a package. */
  readonly price: MicroYuan
  /** Packages. */
  readonly cnt: number
  readonly inscp: Fen
  readonly pack_units: number
}

type Verdict = { readonly against: 'median' | 'spread' | 'own'; readonly usual: MicroYuan }

/** A sale whose price is out of the ordinary. */
interface Hit extends Entry, Site, Verdict {
  readonly feedetl_sn: string
  readonly price: MicroYuan
  readonly vola_amt: Fen
}

interface Memory {
  /** Built days, oldest first. */
  readonly days: readonly PriceDay[]
  readonly pending: readonly Sold[]
  readonly hits: readonly Hit[]
}

interface Evidence {
  readonly med_list_codg: string
  readonly name: string
  readonly region: string
  readonly hits: readonly {
    readonly setl_id: string
    readonly setl_time: string
    readonly fixmedins_code: string
    readonly price: number
    readonly usual: number
    readonly against: string
  }[]
  readonly lines: number
  readonly institutions: number
  readonly highest: number
  readonly usual: number
  readonly vola_amt: number
}

interface Params {
  readonly median_factor: number
  readonly iqrs: number
  readonly spread_factor: number
  readonly region_lines: number
  readonly own_factor: number
  readonly own_lines: number
  readonly baseline_days: number
}

const DAY_TOPIC = 'ANO-11/day'
const BUILT_AFTER = 72 * HOUR
/** At the beginning of a day the fourth day before it is the last one that is built. */
const DAYS_UNTIL_BUILT = 4
/** What a ward's bill brings three days late still asks for what was built before its own day. */
const DAYS_LATE = 4
const MOST_HITS = 500
const SHOWN = 50
/** A price per box charged for a strip, or the other way round, differs by the number of units in a pack. */
const PACK_TOLERANCE = 0.05
/** Of the region code: the pooling area. */
const REGION_DIGITS = 4

function regionIn({ admdvs }: { readonly admdvs: string }): string {
  return admdvs.slice(0, REGION_DIGITS)
}

/** Price units that a package has: single ones of a split package are charged apart. `undefined` where nobody knows them. */
function unitsIn({ visit, line, item }: DrugSale): number | undefined {
  return isSplit(line, visit) ? item?.pack_units || undefined : 1
}

/** What a package costs at the sale's price; 0 where that cannot be told. */
function packagePrice(sale: DrugSale): MicroYuan {
  return Math.round(sale.line.pric * (unitsIn(sale) ?? 0))
}

function soldIn(sale: DrugSale): Sold {
  const { visit, line, item } = sale
  const { setl_id: id, setl_time: at, fixmedins_code, admdvs } = visit
  const [price, cnt] = [packagePrice(sale), line.cnt / (unitsIn(sale) ?? 1)]
  const { feedetl_sn } = line
  return { id, at, fixmedins_code, admdvs, feedetl_sn, price, cnt, inscp: inPolicy(line), pack_units: item?.pack_units ?? 1 }
}

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
  return units > 1 && Math.abs(price / usual / units - 1) <= PACK_TOLERANCE
}

function hitBy(sold: Sold, days: readonly PriceDay[], params: Params): Hit | undefined {
  const { id, at, fixmedins_code, admdvs, feedetl_sn, price, cnt, inscp, pack_units } = sold
  const verdict = verdictOn(price, fixmedins_code, knownOn(days, dayOf(at), params), params)
  if (!verdict || isPackError(price, verdict.usual, pack_units)) return undefined
  const vola_amt = Math.max(0, Math.min(inscp, amountOf(price - verdict.usual, cnt)))
  return { id, at, feedetl_sn, fixmedins_code, admdvs, price, vola_amt, ...verdict }
}

const micro = (price: MicroYuan) => Math.round(price / 100) / 1e4

function touched(hits: readonly Hit[], key: string, { root, reference }: Context<Params>): Touched<Evidence> {
  const subject = { type: 'item', id: root } as const
  const bucket = `|${key}`
  if (hits.length === 0) return { subject, bucket, holds: undefined }
  const vola_amt = hits.reduce((sum, hit) => sum + hit.vola_amt, 0)
  const [first, last] = [hits[0]!, hits.at(-1)!]
  const highest = hits.reduce((a, b) => (b.price > a.price ? b : a))
  const holds: Finding<Evidence> = {
    ...{ subject, bucket, result: 'suspicion', severity: 3, vola_amt },
    setl_ids: hits.map(({ id }) => id),
    lines: hits.map((hit) => violating(hit.id, hit, hit.vola_amt)),
    at: last.at,
    first_seen: first.at,
    count: hits.length,
    ...{ psn_no: '', fixmedins_code: last.fixmedins_code, admdvs: last.admdvs, insu_admdvs: '' },
    evidence: {
      med_list_codg: root,
      name: itemName(root, last.at, reference),
      region: key,
      hits: hits.slice(0, SHOWN).map(({ id, at, fixmedins_code, price, usual, against }) => ({
        ...{ setl_id: id, setl_time: formatInstant(at), fixmedins_code, price: micro(price), usual: micro(usual), against },
      })),
      lines: hits.length,
      institutions: new Set(hits.map(({ fixmedins_code }) => fixmedins_code)).size,
      highest: micro(highest.price),
      usual: micro(highest.usual),
      vola_amt: yuan(vola_amt),
    },
  }
  return { subject, bucket, holds }
}

/** From then on everything is told that a sale is compared with. */
function judgedFrom({ at }: Entry): Instant {
  return startOfDay(dayOf(at)) + SECOND
}

function step(memory: Memory, params: Params, changed: readonly Touched<Evidence>[] = []): Step<Memory, Evidence> {
  const { days, pending, hits } = memory
  const wakeAt = pending.length > 0 ? Math.min(...pending.map(judgedFrom)) : undefined
  const newest = days.at(-1)?.day
  const isKept = pending.length > 0 || hits.length > 0 || newest === undefined
  const forgetAt = isKept ? undefined : startOfDay(newest) + (params.baseline_days + 2 * DAYS_UNTIL_BUILT) * DAY
  return { state: memory, wakeAt, forgetAt, ...(changed.length > 0 ? { touched: changed } : {}) }
}

function withHits(
  { days, pending, hits }: Memory,
  region: string,
  context: Context<Params>,
  found: readonly Hit[],
): Step<Memory, Evidence> {
  const all = [...hits, ...found].sort(inTime).slice(0, MOST_HITS)
  return step({ days, pending, hits: all }, context.params, [touched(all, region, context)])
}

/** Of a drug in a region: the built days, and which sales lie above them. */
const pricesPart: Part<DrugSale | Told, Memory, Evidence, Params> = {
  name: '',
  on: ['drugSale', 'told'],
  hears: [DAY_TOPIC],
  space: 'item',
  root: (event) => (event.kind === 'drugSale' ? event.line.med_list_codg : event.topic === DAY_TOPIC ? event.of : ''),
  key: (event) => (event.kind === 'drugSale' ? regionIn(event.visit) : event.admdvs),
  concerns: (event) => event.kind === 'told' || packagePrice(event) > 0,
  memoryless: false,
  initial: () => ({ days: [], pending: [], hits: [] }),
  onEvent(memory, event, context) {
    const { params, watermark } = context
    const { days, pending, hits } = memory
    if (event.kind === 'told') {
      const day = parseDay(event.period)
      const kept = days.filter((other) => other.day >= day - params.baseline_days - DAYS_LATE)
      return step({ days: [...kept, { day, taken: event.values as Taken[] }], pending, hits }, params)
    }
    const sold = soldIn(event)
    if (watermark < judgedFrom(sold)) return step({ days, pending: [...pending, sold], hits }, params)
    const hit = hitBy(sold, days, params)
    return hit ? withHits(memory, regionIn(event.visit), context, [hit]) : UNCHANGED
  },
  onVoid({ days, pending, hits }, original, context) {
    if (original.kind !== 'drugSale') return UNCHANGED
    const isOther = ({ id }: Entry) => id !== original.visit.setl_id
    if (pending.every(isOther) && hits.every(isOther)) return UNCHANGED
    const left = { days, pending: pending.filter(isOther), hits: hits.filter(isOther) }
    const changed = left.hits.length < hits.length ? [touched(left.hits, regionIn(original.visit), context)] : []
    return step(left, context.params, changed)
  },
  onTime({ days, pending, hits }, context) {
    const due = pending.filter((sold) => judgedFrom(sold) <= context.at)
    const left = { days, pending: pending.filter((sold) => judgedFrom(sold) > context.at), hits }
    const found = due.flatMap((sold) => hitBy(sold, days, context.params) ?? [])
    const [first] = found
    return first ? withHits(left, regionIn(first), context, found) : step(left, context.params)
  },
}

/** Sales of a day by institution and price, as `code|price`. */
interface DayMemory {
  readonly region: string
  readonly counts: Record<string, number>
}

const nameOf = (sale: DrugSale) => `${sale.visit.fixmedins_code}|${packagePrice(sale)}`

/** Of a drug in a region and on a day: what it was sold for. */
const dayPart: Part<DrugSale, DayMemory, Evidence, Params> = {
  name: 'DAY',
  on: ['drugSale'],
  space: 'item',
  root: ({ line }) => line.med_list_codg,
  key: ({ visit }) => `${regionIn(visit)}|${dayOf(visit.setl_time)}`,
  concerns: (sale) => packagePrice(sale) > 0,
  memoryless: false,
  owned: true,
  initial: () => ({ region: '', counts: {} }),
  onEvent({ counts }, sale) {
    const name = nameOf(sale)
    counts[name] = (counts[name] ?? 0) + 1
    const wakeAt = startOfDay(dayOf(sale.visit.setl_time) + 1) + BUILT_AFTER
    return { state: { region: regionIn(sale.visit), counts }, wakeAt }
  },
  // A day that was built when the reversal happened keeps its prices.
  onVoid({ region, counts }, original, { at }) {
    if (original.kind !== 'drugSale') return UNCHANGED
    const day = dayOf(original.visit.setl_time)
    const name = nameOf(original)
    if (isBuilt(day, at) || !counts[name]) return UNCHANGED
    counts[name]--
    return { state: { region, counts }, wakeAt: startOfDay(day + 1) + BUILT_AFTER }
  },
  onTime({ region, counts }, { root: of, at }) {
    const taken = Object.entries(counts).flatMap(([name, count]): Taken[] => {
      const place = name.lastIndexOf('|')
      return count > 0 ? [[name.slice(0, place), Number(name.slice(place + 1)), count]] : []
    })
    const period = formatDay(dayOf(at - BUILT_AFTER) - 1)
    return { state: undefined, tells: [{ kind: 'told', topic: DAY_TOPIC, of, period, at, admdvs: region, values: taken }] }
  },
}

/** ANO-11 药品价格异常: a drug costs far more than in the region, or than at the same institution before. */
export default defineDetector<Evidence, Params>({
  id: 'ANO-11',
  version: 5,
  title: { zh: '药品价格异常', en: 'Drug price far above the usual' },
  category: 'ANO',
  result: 'suspicion',
  basis: [{ law: '药品价格监测', article: '异常价格预警' }],
  stages: ['mid', 'post'],
  behaviour: '超标准收费',
  params: {
    median_factor: byDefault(1.5, "times the region's median"),
    iqrs: byDefault(3, 'interquartile ranges above the third quartile'),
    spread_factor: byDefault(1.1, "times the region's median at least: where prices hardly differ a few per cent are no outlier"),
    region_lines: byDefault(30, 'lines that must be known in the region'),
    own_factor: byDefault(1.3, "times the institution's own median"),
    own_lines: byDefault(5, 'lines that must be known of the institution'),
    baseline_days: byDefault(30, 'built days with which a price is compared'),
  },
  parts: [pricesPart, dayPart],
  explain({ name, lines, institutions, highest, usual, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    return language === 'zh'
      ? `${name}在${institutions}家机构有${lines}笔单价异常，最高${highest}元，通常${usual}元，多收${amount}元。`
      : `${name} was sold ${lines} times at ${institutions} institution(s) for up to ${highest} yuan, usually ${usual}; ${amount} yuan too much.`
  },
  example: {
    med_list_codg: 'XA01',
    name: '示例片',
    region: '9901',
    hits: [
      {
        ...{ setl_id: 'S1', setl_time: '2026-03-20T10:00:00+08:00', fixmedins_code: 'P99010100001' },
        ...{ price: 31.2, usual: 18.5, against: 'median' },
      },
    ],
    lines: 1,
    institutions: 1,
    highest: 31.2,
    usual: 18.5,
    vola_amt: 12.7,
  },
})
