import type { Context, Visit } from '../detector.ts'
import { chargedLines } from '../kit/charged-lines.ts'
import { inPolicy } from '../kit/finding.ts'
import { groupBy } from '../kit/group-by.ts'
import { itemOf } from '../kit/item-of.ts'
import { isMedicine } from '../kit/medicine.ts'
import { daysSupplied, genericOf } from '../kit/supply.ts'
import { hasVaryingDose, limitOf } from './pol-14.limit.ts'
import type { DrugLine, Params, Supply } from './pol-14.terms.ts'

interface Given {
  readonly generic: string
  readonly line: DrugLine
  readonly days: number
  readonly prescribed: boolean
  readonly limit: number
  readonly indivisible: boolean
}

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
    const indivisible = line.cnt <= 1 && days <= pack && (pack > params.large_package_days || !prescribed)
    const told = { sn: line.feedetl_sn, inscp: inPolicy(line) }
    given.push({ generic: genericOf(line, item), line: told, days, prescribed, limit, indivisible })
  }
  return { given, unknown }
}

export function suppliesOf(given: readonly Given[]): Supply[] {
  return Array.from(groupBy(given, ({ generic }) => generic).values(), (same) => {
    return same.length === 1 ? supplyOfOne(same[0]!) : supplyOf(same)
  })
}

function supplyOfOne({ generic, days, limit, indivisible, line }: Given): Supply {
  return { generic, days, limit, indivisible, lines: [line] }
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
    lines: given.map(({ line }) => line),
  }
}
