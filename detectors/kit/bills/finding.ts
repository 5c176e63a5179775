import type { FeeLine } from '../../../schemas/events.ts'
import { type Fen, shareOf } from '../../../schemas/money.ts'
import type { Finding, LineRef, Visit } from '../../detector.ts'

/** The in-policy amount of a line; where the platform did not price the line, its gross amount bounds it. */
export function inPolicy(line: FeeLine): Fen {
  return line.inscp_scp_amt ?? line.det_item_fee_sumamt
}

/**
 * The fund's part of a line: `inscp_scp_amt` times the visit's fund ratio (detector cards, 2.4). The ratio is
 * `fund_pay_sumamt` over the visit's in-policy amount: the fund pays nothing outside it.
 */
export function fundOf(visit: Visit, line: FeeLine): Fen {
  return Math.min(inPolicy(line), shareOf(inPolicy(line), visit.fund_pay_sumamt, wholeOf(visit)))
}

function wholeOf(visit: Visit): Fen {
  return visit.inscp_scp_amt ?? visit.feedetail.reduce((sum, other) => sum + inPolicy(other), 0)
}

/** Fractions of a fen are kept to millionths. */
const FRACTION = 1e6

/**
 * The fund's parts of several lines, in fen with their fractions: who adds up many small parts rounds their sum alone, for
 * parts rounded one by one may come to more than the fund has paid. Never more than all that it paid for the visit.
 */
export function exactFundsOf(visit: Visit, lines: readonly FeeLine[]): number[] {
  const whole = wholeOf(visit)
  let left = visit.fund_pay_sumamt
  return lines.map((line) => {
    const own = inPolicy(line)
    const share = whole === 0 ? 0 : (own * visit.fund_pay_sumamt) / whole
    // What is taken back of an earlier bill went to the fund in the same share.
    const fund = own < 0 ? Math.max(share, own) : Math.min(share, own, left)
    left -= fund
    return Math.round(fund * FRACTION) / FRACTION
  })
}

/** The fund's parts of several lines, rounded so that they add up to its part of all of them. */
export function fundsOf(visit: Visit, lines: readonly FeeLine[]): Fen[] {
  let sum = 0
  return exactFundsOf(visit, lines).map((fund) => {
    const before = Math.round(sum)
    sum += fund
    return Math.round(sum) - before
  })
}

/** 违规项: the line breaks the rule, by this amount. */
export function violating(setl_id: string, line: { feedetl_sn: string }, vola_amt: Fen): LineRef {
  return { setl_id, feedetl_sn: line.feedetl_sn, vola_item_type: 1, vola_amt }
}

/** 涉及项: the line is part of the story but not at fault. */
export function involved(setl_id: string, line: { feedetl_sn: string }): LineRef {
  return { setl_id, feedetl_sn: line.feedetl_sn, vola_item_type: 2, vola_amt: 0 }
}

export interface Site {
  readonly fixmedins_code: string
  readonly admdvs: string
}

/** Where, and insured where: what a memory entry keeps so that a later finding can name its place. */
export interface Place extends Site {
  readonly insu_admdvs: string
}

/** The place, and whose. */
export interface Whereabouts extends Place {
  readonly psn_no: string
}

function whereabouts(visit: Visit): Whereabouts {
  const { psn_no, fixmedins_code, admdvs, insu_admdvs } = visit
  return { psn_no, fixmedins_code, admdvs, insu_admdvs }
}

type OnSettlement<V> = Pick<Finding<V>, 'result' | 'severity' | 'lines' | 'evidence'> & { readonly vola_amt?: Fen }

/** A finding whose subject is one settlement; the amount is the sum over its violating lines unless given. */
export function onSettlement<V>(visit: Visit, said: OnSettlement<V>): Finding<V> {
  const lines = said.lines.filter((line) => line.vola_item_type === 1)
  return {
    subject: { type: 'settlement', id: visit.setl_id },
    bucket: '',
    setl_ids: [visit.setl_id],
    at: visit.setl_time,
    ...whereabouts(visit),
    vola_amt: lines.reduce((sum, line) => sum + line.vola_amt, 0),
    count: Math.max(1, lines.length),
    ...said,
  }
}
