import { fenOf } from '../../schemas/money.ts'
import type { Instant } from '../../schemas/time.ts'
import type { Visit } from '../detector.ts'
import type { ReferenceView } from '../reference.ts'
import type { Group } from './med-09.terms.ts'

/** A group's code is its ADRG and a digit for complications: 1 with MCC, 3 with CC, 5 without, others where they do not tell. */
export const ADRG = 3
const WITH_MCC = '1'
const DIGITS = '0123456789'
/** What follows them is the region's own. */
const GROUP = ADRG + 1

export function isWithMcc(code: string): boolean {
  return code.charAt(ADRG) === WITH_MCC
}

export function groupOf(code: string, at: Instant, visit: Visit, reference: ReferenceView): Group | undefined {
  const row = reference.find('drg', code, at, visit)?.row
  return row?.weight ? { code, weight: row.weight, standard: row.mean_cost ? fenOf(row.mean_cost) : 0 } : undefined
}

export function nextLower(coded: Group, at: Instant, visit: Visit, reference: ReferenceView): Group | undefined {
  const [adrg, local] = [coded.code.slice(0, ADRG), coded.code.slice(GROUP)]
  const others = [...DIGITS].flatMap((digit) => groupOf(adrg + digit + local, at, visit, reference) ?? [])
  const lower = others.filter(({ weight }) => weight < coded.weight)
  return lower.reduce<Group | undefined>((best, one) => (best && best.weight >= one.weight ? best : one), undefined)
}
