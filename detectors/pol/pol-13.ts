import type { FeeLine } from '../../schemas/events.ts'
import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, type Day, dayOf, formatDay, type Instant } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
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
import { isKnownTo, linesKnownTo } from '../kit/items/known.ts'
import { type CountedCode, chargedAs, namedIn, type PackedCode, packCounted, unpackCounted } from '../kit/items/named-code.ts'
import { packHead, packTime, unpackHead, unpackTime } from '../kit/parts/packed.ts'
import { type Remembered, remembered, restingOn, visitOf } from '../kit/parts/remembered.ts'
import { type Judgement, NOTHING_HOLDS, windowRule } from '../kit/parts/window.ts'
import { monthOf } from '../kit/plain/calendar.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import { byDefault } from '../params.ts'

/** What makes a course: a visit, uses with no long gap between them, or all of a life. */
type Per = 'VISIT' | 'EPISODE' | 'LIFETIME'

interface Line extends Billed, CountedCode {
  readonly max_days: number
  readonly per: Per
}

interface Charged extends Remembered, VisitBill<Line> {}

type PackedLine = readonly [sn: string, code: PackedCode, at: number, cnt: number, inscp: Fen, max_days: number, per: Per]

const FORM: Form<Charged> = {
  pack(charged) {
    const lines = charged.lines.map((line): PackedLine => {
      const { sn, at, cnt, inscp, max_days, per } = line
      return [sn, packCounted(line), packTime(at), cnt, inscp, max_days, per]
    })
    return [...packHead(charged), packVisit(charged), ...lines]
  },
  unpack(packed) {
    const [, , , visit, ...lines] = packed
    const unpackLine = ([sn, code, at, cnt, inscp, max_days, per]: PackedLine) => {
      return { sn, ...unpackCounted(code), at: unpackTime(at), cnt, inscp, max_days, per }
    }
    return { ...unpackVisit(visit), lines: lines.map(unpackLine), ...unpackHead(packed) }
  },
}

interface Evidence {
  readonly med_list_codg: string
  readonly name: string
  readonly per: Per
  readonly max_days: number
  readonly first_day: string
  readonly last_day: string
  /** Days on which the item was used. */
  readonly days: number
  readonly vola_amt: number
}

interface Params {
  readonly gap_days: number
}

/** A use is remembered so long after the last one of its item. */
const COURSE_MEMORY = 400 * DAY

interface Use extends Line {
  readonly settlement: Charged
  readonly day: Day
}

function usesOf(settlements: readonly Charged[]): Use[] {
  const uses = settlements.flatMap((settlement) => settlement.lines.map((line) => ({ settlement, ...line, day: dayOf(line.at) })))
  return uses.sort((a, b) => a.day - b.day)
}

/** The courses in the uses of one item, which come by day. */
function coursesOf(uses: readonly Use[], per: Per, { gap_days }: Params): Use[][] {
  if (per === 'LIFETIME') return [[...uses]]
  if (per === 'VISIT') return [...groupBy(uses, ({ settlement }) => settlement.visit).values()]
  const courses: Use[][] = []
  for (const use of uses) {
    const last = courses.at(-1)
    if (last && use.day - last.at(-1)!.day <= gap_days) last.push(use)
    else courses.push([use])
  }
  return courses
}

interface Overrun {
  readonly course: readonly Use[]
  readonly per: Per
  readonly days: number
  readonly max_days: number
  readonly beyond: readonly Use[]
}

function overrunOf(course: readonly Use[], per: Per): Overrun | undefined {
  const days = [...new Set(course.map(({ day }) => day))]
  // Where places pay for different times, the longest binds.
  const max_days = Math.max(...course.map((use) => use.max_days))
  if (days.length <= max_days) return undefined
  const paid = new Set(days.slice(0, max_days))
  return { course, per, days: days.length, max_days, beyond: course.filter(({ day }) => !paid.has(day)) }
}

/** POL-13 限支付疗程: an item used on more days of one course than are paid. */
export default defineDetector<Evidence, Params>({
  id: 'POL-13',
  version: 5,
  title: { zh: '限支付疗程', en: 'Course longer than is paid' },
  category: 'POL',
  result: 'violation',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(六)' }],
  stages: ['pre', 'mid'],
  behaviour: '范围外纳入结算',
  params: { gap_days: byDefault(30, 'uses further apart are another episode') },
  parts: [
    windowRule<Visit, Charged, Evidence, Params>({
      on: ['settlement'],
      space: 'person',
      root: (visit) => visit.psn_no,
      concerns: isKnownTo('course'),
      form: FORM,
      keep: COURSE_MEMORY,
      remember(visit, { reference }) {
        const countedIn = (line: FeeLine) => namedIn('course', line, reference, visit)
        const lines = paidLinesKnownTo(visit, 'course').flatMap((line) => {
          const { feedetl_sn: sn, med_list_codg: charged, fee_ocur_time: at, cnt } = line
          const { max_days, per } = reference.best('course', charged, at, visit)?.row ?? {}
          if (max_days == null) return []
          const code = countedIn(line)
          return [{ sn, code, charged, at, cnt, inscp: inPolicy(line), max_days, per: per ?? 'EPISODE' }]
        })
        const back = takenBackBy({ feedetail: linesKnownTo(visit, 'course') }, () => true, countedIn)
        if (lines.length === 0 && back.length === 0) return undefined
        return { visit: visitOf(visit), lines, back, ...remembered(visit) }
      },
      judge: judged,
    }),
  ],
  explain({ name, max_days, first_day, last_day, days, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    return language === 'zh'
      ? `${name}于${first_day}至${last_day}使用${days}天，限支付${max_days}天，超出部分${amount}元。`
      : `${name} was used on ${days} days from ${first_day} to ${last_day}; ${max_days} ${max_days === 1 ? 'is' : 'are'} paid, ${amount} yuan too much.`
  },
  example: {
    ...{ med_list_codg: 'XB01ACA001B002010100001', name: '奥扎格雷(样例)', per: 'EPISODE', max_days: 14 },
    ...{ first_day: '2026-03-02', last_day: '2026-03-18', days: 17, vola_amt: 126 },
  },
})

function judged(settlements: readonly Charged[], context: Context<Params>): Judgement<Evidence, Charged> {
  const overrunsIn = (bills: readonly Charged[]) => overrunsOf(usesOf(bills), context.params)
  const beyondIn = (bills: readonly Charged[]) => overrunsIn(bills).flatMap(({ beyond }) => beyond)
  const overruns = overrunsIn(corrected<Line, Charged>(settlements, beyondIn))
  const keep = keepOf(usesOf(settlements))
  if (overruns.length === 0) return { holds: NOTHING_HOLDS, keep: keptTogether<Line, Charged>(settlements, keep) }
  const buckets = groupBy(overruns, ({ course: [first] }) => `${monthOf(first!.day)}|${first!.code}`)
  const holds = [...buckets].map(([bucket, hits]) => findingOn(bucket, hits, context))
  return { holds, keep: keptTogether<Line, Charged>(settlements, keep, holds) }
}

function overrunsOf(uses: readonly Use[], params: Params): Overrun[] {
  return [...groupBy(uses, ({ code, per }) => `${code}|${per}`).values()].flatMap((ofItem) => {
    const { per } = ofItem[0]!
    return coursesOf(ofItem, per, params).flatMap((course) => overrunOf(course, per) ?? [])
  })
}

/** Uses of one item are remembered together; what is limited for life, for life. */
function keepOf(uses: readonly Use[]): (settlement: Charged) => number {
  const newest = new Map<string, Instant>()
  for (const { code, settlement } of uses) newest.set(code, Math.max(newest.get(code) ?? 0, settlement.at))
  return ({ at, lines }) => {
    if (lines.some(({ per }) => per === 'LIFETIME')) return Number.POSITIVE_INFINITY
    return Math.max(at, ...lines.map(({ code }) => newest.get(code)!)) - at + COURSE_MEMORY
  }
}

function findingOn(bucket: string, hits: readonly Overrun[], { root, reference }: Context<Params>): Finding<Evidence> {
  const beyond = new Set(hits.flatMap((hit) => hit.beyond))
  const uses = [...new Set(hits.flatMap(({ course }) => course))]
  const lines = uses.map((use) => {
    const line = { feedetl_sn: use.sn }
    return beyond.has(use) ? violating(use.settlement.id, line, use.inscp) : involved(use.settlement.id, line)
  })
  const vola_amt = lines.reduce((sum, line) => sum + line.vola_amt, 0)
  const worst = hits.reduce((most, hit) => (hit.days - hit.max_days > most.days - most.max_days ? hit : most))
  const [first, last] = [worst.course[0]!, worst.course.at(-1)!]
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
    count: hits.length,
    evidence: {
      med_list_codg: chargedAs(uses),
      name: itemName(first.charged, first.at, reference),
      per: worst.per,
      max_days: worst.max_days,
      first_day: formatDay(first.day),
      last_day: formatDay(last.day),
      days: worst.days,
      vola_amt: yuan(vola_amt),
    },
  }
}
