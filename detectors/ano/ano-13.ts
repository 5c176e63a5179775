import { formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, type Day, dayOf, formatDay, formatInstant, HOUR, MINUTE, parseDay, SECOND, startOfDay } from '../../schemas/time.ts'
import {
  type Context,
  defineDetector,
  type Finding,
  type Part,
  type Step,
  type Told,
  UNCHANGED,
  type Visit,
} from '../detector.ts'
import { isWorkday } from '../kit/calendar.ts'
import { commonRises, type Residual } from '../kit/common-rise.ts'
import { poolingAreaOf } from '../kit/county.ts'
import { addId, type FirstIds, namedIds, noIds, removeId } from '../kit/first-ids.ts'
import { type Chart, hoursOf, type Quarters, quarterOf, recountQuarter, surgeIn } from '../kit/quarter-hours.ts'
import { type DayValues, expectationOf } from '../kit/weekday-baseline.ts'
import { NOTHING_HOLDS } from '../kit/window.ts'
import { byDefault } from '../params.ts'
import type { ReferenceView } from '../reference.ts'

const METRICS = ['settlements', 'fund', 'persons'] as const
type Metric = (typeof METRICS)[number]

/** How a day stood before it, and what was expected of it. */
interface Ground {
  /** CUSUM at the end of the day before. */
  readonly before: number
  readonly since: Day
  readonly expected: number
  readonly sigma: number
  /** Median residual of the county's institutions, or of the kind's: what an epidemic brings to all. */
  readonly region: number
}
type Grounds = Readonly<Partial<Record<Metric, Ground>>>

/** One day of one institution. */
interface DayMemory {
  settlements: number
  fund: number
  /** Sum of the squares of what each settlement costs the fund, in whole yuan: exact in whatever order they come. */
  squares: number
  /** How many settlements each person has had. */
  readonly people: Record<string, number>
  admdvs: string
  readonly ids: FirstIds
  grounds?: Grounds
  /** Settlements in each quarter hour, and what each hour usually brings; `null` where nobody knows, absent until asked. */
  readonly quarters: Quarters
  hours?: readonly number[] | null
  /** Something has risen within hours. */
  surging?: true
}

/** What an institution's days came to, and where the sums stand. */
interface Course {
  readonly days: readonly DayValues[]
  /** How settlements spread over the hours of a day: of built days, the latest most. */
  readonly hours: readonly number[]
  readonly sums: Readonly<Partial<Record<Metric, { readonly sum: number; readonly since: Day }>>>
  /** A day whose residual waits for the region's. */
  readonly waiting?: {
    readonly day: Day
    readonly grounds: Grounds
    readonly values: DayValues['values']
    /** What rose within the day asks what the region saw. */
    readonly surging?: true
  }
}

interface Evidence {
  readonly day: string
  readonly fixmedins_code: string
  readonly metric: Metric | typeof QUARTERS
  readonly value: number
  readonly expected: number
  /** The residual in standard deviations, the region's taken off. */
  readonly z: number
  readonly region_z: number
  readonly cusum: number
  readonly threshold: number
  /** Day on which the sum began to rise. */
  readonly since: string
  /** What rose within the day; `null` where the whole day did. */
  readonly within: { readonly from: string; readonly to: string } | null
}

interface Params {
  readonly warm_up_days: number
  readonly baseline_days: number
  readonly slack: number
  readonly threshold: number
  readonly least_factor: number
  readonly least_settlements: number
  readonly region_institutions: number
  readonly chart: Chart
  readonly surge_settlements: number
  readonly surge_factor: number
}

const QUARTERS = 'quarters'
const WORDS_ZH = {
  settlements: ['结算', '笔'],
  fund: ['基金支出', '元'],
  persons: ['就诊购药', '人'],
  quarters: ['结算', '笔'],
} as const
const WORDS_EN = { settlements: 'settlements', fund: 'yuan of the fund', persons: 'persons', quarters: 'settlements' } as const
const [DAY_TOPIC, RESIDUAL, REGION, ALARM, ASK, HOURS] = ['day', 'residual', 'region', 'alarm', 'ask', 'hours'].map(
  (what) => `ANO-13/${what}`,
) as [string, string, string, string, string, string]
/** What an hour of today has in common with one of two weeks ago. */
const FADING = 13 / 14
const NO_HOURS: readonly number[] = new Array<number>(24).fill(0)
/** A day is built when nothing of it can arrive any more, and never reopened; then institutions are compared. */
const [CLOSES, ANSWERS] = [72 * HOUR, 72 * HOUR + 10 * MINUTE]
const KEPT = 8 * DAY
/** At the beginning of a day the fourth day before it is the last one that is built. */
const DAYS_UNTIL_BUILT = 4

const told = (topic: string, of: string, day: Day, values: unknown, { at }: { at: number }): Told => {
  return { kind: 'told', topic, of, period: formatDay(day), at, admdvs: '', values }
}

/** Not as its weekday usually is: a holiday, a working weekend, and the day after either. */
function isSpecial(day: Day, reference: ReferenceView): boolean {
  const isUsual = (other: Day) => isWorkday(other, reference) === ((other + 4) % 7 !== 0 && (other + 4) % 7 !== 6)
  return !isUsual(day) || !isUsual(day - 1)
}

function zOf(value: number, { expected, sigma, region }: Ground): number {
  return (value - expected) / sigma - region
}

function sumOf(value: number, ground: Ground, { slack }: Params): number {
  return Math.max(0, ground.before + zOf(value, ground) - slack)
}

const FEN_PER_YUAN = 100

function squareOf({ fund_pay_sumamt }: Visit): number {
  return Math.round(fund_pay_sumamt / FEN_PER_YUAN) ** 2
}

/** Who has come: a settlement more or less of somebody. */
function recount(people: Record<string, number>, psn_no: string, change: 1 | -1): void {
  const left = (people[psn_no] ?? 0) + change
  if (left > 0) people[psn_no] = left
  else delete people[psn_no]
}

function valuesOf({ settlements, fund, people }: DayMemory): Readonly<Record<Metric, number>> {
  return { settlements, fund, persons: Object.keys(people).length }
}

const two = (value: number) => Math.round(value * 100) / 100

function findingOn(root: string, day: Day, metric: Metric, memory: DayMemory, params: Params): Finding<Evidence> | undefined {
  const ground = memory.grounds?.[metric]
  if (!ground) return undefined
  const value = valuesOf(memory)[metric]
  const cusum = sumOf(value, ground, params)
  const isMuch = value >= params.least_factor * ground.expected && memory.settlements >= params.least_settlements
  if (cusum <= params.threshold || !isMuch) return undefined
  const inUnits = (amount: number) => (metric === 'fund' ? yuan(Math.round(amount)) : two(amount))
  const setl_ids = namedIds(memory.ids)
  return {
    subject: { type: 'institution', id: root },
    bucket: `${formatDay(day)}|${metric}`,
    result: 'indicator',
    severity: 3,
    vola_amt: 0,
    setl_ids,
    setl_count: memory.settlements,
    lines: [],
    at: memory.ids.ats[setl_ids.length - 1] ?? startOfDay(day),
    first_seen: startOfDay(ground.since),
    count: memory.settlements,
    ...{ psn_no: '', fixmedins_code: root, admdvs: memory.admdvs, insu_admdvs: '' },
    evidence: {
      day: formatDay(day),
      fixmedins_code: root,
      metric,
      value: inUnits(value),
      expected: inUnits(ground.expected),
      z: two(zOf(value, ground)),
      region_z: two(ground.region),
      cusum: two(cusum),
      threshold: params.threshold,
      since: formatDay(ground.since),
      within: null,
    },
  }
}

/** More people are told where they are not simply those of more settlements. */
function dayFindings(root: string, day: Day, memory: DayMemory, params: Params): Finding<Evidence>[] {
  const [settlements, fund, persons] = METRICS.map((metric) => findingOn(root, day, metric, memory, params))
  return [settlements ?? persons, fund].flatMap((finding) => finding ?? [])
}

/** How many times the usual an epidemic has brought to all, as far as the region has answered; what is less is chance. */
function commonFactor(ground: Ground | undefined, { least_factor }: Params): number {
  const factor = ground ? 1 + (ground.region * ground.sigma) / Math.max(1, ground.expected) : 1
  return factor >= least_factor ? factor : 1
}

/** What rose within hours, far above what the same hours of such a day usually bring, or brought to all of the region. */
function surgeFinding(root: string, day: Day, memory: DayMemory, params: Params): Finding<Evidence> | undefined {
  const { quarters, settlements, ids, admdvs } = memory
  if (!memory.hours || settlements < params.surge_settlements) return undefined
  const ground = memory.grounds?.settlements
  const factor = commonFactor(ground, params)
  // In an epidemic people come at hours at which nobody comes else: then the whole day tells.
  if (ground && factor > 1 && settlements < factor * ground.expected + params.surge_settlements) return undefined
  const hours = memory.hours.map((usual) => factor * usual)
  const surge = surgeIn(quarters, hours, day, params.chart, (count, expected) => {
    return count >= params.surge_settlements && count >= params.surge_factor * expected
  })
  if (!surge) return undefined
  const { from, to, count, expected, height } = surge
  const within = ids.ats.flatMap((at, i) => (at >= from && at < to ? [{ id: ids.ids[i]!, at }] : []))
  return {
    subject: { type: 'institution', id: root },
    bucket: `${formatDay(day)}|${QUARTERS}`,
    result: 'indicator',
    severity: 3,
    vola_amt: 0,
    setl_ids: within.map(({ id }) => id),
    lines: [],
    at: within.at(-1)?.at ?? to - SECOND,
    first_seen: from,
    count,
    ...{ psn_no: '', fixmedins_code: root, admdvs, insu_admdvs: '' },
    evidence: {
      ...{ day: formatDay(day), fixmedins_code: root, metric: QUARTERS, value: count, expected: two(expected) },
      ...{ z: two(height), region_z: two(ground?.region ?? 0), cusum: 0, threshold: params.chart.limit, since: formatDay(day) },
      within: { from: formatInstant(from), to: formatInstant(to) },
    },
  }
}

const dayPart: Part<Visit | Told, DayMemory, Evidence, Params> = {
  name: '',
  on: ['settlement', 'told'],
  hears: [ALARM, HOURS],
  space: 'institution',
  root: (event) => {
    if (event.kind === 'settlement') return event.fixmedins_code
    return event.topic === ALARM || event.topic === HOURS ? event.of : ''
  },
  key: (event) => (event.kind === 'settlement' ? formatDay(dayOf(event.setl_time)) : event.period),
  memoryless: false,
  owned: true,
  initial: () => ({ settlements: 0, fund: 0, squares: 0, people: {}, admdvs: '', ids: noIds(), quarters: {} }),
  onEvent(memory, event, context) {
    if (event.kind === 'told') {
      if (event.topic === HOURS) memory.hours = event.values as readonly number[]
      else memory.grounds = event.values as Grounds
      return judgedDay(memory, parseDay(event.period), context)
    }
    const day = dayOf(event.setl_time)
    recountQuarter(memory.quarters, quarterOf(event.setl_time, day), 1)
    memory.settlements++
    memory.fund += event.fund_pay_sumamt
    memory.squares += squareOf(event)
    recount(memory.people, event.psn_no, 1)
    memory.admdvs ||= event.admdvs
    addId(memory.ids, event.setl_id, event.setl_time)
    return judgedDay(memory, day, context)
  },
  onVoid(memory, original, context) {
    const visit = original as Visit
    memory.settlements--
    memory.fund -= visit.fund_pay_sumamt
    memory.squares -= squareOf(visit)
    recount(memory.people, visit.psn_no, -1)
    removeId(memory.ids, visit.setl_id)
    const day = dayOf(visit.setl_time)
    recountQuarter(memory.quarters, quarterOf(visit.setl_time, day), -1)
    return judgedDay(memory, day, context)
  },
  onTime(memory, context) {
    if (memory.hours === undefined) return judgedDay(memory, dayOf(context.at), context)
    const day = dayOf(context.at - CLOSES) - 1
    const { settlements, squares, quarters, surging } = memory
    if (settlements === 0) return { state: undefined }
    const values: DayTold = { values: { ...valuesOf(memory), squares }, hours: hoursOf(quarters), ...(surging && { surging }) }
    const tells = [told(DAY_TOPIC, context.root, day, values, context)]
    return { state: memory, tells, forgetAt: startOfDay(day + 1) + KEPT }
  },
}

function judgedDay(memory: DayMemory, day: Day, { root, at, params, watermark }: Context<Params>): Step<DayMemory, Evidence> {
  const closes = startOfDay(day + 1) + CLOSES
  const begun = startOfDay(day) + SECOND
  // What is usual is asked for when the day has begun: all days are built then with which it is compared.
  const asks = memory.hours === undefined && watermark >= begun
  if (asks) memory.hours = null
  const wakeAt = memory.hours === undefined ? begun : watermark < closes ? closes : undefined
  const tells = asks ? [told(ASK, root, day, null, { at })] : undefined
  const step = { state: memory, tells, wakeAt, forgetAt: closes + KEPT }
  const isClosed = watermark >= closes && memory.grounds !== undefined
  const maySurge = memory.surging || (memory.hours && memory.settlements >= params.surge_settlements)
  if (!isClosed && !maySurge) return step
  const ofDay = isClosed ? dayFindings(root, day, memory, params) : NOTHING_HOLDS
  const surge = surgeFinding(root, day, memory, params)
  if (surge) memory.surging = true
  else delete memory.surging
  return { holds: surge ? [...ofDay, surge] : ofDay, ...step }
}

const coursePart: Part<Told, Course, Evidence, Params> = {
  name: 'COURSE',
  on: ['told'],
  hears: [DAY_TOPIC, REGION, ASK],
  space: 'institution',
  root: ({ topic, of }) => (topic === DAY_TOPIC || topic === REGION || topic === ASK ? of : ''),
  key: () => '',
  memoryless: false,
  initial: () => ({ days: [], hours: NO_HOURS, sums: {} }),
  onEvent(course, { topic, period, values }, context) {
    const day = parseDay(period)
    if (topic === ASK) return withQuestion(course, day, context)
    return topic === DAY_TOPIC
      ? withDay(course, day, values as DayTold, context)
      : withRegion(course, day, values as Record<Metric, number>, context)
  },
}

/** What a day that is over has come to, in which hours its settlements lay, and whether something rose within hours. */
interface DayTold extends Pick<DayValues, 'values'> {
  readonly hours: readonly number[]
  readonly surging?: true
}

/** Whether a day's fund is shared by so many settlements that a few dear ones of them do not make it. */
function isShared({ fund, squares }: DayValues['values'], { least_settlements }: Params): boolean {
  return (fund! / FEN_PER_YUAN) ** 2 >= least_settlements * squares!
}

/** A day has begun: it is told what each of its hours usually brings, unless it is special or too little is known. */
function withQuestion(course: Course, day: Day, context: Context<Params>): Step<Course, Evidence> {
  const { days, hours } = course
  const [first, last] = [days[0], days.at(-1)]
  const isKnown = first && last && last.day <= day - DAYS_UNTIL_BUILT && day - first.day >= context.params.warm_up_days
  if (!isKnown || isSpecial(day, context.reference)) return UNCHANGED
  const { mean } = expectationOf(days, day, 'settlements', (expected) => expected)
  const all = hours.reduce((sum, count) => sum + count, 0)
  const usual = hours.map((count) => two((count / Math.max(1, all)) * mean))
  const forgetAt = startOfDay(last.day + context.params.baseline_days)
  return { state: course, tells: [told(HOURS, context.root, day, usual, context)], forgetAt }
}

/** A day is over: what was expected of it is told to the region. */
function withDay(course: Course, day: Day, dayTold: DayTold, context: Context<Params>): Step<Course, Evidence> {
  const { values, hours: ofDay, surging } = dayTold
  const { root, params, reference } = context
  const since = day - DAYS_UNTIL_BUILT - params.baseline_days
  const built = course.days.filter((known) => known.day <= day - DAYS_UNTIL_BUILT)
  const isSpecialDay = isSpecial(day, reference)
  const days = [...course.days.filter((known) => known.day > since), ...(isSpecialDay ? [] : [{ day, values }])]
  const hours = isSpecialDay ? course.hours : course.hours.map((count, hour) => two(FADING * count + ofDay[hour]!))
  const isWarm = built.length > 0 && day - course.days[0]!.day >= params.warm_up_days
  const forgetAt = startOfDay(day + params.baseline_days)
  if (isSpecialDay || !isWarm) return { state: { days, hours, sums: course.sums }, forgetAt }
  const grounds: Partial<Record<Metric, Ground>> = {}
  // A sum of amounts that come by chance scatters by their squares: a few dear stays are no rise of business.
  const ofFund = (built.reduce((sum, known) => sum + known.values.squares!, 0) / built.length) * FEN_PER_YUAN ** 2
  for (const metric of METRICS) {
    const variance = (expected: number) => (metric === 'fund' ? ofFund : expected)
    const { mean, sigma: usual, error } = expectationOf(built, day, metric, variance)
    // Nor is what a few dear stays of the day itself may bring; where all have become dearer, it is.
    const isOfFew = metric === 'fund' && !isShared(values, params)
    const scatter = isOfFew ? Math.max(usual, FEN_PER_YUAN * Math.sqrt(values.squares!)) : usual
    const sigma = Math.hypot(scatter, error)
    const known = course.sums[metric]
    const isNext = course.days.at(-1)?.day === day - 1 || isSpecial(day - 1, reference)
    const before = known && isNext ? known : { sum: 0, since: day }
    grounds[metric] = {
      ...{ before: before.sum, since: before.sum > 0 ? before.since : day, region: 0 },
      ...{ expected: Math.round(mean * 100) / 100, sigma: Math.round(sigma * 100) / 100 },
    }
  }
  const z = Object.fromEntries(METRICS.map((metric) => [metric, zOf(values[metric]!, grounds[metric]!)])) as Record<
    Metric,
    number
  >
  const residual: Residual<Metric> = { kind: reference.find('institution', root, startOfDay(day))?.row.kind ?? '', z }
  const tells = [told(RESIDUAL, root, day, residual, context)]
  const waiting = { day, grounds, values, ...(surging && { surging }) }
  return { state: { days, hours, sums: course.sums, waiting }, tells, forgetAt }
}

/** The region has answered: the sums go on, and where one is too high the day is told. */
function withRegion(
  course: Course,
  day: Day,
  region: Readonly<Record<Metric, number>>,
  context: Context<Params>,
): Step<Course, Evidence> {
  const { waiting, days, hours } = course
  if (waiting?.day !== day) return UNCHANGED
  const grounds: Partial<Record<Metric, Ground>> = {}
  const sums: Partial<Record<Metric, { sum: number; since: Day }>> = {}
  let isHigh = false
  for (const metric of METRICS) {
    const ground = { ...waiting.grounds[metric]!, region: region[metric] }
    const sum = sumOf(waiting.values[metric]!, ground, context.params)
    grounds[metric] = ground
    // A sum that has raised the alarm starts afresh.
    sums[metric] = { sum: sum > context.params.threshold ? 0 : Math.round(sum * 1e6) / 1e6, since: ground.since }
    if (sum > context.params.threshold) isHigh = true
  }
  const isCommon = waiting.surging !== undefined && region.settlements > 0
  const forgetAt = startOfDay(day + context.params.baseline_days)
  return {
    state: { days, hours, sums },
    tells: isHigh || isCommon ? [told(ALARM, context.root, day, grounds, context)] : undefined,
    forgetAt,
  }
}

interface Region {
  readonly residuals: Record<string, Residual<Metric>>
}

const regionPart: Part<Told, Region, Evidence, Params> = {
  name: 'REGION',
  on: ['told'],
  hears: [RESIDUAL],
  space: 'peers',
  root: ({ topic, of }) => (topic === RESIDUAL ? poolingAreaOf(of) : ''),
  key: ({ period }) => period,
  memoryless: false,
  owned: true,
  initial: () => ({ residuals: {} }),
  onEvent(region, { of, period, values }) {
    region.residuals[of] = values as Residual<Metric>
    return { state: region, wakeAt: startOfDay(parseDay(period) + 1) + ANSWERS }
  },
  onTime({ residuals }, context) {
    const day = dayOf(context.at - ANSWERS) - 1
    const rises = commonRises(residuals, METRICS, context.params.region_institutions)
    const tells = [...rises].map(([code, rise]) => told(REGION, code, day, rise, context))
    return { state: undefined, tells }
  },
}

/**
 * ANO-13 业务量突增: an institution's days rise far above what their weekdays usually bring, and above what all of the county
 * or of the kind see. Days are summed up (CUSUM) when they are built; what rises within hours a moving average (EWMA) tells at once.
 */
export default defineDetector<Evidence, Params>({
  id: 'ANO-13',
  version: 7,
  title: { zh: '业务量突增', en: 'Sudden rise of business' },
  category: 'ANO',
  result: 'indicator',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '16' }],
  stages: ['mid'],
  behaviour: '为非定点机构结算',
  params: {
    warm_up_days: byDefault(14, 'days that must be known before one is judged'),
    baseline_days: byDefault(56, 'days of which the mean of a weekday is taken'),
    slack: byDefault(0.5, 'k: standard deviations that a day may lie above without being summed'),
    threshold: byDefault(5, 'h: the sum above which there is an alarm'),
    least_factor: byDefault(1.5, 'times what is expected: less is no rise that anybody need look at'),
    least_settlements: byDefault(10, 'days with fewer settlements are never a rise'),
    region_institutions: byDefault(
      5,
      'institutions of a county, or of a kind in the pooling area, whose common rise is taken off',
    ),
    chart: byDefault({ lambda: 0.2, limit: 4 }, 'EWMA of quarter hours: weight of the newest, and standard deviations allowed'),
    surge_settlements: byDefault(20, 'fewer within hours are no rise; ANO-03 and ANO-05 look at them'),
    surge_factor: byDefault(3, 'times what the hours usually bring: less is no rise within a day'),
  },
  parts: [dayPart, coursePart, regionPart],
  explain({ day, metric, value, expected, z, cusum, threshold, since, within }, language) {
    const zh = language === 'zh'
    if (within) {
      const [from, to] = [within.from.slice(11, 16), within.to.slice(11, 16)]
      return zh
        ? `${day} ${from}至${to}结算${value}笔，该时段通常${expected}笔，均值偏离${z}σ（上限${threshold}）。`
        : `${value} settlements on ${day} from ${from} to ${to}, usually ${expected} in these hours: the moving average lies ${z} σ above (limit ${threshold}).`
    }
    const said = metric === 'fund' ? [formatYuan(value * 100), formatYuan(expected * 100)] : [value, expected]
    if (zh) {
      const [what, unit] = WORDS_ZH[metric]
      return `${day}${what}${said[0]}${unit}，同星期通常${said[1]}${unit}，偏离${z}σ，累积和${cusum}超过${threshold}（${since}起）。`
    }
    return `${said[0]} ${WORDS_EN[metric]} on ${day}, usually ${said[1]} on that weekday: ${z} σ above; the sum of ${cusum} since ${since} exceeds ${threshold}.`
  },
  example: {
    day: '2026-03-20',
    fixmedins_code: 'P99010100001',
    metric: 'settlements',
    value: 96,
    expected: 31,
    z: 10.4,
    region_z: 0.3,
    cusum: 10.2,
    threshold: 5,
    since: '2026-03-20',
    within: null,
  },
})
