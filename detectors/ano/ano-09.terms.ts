import type { Fen } from '../../schemas/money.ts'
import type { Remembered } from '../kit/parts/remembered.ts'

/** What one settlement gave of one drug. */
export interface Drug {
  readonly generic: string
  readonly days: number
  readonly watched: boolean
  readonly fund: Fen
}

/** A settlement with drugs, or (without any) the news that a package of the person's was sold again. */
export interface Bought extends Remembered {
  readonly drugs: readonly Drug[]
  readonly resold?: boolean
}

export interface Evidence {
  readonly from: string
  readonly to: string
  readonly score: number
  /** What the parts speak of: of all windows the one that says most. */
  readonly window: { readonly from: string; readonly to: string }
  readonly parts: {
    readonly institutions: { readonly generic: string; readonly count: number; readonly weight: number }
    readonly supply: { readonly generic: string; readonly days: number; readonly weight: number }
    readonly watched: { readonly share: number; readonly weight: number }
    readonly odd_hours: { readonly share: number; readonly weight: number }
    readonly resold: { readonly packages: number; readonly weight: number }
  }
  readonly institutions: readonly string[]
  readonly settlements: number
  readonly vola_amt: number
}

export interface Params {
  readonly score: number
  readonly days: number
  readonly institutions: number
  readonly institutions_weight: number
  readonly supply_factor: number
  readonly supply_weight: number
  readonly watched_share: number
  readonly watched_weight: number
  readonly odd_share: number
  readonly odd_weight: number
  readonly resold_weight: number
}

export function isPurchase({ resold }: Bought): boolean {
  return resold === undefined
}
