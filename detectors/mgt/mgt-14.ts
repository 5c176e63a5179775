import { isInpatient } from '../../schemas/med-class.ts'
import { DAY, type Day, dayOf, formatDay, HOUR, type Instant, SECOND, startOfDay } from '../../schemas/time.ts'
import {
  type Context,
  defineDetector,
  type Finding,
  type Form,
  type Part,
  type Step,
  type Told,
  UNCHANGED,
  type Visit,
} from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { addId, countOf, type FirstIds, namedIds, noIds, removeId } from '../kit/parts/first-ids.ts'
import { packTime, unpackTime } from '../kit/parts/packed.ts'
import { NOTHING_HOLDS } from '../kit/parts/window.ts'
import { byDefault } from '../params.ts'

/** How many institutions sent anything that day, and how many of them late. */
interface Region {
  readonly institutions: number
  readonly late: number
}

/** One institution's day: its lines by how late they were sent. */
interface Memory {
  readonly day: Day
  admdvs: string
  /** Lines by lag, as in `LAGS`. */
  readonly lags: number[]
  /** Settlements with a line that was late. */
  readonly names: FirstIds
  /** Bills of stays that came late but within the time that they may take, and their late lines. */
  stays?: readonly [bills: number, lines: number]
  region?: Region
}

interface Evidence {
  readonly day: string
  readonly lines: number
  readonly late: number
  /** Per cent of the day's lines. */
  readonly share: number
  readonly histogram: readonly { readonly up_to_hours: number | null; readonly lines: number }[]
  readonly region: Region
}

interface Params {
  readonly lag_hours: number
  readonly share: number
  readonly late_lines: number
  readonly outage_share: number
  readonly outage_institutions: number
}

const TOPIC = 'MGT-14'
const [TO_REGION, TO_MEMBER] = [`${TOPIC}/day`, `${TOPIC}/region`]
const CLOSES = 72 * HOUR
const ANSWERED = CLOSES + HOUR
const KEPT = 40 * DAY
/** Hours up to which a line counts; the last has no end. The second of them follows the parameter. */
const BOUNDS = [1, 24, 72, 168]

const FORM: Form<Memory> = {
  pack: ({ day, admdvs, lags, names: { ids, ats, more }, region, stays }) => {
    const packed = [day, admdvs, lags, ids, ats.map(packTime)]
    if (stays) return [...packed, region ?? null, more ?? null, stays]
    return more ? [...packed, region ?? null, more] : region ? [...packed, region] : packed
  },
  unpack: ([day, admdvs, lags, ids, ats, region, more, stays]) => {
    const names = { ids, ats: ats.map(unpackTime), ...(more && { more }) }
    return { day, admdvs, lags, names, ...(stays && { stays }), ...(region && { region }) }
  },
}

/** Lines of a stay are sent with its bill at the latest: they are late when they come long after its end. */
function dueAt(visit: Visit, fee_ocur_time: Instant): Instant {
  if (!isInpatient(visit.med_class)) return fee_ocur_time
  return Math.max(fee_ocur_time, visit.endtime ?? visit.setl_time)
}

function boundsOf({ lag_hours }: Params): readonly number[] {
  return BOUNDS.map((hours) => (hours === 24 ? lag_hours : hours))
}

/** Counts the lines of a settlement in or out; whether any was late. */
function count(memory: Memory, visit: Visit, sign: 1 | -1, params: Params): boolean {
  const bounds = boundsOf(params)
  let [late, within] = [0, 0]
  for (const { fee_ocur_time } of visit.feedetail) {
    const lag = visit.ingest_time! - dueAt(visit, fee_ocur_time)
    const place = bounds.findIndex((hours) => lag <= hours * HOUR)
    const bucket = place < 0 ? bounds.length : place
    memory.lags[bucket]! += sign
    if (bucket >= 2) late++
    if (bucket === 2) within++
  }
  // A bill of a stay may take 72 hours (contract, "Time and order").
  if (late > 0 && late === within && isInpatient(visit.med_class)) {
    const [bills, lines] = memory.stays ?? [0, 0]
    if (bills + sign > 0) memory.stays = [bills + sign, lines + sign * late]
    else delete memory.stays
  }
  return late > 0
}

function linesIn({ lags }: Memory): { lines: number; late: number } {
  const sum = (counts: readonly number[]) => counts.reduce((total, lines) => total + lines, 0)
  return { lines: sum(lags), late: sum(lags.slice(2)) }
}

/** A small hospital's day may be one stay and a few visits: a single bill within its time makes no day late. */
function isLate(memory: Memory, params: Params): boolean {
  const { lines, late: all } = linesIn(memory)
  const [bills, excused] = memory.stays ?? [0, 0]
  const late = bills === 1 ? all - excused : all
  return late >= params.late_lines && late > params.share * lines
}

function findingOn(fixmedins_code: string, memory: Memory, region: Region, params: Params): Finding<Evidence> {
  const { lines, late } = linesIn(memory)
  const bounds = boundsOf(params)
  const day = formatDay(memory.day)
  return {
    subject: { type: 'institution', id: fixmedins_code },
    bucket: day,
    result: 'indicator',
    severity: 4,
    vola_amt: 0,
    setl_ids: namedIds(memory.names),
    setl_count: countOf(memory.names),
    lines: [],
    at: startOfDay(memory.day + 1) - SECOND,
    count: late,
    ...{ psn_no: '', fixmedins_code, admdvs: memory.admdvs, insu_admdvs: '' },
    evidence: {
      ...{ day, lines, late, share: Math.round((late / lines) * 1000) / 10 },
      histogram: memory.lags.map((counted, i) => ({ up_to_hours: bounds[i] ?? null, lines: counted })),
      region,
    },
  }
}

/** Days that are late for nearly all institutions are a fault of the platform; what half of them do is still their own. */
function isOutage({ institutions, late }: Region, { outage_share, outage_institutions }: Params): boolean {
  return institutions >= outage_institutions && late >= outage_share * institutions
}

function judged(memory: Memory, { root, params }: Context<Params>): Step<Memory, Evidence> {
  const { day, region } = memory
  const closes = startOfDay(day + 1) + CLOSES
  const step = { state: memory, forgetAt: closes + KEPT }
  if (!region) return { wakeAt: closes, ...step }
  const holds = isLate(memory, params) && !isOutage(region, params)
  return { holds: holds ? [findingOn(root, memory, region, params)] : NOTHING_HOLDS, ...step }
}

const ofInstitution: Part<Visit | Told, Memory, Evidence, Params> = {
  name: '',
  on: ['settlement', 'told'],
  hears: [TO_MEMBER],
  space: 'institution',
  root: (event) => {
    if (event.kind === 'settlement') return event.fixmedins_code
    return event.topic === TO_MEMBER ? event.of : ''
  },
  key: (event) => (event.kind === 'settlement' ? String(dayOf(event.setl_time)) : event.period),
  // What the agency reimburses it enters itself, long after it happened.
  concerns: (event) => event.kind === 'told' || (event.feedetail.length > 0 && !isAtAgency(event)),
  memoryless: false,
  owned: true,
  form: FORM,
  initial: () => ({ day: 0, admdvs: '', lags: [0, 0, 0, 0, 0], names: noIds() }),
  onEvent(known, event, context) {
    if (event.kind === 'told') {
      known.region = event.values as Region
      return judged(known, context)
    }
    if (event.ingest_time === undefined) return { skipped: 'INPUT_MISSING', ...UNCHANGED }
    const memory = known.day === 0 ? { ...known, day: dayOf(event.setl_time), admdvs: event.admdvs } : known
    if (count(memory, event, 1, context.params)) addId(memory.names, event.setl_id, event.setl_time)
    return judged(memory, context)
  },
  onVoid(memory, original, context) {
    const visit = original as Visit
    if (visit.ingest_time === undefined || memory.day === 0 || isAtAgency(visit)) return UNCHANGED
    if (count(memory, visit, -1, context.params)) removeId(memory.names, visit.setl_id)
    return judged(memory, context)
  },
  onTime(memory, { root, at, params }) {
    if (linesIn(memory).lines === 0) return { state: undefined, holds: NOTHING_HOLDS }
    const values = { late: isLate(memory, params) }
    const told: Told = { kind: 'told', topic: TO_REGION, of: root, period: String(memory.day), at, admdvs: memory.admdvs, values }
    return { state: memory, tells: [told], forgetAt: at + KEPT }
  },
}

/** All institutions of the installation share one platform. */
const ofPlatform: Part<Told, Record<string, string | null>, Evidence, Params> = {
  name: 'PLATFORM',
  on: ['told'],
  hears: [TO_REGION],
  space: 'peers',
  root: ({ topic }) => (topic === TO_REGION ? 'platform' : ''),
  key: ({ period }) => period,
  memoryless: false,
  owned: true,
  /** By institution its region where it was late, else `null`. */
  initial: () => ({}),
  onEvent(members, { of, period, admdvs, values }) {
    members[of] = (values as { late: boolean }).late ? admdvs : null
    return { state: members, wakeAt: startOfDay(Number(period) + 1) + ANSWERED }
  },
  onTime(members, { at }) {
    const late = Object.keys(members)
      .filter((code) => members[code] !== null)
      .sort()
    const values: Region = { institutions: Object.keys(members).length, late: late.length }
    const period = String(dayOf(at - ANSWERED) - 1)
    const tells = late.map((of): Told => ({ kind: 'told', topic: TO_MEMBER, of, period, at, admdvs: members[of]!, values }))
    return { state: undefined, tells }
  },
}

/** MGT-14 非实时上传: too many of a day's lines were sent long after they happened. It goes to the data contact. */
export default defineDetector<Evidence, Params>({
  id: 'MGT-14',
  version: 6,
  title: { zh: '非实时上传', en: 'Late upload' },
  category: 'MGT',
  result: 'indicator',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '39' }],
  stages: ['mid'],
  audience: 'data_contact',
  behaviour: '其他',
  params: {
    lag_hours: byDefault(24, 'a line that is sent later than this is late'),
    share: byDefault(0.2, 'late lines of the day, more than'),
    late_lines: byDefault(2, 'late lines at least: a single one is no habit'),
    outage_share: byDefault(0.8, 'institutions that are late on the same day, nearly all: the platform failed'),
    outage_institutions: byDefault(5, 'of at least so many'),
  },
  parts: [ofInstitution, ofPlatform],
  explain({ day, lines, late, share, region }, language) {
    return language === 'zh'
      ? `${day}明细${lines}条中${late}条未实时上传（${share}%），当日${region.institutions}家机构中${region.late}家偏迟。`
      : `On ${day} ${late} of ${lines} lines (${share} %) were sent late; so were those of ${region.late} of ${region.institutions} institutions.`
  },
  example: {
    ...{ day: '2026-03-02', lines: 240, late: 96, share: 40 },
    histogram: [
      { up_to_hours: 1, lines: 120 },
      { up_to_hours: 24, lines: 24 },
      { up_to_hours: 72, lines: 90 },
      { up_to_hours: 168, lines: 6 },
      { up_to_hours: null, lines: 0 },
    ],
    region: { institutions: 38, late: 2 },
  },
})
