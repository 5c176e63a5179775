import type { FeeLine } from '../../schemas/events.ts'
import type { MedClass } from '../../schemas/med-class.ts'
import type { ReferenceRow } from '../../schemas/reference.ts'

type Item = ReferenceRow<'item'> | undefined

/** A supply written down as longer than this is a slip of the pen. */
const LONGEST_PRESCRIPTION_DAYS = 180

/**
 * Days for which a drug line supplies its person: as prescribed (`prd_days`) where that is believable, else what the packages
 * hold (detector cards, POL-14). `undefined` where neither is known.
 */
export function supplyDays({ prd_days, cnt }: Pick<FeeLine, 'prd_days' | 'cnt'>, item: Item): number | undefined {
  if (prd_days !== undefined && prd_days > 0 && prd_days <= LONGEST_PRESCRIPTION_DAYS) return prd_days
  const { pack_days } = item ?? {}
  return pack_days && pack_days > 0 ? cnt * pack_days : undefined
}

/** What makes two drugs the same drug: the generic name, else the code. */
export function genericOf({ med_list_codg }: Pick<FeeLine, 'med_list_codg'>, item: Item): string {
  return item?.generic || med_list_codg
}

const HOME_SUPPLY: ReadonlySet<MedClass> = new Set(['OP', 'ER', 'CHRONIC', 'PHARM', 'PHARM_CHRONIC', 'MAT_OP'])

/** Whether the person takes the drug home: wards give out a day's dose, but for what is prescribed at the discharge. */
export function isTakenHome(med_class: MedClass, { dscg_tkdrug_flag }: Pick<FeeLine, 'dscg_tkdrug_flag'>): boolean {
  return HOME_SUPPLY.has(med_class) || dscg_tkdrug_flag === '1'
}
