import type { Visit } from '../../detector.ts'

type Diagnosed = Pick<Visit, 'diseinfo'>

/** The main diagnosis (ICD-10): the one so marked, else the first; `''` where there is none. */
export function mainDiagnosis({ diseinfo }: Diagnosed): string {
  let first = ''
  for (const { diag_type, diag_code, maindiag_flag } of diseinfo) {
    // Chinese-medicine diagnoses (`diag_type` 2 and 3) have codes of their own.
    if (!diag_code || diag_type === '2' || diag_type === '3') continue
    if (maindiag_flag === '1') return diag_code
    first ||= diag_code
  }
  return first
}

/** Its ICD-10 category (three characters). */
export function mainCategory(visit: Diagnosed): string {
  return mainDiagnosis(visit).slice(0, 3)
}
