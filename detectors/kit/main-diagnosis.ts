import type { Visit } from '../detector.ts'

/** The ICD-10 category (three characters) of the main diagnosis; `''` where none is told. */
export function mainCategory({ diseinfo }: Pick<Visit, 'diseinfo'>): string {
  // Chinese-medicine diagnoses (`diag_type` 2 and 3) have codes of their own.
  const main = diseinfo.find(({ diag_type, maindiag_flag }) => maindiag_flag === '1' && diag_type !== '2' && diag_type !== '3')
  return main?.diag_code.slice(0, 3) ?? ''
}
