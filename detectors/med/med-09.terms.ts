import type { Fen } from '../../schemas/money.ts'
import type { Remembered } from '../kit/parts/remembered.ts'
import type { UsualSupport } from './med-09.usual-support.ts'

/** A payment group with what it weighs and pays. */
export interface Group {
  readonly code: string
  readonly weight: number
  readonly standard: Fen
}

export interface Complication {
  readonly diagnosis: string
  readonly level: 'CC' | 'MCC'
  /** Of which at least one thing should have been charged; `null` where no row says. */
  readonly expected: readonly string[] | null
}

export interface Coded extends Remembered {
  readonly mid: boolean
  readonly coded: Group | null
  /** The next lower group of the same ADRG. */
  readonly lower: Group | null
  /** The diagnoses that may have raised the group. */
  readonly complications: readonly Complication[]
  readonly found: readonly string[]
}

export interface Evidence {
  readonly kind: 'visit' | 'mcc_share' | 'case_mix'
  /** The group as coded; the ADRG or empty where an institution's month is judged. */
  readonly drg_code: string
  readonly expected_drg: string
  /** Weight of the group, share of stays with MCC, or case-mix index; and what it is compared with. */
  readonly value: number
  readonly compared_with: number
  /** Complications that nothing charged speaks for, with what should have been charged. */
  readonly unsupported: readonly { readonly diag_code: string; readonly level: string; readonly missing: readonly string[] }[]
  /** Of an institution, oldest first. */
  readonly months: readonly { readonly month: string; readonly value: number }[]
  readonly loss: number
}

export interface Params {
  readonly weight_ratio: number
  readonly mads: number
  readonly months: number
  readonly case_mix_jump: number
  readonly case_mix_errors: number
  readonly least_stays: number
  readonly least_group_stays: number
  readonly least_peers: number
  readonly usual: readonly UsualSupport[]
}

/** To four decimals, which weights carry. */
export function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4
}
