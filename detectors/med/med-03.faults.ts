import { type Day, dayOf, formatDay, type Instant } from '../../schemas/time.ts'
import type { LineRef } from '../detector.ts'
import { nationalCode } from '../item-code.ts'
import { sumOf } from '../kit/bills/excess.ts'
import { involved, violating } from '../kit/bills/finding.ts'
import { itemName } from '../kit/items/item-name.ts'
import { monthOf } from '../kit/plain/calendar.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import type { ReferenceView } from '../reference.ts'
import { overlapsByDay } from './med-03.operations.ts'
import { has, type Line, type Params, type Told } from './med-03.terms.ts'
import { type Period, type Placed, Verdict } from './med-03.verdict.ts'

/** Counted by times, not by hours. */
function dialyses(lines: readonly Placed[]): Placed[] {
  return lines.filter((line) => has('hemodialysis')(line) && !line.hourly)
}

/** So many days' treatment may stand on the day on which it was posted. */
function daysPosted(lines: readonly Placed[]): number {
  return lines.some(({ weekly }) => weekly) ? 7 : 1
}

function atFault({ settlement, sn, inscp }: Placed): LineRef {
  return violating(settlement.id, { feedetl_sn: sn }, inscp)
}

export function faultsByDay(
  told: readonly Told[],
  placed: readonly Placed[],
  params: Params,
  reference: ReferenceView,
): Period[] {
  const ends = endsOf(told)
  const overlapping = overlapsByDay(told)
  const byDay = groupBy(placed, ({ at }) => dayOf(at))
  for (const day of overlapping.keys()) if (!byDay.has(day)) byDay.set(day, [])
  return Array.from(byDay, ([day, lines]) => {
    const record = new Verdict()
    const nameOf = ({ code, at }: Line) => itemName(code, at, reference)
    const dialysed = dialyses(lines)
    if (dialysed.length > 0) {
      record.count('dialysis_day', nameOf(dialysed[0]!), params.dialyses_a_day, dialysed)
      const beside = lines
        .filter((line) => has('crrt')(line) || has('perfusion')(line))
        .filter((line) => !dialysed.includes(line))
      if (beside.length > 0) {
        const refs = beside.map(({ settlement, sn }) => involved(settlement.id, { feedetl_sn: sn }))
        const fault = {
          kind: 'dialysis_beside' as const,
          name: nameOf(dialysed[0]!),
          total: sumOf(dialysed.map(({ cnt }) => cnt)),
        }
        record.add({ ...fault, limit: 0 }, [...dialysed, ...beside], [...dialysed.map(atFault), ...refs])
      }
    }
    for (const [, hours] of groupBy(
      lines.filter(({ hourly }) => hourly),
      ({ code }) => nationalCode(code),
    ))
      if (record.count('hours', nameOf(hours[0]!), params.hours_a_day, hours)) record.certain = true
    const infused = lines.filter(has('infusion'))
    if (infused.length > 0) record.count('infusions', nameOf(infused[0]!), params.infusions_a_day * daysPosted(infused), infused)
    const late = infused.filter(({ settlement }) => isAfter(day, ends.get(settlement.visit)))
    if (late.length > 0) {
      record.certain = true
      const total = sumOf(late.map(({ cnt }) => cnt))
      record.add({ kind: 'after_discharge', name: nameOf(late[0]!), total, limit: 0 }, late, late.map(atFault))
    }
    const treated = lines.filter(has('physio'))
    if (treated.length > 0) record.count('physio', nameOf(treated[0]!), params.physio_parts_a_day * daysPosted(treated), treated)
    const operated = overlapping.get(day)
    const asleep = [...(operated ?? [])].flatMap((settlement) => anaesthesiasOn(day, settlement, byDay))
    if (operated && asleep.length > 0) {
      const fault = { kind: 'anaesthesia' as const, name: nameOf(asleep[0]!), total: 2, limit: 1 }
      // Who was operated on later was not there: the earlier operation is involved.
      const [first] = [...operated]
      const refs = asleep.map((line) =>
        line.settlement === first && operated.size > 1 ? involved(first.id, { feedetl_sn: line.sn }) : atFault(line),
      )
      record.add(fault, asleep, refs)
    }
    return record.as(formatDay(day))
  }).flat()
}

/** Who is operated on at night, or by the evening, may be charged for it the day after. */
function anaesthesiasOn(day: Day, settlement: Told, byDay: ReadonlyMap<Day, readonly Placed[]>): readonly Placed[] {
  const on = (other: Day) => (byDay.get(other) ?? []).filter((line) => has('anaesthesia')(line) && line.settlement === settlement)
  const own = on(day)
  return own.length > 0 ? own : on(day + 1)
}

export function faultsByMonth(placed: readonly Placed[], params: Params, reference: ReferenceView): Period[] {
  const months = groupBy(dialyses(placed), ({ at }) => monthOf(dayOf(at)))
  return Array.from(months, ([month, lines]) => {
    const record = new Verdict()
    const { code, at } = lines[0]!
    record.count('dialysis_month', itemName(code, at, reference), params.dialyses_a_month, lines)
    return record.as(month)
  }).flat()
}

/** When each stay ended, as its discharge says, else its settlement. */
function endsOf(told: readonly Told[]): ReadonlyMap<string, Instant> {
  const best = new Map<string, Told>()
  for (const one of told) {
    const known = best.get(one.visit)
    if (one.end !== null && (!known || one.rank >= known.rank)) best.set(one.visit, one)
  }
  return new Map(Array.from(best, ([visit, { end }]) => [visit, end!]))
}

function isAfter(day: Day, end: Instant | undefined): boolean {
  return end !== undefined && day > dayOf(end)
}
