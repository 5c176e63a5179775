import type { Visit } from '../detector.ts'
import { chargedLines } from '../kit/bills/charged-lines.ts'
import { fundOf } from '../kit/bills/finding.ts'
import { daysSupplied, genericOf } from '../kit/bills/supply.ts'
import { isMedicine } from '../kit/care/medicine.ts'
import { itemOf } from '../kit/items/item-of.ts'
import { isKnownTo } from '../kit/items/known.ts'
import type { ReferenceView } from '../reference.ts'
import type { Drug } from './ano-09.terms.ts'

/** What a drug lasts at least: where it is written down, the sign of its days tells whether it is watched. */
const LEAST_DAYS = 0.01

const isWatchListed = isKnownTo('watch_list')

export function drugsOf(visit: Visit, reference: ReferenceView): Drug[] {
  const anyWatched = isWatchListed(visit)
  const byGeneric = new Map<string, { -readonly [K in keyof Drug]: Drug[K] }>()
  const lines = chargedLines(visit)
  for (let i = 0; i < lines.length; i++) {
    const [line, item] = [lines[i]!, itemOf(visit, lines, i)]
    if (!isMedicine(line, item)) continue
    const generic = genericOf(line, item)
    let drug = byGeneric.get(generic)
    if (!drug) {
      drug = { generic, days: 0, watched: false, fund: 0 }
      byGeneric.set(generic, drug)
    }
    drug.days += daysSupplied(visit, line, item) ?? 0
    drug.fund += fundOf(visit, line)
    if (anyWatched && reference.lookup('watch_list', line.med_list_codg, line.fee_ocur_time).length > 0) drug.watched = true
  }
  return [...byGeneric.values()].map(atLeastSome)
}

function atLeastSome(drug: Drug): Drug {
  return drug.days > 0 ? drug : { ...drug, days: LEAST_DAYS }
}
