import type { MedClass } from '../../schemas/med-class.ts'
import type { Lasting } from '../kit/bills/supply.ts'
import type { VisitBill } from '../kit/bills/visit-bills.ts'
import type { Remembered } from '../kit/parts/remembered.ts'

export interface Given extends Lasting {
  readonly generic: string
  /** As somebody has prescribed, and not as the packages hold. */
  readonly prescribed: boolean
  /** Most days at once where and for what it was given; accumulated, so many and the slack. */
  readonly limit: number
  /** A single package of it cannot be given in part. */
  readonly whole: boolean
}

/** What one settlement supplies of one drug. */
export interface Supply {
  readonly generic: string
  readonly days: number
  readonly limit: number
  /** One large package: it cannot be given in part. */
  readonly indivisible: boolean
  readonly lines: readonly Given[]
}

export interface Filled extends Remembered, VisitBill<Given> {}

export interface Evidence {
  readonly generic: string
  readonly fills: readonly {
    readonly setl_id: string
    readonly setl_time: string
    readonly fixmedins_code: string
    readonly supply_days: number
    /** Days that earlier fills still covered. */
    readonly remaining_days: number
    readonly limit: number
    readonly over: boolean
  }[]
  /** Of the fill that is furthest above its limit. */
  readonly total_days: number
  readonly limit: number
  readonly vola_amt: number
}

export interface Params {
  readonly limits: Partial<Record<MedClass, number>>
  readonly slack_days: number
  readonly window_days: number
  readonly large_package_days: number
  readonly short_term_classes: readonly string[]
  readonly long_treatment_diagnoses: readonly string[]
  readonly varying_dose_classes: readonly string[]
}
