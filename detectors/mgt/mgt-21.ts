import type { FeeLine, Inventory } from '../../schemas/events.ts'
import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import type { ReferenceRow } from '../../schemas/reference.ts'
import {
  DAY,
  type Day,
  dayOf,
  formatDay,
  formatInstant,
  HOUR,
  hourOf,
  type Instant,
  SECOND,
  startOfDay,
} from '../../schemas/time.ts'
import {
  type Context,
  defineDetector,
  type Finding,
  type Form,
  type Part,
  type Reversal,
  type Told,
  UNCHANGED,
  type Visit,
} from '../detector.ts'
import { inPolicy } from '../kit/finding.ts'
import { isMedicine } from '../kit/medicine.ts'
import { NOTHING_HOLDS } from '../kit/window.ts'
import { byDefault } from '../params.ts'

/** What a settlement sold of one item. */
interface Sold {
  readonly hour: number
  /** Whole packs; parts of a split pack are fractions. */
  readonly packs: number
  readonly inscp: Fen
  readonly id: string
  readonly second: number
}

/** What an institution sold of one item on one day. */
interface SoldDay {
  readonly hours: Readonly<Record<number, number>>
  readonly inscp: Fen
  /** A few settlements, and their times in seconds. */
  readonly names: readonly (readonly [setl_id: string, second: number])[]
}

const FLOWS = {
  purchase: 1,
  /** 采购入库 told as a change: often the same goods as a purchase. */
  booked: 0,
  purchase_return: -1,
  adjusted_in: 1,
  adjusted_out: -1,
  /** Told by no settlement: weighed against what was settled, not taken from what was there. */
  own_sale: 0,
  own_return: 0,
} as const
type FlowKind = keyof typeof FLOWS
type Flow = readonly [kind: FlowKind, at: Instant, packs: number]

interface Ledger {
  readonly stocks: readonly (readonly [at: Instant, packs: number])[]
  readonly flows: readonly Flow[]
  readonly days: Readonly<Record<Day, SoldDay>>
}

interface Evidence {
  readonly fixmedins_code: string
  readonly med_list_codg: string
  readonly name: string
  readonly stocktaking: string
  /** The day on which the sales were first too many, and the one whose balance this is. */
  readonly since: string
  readonly until: string
  readonly opening: number
  readonly purchased: number
  readonly returned: number
  readonly adjusted_in: number
  readonly adjusted_out: number
  readonly own_sales: number
  readonly sold: number
  readonly excess: number
  readonly vola_amt: number
}

interface Params {
  readonly packs: number
  readonly share: number
  readonly stock_days: number
}

const [SALES, BACK] = ['MGT-21/sales', 'MGT-21/back']
/** Inventory may come so late (contract, "Time and order"). */
const CLOSES = 72 * HOUR
const NAMES = 10
const CONSUMABLE = '301'
/** 调拨入库, 盘盈, 其他入库, 赠药入库; 调拨出库, 盘损, 销毁, 其他出库, 赠药退回; 采购入库; 退货出库. */
const CHANGES: Readonly<Record<string, FlowKind>> = {
  ...{ 101: 'adjusted_in', 103: 'adjusted_in', 106: 'adjusted_in', 110: 'adjusted_in' },
  ...{ 102: 'adjusted_out', 104: 'adjusted_out', 105: 'adjusted_out', 107: 'adjusted_out', 111: 'adjusted_out' },
  ...{ 108: 'booked', 109: 'purchase_return' },
}

type Item = ReferenceRow<'item'> | undefined

/** Packs; `undefined` where a part was sold of a pack whose size nobody knows. */
function packsOf(cnt: number, split: boolean, item: Item): number | undefined {
  if (!split) return cnt
  return item?.pack_units ? cnt / item.pack_units : undefined
}

function isStocked(line: FeeLine, item: Item): boolean {
  return isMedicine(line, item) || line.list_type === CONSUMABLE || line.med_list_codg.startsWith('C')
}

/** Lines that gave a part of a pack: some say so with the line, most with the package's code. */
function splitLines({ drug_trac_info }: Visit): ReadonlySet<string> {
  return new Set(drug_trac_info.filter(({ trdn_flag }) => trdn_flag === '1').map(({ feedetl_sn }) => feedetl_sn))
}

/** By item, what the settlement sold; a line that takes another back nets with it. */
function soldIn(visit: Visit): Map<string, Sold> {
  const { setl_id: id, setl_time, feedetail, items } = visit
  const split = splitLines(visit)
  const [hour, second] = [hourOf(setl_time), setl_time / SECOND]
  const sold = new Map<string, { -readonly [K in keyof Sold]: Sold[K] }>()
  for (let i = 0; i < feedetail.length; i++) {
    const [line, item] = [feedetail[i]!, items[i]]
    if (!isStocked(line, item)) continue
    const packs = packsOf(line.cnt, line.trdn_flag === '1' || split.has(line.feedetl_sn), item)
    if (packs === undefined) continue
    const before = sold.get(line.med_list_codg)
    if (before) {
      before.packs += packs
      before.inscp += inPolicy(line)
    } else sold.set(line.med_list_codg, { packs, inscp: inPolicy(line), hour, id, second })
  }
  return sold
}

/** The day's sales by item, each as many as it had settlements. */
interface Shelf {
  readonly day: Day
  readonly items: Record<string, Sold[]>
}

/** Each settlement once, and of each item packs, amount and the number of its settlement: a bill has many items. */
const SHELF_FORM: Form<Shelf> = {
  pack({ day, items }) {
    const numbers = new Map<string, number>()
    const settlements: (string | number)[] = []
    const packed = Object.entries(items).map(([code, all]) => {
      const fields: (string | number)[] = [code]
      for (const { packs, inscp, id, second } of all) {
        const number = numbers.get(id) ?? numbers.set(id, numbers.size).size - 1
        if (settlements.length === 2 * number) settlements.push(id, second)
        fields.push(packs, inscp, number)
      }
      return fields
    })
    return [day, settlements, ...packed]
  },
  unpack([day, settlements, ...packed]: [Day, (string | number)[], ...[string, ...number[]][]]) {
    const items: Record<string, Sold[]> = {}
    for (const [code, ...fields] of packed) {
      const all: Sold[] = []
      for (let i = 0; i < fields.length; i += 3) {
        const [packs, inscp, number] = fields.slice(i, i + 3) as [number, Fen, number]
        const [id, second] = [settlements[2 * number] as string, settlements[2 * number + 1] as number]
        all.push({ hour: hourOf(Math.round(second * SECOND)), packs, inscp, id, second })
      }
      items[code] = all
    }
    return { day, items }
  },
}

type Selling = Visit | Reversal | Inventory

function dayIn(event: Selling): Day {
  if (event.kind === 'inventory') return dayOf(event.time)
  return dayOf(event.kind === 'reversal' ? event.visit.setl_time : event.setl_time)
}

/** Where an item was sold on the day, but by no settlement: the ledger knows how many. */
const UNSETTLED = ''

function unsettledSale({ time }: Inventory): Sold {
  return { hour: hourOf(time), packs: 0, inscp: 0, id: UNSETTLED, second: time / SECOND }
}

/** What was sold on one day. When nothing of the day can come any more each item's ledger is told. */
const shelf: Part<Selling, Shelf, Evidence, Params> = {
  name: 'SOLD',
  on: ['settlement', 'reversal', 'inventory'],
  space: 'institution',
  root: (event) => (event.kind === 'reversal' ? event.visit.fixmedins_code : event.fixmedins_code),
  key: (event) => String(dayIn(event)),
  concerns: (event) => event.kind !== 'inventory' || flowOf(event) === 'own_sale',
  memoryless: false,
  owned: true,
  form: SHELF_FORM,
  initial: () => ({ day: 0, items: {} }),
  onEvent(known, event, { root, at }) {
    const day = dayIn(event)
    const wakeAt = startOfDay(day + 1) + CLOSES
    if (event.kind === 'reversal') {
      // Until the day closes `onVoid` takes its part back; later the ledgers must be told.
      if (at < wakeAt) return UNCHANGED
      const tells = [...soldIn(event.visit)].map(([item, sold]) => tell(BACK, root, day, at, { item, sold }))
      return { state: known.day === 0 ? undefined : known, tells, wakeAt }
    }
    const memory = known.day === 0 ? { ...known, day } : known
    if (event.kind === 'inventory') {
      const all = memory.items[event.med_list_codg] ?? []
      if (all.some(({ id }) => id === UNSETTLED)) return UNCHANGED
      memory.items[event.med_list_codg] = [...all, unsettledSale(event)]
      return { state: memory, wakeAt }
    }
    const sold = soldIn(event)
    if (sold.size === 0) return UNCHANGED
    for (const [code, one] of sold) {
      const all = memory.items[code]
      if (all) all.push(one)
      else memory.items[code] = [one]
    }
    return { state: memory, wakeAt }
  },
  onVoid(memory, original) {
    const { setl_id } = original as Visit
    for (const [code, all] of Object.entries(memory.items)) {
      const left = all.filter(({ id }) => id !== setl_id)
      if (left.length > 0) memory.items[code] = left
      else delete memory.items[code]
    }
    const isEmpty = Object.keys(memory.items).length === 0
    return { state: isEmpty ? undefined : memory, wakeAt: isEmpty ? undefined : startOfDay(memory.day + 1) + CLOSES }
  },
  onTime({ day, items }, { root, at }) {
    const tells = Object.keys(items)
      .sort()
      .map((item) => tell(SALES, root, day, at, { item, sold: items[item] }))
    return { state: undefined, tells }
  },
}

function tell(topic: string, of: string, day: Day, at: Instant, values: unknown): Told {
  return { kind: 'told', topic, of, period: String(day), at, admdvs: '', values }
}

function summed(sold: readonly Sold[]): SoldDay {
  const hours: Record<number, number> = {}
  for (const { hour, packs } of sold) hours[hour] = (hours[hour] ?? 0) + packs
  const settled = sold.filter(({ id }) => id !== UNSETTLED)
  const inTime = settled.sort((a, b) => a.second - b.second || (a.id < b.id ? -1 : 1))
  const names = inTime.slice(0, NAMES).map(({ id, second }) => [id, second] as const)
  return { hours, inscp: sold.reduce((sum, { inscp }) => sum + inscp, 0), names }
}

function without({ hours, inscp, names }: SoldDay, sold: Sold): SoldDay {
  return {
    hours: { ...hours, [sold.hour]: (hours[sold.hour] ?? 0) - sold.packs },
    inscp: inscp - sold.inscp,
    names: names.filter(([id]) => id !== sold.id),
  }
}

function flowOf({ inv_type, inv_chg_type, setl_id }: Inventory): FlowKind | undefined {
  if (inv_type === 'purchase' || inv_type === 'purchase_return') return inv_type
  if (inv_type === 'change') return CHANGES[inv_chg_type]
  // What was settled is counted by its settlement.
  if (setl_id !== '') return undefined
  return inv_type === 'sale' ? 'own_sale' : inv_type === 'sale_return' ? 'own_return' : undefined
}

/** The time from one stocktaking to the next. Those of one day are parts of one, batch by batch. */
interface Period {
  readonly day: Day
  readonly at: Instant
  readonly opening: number
  /** The day of the next one. */
  readonly next: Day
}

function periodsOf({ stocks }: Ledger): Period[] {
  const days = [...new Set(stocks.map(([at]) => dayOf(at)))].sort((a, b) => a - b)
  return days.map((day, i) => {
    const own = stocks.filter(([at]) => dayOf(at) === day)
    const opening = own.reduce((sum, [, packs]) => sum + packs, 0)
    return { day, at: Math.min(...own.map(([at]) => at)), opening, next: days[i + 1] ?? Number.POSITIVE_INFINITY }
  })
}

interface Balance {
  readonly day: Day
  readonly flows: Readonly<Record<FlowKind, number>>
  readonly sold: number
  readonly available: number
  readonly inscp: Fen
}

function soldBy({ days }: Ledger, { day: first, at, next }: Period, until: Day): { packs: number; inscp: Fen; days: Day[] } {
  const counted = Object.keys(days)
    .map(Number)
    .filter((day) => day >= first && day <= until && day < next)
  let packs = 0
  let inscp = 0
  for (const day of counted) {
    const { hours, inscp: amount } = days[day]!
    for (const [hour, many] of Object.entries(hours)) if (day > first || Number(hour) >= hourOf(at)) packs += many
    inscp += amount
  }
  return { packs: Math.round(packs * 1e4) / 1e4, inscp, days: counted.sort((a, b) => a - b) }
}

/**
 * At the end of a day. What a purchase and a change tell of the same goods counts once; so do sales, which many report
 * beside their settlements without the number of the settlement.
 */
function balanceOf(ledger: Ledger, period: Period, day: Day): Balance {
  const flows = Object.fromEntries(Object.keys(FLOWS).map((kind) => [kind, 0])) as Record<FlowKind, number>
  for (const [kind, at, packs] of ledger.flows) if (at > period.at && dayOf(at) <= day) flows[kind] += packs
  const { packs: settled, inscp } = soldBy(ledger, period, day)
  const sold = Math.max(settled, flows.own_sale - flows.own_return)
  let available = period.opening + Math.max(0, flows.booked - flows.purchase)
  for (const kind of Object.keys(FLOWS) as FlowKind[]) available += FLOWS[kind] * flows[kind]
  return { day, flows, sold, available, inscp }
}

function isTooMany({ sold, available }: Balance, { packs, share }: Params): boolean {
  return sold - available > Math.max(packs, share * Math.max(0, available))
}

/** The days of the period on which more had been sold than was there. */
function overdrawn(ledger: Ledger, period: Period, params: Params): Balance[] {
  return soldBy(ledger, period, period.day + params.stock_days)
    .days.map((day) => balanceOf(ledger, period, day))
    .filter((balance) => isTooMany(balance, params))
}

function round(packs: number): number {
  return Math.round(packs * 100) / 100
}

function findingOn(
  item: string,
  ledger: Ledger,
  period: Period,
  over: readonly Balance[],
  context: Context<Params>,
): Finding<Evidence> {
  const { root, reference } = context
  const [first, last] = [over[0]!, over.at(-1)!]
  const { sold, available, flows, inscp } = last
  const excess = sold - available
  const vola_amt = Math.min(inscp, Math.round((inscp * excess) / sold))
  const { days } = soldBy(ledger, period, last.day)
  const names = days.flatMap((day) => ledger.days[day]!.names).sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1))
  const at = startOfDay(last.day + 1) - SECOND
  const admdvs = reference.find('institution', root, at)?.row.admdvs ?? ''
  return {
    subject: { type: 'institution', id: root },
    // The day of the event that made it hold, and the item (contract, "Identity").
    bucket: `${formatDay(first.day)}|${item}`,
    result: 'suspicion',
    severity: 2,
    vola_amt,
    setl_ids: names.map(([id]) => id),
    lines: [],
    at,
    first_seen: startOfDay(first.day + 1) - SECOND,
    count: over.length,
    ...{ psn_no: '', fixmedins_code: root, admdvs, insu_admdvs: '' },
    evidence: {
      ...{ fixmedins_code: root, med_list_codg: item, name: reference.find('item', item, at)?.row.name || item },
      ...{ stocktaking: formatInstant(period.at), since: formatDay(first.day), until: formatDay(last.day) },
      opening: round(period.opening),
      purchased: round(Math.max(flows.purchase, flows.booked)),
      returned: round(flows.purchase_return),
      adjusted_in: round(flows.adjusted_in),
      adjusted_out: round(flows.adjusted_out),
      own_sales: round(flows.own_sale - flows.own_return),
      sold: round(sold),
      excess: round(excess),
      vola_amt: yuan(vola_amt),
    },
  }
}

/** Periods that are over and in order are forgotten; a reversal could only make them better. */
function kept(ledger: Ledger, periods: readonly Period[], over: ReadonlyMap<Day, unknown>, day: Day): Ledger {
  let since = Number.NEGATIVE_INFINITY
  for (const { day: began, next } of periods) {
    if (over.has(began) || next > day) break
    since = next
  }
  if (since === Number.NEGATIVE_INFINITY) return ledger
  return {
    stocks: ledger.stocks.filter(([at]) => dayOf(at) >= since),
    flows: ledger.flows.filter(([, at]) => dayOf(at) >= since),
    days: Object.fromEntries(Object.entries(ledger.days).filter(([sold]) => Number(sold) >= since)),
  }
}

/** One item at one institution: what it had, got and gave away, and what it settled. */
const ledgers: Part<Inventory | Told, Ledger, Evidence, Params> = {
  name: '',
  on: ['inventory', 'told'],
  hears: [SALES, BACK],
  space: 'institution',
  root: (event) => {
    if (event.kind === 'inventory') return event.fixmedins_code
    return event.topic === SALES || event.topic === BACK ? event.of : ''
  },
  key: (event) => (event.kind === 'inventory' ? event.med_list_codg : (event.values as { item: string }).item),
  concerns: (event) => event.kind === 'told' || event.inv_type === 'stock' || flowOf(event) !== undefined,
  memoryless: false,
  initial: () => ({ stocks: [], flows: [], days: {} }),
  onEvent(ledger, event, context) {
    const { params, reference } = context
    if (event.kind === 'inventory') {
      const { time, cnt, trdn_flag, med_list_codg, inv_type } = event
      const packs = packsOf(cnt, trdn_flag === '1', reference.find('item', med_list_codg, time)?.row)
      if (packs === undefined) return { skipped: 'REFERENCE_MISSING', ...UNCHANGED }
      const forgetAt = time + (params.stock_days + 10) * DAY
      if (inv_type === 'stock')
        return { state: { stocks: [...ledger.stocks, [time, packs]], flows: ledger.flows, days: ledger.days }, forgetAt }
      return {
        state: { stocks: ledger.stocks, flows: [...ledger.flows, [flowOf(event)!, time, packs]], days: ledger.days },
        forgetAt,
      }
    }
    const day = Number(event.period)
    const { item, sold } = event.values as { item: string; sold: readonly Sold[] | Sold }
    // Without a stocktaking in the days before nobody knows what was there.
    if (!ledger.stocks.some(([at]) => dayOf(at) <= day && dayOf(at) >= day - params.stock_days)) return UNCHANGED
    const before = ledger.days[day]
    if (event.topic === BACK && !before) return UNCHANGED
    const told = event.topic === BACK ? without(before!, sold as Sold) : summed(sold as readonly Sold[])
    const grown = { stocks: ledger.stocks, flows: ledger.flows, days: { ...ledger.days, [day]: told } }
    const periods = periodsOf(grown)
    const over = new Map(
      periods
        .map((period) => [period.day, overdrawn(grown, period, params)] as const)
        .filter(([, balances]) => balances.length > 0),
    )
    const holds = periods.flatMap((period) => {
      const balances = over.get(period.day)
      return balances ? [findingOn(item, grown, period, balances, context)] : []
    })
    const forgetAt = startOfDay(day) + (params.stock_days + 10) * DAY
    return { state: kept(grown, periods, over, day), holds: holds.length > 0 ? holds : NOTHING_HOLDS, forgetAt }
  },
}

/**
 * MGT-21 进销存不符: more of an item was sold than the institution had. Counted from the last stocktaking on, and judged
 * at the end of each day with sales, when purchases that are sent late have come.
 */
export default defineDetector<Evidence, Params>({
  id: 'MGT-21',
  version: 4,
  title: { zh: '进销存不符(销大于购)', en: 'More sold than bought' },
  category: 'MGT',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '40(三)' }],
  stages: ['post'],
  behaviour: '虚构医药服务项目',
  params: {
    packs: byDefault(5, 'by more than so many packs'),
    share: byDefault(0.05, 'and by more than this share of what was there'),
    stock_days: byDefault(90, 'for which a stocktaking holds'),
  },
  parts: [ledgers, shelf],
  explain({ name, since, opening, purchased, sold, excess, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    return language === 'zh'
      ? `${name}期初${opening}、购进${purchased}，售出${sold}，超出${excess}（自${since}起），涉及${amount}元。`
      : `${sold} packs of ${name} were sold while ${opening} were there and ${purchased} were bought: ${excess} too many since ${since}, ${amount} yuan.`
  },
  example: {
    ...{ fixmedins_code: 'P99010100001', med_list_codg: 'XJ01CAA040E001010100001', name: '阿莫西林胶囊' },
    ...{ stocktaking: '2026-03-01T08:00:00+08:00', since: '2026-03-12', until: '2026-03-14' },
    ...{ opening: 20, purchased: 40, returned: 0, adjusted_in: 0, adjusted_out: 2, own_sales: 3, sold: 75, excess: 20 },
    vola_amt: 240,
  },
})
