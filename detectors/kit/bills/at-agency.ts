import type { Instant } from '../../../schemas/time.ts'
import type { Visit } from '../../detector.ts'

/** `pay_loc` 1 中心: the agency itself reimburses what was paid long before. */
const AT_AGENCY = '1'

/** Whether it was settled at the agency: then its time tells neither where the person was, nor when the institution worked. */
export function isAtAgency({ pay_loc }: Pick<Visit, 'pay_loc'>): boolean {
  return pay_loc === AT_AGENCY
}

/** When what the agency reimburses was done, as far as the bill tells. */
export function doneAt({ begntime, feedetail }: Visit): Instant | undefined {
  return begntime ?? (feedetail.length > 0 ? Math.min(...feedetail.map((line) => line.fee_ocur_time)) : undefined)
}
