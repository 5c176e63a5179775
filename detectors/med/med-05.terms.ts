import type { Partner, Requirement } from '../kit/bills/partners.ts'
import type { Quantity } from '../kit/bills/taken-back.ts'
import type { Billed, VisitBill } from '../kit/bills/visit-bills.ts'
import type { Remembered } from '../kit/parts/remembered.ts'

export interface Limit {
  readonly max: number
  readonly per: 'VISIT' | 'OPERATION'
}

export interface Consumable extends Billed {
  readonly name: string
  readonly dear: boolean
  /** Empty where nothing is required. */
  readonly requirements: readonly Requirement[]
  readonly limit: Limit | null
}

export interface Told extends Remembered, VisitBill<Consumable> {
  readonly stay: boolean
  readonly partners: readonly Partner[]
  /** Operations charged as services, by their national codes. */
  readonly surgeries: readonly Quantity[]
}

export interface Evidence {
  readonly faults: readonly {
    readonly kind: 'no_operation' | 'quantity'
    readonly med_list_codg: string
    readonly name: string
    readonly cnt: number
    /** The greatest quantity; `null` where none is set. */
    readonly max_cnt: number | null
    /** Of a visit, or of so many operations. */
    readonly per: Limit['per'] | null
    readonly operations: number
    /** One of these should have been done. */
    readonly expected_any_of: readonly string[]
  }[]
  /** A unit price reaches that of dear implants. */
  readonly dear: boolean
  readonly vola_amt: number
}

export interface Params {
  readonly dear_price: number
}
