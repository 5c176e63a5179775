import { sharesOf, yuan } from '../../schemas/money.ts'
import { formatInstant } from '../../schemas/time.ts'
import type { Context, Finding } from '../detector.ts'
import { involved, violating } from '../kit/bills/finding.ts'
import { roundedDays } from '../kit/bills/supply.ts'
import { restingOn } from '../kit/parts/remembered.ts'
import { monthOf } from '../kit/plain/calendar.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import { joined } from '../kit/plain/joined.ts'
import { type Fill, type Hit, hitsAmong } from './pol-14.fills.ts'
import type { Evidence, Params } from './pol-14.terms.ts'

const SHOWN = 50

export function findingsOn(fills: readonly Fill[], { root, params }: Context<Params>): Finding<Evidence>[] {
  const hits = hitsAmong(fills, params)
  if (hits.length === 0) return []
  const runs = joined(hits.map(({ from, to }) => [from, to]))
  const months = groupBy(runs, ([from]) => monthOf(fills[from]!.day))
  return [...months].map(([month, ranges]) => {
    const isIn = (place: number) => ranges.some(([from, to]) => from <= place && place <= to)
    return findingOn(root, month, { fills, places: fills.map((_, place) => place).filter(isIn), hits })
  })
}

interface Run {
  readonly fills: readonly Fill[]
  readonly places: readonly number[]
  readonly hits: readonly Hit[]
}

function findingOn(psn_no: string, month: string, { fills, places, hits }: Run): Finding<Evidence> {
  const over = new Map(hits.map((hit) => [hit.to, hit]))
  const lines = places.flatMap((place) => {
    const { settlement, days, lines } = fills[place]!
    const hit = over.get(place)
    if (!hit) return lines.map(({ sn }) => involved(settlement.id, { feedetl_sn: sn }))
    const shares = sharesOf(
      lines.map(({ inscp }) => inscp),
      hit.excess,
      days,
    )
    return lines.map(({ sn }, i) => violating(settlement.id, { feedetl_sn: sn }, shares[i]!))
  })
  const own = hits.filter(({ to }) => places.includes(to))
  const worst = own.reduce((most, hit) => (hit.excess > most.excess ? hit : most))
  const vola_amt = lines.reduce((sum, line) => sum + line.vola_amt, 0)
  const { generic, limit } = fills[worst.to]!
  return {
    subject: { type: 'person', id: psn_no },
    bucket: `${month}|${generic}`,
    result: 'violation',
    severity: 2,
    ...restingOn(
      psn_no,
      places.map((place) => fills[place]!.settlement),
    ),
    vola_amt,
    lines,
    count: own.length,
    evidence: {
      generic,
      fills: places.slice(0, SHOWN).map((place) => {
        const { settlement, days: supply_days, limit } = fills[place]!
        const { id: setl_id, at, fixmedins_code } = settlement
        const remaining_days = over.get(place)?.remaining ?? 0
        return {
          setl_id,
          setl_time: formatInstant(at),
          fixmedins_code,
          supply_days,
          remaining_days,
          limit,
          over: over.has(place),
        }
      }),
      total_days: roundedDays(worst.remaining + fills[worst.to]!.days),
      limit,
      vola_amt: yuan(vola_amt),
    },
  }
}
