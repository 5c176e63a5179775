import type { FeeLine } from '../../../schemas/events.ts'
import { isInpatient } from '../../../schemas/med-class.ts'
import type { ReferenceRow } from '../../../schemas/reference.ts'
import { DAY, type Day, dayOf, type Instant, startOfDay } from '../../../schemas/time.ts'
import type { Visit } from '../../detector.ts'
import { meansItem } from '../../item-code.ts'
import type { ReferenceView } from '../../reference.ts'
import { tableBit } from '../../reference.ts'
import { itemOf } from '../items/item-of.ts'
import { linesKnownTo } from '../items/known.ts'
import { groupBy } from '../plain/group-by.ts'
import { STAY_MEMORY } from '../stays/stay.ts'
import { chargedLines } from './charged-lines.ts'
import { inPolicy } from './finding.ts'
import { leftOver, type Quantity } from './taken-back.ts'

/** What must be charged or done with an item: one of these codes, so many days before or after; `null`: in the same visit. */
export interface Requirement {
  readonly any_of: readonly string[]
  readonly within: number | null
}

/** An item or operation that others may require, its day, and how often it was charged or done then. */
export interface Partner {
  readonly code: string
  readonly day: Day
  readonly operation: boolean
  readonly times: number
}

const PAIRS = tableBit('pair_required')

/** Whether the visit has a line that requires others or that others may require, or an operation. */
export function hasPartners({ known, oprninfo }: Visit): boolean {
  return (known & PAIRS) !== 0 || oprninfo.length > 0
}

/**
 * The lines of a kind that require others, as far as they went into the insurance, with what each requires: of several rows
 * one that is met suffices.
 */
export function linesInNeed(
  visit: Visit,
  reference: ReferenceView,
  isOfKind: (line: FeeLine, item: ReferenceRow<'item'> | undefined) => boolean,
): (readonly [line: FeeLine, requirements: readonly Requirement[]])[] {
  const lines = chargedLines({ feedetail: linesKnownTo(visit, 'pair_required') })
  return lines.flatMap((line, i) => {
    if (inPolicy(line) <= 0 || !isOfKind(line, itemOf(visit, lines, i))) return []
    const { med_list_codg: code, fee_ocur_time: at } = line
    const rows = reference.lookup('pair_required', code, at, visit)
    const named = reference.nameIn('pair_required', code, at, visit)
    const requirements = rows.flatMap(({ id, row }) =>
      (row.code || id) === named && row.any_of?.length ? [{ any_of: row.any_of, within: row.within_days ?? null }] : [],
    )
    return requirements.length > 0 ? [[line, requirements] as const] : []
  })
}

/** How many days from the visit's lines those may lie that require them, or that they require, as far as rows say it. */
export function reachOf(visit: Visit, reference: ReferenceView): number {
  const lines = linesKnownTo(visit, 'pair_required')
  const rows = lines.flatMap(({ med_list_codg, fee_ocur_time }) => {
    return reference.lookup('pair_required', med_list_codg, fee_ocur_time, visit)
  })
  return Math.max(0, ...rows.map(({ row }) => row.within_days ?? 0))
}

/** What the visit has that others may require. */
export function partnersIn(visit: Visit): Partner[] {
  const lines = chargedLines({ feedetail: linesKnownTo(visit, 'pair_required') })
  const partners = new Map<string, Partner>()
  const add = (code: string, at: Instant, operation: boolean, times: number) => {
    const day = dayOf(at)
    const name = `${code}|${day}|${operation}`
    partners.set(name, { code, day, operation, times: (partners.get(name)?.times ?? 0) + times })
  }
  for (const { med_list_codg, fee_ocur_time, cnt } of lines) add(med_list_codg, fee_ocur_time, false, cnt)
  for (const { oprn_oprt_code, oprn_begntime, oprn_oprt_date } of visit.oprninfo)
    if (oprn_oprt_code) add(oprn_oprt_code, oprn_begntime ?? oprn_oprt_date ?? visit.setl_time, true, 1)
  return [...partners.values()]
}

/**
 * Whether one of the requirements is met; `usual` days where its row names none. Operations are named by their beginning, and
 * a service with a local suffix is the service, whatever else rows say of its own code.
 */
export function isMetBy(
  requirements: readonly Requirement[],
  day: Day,
  partners: readonly Partner[],
  usual: number | null,
): boolean {
  return requirements.some(({ any_of, within }) => {
    const reach = within ?? usual
    return partners.some(
      (partner) =>
        (reach === null || Math.abs(partner.day - day) <= reach) &&
        any_of.some((code) => (partner.operation ? partner.code.startsWith(code) : meansItem(code, partner.code))),
    )
  })
}

/** A bill of a visit: what it has that others may require, and what it takes back of earlier bills. */
interface Serving {
  readonly visit: string
  readonly partners: readonly Partner[]
  readonly back: readonly Quantity[]
}

/**
 * The partners that remain when later bills of their visit have taken some back: a service that was taken back serves
 * nothing. Where the negative line names another day it means one that nothing needs, for nobody is to be accused by a guess.
 */
export function partnersLeft(bills: readonly Serving[], isNeeded: (partner: Partner) => boolean): readonly Partner[] {
  if (bills.every(({ back }) => back.length === 0)) return bills.flatMap(({ partners }) => partners)
  const rank = ({ partner }: { readonly partner: Partner }, { at }: Quantity) => {
    return partner.day === dayOf(at) ? 0 : isNeeded(partner) ? 2 : 1
  }
  return Array.from(groupBy(bills, ({ visit }) => visit).values(), (ofVisit) => {
    const served = ofVisit.map(({ partners, back }) => ({ charges: partners.map(quantityIn), back }))
    const left = leftOver(served, rank)
    return served.flatMap(({ charges }) =>
      charges.flatMap((charge) => {
        const times = left.get(charge) ?? charge.cnt
        return times === charge.cnt ? [charge.partner] : times > 0 ? [{ ...charge.partner, times }] : []
      }),
    )
  }).flat()
}

/** No bill takes an operation back. */
function quantityIn(partner: Partner): Quantity & { readonly partner: Partner } {
  const { code, day, operation, times } = partner
  return { partner, code: operation ? '' : code, at: startOfDay(day), cnt: times }
}

/** The other settlements of a visit come while it lasts; of an outpatient visit soon. */
export function keepVisit(stay: boolean): number {
  return stay ? STAY_MEMORY : 3 * DAY
}

export function isStay({ med_class }: Visit): boolean {
  return isInpatient(med_class)
}

export type PackedPartner = readonly [code: string, day: Day, operation?: 0 | 1, times?: number]

export function packPartner({ code, day, operation, times }: Partner): PackedPartner {
  if (times !== 1) return [code, day, operation ? 1 : 0, times]
  return operation ? [code, day, 1] : [code, day]
}

export function unpackPartner([code, day, operation, times = 1]: PackedPartner): Partner {
  return { code, day, operation: operation === 1, times }
}
