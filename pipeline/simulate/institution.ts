import { inOnePiece, wire } from './wire.ts'

export interface Doctor {
  readonly code: string
  readonly name: string
  readonly dept: string
  readonly institutions: readonly string[]
  /** The end of a fee line that this doctor ordered. */
  readonly tail: string
}

export interface Agreement {
  readonly from: string
  readonly to: string
  readonly status: 'active' | 'suspended' | 'terminated'
}

export interface Institution {
  readonly code: string
  readonly name: string
  readonly kind: 'hospital' | 'clinic' | 'pharmacy'
  readonly level?: string
  readonly admdvs: string
  readonly county: number
  readonly place: Place | undefined
  readonly beds?: number
  readonly terminals?: number
  readonly open_hours: string
  readonly is_internet?: boolean
  readonly agreement: readonly Agreement[] | undefined
  /** Index into `PRICE_TIERS`. */
  readonly tier: number
  /** Sends its purchases (3503) box by box. */
  readonly uploads: boolean
  /** Outpatient doctors, three emergency doctors (one per shift), ward doctors and surgeons. */
  readonly outpatient: readonly Doctor[]
  readonly emergency: readonly Doctor[]
  readonly ward: readonly Doctor[]
  readonly surgeons: readonly Doctor[]
}

export interface Place {
  readonly lon: number
  readonly lat: number
}

/** Outside every simulated period: since when and until when undated things hold. */
export const LONG_AGO = '2015-01-01'
export const FAR_AHEAD = '2039-12-31'

export const ALWAYS_ACTIVE: readonly Agreement[] = [{ from: LONG_AGO, to: FAR_AHEAD, status: 'active' }]

export function makeDoctor(code: string, dept: string, institutions: readonly string[]): Doctor {
  return {
    code,
    name: `医师${code.slice(-6)}`,
    dept,
    institutions,
    tail: inOnePiece(`,"bilg_dept_codg":"${dept}","bilg_dr_codg":"${code}"}`),
  }
}

export const NO_DOCTOR_TAIL = ',"bilg_dept_codg":"","bilg_dr_codg":""}'

export function institutionRow(of: Institution): Record<string, unknown> {
  const { name, kind, level, admdvs, place, beds, terminals, open_hours, is_internet, agreement } = of
  const depts = [...new Set(staffOf(of).map((doctor) => doctor.dept))]
  return {
    name,
    kind,
    level,
    admdvs,
    ...place,
    beds,
    terminals,
    open_hours,
    is_internet,
    agreement,
    ...(depts.length > 0 ? { depts } : {}),
  }
}

export function staffOf(of: Institution): Doctor[] {
  return [...of.outpatient, ...of.emergency, ...of.ward, ...of.surgeons]
}

export function doctorRow(of: Doctor): Record<string, unknown> {
  return { name: of.name, institutions: of.institutions, depts: [of.dept], status: ALWAYS_ACTIVE }
}

const EARTH_KM = 6371
const rad = (degrees: number) => (degrees * Math.PI) / 180

/** Great-circle distance in kilometres. */
export function distanceKm(a: Place, b: Place): number {
  const dLat = rad(b.lat - a.lat)
  const dLon = rad(b.lon - a.lon)
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(rad(a.lat)) * Math.cos(rad(b.lat)) * Math.sin(dLon / 2) ** 2
  return 2 * EARTH_KM * Math.asin(Math.sqrt(h))
}

/** One reference event of the contract. */
export interface ReferenceRow {
  readonly table: string
  readonly id: string
  readonly row: Readonly<Record<string, unknown>>
  readonly effective_from?: string
  readonly effective_to?: string
}

export function referenceLine(reference: ReferenceRow): string {
  return wire(JSON.stringify({ kind: 'reference', ...reference }))
}
