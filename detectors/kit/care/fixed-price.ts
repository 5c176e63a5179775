import type { Visit } from '../../detector.ts'

/** 诊察费, 一般诊疗费, 挂号费: the same for everybody. */
const FIXED_CHARGES = new Set(['02', '12', '13'])

/**
 * Whether the settlement's amount is the same for everybody who comes for it: a vaccination, or nothing but fees and items
 * of a fixed price.
 */
export function isFixedPrice({ feedetail, items }: Visit): boolean {
  let fixed = 0
  for (let i = 0; i < feedetail.length; i++) {
    const tags = items[i]?.tags
    if (tags?.includes('vaccination')) return true
    if (FIXED_CHARGES.has(feedetail[i]!.med_chrgitm_type) || tags?.includes('fixed_price')) fixed++
  }
  return fixed > 0 && fixed === feedetail.length
}
