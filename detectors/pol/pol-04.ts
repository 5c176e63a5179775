import type { FeeLine } from '../../schemas/events.ts'
import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import type { ReferenceRow } from '../../schemas/reference.ts'
import { DAY, type Day, dayOf, formatDay } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { meansItem } from '../item-code.ts'
import { chargedLines } from '../kit/bills/charged-lines.ts'
import { inPolicy, involved, violating } from '../kit/bills/finding.ts'
import { paidLinesKnownTo } from '../kit/bills/paid-lines.ts'
import {
  type Billed,
  corrected,
  keptTogether,
  packVisit,
  takenBackBy,
  unpackVisit,
  type VisitBill,
} from '../kit/bills/visit-bills.ts'
import { itemName } from '../kit/items/item-name.ts'
import { isKnownTo } from '../kit/items/known.ts'
import { type CountedCode, chargedAs, namedIn, type PackedCode, packCounted, unpackCounted } from '../kit/items/named-code.ts'
import { packHead, packTime, unpackHead, unpackTime } from '../kit/parts/packed.ts'
import { type Remembered, remembered, restingOn, visitOf } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/parts/window.ts'
import { monthOf } from '../kit/plain/calendar.ts'
import { counted } from '../kit/plain/counted.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import { joined } from '../kit/plain/joined.ts'
import { STAY_MEMORY } from '../kit/stays/stay.ts'
import { byDefault } from '../params.ts'
import { nearest } from './pol-04.nearest.ts'

/** At most so many occurrences within so many days. */
type Limit = readonly [max: number, days: number, per: 'PERSON' | 'VISIT']

interface Line extends Billed, CountedCode {
  /** None where the occurrence is excused: it still stands before a later one. */
  readonly limits: readonly Limit[]
}

interface Charged extends Remembered, VisitBill<Line> {}

type PackedLine = readonly [sn: string, code: PackedCode, at: number, cnt: number, inscp: Fen, ...limits: Limit[]]

const FORM: Form<Charged> = {
  pack(charged) {
    const lines = charged.lines.map((line): PackedLine => {
      return [line.sn, packCounted(line), packTime(line.at), line.cnt, line.inscp, ...line.limits]
    })
    return [...packHead(charged), packVisit(charged), ...lines]
  },
  unpack(packed) {
    const [, , , visit, ...lines] = packed
    const unpackLine = ([sn, code, at, cnt, inscp, ...limits]: PackedLine) => {
      return { sn, ...unpackCounted(code), at: unpackTime(at), cnt, inscp, limits }
    }
    return { ...unpackVisit(visit), lines: lines.map(unpackLine), ...unpackHead(packed) }
  },
}

interface Evidence {
  readonly med_list_codg: string
  readonly name: string
  readonly max_cnt: number
  readonly days: number
  readonly occurrences: readonly {
    readonly day: string
    readonly fixmedins_code: string
    readonly setl_id: string
    readonly over: boolean
  }[]
  /** Days from the occurrence that many before to the one that came too early; the shortest. */
  readonly interval_days: number
  readonly vola_amt: number
}

/** An item by what its name contains, and by its national code where the card's examples tell it. */
interface Usual {
  readonly name: string
  readonly days: number
  readonly code?: string
}

interface Params {
  readonly usual: readonly Usual[]
}

const isLimited = isKnownTo('frequency')

/** Pregnancy, childbirth, and the supervision of them. */
const PREGNANCY = /^(?:O|Z3[2-6])/

function isPregnant({ med_class, diseinfo }: Visit): boolean {
  return med_class === 'MAT_OP' || med_class === 'MAT_IPT' || diseinfo.some(({ diag_code }) => PREGNANCY.test(diag_code))
}

function limitOf({ period, max_cnt, days, per }: ReferenceRow<'frequency'>): Limit[] {
  if (period !== 'N_DAYS' || !days) return []
  return [[Math.max(1, Math.floor(max_cnt ?? 1)), days, per ?? 'PERSON']]
}

function usualDays(med_list_codg: string, name: string | null | undefined, { usual }: Params): number | undefined {
  for (const each of usual) if (meansItem(each.code, med_list_codg) || name?.includes(each.name)) return each.days
  return undefined
}

function hasUsual({ feedetail, items }: Visit, params: Params): boolean {
  return feedetail.some(({ med_list_codg }, i) => usualDays(med_list_codg, items[i]?.name, params) !== undefined)
}

/** The periods that the table sets for the item at that time and place; where it sets none, the usual one. */
function limitsOf(
  visit: Visit,
  { med_list_codg: code, fee_ocur_time: at }: FeeLine,
  { params, reference }: Context<Params>,
): Limit[] {
  const rows = reference.lookup('frequency', code, at, visit).filter(({ row }) => limitOf(row).length > 0)
  const limits = nearest(rows).flatMap(({ row }) => limitOf(row))
  if (limits.length > 0) return limits
  const days = usualDays(code, itemName(code, at, reference), params)
  return days === undefined ? [] : [[1, days, 'PERSON']]
}

function linesOf(visit: Visit, context: Context<Params>): Line[] {
  const excused = isPregnant(visit)
  const paid = hasUsual(visit, context.params)
    ? chargedLines(visit).filter((line) => inPolicy(line) > 0)
    : paidLinesKnownTo(visit, 'frequency')
  return paid.flatMap((line) => {
    const { feedetl_sn: sn, med_list_codg: charged, fee_ocur_time: at, cnt } = line
    const limits = limitsOf(visit, line, context)
    if (limits.length === 0) return []
    const code = namedIn('frequency', line, context.reference, visit)
    return [{ sn, code, charged, at, cnt, inscp: inPolicy(line), limits: excused ? [] : limits }]
  })
}

/** Other occurrences so long before the settlement may be forgotten already. */
function isForgotten({ setl_time }: Visit, { at }: Pick<Line, 'at'>): boolean {
  return setl_time - at > STAY_MEMORY
}

/** POL-04 项目周期超频次: an item repeated before its period is over. */
export default defineDetector<Evidence, Params>({
  id: 'POL-04',
  version: 9,
  title: { zh: '项目周期超频次', en: 'Item repeated before its period is over' },
  category: 'POL',
  result: 'violation',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(三)' }],
  stages: ['pre', 'mid'],
  behaviour: '超标准收费',
  // Periods are knowledge (table `frequency`, period N_DAYS); of these items the card itself names them.
  params: {
    usual: byDefault<readonly Usual[]>(
      [
        { name: '康复评定', days: 14, code: '003402000390000' },
        { name: '手功能评定', days: 14 },
        { name: '儿童听力语言训练', days: 7 },
        { name: '糖化血红蛋白', days: 60, code: '002503020030000' },
        { name: '果糖胺', days: 14 },
      ],
      'days between two of an item of which the table says nothing',
    ),
  },
  parts: [
    windowRule<Visit, Charged, Evidence, Params>({
      on: ['settlement'],
      space: 'person',
      root: (visit) => visit.psn_no,
      concerns: (visit, { params }) => isLimited(visit) || hasUsual(visit, params),
      form: FORM,
      keep: keptFor,
      remember(visit, context) {
        const limited = linesOf(visit, context)
        const back = takenBackBy(
          visit,
          (line) => limitsOf(visit, line, context).length > 0,
          (line) => namedIn('frequency', line, context.reference, visit),
        )
        if (limited.length === 0 && back.length === 0) return undefined
        const lines = limited.filter((line) => !isForgotten(visit, line))
        if (lines.length === 0 && back.length === 0) return 'STAY_TOO_LONG'
        return { visit: visitOf(visit), lines, back, ...remembered(visit) }
      },
      judge(settlements, context) {
        const holds = findingsOn(corrected<Line, Charged>(settlements, repeatedIn), context)
        return { holds: holds.length > 0 ? holds : NOTHING_HOLDS, keep: keptTogether<Line, Charged>(settlements, keptFor, holds) }
      },
    }),
  ],
  explain({ name, max_cnt, days, occurrences, interval_days, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    // All of an item on one day is one occurrence.
    const over = new Set(occurrences.filter((occurrence) => occurrence.over).map(({ day }) => day)).size
    return language === 'zh'
      ? `${name}在${days}天内限${max_cnt}次，间隔${interval_days}天即再次收费，超频${over}次共${amount}元。`
      : `${name} is paid ${counted(max_cnt, 'time')} in ${days} days and was charged again after ${interval_days}: ${counted(over, 'time')} too often, ${amount} yuan.`
  },
  example: {
    ...{ med_list_codg: '003402000390000', name: '康复评定', max_cnt: 1, days: 14 },
    occurrences: [
      { day: '2026-03-02', fixmedins_code: 'H99010100001', setl_id: 'S1', over: false },
      { day: '2026-03-10', fixmedins_code: 'H99010100002', setl_id: 'S2', over: true },
    ],
    ...{ interval_days: 8, vola_amt: 60 },
  },
})

/** A stay is settled at its end: its days may lie before those of visits that were settled earlier. */
function keptFor({ lines }: Charged): number {
  return STAY_MEMORY + (longestPeriod(lines) + 30) * DAY
}

function longestPeriod(lines: readonly Line[]): number {
  return Math.max(0, ...lines.flatMap(({ limits }) => limits.map(([, days]) => days)))
}

interface Use extends Line {
  readonly settlement: Charged
}

/** All of an item on one day: one occurrence (clarifications, 2.5b). */
interface Occurrence {
  readonly day: Day
  readonly uses: readonly Use[]
}

function occurrencesOf(uses: readonly Use[]): Occurrence[] {
  const days = groupBy(uses, ({ at }) => dayOf(at))
  return [...days].map(([day, ofDay]) => ({ day, uses: ofDay })).sort((a, b) => a.day - b.day)
}

interface Run {
  readonly occurrences: readonly Occurrence[]
  readonly over: ReadonlySet<Occurrence>
  readonly max: number
  readonly days: number
  readonly interval: number
}

function isSame([max, days, per]: Limit, other: Limit): boolean {
  return max === other[0] && days === other[1] && per === other[2]
}

/** The runs of occurrences in which one came before the limit allowed it. */
function runsOver(limit: Limit, uses: readonly Use[]): Run[] {
  const [max, days] = limit
  const occurrences = occurrencesOf(uses)
  const early = occurrences.flatMap(({ day, uses }, to) => {
    const before = occurrences[to - max]
    const isLimited = uses.some(({ limits }) => limits.some((other) => isSame(other, limit)))
    return before && isLimited && day - before.day < days ? [{ from: to - max, to, interval: day - before.day }] : []
  })
  return joined(early.map(({ from, to }) => [from, to])).map(([from, to]) => {
    const own = early.filter((one) => one.from >= from && one.to <= to)
    return {
      occurrences: occurrences.slice(from, to + 1),
      over: new Set(own.map((one) => occurrences[one.to]!)),
      ...{ max, days, interval: Math.min(...own.map(({ interval }) => interval)) },
    }
  })
}

function runsOf(uses: readonly Use[]): Run[] {
  const limits = new Map(uses.flatMap((use) => use.limits.map((limit) => [limit.join(), limit])))
  return [...limits.values()].flatMap((limit) => {
    const series = limit[2] === 'VISIT' ? [...groupBy(uses, ({ settlement }) => settlement.visit).values()] : [uses]
    return series.flatMap((ofOne) => runsOver(limit, ofOne))
  })
}

function itemsIn(settlements: readonly Charged[]) {
  const uses = settlements.flatMap((settlement) => settlement.lines.map((line) => ({ settlement, ...line })))
  return groupBy(uses, ({ code }) => code)
}

/** The uses that came too early. */
function repeatedIn(settlements: readonly Charged[]): Use[] {
  const runs = [...itemsIn(settlements).values()].flatMap(runsOf)
  return runs.flatMap(({ over }) => [...over].flatMap(({ uses }) => uses))
}

function findingsOn(settlements: readonly Charged[], context: Context<unknown>): Finding<Evidence>[] {
  return [...itemsIn(settlements)].flatMap(([code, ofItem]) => {
    const months = groupBy(runsOf(ofItem), ({ occurrences: [first] }) => monthOf(first!.day))
    return [...months].map(([month, runs]) => findingOn(`${month}|${code}`, runs, context))
  })
}

function findingOn(bucket: string, runs: readonly Run[], { root, reference }: Context<unknown>): Finding<Evidence> {
  const inTime = (a: Use, b: Use) => a.at - b.at
  const uses = [...new Set(runs.flatMap(({ occurrences }) => occurrences.flatMap((one) => one.uses)))].sort(inTime)
  const over = new Set(runs.flatMap((run) => [...run.over].flatMap((one) => one.uses)))
  const lines = uses.map((use) => {
    const line = { feedetl_sn: use.sn }
    return over.has(use) ? violating(use.settlement.id, line, use.inscp) : involved(use.settlement.id, line)
  })
  const vola_amt = lines.reduce((sum, line) => sum + line.vola_amt, 0)
  const worst = runs.reduce((most, run) => (run.interval / run.days < most.interval / most.days ? run : most))
  const { charged, at } = uses[0]!
  return {
    subject: { type: 'person', id: root },
    bucket,
    result: 'violation',
    severity: 3,
    ...restingOn(
      root,
      uses.map(({ settlement }) => settlement),
    ),
    vola_amt,
    lines,
    count: new Set([...over].map((use) => dayOf(use.at))).size,
    evidence: {
      med_list_codg: chargedAs(uses),
      name: itemName(charged, at, reference),
      max_cnt: worst.max,
      days: worst.days,
      occurrences: distinct(
        uses.map((use) => ({
          ...{ day: formatDay(dayOf(use.at)), fixmedins_code: use.settlement.fixmedins_code },
          ...{ setl_id: use.settlement.id, over: over.has(use) },
        })),
      ),
      interval_days: worst.interval,
      vola_amt: yuan(vola_amt),
    },
  }
}

/** Several lines of one settlement and day are told once. */
function distinct(occurrences: Evidence['occurrences']): Evidence['occurrences'] {
  return [...new Map(occurrences.map((one) => [`${one.day}|${one.setl_id}`, one])).values()]
}
