import { isInpatient } from '../../schemas/med-class.ts'
import type { Fen } from '../../schemas/money.ts'
import { type Day, SECOND } from '../../schemas/time.ts'
import type { Visit } from '../detector.ts'
import type { Payments } from './fnd-05.quota.ts'
import { type Change, COLUMNS, type Column, type Counts, type OfCommunity } from './fnd-05.terms.ts'

export interface Hospital {
  /** By insurance type, and day; `''` where nobody has told the type. */
  readonly days: Record<string, Record<string, Counts>>
  /** At the cost of a budget of its own. */
  readonly paid: Payments
  /** By month, what its medical community told of the common budget. */
  readonly common: Record<string, OfCommunity>
  readonly stays: [setl_id: string, second: number, insutype: string][]
  /** Months of which a finding holds. */
  held: readonly string[]
  admdvs: string
}

export function count(hospital: Hospital, [day, column, change, insutype]: Change): void {
  hospital.days[insutype] ??= {}
  const days = hospital.days[insutype]
  days[day] ??= {}
  const counts = days[day]
  // Weights have decimals.
  const value = Math.round(((counts[column] ?? 0) + change) * 1e6) / 1e6
  if (value === 0) delete counts[column]
  else counts[column] = value
}

/**
 * Sums over days, of the patients of one insurance type or of all. Of whom nobody has told the type yet may be of this one:
 * an admission need not name it, and who is not billed yet was not refused.
 */
export function sumsOver(hospital: Hospital, days: readonly Day[], insutype: string): Record<Column, number> {
  const sums = Object.fromEntries(COLUMNS.map((column) => [column, 0])) as Record<Column, number>
  const types = insutype === '' ? Object.keys(hospital.days) : [insutype, '']
  for (const type of types) {
    for (const day of days) {
      const counts = hospital.days[type]?.[day] ?? {}
      for (const column of Object.keys(counts) as Column[]) sums[column] += counts[column]!
    }
  }
  return sums
}

/** The pooled fund's payment; where the platform did not split it, all that the fund paid. */
export function pooledFund({ hifp_pay, fund_pay_sumamt }: Visit): Fen {
  return hifp_pay ?? fund_pay_sumamt
}

export function settle(hospital: Hospital, visit: Visit, sign: 1 | -1): void {
  const { setl_id, setl_time, med_class, admdvs, insutype } = visit
  hospital.admdvs ||= admdvs
  if (!isInpatient(med_class)) return
  const at = hospital.stays.findIndex(([id]) => id === setl_id)
  if (sign < 0) {
    if (at >= 0) hospital.stays.splice(at, 1)
    return
  }
  let place = hospital.stays.length
  const second = setl_time / SECOND
  while (place > 0 && isAfter(hospital.stays[place - 1]!, setl_id, second)) place--
  hospital.stays.splice(place, 0, [setl_id, second, insutype])
}

function isAfter([id, second]: Hospital['stays'][number], otherId: string, otherSecond: number): boolean {
  return second > otherSecond || (second === otherSecond && id > otherId)
}
