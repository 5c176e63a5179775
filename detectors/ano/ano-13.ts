import { formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, type Day, dayOf, formatDay, HOUR, MINUTE, parseDay, startOfDay } from '../../schemas/time.ts'
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
import { countyOf } from '../kit/county.ts'
import { addId, type FirstIds, namedIds, noIds, removeId } from '../kit/first-ids.ts'
import { median } from '../kit/robust.ts'
import { type DayValues, expectationOf } from '../kit/weekday-baseline.ts'
import { NOTHING_HOLDS } from '../kit/window.ts'
import { byDefault } from '../params.ts'
import type { ReferenceView } from '../reference.ts'

const METRICS = ['settlements', 'fund'] as const
type Metric = (typeof METRICS)[number]

/** How a day stood before it, and what was expected of it. */
interface Ground {
  /** CUSUM at the end of the day before. */
  readonly before: number
  readonly since: Day
  readonly expected: number
  readonly sigma: number
  /** Median residual of the county's institutions: what an epidemic brings to all. */
  readonly region: number
}
type Grounds = Readonly<Partial<Record<Metric, Ground>>>

/** One day of one institution. */
interface DayMemory {
  settlements: number
  fund: number
  /** Sum of the squares of what each settlement costs the fund, in whole yuan: exact in whatever order they come. */
  squares: number
  admdvs: string
  readonly ids: FirstIds
  grounds?: Grounds
}

/** What an institution's days came to, and where the sums stand. */
interface Course {
  readonly days: readonly DayValues[]
  readonly sums: Readonly<Partial<Record<Metric, { readonly sum: number; readonly since: Day }>>>
  /** A day whose residual waits for the region's. */
  readonly waiting?: { readonly day: Day; readonly grounds: Grounds; readonly values: DayValues['values'] }
}

interface Evidence {
  readonly day: string
  readonly fixmedins_code: string
  readonly metric: Metric
  readonly value: number
  readonly expected: number
  /** The residual in standard deviations, the region's taken off. */
  readonly z: number
  readonly region_z: number
  readonly cusum: number
  readonly threshold: number
  /** Day on which the sum began to rise. */
  readonly since: string
}

interface Params {
  readonly warm_up_days: number
  readonly baseline_days: number
  readonly slack: number
  readonly threshold: number
  readonly least_factor: number
  readonly least_settlements: number
  readonly region_institutions: number
}

const [DAY_TOPIC, RESIDUAL, REGION, ALARM] = ['day', 'residual', 'region', 'alarm'].map((what) => `ANO-13/${what}`) as [
  string,
  string,
  string,
  string,
]
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

const two = (value: number) => Math.round(value * 100) / 100

function findingOn(root: string, day: Day, metric: Metric, memory: DayMemory, params: Params): Finding<Evidence> | undefined {
  const ground = memory.grounds?.[metric]
  if (!ground) return undefined
  const value = memory[metric]
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
    },
  }
}

const dayPart: Part<Visit | Told, DayMemory, Evidence, Params> = {
  name: '',
  on: ['settlement', 'told'],
  hears: [ALARM],
  space: 'institution',
  root: (event) => (event.kind === 'settlement' ? event.fixmedins_code : event.topic === ALARM ? event.of : ''),
  key: (event) => (event.kind === 'settlement' ? formatDay(dayOf(event.setl_time)) : event.period),
  memoryless: false,
  owned: true,
  initial: () => ({ settlements: 0, fund: 0, squares: 0, admdvs: '', ids: noIds() }),
  onEvent(memory, event, context) {
    if (event.kind === 'told') {
      memory.grounds = event.values as Grounds
      return judgedDay(memory, parseDay(event.period), context)
    }
    memory.settlements++
    memory.fund += event.fund_pay_sumamt
    memory.squares += squareOf(event)
    memory.admdvs ||= event.admdvs
    addId(memory.ids, event.setl_id, event.setl_time)
    return judgedDay(memory, dayOf(event.setl_time), context)
  },
  onVoid(memory, original, context) {
    const visit = original as Visit
    memory.settlements--
    memory.fund -= visit.fund_pay_sumamt
    memory.squares -= squareOf(visit)
    removeId(memory.ids, visit.setl_id)
    return judgedDay(memory, dayOf(visit.setl_time), context)
  },
  onTime(memory, context) {
    const day = dayOf(context.at - CLOSES) - 1
    const { settlements, fund, squares } = memory
    if (settlements === 0) return { state: undefined }
    const tells = [told(DAY_TOPIC, context.root, day, { settlements, fund, squares }, context)]
    return { state: memory, tells, forgetAt: startOfDay(day + 1) + KEPT }
  },
}

function judgedDay(memory: DayMemory, day: Day, { root, params, watermark }: Context<Params>): Step<DayMemory, Evidence> {
  const closes = startOfDay(day + 1) + CLOSES
  const step = { state: memory, forgetAt: closes + KEPT }
  if (watermark < closes) return { wakeAt: closes, ...step }
  if (!memory.grounds) return step
  const holds = METRICS.flatMap((metric) => findingOn(root, day, metric, memory, params) ?? [])
  return { holds: holds.length > 0 ? holds : NOTHING_HOLDS, ...step }
}

const coursePart: Part<Told, Course, Evidence, Params> = {
  name: 'COURSE',
  on: ['told'],
  hears: [DAY_TOPIC, REGION],
  space: 'institution',
  root: ({ topic, of }) => (topic === DAY_TOPIC || topic === REGION ? of : ''),
  key: () => '',
  memoryless: false,
  initial: () => ({ days: [], sums: {} }),
  onEvent(course, { topic, period, values }, context) {
    const day = parseDay(period)
    return topic === DAY_TOPIC
      ? withDay(course, day, values as DayValues['values'], context)
      : withRegion(course, day, values as Partial<Record<Metric, number>>, context)
  },
}

/** A day is over: what was expected of it is told to the region. */
function withDay(course: Course, day: Day, values: DayValues['values'], context: Context<Params>): Step<Course, Evidence> {
  const { root, params, reference } = context
  const since = day - DAYS_UNTIL_BUILT - params.baseline_days
  const built = course.days.filter((known) => known.day <= day - DAYS_UNTIL_BUILT)
  const isSpecialDay = isSpecial(day, reference)
  const days = [...course.days.filter((known) => known.day > since), ...(isSpecialDay ? [] : [{ day, values }])]
  const isWarm = built.length > 0 && day - course.days[0]!.day >= params.warm_up_days
  const forgetAt = startOfDay(day + params.baseline_days)
  if (isSpecialDay || !isWarm) return { state: { days, sums: course.sums }, forgetAt }
  const grounds: Partial<Record<Metric, Ground>> = {}
  // A sum of amounts that come by chance scatters by their squares: a few dear stays are no rise of business.
  const ofFund = (built.reduce((sum, known) => sum + known.values.squares!, 0) / built.length) * FEN_PER_YUAN ** 2
  for (const metric of METRICS) {
    const { mean, sigma } = expectationOf(built, day, metric, (expected) => (metric === 'fund' ? ofFund : expected))
    const known = course.sums[metric]
    const isNext = course.days.at(-1)?.day === day - 1 || isSpecial(day - 1, reference)
    const before = known && isNext ? known : { sum: 0, since: day }
    grounds[metric] = {
      ...{ before: before.sum, since: before.sum > 0 ? before.since : day, region: 0 },
      ...{ expected: Math.round(mean * 100) / 100, sigma: Math.round(sigma * 100) / 100 },
    }
  }
  const residuals = Object.fromEntries(METRICS.map((metric) => [metric, zOf(values[metric]!, grounds[metric]!)]))
  const tells = [told(RESIDUAL, root, day, { county: countyOf(root), residuals }, context)]
  return { state: { days, sums: course.sums, waiting: { day, grounds, values } }, tells, forgetAt }
}

/** The region has answered: the sums go on, and where one is too high the day is told. */
function withRegion(
  course: Course,
  day: Day,
  region: Partial<Record<Metric, number>>,
  context: Context<Params>,
): Step<Course, Evidence> {
  const { waiting, days } = course
  if (waiting?.day !== day) return UNCHANGED
  const grounds: Partial<Record<Metric, Ground>> = {}
  const sums: Partial<Record<Metric, { sum: number; since: Day }>> = {}
  let isHigh = false
  for (const metric of METRICS) {
    const ground = { ...waiting.grounds[metric]!, region: Math.max(0, region[metric] ?? 0) }
    const sum = sumOf(waiting.values[metric]!, ground, context.params)
    grounds[metric] = ground
    // A sum that has raised the alarm starts afresh.
    sums[metric] = { sum: sum > context.params.threshold ? 0 : Math.round(sum * 1e6) / 1e6, since: ground.since }
    if (sum > context.params.threshold) isHigh = true
  }
  const forgetAt = startOfDay(day + context.params.baseline_days)
  return { state: { days, sums }, tells: isHigh ? [told(ALARM, context.root, day, grounds, context)] : undefined, forgetAt }
}

interface Region {
  readonly residuals: Record<string, Record<Metric, number>>
}

const regionPart: Part<Told, Region, Evidence, Params> = {
  name: 'REGION',
  on: ['told'],
  hears: [RESIDUAL],
  space: 'peers',
  root: ({ topic, values }) => (topic === RESIDUAL ? (values as { county: string }).county : ''),
  key: ({ period }) => period,
  memoryless: false,
  owned: true,
  initial: () => ({ residuals: {} }),
  onEvent(region, { of, period, values }) {
    region.residuals[of] = (values as { residuals: Record<Metric, number> }).residuals
    return { state: region, wakeAt: startOfDay(parseDay(period) + 1) + ANSWERS }
  },
  onTime({ residuals }, context) {
    const day = dayOf(context.at - ANSWERS) - 1
    const codes = Object.keys(residuals).sort()
    const isRegion = codes.length >= context.params.region_institutions
    const middle = Object.fromEntries(
      METRICS.map((metric) => [metric, isRegion ? median(codes.map((code) => residuals[code]![metric])) : 0]),
    )
    return { state: undefined, tells: codes.map((code) => told(REGION, code, day, middle, context)) }
  },
}

/**
 * ANO-13 业务量突增: an institution's days rise far above what their weekdays usually bring, and above what all of the county
 * see. Days are summed up (CUSUM) when they are built; what rises within an hour ANO-05 tells at once.
 */
export default defineDetector<Evidence, Params>({
  id: 'ANO-13',
  version: 2,
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
    region_institutions: byDefault(5, 'institutions of a county whose common rise is taken off'),
  },
  parts: [dayPart, coursePart, regionPart],
  explain({ day, metric, value, expected, z, cusum, threshold, since }, language) {
    const zh = language === 'zh'
    const said = metric === 'fund' ? [formatYuan(value * 100), formatYuan(expected * 100)] : [value, expected]
    if (zh) {
      const [what, unit] = metric === 'fund' ? ['基金支出', '元'] : ['结算', '笔']
      return `${day}${what}${said[0]}${unit}，同星期通常${said[1]}${unit}，偏离${z}σ，累积和${cusum}超过${threshold}（${since}起）。`
    }
    const what = metric === 'fund' ? 'yuan of the fund' : 'settlements'
    return `${said[0]} ${what} on ${day}, usually ${said[1]} on that weekday: ${z} σ above; the sum of ${cusum} since ${since} exceeds ${threshold}.`
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
  },
})
