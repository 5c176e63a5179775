import type { SkipReason } from '../../../schemas/errors.ts'
import type { Admission, Discharge } from '../../../schemas/events.ts'
import type { Instant } from '../../../schemas/time.ts'
import type { Context, Visit } from '../../detector.ts'
import { visitOf } from '../parts/remembered.ts'
import { medClassOf } from './med-class-of.ts'
import { STAY_MEMORY, type StayEntry, stayEntry } from './stay.ts'

type Event = Visit | Admission | Discharge
type OfStay = Pick<StayEntry, 'mdtrt_id' | 'at'>

/** When events told of a stay. */
export interface Told {
  readonly first: Instant
  readonly last: Instant
}

/** When each stay was told of; the entries come by time. */
export function toldOf(entries: readonly OfStay[]): ReadonlyMap<string, Told> {
  const told = new Map<string, Told>()
  for (const { mdtrt_id, at } of entries) told.set(mdtrt_id, { first: told.get(mdtrt_id)?.first ?? at, last: at })
  return told
}

const NONE: ReadonlySet<string> = new Set()

/** All that tells of one stay is remembered so long after the last of it; of those that a finding rests on for ever. */
export function keepStays(told: ReadonlyMap<string, Told>, held = NONE, kept = STAY_MEMORY): (entry: OfStay) => number {
  return ({ mdtrt_id, at }) => (held.has(mdtrt_id) ? Number.POSITIVE_INFINITY : told.get(mdtrt_id)!.last - at + kept)
}

/** What is further apart may or may not be remembered together; what holds must not depend on it. */
export function isNear(one: Told, other: Told): boolean {
  return one.first <= other.last + STAY_MEMORY && other.first <= one.last + STAY_MEMORY
}

/**
 * What an event tells of a stay, in the institution's county where it names none itself. That it is a day surgery or a
 * delivery the admission may tell long before the bill; where it does not, the stay is an ordinary one until the bill comes.
 */
export function placedEntry(event: Event, { at, reference }: Context<unknown>): StayEntry {
  const entry = stayEntry(event)!
  const admdvs = entry.admdvs || (reference.find('institution', entry.fixmedins_code, at)?.row.admdvs ?? '')
  if (event.kind !== 'admission' || !event.med_type) return entry.admdvs ? entry : { ...entry, admdvs }
  const med_class = medClassOf(event.med_type, admdvs, at, reference)
  return { ...entry, admdvs, med_class: med_class === 'IPT' ? '' : med_class }
}

/** A settlement that does not say when its stay began needs another event that does. */
export function lacksBegin(event: Event, words: readonly OfStay[]): SkipReason | undefined {
  if (event.kind !== 'settlement' || event.begntime !== undefined) return undefined
  return words.some(({ mdtrt_id }) => mdtrt_id === visitOf(event)) ? undefined : 'INPUT_MISSING'
}
