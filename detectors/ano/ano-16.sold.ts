import { isPharmacy } from '../../schemas/med-class.ts'
import type { Fen } from '../../schemas/money.ts'
import { dayOf } from '../../schemas/time.ts'
import type { Visit } from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { addId, type FirstIds, removeId } from '../kit/parts/first-ids.ts'
import { lastDayOf, type Params, yearIn } from './ano-16.terms.ts'

/** What an institution sold in a year: by day at its counters, and how many settlements lie just below and above a threshold. */
export interface Sold {
  readonly days: Record<string, Fen>
  lastDays: Fen
  readonly ids: FirstIds
  below: number
  above: number
  belowFund: Fen
  readonly belowIds: FirstIds
  admdvs: string
}

export function isBelow(amount: Fen, { threshold_yuan, threshold_width }: Params): boolean {
  return amount >= (1 - threshold_width) * threshold_yuan * 100 && amount < threshold_yuan * 100
}

export function isJustAbove(amount: Fen, { threshold_yuan, threshold_width }: Params): boolean {
  return amount >= threshold_yuan * 100 && amount <= (1 + threshold_width) * threshold_yuan * 100
}

function isLate({ setl_time }: Visit, year: string, { rush_days }: Params): boolean {
  return dayOf(setl_time) > lastDayOf(year) - rush_days
}

export function countSale(sold: Sold, visit: Visit, sign: 1 | -1, params: Params): void {
  const { setl_id, setl_time, medfee_sumamt, fund_pay_sumamt, med_class } = visit
  const year = yearIn(visit)
  // What the agency settles says nothing of when it was sold.
  const isSold = isPharmacy(med_class) && !isAtAgency(visit)
  if (isSold && isLate(visit, year, params)) {
    sold.lastDays += sign * medfee_sumamt
    if (sign > 0) addId(sold.ids, setl_id, setl_time)
    else removeId(sold.ids, setl_id)
  } else if (isSold) {
    const day = String(dayOf(setl_time))
    const left = (sold.days[day] ?? 0) + sign * medfee_sumamt
    if (left > 0) sold.days[day] = left
    else delete sold.days[day]
  }
  if (isJustAbove(medfee_sumamt, params)) sold.above += sign
  if (!isBelow(medfee_sumamt, params)) return
  sold.below += sign
  sold.belowFund += sign * fund_pay_sumamt
  if (sign > 0) addId(sold.belowIds, setl_id, setl_time)
  else removeId(sold.belowIds, setl_id)
}
