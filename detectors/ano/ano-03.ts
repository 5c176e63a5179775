import { isPharmacy } from '../../schemas/med-class.ts'
import { formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, dayOf, formatDay, formatInstant, HOUR, MINUTE, SECOND } from '../../schemas/time.ts'
import {
  type Context,
  defineDetector,
  type Finding,
  type Form,
  type Part,
  type Reversal,
  type Told,
  type Visit,
} from '../detector.ts'
import { groupBy } from '../kit/group-by.ts'
import { packTime, unpackTime } from '../kit/packed.ts'
import { distinct } from '../kit/runs.ts'
import {
  aroundBursts,
  type Beside,
  burstsOf,
  burstsOn,
  dayBeside,
  medianGap,
  type Repetition,
  type Rhythm,
  repetitionsIn,
  type Swipe,
} from '../kit/swipes.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/window.ts'
import { byDefault } from '../params.ts'

/** Settlements of one pharmacy. */
interface PharmacySwipe extends Swipe {
  readonly admdvs: string
  /** Who stood at the counter; empty where nobody tells. */
  readonly opter: string
}

const FORM: Form<PharmacySwipe> = {
  pack: ({ id, at, psn_no, admdvs, lines, fund, terminals, opter }) => {
    const packed = [id, packTime(at), psn_no, admdvs, lines, fund, terminals]
    return opter ? [...packed, opter] : packed
  },
  unpack: ([id, at, psn_no, admdvs, lines, fund, terminals, opter = '']) => {
    return { id, at: unpackTime(at), psn_no, admdvs, lines, fund, terminals, opter }
  },
}

type DaySwipe = PharmacySwipe & Beside

const DAY_FORM: Form<DaySwipe> = {
  pack: ({ beside, gone, ...swipe }) => (beside ? [gone ? 2 : 1, FORM.pack(swipe)] : FORM.pack(swipe)),
  unpack: (packed) => {
    const [mark, swipe] = packed
    return typeof mark === 'number'
      ? { ...FORM.unpack(swipe), beside: true, ...(mark === 2 && { gone: true }) }
      : FORM.unpack(packed)
  },
}

type Burst = readonly PharmacySwipe[]

interface Evidence {
  readonly day: string
  readonly fixmedins_code: string
  readonly terminals: number
  readonly bursts: readonly {
    readonly from: string
    readonly to: string
    readonly settlements: number
    readonly persons: number
    readonly median_gap_seconds: number
    readonly mean_lines: number
    /** The burst of the same persons before this one. */
    readonly repeats: { readonly from: string; readonly common_persons: number; readonly similarity: number } | null
  }[]
  readonly swipes: readonly {
    readonly setl_id: string
    readonly setl_time: string
    readonly psn_no: string
    readonly lines: number
  }[]
  readonly settlements: number
  readonly vola_amt: number
}

interface Params extends Rhythm {
  readonly group_persons: number
  readonly group_similarity: number
  readonly group_days: number
  readonly operator_persons: number
}

const SHOWN_BURSTS = 20
const SHOWN_SWIPES = 50
/** Settlements in bursts whose persons are compared. Where bursts never end, a number of terminals is missing. */
const COMPARED_SWIPES = 2_000
/** How far back a void can still bring settlements together. */
const RING = HOUR
/** What lies so near to a burst is kept with it. */
const REACH = 10 * MINUTE
const LATENESS = 10 * MINUTE
const TOPIC = 'ANO-03/beside'

function isPurchase({ med_class }: Visit): boolean {
  return isPharmacy(med_class)
}

function swipe(visit: Visit, { reference }: Context<Params>): PharmacySwipe {
  const { setl_id: id, setl_time: at, psn_no, fixmedins_code, admdvs, feedetail, fund_pay_sumamt: fund, opter } = visit
  const terminals = Math.max(1, reference.find('institution', fixmedins_code, at)?.row.terminals ?? 1)
  return { id, at, psn_no, admdvs, lines: feedetail.length, fund, terminals, opter }
}

/** Whether one operator served so many persons of a burst (ANO-02's card). */
function isOneHand(burst: Burst, { operator_persons }: Params): boolean {
  const hands = groupBy(
    burst.filter(({ opter }) => opter !== ''),
    ({ opter }) => opter,
  )
  return [...hands.values()].some((served) => distinct(served, ({ psn_no }) => psn_no) >= operator_persons)
}

function findingOn(
  fixmedins_code: string,
  bursts: readonly Burst[],
  repetitions: readonly Repetition<PharmacySwipe>[],
  params: Params,
): Finding<Evidence> {
  const within = bursts.flat()
  const before = repetitions.flatMap(({ earlier }) => earlier)
  const swipes = before.length === 0 ? within : merged(before, within)
  const [first, last] = [bursts[0]![0]!, bursts.at(-1)!.at(-1)!]
  const vola_amt = within.reduce((sum, { fund }) => sum + fund, 0)
  const { admdvs } = last
  const day = formatDay(dayOf(first.at))
  return {
    subject: { type: 'institution', id: fixmedins_code },
    bucket: day,
    result: 'suspicion',
    severity: repetitions.length > 0 || bursts.some((burst) => isOneHand(burst, params)) ? 1 : 2,
    vola_amt,
    setl_ids: swipes.map(({ id }) => id),
    lines: [],
    at: last.at,
    first_seen: first.at,
    count: bursts.length,
    // The alert speaks of the pharmacy and of none of its many customers.
    ...{ psn_no: '', fixmedins_code, admdvs, insu_admdvs: '' },
    evidence: {
      day,
      fixmedins_code,
      terminals: last.terminals,
      bursts: bursts.slice(0, SHOWN_BURSTS).map((burst) =>
        shown(
          burst,
          repetitions.find(({ later }) => later === burst),
        ),
      ),
      swipes: swipes.slice(0, SHOWN_SWIPES).map(({ id, at, psn_no, lines }) => ({
        ...{ setl_id: id, setl_time: formatInstant(at), psn_no, lines },
      })),
      settlements: swipes.length,
      vola_amt: yuan(vola_amt),
    },
  }
}

/** Each once, by time and id. */
function merged(earlier: Burst, later: Burst): Burst {
  const named = new Map([...earlier, ...later].map((entry) => [entry.id, entry]))
  return [...named.values()].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
}

function shown(burst: Burst, repetition: Repetition<PharmacySwipe> | undefined): Evidence['bursts'][number] {
  const lines = burst.reduce((sum, entry) => sum + entry.lines, 0)
  return {
    from: formatInstant(burst[0]!.at),
    to: formatInstant(burst.at(-1)!.at),
    settlements: burst.length,
    persons: new Set(burst.map(({ psn_no }) => psn_no)).size,
    median_gap_seconds: medianGap(burst) / SECOND,
    mean_lines: Math.round((lines / burst.length) * 100) / 100,
    repeats: repetition
      ? {
          from: formatInstant(repetition.earlier[0]!.at),
          common_persons: repetition.common.length,
          similarity: Math.round(repetition.similarity * 100) / 100,
        }
      : null,
  }
}

/** Every day on which persons came again that had come together before. */
function groupFindings(fixmedins_code: string, bursts: readonly Burst[], params: Params): Finding<Evidence>[] {
  const least = { persons: params.group_persons, similarity: params.group_similarity }
  const dayIn = (burst: Burst) => dayOf(burst[0]!.at)
  const isNear = (earlier: Burst, later: Burst) => dayIn(later) - dayIn(earlier) < params.group_days
  const byDay = new Map<number, Repetition<PharmacySwipe>[]>()
  for (const repetition of repetitionsIn(bursts, least, isNear)) {
    const day = dayIn(repetition.later)
    byDay.set(day, [...(byDay.get(day) ?? []), repetition])
  }
  return [...byDay.values()].map((repetitions) =>
    findingOn(
      fixmedins_code,
      repetitions.map(({ later }) => later),
      repetitions,
      params,
    ),
  )
}

/** Tells the day beside its own of what was settled near midnight. */
const relay: Part<Visit | Reversal, undefined, Evidence, Params> = {
  name: 'BESIDE',
  on: ['settlement', 'reversal'],
  space: 'institution',
  root: (event) => visitIn(event).fixmedins_code,
  key: () => '',
  concerns: (event) => isPurchase(visitIn(event)) && dayBeside(visitIn(event).setl_time) !== undefined,
  memoryless: false,
  initial: () => undefined,
  onEvent(_, event, context) {
    const visit = visitIn(event)
    const { setl_time: at, fixmedins_code: of, admdvs } = visit
    const values: DaySwipe = { ...swipe(visit, context), beside: true, ...(event.kind === 'reversal' && { gone: true }) }
    const told: Told<DaySwipe> = { kind: 'told', topic: TOPIC, of, period: String(dayBeside(at)!), at, admdvs, values }
    return { state: undefined, tells: [told] }
  },
}

function visitIn(event: Visit | Reversal): Visit {
  return event.kind === 'reversal' ? event.visit : event
}

/**
 * ANO-03 药店连续刷卡: persons settled faster than a counter can serve them.
 *
 * Bursts are judged by the calendar day on which they begin, so that what an alert rests on stays with that day; what is
 * settled near midnight is told to the day beside it. Whether a group came again is judged over a month of bursts, and is an
 * alert of its own.
 */
export default defineDetector<Evidence, Params>({
  id: 'ANO-03',
  version: 3,
  title: { zh: '药店连续刷卡', en: 'Consecutive swipes at a pharmacy' },
  category: 'ANO',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '40(一)' }],
  stages: ['mid'],
  behaviour: '诱导协助冒名或虚假就医购药',
  params: {
    ordinary_persons: byDefault(7, 'more persons than this within the window'),
    persons_per_terminal: byDefault(6.7, 'and more than this per terminal: one per 45 seconds'),
    window_minutes: byDefault(5),
    median_seconds: byDefault(20, 'median gap that is too quick also beyond the window'),
    serving_seconds: byDefault(45, 'per person and terminal'),
    mean_lines: byDefault(3, 'larger baskets are shopping'),
    group_persons: byDefault(5, 'persons who come again together'),
    group_similarity: byDefault(0.5, 'Jaccard'),
    group_days: byDefault(30),
    operator_persons: byDefault(5, 'persons of a burst whom one operator served: one level more severe'),
  },
  parts: [
    relay,
    windowRule<Visit | Told, DaySwipe, Evidence, Params>({
      on: ['settlement', 'told'],
      hears: [TOPIC],
      space: 'institution',
      root: (event) => (event.kind === 'told' ? (event.topic === TOPIC ? event.of : '') : event.fixmedins_code),
      key: (event) => (event.kind === 'told' ? event.period : String(dayOf(event.setl_time))),
      concerns: (event) => event.kind === 'told' || isPurchase(event),
      form: DAY_FORM,
      keep: RING,
      lateness: LATENESS,
      remember: (event, context) => (event.kind === 'told' ? (event.values as DaySwipe) : swipe(event, context)),
      judge(swipes, { root, params }) {
        const bursts = burstsOn(swipes, params)
        if (bursts.length === 0) return { holds: NOTHING_HOLDS }
        const isAround = aroundBursts(bursts, REACH)
        return { holds: [findingOn(root, bursts, [], params)], keep: ({ at }) => (isAround(at) ? DAY : RING) }
      },
    }),
    windowRule<Visit, PharmacySwipe, Evidence, Params>({
      name: 'GROUP',
      on: ['settlement'],
      space: 'institution',
      root: (visit) => visit.fixmedins_code,
      concerns: isPurchase,
      form: FORM,
      keep: RING,
      lateness: LATENESS,
      remember: swipe,
      judge(swipes, { root, params }) {
        const bursts = burstsOf(swipes, params)
        if (bursts.length === 0) return { holds: NOTHING_HOLDS }
        const since = bursts.flat().at(-COMPARED_SWIPES)?.at ?? Number.NEGATIVE_INFINITY
        const isAround = aroundBursts(bursts, REACH)
        const keep = ({ at }: PharmacySwipe) => (at >= since && isAround(at) ? params.group_days * DAY : RING)
        return { holds: groupFindings(root, bursts, params), keep }
      },
    }),
  ],
  explain({ day, bursts, settlements, vola_amt }, language) {
    const [burst] = bursts
    if (!burst) return ''
    const amount = formatYuan(vola_amt * 100)
    const time = burst.from.slice(11, 19)
    const again = bursts.find(({ repeats }) => repeats)?.repeats
    if (again) {
      const before = again.from.slice(0, 10)
      return language === 'zh'
        ? `同一批${again.common_persons}人${before}和${day}两次一起连续刷卡，相似度${again.similarity}，基金${amount}元。`
        : `The same ${again.common_persons} persons were settled one after another on ${before} and again on ${day} (similarity ${again.similarity}); the fund paid ${amount} yuan the second time.`
    }
    return language === 'zh'
      ? `${day}连续刷卡${settlements}笔：${time}起${burst.persons}人，间隔中位数${burst.median_gap_seconds}秒，共${bursts.length}段，基金${amount}元。`
      : `On ${day} ${settlements} settlements followed one another in ${bursts.length} burst(s): from ${time} ${burst.persons} persons with a median gap of ${burst.median_gap_seconds} seconds; the fund paid ${amount} yuan.`
  },
  example: {
    day: '2026-03-02',
    fixmedins_code: 'P99010100001',
    terminals: 1,
    bursts: [
      {
        ...{ from: '2026-03-02T10:00:00+08:00', to: '2026-03-02T10:03:30+08:00', settlements: 8, persons: 8 },
        ...{ median_gap_seconds: 30, mean_lines: 1.5 },
        repeats: { from: '2026-02-20T19:00:00+08:00', common_persons: 6, similarity: 0.6 },
      },
    ],
    swipes: [{ setl_id: 'S1', setl_time: '2026-03-02T10:00:00+08:00', psn_no: 'PSN1', lines: 1 }],
    settlements: 8,
    vola_amt: 240,
  },
})
