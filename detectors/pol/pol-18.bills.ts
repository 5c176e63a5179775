import { dayOf, type Instant, SECOND } from '../../schemas/time.ts'
import { type Context, type Form, type Part, type Step, type Told, UNCHANGED, type Visit } from '../detector.ts'
import { leftOver, type Quantity } from '../kit/bills/taken-back.ts'
import { packTime, unpackTime } from '../kit/parts/packed.ts'
import { visitOf } from '../kit/parts/remembered.ts'
import { type Entry, insert, without } from '../kit/parts/window.ts'
import { monthOf } from '../kit/plain/calendar.ts'
import {
  concernsProcurement,
  type LineUse,
  type PackedUse,
  packUse,
  unpackUse,
  usedLess,
  usesBack,
  usesIn,
} from './pol-18.procured.ts'
import { COUNTED, type Evidence, keptUntil, type Params, type Recounted } from './pol-18.terms.ts'

/** What a bill of a visit used, and what it takes back of earlier ones. */
interface Bill extends Entry {
  readonly uses: readonly LineUse[]
  readonly back: readonly Quantity[]
}

type Bills = readonly Bill[]
type PackedBill = readonly [
  ...[id: string, at: number, uses: readonly (readonly [secondsBefore: number, ...PackedUse])[]],
  ...back: (readonly [code: string, at: number, cnt: number])[],
]

const FORM: Form<Bills> = {
  pack: (bills) =>
    bills.map(
      ({ id, at, uses, back }): PackedBill => [
        ...([id, packTime(at), uses.map((use) => [(at - use.at) / SECOND, ...packUse(use)] as const)] as const),
        ...back.map(({ code, at, cnt }) => [code, packTime(at), cnt] as const),
      ],
    ),
  unpack: (packed: readonly PackedBill[]) =>
    packed.map(([id, packedAt, uses, ...back]): Bill => {
      const at = unpackTime(packedAt)
      const unpackLine = ([secondsBefore, ...packedUse]: readonly [number, ...PackedUse]): LineUse => {
        const use = unpackUse(packedUse)
        return { ...use, at: at - Math.round(secondsBefore * SECOND), cnt: use.units }
      }
      return { id, at, uses: uses.map(unpackLine), back: back.map(([code, at, cnt]) => ({ code, at: unpackTime(at), cnt })) }
    }),
}

type Uses = readonly LineUse[]
const NO_USES: Uses = []

/** Where a return names another time it means what was too dear. */
function rank({ at, excess }: LineUse, taken: Quantity): number {
  return at === taken.at ? 0 : excess === undefined ? 2 : 1
}

/** What each bill counts as when later ones of the visit have taken something back. */
function countedAs(bills: Bills): ReadonlyMap<string, Uses> {
  const left = new Map<LineUse, number>()
  if (bills.some(({ back }) => back.length > 0)) {
    // A line may be of several groups, in each of which it is taken back.
    for (const group of new Set(bills.flatMap(({ uses }) => uses.map((use) => use.group)))) {
      const ofGroup = bills.map(({ uses, back }) => ({ charges: uses.filter((use) => use.group === group), back }))
      for (const [use, units] of leftOver(ofGroup, rank)) left.set(use, units)
    }
  }
  const remaining = (use: LineUse) => {
    const units = left.get(use) ?? use.units
    return units === use.units ? [use] : units > 0 ? [usedLess(use, units)] : []
  }
  return new Map(bills.map(({ id, uses }) => [id, left.size > 0 ? uses.flatMap(remaining) : uses]))
}

interface Change {
  readonly visit: Visit
  readonly bills: Bills
  readonly before: ReadonlyMap<string, Uses>
  readonly left: Bills
  readonly back?: true
}

type Counted = Pick<Recounted, 'was' | 'now'>

function tell(
  { id, at }: Entry,
  counted: Counted,
  { visit, back }: Pick<Change, 'visit' | 'back'>,
  now: Instant,
): Told<Recounted> {
  const { fixmedins_code: of, admdvs } = visit
  const values = { settlement: { id, at }, ...counted }
  return { kind: 'told', ...(back && { back }), topic: COUNTED, of, period: monthOf(dayOf(at)), at: now, admdvs, values }
}

function isOver({ at }: Entry, watermark: Instant): boolean {
  return watermark >= keptUntil(monthOf(dayOf(at)))
}

/** Tells the institution of each bill that counts as something else than before; of a month long over it asks no more. */
function step(change: Change, { at, watermark }: Context<Params>): Step<Bills, Evidence> {
  const { bills, before, left } = change
  const after = countedAs(left)
  const told = bills.flatMap((bill): Told<Recounted>[] => {
    const [was, now] = [before, after].map((counted) => (counted.get(bill.id) ?? NO_USES).map(packUse))
    if (isOver(bill, watermark) || JSON.stringify(was) === JSON.stringify(now)) return []
    return [tell(bill, { was: was!, now: now! }, change, at)]
  })
  const tells = told.length > 0 ? { tells: told } : {}
  if (left.length === 0) return { state: undefined, ...tells }
  return { state: left, forgetAt: keptUntil(monthOf(dayOf(left.at(-1)!.at))), ...tells }
}

/**
 * What the bills of a visit count as, for as long as they can be taken back, or a later one can take back of them. The
 * institution hears of them from here alone: another slice may have heard other rows by then, and would take back what it
 * had never counted.
 */
export const billsPart: Part<Visit, Bills, Evidence, Params> = {
  name: 'BILLS',
  on: ['settlement'],
  space: 'person',
  root: ({ psn_no }) => psn_no,
  key: (visit) => `${visit.fixmedins_code}|${visitOf(visit)}`,
  memoryless: false,
  concerns: concernsProcurement,
  form: FORM,
  initial: () => [],
  onEvent(known, visit, context) {
    const uses = usesIn(visit, context.params.price_tolerance, context.reference)
    const bill: Bill = { id: visit.setl_id, at: visit.setl_time, uses, back: usesBack(visit) }
    if (uses.length === 0 && bill.back.length === 0) return UNCHANGED
    const bills = insert(known, bill)
    return step({ visit, bills, before: countedAs(known), left: bills }, context)
  },
  onVoid(bills, visit, context) {
    const [voided, left] = [{ id: visit.setl_id, at: visit.setl_time }, without(bills, visit.setl_id)]
    const change: Change = { visit, bills, before: countedAs(bills), left, back: true }
    if (!isOver(voided, context.watermark)) return left === bills ? UNCHANGED : step(change, context)
    // What holds longer than bills are remembered is judged by what the original says alone.
    const was = usesIn(visit, context.params.price_tolerance, context.reference).map(packUse)
    const { tells = [], ...rest } = step(change, context)
    return { ...rest, tells: [...tells, tell(voided, { was, now: [] }, change, context.at)] }
  },
}
