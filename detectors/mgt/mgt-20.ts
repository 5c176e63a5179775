import type { Inventory } from '../../schemas/events.ts'
import { formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, type Day, dayOf, formatDay, formatInstant, HOUR, type Instant, startOfDay } from '../../schemas/time.ts'
import {
  type Context,
  defineDetector,
  type Finding,
  type Part,
  type Step,
  type Told,
  type TraceMove,
  type TraceUse,
  UNCHANGED,
  type Visit,
} from '../detector.ts'
import { violating } from '../kit/finding.ts'
import { groupBy } from '../kit/group-by.ts'
import { inTime } from '../kit/remembered.ts'
import { rowsOfReport, rowsOfVisit, type Sale, salesIn, withoutSettlement } from '../kit/sold-packages.ts'
import { NOTHING_HOLDS } from '../kit/window.ts'
import { byDefault } from '../params.ts'

/** What is known of one package at one institution. */
interface Package {
  /** When the institution received it, oldest first. */
  readonly receipts: readonly Instant[]
  /** When a stocktaking found it there, oldest first: it shows that the package had come, not when. */
  readonly found: readonly Instant[]
  /** Sales before which it was not received. */
  readonly sales: readonly Sale[]
  /** Days whose sales of it were found missing, with the share of codes that were not. */
  readonly missing: Readonly<Record<Day, Coverage>>
}

/** How many of an institution's codes of 30 days were received. */
interface Coverage {
  readonly codes: number
  readonly covered: number
}

interface Evidence {
  readonly drug_trac_codg: string
  readonly fixmedins_code: string
  readonly sales: readonly {
    readonly setl_id: string
    readonly setl_time: string
    readonly psn_no: string
    readonly med_list_codg: string
  }[]
  /** `null` where none is known. */
  readonly received: string | null
  /** Hours from the first sale to the receipt, `null` where none is known. */
  readonly hours: number | null
  /** Codes of the last 30 days, and those of them that were received; `null` where the receipt came late. */
  readonly coverage: (Coverage & { readonly rate: number }) | null
  readonly vola_amt: number
}

interface Params {
  readonly early_hours: number
  readonly wait_days: number
  readonly rate: number
  readonly codes: number
}

const [ASK, ANSWER, CHECK, RESULT, VERDICT] = ['ask', 'answer', 'check', 'result', 'verdict'].map((what) => `MGT-20/${what}`) as [
  string,
  string,
  string,
  string,
  string,
]
/** Inventory may come so late (contract, "Time and order"). */
const LATENESS = 72 * HOUR
/** An institution that sends no receipts is asked again when some may have followed the day. */
const FOLLOWS = 72 * HOUR
const BASELINE_DAYS = 30
const KEPT = 400 * DAY
/** 调拨入库, 盘盈, 其他入库, 采购入库, 赠药入库: donated goods are received too. */
const RECEIVED = new Set(['101', '103', '106', '108', '110'])

function isReceipt({ inv_type, inv_chg_type }: Inventory): boolean {
  return inv_type === 'purchase' || (inv_type === 'change' && RECEIVED.has(inv_chg_type))
}

function told(topic: string, of: string, day: Day, at: Instant, values: unknown): Told {
  return { kind: 'told', topic, of, period: String(day), at, admdvs: '', values }
}

interface DayLog {
  readonly text: string
  /** The packages are being looked after: the institution sends receipts. */
  readonly checked?: true
}

function withText({ checked }: DayLog, text: string): DayLog {
  return checked ? { text, checked } : { text }
}

/**
 * When the day is looked at: at its end, when receipts may have followed, and when they should have. The last look waits
 * for nothing more: a receipt that comes later still is judged when it comes.
 */
function looks(day: Day, { wait_days }: Params): readonly [Instant, Instant, Instant] {
  const end = startOfDay(day + 1)
  return [end + LATENESS, end + LATENESS + FOLLOWS, end + Math.max(LATENESS + FOLLOWS, wait_days * DAY)]
}

/** A sale that names its settlement is told by that. */
function isSale(event: Visit | Inventory): boolean {
  return event.kind === 'settlement' || (event.inv_type === 'sale' && event.setl_id === '')
}

function soldAt(event: Visit | Inventory): Instant {
  return event.kind === 'settlement' ? event.setl_time : event.time
}

/** What was sold on one day with codes; institutions that send no receipts are soon forgotten again. */
const sold: Part<Visit | Inventory | Told, DayLog, Evidence, Params> = {
  name: 'SOLD',
  on: ['settlement', 'inventory', 'told'],
  hears: [ANSWER],
  space: 'institution',
  root: (event) => {
    if (event.kind !== 'told') return event.fixmedins_code
    return event.topic === ANSWER ? event.of : ''
  },
  key: (event) => (event.kind === 'told' ? event.period : String(dayOf(soldAt(event)))),
  concerns: (event) => event.kind === 'told' || (isSale(event) && event.drug_trac_info.length > 0),
  memoryless: false,
  initial: () => ({ text: '' }),
  onEvent(log, event, context) {
    if (event.kind === 'told') return answered(log, event, context)
    const rows = event.kind === 'inventory' ? rowsOfReport(event, context) : rowsOfVisit(event, context)
    const [wakeAt] = looks(dayOf(soldAt(event)), context.params)
    return rows === '' ? UNCHANGED : { state: withText(log, log.text + rows), wakeAt }
  },
  onVoid(log, original, { params, watermark }) {
    const { setl_id, setl_time } = original as Visit
    const text = withoutSettlement(log.text, setl_id)
    if (text === log.text) return UNCHANGED
    if (text === '') return { state: undefined }
    const all = looks(dayOf(setl_time), params)
    return { state: withText(log, text), wakeAt: log.checked ? all[2] : all.find((look) => look > watermark) }
  },
  onTime(log, { root, at, params }) {
    const [{ at: sample }] = salesIn(log.text, root) as [Sale]
    const day = dayOf(sample)
    const [first, second, last] = looks(day, params)
    const isLast = at >= last
    const until = isLast ? last - LATENESS : at >= second ? second - LATENESS : first - LATENESS
    const wakeAt = isLast ? undefined : log.checked || at >= second ? last : second
    const state = isLast ? undefined : log
    if (log.checked) return { state, wakeAt, tells: isLast ? checks(log, root, day, at, true) : [] }
    return { state: log, wakeAt, tells: [told(ASK, root, day, at, until)] }
  },
}

function checks(log: DayLog, institution: string, day: Day, at: Instant, final: boolean): Told[] {
  return salesIn(log.text, institution).map((sale) => told(CHECK, sale.trace, day, at, { sale, final }))
}

function answered(log: DayLog, { period, values, at }: Told, { root, params }: Context<Params>): Step<DayLog, Evidence> {
  const sends = values as boolean
  const day = Number(period)
  const [, second, last] = looks(day, params)
  if (at >= last) return { state: undefined, tells: sends ? checks(log, root, day, at, true) : [] }
  const wakeAt = sends || at >= second ? last : second
  if (!sends) return { state: log, wakeAt }
  return { state: { text: log.text, checked: true }, wakeAt, tells: checks(log, root, day, at, false) }
}

/** Since when an institution sends receipts, and how many of each day's codes were received. */
interface Book {
  readonly first: Instant | null
  readonly days: Record<Day, Coverage>
  /** Codes that were not received, of days that still wait for their verdict. */
  readonly open: Record<Day, string[]>
}

const book: Part<Inventory | Told, Book, Evidence, Params> = {
  name: 'BOOK',
  on: ['inventory', 'told'],
  hears: [ASK, RESULT],
  space: 'institution',
  root: (event) => {
    if (event.kind === 'inventory') return event.fixmedins_code
    return event.topic === ASK || event.topic === RESULT ? event.of : ''
  },
  key: () => '',
  concerns: (event) => event.kind === 'told' || (isReceipt(event) && event.drug_trac_info.length > 0),
  memoryless: false,
  owned: true,
  initial: () => ({ first: null, days: {}, open: {} }),
  onEvent(known, event, { root, at, params }) {
    const wakeAt = nextVerdict(known, params)
    if (event.kind === 'inventory') {
      if (known.first !== null && known.first <= event.time) return UNCHANGED
      return { state: { first: event.time, days: known.days, open: known.open }, wakeAt }
    }
    const day = Number(event.period)
    if (event.topic === ASK) {
      const sends = known.first !== null && known.first <= (event.values as Instant)
      return { state: known.first === null ? undefined : known, wakeAt, tells: [told(ANSWER, root, day, at, sends)] }
    }
    const { trace, covered } = event.values as { trace: string; covered: boolean }
    const before = known.days[day] ?? { codes: 0, covered: 0 }
    const after = { codes: before.codes + 1, covered: before.covered + (covered ? 1 : 0) }
    known.days[day] = after
    const open = known.open[day] ?? []
    if (!covered) open.push(trace)
    known.open[day] = open
    return { state: known, wakeAt: nextVerdict(known, params) }
  },
  onTime(known, { root, at, params }) {
    const due = Object.keys(known.open)
      .map(Number)
      .filter((day) => verdictAt(day, params) <= at)
    const tells = due.flatMap((day) => {
      const coverage = coverageOf(known, day)
      if (coverage.codes < params.codes || coverage.covered < params.rate * coverage.codes) return []
      return known.open[day]!.map((trace) => told(VERDICT, trace, day, at, { institution: root, coverage }))
    })
    const newest = Math.max(...due)
    const kept = <T>(record: Readonly<Record<Day, T>>, isKept: (day: Day) => boolean) =>
      Object.fromEntries(Object.entries(record).filter(([day]) => isKept(Number(day))))
    const state: Book = {
      ...known,
      days: kept(known.days, (day) => day > newest - BASELINE_DAYS),
      open: kept(known.open, (day) => !due.includes(day)),
    }
    return { state, wakeAt: nextVerdict(state, params), tells }
  },
}

function verdictAt(day: Day, params: Params): Instant {
  return looks(day, params)[2] + HOUR
}

function nextVerdict({ open }: Book, params: Params): Instant | undefined {
  const days = Object.keys(open).map(Number)
  return days.length > 0 ? verdictAt(Math.min(...days), params) : undefined
}

/** Over what is known of the 30 days that end with this one. */
function coverageOf({ days }: Book, day: Day): Coverage {
  const known = Object.entries(days).filter(([other]) => Number(other) <= day && Number(other) > day - BASELINE_DAYS)
  const sum = (of: (coverage: Coverage) => number) => known.reduce((total, [, coverage]) => total + of(coverage), 0)
  return { codes: sum(({ codes }) => codes), covered: sum(({ covered }) => covered) }
}

const NOTHING: Package = { receipts: [], found: [], sales: [], missing: {} }

function judged(memory: Package, context: Context<Params>): Step<Package, Evidence> {
  const { receipts, found, sales } = memory
  const newest = Math.max(receipts.at(-1) ?? 0, found.at(-1) ?? 0, sales.at(-1)?.at ?? 0)
  if (newest === 0) return { state: undefined, holds: NOTHING_HOLDS }
  const holds = sales.length === 0 ? NOTHING_HOLDS : findingsOn(memory, context)
  return { state: memory, holds, forgetAt: newest + KEPT }
}

/** One for each day of sale that comes before the package, or without it. */
function findingsOn({ receipts, sales, missing }: Package, { params }: Context<Params>): Finding<Evidence>[] {
  return [...groupBy(sales, ({ at }) => dayOf(at))].flatMap(([day, group]) => {
    const [received] = receipts
    const named = received === undefined ? group : group.filter(({ at }) => at < received - params.early_hours * HOUR)
    const coverage = missing[day]
    if (named.length === 0 || (received === undefined && !coverage)) return []
    return [findingOn(day, named, received, received === undefined ? coverage! : null)]
  })
}

function findingOn(
  day: Day,
  sales: readonly Sale[],
  received: Instant | undefined,
  coverage: Coverage | null,
): Finding<Evidence> {
  const [first, last] = [sales[0]!, sales.at(-1)!]
  const { trace, psn_no, fixmedins_code, admdvs, insu_admdvs } = last
  const settled = sales.filter(({ id }) => id !== '')
  const lines = settled.map((sale) => violating(sale.id, sale, sale.fund))
  const vola_amt = lines.reduce((sum, line) => sum + line.vola_amt, 0)
  return {
    subject: { type: 'trace', id: trace },
    bucket: `${formatDay(day)}|${fixmedins_code}`,
    result: 'suspicion',
    severity: 2,
    vola_amt,
    setl_ids: settled.map(({ id }) => id),
    lines,
    at: last.at,
    first_seen: first.at,
    count: sales.length,
    ...{ psn_no, fixmedins_code, admdvs, insu_admdvs },
    evidence: {
      drug_trac_codg: trace,
      fixmedins_code,
      sales: sales.map(({ id, at, psn_no, med_list_codg }) => ({
        setl_id: id,
        setl_time: formatInstant(at),
        psn_no,
        med_list_codg,
      })),
      received: received === undefined ? null : formatInstant(received),
      hours: received === undefined ? null : Math.round((received - first.at) / (HOUR / 10)) / 10,
      coverage: coverage && { ...coverage, rate: Math.round((coverage.covered / coverage.codes) * 1000) / 10 },
      vola_amt: yuan(vola_amt),
    },
  }
}

function isFind({ inventory }: TraceMove): boolean {
  return inventory.inv_type === 'stock'
}

/** The packages of institutions that send receipts: when they came, and what was sold before. */
const packages: Part<TraceUse | TraceMove | Told, Package, Evidence, Params> = {
  name: '',
  on: ['traceUse', 'traceMove', 'told'],
  hears: [CHECK, VERDICT],
  space: 'trace',
  root: (event) => {
    if (event.kind !== 'told') return event.trace
    return event.topic === CHECK || event.topic === VERDICT ? event.of : ''
  },
  key: (event) => {
    if (event.kind === 'traceUse') return event.visit.fixmedins_code
    if (event.kind === 'traceMove') return event.inventory.fixmedins_code
    const { sale, institution } = event.values as { sale?: Sale; institution?: string }
    return sale?.fixmedins_code ?? institution ?? ''
  },
  // A sale is told of when its day is over; here only its reversal is heard.
  concerns: (event) => event.kind === 'told' || (event.kind === 'traceMove' && (isReceipt(event.inventory) || isFind(event))),
  memoryless: false,
  initial: () => NOTHING,
  onEvent(memory, event, context) {
    if (event.kind === 'traceUse') return UNCHANGED
    if (event.kind === 'traceMove') {
      const { time } = event.inventory
      const among = (times: readonly Instant[]) => [...new Set([...times, time])].sort((a, b) => a - b)
      const { receipts, found } = memory
      const known = isFind(event) ? { receipts, found: among(found) } : { receipts: among(receipts), found }
      return judged({ ...memory, ...known }, context)
    }
    const day = Number(event.period)
    if (event.topic === VERDICT) {
      const { coverage } = event.values as { coverage: Coverage }
      return judged({ ...memory, missing: { ...memory.missing, [day]: coverage } }, context)
    }
    const { sale, final } = event.values as { sale: Sale; final: boolean }
    return checked(memory, sale, final, day, context)
  },
  onVoid(memory, original, context) {
    const { setl_id } = (original as TraceUse).visit
    const sales = memory.sales.filter(({ id }) => id !== setl_id)
    return sales.length === memory.sales.length ? UNCHANGED : judged({ ...memory, sales }, context)
  },
}

function checked(memory: Package, sale: Sale, final: boolean, day: Day, context: Context<Params>): Step<Package, Evidence> {
  const { early_hours, wait_days } = context.params
  const [received] = memory.receipts
  const wasThere = memory.found.some((at) => at <= sale.at)
  const isInTime = wasThere || (received !== undefined && received <= sale.at + early_hours * HOUR)
  const sales = isInTime
    ? memory.sales
    : [...memory.sales.filter(({ id, at }) => id !== sale.id || at !== sale.at), sale].sort(inTime)
  const step = judged({ ...memory, sales }, context)
  if (!final) return step
  // Receipts of which this look knows for certain, however late they were sent.
  const covered = wasThere || (received !== undefined && received <= sale.at + wait_days * DAY - LATENESS)
  return { ...step, tells: [told(RESULT, sale.fixmedins_code, day, context.at, { trace: sale.trace, covered })] }
}

/** MGT-20 先售后购/无购进: sold before it was bought, or never bought, by an institution that sends what it buys. */
export default defineDetector<Evidence, Params>({
  id: 'MGT-20',
  version: 4,
  title: { zh: '先售后购 / 无购进记录', en: 'Sold before it was bought' },
  category: 'MGT',
  result: 'suspicion',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '40(三)' },
    { law: '医疗保障基金使用监督管理条例', article: '38(四)' },
  ],
  stages: ['mid', 'post'],
  behaviour: '串换',
  params: {
    early_hours: byDefault(2, 'by which a sale may come before its receipt'),
    wait_days: byDefault(7, 'after the sale, for a receipt that is sent late'),
    rate: byDefault(0.9, 'codes of the last 30 days that were received, at least'),
    codes: byDefault(20, 'of at least so many'),
  },
  parts: [packages, sold, book],
  explain({ drug_trac_codg, fixmedins_code, sales, received, hours, coverage, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    const on = (sales[0]?.setl_time ?? '').slice(0, 16).replace('T', ' ')
    if (language === 'zh')
      return received
        ? `追溯码${drug_trac_codg}于${on}售出，${hours}小时后才购进，基金${amount}元（${fixmedins_code}）。`
        : `追溯码${drug_trac_codg}于${on}售出，无购进记录；该机构近30日${coverage?.rate}%有购进，基金${amount}元。`
    return received
      ? `Package ${drug_trac_codg} was sold at ${fixmedins_code} on ${on} and received ${hours} hours later; the fund paid ${amount} yuan.`
      : `Package ${drug_trac_codg} was sold at ${fixmedins_code} on ${on} and never received, although ${coverage?.rate} % of its codes of 30 days were; the fund paid ${amount} yuan.`
  },
  example: {
    drug_trac_codg: '81234567890123456789',
    fixmedins_code: 'P99010100001',
    sales: [{ setl_id: 'S1', setl_time: '2026-03-02T10:00:00+08:00', psn_no: 'P1', med_list_codg: 'XJ01CAA040E001010100001' }],
    received: '2026-03-04T10:00:00+08:00',
    hours: 48,
    coverage: null,
    vola_amt: 17.5,
  },
})
