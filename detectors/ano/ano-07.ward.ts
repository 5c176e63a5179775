import type { Admission, Discharge } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { DAY, type Day, dayOf, formatDay, startOfDay } from '../../schemas/time.ts'
import { type Context, type Part, type Step, type Told, UNCHANGED, type Visit } from '../detector.ts'
import { revise } from '../kit/parts/written.ts'
import { countyOf } from '../kit/plain/county.ts'
import { admittedSince, type Crowd, type CrowdGround, crowdsIn, isUsualKnown, makesCrowd } from './ano-07.admission-crowds.ts'
import { admit, countIn, DAYS_AROUND, discharge, newStay, type Stay } from './ano-07.beds.ts'
import { FORM } from './ano-07.form.ts'
import { groupOf } from './ano-07.group.ts'
import { emptyWard, type KnownCrowd, kept, LIVE_DAYS, type Ward } from './ano-07.memory.ts'
import { countSick, type Surge, surgesAround } from './ano-07.surges.ts'
import { type Evidence, GROUP_TOPIC, type Group, type Params, SURGE_TOPIC } from './ano-07.terms.ts'

type Heard = Admission | Discharge | Visit

const visitOf = (event: Heard) => event.mdtrt_id || (event.kind === 'settlement' ? event.setl_id : '')
const nameOf = ({ day, origin }: Pick<Crowd, 'day' | 'origin'>) => `${formatDay(day)}|${origin}`

function groundOf({ history }: Ward, { watermark, history_from, params }: Context<Params>) {
  return { history, since: dayOf(history_from), reached: Number.isFinite(watermark) ? dayOf(watermark) : 0, params }
}

/** What the county was told, by names: of several crowds of one name it knows the last. */
type Said = ReadonlyMap<string, Group>
const NOTHING: Said = new Map()

function knownOf({ day, origin, usual, members }: Crowd): KnownCrowd {
  const times = members.map(({ at }) => at)
  const visits = members.map(({ visit }) => visit)
  return { day, origin, usual, visits, from: Math.min(...times), to: Math.max(...times) }
}

function membersOf(ward: Ward, { visits }: KnownCrowd): Stay[] {
  return visits.map((visit) => ward.stays.get(visit)!)
}

type ByName = Map<string, KnownCrowd>

function byName(ward: Ward, about: (crowd: KnownCrowd) => boolean): ByName {
  const crowds: ByName = new Map()
  for (const crowd of ward.crowds) if (about(crowd)) crowds.set(nameOf(crowd), crowd)
  return crowds
}

function said(ward: Ward, root: string, crowds: ByName): Said {
  const groups = new Map<string, Group>()
  for (const [name, crowd] of crowds) groups.set(name, groupOf({ ...crowd, members: membersOf(ward, crowd) }, root))
  return groups
}

/** What was said of the crowds of a visit, before anything is learnt of it. */
function saidOf(ward: Ward, root: string, visit: string): Said {
  const names = new Set<string>()
  for (const crowd of ward.crowds) if (crowd.visits.includes(visit)) names.add(nameOf(crowd))
  if (names.size === 0) return NOTHING
  const crowds = byName(ward, (crowd) => names.has(nameOf(crowd)))
  return said(ward, root, crowds)
}

/** Tells the county what is no longer as it was said. */
function telling(before: Said, after: Said, { root, at }: Context<Params>): Told[] {
  const tells: Told[] = []
  const tell = (name: string, group: Group | null) => {
    const values = { county: countyOf(root), key: `${root}|${name}`, group }
    tells.push({ kind: 'told', topic: GROUP_TOPIC, of: root, period: name, at, admdvs: '', values })
  }
  for (const [name, group] of after) if (JSON.stringify(before.get(name)) !== JSON.stringify(group)) tell(name, group)
  for (const name of before.keys()) if (!after.has(name)) tell(name, null)
  return tells
}

/** Finds the crowds that there are now: those of long ago stay as they were. */
function judged(ward: Ward, before: Said, context: Context<Params>): Told[] {
  const { root } = context
  const ground = groundOf(ward, context)
  const liveFrom = ground.reached - LIVE_DAYS
  const isLive = ({ day }: KnownCrowd) => day >= liveFrom
  const were = byName(ward, isLive)
  const old = ward.crowds.filter((crowd) => !isLive(crowd))
  const taken = new Set(old.flatMap(({ visits }) => visits))
  const recent = admittedSince(ward.stays.values(), startOfDay(liveFrom) - DAY)
  const live = crowdsIn(recent, ground).filter(
    ({ day, members }) => day >= liveFrom && !members.some(({ visit }) => taken.has(visit)),
  )
  ward.crowds = [...old, ...live.map(knownOf)]
  ward.judged = ground.reached
  const are = byName(ward, (crowd) => isLive(crowd) || before.has(nameOf(crowd)))
  for (const [name, crowd] of were) {
    const now = are.get(name)
    if (before.has(name) || !now || !isSame(crowd, now)) continue
    were.delete(name)
    are.delete(name)
  }
  return telling(new Map([...said(ward, root, were), ...before]), said(ward, root, are), context)
}

/** Of the same members, of whom nothing has been learnt meanwhile, the same would be said. */
function isSame(a: KnownCrowd, b: KnownCrowd): boolean {
  return a.usual === b.usual && a.visits.length === b.visits.length && a.visits.every((visit, i) => visit === b.visits[i])
}

/**
 * Whether the crowds are those of today. Before it is known what is usual, history may still turn out to begin earlier, and
 * with it changes what is.
 */
function areOfToday({ judged: last }: Ward, ground: CrowdGround): boolean {
  return last === ground.reached && isUsualKnown(ground.reached, ground)
}

/** More is known of a stay than its admission, which makes no crowd and ends none. */
function retold(ward: Ward, before: Said, context: Context<Params>): Told[] {
  if (!areOfToday(ward, groundOf(ward, context))) return judged(ward, before, context)
  if (before.size === 0) return []
  const crowds = byName(ward, (crowd) => before.has(nameOf(crowd)))
  return telling(before, said(ward, context.root, crowds), context)
}

/**
 * Whether an admission makes a crowd, or can change what is told of one: within a day of it, or on a day that tells whether it
 * was usual. The first one of a day that comes about as late looks at all of them.
 */
function matters(ward: Ward, newcomer: Stay, ground: CrowdGround): boolean {
  const isToday = areOfToday(ward, ground)
  let isAbout = false
  for (const { day, from, to } of ward.crowds) {
    if (newcomer.at < from - LIVE_DAYS * DAY || newcomer.at > to + (DAYS_AROUND + 1) * DAY) continue
    const isNear = from - DAY <= newcomer.at && newcomer.at <= to + DAY
    if (isNear || !isToday || !isUsualKnown(day, ground)) return true
    isAbout = true
  }
  return makesCrowd(newcomer, ward.stays.values(), ground, isAbout)
}

/** Tells the county of a category that those admitted on the day make a surge. */
function surging(ward: Ward, day: Day, icds: Iterable<string>, context: Context<Params>): Told[] {
  const { root, at, history_from, params } = context
  const { sick, surges } = ward
  const tells: Told[] = []
  for (const icd of icds) {
    for (const from of surgesAround(day, icd, { sick, surges, since: dayOf(history_from), params })) {
      surges[from] = [...(surges[from] ?? []), icd]
      const values = { county: countyOf(root), surge: { fixmedins_code: root, icd, from } satisfies Surge }
      tells.push({ kind: 'told', topic: SURGE_TOPIC, of: root, period: `${icd}|${from}`, at, admdvs: '', values })
    }
  }
  return tells
}

/** Tells of surges before it tells of crowds: a crowd of an epidemic is none from the beginning. */
function done(ward: Ward, context: Context<Params>, tells: readonly Told[]): Step<Ward, Evidence> {
  return tells.length === 0 ? kept(ward, context) : { ...kept(ward, context), tells }
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
  form: FORM,
  initial: emptyWard,
  onEvent(ward, event, context) {
    const visit = visitOf(event)
    const known = ward.stays.get(visit)
    const before = known ? saidOf(ward, context.root, visit) : NOTHING
    const stay = known ?? newStay(visit)
    if (!known) ward.stays.set(visit, stay)
    ward.newest = Math.max(ward.newest, context.at)
    if (event.kind !== 'admission') {
      if (event.kind === 'discharge') discharge(stay, event)
      else revise(stay, { settled: [...stay.settled, { id: event.setl_id, at: event.setl_time, fund: event.fund_pay_sumamt }] })
      return done(ward, context, before.size === 0 ? [] : retold(ward, before, context))
    }
    admit(stay, event)
    countIn(ward.history, stay)
    countSick(ward.sick, stay)
    const ground = groundOf(ward, context)
    const day = dayOf(stay.at)
    if (day > ground.reached) {
      ward.waiting = ward.waiting === 0 ? day : Math.min(ward.waiting, day)
      return kept(ward, context)
    }
    const tells = surging(ward, day, [stay.icd], context)
    if (matters(ward, stay, ground)) tells.push(...judged(ward, before, context))
    return done(ward, context, tells)
  },
  onVoid(ward, original, context) {
    const visit = original as Visit
    const stay = ward.stays.get(visitOf(visit))
    if (!isInpatient(visit.med_class) || !stay) return UNCHANGED
    const before = saidOf(ward, context.root, stay.visit)
    revise(stay, { settled: stay.settled.filter(({ id }) => id !== visit.setl_id) })
    if (stay.at === 0 && stay.ended === 0 && stay.settled.length === 0) ward.stays.delete(stay.visit)
    return done(ward, context, retold(ward, before, context))
  },
  onTime(ward, context) {
    const reached = dayOf(context.at)
    const admitted = admittedSince(ward.stays.values(), startOfDay(reached))
    const today = admitted.filter(({ at }) => dayOf(at) === reached)
    const next = admitted[today.length]
    ward.waiting = next ? dayOf(next.at) : 0
    const tells = surging(ward, reached, new Set(today.map(({ icd }) => icd)), context)
    return done(ward, context, [...tells, ...judged(ward, NOTHING, { ...context, watermark: context.at })])
  },
}
