import type { FeeLine, Inventory } from '../../schemas/events.ts'
import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import type { ReferenceRow } from '../../schemas/reference.ts'
import { DAY, type Day, dayOf, formatDay, formatInstant, hourOf, type Instant, SECOND, startOfDay } from '../../schemas/time.ts'
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
import {
  type Balance,
  balancesOf,
  CLOSES,
  flowIn,
  flowOf,
  kept,
  type Ledger,
  named,
  needed,
  type Period,
  periodsOf,
  type Sold,
  soldBy,
  summed,
  UNSETTLED,
  withGone,
  without,
} from '../kit/stock-ledger.ts'
import { NOTHING_HOLDS } from '../kit/window.ts'
import { byDefault } from '../params.ts'

interface Evidence extends Omit<Balance, 'day' | 'available' | 'inscp'> {
  readonly fixmedins_code: string
  readonly med_list_codg: string
  readonly name: string
  readonly stocktaking: string
  /** The day on which the sales were first too many, and the one whose balance this is. */
  readonly since: string
  readonly until: string
  readonly opening: number
  readonly vola_amt: number
}

interface Params {
  readonly packs: number
  readonly share: number
  readonly stock_days: number
}

/** What a closed day sold; a settlement taken back after that; one taken back before. */
const [SALES, BACK, GONE] = ['MGT-21/sales', 'MGT-21/back', 'MGT-21/gone']
const CONSUMABLE = '301'
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
      // Until the day closes `onVoid` takes its part back.
      const topic = at < wakeAt ? GONE : BACK
      const tells = [...soldIn(event.visit)].map(([item, sold]) => tell(topic, root, day, at, { item, sold }))
      return known.day === 0 ? { state: undefined, tells } : { state: known, tells, wakeAt }
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

/** Where nothing stays sold the books are wrong, but nothing was sold too many. */
function isTooMany({ sold, brought_back, excess, available }: Balance, { packs, share }: Params): boolean {
  return sold > brought_back && excess > Math.max(packs, share * Math.max(0, available))
}

/** The days of the period on which more had been sold than was there. */
function overdrawn(ledger: Ledger, period: Period, params: Params): Balance[] {
  const { days } = soldBy(ledger, period, period.day + params.stock_days)
  return balancesOf(ledger, period, days).filter((balance) => isTooMany(balance, params))
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
  const { sold, excess, inscp } = last
  const vola_amt = Math.min(inscp, Math.round((inscp * excess) / sold))
  const { names } = soldBy(ledger, period, last.day)
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
      purchased: round(last.purchased),
      returned: round(last.returned),
      adjusted_in: round(last.adjusted_in),
      adjusted_out: round(last.adjusted_out),
      own_sales: round(last.own_sales),
      sold: round(sold),
      brought_back: round(last.brought_back),
      excess: round(excess),
      vola_amt: yuan(vola_amt),
    },
  }
}

/** One item at one institution: what it had, got and gave away, and what it settled. */
const ledgers: Part<Inventory | Told, Ledger, Evidence, Params> = {
  name: '',
  on: ['inventory', 'told'],
  hears: [SALES, BACK, GONE],
  space: 'institution',
  root: (event) => {
    if (event.kind === 'inventory') return event.fixmedins_code
    return [SALES, BACK, GONE].includes(event.topic) ? event.of : ''
  },
  key: (event) => (event.kind === 'inventory' ? event.med_list_codg : (event.values as { item: string }).item),
  concerns: (event) => event.kind === 'told' || event.inv_type === 'stock' || flowOf(event) !== undefined,
  memoryless: false,
  initial: () => ({ stocks: [], flows: [], days: {}, gone: {} }),
  onEvent(ledger, event, context) {
    const { params, reference, watermark } = context
    if (event.kind === 'inventory') {
      const { time, cnt, trdn_flag, med_list_codg, inv_type } = event
      const packs = packsOf(cnt, trdn_flag === '1', reference.find('item', med_list_codg, time)?.row)
      if (packs === undefined) return { skipped: 'REFERENCE_MISSING', ...UNCHANGED }
      const forgetAt = time + (params.stock_days + 10) * DAY
      const grown: Ledger =
        inv_type === 'stock'
          ? { ...ledger, stocks: [...ledger.stocks, [time, packs]] }
          : { ...ledger, flows: [...ledger.flows, flowIn(flowOf(event)!, event, packs)] }
      return { state: needed(grown, watermark), forgetAt }
    }
    const day = Number(event.period)
    const forgetAt = startOfDay(day) + (params.stock_days + 10) * DAY
    const { item, sold } = event.values as { item: string; sold: readonly Sold[] | Sold }
    const noted = event.topic === SALES ? ledger : withGone(ledger, day, (sold as Sold).id)
    const before = ledger.days[day]
    if (event.topic !== SALES && !before) return { state: needed(noted, watermark), forgetAt }
    // Without a stocktaking in the days before nobody knows what was there.
    if (!ledger.stocks.some(([at]) => dayOf(at) <= day && dayOf(at) >= day - params.stock_days)) return UNCHANGED
    const told = event.topic === SALES ? summed(sold as readonly Sold[]) : without(before!, sold as Sold)
    const periods = periodsOf(ledger)
    const grown = named({ ...noted, days: { ...ledger.days, [day]: told } }, periods)
    const over = new Map(
      periods
        .map((period) => [period.day, overdrawn(grown, period, params)] as const)
        .filter(([, balances]) => balances.length > 0),
    )
    const holds = periods.flatMap((period) => {
      const balances = over.get(period.day)
      return balances ? [findingOn(item, grown, period, balances, context)] : []
    })
    return { state: kept(grown, periods, over, day), holds: holds.length > 0 ? holds : NOTHING_HOLDS, forgetAt }
  },
}

/**
 * MGT-21 进销存不符: more of an item was sold than the institution had. Counted from the last stocktaking on, and judged
 * at the end of each day with sales, when purchases that are sent late have come.
 */
export default defineDetector<Evidence, Params>({
  id: 'MGT-21',
  version: 5,
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
  explain({ name, since, opening, purchased, returned, adjusted_in, adjusted_out, ...rest }, language) {
    const { sold, brought_back, excess } = rest
    const amount = formatYuan(rest.vola_amt * 100)
    const told = (packs: number, words: string) => (packs === 0 ? [] : [words])
    if (language === 'zh') {
      const there = [
        ...[`期初${opening}`, `购进${purchased}`],
        ...told(returned, `退供货方${returned}`),
        ...told(adjusted_in, `其他入库${adjusted_in}`),
        ...told(adjusted_out, `其他出库${adjusted_out}`),
      ]
      const gone = [`售出${sold}`, ...told(brought_back, `顾客退回${brought_back}`)]
      return `${name}${there.join('、')}，${gone.join('、')}，超出${excess}（自${since}起），涉及${amount}元。`
    }
    const there = [
      ...[`${opening} were there`, `${purchased} were bought`],
      ...told(returned, `${returned} were sent back`),
      ...told(adjusted_in, `${adjusted_in} came in otherwise`),
      ...told(adjusted_out, `${adjusted_out} went out otherwise`),
    ]
    const all = `${there.slice(0, -1).join(', ')} and ${there.at(-1)}`
    const back = told(brought_back, ` and ${brought_back} brought back`).join('')
    return `${sold} packs of ${name} were sold${back} while ${all}: ${excess} too many since ${since}, ${amount} yuan.`
  },
  example: {
    ...{ fixmedins_code: 'P99010100001', med_list_codg: 'XJ01CAA040E001010100001', name: '阿莫西林胶囊' },
    ...{ stocktaking: '2026-03-01T08:00:00+08:00', since: '2026-03-12', until: '2026-03-14' },
    ...{ opening: 20, purchased: 40, returned: 0, adjusted_in: 0, adjusted_out: 2, own_sales: 3 },
    ...{ sold: 80, brought_back: 2, excess: 20 },
    vola_amt: 240,
  },
})
