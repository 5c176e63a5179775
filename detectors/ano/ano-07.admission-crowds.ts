import { DAY, type Day, dayOf, type Instant, startOfDay } from '../../schemas/time.ts'
import type { Baseline } from '../kit/parts/daily-counts.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import {
  type AdmissionHistory,
  type Admitted,
  everybodyIn,
  meanAround,
  type Origins,
  ofAges,
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
  readonly members: readonly Admitted[]
  /** Admissions a day that were usual. */
  readonly usual: number
}

type Found = Pick<Crowd, 'members' | 'usual'>

/** All crowds among these, who come by time. */
export function crowdsIn(admitted: readonly Admitted[], ground: CrowdGround): Crowd[] {
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

/** Whether somebody newly admitted is one of a crowd; nearly nobody is, and it is cheaper to say. */
export function makesCrowd(newcomer: Admitted, admitted: readonly Admitted[], ground: CrowdGround): boolean {
  const near = admitted.filter(({ at }) => Math.abs(at - newcomer.at) <= DAY)
  if (near.length < ground.params.admissions) return false
  return isOfOrigin(newcomer, near, ground) || isOfDisease(near, ground)
}

function isOfOrigin(newcomer: Admitted, near: readonly Admitted[], ground: CrowdGround): boolean {
  const { insu, age } = newcomer
  const { admissions, age_span } = ground.params
  if (insu === '' || age < 0) return false
  const ofOrigin = near.filter((other) => other.insu === insu)
  if (ofOrigin.filter((other) => Math.abs(other.age - age) <= age_span).length < admissions) return false
  const usualOf = agesOf(insu, ground)
  const withNewcomer = (window: readonly Admitted[], day: Day) => {
    if (!window.some(({ visit }) => visit === newcomer.visit)) return undefined
    return ofOneOrigin(window, near, day, usualOf, ground.params)
  }
  return joined(insu, ofOrigin, ground, withNewcomer).length > 0
}

function isOfDisease(near: readonly Admitted[], ground: CrowdGround): boolean {
  const usualOn = everydayOf(ground)
  return joined('', near, ground, (window, day) => ofOneDisease(window, usualOn(day), ground.params)).length > 0
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
  window: readonly Admitted[],
  admitted: readonly Admitted[],
  day: Day,
  usualOf: (day: Day, youngest: number) => UsualAges,
  { admissions, age_span, unknown_share, origin_factor }: CrowdParams,
): Found | undefined {
  const ofAge = countedByAge(window)
  let best: { readonly youngest: number; readonly count: number; readonly usual: number } | undefined
  // Ages are completed years.
  const span = Math.floor(age_span)
  let count = 0
  for (let age = 0; age < span; age++) count += ofAge[age] ?? 0
  for (let youngest = 0; youngest < ofAge.length; count -= ofAge[youngest++]!) {
    count += ofAge[youngest + span] ?? 0
    if (ofAge[youngest] === 0 || count < admissions || count <= (best?.count ?? 0)) continue
    const { isKnown, usual } = usualOf(day, youngest)
    if (!isKnown && count < unknown_share * within(admitted, window.at(-1)!.at)) continue
    if (count >= origin_factor * usual) best = { youngest, count, usual }
  }
  if (!best) return undefined
  const { youngest, usual } = best
  const members = window.filter(({ age }) => age >= youngest && age <= youngest + age_span)
  return { members: members.sort((a, b) => a.age - b.age), usual }
}

/** How many have each age, from 0 to that of the oldest. */
function countedByAge(window: readonly Admitted[]): readonly number[] {
  const oldest = window.reduce((most, { age }) => Math.max(most, age), -1)
  const counts = new Array<number>(oldest + 1).fill(0)
  for (const { age } of window) if (age >= 0) counts[age]!++
  return counts
}

function within(admitted: readonly Admitted[], until: Instant): number {
  return admitted.filter(({ at }) => at <= until && until - at <= DAY).length
}

/**
 * Everybody admitted within the day, where they are far more than usual and most have the same. People who come by chance
 * scatter by the root of their number at least, however even the days before were.
 */
function ofOneDisease(window: readonly Admitted[], { days, mean, sigma }: Baseline, params: CrowdParams): Found | undefined {
  const scatter = Math.max(sigma, Math.sqrt(mean))
  if (days < params.known_days || window.length <= mean + params.sigmas * scatter) return undefined
  return shareOfMain(window).share < params.disease_share ? undefined : { members: window, usual: mean }
}

export function shareOfMain(members: readonly Admitted[]): { icd: string; share: number } {
  const known = members.filter(({ icd }) => icd !== '')
  const largest = [...groupBy(known, ({ icd }) => icd)].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))[0]
  return largest ? { icd: largest[0], share: largest[1].length / members.length } : { icd: '', share: 0 }
}

/** Crowds at whatever time, those that share somebody as one. */
function joined(
  origin: string,
  admitted: readonly Admitted[],
  { reached, params }: CrowdGround,
  crowdOf: (window: readonly Admitted[], day: Day) => Found | undefined,
): Crowd[] {
  const found: { day: Day; origin: string; members: Admitted[]; usual: number }[] = []
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
