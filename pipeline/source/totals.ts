import type { Receipt } from '../engine/chunk.ts'

/** What a source has delivered so far. */
export interface Totals {
  /** Non-empty lines: accepted, duplicates and dead letters together. */
  events: number
  accepted: number
  settlements: number
  fee_lines: number
  duplicates: number
  dead_letters: number
  late: number
}

export function newTotals(): Totals {
  return { events: 0, accepted: 0, settlements: 0, fee_lines: 0, duplicates: 0, dead_letters: 0, late: 0 }
}

export function add(totals: Totals, receipt: Receipt): void {
  totals.events += receipt.events
  totals.accepted += receipt.accepted
  totals.settlements += receipt.settlements
  totals.fee_lines += receipt.feeLines
  totals.duplicates += receipt.duplicates
  totals.dead_letters += receipt.rejected.length
  totals.late += receipt.late
}
