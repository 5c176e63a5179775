import type { Admission, Discharge } from '../../schemas/events.ts'
import type { Fen } from '../../schemas/money.ts'
import { type Day, dayOf, type Instant } from '../../schemas/time.ts'
import { completedYears } from '../kit/care/age.ts'
import type { Baseline } from '../kit/parts/daily-counts.ts'
import { revise, type Written } from '../kit/parts/written.ts'

export interface Settled {
  readonly id: string
  readonly at: Instant
  readonly fund: Fen
}

/** What is known of one stay; `at` is 0 until its admission comes. */
export interface Stay extends Written {
  readonly visit: string
  at: Instant
  insu: string
  /** Completed years; -1 where the birthday is not known. */
  age: number
  /** ICD-10 category of the diagnosis at admission. */
  icd: string
  ended: Instant
  ingested: Instant
  settled: readonly Settled[]
}

/** Ages of those admitted on a day, one sign each, by where they are insured. */
export type Origins = Readonly<Record<string, string>>
export type AdmissionHistory = Readonly<Record<string, Origins>>

/** At the beginning of a day the fourth day before it is the last one that is built. */
const DAYS_UNTIL_BUILT = 4
/** So many days after a crowd of the first days tell whether it was usual. */
export const DAYS_AROUND = 3
/** Ages as signs from '0' on. */
const FIRST_SIGN = 48

export function newStay(visit: string): Stay {
  return { visit, at: 0, insu: '', age: -1, icd: '', ended: 0, ingested: 0, settled: [], written: '' }
}

export function admit(stay: Stay, { begntime, insu_admdvs, brdy, dscg_maindiag_code }: Admission): void {
  const age = brdy === undefined ? -1 : Math.max(0, completedYears(brdy, dayOf(begntime)))
  revise(stay, { at: begntime, insu: insu_admdvs, age, icd: dscg_maindiag_code.slice(0, 3) })
}

export function discharge(stay: Stay, { ingest_time: ingested = 0, endtime }: Discharge): void {
  const isLater = ingested > stay.ingested || (ingested === stay.ingested && endtime > stay.ended)
  if (stay.ended === 0 || isLater) revise(stay, { ended: endtime, ingested })
}

/** Counts an admission; signs stand in order, so that the order of arrival does not matter. */
export function countIn(history: Record<string, Record<string, string>>, { at, insu, age }: Stay): void {
  history[dayOf(at)] ??= {}
  const origins = history[dayOf(at)]!
  const ages = origins[insu] ?? ''
  const sign = FIRST_SIGN + age
  let place = ages.length
  while (place > 0 && ages.charCodeAt(place - 1) > sign) place--
  origins[insu] = ages.slice(0, place) + String.fromCharCode(sign) + ages.slice(place)
}

/** How many of one origin and of these ages were admitted. */
export function ofAges(origins: Origins, insu: string, from: number, to: number): number {
  const ages = origins[insu] ?? ''
  let count = 0
  for (let i = 0; i < ages.length; i++) {
    const age = ages.charCodeAt(i) - FIRST_SIGN
    if (age >= from && age <= to) count++
  }
  return count
}

export function everybodyIn(origins: Origins): number {
  let count = 0
  for (const insu in origins) count += origins[insu]!.length
  return count
}

/** How many days of a baseline are built at the beginning of a day. */
export function builtBefore(day: Day, since: Day, length: number): number {
  return Math.max(0, Math.min(length, day - DAYS_UNTIL_BUILT - since + 1))
}

/** What the built days before a day brought of whom it is asked; days without any count too. */
export function usualBefore<T = Origins>(
  history: Readonly<Record<string, T>>,
  day: Day,
  since: Day,
  length: number,
  of: (ofDay: T) => number,
): Baseline {
  const last = day - DAYS_UNTIL_BUILT
  const days = builtBefore(day, since, length)
  let [sum, squares] = [0, 0]
  for (let known = last - days + 1; known <= last; known++) {
    const ofDay = history[known]
    if (ofDay === undefined) continue
    const count = of(ofDay)
    sum += count
    squares += count * count
  }
  const mean = sum / Math.max(1, days)
  return { days, mean, sigma: Math.sqrt(Math.max(0, squares - days * mean * mean) / Math.max(1, days - 1)) }
}

/**
 * While too few days are built: the mean of the days around, those after it among them, so that a crowd that turns out to be
 * usual is withdrawn. The day itself and the one before, in which the crowd may have begun, are left out; a day that has not
 * come yet counts as empty, so that in the end it does not matter when it was asked.
 */
export function meanAround(history: AdmissionHistory, day: Day, since: Day, of: (origins: Origins) => number): number {
  let [days, sum] = [0, 0]
  for (let other = since; other <= day + DAYS_AROUND; other++) {
    if (other === day || other === day - 1) continue
    days++
    sum += of(history[other] ?? {})
  }
  return sum / Math.max(1, days)
}
