/** A national code is a letter, the county's six digits, and a number. */
const NATIONAL = /^[A-Z](\d{6})\d{5}$/

/** The county of an institution by its code; an institution whose code tells none stands for itself. */
export function countyOf(fixmedins_code: string): string {
  return NATIONAL.exec(fixmedins_code)?.[1] ?? fixmedins_code
}

/** The pooling area of an institution: the prefecture of its county. */
export function poolingAreaOf(fixmedins_code: string): string {
  return NATIONAL.test(fixmedins_code) ? countyOf(fixmedins_code).slice(0, 4) : fixmedins_code
}
