import { type Fen, yuan } from '../../schemas/money.ts'
import { dayOf, formatDay, HOUR, type Instant, startOfDay } from '../../schemas/time.ts'
import type { Context, Finding, Part, Step, Told } from '../detector.ts'
import { addId, type FirstIds, namedIds, noIds, removeId } from '../kit/first-ids.ts'
import { elapsedIn, type Period, quotaOf } from './fnd-01.period.ts'
import { type Evidence, type Params, type Payment, TOPIC } from './fnd-01.terms.ts'
import { cumulative, type Verdict, verdictOn, worst } from './fnd-01.verdict.ts'

/** One owner's payments of a month or a year. */
interface Spent {
  /** By insurance type (`''`: all together), for each day of the period. */
  readonly days: Record<string, Fen[]>
  readonly institutions: Record<string, Share>
  readonly first: FirstIds
  /** Settlements of each day of the period. */
  readonly settled: number[]
}

/** What one institution has of it. */
interface Share {
  settlements: number
  fund: Fen
  readonly admdvs: string
}

/** A day is told when inpatient settlements of it can come no more. */
const CLOSED_AFTER = 72 * HOUR
const SHOWN_INSTITUTIONS = 20

function judged(spent: Spent, period: Period, { root, params, reference, watermark }: Context<Params>): Step<Spent, Evidence> {
  const elapsed = elapsedIn(period, reference)
  let verdict: Verdict | undefined
  for (const [insutype, sums] of Object.entries(spent.days)) {
    const quota = quotaOf(root, period, insutype, reference)
    const said = quota === undefined ? undefined : verdictOn(insutype, cumulative(sums), quota, elapsed, params)
    if (said) verdict = worst(verdict, said)
  }
  if (!verdict) return { state: spent, holds: [] }
  // Amounts are told by whole days: a revision for every settlement would say little more.
  const open = spent.days['']!.findIndex((_, i) => startOfDay(period.first + i + 1) + CLOSED_AFTER > watermark)
  const closed = open < 0 ? period.days : open
  const wakeAt = open < 0 ? undefined : startOfDay(period.first + open + 1) + CLOSED_AFTER
  return {
    state: spent,
    holds: [findingOn(root, spent, period, verdict, Math.max(closed, verdict.reached + 1), elapsed)],
    wakeAt,
  }
}

/** As far as the first so many days tell. */
function findingOn(
  owner: string,
  { institutions, first, settled }: Spent,
  period: Period,
  { insutype, quota, severity, level, reached, spent }: Verdict,
  days: number,
  elapsed: readonly number[],
): Finding<Evidence> {
  const fund = spent[days - 1]!
  const deferred = Math.max(0, fund - quota)
  const pace = elapsed[reached]! === 0 ? 1 : elapsed[reached]!
  const largestFirst = Object.entries(institutions).sort(([a, x], [b, y]) => y.fund - x.fund || (a < b ? -1 : 1))
  const [[largest, { admdvs }]] = largestFirst as [[string, Share]]
  return {
    subject: { type: 'institution', id: owner },
    bucket: period.name,
    result: 'indicator',
    severity,
    vola_amt: deferred,
    setl_ids: namedIds(first, startOfDay(period.first + days)),
    setl_count: settled.slice(0, days).reduce((sum, count) => sum + count, 0),
    lines: [],
    at: startOfDay(period.first + reached),
    // A budget is nobody's in particular.
    ...{ psn_no: '', fixmedins_code: largestFirst.length === 1 ? largest : owner, admdvs, insu_admdvs: '' },
    evidence: {
      owner,
      period: period.name,
      insutype,
      quota: yuan(quota),
      fund: yuan(fund),
      burn: rounded(fund / quota),
      level,
      reached_on: formatDay(period.first + reached),
      elapsed: rounded(elapsed[reached]!),
      projected: rounded(spent[reached]! / pace / quota),
      deferred_amt: yuan(deferred),
      curve: curveOf(spent.slice(0, days), period, quota),
      institutions: largestFirst
        .slice(0, SHOWN_INSTITUTIONS)
        .map(([fixmedins_code, share]) => ({ fixmedins_code, fund: yuan(share.fund) })),
    },
  }
}

function rounded(share: number): number {
  return Math.round(share * 10_000) / 10_000
}

function curveOf(spent: readonly Fen[], { name, first }: Period, quota: Fen): Evidence['curve'] {
  const points = new Map<string, number>()
  spent.forEach((fund, i) => {
    if (fund === (spent[i - 1] ?? 0)) return
    const day = formatDay(first + i)
    points.set(name.length > 4 ? day : day.slice(0, 7), rounded(fund / quota))
  })
  return [...points].map(([until, burn]) => ({ until, burn }))
}

export function budgetPart(name: string, periodWith: (at: Instant) => Period): Part<Told<Payment>, Spent, Evidence, Params> {
  return {
    name,
    on: ['told'],
    hears: [TOPIC],
    space: 'group',
    root: ({ topic, of }) => (topic === TOPIC ? of : ''),
    key: ({ at }) => periodWith(at).name,
    memoryless: false,
    owned: true,
    initial: () => ({ days: {}, institutions: {}, first: noIds(), settled: [] }),
    onEvent(spent, { at, admdvs, values }, context) {
      const { setl_id, fixmedins_code, insutype, fund, reversed } = values
      const period = periodWith(at)
      for (const type of ['', insutype]) {
        spent.days[type] ??= Array.from({ length: period.days }, () => 0)
        spent.days[type]![dayOf(at) - period.first]! += fund
      }
      spent.institutions[fixmedins_code] ??= { settlements: 0, fund: 0, admdvs }
      const share = spent.institutions[fixmedins_code]!
      const sign = reversed ? -1 : 1
      const day = dayOf(at) - period.first
      while (spent.settled.length <= day) spent.settled.push(0)
      spent.settled[day]! += sign
      share.settlements += sign
      share.fund += fund
      if (share.settlements === 0) delete spent.institutions[fixmedins_code]
      if (reversed) removeId(spent.first, setl_id)
      else addId(spent.first, setl_id, at)
      return judged(spent, period, context)
    },
    onTime(spent, context) {
      return judged(spent, periodWith(context.at - CLOSED_AFTER - 1), context)
    },
  }
}
