import { type Day, dayOf } from '../../schemas/time.ts'
import { roundedDays } from '../kit/bills/supply.ts'
import { isIndivisible, suppliesOf } from './pol-14.supply.ts'
import type { Filled, Params, Supply } from './pol-14.terms.ts'

export interface Fill extends Supply {
  readonly settlement: Filled
  readonly day: Day
}

export interface Hit {
  /** Places in the row of fills: of the first fill that still lasted, and of the one that was too much. */
  readonly from: number
  readonly to: number
  readonly remaining: number
  /** Days above the limit, at most those of the fill itself. */
  readonly excess: number
}

/** How long what was filled before still lasts on the day of a fill, and since which fill there was always some left. */
function leftBefore(fills: readonly Fill[], to: number, window: number): { readonly remaining: number; readonly from: number } {
  const { day } = fills[to]!
  let until = Number.NEGATIVE_INFINITY
  let from = to
  for (let i = 0; i < to; i++) {
    const fill = fills[i]!
    // What lies beyond the window may or may not be remembered; what holds must not depend on it.
    if (day - fill.day >= window) continue
    if (until <= fill.day) from = i
    until = Math.max(until, fill.day) + fill.days
  }
  return until > day ? { remaining: roundedDays(until - day), from } : { remaining: 0, from: to }
}

export function hitsAmong(fills: readonly Fill[], { slack_days, window_days }: Params): Hit[] {
  return fills.flatMap(({ days, limit, indivisible }, to) => {
    const { remaining, from } = leftBefore(fills, to, window_days)
    const [total, isAtOnce] = [roundedDays(remaining + days), days > limit && !indivisible]
    const isAccumulated = remaining > 0 && total > limit + slack_days
    if (!isAtOnce && !isAccumulated) return []
    return [{ from, to, remaining, excess: isAccumulated ? Math.min(days, total - limit) : days - limit }]
  })
}

const NO_SUSPECTS: ReadonlySet<string> = new Set()

/** The drugs of which so much was given at once, or in all, that a closer look is needed: nearly always none. */
export function suspectsAmong(settlements: readonly Filled[], { slack_days }: Params): ReadonlySet<string> {
  let suspects: Set<string> | undefined
  const given = new Map<string, number>()
  for (const { lines } of settlements) {
    for (const line of lines) {
      const { generic, days, limit } = line
      const before = given.get(generic) ?? 0
      const total = before + days
      const isMuch = before > 0 && (total > limit + slack_days || (total > limit && isAgainIn(lines, line)))
      if (isMuch || (days > limit && !isIndivisible(line))) {
        suspects ??= new Set()
        suspects.add(generic)
      }
      given.set(generic, total)
    }
  }
  return suspects ?? NO_SUSPECTS
}

function isAgainIn(lines: Filled['lines'], line: Filled['lines'][number]): boolean {
  return lines.some((other) => other !== line && other.generic === line.generic)
}

export function fillsOf(settlements: readonly Filled[]): Fill[] {
  return settlements.flatMap((settlement) =>
    suppliesOf(settlement.lines).map((supply) => ({ settlement, day: dayOf(settlement.at), ...supply })),
  )
}
