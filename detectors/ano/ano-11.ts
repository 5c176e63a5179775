import { amountOf, type Fen, formatYuan, type MicroYuan, yuan } from '../../schemas/money.ts'
import { DAY, type Day, dayOf, formatInstant, type Instant, startOfDay } from '../../schemas/time.ts'
import { type Context, type DrugSale, defineDetector, type Finding, type Step, type Touched, UNCHANGED } from '../detector.ts'
import { firstDayOf, monthOf, monthsAfter } from '../kit/calendar.ts'
import { isBuilt } from '../kit/daily-counts.ts'
import { inPolicy, violating } from '../kit/finding.ts'
import { packTime, unpackTime } from '../kit/packed.ts'
import { inTime } from '../kit/remembered.ts'
import { byDefault } from '../params.ts'

/** How often an institution took a price: in the month before and in this one, or on a day. */
type Priced = [price: MicroYuan, before: number, current: number]
type PricedOn = [day: Day, price: MicroYuan, count: number]
type ByInstitution<T> = Record<string, T[]>

/** A line whose price is out of the ordinary. */
interface Hit {
  readonly id: string
  readonly at: Instant
  readonly feedetl_sn: string
  readonly fixmedins_code: string
  readonly admdvs: string
  readonly price: MicroYuan
  readonly vola_amt: Fen
  readonly against: 'median' | 'spread' | 'own'
  /** Median of the region or of the institution, above which the price lies. */
  readonly usual: MicroYuan
}

interface Memory {
  /** Calendar month of `current` in `prices`; `before` is the month before it. */
  month: string
  prices: ByInstitution<Priced>
  /** Days that are not part of `prices` yet. */
  days: ByInstitution<PricedOn>
  newest: Day
  name: string
  hits: Hit[]
  /** What was asked last; it follows from the rest and is not written down. */
  built?: Quarters | undefined
}

/** The region's prices as they were known at the beginning of a day. */
interface Quarters {
  readonly day: Day
  /** Lines. */
  readonly total: number
  readonly q1: MicroYuan
  readonly median: MicroYuan
  readonly q3: MicroYuan
}
type Three = [MicroYuan, MicroYuan, MicroYuan]

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
  readonly region_lines: number
  readonly own_factor: number
  readonly own_lines: number
}

/** At the beginning of a day the fourth day before it is the last one that is built. */
const DAYS_UNTIL_BUILT = 4
/** Settlements that are late ask for what was built before their own day. */
const DAYS_APART = 8
const MOST_HITS = 500
const SHOWN = 50
/** A price per box charged for a strip, or the other way round, differs by the number of units in a pack. */
const PACK_TOLERANCE = 0.05

type Weighted = readonly [price: MicroYuan, count: number]

/** What was known of the prices at the beginning of a day: the month so far as it is built, and the month before. */
function builtBefore({ month, prices, days }: Memory, day: Day, ofInstitution?: string): Weighted[] {
  const wanted = monthOf(day)
  const [isThis, isNext] = [month === wanted, month !== '' && monthsAfter(month, 1) === wanted]
  const since = firstDayOf(monthsAfter(wanted, -1))
  const known: Weighted[] = []
  for (const [price, before, current] of rowsOf(prices, ofInstitution)) {
    const count = isThis ? before + current : isNext ? current : 0
    if (count > 0) known.push([price, count])
  }
  for (const [on, price, count] of rowsOf(days, ofInstitution)) {
    if (on <= day - DAYS_UNTIL_BUILT && on >= since) known.push([price, count])
  }
  return known
}

const NOTHING: readonly never[] = []

function rowsOf<T>(rows: ByInstitution<T>, ofInstitution: string | undefined): readonly T[] {
  return ofInstitution === undefined ? Object.values(rows).flat() : (rows[ofInstitution] ?? NOTHING)
}

function totalOf(prices: readonly Weighted[], isCounted: (price: MicroYuan) => boolean = () => true): number {
  let total = 0
  for (const [price, count] of prices) if (isCounted(price)) total += count
  return total
}

/** Of the sorted prices the first that has such a share at or below it. */
function quantile(sorted: readonly Weighted[], share: number, total: number): MicroYuan {
  let below = 0
  for (const [price, count] of sorted) {
    below += count
    if (below >= share * total) return price
  }
  return sorted.at(-1)![0]
}

const inOrder = (prices: readonly Weighted[]) => prices.toSorted((a, b) => a[0] - b[0])

type Verdict = Pick<Hit, 'against' | 'usual'>

function quartersOn(memory: Memory, day: Day): Quarters {
  if (memory.built?.day === day) return memory.built
  const known = builtBefore(memory, day)
  const total = totalOf(known)
  const sorted = inOrder(known)
  const [q1, median, q3] = total === 0 ? [0, 0, 0] : ([0.25, 0.5, 0.75].map((share) => quantile(sorted, share, total)) as Three)
  return { day, total, q1, median, q3 }
}

function againstRegion(price: MicroYuan, memory: Memory, quarters: Quarters, params: Params): Verdict | undefined {
  const { day, total, q1, median, q3 } = quarters
  if (total < params.region_lines) return undefined
  const isFar = price > params.median_factor * median
  // Where nearly all take one price there is no spread to lie outside of.
  const isOutside = q3 > q1 && price > q3 + params.iqrs * (q3 - q1)
  if (!isFar && !isOutside) return undefined
  // A quarter at or above it: neither far above the median nor outside the spread.
  if (totalOf(builtBefore(memory, day), (other) => other >= price) * 4 > total) return undefined
  return { against: isFar ? 'median' : 'spread', usual: median }
}

function againstOwn(price: MicroYuan, code: string, memory: Memory, day: Day, params: Params): Verdict | undefined {
  const own = builtBefore(memory, day, code)
  const total = totalOf(own)
  if (total < params.own_lines || totalOf(own, (other) => other >= price) * 2 > total) return undefined
  const median = quantile(inOrder(own), 0.5, total)
  return price > params.own_factor * median ? { against: 'own', usual: median } : undefined
}

/** Whether the price is another one's by the number of units in a pack. */
function isPackError(price: MicroYuan, usual: MicroYuan, units: number | null | undefined): boolean {
  return !!units && units > 1 && Math.abs(price / usual / units - 1) <= PACK_TOLERANCE
}

function hitBy({ visit, line, item }: DrugSale, memory: Memory, { params, watermark }: Context<Params>): Hit | undefined {
  const { pric: price, feedetl_sn, cnt } = line
  const { setl_id: id, setl_time: at, fixmedins_code, admdvs } = visit
  const day = dayOf(at)
  const quarters = quartersOn(memory, day)
  // Before its day has begun more may still come of the days that it looks at.
  if (watermark >= startOfDay(day)) memory.built = quarters
  const verdict = againstRegion(price, memory, quarters, params) ?? againstOwn(price, fixmedins_code, memory, day, params)
  if (!verdict || isPackError(price, verdict.usual, item?.pack_units)) return undefined
  const vola_amt = Math.max(0, Math.min(inPolicy(line), amountOf(price - verdict.usual, cnt)))
  return { id, at, feedetl_sn, fixmedins_code, admdvs, price, vola_amt, ...verdict }
}

/** Counts a price once more or once less; days long over become part of the month. */
function recount(memory: Memory, [day, code, price]: readonly [Day, string, MicroYuan], sign: 1 | -1): void {
  if (memory.built && day <= memory.built.day - DAYS_UNTIL_BUILT) memory.built = undefined
  memory.days[code] ??= []
  const ofCode = memory.days[code]!
  const known = ofCode.find((other) => other[0] === day && other[1] === price)
  if (known) known[2] += sign
  else if (sign > 0) ofCode.push([day, price, 1])
  if (day <= memory.newest) return
  memory.newest = day
  const old: [string, PricedOn][] = []
  for (const [name, all] of Object.entries(memory.days)) {
    for (const one of all) if (one[0] < day - DAYS_APART) old.push([name, one])
    const left = all.filter((one) => one[0] >= day - DAYS_APART && one[2] > 0)
    if (left.length > 0) memory.days[name] = left
    else delete memory.days[name]
  }
  for (const [name, one] of old.sort(([, a], [, b]) => a[0] - b[0])) fold(memory, name, one)
}

function fold(memory: Memory, code: string, [day, price, count]: PricedOn): void {
  if (count === 0) return
  const month = monthOf(day)
  if (month > memory.month) {
    const isNext = monthsAfter(memory.month || month, 1) === month
    for (const [name, all] of Object.entries(memory.prices)) {
      const left = all.flatMap(([taken, , current]): Priced[] => (isNext && current > 0 ? [[taken, current, 0]] : []))
      if (left.length > 0) memory.prices[name] = left
      else delete memory.prices[name]
    }
    memory.month = month
  }
  memory.prices[code] ??= []
  const known = memory.prices[code]!.find((other) => other[0] === price)
  if (known) known[2] += count
  else memory.prices[code]!.push([price, 0, count])
}

const micro = (price: MicroYuan) => Math.round(price / 100) / 1e4

function touched(root: string, region: string, { hits, name }: Memory): Touched<Evidence> {
  const subject = { type: 'item', id: root } as const
  const bucket = `|${region}`
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
      name,
      region,
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

function step(memory: Memory, changed: readonly Touched<Evidence>[]): Step<Memory, Evidence> {
  const forgetAt = memory.hits.length > 0 ? undefined : startOfDay(memory.newest) + 70 * DAY
  return { state: memory, forgetAt, ...(changed.length > 0 ? { touched: changed } : {}) }
}

/** Of the region code: the pooling area. */
const REGION_DIGITS = 4

function regionOf({ visit }: DrugSale): string {
  return visit.admdvs.slice(0, REGION_DIGITS)
}

type Packed = readonly [fixmedins_code: string, ...numbers: number[]]

function packed(rows: ByInstitution<Priced | PricedOn>): Packed[] {
  return Object.entries(rows).map(([code, all]) => [code, ...all.flat()])
}

/** Three numbers a row. */
function unpacked<T extends readonly number[]>(rows: readonly Packed[]): ByInstitution<T> {
  const inThrees = (flat: readonly number[]) =>
    Array.from({ length: flat.length / 3 }, (_, i) => flat.slice(3 * i, 3 * i + 3) as unknown as T)
  return Object.fromEntries(rows.map(([code, ...flat]) => [code, inThrees(flat)]))
}

/** ANO-11 药品价格异常: a drug costs far more than in the region, or than at the same institution before. */
export default defineDetector<Evidence, Params>({
  id: 'ANO-11',
  version: 1,
  title: { zh: '药品价格异常', en: 'Drug price far above the usual' },
  category: 'ANO',
  result: 'suspicion',
  basis: [{ law: '药品价格监测', article: '异常价格预警' }],
  stages: ['mid', 'post'],
  behaviour: '超标准收费',
  params: {
    median_factor: byDefault(1.5, "times the region's median"),
    iqrs: byDefault(3, 'interquartile ranges above the third quartile'),
    region_lines: byDefault(30, 'lines of this and the last month that must be known in the region'),
    own_factor: byDefault(1.3, "times the institution's own median"),
    own_lines: byDefault(5, 'lines that must be known of the institution'),
  },
  parts: [
    {
      name: '',
      on: ['drugSale'],
      space: 'item',
      root: ({ line }: DrugSale) => line.med_list_codg,
      key: regionOf,
      concerns: ({ line }: DrugSale) => line.pric > 0,
      memoryless: false,
      owned: true,
      form: {
        pack: ({ month, prices, days, newest, name, hits }: Memory) => [
          ...[month, packed(prices), packed(days), newest, name],
          ...hits.map((hit) => [{ ...hit, at: packTime(hit.at) }]),
        ],
        unpack: ([month, prices, days, newest, name, ...hits]: [string, Packed[], Packed[], number, string, ...[Hit][]]) => ({
          ...{ month, newest, name, prices: unpacked<Priced>(prices), days: unpacked<PricedOn>(days) },
          hits: hits.map(([hit]) => ({ ...hit, at: unpackTime(hit.at) })),
        }),
      },
      initial: (): Memory => ({ month: '', prices: {}, days: {}, newest: 0, name: '', hits: [] }),
      onEvent(memory: Memory, sale: DrugSale, context: Context<Params>) {
        const { root } = context
        const { visit, line, item } = sale
        recount(memory, [dayOf(visit.setl_time), visit.fixmedins_code, line.pric], 1)
        const hit = hitBy(sale, memory, context)
        if (!hit) return step(memory, [])
        memory.name = item?.name || root
        memory.hits = [...memory.hits, hit].sort(inTime).slice(0, MOST_HITS)
        return step(memory, [touched(root, regionOf(sale), memory)])
      },
      onVoid(memory: Memory, original, { root, at }) {
        if (original.kind !== 'drugSale') return UNCHANGED
        const { visit, line } = original
        const day = dayOf(visit.setl_time)
        if (!isBuilt(day, at)) recount(memory, [day, visit.fixmedins_code, line.pric], -1)
        const left = memory.hits.filter(({ id }) => id !== visit.setl_id)
        if (left.length === memory.hits.length) return step(memory, [])
        memory.hits = left
        return step(memory, [touched(root, regionOf(original), memory)])
      },
    },
  ],
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
