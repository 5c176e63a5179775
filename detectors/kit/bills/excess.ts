import { type Fen, shareOf } from '../../../schemas/money.ts'
import type { LineRef } from '../../detector.ts'
import { involved, violating } from './finding.ts'

/** What a rule on quantities counts of a line. */
export interface Counted {
  readonly setl_id: string
  readonly feedetl_sn: string
  readonly cnt: number
  /** In-policy amount. */
  readonly inscp: Fen
}

export interface Excess {
  readonly total: number
  readonly vola_amt: Fen
  readonly lines: readonly LineRef[]
}

/** Sum of quantities, which carry four decimals. */
export function sumOf(quantities: readonly number[]): number {
  return Math.round(quantities.reduce((sum, quantity) => sum + quantity, 0) * 1e4) / 1e4
}

/**
 * More than `limit` was charged: the amount is Σinscp × (Σcnt − N) / Σcnt (domain: data-standard 1.3). The lines come
 * oldest first; the newest, which broke the limit, bear the amount, those before them are involved.
 */
export function excessOver(limit: number, lines: readonly Counted[]): Excess | undefined {
  const total = sumOf(lines.map((line) => line.cnt))
  if (total <= limit) return undefined
  const inscp = lines.reduce((sum, line) => sum + line.inscp, 0)
  const vola_amt = shareOf(inscp, total - limit, total)
  let rest = vola_amt
  const newestFirst = lines.toReversed().map((line, i) => {
    const borne = Math.min(rest, line.inscp)
    rest -= borne
    // The newest line broke the limit even where the fund had nothing to pay for it.
    return borne > 0 || i === 0 ? violating(line.setl_id, line, borne) : involved(line.setl_id, line)
  })
  return { total, vola_amt, lines: newestFirst.reverse() }
}
