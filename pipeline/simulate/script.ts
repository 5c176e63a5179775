import type { Diagnosis } from './diagnosis.ts'
import type { Agreement, Doctor, Institution, Place, ReferenceRow } from './institution.ts'
import type { ChargeOptions, Item } from './item.ts'
import type { Person } from './person.ts'
import type { County } from './region.ts'
import type { Fields } from './settlement.ts'
import type { World } from './world.ts'

/** Where the scenes of a run put what they need. */
export interface Stage {
  readonly world: World
  /** Rows for the head of the stream. */
  readonly references: ReferenceRow[]
  readonly days: number
  people: number
  institutions: number
  doctors: number
  settlements: number
}

export interface PersonSpec {
  readonly gend?: string
  /** Default: a day between 30 and 60 years ago. */
  readonly brdy?: string
  /** Columns that its `person` row has besides or instead of the usual ones; `false`: no such row. */
  readonly row?: Readonly<Record<string, unknown>> | false
}

export interface LineSpec extends ChargeOptions {
  readonly item: Item
  readonly cnt?: number
  /** Default: ten minutes before the settlement, or noon of the second day of a stay. */
  readonly at?: number
  readonly doctor?: Doctor
  readonly rxno?: string
  /** Default: a fresh code for each package outside wards. */
  readonly codes?: readonly string[]
  readonly fields?: Fields
}

export interface VisitSpec {
  readonly person: Person
  readonly institution: Institution
  /** Time of the settlement. */
  readonly at: number
  readonly lines?: readonly LineSpec[]
  readonly med_type?: string
  readonly cert?: string
  readonly doctor?: Doctor
  readonly diagnoses?: readonly Diagnosis[]
  readonly mdtrt_id?: string
  readonly dise_codg?: string
  readonly fields?: Fields
  /** With the consultation, test and medicine of an ordinary visit (default: outside pharmacies). */
  readonly ordinary?: boolean
  /** Default: at once. */
  readonly arrival?: number
  /** Not part of the case: what went before, or what a rule compares with. */
  readonly aside?: boolean
  readonly fund?: 'none'
}

export interface StaySpec {
  readonly person: Person
  readonly institution: Institution
  readonly from: number
  readonly to: number
  readonly lines?: readonly LineSpec[]
  readonly med_type?: string
  readonly diagnosis?: Diagnosis
  readonly admitted_for?: string
  /** Items that its usual lines leave out, because the scene charges them itself. */
  readonly without?: readonly Item[]
  readonly admission?: boolean
  readonly discharge?: false | { readonly endtime?: number; readonly arrival?: number; readonly dscg_way?: string }
  readonly settled?: number
  /** What the header says when it is not what happened. */
  readonly header?: { readonly begntime?: number; readonly endtime?: number }
  readonly fields?: Fields
  readonly aside?: boolean
}

export interface InstitutionSpec {
  readonly kind: Institution['kind']
  readonly county?: County
  readonly place?: Place | null
  readonly level?: string
  readonly terminals?: number
  readonly is_internet?: boolean
  readonly agreement?: readonly Agreement[] | null
}
