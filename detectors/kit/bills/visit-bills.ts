import type { FeeLine } from '../../../schemas/events.ts'
import { type Fen, shareOf } from '../../../schemas/money.ts'
import { dayOf } from '../../../schemas/time.ts'
import type { Finding } from '../../detector.ts'
import { type PackedTime, packTime, unpackTime } from '../parts/packed.ts'
import type { Entry } from '../parts/window.ts'
import { groupBy } from '../plain/group-by.ts'
import { takenBackBeyond } from './charged-lines.ts'
import { leftOver, type Quantity, quantityOf, type Rank } from './taken-back.ts'

/** A line of which a later bill of the visit may take something back. */
export interface Billed extends Quantity {
  readonly sn: string
  readonly inscp: Fen
}

/** What a memory keeps of a settlement, so that later ones of the same visit can correct it. */
export interface VisitBill<L extends Billed> extends Entry {
  readonly visit: string
  readonly lines: readonly L[]
  /** What it takes back of earlier bills. */
  readonly back: readonly Quantity[]
}

/** Where a memory is that of one visit. */
export const SAME_VISIT = ''

const NOTHING_BACK: readonly Quantity[] = []

/** What a settlement takes back of earlier ones, as far as it concerns the rule, by the items as which it counts them. */
export function takenBackBy(
  visit: { readonly feedetail: readonly FeeLine[] },
  concerns: (line: FeeLine) => boolean,
  itemOf: (line: FeeLine) => string = ({ med_list_codg }) => med_list_codg,
): readonly Quantity[] {
  const lines = takenBackBeyond(visit)
  return lines.length === 0 ? NOTHING_BACK : lines.filter(concerns).map((line) => ({ ...quantityOf(line), code: itemOf(line) }))
}

/** A line as a rule speaks of it. */
interface Placed {
  readonly settlement: Entry
  readonly sn: string
}

type Leave<L> = (line: L, cnt: number) => L

function leave<L extends Billed>(line: L, cnt: number): L {
  return { ...line, cnt, inscp: shareOf(line.inscp, cnt, line.cnt) }
}

/**
 * The bills, which come by time, with what later ones of the same visit leave of their lines. A negative line names no other:
 * it means the charge of its own time, else one that is in question, for who corrects a bill corrects what was wrong.
 */
export function corrected<L extends Billed, B extends VisitBill<L>>(
  bills: readonly B[],
  inQuestion: (bills: readonly B[]) => readonly Placed[],
  left: Leave<L> = leave,
): readonly B[] {
  if (bills.every(({ back }) => back.length === 0)) return bills
  const wrong = new Set(inQuestion(bills).map(({ settlement, sn }) => `${settlement.id}|${sn}`))
  const questioned = new Set(bills.flatMap(({ id, lines }) => lines.filter(({ sn }) => wrong.has(`${id}|${sn}`))))
  const rank: Rank<L> = (charge, { at }) => {
    if (charge.at === at) return 0
    return (dayOf(charge.at) === dayOf(at) ? 1 : 2) + (questioned.has(charge) ? 0 : 2)
  }
  const counts = new Map<L, number>()
  for (const ofVisit of groupBy(bills, ({ visit }) => visit).values()) {
    const taken = leftOver(
      ofVisit.map(({ lines, back }) => ({ charges: lines, back })),
      rank,
    )
    for (const [line, cnt] of taken) counts.set(line, cnt)
  }
  return bills.map((bill) => {
    if (!bill.lines.some((line) => counts.has(line))) return bill
    const lines = bill.lines.flatMap((line) => {
      const cnt = counts.get(line) ?? line.cnt
      if (cnt === line.cnt) return [line]
      return cnt > 0 ? [left(line, cnt)] : []
    })
    return { ...bill, lines }
  })
}

/** A bill that takes something back is remembered as long as those from which it may have taken it. */
export function keptTogether<L extends Billed, B extends VisitBill<L>>(
  bills: readonly B[],
  keep: (bill: B) => number,
  holds: readonly Finding[] = [],
): (bill: B) => number {
  if (bills.every(({ back }) => back.length === 0)) return keep
  const pinned = new Set(holds.flatMap(({ setl_ids }) => setl_ids))
  const until = new Map<string, number>()
  for (const bill of bills) {
    const last = pinned.has(bill.id) ? Number.POSITIVE_INFINITY : bill.at + keep(bill)
    until.set(bill.visit, Math.max(last, until.get(bill.visit) ?? last))
  }
  return (bill) => (bill.back.length === 0 ? keep(bill) : until.get(bill.visit)! - bill.at)
}

type PackedQuantity = readonly [code: string, at: PackedTime, cnt: number]

/** Nearly every settlement takes nothing back. */
type PackedVisit = string | readonly [visit: string, ...back: PackedQuantity[]]

export function packVisit({ visit, back }: Pick<VisitBill<Billed>, 'visit' | 'back'>): PackedVisit {
  if (back.length === 0) return visit
  return [visit, ...back.map(({ code, at, cnt }): PackedQuantity => [code, packTime(at), cnt])]
}

export function unpackVisit(packed: PackedVisit): Pick<VisitBill<Billed>, 'visit' | 'back'> {
  if (typeof packed === 'string') return { visit: packed, back: NOTHING_BACK }
  const [visit, ...back] = packed
  return { visit, back: back.map(([code, at, cnt]) => ({ code, at: unpackTime(at), cnt })) }
}
