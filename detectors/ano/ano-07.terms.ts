import type { Instant } from '../../schemas/time.ts'
import type { CrowdParams } from './ano-07.admission-crowds.ts'
import type { Stay } from './ano-07.beds.ts'
import type { SurgeParams } from './ano-07.surges.ts'

/** People admitted together, as the county hears of them. */
export interface Group {
  readonly county: string
  readonly fixmedins_code: string
  readonly day: string
  /** Insured where, for a group of one origin and age; empty for one of a single disease. */
  readonly origin: string
  readonly ages: readonly [youngest: number, oldest: number] | null
  readonly icd: string
  readonly icd_share: number
  /** Share of those who came with an injury, whichever. */
  readonly injured: number
  readonly admissions: number
  /** Admissions a day that were usual. */
  readonly usual: number
  readonly from: Instant
  readonly to: Instant
  /** Most that stayed equally long, a day more or less. */
  readonly same_stay: { readonly days: number; readonly count: number } | null
  readonly settled: Stay['settled']
}

export interface Evidence {
  readonly day: string
  readonly fixmedins_code: string
  readonly groups: readonly {
    readonly from: string
    readonly to: string
    /** Within which all of them were admitted: 24, or more where crowds follow each other. */
    readonly hours: number
    readonly origin: string
    readonly ages: readonly number[]
    readonly diagnosis: string
    readonly diagnosis_share: number
    readonly admissions: number
    readonly usual_per_day: number
    readonly same_stay_days: number | null
    readonly same_stay_share: number
  }[]
  readonly admissions: number
  readonly vola_amt: number
}

export interface Params extends CrowdParams, SurgeParams {
  readonly same_stay_share: number
}

export const GROUP_TOPIC = 'ANO-07/group'
export const SURGE_TOPIC = 'ANO-07/surge'
export const MOST_SETTLEMENTS = 500
