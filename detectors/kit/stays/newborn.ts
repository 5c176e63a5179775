import type { Admission } from '../../../schemas/events.ts'
import { dayOf } from '../../../schemas/time.ts'
import type { VisitHead } from '../../detector.ts'

export const NEWBORN_DAYS = 28
export const NEWBORN_PERSON_TYPE = '1401'
/** Conditions of the perinatal period, and liveborn infants. */
const NEWBORN_DIAGNOSIS = /^(?:P|Z38)/

/**
 * Whether the event is about a newborn. A newborn without a number of its own is settled under its mother's, so that one
 * `psn_no` is two persons who may be in two places.
 */
export function isNewborn(event: VisitHead | Admission): boolean {
  const at = event.begntime ?? (event as VisitHead).setl_time
  if (event.brdy !== undefined && dayOf(at) - event.brdy >= 0 && dayOf(at) - event.brdy <= NEWBORN_DAYS) return true
  if (event.kind === 'admission') return NEWBORN_DIAGNOSIS.test(event.dscg_maindiag_code)
  if (event.psn_type === NEWBORN_PERSON_TYPE) return true
  return event.diseinfo.some((diagnosis) => diagnosis.maindiag_flag === '1' && NEWBORN_DIAGNOSIS.test(diagnosis.diag_code))
}
