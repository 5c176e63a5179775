import type { SkipReason } from '../../../schemas/errors.ts'
import { type Day, dayOf, formatDay, HOUR, type Instant, parseDay, SECOND, startOfDay } from '../../../schemas/time.ts'
import {
  type Context,
  type Finding,
  type Form,
  type Heard,
  type Part,
  type Step,
  type Told,
  type Touched,
  UNCHANGED,
  type Voidable,
} from '../../detector.ts'
import { isBuilt } from './daily-counts.ts'
import {
  type BuiltDay,
  builtFrom,
  type Counts,
  type Distribution,
  distributionOf,
  packCounts,
  recountIn,
  unpackCounts,
} from './histogram.ts'
import type { Entry } from './window.ts'

/**
 * A rule that compares each event with what its group came to on the days before. The values of a day are counted as they
 * come; the day is built when the watermark passes its end by 72 hours and never reopened, and an event is compared with the
 * last day built before its own time (contract, "Time and order"). A baseline is that of the last so many days.
 */
export interface BaselineRule<E extends Heard & Voidable, T extends Entry, V, P> {
  /** Stands before its topics: the detector's id. */
  readonly topic: string
  readonly on: readonly E['kind'][]
  /** Who is counted and as what is told by the head of a settlement: `groupOf`, `at`, `hears` and `valuesOf` read no more. */
  readonly counts?: 'head'
  /** Of whom the event is one: a peer group, an item in a region; `''` leaves it out. */
  groupOf(event: E): string
  at(event: E): Instant
  /** Whether the event is of the kind that is compared; asked of every event, so it should be quick. */
  hears(event: E): boolean
  /** What of the event is part of the baseline: whole numbers, each at least 1. */
  valuesOf(event: E): readonly number[]
  /** The quantiles of which `judge` is told. */
  readonly quantiles: readonly number[]
  /** Days of a baseline; 30 where absent. */
  readonly days?: number
  /** Whether the event can be out of the ordinary at all, where it is cheap to say no; asked of what the rule hears. */
  concerns?(event: E, context: Context<P>): boolean
  /** What judging the event needs, for a few events come before their baseline is built. */
  remember(event: E, context: Context<P>): T | SkipReason | undefined
  judge(entry: T, baseline: Distribution, group: string, params: P): Finding<V> | SkipReason | undefined
  /** Judges an event of whose group no day is built yet; where absent nothing can be said of it. */
  judgeAlone?(entry: T, group: string, params: P): Finding<V> | undefined
  /** The alerts that the event may have raised, to be withdrawn when it is reversed. */
  bucketsOf(event: E): readonly Pick<Finding, 'subject' | 'bucket'>[]
}

interface Judging<T> {
  /** By the last day of each, oldest first. */
  readonly baselines: readonly { readonly day: Day; readonly distribution: Distribution }[]
  /** They wait for the watermark to reach their own day. */
  readonly pending: readonly T[]
}

interface Counting {
  readonly counts: Counts
}

interface Window {
  readonly days: readonly { readonly day: Day; readonly built: BuiltDay }[]
}

const DAYS = 30
const BUILT_AFTER = 72 * HOUR
/** At the beginning of a day the fourth day before it is the last one that is built. */
const DAYS_UNTIL_BUILT = 4
/** Events may be 72 hours late, and are compared with what was known then. */
const BASELINES_KEPT = 6
/** When the days' values have been told and gathered. */
const AFTER_MIDNIGHT = SECOND

/** The three parts of a rule: the verdicts, the values of a day, and the days that make up the baseline. */
export function baselineParts<E extends Heard & Voidable, T extends Entry, V, P>(
  rule: BaselineRule<E, T, V, P>,
): readonly [Part<E | Told, Judging<T>, V, P>, Part<E, Counting, V, P>, Part<Told, Window, V, P>] {
  const days = rule.days ?? DAYS
  const [dayTopic, baselineTopic] = [`${rule.topic}/day`, `${rule.topic}/baseline`]
  return [judgingPart(rule, days, baselineTopic), countingPart(rule, dayTopic), windowPart(rule, days, dayTopic, baselineTopic)]
}

function judgingPart<E extends Heard & Voidable, T extends Entry, V, P>(
  rule: BaselineRule<E, T, V, P>,
  days: number,
  topic: string,
): Part<E | Told, Judging<T>, V, P> {
  const isTold = (event: E | Told): event is Told => event.kind === 'told'
  const isConcerned = (event: E, context: Context<P>) => rule.hears(event) && (rule.concerns?.(event, context) ?? true)

  function step({ baselines, pending }: Judging<T>, more: Partial<Step<Judging<T>, V>> = {}): Step<Judging<T>, V> {
    const waiting = pending.map(({ at }) => judgedFrom(at))
    const wakeAt = waiting.length > 0 ? Math.min(...waiting) : undefined
    // Small, and never forgotten: a void years later still finds the alerts of the group.
    return { state: { baselines, pending }, wakeAt, ...more }
  }

  function judged(entry: T, { baselines }: Judging<T>, { root, params }: Context<P>): Finding<V> | SkipReason | undefined {
    const last = dayOf(entry.at) - DAYS_UNTIL_BUILT
    const known = baselines.findLast(({ day }) => day <= last && day > last - days)
    if (known) return rule.judge(entry, known.distribution, root, params)
    return rule.judgeAlone?.(entry, root, params) ?? 'SAMPLE_SMALL'
  }

  return {
    name: '',
    on: [...rule.on, 'told'] as unknown as readonly (E | Told)['kind'][],
    hears: [topic],
    space: 'peers',
    root: (event) => (isTold(event) ? (event.topic === topic ? event.of : '') : rule.groupOf(event)),
    key: () => '',
    concerns: (event, context) => isTold(event) || isConcerned(event, context),
    memoryless: false,
    initial: () => ({ baselines: [], pending: [] }),
    onEvent(state, event, context) {
      if (isTold(event)) {
        const told = { day: parseDay(event.period), distribution: event.values as Distribution }
        return step({ baselines: [...state.baselines, told].slice(-BASELINES_KEPT), pending: state.pending })
      }
      const entry = rule.remember(event, context)
      if (entry === undefined) return UNCHANGED
      if (typeof entry === 'string') return { skipped: entry, ...UNCHANGED }
      if (context.watermark < judgedFrom(entry.at))
        return step({ baselines: state.baselines, pending: [...state.pending, entry] })
      const said = judged(entry, state, context)
      if (said === undefined) return UNCHANGED
      return typeof said === 'string' ? { skipped: said, ...UNCHANGED } : step(state, { touched: [touchedBy(said)] })
    },
    onVoid(state, original, context) {
      if (!isConcerned(original as E, context)) return UNCHANGED
      const { setl_id } = original.kind === 'settlement' ? original : original.visit
      const touched = rule.bucketsOf(original as E).map((bucket) => ({ ...bucket, holds: undefined }))
      return step({ baselines: state.baselines, pending: state.pending.filter(({ id }) => id !== setl_id) }, { touched })
    },
    onTime(state, context) {
      const due = state.pending.filter(({ at }) => judgedFrom(at) <= context.at)
      const pending = state.pending.filter(({ at }) => judgedFrom(at) > context.at)
      const touched = due.flatMap((entry) => {
        const said = judged(entry, state, context)
        return typeof said === 'object' ? [touchedBy(said)] : []
      })
      return step({ baselines: state.baselines, pending }, { touched })
    },
  }
}

/** From then on everything is told that the event is compared with. */
function judgedFrom(at: Instant): Instant {
  return startOfDay(dayOf(at)) + AFTER_MIDNIGHT
}

function touchedBy<V>(holds: Finding<V>): Touched<V> {
  return { subject: holds.subject, bucket: holds.bucket, holds }
}

function countingPart<E extends Heard & Voidable, T extends Entry, V, P>(
  rule: BaselineRule<E, T, V, P>,
  topic: string,
): Part<E, Counting, V, P> {
  const dayIn = (event: E) => dayOf(rule.at(event))
  const counted = (state: Counting, event: E, sign: 1 | -1): Step<Counting, V> => {
    const values = rule.valuesOf(event)
    if (values.length === 0) return UNCHANGED
    for (const value of values) recountIn(state.counts, value, sign)
    return { state, wakeAt: startOfDay(dayIn(event) + 1) + BUILT_AFTER }
  }
  return {
    name: 'DAY',
    on: rule.on,
    space: 'peers',
    reads: rule.counts,
    root: (event) => rule.groupOf(event),
    key: (event) => String(dayIn(event)),
    concerns: rule.hears,
    memoryless: false,
    owned: true,
    form: COUNTING_FORM,
    initial: () => ({ counts: new Map() }),
    onEvent: (state, event) => counted(state, event, 1),
    // A day that was built when the reversal happened keeps its values.
    onVoid: (state, event, { at }) => (isBuilt(dayIn(event), at) ? UNCHANGED : counted(state, event, -1)),
    onTime({ counts }, { root, at }) {
      const period = formatDay(dayOf(at - BUILT_AFTER) - 1)
      return {
        state: undefined,
        tells: [{ kind: 'told', topic, of: root, period, at, admdvs: '', values: builtFrom(counts) }],
      }
    },
  }
}

const COUNTING_FORM: Form<Counting> = {
  pack: ({ counts }) => packCounts(counts),
  unpack: (packed) => ({ counts: unpackCounts(packed) }),
}

function windowPart<E extends Heard & Voidable, T extends Entry, V, P>(
  rule: BaselineRule<E, T, V, P>,
  length: number,
  dayTopic: string,
  topic: string,
): Part<Told, Window, V, P> {
  return {
    name: 'BASELINE',
    on: ['told'],
    hears: [dayTopic],
    space: 'peers',
    root: (told) => (told.topic === dayTopic ? told.of : ''),
    key: () => '',
    memoryless: false,
    form: WINDOW_FORM,
    initial: () => ({ days: [] }),
    onEvent({ days }, { of, period, at, admdvs, values }) {
      const day = parseDay(period)
      const kept = days.filter((other) => other.day > day - length)
      const window = [...kept, { day, built: values as BuiltDay }]
      const distribution = distributionOf(
        window.map(({ built }) => built),
        rule.quantiles,
      )
      return {
        state: { days: window },
        forgetAt: startOfDay(day + length + DAYS_UNTIL_BUILT + 1),
        tells: [{ kind: 'told', topic, of, period, at, admdvs, values: distribution }],
      }
    },
  }
}

const WINDOW_FORM: Form<Window> = {
  pack: ({ days }) => days.map(({ day, built }) => [day, built]),
  unpack: (packed: [Day, BuiltDay][]) => ({ days: packed.map(([day, built]) => ({ day, built })) }),
}
