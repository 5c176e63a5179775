import type { FeeLine } from '../../schemas/events.ts'
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
