import type { Inventory } from '../../schemas/events.ts'
import { DAY, type Day, HOUR, type Instant, startOfDay } from '../../schemas/time.ts'
import type { Told } from '../detector.ts'

/** How many of an institution's codes of 30 days were received. */
export interface Coverage {
  readonly codes: number
  readonly covered: number
}

export interface Evidence {
  readonly drug_trac_codg: string
  readonly fixmedins_code: string
  readonly sales: readonly {
    readonly setl_id: string
    readonly setl_time: string
    readonly psn_no: string
    readonly med_list_codg: string
  }[]
  /** `null` where none is known. */
  readonly received: string | null
  /** Hours from the first sale to the receipt, `null` where none is known. */
  readonly hours: number | null
  /** Codes of the last 30 days, and those of them that were received; `null` where the receipt came late. */
  readonly coverage: (Coverage & { readonly rate: number }) | null
  readonly vola_amt: number
}

export interface Params {
  readonly early_hours: number
  readonly wait_days: number
  readonly rate: number
  readonly codes: number
}

export const [WHOLE, ASK, ANSWER, CHECK, RESULT, VERDICT] = ['whole', 'ask', 'answer', 'check', 'result', 'verdict'].map(
  (what) => `MGT-20/${what}`,
) as [string, string, string, string, string, string]
/** Inventory may come so late (contract, "Time and order"). */
export const LATENESS = 72 * HOUR
/** An institution that sends no receipts is asked again when some may have followed the day. */
const FOLLOWS = 72 * HOUR
/** 调拨入库, 盘盈, 其他入库, 采购入库, 赠药入库: donated goods are received too. */
const RECEIVED = new Set(['101', '103', '106', '108', '110'])

export function isReceipt({ inv_type, inv_chg_type }: Inventory): boolean {
  return inv_type === 'purchase' || (inv_type === 'change' && RECEIVED.has(inv_chg_type))
}

export function told(topic: string, of: string, day: Day, at: Instant, values: unknown): Told {
  return { kind: 'told', topic, of, period: String(day), at, admdvs: '', values }
}

/**
 * When the day is looked at: at its end, when receipts may have followed, and when they should have. The last look waits
 * for nothing more: a receipt that comes later still is judged when it comes.
 */
export function looks(day: Day, { wait_days }: Params): readonly [Instant, Instant, Instant] {
  const end = startOfDay(day + 1)
  return [end + LATENESS, end + LATENESS + FOLLOWS, end + Math.max(LATENESS + FOLLOWS, wait_days * DAY)]
}
