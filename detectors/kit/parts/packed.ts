import { type Instant, SECOND } from '../../../schemas/time.ts'
import type { Place, Site } from '../bills/finding.ts'
import type { Remembered } from './remembered.ts'

/** Seconds: nearly every time is a whole second, and is shorter so. */
export type PackedTime = number

export function packTime(at: Instant): PackedTime {
  return at / SECOND
}

export function unpackTime(packed: PackedTime): Instant {
  return Math.round(packed * SECOND)
}

/** The institution's code alone where it carries the county and the person is insured there; else what differs with it. */
export type PackedPlace =
  | string
  | readonly [fixmedins_code: string, insu_admdvs: string]
  | readonly [fixmedins_code: string, insu_admdvs: string, admdvs: string]

export function packPlace({ fixmedins_code, admdvs, insu_admdvs }: Place): PackedPlace {
  const county = countyIn(fixmedins_code)
  if (admdvs !== county) return [fixmedins_code, insu_admdvs, admdvs]
  return insu_admdvs === county ? fixmedins_code : [fixmedins_code, insu_admdvs]
}

export function unpackPlace(packed: PackedPlace): Place {
  if (typeof packed === 'string') return { fixmedins_code: packed, admdvs: countyIn(packed), insu_admdvs: countyIn(packed) }
  const [fixmedins_code, insu_admdvs, admdvs = countyIn(fixmedins_code)] = packed
  return { fixmedins_code, admdvs, insu_admdvs }
}

/** A national code is a letter, the county, and a number. */
function countyIn(fixmedins_code: string): string {
  return fixmedins_code.slice(1, 7)
}

/** Where something was done, without where the person is insured. */
export type PackedSite = string | readonly [fixmedins_code: string, admdvs: string]

export function packSite({ fixmedins_code, admdvs }: Site): PackedSite {
  return admdvs === countyIn(fixmedins_code) ? fixmedins_code : [fixmedins_code, admdvs]
}

export function unpackSite(packed: PackedSite): Site {
  if (typeof packed === 'string') return { fixmedins_code: packed, admdvs: countyIn(packed) }
  return { fixmedins_code: packed[0], admdvs: packed[1] }
}

/** What every memory of a settlement begins with. */
export type PackedHead = readonly [id: string, at: PackedTime, place: PackedPlace]

export function packHead(settled: Remembered): PackedHead {
  return [settled.id, packTime(settled.at), packPlace(settled)]
}

export function unpackHead([id, at, place]: readonly [...PackedHead, ...unknown[]]): Remembered {
  const { fixmedins_code, admdvs, insu_admdvs } = unpackPlace(place)
  return { id, at: unpackTime(at), fixmedins_code, admdvs, insu_admdvs }
}

/** Serial numbers of lines: the first one where the others count on from it, as they nearly always do. */
export type PackedSerials = readonly string[] | number

export function packSerials(serials: readonly string[]): PackedSerials {
  const first = Number(serials[0])
  if (!Number.isSafeInteger(first)) return serials
  for (let i = 0; i < serials.length; i++) if (serials[i] !== String(first + i)) return serials
  return first
}

export function serialAt(packed: PackedSerials, i: number): string {
  return typeof packed === 'number' ? String(packed + i) : packed[i]!
}

/** Things of few kinds: each kind once, and of each thing the number of its kind. */
export function sorted<T>(
  things: readonly T[],
  kindOf: (thing: T) => string,
): { kinds: readonly T[]; numbers: readonly number[] } {
  const seen = new Map<string, number>()
  const kinds: T[] = []
  const numbers = things.map((thing) => {
    const kind = kindOf(thing)
    const number = seen.get(kind) ?? kinds.push(thing) - 1
    seen.set(kind, number)
    return number
  })
  return { kinds, numbers }
}
