import { type Day, dayOf } from '../../schemas/time.ts'
import { type Stay, usualBefore } from './ano-07.beds.ts'

/** How many were admitted with each ICD category on each day. */
export type Sick = Record<string, Record<string, number>>

export interface SurgeParams {
  readonly known_days: number
  readonly baseline_days: number
  readonly outbreak_institutions: number
  readonly outbreak_days: number
  readonly outbreak_admissions: number
  readonly outbreak_factor: number
}

/** What an institution's surges rest on. */
export interface SurgeGround {
  readonly sick: Sick
  /** By their first days: categories of which a surge is known already. */
  readonly surges: Readonly<Record<string, readonly string[]>>
  /** The first day that is known. */
  readonly since: Day
  readonly params: SurgeParams
}

/** An institution had far more of a category than usual in the week that begins on the day. */
export interface Surge {
  readonly fixmedins_code: string
  readonly icd: string
  readonly from: Day
}

export function countSick(sick: Sick, { at, icd }: Stay): void {
  if (icd === '') return
  const day = dayOf(at)
  sick[day] ??= {}
  sick[day][icd] = (sick[day][icd] ?? 0) + 1
}

/**
 * First days of the weeks around a day that are not known yet to have brought far more of the category than usual. A week
 * that has only begun counts as soon as it has brought enough, and what is usual was built before it began: more admissions
 * never take a surge back.
 */
export function surgesAround(day: Day, icd: string, { sick, surges: told, since, params }: SurgeGround): Day[] {
  const { outbreak_days: week, outbreak_admissions, outbreak_factor, known_days, baseline_days } = params
  const countOn = (other: Day) => sick[other]?.[icd] ?? 0
  const surges: Day[] = []
  for (let from = day - week + 1; from <= day; from++) {
    if (told[from]?.includes(icd)) continue
    let count = 0
    for (let other = from; other < from + week; other++) count += countOn(other)
    if (count < outbreak_admissions) continue
    const usual = usualBefore(sick, from, since, baseline_days, (ofDay) => ofDay[icd] ?? 0)
    if (usual.days >= known_days && count >= outbreak_factor * usual.mean * week) surges.push(from)
  }
  return surges
}

/** Whether so many institutions had a surge of the category in one week that holds the day. */
export function isEpidemic(day: Day, icd: string, surges: readonly Surge[], params: SurgeParams): boolean {
  const alike = surges.filter((surge) => surge.icd === icd && surge.from <= day && day < surge.from + params.outbreak_days)
  const byWeek = new Map<Day, Set<string>>()
  for (const { from, fixmedins_code } of alike) byWeek.set(from, (byWeek.get(from) ?? new Set()).add(fixmedins_code))
  return [...byWeek.values()].some(({ size }) => size >= params.outbreak_institutions)
}
