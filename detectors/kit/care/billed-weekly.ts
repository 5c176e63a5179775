import type { Admission } from '../../../schemas/events.ts'
import type { Visit } from '../../detector.ts'
import type { ReferenceView } from '../../reference.ts'
import { mainCategory } from './main-diagnosis.ts'

/** 康复医学科, 精神科; an institution's specialty may be told in English. */
const WEEKLY_DEPARTMENT = /^A(?:15|21)|康复|精神|rehab|psychiatr/i
/** Mental and behavioural disorders, and rehabilitation. */
const WEEKLY_DIAGNOSIS = /^(?:F|Z50)/

/** Whether a stay's charges may be posted once a week, as rehabilitation and psychiatry do. */
export function isBilledWeekly(visit: Visit, reference: ReferenceView): boolean {
  if (WEEKLY_DIAGNOSIS.test(mainCategory(visit)) || WEEKLY_DEPARTMENT.test(visit.adm_dept_codg)) return true
  return WEEKLY_DEPARTMENT.test(reference.find('institution', visit.fixmedins_code, visit.setl_time)?.row.specialty ?? '')
}

/** 按床日付费住院: nothing depends on what is charged for a day, so little need be charged. */
const BED_DAY = '2105'

/**
 * A long stay that is paid by the day, or of a kind that is (domain HN-27: rehabilitation, chronic mental illness): few
 * charges, or mostly tests, tell nothing of it.
 */
export function isPaidByDay(visit: Visit, reference: ReferenceView): boolean {
  return visit.med_type.startsWith(BED_DAY) || isBilledWeekly(visit, reference)
}

/** The same, as an admission tells it. */
export function isAdmittedByDay(admission: Admission): boolean {
  return admission.med_type.startsWith(BED_DAY) || isAdmittedToWeekly(admission)
}

/** Rehabilitation and psychiatry, as an admission tells them. */
function isAdmittedToWeekly({ adm_dept_codg, dscg_maindiag_code }: Admission): boolean {
  return WEEKLY_DEPARTMENT.test(adm_dept_codg) || WEEKLY_DIAGNOSIS.test(dscg_maindiag_code)
}
