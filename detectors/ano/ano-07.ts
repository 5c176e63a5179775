import type { Admission, Discharge } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { formatYuan, yuan } from '../../schemas/money.ts'
import {
  DAY,
  type Day,
  dayOf,
  formatDay,
  formatInstant,
  HOUR,
  type Instant,
  parseDay,
  SECOND,
  startOfDay,
} from '../../schemas/time.ts'
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
import { type Crowd, type CrowdParams, crowdsIn, mayMakeCrowd, shareOfMain } from '../kit/admission-crowds.ts'
import { countyOf } from '../kit/county.ts'
import { groupBy } from '../kit/group-by.ts'
import { inTime } from '../kit/remembered.ts'
import { countSick, isEpidemic, type Sick, type Surge, type SurgeParams, surgesAround } from '../kit/surges.ts'
import { type Admitted, admit, countIn, DAYS_AROUND, discharge, newStay, type Stay } from '../kit/ward.ts'
import { NOTHING_HOLDS } from '../kit/window.ts'
import { byDefault } from '../params.ts'

/** A crowd as the institution remembers it. */
interface KnownCrowd extends Pick<Crowd, 'day' | 'origin' | 'usual'> {
  readonly visits: readonly string[]
  readonly from: Instant
  readonly to: Instant
  /** What the county was told of it, so that it is told only what changes. */
  readonly said: string
}

interface Ward {
  readonly stays: Record<string, Stay>
  readonly history: Record<string, Record<string, string>>
  readonly sick: Sick
  /** What the county was told of, as `category|first day of the week`. */
  readonly surges: Record<string, 1>
  crowds: readonly KnownCrowd[]
  /** Somebody was admitted on a day that time has not reached: to be judged then. */
  waiting: Day
  /** When it was last looked for what can be forgotten. */
  tidied: Day
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
  /** Share of those who came with an injury, whichever. */
  readonly injured: number
  readonly admissions: number
  /** Admissions a day that were usual. */
  readonly usual: number
  readonly from: Instant
  readonly to: Instant
  /** Most that stayed equally long, a day more or less. */
  readonly same_stay: { readonly days: number; readonly count: number } | null
  readonly settled: Stay['settled']
}

interface Evidence {
  readonly day: string
  readonly fixmedins_code: string
  readonly groups: readonly {
    readonly from: string
    readonly to: string
    /** Within which all of them were admitted: 24, or more where crowds follow each other. */
    readonly hours: number
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

interface Params extends CrowdParams, SurgeParams {
  readonly same_stay_share: number
}

type Heard = Admission | Discharge | Visit

const GROUP_TOPIC = 'ANO-07/group'
const SURGE_TOPIC = 'ANO-07/surge'
/** Admissions of a day may come three days late. */
const KEPT_DAYS = 5
/** Crowds older than this change no more, but for what is learnt of their stays. */
const LIVE_DAYS = KEPT_DAYS + DAYS_AROUND
/** Injuries and poisonings, and what caused them from outside: an accident brings many at once. */
const ACCIDENT = /^[STV-Y]/
const REMEMBERED_DAYS = 60
const SHOWN = 20
const MOST_SETTLEMENTS = 500

const visitOf = (event: Heard) => event.mdtrt_id || (event.kind === 'settlement' ? event.setl_id : '')
const nameOf = ({ day, origin }: Pick<Crowd, 'day' | 'origin'>) => `${formatDay(day)}|${origin}`

function sameStay(members: readonly Stay[]): Group['same_stay'] {
  const days = members.flatMap(({ at, ended }) => (ended > 0 ? [dayOf(ended) - dayOf(at)] : []))
  let best: Group['same_stay'] = null
  for (const middle of [...new Set(days)].sort((a, b) => a - b)) {
    const count = days.filter((other) => Math.abs(other - middle) <= 1).length
    if (count > (best?.count ?? 0)) best = { days: middle, count }
  }
  return best
}

function groupOf({ day, origin, members, usual }: Crowd, fixmedins_code: string): Group {
  const { icd, share } = shareOfMain(members)
  const ages = members.flatMap(({ age }) => (age >= 0 ? [age] : []))
  const times = members.map(({ at }) => at)
  const settled = members.flatMap((member) => member.settled).sort(inTime)
  return {
    ...{ county: countyOf(fixmedins_code), fixmedins_code, day: formatDay(day), origin },
    ages: origin === '' || ages.length === 0 ? null : [Math.min(...ages), Math.max(...ages)],
    icd,
    icd_share: Math.round(share * 100) / 100,
    injured: members.filter((member) => ACCIDENT.test(member.icd)).length / members.length,
    admissions: members.length,
    usual: Math.round(usual * 100) / 100,
    ...{ from: Math.min(...times), to: Math.max(...times), same_stay: sameStay(members) },
    settled: settled.slice(0, MOST_SETTLEMENTS),
  }
}

function admittedIn({ stays }: Ward): Admitted[] {
  const all = Object.entries(stays).map(([visit, stay]): Admitted => ({ ...stay, visit }))
  return all.filter(({ at }) => at > 0).sort((a, b) => a.at - b.at || (a.visit < b.visit ? -1 : 1))
}

function groundOf({ history }: Ward, { watermark, history_from, params }: Context<Params>) {
  return { history, since: dayOf(history_from), reached: Number.isFinite(watermark) ? dayOf(watermark) : 0, params }
}

/** The crowds that there are now: those of long ago as they were, those of late as they stand. */
function crowdsOf(ward: Ward, context: Context<Params>): Crowd[] {
  const ground = groundOf(ward, context)
  const liveFrom = ground.reached - LIVE_DAYS
  const membersOf = ({ visits }: KnownCrowd) => visits.map((visit): Admitted => ({ ...ward.stays[visit]!, visit }))
  const old = ward.crowds.filter(({ day }) => day < liveFrom)
  const taken = new Set(old.flatMap(({ visits }) => visits))
  const recent = admittedIn(ward).filter(({ at }) => at >= startOfDay(liveFrom) - DAY)
  const live = crowdsIn(recent, ground).filter(
    ({ day, members }) => day >= liveFrom && !members.some(({ visit }) => taken.has(visit)),
  )
  return [...old.map((crowd): Crowd => ({ ...crowd, members: membersOf(crowd) })), ...live]
}

/** Tells the county what has changed. */
function judged(ward: Ward, context: Context<Params>): Step<Ward, Evidence> {
  const { root, at } = context
  const tells: Told[] = []
  const tell = (name: string, group: Group | null) => {
    const values = { county: countyOf(root), key: `${root}|${name}`, group }
    tells.push({ kind: 'told', topic: GROUP_TOPIC, of: root, period: name, at, admdvs: '', values })
  }
  const before = new Map(ward.crowds.map((crowd) => [nameOf(crowd), crowd.said]))
  ward.crowds = crowdsOf(ward, context).map((crowd): KnownCrowd => {
    const group = groupOf(crowd, root)
    const [name, said] = [nameOf(crowd), JSON.stringify(group)]
    if (before.get(name) !== said) tell(name, group)
    before.delete(name)
    const { day, origin, usual, members } = crowd
    return { day, origin, usual, visits: members.map(({ visit }) => visit), from: group.from, to: group.to, said }
  })
  for (const name of before.keys()) tell(name, null)
  return { ...kept(ward, context), tells }
}

/** Forgets, once a day, whom no crowd needs. */
function kept(ward: Ward, { watermark, params }: Context<Params>): Step<Ward, Evidence> {
  const newest = newestIn(ward)
  const today = dayOf(Math.max(0, Math.min(newest, watermark)))
  if (today > ward.tidied) {
    ward.tidied = today
    const needed = new Set(ward.crowds.flatMap(({ visits }) => visits))
    for (const [visit, stay] of Object.entries(ward.stays)) {
      if (dayOf(Math.max(stay.at, stay.heard)) < today - LIVE_DAYS - 1 && !needed.has(visit)) delete ward.stays[visit]
    }
    const oldest = today - params.baseline_days - 2 * LIVE_DAYS
    for (const ofDays of [ward.history, ward.sick]) {
      for (const day of Object.keys(ofDays)) if (Number(day) < oldest) delete ofDays[day]
    }
    for (const name of Object.keys(ward.surges)) if (Number(name.split('|')[1]) < oldest) delete ward.surges[name]
  }
  const wakeAt = ward.waiting > 0 ? startOfDay(ward.waiting) + SECOND : undefined
  const forgetAt = ward.crowds.length > 0 ? undefined : newest + (params.baseline_days + LIVE_DAYS) * DAY
  return { state: ward, wakeAt, forgetAt }
}

function newestIn({ stays }: Ward): Instant {
  let newest = 0
  for (const visit in stays) newest = Math.max(newest, stays[visit]!.heard)
  return newest
}

/** Whether an admission can make a crowd, or change what is told of one. */
function matters(ward: Ward, visit: string, context: Context<Params>): boolean {
  const newcomer = { ...ward.stays[visit]!, visit }
  const isNear = ({ from, to }: KnownCrowd) =>
    from - LIVE_DAYS * DAY <= newcomer.at && newcomer.at <= to + (DAYS_AROUND + 1) * DAY
  return ward.crowds.some(isNear) || mayMakeCrowd(newcomer, admittedIn(ward), groundOf(ward, context))
}

/** Tells the county of a category that those admitted on the day make a surge. */
function surging(ward: Ward, day: Day, icds: Iterable<string>, context: Context<Params>): Told[] {
  const { root, at, history_from, params } = context
  const tells: Told[] = []
  for (const icd of icds) {
    for (const from of surgesAround(day, icd, { sick: ward.sick, since: dayOf(history_from), params })) {
      const period = `${icd}|${from}`
      if (ward.surges[period]) continue
      ward.surges[period] = 1
      const values = { county: countyOf(root), surge: { fixmedins_code: root, icd, from } satisfies Surge }
      tells.push({ kind: 'told', topic: SURGE_TOPIC, of: root, period, at, admdvs: '', values })
    }
  }
  return tells
}

function telling(step: Step<Ward, Evidence>, tells: readonly Told[]): Step<Ward, Evidence> {
  return tells.length === 0 ? step : { ...step, tells: [...tells, ...(step.tells ?? [])] }
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
  initial: () => ({ stays: {}, history: {}, sick: {}, surges: {}, crowds: [], waiting: 0, tidied: 0 }),
  onEvent(ward, event, context) {
    const visit = visitOf(event)
    ward.stays[visit] ??= newStay()
    const stay = ward.stays[visit]!
    stay.heard = Math.max(stay.heard, context.at)
    if (event.kind !== 'admission') {
      if (event.kind === 'settlement') stay.settled.push({ id: event.setl_id, at: event.setl_time, fund: event.fund_pay_sumamt })
      else discharge(stay, event)
      const isMember = ward.crowds.some(({ visits }) => visits.includes(visit))
      return isMember ? judged(ward, context) : kept(ward, context)
    }
    admit(stay, event)
    countIn(ward.history, stay)
    countSick(ward.sick, stay)
    const [day, { reached }] = [dayOf(stay.at), groundOf(ward, context)]
    if (day > reached) ward.waiting = ward.waiting === 0 ? day : Math.min(ward.waiting, day)
    if (day > reached) return kept(ward, context)
    const tells = surging(ward, day, [stay.icd], context)
    return telling(matters(ward, visit, context) ? judged(ward, context) : kept(ward, context), tells)
  },
  onVoid(ward, original, context) {
    const visit = original as Visit
    const stay = ward.stays[visitOf(visit)]
    if (!isInpatient(visit.med_class) || !stay) return UNCHANGED
    stay.settled = stay.settled.filter(({ id }) => id !== visit.setl_id)
    if (stay.at === 0 && stay.ended === 0 && stay.settled.length === 0) delete ward.stays[visitOf(visit)]
    return judged(ward, context)
  },
  onTime(ward, context) {
    const reached = dayOf(context.at)
    const later = admittedIn(ward).filter(({ at }) => dayOf(at) > reached)
    ward.waiting = later.length > 0 ? dayOf(later[0]!.at) : 0
    const today = admittedIn(ward).filter(({ at }) => dayOf(at) === reached)
    const tells = surging(ward, reached, new Set(today.map(({ icd }) => icd)), context)
    return telling(judged(ward, { ...context, watermark: context.at }), tells)
  },
}

interface County {
  readonly groups: Record<string, Group>
  readonly surges: Record<string, Surge>
}

/** The same disease in several institutions within a week is an epidemic and no scheme: a crowd of it is a surge as well. */
function isOutbreak(group: Group, { groups, surges }: County, params: Params): boolean {
  if (group.icd_share < params.disease_share) return false
  const crowds = Object.values(groups).filter(({ icd, icd_share }) => icd === group.icd && icd_share >= params.disease_share)
  const weeks = Array.from({ length: params.outbreak_days }, (_, i) => i)
  const ofCrowds = crowds.flatMap(({ fixmedins_code, icd, day }) =>
    weeks.map((before): Surge => ({ fixmedins_code, icd, from: parseDay(day) - before })),
  )
  return isEpidemic(parseDay(group.day), group.icd, [...ofCrowds, ...Object.values(surges)], params)
}

/** Surges of long ago matter only to the crowds of their week. */
function forgetSurges({ groups, surges }: County, newest: Day, { outbreak_days }: Params): void {
  const days = Object.values(groups).map(({ day }) => parseDay(day))
  for (const [key, { from }] of Object.entries(surges)) {
    const isOfCrowd = days.some((day) => from <= day && day < from + outbreak_days)
    if (from < newest - REMEMBERED_DAYS && !isOfCrowd) delete surges[key]
  }
}

/** One accident breaks many different bones. */
function isAccident({ injured }: Group, { disease_share }: Params): boolean {
  return injured >= disease_share
}

function hoursOf({ from, to }: Group): number {
  return Math.max(24, Math.ceil((to - from) / HOUR))
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
    setl_count: settled.length,
    lines: [],
    at: Math.max(...groups.map(({ to }) => to)),
    first_seen: Math.min(...groups.map(({ from }) => from)),
    count: admissions,
    ...{ psn_no: '', fixmedins_code, admdvs: /^\d{6}$/.test(county) ? county : '', insu_admdvs: '' },
    evidence: {
      day,
      fixmedins_code,
      groups: groups.slice(0, SHOWN).map((group) => ({
        ...{ from: formatInstant(group.from), to: formatInstant(group.to), hours: hoursOf(group) },
        ...{ origin: group.origin, ages: group.ages ?? [] },
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
  hears: [GROUP_TOPIC, SURGE_TOPIC],
  space: 'county',
  root: ({ topic, values }) => (topic === GROUP_TOPIC || topic === SURGE_TOPIC ? (values as { county: string }).county : ''),
  key: () => '',
  memoryless: false,
  owned: true,
  initial: () => ({ groups: {}, surges: {} }),
  onEvent(county, { topic, of, period, values }, { params }) {
    const { groups, surges } = county
    if (topic === SURGE_TOPIC) surges[`${of}|${period}`] = (values as { surge: Surge }).surge
    else {
      const { key, group } = values as { key: string; group: Group | null }
      if (group) groups[key] = group
      else delete groups[key]
    }
    const all = Object.values(groups)
    const newest = Math.max(...all.map(({ day }) => parseDay(day)), ...Object.values(surges).map(({ from }) => from))
    if (!Number.isFinite(newest)) return { state: undefined, holds: NOTHING_HOLDS }
    forgetSurges(county, newest, params)
    const suspect = all.filter((one) => !isAccident(one, params) && !isOutbreak(one, county, params))
    const byDay = groupBy(suspect, ({ fixmedins_code, day }) => `${fixmedins_code}|${day}`)
    const holds = [...byDay.values()].map((of) => {
      return findingOn(
        of.toSorted((a, b) => (a.origin < b.origin ? -1 : 1)),
        params,
      )
    })
    return { state: county, holds, forgetAt: startOfDay(newest + REMEMBERED_DAYS) }
  },
}

/**
 * ANO-07 聚集住院: people of one place and age, or with one disease, are admitted together. The institution finds its crowds;
 * the county, which sees several institutions, tells an epidemic from a scheme. A registered screening campaign is told as an
 * exception.
 */
export default defineDetector<Evidence, Params>({
  id: 'ANO-07',
  version: 7,
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
    outbreak_admissions: byDefault(5, 'with the disease at least, for an institution to have a surge'),
    outbreak_factor: byDefault(3, "times the institution's own usual number of the disease in as many days"),
  },
  parts: [wardPart, countyPart],
  explain({ day, groups, admissions, vola_amt }, language) {
    const largest = groups.reduce((a, b) => (b.admissions > a.admissions ? b : a))
    const { hours, origin, ages, diagnosis, diagnosis_share, usual_per_day } = largest
    const amount = formatYuan(vola_amt * 100)
    const share = Math.round(diagnosis_share * 100)
    if (language === 'zh') {
      const who = origin ? `参保地${origin}、${ages[0]}至${ages[1]}岁` : `${share}%诊断为${diagnosis}`
      return `${day}前后${hours}小时内集中住院${admissions}人（${who}），平日每天${usual_per_day}人，已结算基金${amount}元。`
    }
    const who = origin ? `insured in ${origin}, aged ${ages[0]} to ${ages[1]}` : `${share} % with ${diagnosis}`
    return `${admissions} persons (${who}) were admitted within ${hours} hours around ${day}, usually ${usual_per_day} a day; ${amount} yuan of the fund were settled.`
  },
  example: {
    day: '2026-03-12',
    fixmedins_code: 'H99010100001',
    groups: [
      {
        ...{ from: '2026-03-12T08:10:00+08:00', to: '2026-03-12T11:40:00+08:00', hours: 24, origin: '990103', ages: [66, 74] },
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
