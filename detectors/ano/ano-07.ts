import type { Admission, Discharge } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, type Day, dayOf, formatDay, formatInstant, type Instant, parseDay, startOfDay } from '../../schemas/time.ts'
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
import { completedYears } from '../kit/age.ts'
import { countyOf } from '../kit/county.ts'
import { groupBy } from '../kit/group-by.ts'
import { inTime } from '../kit/remembered.ts'
import { NOTHING_HOLDS } from '../kit/window.ts'
import { byDefault } from '../params.ts'

interface Settled {
  readonly id: string
  readonly at: Instant
  readonly fund: Fen
}

/** What is known of one stay; `at` is 0 until its admission comes. */
interface Stay {
  at: Instant
  insu: string
  /** Completed years; -1 where the birthday is not known. */
  age: number
  /** ICD-10 category of the diagnosis at admission. */
  icd: string
  ended: Instant
  ingested: Instant
  /** When anything of it was last heard. */
  heard: Instant
  settled: Settled[]
}

/** Ages of those admitted on a day, one sign each, by where they are insured. */
type Origins = Record<string, string>

interface Ward {
  readonly stays: Record<string, Stay>
  readonly history: Record<string, Origins>
  /** What the county has been told of each group, so that it is told only what changes. */
  readonly told: Record<string, string>
}

/** People admitted together, as the county hears of them. */
interface Group {
  readonly county: string
  readonly fixmedins_code: string
  readonly day: string
  /** Insured where, for a group of one origin and age; empty for one of a single disease. */
  readonly origin: string
  readonly ages: readonly [youngest: number, oldest: number] | null
  readonly icd: string
  readonly icd_share: number
  readonly admissions: number
  /** Admissions a day that were usual. */
  readonly usual: number
  readonly from: Instant
  readonly to: Instant
  /** Most that stayed equally long, a day more or less. */
  readonly same_stay: { readonly days: number; readonly count: number } | null
  readonly settled: readonly Settled[]
}

interface Evidence {
  readonly day: string
  readonly fixmedins_code: string
  readonly groups: readonly {
    readonly from: string
    readonly to: string
    readonly origin: string
    readonly ages: readonly number[]
    readonly diagnosis: string
    readonly diagnosis_share: number
    readonly admissions: number
    readonly usual_per_day: number
    readonly same_stay_days: number | null
    readonly same_stay_share: number
  }[]
  readonly admissions: number
  readonly vola_amt: number
}

interface Params {
  readonly admissions: number
  readonly age_span: number
  readonly origin_factor: number
  readonly sigmas: number
  readonly disease_share: number
  readonly known_days: number
  readonly unknown_share: number
  readonly baseline_days: number
  readonly same_stay_share: number
  readonly outbreak_institutions: number
  readonly outbreak_days: number
}

type Heard = Admission | Discharge | Visit
type Admitted = Stay & { readonly visit: string }

const GROUP_TOPIC = 'ANO-07/group'
/** Admissions of a day may come three days late. */
const KEPT_DAYS = 5
/** So many days after a crowd of the first days tell whether it was usual. */
const DAYS_AROUND = 3
const DAYS_UNTIL_BUILT = 4
/** Ages as signs from '0' on. */
const FIRST_SIGN = 48
/** Injuries and poisonings, and what caused them from outside: an accident brings many at once. */
const ACCIDENT = /^[STV-Y]/
const REMEMBERED_DAYS = 60
const SHOWN = 20
const MOST_SETTLEMENTS = 500

const visitOf = (event: Heard) => event.mdtrt_id || (event.kind === 'settlement' ? event.setl_id : '')

interface Baseline {
  readonly days: number
  readonly mean: number
  readonly sigma: number
}

/** The built days of the baseline of a day, and how many admissions each of them had of whom it is asked. */
function baselineOf(
  { history }: Ward,
  day: Day,
  since: Day,
  of: (origins: Origins) => number,
  { baseline_days }: Params,
): Baseline {
  const last = day - DAYS_UNTIL_BUILT
  const first = Math.max(since, last - baseline_days + 1)
  const days = Math.max(0, last - first + 1)
  let [sum, squares] = [0, 0]
  for (const known in history) {
    if (Number(known) < first || Number(known) > last) continue
    const count = of(history[known]!)
    sum += count
    squares += count * count
  }
  const mean = sum / Math.max(1, days)
  return { days, mean, sigma: Math.sqrt(Math.max(0, squares - days * mean * mean) / Math.max(1, days - 1)) }
}

/**
 * While too few days are built: the mean of the days around, those after it among them, so that a crowd that turns out to be
 * usual is withdrawn. The day itself and the one before, in which the crowd may have begun, are left out.
 */
function meanAround({ history }: Ward, day: Day, since: Day, of: (origins: Origins) => number): number {
  const known = Object.keys(history).map(Number)
  const last = Math.min(day + DAYS_AROUND, Math.max(...known))
  let [days, sum] = [0, 0]
  for (let other = since; other <= last; other++) {
    if (other === day || other === day - 1) continue
    days++
    sum += of(history[other] ?? {})
  }
  return sum / Math.max(1, days)
}

function countIn(ages: string | undefined, from: number, to: number): number {
  let count = 0
  for (let i = 0; i < (ages?.length ?? 0); i++) {
    const age = ages!.charCodeAt(i) - FIRST_SIGN
    if (age >= from && age <= to) count++
  }
  return count
}

function totalIn(origins: Origins): number {
  return Object.values(origins).reduce((sum, ages) => sum + ages.length, 0)
}

interface Crowd {
  readonly members: readonly Admitted[]
  readonly usual: number
}

/**
 * The largest number of one origin whose ages lie within the span, more than is usual for them. While too few days are built
 * to know what is usual, they must be most of `everybody` who was admitted in the time.
 */
function ofOneOrigin(
  window: readonly Admitted[],
  everybody: number,
  ward: Ward,
  day: Day,
  since: Day,
  params: Params,
): Crowd | undefined {
  const byAge = window.filter(({ age }) => age >= 0).sort((a, b) => a.age - b.age)
  let best: Crowd | undefined
  let to = 0
  for (let from = 0; from + params.admissions <= byAge.length; from++) {
    const youngest = byAge[from]!.age
    while (to < byAge.length && byAge[to]!.age <= youngest + params.age_span) to++
    const count = to - from
    if (count < params.admissions || count <= (best?.members.length ?? 0)) continue
    const [{ insu }, oldest] = [byAge[from]!, byAge[to - 1]!.age]
    const ofThem = (origins: Origins) => countIn(origins[insu], youngest, oldest)
    const { days, mean } = baselineOf(ward, day, since, ofThem, params)
    const isKnown = days >= params.known_days
    if (!isKnown && count < params.unknown_share * everybody) continue
    const usual = isKnown ? mean : meanAround(ward, day, since, ofThem)
    if (count >= params.origin_factor * usual) best = { members: byAge.slice(from, to), usual }
  }
  return best
}

/** Everybody admitted within the day, where they are far more than usual and most have the same. */
function ofOneDisease(window: readonly Admitted[], { days, mean, sigma }: Baseline, params: Params): Crowd | undefined {
  if (days < params.known_days || window.length <= mean + params.sigmas * sigma) return undefined
  return shareOfMain(window).share < params.disease_share ? undefined : { members: window, usual: mean }
}

function shareOfMain(members: readonly Admitted[]): { icd: string; share: number } {
  const known = members.filter(({ icd }) => icd !== '')
  const largest = [...groupBy(known, ({ icd }) => icd)].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))[0]
  return largest ? { icd: largest[0], share: largest[1].length / members.length } : { icd: '', share: 0 }
}

/** Crowds at whatever time, those that share somebody as one. */
function crowdsIn(
  admitted: readonly Admitted[],
  least: number,
  crowdOf: (window: readonly Admitted[], day: Day) => Crowd | undefined,
): { day: Day; members: Admitted[]; usual: number }[] {
  const found: { day: Day; members: Admitted[]; usual: number }[] = []
  let from = 0
  for (let to = 0; to < admitted.length; to++) {
    const { at } = admitted[to]!
    while (at - admitted[from]!.at > DAY) from++
    // Nearly every day is an ordinary one.
    if (to - from + 1 < least) continue
    const crowd = crowdOf(admitted.slice(from, to + 1), dayOf(at))
    if (!crowd) continue
    const last = found.at(-1)
    if (last && crowd.members.some((member) => last.members.includes(member))) {
      last.members = [...new Set([...last.members, ...crowd.members])]
    } else found.push({ day: dayOf(at), members: [...crowd.members], usual: crowd.usual })
  }
  return found
}

function sameStay(members: readonly Admitted[]): Group['same_stay'] {
  const days = members.flatMap(({ at, ended }) => (ended > 0 ? [dayOf(ended) - dayOf(at)] : []))
  let best: Group['same_stay'] = null
  for (const middle of [...new Set(days)].sort((a, b) => a - b)) {
    const count = days.filter((other) => Math.abs(other - middle) <= 1).length
    if (count > (best?.count ?? 0)) best = { days: middle, count }
  }
  return best
}

function groupsIn(ward: Ward, { root, history_from, params }: Context<Params>): Group[] {
  const stays = Object.entries(ward.stays).map(([visit, stay]): Admitted => ({ ...stay, visit }))
  const admitted = stays.filter(({ at }) => at > 0).sort((a, b) => a.at - b.at || (a.visit < b.visit ? -1 : 1))
  if (admitted.length < params.admissions) return []
  const since = dayOf(history_from)
  const usual = new Map<Day, Baseline>()
  const usualOn = (day: Day): Baseline => {
    const known = usual.get(day) ?? baselineOf(ward, day, since, totalIn, params)
    usual.set(day, known)
    return known
  }
  const county = countyOf(root)
  const group = ({ day, members, usual }: ReturnType<typeof crowdsIn>[number], origin: string): Group => {
    const { icd, share } = shareOfMain(members)
    const ages = members.flatMap(({ age }) => (age >= 0 ? [age] : []))
    const times = members.map(({ at }) => at)
    return {
      ...{ county, fixmedins_code: root, day: formatDay(day), origin },
      ages: origin === '' || ages.length === 0 ? null : [Math.min(...ages), Math.max(...ages)],
      icd,
      icd_share: Math.round(share * 100) / 100,
      admissions: members.length,
      usual: Math.round(usual * 100) / 100,
      ...{ from: Math.min(...times), to: Math.max(...times), same_stay: sameStay(members) },
      settled: members
        .flatMap(({ settled }) => settled)
        .sort(inTime)
        .slice(0, MOST_SETTLEMENTS),
    }
  }
  const origins = [...groupBy(admitted, ({ insu }) => insu)].filter(([insu, of]) => insu !== '' && of.length >= params.admissions)
  return [
    ...origins.flatMap(([insu, of]) =>
      crowdsIn(of, params.admissions, (window, day) => {
        const until = window.at(-1)!.at
        const everybody = admitted.filter(({ at }) => at <= until && until - at <= DAY).length
        return ofOneOrigin(window, everybody, ward, day, since, params)
      }).map((crowd) => group(crowd, insu)),
    ),
    ...crowdsIn(admitted, params.admissions, (window, day) => ofOneDisease(window, usualOn(day), params)).map((crowd) =>
      group(crowd, ''),
    ),
  ]
}

function isEmpty(record: Readonly<Record<string, unknown>>): boolean {
  for (const _ in record) return false
  return true
}

function newestIn({ stays }: Ward): Instant {
  let newest = 0
  for (const visit in stays) newest = Math.max(newest, stays[visit]!.heard)
  return newest
}

function forgottenFrom(ward: Ward, { params }: Context<Params>): Instant {
  return newestIn(ward) + (params.baseline_days + KEPT_DAYS) * DAY
}

/** Tells the county what has changed, and forgets whom no group needs. */
function stepOf(ward: Ward, context: Context<Params>): Step<Ward, Evidence> {
  const groups = new Map(groupsIn(ward, context).map((group) => [`${group.day}|${group.origin}`, group]))
  const tells: Told[] = []
  const tell = (key: string, group: Group | undefined) => {
    const { root: of, at } = context
    const values = { county: countyOf(of), key: `${of}|${key}`, group: group ?? null }
    tells.push({ kind: 'told', topic: GROUP_TOPIC, of, period: key, at, admdvs: '', values })
  }
  for (const [key, group] of groups) {
    const said = JSON.stringify(group)
    if (ward.told[key] !== said) tell(key, group)
    ward.told[key] = said
  }
  for (const key of Object.keys(ward.told)) {
    if (groups.has(key)) continue
    delete ward.told[key]
    tell(key, undefined)
  }
  const now = Math.min(newestIn(ward), context.watermark)
  const needed = [...groups.values()]
  for (const [visit, stay] of Object.entries(ward.stays)) {
    const isNear = Math.max(stay.at, stay.heard) >= now - KEPT_DAYS * DAY
    if (!isNear && !needed.some(({ from, to }) => stay.at >= from - DAY && stay.at <= to + DAY)) delete ward.stays[visit]
  }
  for (const day of Object.keys(ward.history)) {
    if (Number(day) < dayOf(now) - context.params.baseline_days - 2 * KEPT_DAYS && needed.length === 0) delete ward.history[day]
  }
  const forgetAt = needed.length > 0 ? undefined : forgottenFrom(ward, context)
  return { state: ward, tells, forgetAt }
}

const wardPart: Part<Heard, Ward, Evidence, Params> = {
  name: 'WARD',
  on: ['admission', 'discharge', 'settlement'],
  space: 'institution',
  root: ({ fixmedins_code }) => fixmedins_code,
  key: () => '',
  concerns: (event) => visitOf(event) !== '' && (event.kind !== 'settlement' || isInpatient(event.med_class)),
  memoryless: false,
  owned: true,
  initial: () => ({ stays: {}, history: {}, told: {} }),
  onEvent(ward, event, context) {
    const visit = visitOf(event)
    const stay = ward.stays[visit] ?? { at: 0, insu: '', age: -1, icd: '', ended: 0, ingested: 0, heard: 0, settled: [] }
    ward.stays[visit] = stay
    stay.heard = Math.max(stay.heard, context.at)
    if (event.kind === 'admission') admit(ward, stay, event)
    else if (event.kind === 'settlement')
      stay.settled.push({ id: event.setl_id, at: event.setl_time, fund: event.fund_pay_sumamt })
    else {
      const ingested = event.ingest_time ?? 0
      const isLater = ingested > stay.ingested || (ingested === stay.ingested && event.endtime > stay.ended)
      if (stay.ended === 0 || isLater) Object.assign(stay, { ended: event.endtime, ingested })
    }
    // Only an admission makes a crowd; what follows it is told of the crowds that there are.
    if (event.kind !== 'admission' && isEmpty(ward.told)) return { state: ward, forgetAt: forgottenFrom(ward, context) }
    return stepOf(ward, context)
  },
  onVoid(ward, original, context) {
    const visit = original as Visit
    const stay = ward.stays[visitOf(visit)]
    if (!isInpatient(visit.med_class) || !stay) return UNCHANGED
    stay.settled = stay.settled.filter(({ id }) => id !== visit.setl_id)
    if (stay.at === 0 && stay.ended === 0 && stay.settled.length === 0) delete ward.stays[visitOf(visit)]
    return stepOf(ward, context)
  },
}

function admit({ history }: Ward, stay: Stay, { begntime, insu_admdvs, brdy, dscg_maindiag_code }: Admission): void {
  const age = brdy === undefined ? -1 : Math.max(0, completedYears(brdy, dayOf(begntime)))
  Object.assign(stay, { at: begntime, insu: insu_admdvs, age, icd: dscg_maindiag_code.slice(0, 3) })
  history[dayOf(begntime)] ??= {}
  const origins = history[dayOf(begntime)]!
  // Signs in order, so that the order of arrival does not matter.
  origins[insu_admdvs] = [...(origins[insu_admdvs] ?? ''), String.fromCharCode(FIRST_SIGN + age)].sort().join('')
}

interface County {
  readonly groups: Record<string, Group>
}

/** The same disease in several institutions within a week is an epidemic and no scheme. */
function isOutbreak(group: Group, groups: readonly Group[], params: Params): boolean {
  if (group.icd_share < params.disease_share) return false
  const day = parseDay(group.day)
  const alike = groups.filter((other) => {
    const isNear = Math.abs(parseDay(other.day) - day) < params.outbreak_days
    return isNear && other.icd === group.icd && other.icd_share >= params.disease_share
  })
  return new Set(alike.map(({ fixmedins_code }) => fixmedins_code)).size >= params.outbreak_institutions
}

function isAccident({ icd, icd_share }: Group, { disease_share }: Params): boolean {
  return icd_share >= disease_share && ACCIDENT.test(icd)
}

function findingOn(groups: readonly Group[], params: Params): Finding<Evidence> {
  const { fixmedins_code, day, county } = groups[0]!
  const settled = [...new Map(groups.flatMap((group) => group.settled).map((entry) => [entry.id, entry])).values()].sort(inTime)
  const vola_amt = settled.reduce((sum, { fund }) => sum + fund, 0)
  const admissions = Math.max(...groups.map((group) => group.admissions))
  const isOrganised = groups.some(({ same_stay, admissions: of }) => (same_stay?.count ?? 0) >= params.same_stay_share * of)
  return {
    subject: { type: 'institution', id: fixmedins_code },
    bucket: day,
    result: 'suspicion',
    severity: isOrganised ? 1 : 2,
    vola_amt,
    setl_ids: settled.map(({ id }) => id).slice(0, MOST_SETTLEMENTS),
    lines: [],
    at: Math.max(...groups.map(({ to }) => to)),
    first_seen: Math.min(...groups.map(({ from }) => from)),
    count: admissions,
    ...{ psn_no: '', fixmedins_code, admdvs: /^\d{6}$/.test(county) ? county : '', insu_admdvs: '' },
    evidence: {
      day,
      fixmedins_code,
      groups: groups.slice(0, SHOWN).map((group) => ({
        ...{ from: formatInstant(group.from), to: formatInstant(group.to), origin: group.origin, ages: group.ages ?? [] },
        ...{ diagnosis: group.icd, diagnosis_share: group.icd_share, admissions: group.admissions, usual_per_day: group.usual },
        same_stay_days: group.same_stay?.days ?? null,
        same_stay_share: Math.round(((group.same_stay?.count ?? 0) / group.admissions) * 100) / 100,
      })),
      admissions,
      vola_amt: yuan(vola_amt),
    },
  }
}

const countyPart: Part<Told, County, Evidence, Params> = {
  name: '',
  on: ['told'],
  space: 'county',
  root: ({ topic, values }) => (topic === GROUP_TOPIC ? (values as { county: string }).county : ''),
  key: () => '',
  memoryless: false,
  owned: true,
  initial: () => ({ groups: {} }),
  onEvent({ groups }, { values }, { params }) {
    const { key, group } = values as { key: string; group: Group | null }
    if (group) groups[key] = group
    else delete groups[key]
    const all = Object.values(groups)
    if (all.length === 0) return { state: undefined, holds: NOTHING_HOLDS }
    const suspect = all.filter((one) => !isAccident(one, params) && !isOutbreak(one, all, params))
    const byDay = groupBy(suspect, ({ fixmedins_code, day }) => `${fixmedins_code}|${day}`)
    const holds = [...byDay.values()].map((of) => {
      return findingOn(
        of.toSorted((a, b) => (a.origin < b.origin ? -1 : 1)),
        params,
      )
    })
    const newest = Math.max(...all.map(({ day }) => parseDay(day)))
    return { state: { groups }, holds, forgetAt: startOfDay(newest + REMEMBERED_DAYS) }
  },
}

/**
 * ANO-07 聚集住院: people of one place and age, or with one disease, are admitted together. The institution finds its crowds;
 * the county, which sees several institutions, tells an epidemic from a scheme. A registered screening campaign is told as an
 * exception.
 */
export default defineDetector<Evidence, Params>({
  id: 'ANO-07',
  version: 2,
  title: { zh: '聚集住院', en: 'Group admissions' },
  category: 'ANO',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '40(一)' }],
  stages: ['mid'],
  behaviour: '诱导协助冒名或虚假就医购药',
  params: {
    admissions: byDefault(8, 'at least so many within 24 hours'),
    age_span: byDefault(10, 'years within which the ages of one origin lie'),
    origin_factor: byDefault(3, "times the cluster's own daily mean"),
    sigmas: byDefault(4, "standard deviations above the institution's daily mean"),
    disease_share: byDefault(0.6, 'share of one ICD category'),
    known_days: byDefault(3, 'built days that tell what is usual'),
    unknown_share: byDefault(0.6, "of all admissions of 24 hours, while nobody knows what is usual: the group's"),
    baseline_days: byDefault(60),
    same_stay_share: byDefault(0.7, 'leave after equally many days, one more or less'),
    outbreak_institutions: byDefault(3, 'of a county with the same disease'),
    outbreak_days: byDefault(7),
  },
  parts: [wardPart, countyPart],
  explain({ day, groups, admissions, vola_amt }, language) {
    const [group] = groups
    const { origin, ages, diagnosis, diagnosis_share, usual_per_day } = group!
    const amount = formatYuan(vola_amt * 100)
    const share = Math.round(diagnosis_share * 100)
    if (language === 'zh') {
      const who = origin ? `参保地${origin}、${ages[0]}至${ages[1]}岁` : `${share}%诊断为${diagnosis}`
      return `${day}前24小时内集中住院${admissions}人（${who}），平日${usual_per_day}人，已结算基金${amount}元。`
    }
    const who = origin ? `insured in ${origin}, aged ${ages[0]} to ${ages[1]}` : `${share} % with ${diagnosis}`
    return `${admissions} persons (${who}) were admitted within 24 hours by ${day}, usually ${usual_per_day} a day; ${amount} yuan of the fund were settled.`
  },
  example: {
    day: '2026-03-12',
    fixmedins_code: 'H99010100001',
    groups: [
      {
        ...{ from: '2026-03-12T08:10:00+08:00', to: '2026-03-12T11:40:00+08:00', origin: '990103', ages: [66, 74] },
        ...{
          diagnosis: 'I63',
          diagnosis_share: 0.5,
          admissions: 12,
          usual_per_day: 0.8,
          same_stay_days: 7,
          same_stay_share: 0.83,
        },
      },
    ],
    admissions: 12,
    vola_amt: 42_600,
  },
})
