import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, dayOf, formatDay, formatInstant, HOUR, hourOf, MINUTE } from '../../schemas/time.ts'
import {
  type Context,
  type DoctorVisit,
  defineDetector,
  type Finding,
  type Form,
  type Operated,
  type Step,
  UNCHANGED,
} from '../detector.ts'
import { distanceKm, pointOf } from '../kit/distance.ts'
import { isConsultation, isVaccination, WORKED_FORM, type Worked, worked } from '../kit/doctor-day.ts'
import type { Site } from '../kit/finding.ts'
import { AT_TABLE_FORM, type AtTable, absencesIn, atTable } from '../kit/operating.ts'
import { formOfDays, judgeDays, NO_DAYS, type OwnDay, type OwnDays, withEvent, withoutEvent } from '../kit/own-days.ts'
import { packSite, packTime, unpackSite, unpackTime } from '../kit/packed.ts'
import { inTime } from '../kit/remembered.ts'
import { type Entry, NOTHING_HOLDS, windowRule } from '../kit/window.ts'
import { byDefault } from '../params.ts'
import type { ReferenceView } from '../reference.ts'

interface Journey {
  readonly from: string
  readonly to: string
  readonly setl_id: string
  readonly setl_time: string
  readonly minutes: number
  readonly distance_km: number
}

interface Evidence {
  readonly dr_code: string
  readonly day: string
  readonly institutions: readonly string[]
  readonly first: string
  readonly last: string
  /** Visits in each hour of the day. */
  readonly hours: readonly number[]
  readonly visits: number
  /** The limit that the visits exceed, `null` where they do not. */
  readonly limit: number | null
  /** Hours between the first and the last visit, `null` where nobody need wonder. */
  readonly span_hours: number | null
  readonly journeys: readonly Journey[]
  /** What was issued while the doctor stood at the table. */
  readonly operating: readonly {
    readonly operation_setl_id: string
    readonly oprn_begntime: string
    readonly oprn_endtime: string
    readonly setl_id: string
    readonly setl_time: string
  }[]
  /** The doctor's own days before, where the visits are far above them. */
  readonly own: { readonly days: number; readonly mean: number; readonly sigma: number } | null
  readonly vola_amt: number
}

interface Params {
  readonly visits: number
  readonly tcm_visits: number
  readonly span_hours: number
  readonly span_visits: number
  readonly places_km: number
  readonly places_minutes: number
  readonly operation_hours: number
  readonly sigmas: number
  readonly own_visits: number
  readonly own_days: number
  readonly own_known_days: number
}

const SHOWN_JOURNEYS = 20

/** A day of one doctor: what was issued, and what the stays that were settled later tell of the operating table. */
type OfDay = Worked | AtTable

const isAtTable = (entry: OfDay): entry is AtTable => 'times' in entry

const DAY_FORM: Form<OfDay> = {
  pack: (entry) => (isAtTable(entry) ? [0, ...(AT_TABLE_FORM.pack(entry) as unknown[])] : WORKED_FORM.pack(entry)),
  unpack: (packed) => (packed[0] === 0 ? AT_TABLE_FORM.unpack(packed.slice(1)) : WORKED_FORM.unpack(packed)),
}

interface Visited extends Entry, Site {
  readonly fund: Fen
}

/** What one clause says: the visits that one doctor cannot have made, and all that it rests on. */
interface Clause {
  readonly excess: readonly Visited[]
  readonly rests: readonly Visited[]
}

const NOTHING: Clause = { excess: [], rests: [] }

function counted(visits: readonly Worked[]): readonly Worked[] {
  return visits.filter(({ vaccination }) => !vaccination)
}

function beyond(visits: readonly Visited[], limit: number): Clause {
  return visits.length > limit ? { excess: visits.slice(Math.floor(limit)), rests: visits } : NOTHING
}

function limitOf(visits: readonly Worked[], params: Params): number {
  return visits.filter(({ tcm }) => tcm).length * 2 > visits.length ? params.tcm_visits : params.visits
}

function tooLong(visits: readonly Worked[], { span_hours, span_visits }: Params): Clause {
  if (visits.length < span_visits) return NOTHING
  const end = visits[0]!.at + span_hours * HOUR
  const excess = visits.filter(({ at }) => at > end)
  return excess.length > 0 ? { excess, rests: visits } : NOTHING
}

interface Jump {
  readonly from: Worked
  readonly to: Worked
  readonly km: number
}

/** Visits within the hour after one at an institution that is far away. */
function jumpsIn(visits: readonly Worked[], { places_km, places_minutes }: Params, reference: ReferenceView): readonly Jump[] {
  if (visits.every(({ fixmedins_code }) => fixmedins_code === visits[0]!.fixmedins_code)) return []
  const lastAt = new Map<string, Worked>()
  return visits.flatMap((to) => {
    const jumps: Jump[] = []
    for (const [code, from] of lastAt) {
      if (code === to.fixmedins_code || to.at - from.at > places_minutes * MINUTE) continue
      const [here, there] = [pointOf(code, from.at, reference), pointOf(to.fixmedins_code, to.at, reference)]
      const km = here && there ? distanceKm(here, there) : 0
      if (km >= places_km) jumps.push({ from, to, km })
    }
    lastAt.set(to.fixmedins_code, to)
    return jumps.slice(0, 1)
  })
}

function journey({ from, to, km }: Jump): Journey {
  return {
    from: from.fixmedins_code,
    to: to.fixmedins_code,
    setl_id: to.id,
    setl_time: formatInstant(to.at),
    minutes: Math.round((to.at - from.at) / MINUTE),
    distance_km: Math.round(km * 10) / 10,
  }
}

type Said = Pick<Evidence, 'visits' | 'limit' | 'span_hours' | 'journeys' | 'operating' | 'own'>

interface Ground {
  readonly visits: readonly Visited[]
  readonly clauses: readonly Clause[]
  /** Settlements of operations in which something was issued. */
  readonly operations?: readonly Entry[]
}

function findingOn(doctor: string, { visits, clauses, operations = [] }: Ground, said: Said): Finding<Evidence> {
  const excess = new Set(clauses.flatMap((clause) => clause.excess))
  const rests = new Set(clauses.flatMap((clause) => clause.rests))
  const [first, last] = [visits[0]!, visits.at(-1)!]
  const [began, ended] = [visits.find((visit) => excess.has(visit))!, visits.findLast((visit) => excess.has(visit))!]
  const vola_amt = [...excess].reduce((sum, { fund }) => sum + fund, 0)
  const day = formatDay(dayOf(first.at))
  const hours = Array.from({ length: 24 }, () => 0)
  for (const { at } of visits) hours[hourOf(at)]!++
  const { fixmedins_code, admdvs } = ended
  return {
    subject: { type: 'doctor', id: doctor },
    bucket: day,
    result: 'suspicion',
    severity: 2,
    vola_amt,
    setl_ids: [...visits.filter((visit) => rests.has(visit)), ...operations].sort(inTime).map(({ id }) => id),
    lines: [],
    at: ended.at,
    first_seen: began.at,
    count: excess.size,
    // The alert speaks of the doctor and of none of the many patients.
    ...{ psn_no: '', fixmedins_code, admdvs, insu_admdvs: '' },
    evidence: {
      dr_code: doctor,
      day,
      institutions: [...new Set(visits.map((visit) => visit.fixmedins_code))],
      first: formatInstant(first.at),
      last: formatInstant(last.at),
      hours,
      ...said,
      vola_amt: yuan(vola_amt),
    },
  }
}

/** Nearly every day: few visits within few hours, all at one institution, of a doctor who did not operate. */
function isOrdinary(told: readonly OfDay[], params: Params): boolean {
  const { visits, tcm_visits, span_visits, span_hours } = params
  const [first, last] = [told[0]!, told.at(-1)!]
  if (told.length > Math.min(visits, tcm_visits)) return false
  if (told.length >= span_visits && last.at - first.at > span_hours * HOUR) return false
  return told.every((entry) => !isAtTable(entry) && entry.fixmedins_code === first.fixmedins_code)
}

function dayFinding(told: readonly OfDay[], { root, params, reference }: Context<Params>): Finding<Evidence> | undefined {
  if (isOrdinary(told, params)) return undefined
  const visits = told.filter((entry): entry is Worked => !isAtTable(entry))
  if (visits.length === 0) return undefined
  const consulted = counted(visits)
  const limit = limitOf(consulted, params)
  const tooMany = beyond(consulted, limit)
  const span = tooLong(visits, params)
  const jumps = jumpsIn(visits, params, reference)
  const absences = absencesIn(visits, told.filter(isAtTable), params)
  if (tooMany === NOTHING && span === NOTHING && jumps.length === 0 && absences.length === 0) return undefined
  const absent = { excess: absences.map(({ visit }) => visit), rests: absences.map(({ visit }) => visit) }
  const operations = [...new Set(absences.map(({ operation }) => operation))].map(({ id, settled }) => ({ id, at: settled }))
  const apart = { excess: jumps.map(({ to }) => to), rests: jumps.flatMap(({ from, to }) => [from, to]) }
  return findingOn(
    root,
    { visits, clauses: [tooMany, span, apart, absent], operations },
    {
      visits: consulted.length,
      limit: tooMany === NOTHING ? null : limit,
      span_hours: span === NOTHING ? null : Math.round((visits.at(-1)!.at - visits[0]!.at) / (HOUR / 10)) / 10,
      journeys: jumps.slice(0, SHOWN_JOURNEYS).map(journey),
      operating: absences.slice(0, SHOWN_JOURNEYS).map(({ visit, operation, from, to }) => ({
        operation_setl_id: operation.id,
        oprn_begntime: formatInstant(from),
        oprn_endtime: formatInstant(to),
        setl_id: visit.id,
        setl_time: formatInstant(visit.at),
      })),
      own: null,
    },
  )
}

const OWN_FORM = formOfDays<Visited>({
  pack: (visit) => [visit.id, packTime(visit.at), packSite(visit), visit.fund],
  unpack: ([id, at, site, fund]) => ({ id, at: unpackTime(at), fund, ...unpackSite(site) }),
})

function visited({ visit }: DoctorVisit): Visited {
  const { setl_id: id, setl_time: at, fixmedins_code, admdvs, fund_pay_sumamt: fund } = visit
  return { id, at, fixmedins_code, admdvs, fund }
}

function counts(event: DoctorVisit): boolean {
  return isConsultation(event) && !isVaccination(event)
}

function ownFinding(doctor: string, { own, events }: OwnDay<Visited>, params: Params): Finding<Evidence> | undefined {
  if (own.days < params.own_known_days) return undefined
  const limit = Math.max(params.own_visits, own.mean + params.sigmas * own.sigma)
  if (events.length <= limit) return undefined
  const round = (value: number) => Math.round(value * 10) / 10
  const said = { days: own.days, mean: round(own.mean), sigma: round(own.sigma) }
  const own_visits = { visits: events.length, limit: null, span_hours: null, journeys: [], operating: [], own: said }
  return findingOn(doctor, { visits: events, clauses: [beyond(events, limit)] }, own_visits)
}

function ownStep(memory: OwnDays<Visited>, { at }: Visited, { root, params }: Context<Params>): Step<OwnDays<Visited>, Evidence> {
  return judgeDays(memory, dayOf(at), params.own_days, (day) => ownFinding(root, day, params))
}

/**
 * ANO-06 医师工作量异常: more visits, hours or places in a day than one doctor has.
 *
 * Two parts: a day is judged by itself; whether it stands far above the doctor's own days is judged over two months of
 * counts, and is an alert of its own.
 */
export default defineDetector<Evidence, Params>({
  id: 'ANO-06',
  version: 5,
  title: { zh: '医师工作量异常', en: 'Impossible workload of a doctor' },
  category: 'ANO',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '40(三)' }],
  stages: ['mid'],
  behaviour: '虚构医药服务项目',
  params: {
    visits: byDefault(120, 'outpatient visits in a day; vaccination does not count'),
    tcm_visits: byDefault(200, 'where most visits are traditional Chinese medicine'),
    span_hours: byDefault(16, 'between the first and the last visit of a day'),
    span_visits: byDefault(20, 'fewer visits have no span'),
    places_km: byDefault(30, 'between two institutions'),
    places_minutes: byDefault(60, 'in which nobody works at both'),
    operation_hours: byDefault(2, 'a longer operation keeps its surgeon from issuing anything'),
    sigmas: byDefault(3, "standard deviations above the doctor's own mean"),
    own_visits: byDefault(60, 'fewer visits are never far above'),
    own_days: byDefault(60, 'days of the mean, ending with the last one that is built'),
    own_known_days: byDefault(5, 'working days that must be known'),
  },
  parts: [
    windowRule<DoctorVisit | Operated, OfDay, Evidence, Params>({
      on: ['doctorVisit', 'operation'],
      space: 'doctor',
      root: ({ doctor }) => doctor,
      key: (event) => String(event.kind === 'operation' ? event.day : dayOf(event.visit.setl_time)),
      concerns: (event) => event.kind === 'operation' || isConsultation(event),
      form: DAY_FORM,
      // An operation is told when its stay is settled: so long is the day remembered.
      keep: 30 * DAY,
      lateness: 10 * MINUTE,
      remember: (event, { reference }) => (event.kind === 'operation' ? atTable(event) : worked(event, reference)),
      judge(told, context) {
        const finding = dayFinding(told, context)
        return { holds: finding ? [finding] : NOTHING_HOLDS }
      },
    }),
    {
      name: 'OWN',
      on: ['doctorVisit'],
      space: 'doctor',
      root: ({ doctor }: DoctorVisit) => doctor,
      key: () => '',
      concerns: counts,
      memoryless: false,
      form: OWN_FORM,
      initial: (): OwnDays<Visited> => NO_DAYS,
      onEvent(memory: OwnDays<Visited>, event: DoctorVisit, context) {
        const visit = visited(event)
        return ownStep(withEvent(memory, visit), visit, context)
      },
      onVoid(memory: OwnDays<Visited>, original: DoctorVisit, context) {
        if (!counts(original)) return UNCHANGED
        const visit = visited(original)
        return ownStep(withoutEvent(memory, visit, context.at), visit, context)
      },
    },
  ],
  explain({ dr_code, day, visits, limit, span_hours, journeys, operating, own, vola_amt }, language) {
    const [jump] = journeys
    const [table] = operating
    const zh = language === 'zh'
    const said: string[] = []
    if (limit !== null) said.push(zh ? `门诊${visits}人次，上限${limit}` : `${visits} visits, the limit is ${limit}`)
    if (own)
      said.push(
        zh
          ? `门诊${visits}人次，本人${own.days}日均值${own.mean}±${own.sigma}`
          : `${visits} visits; on ${own.days} days before ${own.mean} ± ${own.sigma}`,
      )
    if (span_hours !== null) said.push(zh ? `首末次相隔${span_hours}小时` : `${span_hours} hours from first to last`)
    if (jump)
      said.push(
        zh
          ? `${jump.minutes}分钟内在相距${jump.distance_km}公里的两家机构接诊`
          : `${jump.minutes} minutes between institutions ${jump.distance_km} km apart`,
      )
    if (table) {
      const [from, to] = [table.oprn_begntime, table.oprn_endtime].map((time) => time.slice(11, 16))
      said.push(
        zh
          ? `本人${from}至${to}手术期间开单${operating.length}次`
          : `${operating.length} visit(s) while operating from ${from} to ${to}`,
      )
    }
    const amount = formatYuan(vola_amt * 100)
    return zh
      ? `医师${dr_code}于${day}：${said.join('；')}，涉及基金${amount}元。`
      : `Doctor ${dr_code} on ${day}: ${said.join('; ')}; ${amount} yuan of the fund are concerned.`
  },
  example: {
    dr_code: 'D990101000001',
    day: '2026-03-02',
    institutions: ['H99010100001', 'H99020100001'],
    first: '2026-03-02T07:30:00+08:00',
    last: '2026-03-02T18:00:00+08:00',
    hours: [0, 0, 0, 0, 0, 0, 0, 9, 15, 16, 15, 14, 2, 10, 15, 15, 14, 9, 1, 0, 0, 0, 0, 0],
    visits: 135,
    limit: 120,
    span_hours: null,
    journeys: [
      {
        ...{ from: 'H99010100001', to: 'H99020100001', setl_id: 'S100', setl_time: '2026-03-02T14:20:00+08:00' },
        ...{ minutes: 20, distance_km: 45 },
      },
    ],
    operating: [],
    own: null,
    vola_amt: 1050,
  },
})
