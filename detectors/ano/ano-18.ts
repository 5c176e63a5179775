import type { Admission, Discharge } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { type Fen, formatYuan, shareOf, yuan } from '../../schemas/money.ts'
import { DAY, type Day, dayOf, formatDay, HOUR, type Instant, startOfDay } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Step, UNCHANGED, type Visit } from '../detector.ts'
import { packTime, unpackTime } from '../kit/packed.ts'
import { inTime } from '../kit/remembered.ts'
import type { Entry } from '../kit/window.ts'
import { byDefault } from '../params.ts'

interface Settled extends Entry {
  readonly begntime: Instant
  readonly endtime: Instant
  readonly mid: boolean
  readonly fund: Fen
}

type PackedSettled = readonly [id: string, at: number, begntime: number, endtime: number, mid: 0 | 1, fund: Fen]

/** What is known of one stay; times are 0 while unknown. */
interface Stay {
  began: Instant
  ended: Instant
  /** Of the discharge: a later one corrects it. */
  ingested: Instant
  settled: Settled[]
}

interface Memory {
  readonly stays: Record<string, Stay>
  /** Beds on each day that has been judged and still matters. */
  readonly beds: Record<string, number>
  judged: Day
  /** Stays are told by their settlements alone: days long over may still turn out to have been too full. */
  unannounced: boolean
}

interface Evidence {
  readonly fixmedins_code: string
  readonly beds: number
  readonly limit: number
  readonly days: readonly { readonly day: string; readonly inpatients: number }[]
  readonly day_count: number
  readonly peak: number
  readonly vola_amt: number
}

interface Params {
  readonly occupancy: number
  readonly days: number
}

/** A day is judged when no admission or discharge of it can arrive any more. */
const CLOSES = 72 * HOUR
/** Days that settlement and correction of a stay may still change. */
const SETTLES = 8
/** Of a stay that only its settlement tells of, so many days before that count ... */
const TOLD_BACK = 4
/** ... and so many where nobody announces stays. */
const LOOKED_BACK = 35
/** Of a stay that nobody ended for so long the end was lost. */
const LONGEST_OPEN = 180
const SHOWN = 31
const MOST_SETTLEMENTS = 500

interface Span {
  readonly began: Instant
  readonly ended: Instant
  readonly stay: Stay
}

/** Events beat the header of the settlement, which tells of those that nobody announced. */
function spanOf(stay: Stay, unannounced: boolean): Span {
  const { settled } = stay
  const ended = settled.flatMap(({ mid, endtime }) => (!mid && endtime > 0 ? [endtime] : []))
  return {
    began: stay.began || toldBegin(settled, unannounced ? LOOKED_BACK : TOLD_BACK),
    ended: stay.ended || (ended.length > 0 ? Math.max(...ended) : 0),
    stay,
  }
}

function toldBegin(settled: readonly Settled[], back: number): Instant {
  const began = settled.flatMap(({ begntime }) => (begntime > 0 ? [begntime] : []))
  if (began.length === 0) return 0
  const first = Math.min(...settled.map(({ at }) => at))
  return Math.max(Math.min(...began), startOfDay(dayOf(first) - back))
}

/** Who is there at midnight; the day wards' patients are not. */
function isThere({ began, ended }: Span, day: Day): boolean {
  const from = dayOf(began)
  return began > 0 && from <= day && day - from < LONGEST_OPEN && (ended === 0 || dayOf(ended) > day)
}

const there = (spans: readonly Span[], day: Day) => spans.filter((span) => isThere(span, day))

function findingOn(root: string, days: readonly Day[], spans: readonly Span[], memory: Memory, { params }: Context<Params>) {
  const counts = days.map((day) => ({ day: formatDay(day), inpatients: there(spans, day).length }))
  const peak = Math.max(...counts.map(({ inpatients }) => inpatients))
  const made = days[params.days - 1]!
  const beds = memory.beds[made]!
  const present = spans.filter((span) => days.some((day) => isThere(span, day)))
  const settled = present.flatMap(({ stay }) => stay.settled).sort(inTime)
  const fund = settled.reduce((sum, entry) => sum + entry.fund, 0)
  // Nobody can say which of the patients had no bed: the amount is the share of those that were too many.
  const vola_amt = shareOf(fund, peak - beds, peak)
  const finding: Finding<Evidence> = {
    subject: { type: 'institution', id: root },
    bucket: formatDay(made),
    result: 'suspicion',
    severity: 2,
    vola_amt,
    setl_ids: settled.slice(0, MOST_SETTLEMENTS).map(({ id }) => id),
    setl_count: settled.length,
    lines: [],
    at: startOfDay(made + 1) - 1000,
    first_seen: startOfDay(days[0]!),
    last_seen: startOfDay(days.at(-1)! + 1) - 1000,
    count: days.length,
    ...{ psn_no: '', fixmedins_code: root, admdvs: '', insu_admdvs: '' },
    evidence: {
      fixmedins_code: root,
      beds,
      limit: Math.floor(beds * params.occupancy),
      days: counts.slice(0, SHOWN),
      day_count: days.length,
      peak,
      vola_amt: yuan(vola_amt),
    },
  }
  return finding
}

/** Rows of consecutive days. */
function rowsOf(days: readonly Day[]): Day[][] {
  const rows: Day[][] = []
  for (const day of days) {
    const last = rows.at(-1)
    if (last?.at(-1) === day - 1) last.push(day)
    else rows.push([day])
  }
  return rows
}

/** No admission can come any more of a stay that was settled before this; who came before history began could not be announced. */
function isUnannounced({ began, settled }: Stay, closed: Instant, since: Instant): boolean {
  return began === 0 && settled.some(({ at, begntime }) => at < closed && begntime > since + DAY)
}

function bedsOn(day: Day, { root, reference }: Context<Params>): number {
  return reference.find('institution', root, startOfDay(day))?.row.beds ?? 0
}

/** From this day on those that have been judged will be judged anew. */
function remember(memory: Memory, from: Day, context: Context<Params>): void {
  for (let day = from; day <= memory.judged; day++) memory.beds[day] ??= bedsOn(day, context)
}

/** The last day of which nothing can arrive any more; none while time is unknown. */
function lastClosed(watermark: Instant): Day {
  return dayOf(watermark - CLOSES) - 1
}

/** Judges the days that are over, and anew those that are remembered. */
function judged(memory: Memory, context: Context<Params>): Step<Memory, Evidence> {
  const { root, params, watermark, history_from } = context
  const last = lastClosed(watermark)
  while (memory.judged < last) memory.beds[++memory.judged] = bedsOn(memory.judged, context)
  const closed = startOfDay(memory.judged + 1)
  const stays = Object.values(memory.stays)
  memory.unannounced ||= stays.some((stay) => isUnannounced(stay, closed, history_from))
  const spans = stays.map((stay) => spanOf(stay, memory.unannounced))
  const reach = SETTLES + (memory.unannounced ? LOOKED_BACK : 0)
  if (memory.unannounced) remember(memory, memory.judged - reach + 1, context)
  const days = Object.keys(memory.beds).map(Number)
  const over = days.filter((day) => memory.beds[day]! > 0 && there(spans, day).length > memory.beds[day]! * params.occupancy)
  const holds = rowsOf(over.sort((a, b) => a - b))
    .filter(({ length }) => length >= params.days)
    .map((row) => findingOn(root, row, spans, memory, context))
  const isNear = (day: Day) => day > memory.judged - reach
  for (const day of days) if (!isNear(day) && !over.includes(day)) delete memory.beds[day]
  let isQuiet = true
  for (const [visit, stay] of Object.entries(memory.stays)) {
    const span = spanOf(stay, memory.unannounced)
    const newest = Math.max(span.began, span.ended, ...stay.settled.map(({ at }) => at))
    const isOpen = span.began > 0 && span.ended === 0 && memory.judged - dayOf(span.began) < LONGEST_OPEN
    if (isOpen || isNear(dayOf(newest))) isQuiet = false
    else if (!over.some((day) => isThere(span, day))) delete memory.stays[visit]
  }
  const next = nextVerdict(memory)
  // Days on which nothing can change are made up for when something happens again.
  return { state: memory, holds, wakeAt: isQuiet ? undefined : next, forgetAt: next + LONGEST_OPEN * DAY }
}

/** Of two days up to which was judged, where the first may be unknown. */
function earliest(known: Day, day: Day): Day {
  return known === 0 ? day : Math.min(known, day)
}

function settledIn({
  setl_id: id,
  setl_time: at,
  begntime = 0,
  endtime = 0,
  mid_setl_flag,
  fund_pay_sumamt: fund,
}: Visit): Settled {
  return { id, at, begntime, endtime, mid: mid_setl_flag === '1', fund }
}

const visitOf = ({ mdtrt_id, ...event }: Visit | Admission | Discharge) =>
  mdtrt_id || (event.kind === 'settlement' ? event.setl_id : '')

/** When the next day is over for good. */
function nextVerdict({ judged: last }: Memory): Instant {
  return startOfDay(last + 2) + CLOSES
}

/** ANO-18 床位超载: on consecutive midnights many more patients than beds. */
export default defineDetector<Evidence, Params>({
  id: 'ANO-18',
  version: 3,
  title: { zh: '床位超载', en: 'More inpatients than beds' },
  category: 'ANO',
  result: 'suspicion',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '38(一)' },
    { law: '医疗保障基金使用监督管理条例', article: '40(三)' },
  ],
  stages: ['mid'],
  behaviour: '挂床住院',
  params: {
    occupancy: byDefault(1.2, 'more inpatients than this times the beds'),
    days: byDefault(2, 'on at least so many consecutive days'),
  },
  parts: [
    {
      name: '',
      on: ['admission', 'discharge', 'settlement'],
      space: 'institution',
      root: ({ fixmedins_code }: Visit | Admission | Discharge) => fixmedins_code,
      key: () => '',
      concerns: (event: Visit | Admission | Discharge) => event.kind !== 'settlement' || isInpatient(event.med_class),
      memoryless: false,
      owned: true,
      form: {
        pack: ({ stays, beds, judged, unannounced }: Memory) => [
          judged,
          beds,
          unannounced ? 1 : 0,
          ...Object.entries(stays).map(([visit, { began, ended, ingested, settled }]) => [
            ...[visit, packTime(began), packTime(ended), packTime(ingested)],
            ...settled.flatMap(({ id, at, begntime, endtime, mid, fund }) => {
              return [id, packTime(at), packTime(begntime), packTime(endtime), mid ? 1 : 0, fund]
            }),
          ]),
        ],
        unpack: ([last, beds, flag, ...packed]: [
          Day,
          Memory['beds'],
          number,
          ...[string, number, number, number, ...never[]][],
        ]) => {
          const stays: Record<string, Stay> = {}
          for (const [visit, began, ended, ingested, ...rest] of packed) {
            const settled: Settled[] = []
            for (let i = 0; i < rest.length; i += 6) {
              const [id, at, from, to, mid, fund] = rest.slice(i, i + 6) as unknown as PackedSettled
              const [begntime, endtime] = [unpackTime(from), unpackTime(to)]
              settled.push({ id, at: unpackTime(at), begntime, endtime, mid: mid === 1, fund })
            }
            stays[visit] = { began: unpackTime(began), ended: unpackTime(ended), ingested: unpackTime(ingested), settled }
          }
          return { stays, beds, judged: last, unannounced: flag === 1 }
        },
      },
      initial: (): Memory => ({ stays: {}, beds: {}, judged: 0, unannounced: false }),
      onEvent(memory: Memory, event: Visit | Admission | Discharge, context) {
        const visit = visitOf(event)
        // Who has no beds registered cannot be overloaded.
        if (!context.reference.find('institution', context.root, context.at)?.row.beds)
          return { unchanged: true, state: undefined, skipped: 'REFERENCE_MISSING' }
        // What has rested is brought up to date without the newcomer, as if it had been judged day by day.
        const hasRested = memory.judged > 0 && context.watermark >= nextVerdict(memory)
        const holds = hasRested ? judged(memory, context).holds : undefined
        const first = dayOf(context.at) - TOLD_BACK
        memory.judged = earliest(memory.judged, Math.max(first - 1, lastClosed(context.watermark)))
        remember(memory, first, context)
        memory.stays[visit] ??= { began: 0, ended: 0, ingested: 0, settled: [] }
        const stay = memory.stays[visit]!
        if (event.kind === 'admission') stay.began = event.begntime
        else if (event.kind === 'settlement') stay.settled.push(settledIn(event))
        else {
          const ingested = event.ingest_time ?? 0
          const isLater = ingested > stay.ingested || (ingested === stay.ingested && event.endtime > stay.ended)
          if (stay.ended === 0 || isLater) Object.assign(stay, { ended: event.endtime, ingested })
        }
        const wakeAt = nextVerdict(memory)
        return { state: memory, holds, wakeAt, forgetAt: wakeAt + LONGEST_OPEN * DAY }
      },
      onVoid(memory: Memory, original, context) {
        if (original.kind !== 'settlement' || !isInpatient(original.med_class)) return UNCHANGED
        const stay = memory.stays[visitOf(original)]
        if (!stay) return UNCHANGED
        stay.settled = stay.settled.filter(({ id }) => id !== original.setl_id)
        if (stay.settled.length === 0 && stay.began === 0 && stay.ended === 0) delete memory.stays[visitOf(original)]
        return judged(memory, context)
      },
      onTime: judged,
    },
  ],
  explain({ beds, limit, days, day_count, peak, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    const [first] = days
    return language === 'zh'
      ? `${first!.day}起连续${day_count}天在院人数超过床位${beds}张的上限${limit}人，最多${peak}人，涉及基金${amount}元。`
      : `From ${first!.day} on for ${day_count} days more inpatients than ${limit} for ${beds} beds, at most ${peak}; ${amount} yuan of the fund are concerned.`
  },
  example: {
    fixmedins_code: 'H99010100001',
    beds: 50,
    limit: 60,
    days: [
      { day: '2026-03-02', inpatients: 63 },
      { day: '2026-03-03', inpatients: 65 },
    ],
    day_count: 2,
    peak: 65,
    vola_amt: 18_400,
  },
})
