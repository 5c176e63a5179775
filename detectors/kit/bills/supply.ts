import type { FeeLine } from '../../../schemas/events.ts'
import type { MedClass } from '../../../schemas/med-class.ts'
import { shareOf } from '../../../schemas/money.ts'
import type { ReferenceRow } from '../../../schemas/reference.ts'
import type { Visit } from '../../detector.ts'
import { isMedicine } from '../care/medicine.ts'
import type { Quantity } from './taken-back.ts'
import { type Billed, takenBackBy } from './visit-bills.ts'

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

type Split = Pick<Visit, 'drug_trac_info'>

/** Whether a part of a package was given: some say so with the line, most with the package's code. */
export function isSplit({ feedetl_sn, trdn_flag }: FeeLine, { drug_trac_info }: Split): boolean {
  return trdn_flag === '1' || drug_trac_info.some((code) => code.trdn_flag === '1' && code.feedetl_sn === feedetl_sn)
}

/** As `supplyDays`; of a split package single units are counted, and how many make a package may be unknown. */
export function daysSupplied(visit: Split, line: FeeLine, item: Item): number | undefined {
  if (line.cnt < 1 || !isSplit(line, visit)) return supplyDays(line, item)
  const { pack_units } = item ?? {}
  const cnt = pack_units && pack_units > 0 ? line.cnt / pack_units : Number.NaN
  return supplyDays({ ...line, cnt }, item) || undefined
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

/** A line with a drug, and how long it lasts. */
export interface Lasting extends Billed {
  readonly days: number
}

/** What is left of a line when so much of it was taken back lasts as much shorter. */
export function leaveOfSupply<L extends Lasting>(line: L, cnt: number): L {
  return { ...line, cnt, inscp: shareOf(line.inscp, cnt, line.cnt), days: roundedDays((line.days * cnt) / line.cnt) }
}

/** Days carry four decimals, and a sum of them is often a hair more than it should be. */
export function roundedDays(days: number): number {
  return Math.round(days * 1e4) / 1e4
}

/** What a bill takes back of the drugs of earlier ones. */
export function drugsBack(visit: Visit): readonly Quantity[] {
  const itemIn = ({ feedetl_sn }: FeeLine) => visit.items[visit.feedetail.findIndex((line) => line.feedetl_sn === feedetl_sn)]
  return takenBackBy(visit, (line) => isMedicine(line, itemIn(line)))
}
