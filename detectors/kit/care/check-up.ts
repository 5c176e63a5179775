import type { Visit } from '../../detector.ts'
import { isMedicine } from './medicine.ts'

/** General, special and administrative examinations, and screening. */
export const CHECK_UP = /^Z(?:0[0-2]|1[0-3])/
/** 检查费, 化验费. */
const EXAMINATIONS = new Set(['03', '04'])
/** A package of so many different ones. */
const PACKAGE = 3

/**
 * Whether a whole village may have had the same on one day: examined and not treated, by the diagnosis, or where that is not
 * told by a package of examinations. Medicine is sold to nobody on such a day.
 */
export function isCheckUp({ feedetail, items, diseinfo }: Visit): boolean {
  const examinations = new Set<string>()
  for (let i = 0; i < feedetail.length; i++) {
    const line = feedetail[i]!
    if (isMedicine(line, items[i])) return false
    if (EXAMINATIONS.has(line.med_chrgitm_type)) examinations.add(line.med_list_codg)
  }
  return examinations.size >= PACKAGE || diseinfo.some(({ diag_code }) => CHECK_UP.test(diag_code))
}
