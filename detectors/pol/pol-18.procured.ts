import type { FeeLine } from '../../schemas/events.ts'
import { isPharmacy } from '../../schemas/med-class.ts'
import { amountOf, type Fen, microOf, shareOf } from '../../schemas/money.ts'
import type { ReferenceRow } from '../../schemas/reference.ts'
import { dayOf, formatDay, type Instant } from '../../schemas/time.ts'
import type { Visit } from '../detector.ts'
import { meansItem } from '../item-code.ts'
import { chargedLines, takenBackBeyond } from '../kit/bills/charged-lines.ts'
import { inPolicy } from '../kit/bills/finding.ts'
import { covers } from '../kit/bills/standing.ts'
import { type Quantity, quantityOf } from '../kit/bills/taken-back.ts'
import { itemOf } from '../kit/items/item-of.ts'
import { isKnownTo, linesKnownTo } from '../kit/items/known.ts'
import { dayAfterMonth, monthOf } from '../kit/plain/calendar.ts'
import type { Place, ReferenceView } from '../reference.ts'

/** Quantities carry four decimals: as whole numbers sums do not depend on their order. */
export const QUANTITY = 10_000

/** What a line is in the procurement of its group. */
export interface Use {
  readonly group: string
  readonly code: string
  readonly units: number
  readonly selected: boolean
  /** Whether it counts in the share: not in a month in which the contract changes. */
  readonly counts: boolean
  readonly inscp: Fen
  /** Above the selected price; `undefined` where it is not. */
  readonly excess: Fen | undefined
}

/** A use as its line has it; its quantity is in the same parts of units. */
export type LineUse = Use & Quantity

type Selected = NonNullable<ReferenceRow<'vbp'>['selected']>

const isInTable = isKnownTo('vbp')

export function concernsProcurement(visit: Visit): boolean {
  return isInTable(visit) || visit.items.some((item) => item?.vbp_group)
}

function groupsOf(
  visit: Visit,
  { med_list_codg, fee_ocur_time }: FeeLine,
  group: string | null | undefined,
  reference: ReferenceView,
): string[] {
  return group ? [group] : reference.lookup('vbp', med_list_codg, fee_ocur_time, visit).map(({ id }) => id)
}

/** Of the selected products the one that was used: by its own code, else by that of its base. */
function productsOf(selected: Selected, code: string): Selected {
  const own = selected.filter((one) => one.code === code)
  return own.length > 0 ? own : selected.filter((one) => meansItem(one.code, code))
}

/** Whether a contract begins or ends inside the month, so that old stock may still be used up. */
function isChanging(selected: Selected, month: string): boolean {
  const lastDay = formatDay(dayAfterMonth(month) - 1)
  const isInside = (date: string | null | undefined, edge: string) => date?.slice(0, 7) === month && date !== edge
  return selected.some(({ from, to }) => isInside(from, `${month}-01`) || isInside(to, lastDay))
}

/** The selected products and their prices bind medical institutions, and of pharmacies those that have agreed to a volume. */
function isUnbound({ med_class, fixmedins_code, setl_time }: Visit, group: string, reference: ReferenceView): boolean {
  return isPharmacy(med_class) && agreedBy(fixmedins_code, group, setl_time, reference) === null
}

export function usesIn(visit: Visit, price_tolerance: number, reference: ReferenceView): LineUse[] {
  const charged = chargedLines(visit)
  const month = monthOf(dayOf(visit.setl_time))
  return charged.flatMap((line, i) =>
    groupsOf(visit, line, itemOf(visit, charged, i)?.vbp_group, reference).flatMap((group): LineUse[] => {
      const { med_list_codg: code, fee_ocur_time: at, cnt, pric } = line
      const selected = reference.find('vbp', group, at, visit)?.row.selected ?? []
      const date = formatDay(dayOf(at))
      const valid = selected.filter((one) => covers(one, date))
      if (valid.length === 0 || isUnbound(visit, group, reference)) return []
      const own = productsOf(valid, code)
      const price = Math.max(...own.map((one) => (typeof one.price === 'number' ? microOf(one.price) : Number.POSITIVE_INFINITY)))
      const isOver = own.length > 0 && pric > Math.round(price * (1 + price_tolerance))
      const units = Math.round(cnt * QUANTITY)
      return [
        {
          ...{ group, code, at, cnt: units, units, selected: own.length > 0, inscp: inPolicy(line) },
          counts: !isChanging(selected, month),
          excess: isOver ? Math.min(amountOf(pric - price, cnt), inPolicy(line)) : undefined,
        },
      ]
    }),
  )
}

/** What a bill takes back of what earlier ones of its visit used, in the parts of units that `LineUse` counts. */
export function usesBack(visit: Visit): readonly Quantity[] {
  const back = takenBackBeyond(visit)
  if (back.length === 0) return back as readonly []
  const codes = new Set(linesKnownTo(visit, 'vbp').map(({ med_list_codg }) => med_list_codg))
  visit.feedetail.forEach(({ med_list_codg }, i) => void (visit.items[i]?.vbp_group && codes.add(med_list_codg)))
  const own = back.filter(({ med_list_codg }) => codes.has(med_list_codg)).map(quantityOf)
  return own.map((taken) => ({ ...taken, cnt: Math.round(taken.cnt * QUANTITY) }))
}

/** What is left of a use when so much of it was taken back. */
export function usedLess(use: LineUse, units: number): LineUse {
  const part = (amount: Fen) => shareOf(amount, units, use.units)
  return { ...use, cnt: units, units, inscp: part(use.inscp), excess: use.excess === undefined ? undefined : part(use.excess) }
}

export type PackedUse = readonly [group: string, code: string, units: number, bits: number, inscp: Fen, excess?: Fen]
const [SELECTED, COUNTS] = [1, 2]

export function packUse({ group, code, units, selected, counts, inscp, excess }: Use): PackedUse {
  const bits = (selected ? SELECTED : 0) | (counts ? COUNTS : 0)
  return excess === undefined ? [group, code, units, bits, inscp] : [group, code, units, bits, inscp, excess]
}

export function unpackUse([group, code, units, bits, inscp, excess]: PackedUse): Use {
  return { group, code, units, selected: (bits & SELECTED) !== 0, counts: (bits & COUNTS) !== 0, inscp, excess }
}

/** Where an institution lies, and its level: provinces and alliances procure for their own. */
export function placeOf(institution: string, at: Instant, reference: ReferenceView): Place {
  const { admdvs, level } = reference.find('institution', institution, at)?.row ?? {}
  return { ...(admdvs && { admdvs }), ...(level && { level }) }
}

/** How many units of a group an institution has agreed to use; `null` where nothing is agreed. */
export function agreedBy(institution: string, group: string, at: Instant, reference: ReferenceView): number | null {
  const date = formatDay(dayOf(at))
  const agreed = reference.find('vbp', group, at, placeOf(institution, at, reference))?.row.agreed ?? []
  const own = agreed.filter((one) => one.fixmedins_code === institution && covers(one, date))
  return own.length > 0 ? own.reduce((sum, { qty }) => sum + (qty ?? 0), 0) : null
}
