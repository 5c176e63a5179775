import type { Admission, Discharge } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { DAY, type Day, dayOf, formatDay, type Instant, SECOND, startOfDay } from '../../schemas/time.ts'
import { type Context, type Part, type Step, type Told, UNCHANGED, type Visit } from '../detector.ts'
import { countyOf } from '../kit/plain/county.ts'
import { type Crowd, crowdsIn, makesCrowd } from './ano-07.admission-crowds.ts'
import { type Admitted, admit, countIn, DAYS_AROUND, discharge, newStay, type Stay } from './ano-07.beds.ts'
import { groupOf } from './ano-07.group.ts'
import { countSick, type Sick, type Surge, surgesAround } from './ano-07.surges.ts'
import { type Evidence, GROUP_TOPIC, type Group, type Params, SURGE_TOPIC } from './ano-07.terms.ts'

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

type Heard = Admission | Discharge | Visit

/** Admissions of a day may come three days late. */
const KEPT_DAYS = 5
/** Crowds older than this change no more, but for what is learnt of their stays. */
const LIVE_DAYS = KEPT_DAYS + DAYS_AROUND
const visitOf = (event: Heard) => event.mdtrt_id || (event.kind === 'settlement' ? event.setl_id : '')
const nameOf = ({ day, origin }: Pick<Crowd, 'day' | 'origin'>) => `${formatDay(day)}|${origin}`

/** Those admitted since then, as they came. */
function admittedIn({ stays }: Ward, since: Instant): Admitted[] {
  const admitted: Admitted[] = []
  for (const visit in stays) {
    const stay = stays[visit]!
    if (stay.at > 0 && stay.at >= since) admitted.push({ ...stay, visit })
  }
  return admitted.sort((a, b) => a.at - b.at || (a.visit < b.visit ? -1 : 1))
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
  const recent = admittedIn(ward, startOfDay(liveFrom) - DAY)
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

/** Whether an admission makes a crowd, or can change what is told of one. */
function matters(ward: Ward, visit: string, context: Context<Params>): boolean {
  const newcomer = { ...ward.stays[visit]!, visit }
  const isNear = ({ from, to }: KnownCrowd) =>
    from - LIVE_DAYS * DAY <= newcomer.at && newcomer.at <= to + (DAYS_AROUND + 1) * DAY
  return ward.crowds.some(isNear) || makesCrowd(newcomer, admittedIn(ward, newcomer.at - DAY), groundOf(ward, context))
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

export const wardPart: Part<Heard, Ward, Evidence, Params> = {
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
    const [next] = admittedIn(ward, startOfDay(reached + 1))
    ward.waiting = next ? dayOf(next.at) : 0
    const today = admittedIn(ward, startOfDay(reached)).filter(({ at }) => dayOf(at) === reached)
    const tells = surging(ward, reached, new Set(today.map(({ icd }) => icd)), context)
    return telling(judged(ward, { ...context, watermark: context.at }), tells)
  },
}
