import type { FeeLine } from '../../../schemas/events.ts'
import type { Instant } from '../../../schemas/time.ts'
import type { Visit } from '../../detector.ts'
import type { ReferenceView } from '../../reference.ts'

/** The doctor of a line: `bilg_dr_codg`, else the visit's `chfpdr_code` (clarifications, 2.5b). */
export function doctorOf(visit: Visit, line: FeeLine): string {
  return line.bilg_dr_codg || visit.chfpdr_code
}

/**
 * The institution that answers for a line: for an external prescription (`rx_circ_flag` 1) the first one of the
 * prescriber's doctor row (clarifications, POL-11), else, and where that is not known, the one that settled.
 */
export function answerableInstitution(visit: Visit, line: FeeLine, at: Instant, reference: ReferenceView): string {
  if (line.rx_circ_flag !== '1') return visit.fixmedins_code
  const doctor = doctorOf(visit, line)
  return (doctor && reference.find('doctor', doctor, at)?.row.institutions?.[0]) || visit.fixmedins_code
}
