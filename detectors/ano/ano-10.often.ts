import type { Fen } from '../../schemas/money.ts'
import { dayOf, type Instant } from '../../schemas/time.ts'
import { type PackedTime, packTime, unpackTime } from '../kit/parts/packed.ts'
import { inTime } from '../kit/parts/remembered.ts'
import { groupBy } from '../kit/plain/group-by.ts'

/** One visit of one person: where, and to whom; nobody's where a counter sold. */
export interface Seen {
  readonly id: string
  readonly at: Instant
  readonly fixmedins_code: string
  readonly doctor: string
  readonly fund: Fen
}

export type PackedSeen = readonly [id: string, at: PackedTime, fixmedins_code: string, doctor: string, fund: Fen]

/** From how many visits, within how many days, somebody comes often; and to how many institutions. */
export interface Often {
  readonly institutions: number
  readonly events: number
  readonly days: number
}

/** Doctors are places too: this tells their codes from those of institutions. */
export const DOCTOR = 'doctor:'

export function packSeen({ id, at, fixmedins_code, doctor, fund }: Seen): PackedSeen {
  return [id, packTime(at), fixmedins_code, doctor, fund]
}

export function unpackSeen([id, at, fixmedins_code, doctor, fund]: PackedSeen): Seen {
  return { id, at: unpackTime(at), fixmedins_code, doctor, fund }
}

/** The places of one person with what was done at each: its institutions and its doctors. */
function placesOf(seen: readonly Seen[]): Map<string, Seen[]> {
  const atDoctors = groupBy(
    seen.filter(({ doctor }) => doctor !== ''),
    ({ doctor }) => `${DOCTOR}${doctor}`,
  )
  return new Map([...groupBy(seen, ({ fixmedins_code }) => fixmedins_code), ...atDoctors])
}

/** Visits, by time, so many of which lie within one window. */
function isOften(seen: readonly Seen[], { events, days }: Often): boolean {
  return seen.some(({ at }, i) => {
    const last = seen[i + events - 1]
    return last !== undefined && dayOf(last.at) - dayOf(at) < days
  })
}

/** The places to which somebody comes often, with what was done there. */
export function oftenPlaces(seen: readonly Seen[], params: Often): Map<string, readonly Seen[]> {
  return new Map([...placesOf(seen)].filter(([, there]) => isOften(there, params)))
}

/** What was done where somebody comes often, if that is at several institutions, or at a doctor's and at another place. */
export function oftenSeen(seen: readonly Seen[], params: Often): readonly Seen[] {
  if (seen.length < params.events * params.institutions) return []
  const often = [...oftenPlaces(seen, params)]
  const institutions = often.filter(([place]) => !place.startsWith(DOCTOR)).map(([place]) => place)
  const isElsewhere = ([place, there]: readonly [string, readonly Seen[]]) =>
    place.startsWith(DOCTOR) && institutions.some((code) => there.every(({ fixmedins_code }) => fixmedins_code !== code))
  if (institutions.length < params.institutions && !often.some(isElsewhere)) return []
  const kept = new Set(often.flatMap(([, there]) => there))
  return seen.filter((one) => kept.has(one))
}

/** Each once, by time: a visit may count at its institution and at its doctor's. */
export function eachOnce(seen: readonly Seen[]): Seen[] {
  return [...new Map(seen.map((one) => [one.id, one])).values()].sort(inTime)
}
