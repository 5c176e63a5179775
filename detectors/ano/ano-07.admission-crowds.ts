import { DAY, type Day, dayOf, type Instant, startOfDay } from '../../schemas/time.ts'
import type { Baseline } from '../kit/parts/daily-counts.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import {
  type AdmissionHistory,
  builtBefore,
  everybodyIn,
  meanAround,
  type Origins,
  ofAges,
  type Stay,
  usualBefore,
} from './ano-07.beds.ts'

export interface CrowdParams {
  readonly admissions: number
  readonly age_span: number
  readonly origin_factor: number
  readonly sigmas: number
  readonly disease_share: number
  readonly known_days: number
  readonly unknown_share: number
  readonly baseline_days: number
}

/** What an institution knows on which its crowds rest. */
export interface CrowdGround {
  readonly history: AdmissionHistory
  /** The first day that is known. */
  readonly since: Day
  /** The day that time has reached: later ones are not judged yet, for the days before them are not built. */
  readonly reached: Day
  readonly params: CrowdParams
}

/** People admitted together within 24 hours, by the day of the last of those who first made them a crowd. */
export interface Crowd {
  readonly day: Day
  /** Insured where, for those of one origin and age; empty for those with one disease. */
  readonly origin: string
  readonly members: readonly Stay[]
  /** Admissions a day that were usual. */
  readonly usual: number
}

type Found = Pick<Crowd, 'members' | 'usual'>

/** All crowds among these, who come by time. */
export function crowdsIn(admitted: readonly Stay[], ground: CrowdGround): Crowd[] {
  const { admissions: least } = ground.params
  if (admitted.length < least) return []
  const usualOn = everydayOf(ground)
  const origins = [...groupBy(admitted, ({ insu }) => insu)].filter(([insu, of]) => insu !== '' && of.length >= least)
  return [
    ...origins.flatMap(([insu, of]) => {
      const usualOf = agesOf(insu, ground)
      return joined(insu, of, ground, (window, day) => ofOneOrigin(window, admitted, day, usualOf, ground.params))
    }),
    ...joined('', admitted, ground, (window, day) => ofOneDisease(window, usualOn(day), ground.params)),
  ]
}

/** Those admitted since then, as they came. */
export function admittedSince(stays: Iterable<Stay>, since: Instant): Stay[] {
  const admitted: Stay[] = []
  for (const stay of stays) if (stay.at > 0 && stay.at >= since) admitted.push(stay)
  return admitted.sort(asTheyCame)
}

function asTheyCame(a: Stay, b: Stay): number {
  return a.at - b.at || (a.visit < b.visit ? -1 : 1)
}

/**
 * Whether somebody newly admitted is one of a crowd; nearly nobody is, and it is cheaper to say. Or also, with `ofAnyAge`,
 * whether those who came within the day before him are one, whom those of an earlier hour had hidden.
 */
export function makesCrowd(newcomer: Stay, stays: Iterable<Stay>, ground: CrowdGround, ofAnyAge: boolean): boolean {
  const near: Stay[] = []
  for (const stay of stays) if (stay.at > 0 && Math.abs(stay.at - newcomer.at) <= DAY) near.push(stay)
  if (near.length < ground.params.admissions) return false
  return isOfOrigin(newcomer, near, ground, ofAnyAge) || isOfDisease(newcomer, near, ground)
}

function isOfOrigin(newcomer: Stay, near: readonly Stay[], ground: CrowdGround, ofAnyAge: boolean): boolean {
  const { insu, age } = newcomer
  const { admissions, age_span } = ground.params
  if (insu === '' || (age < 0 && !ofAnyAge)) return false
  let alike = 0
  for (const other of near) if (other.insu === insu && (ofAnyAge || Math.abs(other.age - age) <= age_span)) alike++
  if (alike < admissions) return false
  const usualOf = agesOf(insu, ground)
  const ofOrigin = near.filter((other) => other.insu === insu).sort(asTheyCame)
  const withNewcomer = (window: readonly Stay[], day: Day) =>
    window.includes(newcomer) ? ofOneOrigin(window, near, day, usualOf, ground.params) : undefined
  return joined(insu, ofOrigin, ground, withNewcomer).length > 0
}

/** So many must have come, and so many of them with one disease, that it is seldom worth looking at who came when. */
function isOfDisease(newcomer: Stay, near: readonly Stay[], ground: CrowdGround): boolean {
  const { params } = ground
  const usualOn = everydayOf(ground)
  const day = dayOf(newcomer.at)
  const least = Math.min(...[day - 1, day, day + 1].map((one) => mostOrdinary(usualOn(one), params)))
  if (near.length <= least || mostAlike(near) < params.disease_share * least) return false
  const ofDisease = (window: readonly Stay[], end: Day) => ofOneDisease(window, usualOn(end), params)
  return joined('', near.toSorted(asTheyCame), ground, ofDisease).length > 0
}

/** How many at most have one category. */
function mostAlike(admitted: readonly Stay[]): number {
  const counts = new Map<string, number>()
  let most = 0
  for (const { icd } of admitted) {
    const count = (counts.get(icd) ?? 0) + 1
    counts.set(icd, count)
    if (count > most) most = count
  }
  return most
}

/** Whether so much is known that whoever comes from now on changes nothing of what is usual on the day. */
export function isUsualKnown(day: Day, { since, params }: CrowdGround): boolean {
  return builtBefore(day, since, params.baseline_days) >= params.known_days
}

function everydayOf({ history, since, params }: CrowdGround): (day: Day) => Baseline {
  const known = new Map<Day, Baseline>()
  return (day) => {
    const usual = known.get(day) ?? usualBefore(history, day, since, params.baseline_days, everybodyIn)
    known.set(day, usual)
    return usual
  }
}

interface UsualAges {
  /** Whether enough days are built; else `usual` is the mean of the days around. */
  readonly isKnown: boolean
  /** Admissions a day of the origin, from the youngest on as far as the span reaches. */
  readonly usual: number
}

/** What is usual for an origin on a day: the windows of one day ask the same for nearly each of those who were admitted. */
function agesOf(insu: string, { history, since, params }: CrowdGround): (day: Day, youngest: number) => UsualAges {
  const { age_span, known_days, baseline_days } = params
  const known = new Map<string, UsualAges>()
  return (day, youngest) => {
    const name = `${day}|${youngest}`
    const told = known.get(name)
    if (told) return told
    const ofThem = (origins: Origins) => ofAges(origins, insu, youngest, youngest + age_span)
    const { days, mean } = usualBefore(history, day, since, baseline_days, ofThem)
    const isKnown = days >= known_days
    const ages = { isKnown, usual: isKnown ? mean : meanAround(history, day, since, ofThem) }
    known.set(name, ages)
    return ages
  }
}

/**
 * The largest number of one origin whose ages lie within the span, more than is usual for everybody of the span: who is
 * compared only with those between the youngest and the oldest who happened to come looks rarer than he is. While too few days
 * are built to know what is usual, they must be most of everybody who was admitted in the time.
 */
function ofOneOrigin(
  window: readonly Stay[],
  admitted: readonly Stay[],
  day: Day,
  usualOf: (day: Day, youngest: number) => UsualAges,
  { admissions, age_span, unknown_share, origin_factor }: CrowdParams,
): Found | undefined {
  const ofAge = countedByAge(window)
  let everybody: number | undefined
  let best: { readonly youngest: number; readonly count: number; readonly usual: number } | undefined
  // Ages are completed years.
  const span = Math.floor(age_span)
  let count = 0
  for (let age = 0; age < span; age++) count += ofAge[age] ?? 0
  for (let youngest = 0; youngest < ofAge.length; count -= ofAge[youngest++]!) {
    count += ofAge[youngest + span] ?? 0
    if (ofAge[youngest] === 0 || count < admissions || count <= (best?.count ?? 0)) continue
    const { isKnown, usual } = usualOf(day, youngest)
    if (!isKnown) everybody ??= within(admitted, window.at(-1)!.at)
    if (everybody !== undefined && count < unknown_share * everybody) continue
    if (count >= origin_factor * usual) best = { youngest, count, usual }
  }
  if (!best) return undefined
  const { youngest, usual } = best
  const members = window.filter(({ age }) => age >= youngest && age <= youngest + age_span)
  return { members: members.sort((a, b) => a.age - b.age), usual }
}

/** How many have each age, from 0 to that of the oldest. */
function countedByAge(window: readonly Stay[]): readonly number[] {
  const oldest = window.reduce((most, { age }) => Math.max(most, age), -1)
  const counts = new Array<number>(oldest + 1).fill(0)
  for (const { age } of window) if (age >= 0) counts[age]!++
  return counts
}

function within(admitted: readonly Stay[], until: Instant): number {
  let count = 0
  for (const { at } of admitted) if (at <= until && until - at <= DAY) count++
  return count
}

/** Everybody admitted within the day, where they are far more than usual and most have the same. */
function ofOneDisease(window: readonly Stay[], usual: Baseline, params: CrowdParams): Found | undefined {
  if (window.length <= mostOrdinary(usual, params)) return undefined
  return shareOfMain(window).share < params.disease_share ? undefined : { members: window, usual: usual.mean }
}

/**
 * How many of all who come within a day are ordinary. People who come by chance scatter by the root of their number at least,
 * however even the days before were.
 */
function mostOrdinary({ days, mean, sigma }: Baseline, { known_days, sigmas }: CrowdParams): number {
  return days < known_days ? Number.POSITIVE_INFINITY : mean + sigmas * Math.max(sigma, Math.sqrt(mean))
}

export function shareOfMain(members: readonly Stay[]): { icd: string; share: number } {
  const known = members.filter(({ icd }) => icd !== '')
  const largest = [...groupBy(known, ({ icd }) => icd)].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))[0]
  return largest ? { icd: largest[0], share: largest[1].length / members.length } : { icd: '', share: 0 }
}

/** Crowds at whatever time, those that share somebody as one. */
function joined(
  origin: string,
  admitted: readonly Stay[],
  { reached, params }: CrowdGround,
  crowdOf: (window: readonly Stay[], day: Day) => Found | undefined,
): Crowd[] {
  const found: { day: Day; origin: string; members: Stay[]; usual: number }[] = []
  let from = 0
  for (let to = 0; to < admitted.length && admitted[to]!.at < startOfDay(reached + 1); to++) {
    const { at } = admitted[to]!
    while (at - admitted[from]!.at > DAY) from++
    // Nearly every day is an ordinary one.
    if (to - from + 1 < params.admissions) continue
    const crowd = crowdOf(admitted.slice(from, to + 1), dayOf(at))
    if (!crowd) continue
    const last = found.at(-1)
    if (last && crowd.members.some((member) => last.members.includes(member))) {
      last.members = [...new Set([...last.members, ...crowd.members])]
    } else found.push({ day: dayOf(at), origin, members: [...crowd.members], usual: crowd.usual })
  }
  return found
}
