import { DAY, type Day, dayOf, type Instant, startOfDay } from '../../schemas/time.ts'
import type { Baseline } from './daily-counts.ts'
import { groupBy } from './group-by.ts'
import { type AdmissionHistory, type Admitted, everybodyIn, meanAround, type Origins, ofAges, usualBefore } from './ward.ts'

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
    ...origins.flatMap(([insu, of]) => joined(insu, of, ground, (window, day) => ofOneOrigin(window, admitted, day, ground))),
    ...joined('', admitted, ground, (window, day) => ofOneDisease(window, usualOn(day), ground.params)),
  ]
}

/** Whether somebody newly admitted can be one of a crowd; nearly nobody is, and it is cheaper to say. */
export function mayMakeCrowd(newcomer: Admitted, admitted: readonly Admitted[], ground: CrowdGround): boolean {
  const { admissions, age_span } = ground.params
  const near = admitted.filter(({ at }) => Math.abs(at - newcomer.at) <= DAY)
  if (near.length < admissions) return false
  const isAlike = ({ insu, age }: Admitted) => insu === newcomer.insu && Math.abs(age - newcomer.age) <= age_span
  if (newcomer.insu !== '' && newcomer.age >= 0 && near.filter(isAlike).length >= admissions) return true
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

/**
 * The largest number of one origin whose ages lie within the span, more than is usual for everybody of the span: who is
 * compared only with those between the youngest and the oldest who happened to come looks rarer than he is. While too few days
 * are built to know what is usual, they must be most of everybody who was admitted in the time.
 */
function ofOneOrigin(
  window: readonly Admitted[],
  admitted: readonly Admitted[],
  day: Day,
  { history, since, params }: CrowdGround,
): Found | undefined {
  const { admissions, age_span, known_days, unknown_share, origin_factor, baseline_days } = params
  const byAge = window.filter(({ age }) => age >= 0).sort((a, b) => a.age - b.age)
  let best: Found | undefined
  let to = 0
  for (let from = 0; from + admissions <= byAge.length; from++) {
    const youngest = byAge[from]!.age
    while (to < byAge.length && byAge[to]!.age <= youngest + age_span) to++
    const count = to - from
    if (count < admissions || count <= (best?.members.length ?? 0)) continue
    const { insu } = byAge[from]!
    const ofThem = (origins: Origins) => ofAges(origins, insu, youngest, youngest + age_span)
    const { days, mean } = usualBefore(history, day, since, baseline_days, ofThem)
    const isKnown = days >= known_days
    if (!isKnown && count < unknown_share * within(admitted, window.at(-1)!.at)) continue
    const usual = isKnown ? mean : meanAround(history, day, since, ofThem)
    if (count >= origin_factor * usual) best = { members: byAge.slice(from, to), usual }
  }
  return best
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
