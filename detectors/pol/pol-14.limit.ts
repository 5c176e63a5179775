import type { FeeLine } from '../../schemas/events.ts'
import type { ReferenceRow } from '../../schemas/reference.ts'
import { dayOf, formatDay } from '../../schemas/time.ts'
import type { Context, Visit } from '../detector.ts'
import { covers } from '../kit/bills/standing.ts'
import type { ReferenceView } from '../reference.ts'
import type { Params } from './pol-14.terms.ts'

type Item = ReferenceRow<'item'> | undefined

function isOfClass(item: Item, classes: readonly string[]): boolean {
  const own = item?.pharm_class
  return own != null && classes.some((prefix) => own.startsWith(prefix))
}

/** Where no row tells the class, the code of a western drug excuses it too: X, and then its ATC code. */
export function hasVaryingDose({ med_list_codg }: FeeLine, item: Item, { varying_dose_classes }: Params): boolean {
  if (item?.pharm_class) return isOfClass(item, varying_dose_classes)
  return med_list_codg.startsWith('X') && varying_dose_classes.some((prefix) => med_list_codg.startsWith(prefix, 1))
}

/** Codes of drugs against tuberculosis: X, and then their ATC code. */
const TUBERCULOSIS_DRUG = 'XJ04'

/** Whether the visit, or the person's registration, is for a disease that antimicrobials treat for months. */
function needsLongTreatment(visit: Visit, { long_treatment_diagnoses }: Params, reference: ReferenceView): boolean {
  if (visit.diseinfo.some(({ diag_code }) => long_treatment_diagnoses.some((prefix) => diag_code.startsWith(prefix)))) return true
  const { psn_no, setl_time } = visit
  const date = formatDay(dayOf(setl_time))
  const registered = (reference.find('person', psn_no, setl_time)?.row.chronic ?? []).filter((period) => covers(period, date))
  return registered.some(({ dise_codg }) => {
    const codes = (dise_codg && reference.find('chronic_list', dise_codg, setl_time, visit)?.row.codes) || []
    return codes.some((code) => code.startsWith(TUBERCULOSIS_DRUG))
  })
}

/**
 * Antimicrobials, narcotic and psychotropic drugs are never long-term: chronic care gives no more of them than a visit;
 * of antimicrobials it does against tuberculosis and its like.
 */
export function limitOf(visit: Visit, item: Item, { params, reference }: Context<Params>): number | undefined {
  const { limits, short_term_classes } = params
  const limit = limits[visit.med_class]
  if (limit === undefined || limits.OP === undefined || limit <= limits.OP) return limit
  if (item?.tags?.includes('narcotic')) return limits.OP
  return isOfClass(item, short_term_classes) && !needsLongTreatment(visit, params, reference) ? limits.OP : limit
}
