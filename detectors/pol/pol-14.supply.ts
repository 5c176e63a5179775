import type { Context, Visit } from '../detector.ts'
import { chargedLines } from '../kit/bills/charged-lines.ts'
import { inPolicy } from '../kit/bills/finding.ts'
import { daysSupplied, genericOf } from '../kit/bills/supply.ts'
import { isMedicine } from '../kit/care/medicine.ts'
import { itemOf } from '../kit/items/item-of.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import { hasVaryingDose, limitOf } from './pol-14.limit.ts'
import type { Given, Params, Supply } from './pol-14.terms.ts'

export function givenBy(visit: Visit, context: Context<Params>): { readonly given: readonly Given[]; readonly unknown: boolean } {
  const { params } = context
  const lines = chargedLines(visit)
  const given: Given[] = []
  let unknown = false
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!
    const item = itemOf(visit, lines, i)
    if (!isMedicine(line, item) || inPolicy(line) <= 0) continue
    const limit = limitOf(visit, item, context)
    // How long insulin lasts depends on the person's dose, which nobody tells.
    if (limit === undefined || hasVaryingDose(line, item, params)) continue
    const days = daysSupplied(visit, line, item)
    if (days === undefined) {
      unknown = true
      continue
    }
    const pack = item?.pack_days ?? 0
    const prescribed = line.prd_days !== undefined && days === line.prd_days
    const whole = days <= pack * Math.max(1, line.cnt) && (pack > params.large_package_days || !prescribed)
    const { feedetl_sn: sn, med_list_codg: code, fee_ocur_time: at, cnt } = line
    const generic = genericOf(line, item)
    given.push({ sn, code, at, cnt, inscp: inPolicy(line), generic, days, prescribed, limit, whole })
  }
  return { given, unknown }
}

/** A single package that cannot be given in part. */
export function isIndivisible({ cnt, whole }: Given): boolean {
  return whole && cnt <= 1
}

export function suppliesOf(given: readonly Given[]): Supply[] {
  return Array.from(groupBy(given, ({ generic }) => generic).values(), (same) => {
    return same.length === 1 ? supplyOfOne(same[0]!) : supplyOf(same)
  })
}

function supplyOfOne(line: Given): Supply {
  const { generic, days, limit } = line
  return { generic, days, limit, indivisible: isIndivisible(line), lines: [line] }
}

/**
 * A fill is what one settlement supplies of a drug. Lines that were prescribed are taken side by side, such as the morning's
 * and the evening's dose: the longest counts. Packages are taken one after the other.
 */
function supplyOf(given: readonly Given[]): Supply {
  const prescribed = Math.max(0, ...given.filter((one) => one.prescribed).map(({ days }) => days))
  const packed = given.reduce((sum, { days, prescribed }) => (prescribed ? sum : sum + days), 0)
  return {
    generic: given[0]!.generic,
    days: Math.max(prescribed, packed),
    limit: Math.min(...given.map(({ limit }) => limit)),
    indivisible: false,
    lines: given,
  }
}
