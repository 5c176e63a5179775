import { type Fen, yuan } from '../../schemas/money.ts'
import {
  DAY,
  type Day,
  dayOf,
  formatDay,
  formatInstant,
  HOUR,
  type Instant,
  MINUTE,
  parseDay,
  startOfDay,
} from '../../schemas/time.ts'
import {
  type Context,
  defineDetector,
  type Finding,
  type Part,
  type Reversal,
  type Step,
  type Told,
  UNCHANGED,
  type Visit,
} from '../detector.ts'
import { countyOf } from '../kit/county.ts'
import { groupBy } from '../kit/group-by.ts'
import { packTime, unpackTime } from '../kit/packed.ts'
import { inTime } from '../kit/remembered.ts'
import { NOTHING_HOLDS } from '../kit/window.ts'
import { byDefault } from '../params.ts'

/** One settlement that was taken back on the day. `id` and `at` are the settlement's. */
interface Voided {
  readonly id: string
  readonly at: Instant
  readonly voided: Instant
  readonly psn_no: string
  readonly opter: string
  readonly fund: Fen
  readonly admdvs: string
}

/** The day of one institution: what was settled and remains, and what was taken back. */
interface Memory {
  readonly day: Day
  settled: number
  readonly voids: Voided[]
  /** Systems failed on the day: many institutions of the region took back as much. */
  outage?: true
}

interface Evidence {
  readonly day: string
  readonly fixmedins_code: string
  readonly settlements: number
  readonly voids: number
  /** Per cent of the day's settlements; `null` where the share is ordinary. */
  readonly rate: number | null
  readonly repeated: readonly { readonly psn_no: string; readonly voids: number }[]
  /** Days after which the latest was taken back; `null` where none was late. */
  readonly late_days: number | null
  readonly list: readonly {
    readonly setl_id: string
    readonly setl_time: string
    readonly void_time: string
    readonly hours: number
    readonly opter: string
  }[]
  readonly voided_fund: number
}

interface Params {
  readonly rate: number
  readonly voids: number
  readonly person_voids: number
  readonly late_days: number
  readonly outage_share: number
  readonly outage_institutions: number
}

const [CLOSED, OUTAGE] = ['ANO-15/closed', 'ANO-15/outage'] as [string, string]
const CLOSES = 10 * MINUTE
/** Then all institutions of a region have told how their day was. */
const COMPARED = CLOSES + 10 * MINUTE
const KEPT = 3 * DAY
const REGION_DIGITS = 4
const SHOWN = 50

function dayIn(event: Visit | Reversal | Told): Day {
  if (event.kind === 'told') return parseDay(event.period)
  return dayOf(event.kind === 'reversal' ? event.reversal.setl_time : event.setl_time)
}

function voidedIn({ reversal, visit }: Reversal): Voided {
  const { setl_id: id, setl_time: at, psn_no, fund_pay_sumamt: fund, admdvs } = visit
  return { id, at, voided: reversal.setl_time, psn_no, opter: reversal.opter ?? '', fund, admdvs }
}

/** Calendar days between a settlement and its void. */
function daysBetween({ at, voided }: Voided): number {
  return dayOf(voided) - dayOf(at)
}

function onSameDay({ voids }: Memory): readonly Voided[] {
  return voids.filter((entry) => daysBetween(entry) === 0)
}

/** Settlements of the day, taken back on it or not. */
function settlementsOf(memory: Memory): number {
  return memory.settled + onSameDay(memory).length
}

function isOften(memory: Memory, params: Params): boolean {
  const { length } = memory.voids
  return length >= params.voids && length > params.rate * settlementsOf(memory)
}

/** Per cent, with the decimals that it takes to lie above a bound that the share exceeds. */
function percentAbove(bound: number, share: number): number {
  let percent = 0
  for (let decimals = 1; decimals <= 6 && percent <= bound * 100; decimals++) percent = Number((share * 100).toFixed(decimals))
  return percent
}

function findingOn(fixmedins_code: string, memory: Memory, params: Params): Finding<Evidence> | undefined {
  const { day, voids, outage } = memory
  const sameDay = onSameDay(memory)
  const settlements = settlementsOf(memory)
  const isFrequent = !outage && isOften(memory, params)
  const persons = [...groupBy(sameDay, ({ psn_no }) => psn_no).values()].filter(({ length }) => length >= params.person_voids)
  const late = voids.filter((entry) => daysBetween(entry) > params.late_days)
  const named = [...new Set([isFrequent ? voids : [], ...persons, late].flat())].sort(inTime)
  if (named.length === 0) return undefined
  const byVoid = named.toSorted((a, b) => a.voided - b.voided || (a.id < b.id ? -1 : 1))
  const { voided: at, admdvs } = byVoid.at(-1)!
  return {
    subject: { type: 'institution', id: fixmedins_code },
    bucket: formatDay(day),
    result: 'suspicion',
    severity: 3,
    // What was taken back is no loss of the fund.
    vola_amt: 0,
    setl_ids: named.map(({ id }) => id),
    lines: [],
    at,
    first_seen: byVoid[0]!.voided,
    count: named.length,
    ...{ psn_no: '', fixmedins_code, admdvs, insu_admdvs: '' },
    evidence: {
      day: formatDay(day),
      fixmedins_code,
      settlements,
      voids: voids.length,
      rate: isFrequent ? percentAbove(params.rate, voids.length / Math.max(1, settlements)) : null,
      repeated: persons.slice(0, SHOWN).map((group) => ({ psn_no: group[0]!.psn_no, voids: group.length })),
      late_days: late.length > 0 ? Math.max(...late.map(daysBetween)) : null,
      list: byVoid.slice(0, SHOWN).map((entry) => ({
        setl_id: entry.id,
        setl_time: formatInstant(entry.at),
        void_time: formatInstant(entry.voided),
        hours: Math.round((entry.voided - entry.at) / (HOUR / 10)) / 10,
        opter: entry.opter,
      })),
      voided_fund: yuan(named.reduce((sum, { fund }) => sum + fund, 0)),
    },
  }
}

function judged(memory: Memory, { root, params, watermark }: Context<Params>): Step<Memory, Evidence> {
  const { day, settled, voids } = memory
  if (settled === 0 && voids.length === 0) return { state: undefined, holds: NOTHING_HOLDS }
  const wakeAt = startOfDay(day + 1) + CLOSES
  const forgetAt = wakeAt + KEPT
  if (watermark < wakeAt) return { state: memory, wakeAt, forgetAt }
  const finding = findingOn(root, memory, params)
  return { state: memory, holds: finding ? [finding] : NOTHING_HOLDS, forgetAt }
}

/** The day is over: who was busy enough to take back many tells the region whether it did. */
function closed(memory: Memory, context: Context<Params>): Step<Memory, Evidence> {
  const { root, at, params, reference } = context
  const step = judged(memory, context)
  if (settlementsOf(memory) < params.voids) return step
  const region = (reference.find('institution', root, at)?.row.admdvs || countyOf(root)).slice(0, REGION_DIGITS)
  return { ...step, tells: [told(CLOSED, root, memory.day, at, { region, often: isOften(memory, params) })] }
}

function told(topic: string, of: string, day: Day, at: Instant, values: unknown): Told {
  return { kind: 'told', topic, of, period: formatDay(day), at, admdvs: '', values }
}

interface Closed {
  readonly region: string
  readonly often: boolean
}

/** By institution, whether it took back often. */
type Region = Record<string, boolean>

/** Days on which half of the region takes back as often are a fault of systems, and nobody's abuse. */
const ofRegion: Part<Told<Closed>, Region, Evidence, Params> = {
  name: 'REGION',
  on: ['told'],
  hears: [CLOSED],
  space: 'peers',
  root: ({ topic, values }) => (topic === CLOSED ? `voids:${values.region}` : ''),
  key: ({ period }) => period,
  memoryless: false,
  owned: true,
  initial: () => ({}),
  onEvent(region, { of, period, values }) {
    region[of] = values.often
    return { state: region, wakeAt: startOfDay(parseDay(period) + 1) + COMPARED }
  },
  onTime(region, { at, params }) {
    const codes = Object.keys(region).sort()
    const often = codes.filter((code) => region[code])
    const isOutage = codes.length >= params.outage_institutions && often.length >= params.outage_share * codes.length
    const day = dayOf(at - COMPARED) - 1
    return { state: undefined, tells: isOutage ? often.map((code) => told(OUTAGE, code, day, at, null)) : undefined }
  },
}

/**
 * ANO-15 冲正撤销异常: too many settlements taken back on a day, one person's again and again, or long after. It speaks of
 * voided settlements, so that a void never takes it back.
 */
export default defineDetector<Evidence, Params>({
  id: 'ANO-15',
  version: 2,
  title: { zh: '冲正撤销异常', en: 'Abuse of reversals' },
  category: 'ANO',
  result: 'suspicion',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '39' },
    { law: '医疗保障基金使用监督管理条例', article: '40' },
  ],
  stages: ['mid'],
  behaviour: '伪造变造资料',
  params: {
    rate: byDefault(0.05, 'more than this share of the day'),
    voids: byDefault(10, 'and at least so many'),
    person_voids: byDefault(3, 'settlements of one person that were settled and taken back on the day'),
    late_days: byDefault(7, 'taken back more calendar days later than this'),
    outage_share: byDefault(0.5, 'of the busy institutions of a region that take back as often on one day: systems failed'),
    outage_institutions: byDefault(5, 'of at least so many'),
  },
  parts: [
    {
      name: '',
      on: ['settlement', 'reversal', 'told'],
      hears: [OUTAGE],
      space: 'institution',
      root: (event: Visit | Reversal | Told) => {
        if (event.kind === 'told') return event.topic === OUTAGE ? event.of : ''
        return event.kind === 'reversal' ? event.visit.fixmedins_code : event.fixmedins_code
      },
      key: (event: Visit | Reversal | Told) => String(dayIn(event)),
      memoryless: false,
      owned: true,
      form: {
        pack: ({ day, settled, voids, outage }: Memory) => [
          ...[day, settled, outage ? 1 : 0],
          ...voids.map(({ id, at, voided, psn_no, opter, fund, admdvs }) => [
            ...[id, packTime(at), packTime(voided), psn_no, opter, fund, admdvs],
          ]),
        ],
        unpack: ([day, settled, outage, ...packed]: [
          ...[day: number, settled: number, outage: number],
          ...[string, number, number, string, string, number, string][],
        ]) => ({
          ...{ day, settled, ...(outage === 1 && { outage: true as const }) },
          voids: packed.map(([id, at, voided, psn_no, opter, fund, admdvs]) => {
            return { id, at: unpackTime(at), voided: unpackTime(voided), psn_no, opter, fund, admdvs }
          }),
        }),
      },
      initial: (): Memory => ({ day: 0, settled: 0, voids: [] }),
      onEvent(known: Memory, event: Visit | Reversal | Told, context) {
        const memory: Memory = known.day === 0 ? { day: dayIn(event), settled: 0, voids: [] } : known
        if (event.kind === 'told') memory.outage = true
        else if (event.kind === 'reversal') memory.voids.push(voidedIn(event))
        else memory.settled++
        return judged(memory, context)
      },
      /** What is taken back on its own day is counted among the voids of the day, what is taken back later remains a settlement. */
      onVoid(memory: Memory, original, context) {
        if (dayOf(context.at) !== memory.day || original.kind !== 'settlement') return UNCHANGED
        memory.settled--
        return judged(memory, context)
      },
      onTime: closed,
    },
    ofRegion,
  ],
  explain({ day, settlements, voids, rate, repeated, late_days }, language) {
    const zh = language === 'zh'
    const said: string[] = []
    const [person] = repeated
    if (rate !== null) said.push(zh ? `结算${settlements}笔，撤销率${rate}%` : `${rate} % of ${settlements} settlements`)
    if (person) said.push(zh ? `同一人当日撤销${person.voids}笔` : `${person.voids} of one person on the same day`)
    if (late_days !== null) said.push(zh ? `最迟于结算${late_days}天后撤销` : `the latest after ${late_days} days`)
    return zh
      ? `${day}撤销${voids}笔：${said.join('；')}。`
      : `${voids} settlements were taken back on ${day}: ${said.join('; ')}.`
  },
  example: {
    day: '2026-03-12',
    fixmedins_code: 'P99010100001',
    settlements: 180,
    voids: 12,
    rate: 6.7,
    repeated: [{ psn_no: 'PSN1', voids: 4 }],
    late_days: 9,
    list: [
      {
        ...{ setl_id: 'S1', setl_time: '2026-03-03T09:00:00+08:00', void_time: '2026-03-12T16:30:00+08:00' },
        ...{ hours: 223.5, opter: 'OP7' },
      },
    ],
    voided_fund: 820.4,
  },
})
