import { yuan } from '../../schemas/money.ts'
import { DAY, type Day, dayOf, formatDay, formatInstant, parseDay, SECOND, startOfDay } from '../../schemas/time.ts'
import { type Context, type Finding, type Part, type Step, type Told, UNCHANGED, type Visit } from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { addId, type FirstIds, namedIds, noIds, removeId } from '../kit/parts/first-ids.ts'
import { NOTHING_HOLDS } from '../kit/parts/window.ts'
import { hoursOf, type Quarters, quarterOf, recountQuarter, surgeIn } from './ano-13.quarter-hours.ts'
import {
  ALARM,
  ASK,
  CLOSES,
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
  QUARTERS,
  sumOf,
  told,
  two,
  zOf,
} from './ano-13.terms.ts'

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

const KEPT = 8 * DAY

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

/** One day of an institution: what it has come to, and what of it is told. */
export const dayPart: Part<Visit | Told, DayMemory, Evidence, Params> = {
  name: '',
  on: ['settlement', 'told'],
  hears: [ALARM, HOURS],
  space: 'institution',
  root: (event) => {
    if (event.kind === 'settlement') return event.fixmedins_code
    return event.topic === ALARM || event.topic === HOURS ? event.of : ''
  },
  key: (event) => (event.kind === 'settlement' ? formatDay(dayOf(event.setl_time)) : event.period),
  // What the agency settles is no business of the day's.
  concerns: (event) => event.kind === 'told' || !isAtAgency(event),
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
    if (isAtAgency(visit)) return UNCHANGED
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
