import { type Day, parseDay, startOfDay } from '../../schemas/time.ts'
import { type Context, type Part, type Step, type Told, UNCHANGED } from '../detector.ts'
import { isWorkday } from '../kit/plain/calendar.ts'
import type { ReferenceView } from '../reference.ts'
import type { Residual } from './ano-13.common-rise.ts'
import {
  ALARM,
  ASK,
  DAY_TOPIC,
  type DayTold,
  type Evidence,
  FEN_PER_YUAN,
  type Ground,
  type Grounds,
  HOURS,
  METRICS,
  type Metric,
  type Params,
  REGION,
  RESIDUAL,
  sumOf,
  told,
  two,
  zOf,
} from './ano-13.terms.ts'
import { type DayValues, expectationOf } from './ano-13.weekday-baseline.ts'

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

/** What an hour of today has in common with one of two weeks ago. */
const FADING = 13 / 14
const NO_HOURS: readonly number[] = new Array<number>(24).fill(0)
/** At the beginning of a day the fourth day before it is the last one that is built. */
const DAYS_UNTIL_BUILT = 4

/** Not as its weekday usually is: a holiday, a working weekend, and the day after either. */
function isSpecial(day: Day, reference: ReferenceView): boolean {
  const isUsual = (other: Day) => isWorkday(other, reference) === ((other + 4) % 7 !== 0 && (other + 4) % 7 !== 6)
  return !isUsual(day) || !isUsual(day - 1)
}

/** The days of an institution: what is usual, and how far they rise above it in sum. */
export const coursePart: Part<Told, Course, Evidence, Params> = {
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

/** Whether a day's fund is shared by so many settlements that a few dear ones of them do not make it. */
function isShared({ fund, squares }: DayValues['values'], { least_settlements }: Params): boolean {
  return (fund! / FEN_PER_YUAN) ** 2 >= least_settlements * squares!
}

/** The days with which a day may be compared, built or not; who had none for long is remembered with older ones. */
function recentOf({ days }: Course, day: Day, { baseline_days }: Params): readonly DayValues[] {
  return days.filter((known) => known.day > day - DAYS_UNTIL_BUILT - baseline_days)
}

/** A day has begun: it is told what each of its hours usually brings, unless it is special or too little is known. */
function withQuestion(course: Course, day: Day, context: Context<Params>): Step<Course, Evidence> {
  const { hours } = course
  const days = recentOf(course, day, context.params)
  const [first, last] = [course.days[0], days.at(-1)]
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
  const recent = recentOf(course, day, params)
  const built = recent.filter((known) => known.day <= day - DAYS_UNTIL_BUILT)
  const isSpecialDay = isSpecial(day, reference)
  const days = [...recent, ...(isSpecialDay ? [] : [{ day, values }])]
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
