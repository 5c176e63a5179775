import { type Instant, SECOND } from '../../schemas/time.ts'
import type { Place } from './finding.ts'
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

/** What every memory of a settlement begins with. */
export type PackedHead = readonly [id: string, at: PackedTime, place: PackedPlace]

export function packHead(settled: Remembered): PackedHead {
  return [settled.id, packTime(settled.at), packPlace(settled)]
}

export function unpackHead([id, at, place]: readonly [...PackedHead, ...unknown[]]): Remembered {
  const { fixmedins_code, admdvs, insu_admdvs } = unpackPlace(place)
  return { id, at: unpackTime(at), fixmedins_code, admdvs, insu_admdvs }
}

/** Serial numbers of lines; 0 where they merely count on from `first`. */
export type PackedSerials = readonly string[] | 0

export function packSerials(serials: readonly string[], first = 1): PackedSerials {
  return serials.length > 0 && serials.every((sn, i) => sn === String(first + i)) ? 0 : serials
}

export function unpackSerials(packed: PackedSerials, count: number, first = 1): readonly string[] {
  return packed === 0 ? Array.from({ length: count }, (_, i) => String(first + i)) : packed
}
