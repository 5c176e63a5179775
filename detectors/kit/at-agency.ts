import type { Visit } from '../detector.ts'

/** `pay_loc` 1 中心: the agency itself reimburses what was paid long before. */
const AT_AGENCY = '1'

/** Whether it was settled at the agency: then its time tells neither where the person was, nor when the institution worked. */
export function isAtAgency({ pay_loc }: Pick<Visit, 'pay_loc'>): boolean {
  return pay_loc === AT_AGENCY
}
