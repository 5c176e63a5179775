import { type Fen, yuan } from '../../schemas/money.ts'
import { dayOf, formatDay, HOUR, type Instant, startOfDay } from '../../schemas/time.ts'
import type { Context, Finding, Part, Step, Told } from '../detector.ts'
import { addId, type FirstIds, mergedIds, noIds, removeId } from '../kit/parts/first-ids.ts'
import { elapsedIn, type Period, quotaOf } from './fnd-01.period.ts'
import { type Evidence, type Params, type Payment, TOPIC } from './fnd-01.terms.ts'
import { cumulative, type Verdict, verdictOn, worstFirst } from './fnd-01.verdict.ts'

/** One owner's payments of a month or a year, by insurance type. */
interface Spent {
  readonly types: Record<string, Ledger>
}

interface Ledger {
  /** For each day of the period. */
  readonly days: Fen[]
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
  const verdicts: Verdict[] = []
  for (const insutype of ['', ...Object.keys(spent.types)]) {
    const quota = quotaOf(root, period, insutype, reference)
    if (quota === undefined) continue
    const said = verdictOn(insutype, cumulative(daysOf(ledgersOf(spent, insutype), period)), quota, elapsed, params)
    if (said) verdicts.push(said)
  }
  if (verdicts.length === 0) return { state: spent, holds: [] }
  const [worst, ...others] = verdicts.sort(worstFirst) as [Verdict, ...Verdict[]]
  // Amounts are told by whole days: a revision for every settlement would say little more.
  const open = elapsed.findIndex((_, i) => startOfDay(period.first + i + 1) + CLOSED_AFTER > watermark)
  const closed = open < 0 ? period.days : open
  const wakeAt = open < 0 ? undefined : startOfDay(period.first + open + 1) + CLOSED_AFTER
  const days = Math.max(closed, ...verdicts.map(({ reached }) => reached + 1))
  return { state: spent, holds: [findingOn(root, spent, period, worst, others, days, elapsed)], wakeAt }
}

/** A quota for all insurance types is spent by all of them. */
function ledgersOf({ types }: Spent, insutype: string): readonly Ledger[] {
  if (insutype === '') return Object.values(types)
  const own = types[insutype]
  return own ? [own] : []
}

function daysOf(ledgers: readonly Ledger[], period: Period): readonly Fen[] {
  const sums = new Array<Fen>(period.days).fill(0)
  for (const { days } of ledgers) for (const [i, fund] of days.entries()) sums[i]! += fund
  return sums
}

/** Largest first. */
function sharesOf(ledgers: readonly Ledger[]): readonly (readonly [fixmedins_code: string, share: Share])[] {
  const shares: Record<string, Share> = {}
  for (const { institutions } of ledgers)
    for (const [code, { settlements, fund, admdvs }] of Object.entries(institutions)) {
      shares[code] ??= { settlements: 0, fund: 0, admdvs }
      shares[code].settlements += settlements
      shares[code].fund += fund
    }
  return Object.entries(shares).sort(([a, x], [b, y]) => y.fund - x.fund || (a < b ? -1 : 1))
}

/** What exceeds the quota on the last of so many days. */
function deferredOf({ spent, quota }: Verdict, days: number): Fen {
  return Math.max(0, spent[days - 1]! - quota)
}

/** What is deferred altogether: insurance types have funds of their own, and a quota for all of them holds what theirs hold. */
function deferredBy(verdicts: readonly Verdict[], days: number): Fen {
  const sum = (of: readonly Verdict[]) => of.reduce((total, verdict) => total + deferredOf(verdict, days), 0)
  return Math.max(
    sum(verdicts.filter(({ insutype }) => insutype === '')),
    sum(verdicts.filter(({ insutype }) => insutype !== '')),
  )
}

/** As far as the first so many days tell. */
function findingOn(
  owner: string,
  spent: Spent,
  period: Period,
  worst: Verdict,
  others: readonly Verdict[],
  days: number,
  elapsed: readonly number[],
): Finding<Evidence> {
  const { insutype, quota, severity, level, reached } = worst
  const fund = worst.spent[days - 1]!
  const pace = elapsed[reached]! === 0 ? 1 : elapsed[reached]!
  const own = ledgersOf(spent, insutype)
  const largestFirst = sharesOf(own)
  const [[largest, { admdvs }]] = largestFirst as unknown as [[string, Share]]
  const verdicts = [worst, ...others]
  // The settlements of all quotas that are told.
  const concerned = verdicts.some((one) => one.insutype === '')
    ? ledgersOf(spent, '')
    : verdicts.flatMap((one) => ledgersOf(spent, one.insutype))
  const vola_amt = deferredBy(verdicts, days)
  return {
    subject: { type: 'institution', id: owner },
    bucket: period.name,
    result: 'indicator',
    severity,
    vola_amt,
    setl_ids: mergedIds(
      concerned.map(({ first }) => first),
      startOfDay(period.first + days),
    ),
    setl_count: concerned.flatMap(({ settled }) => settled.slice(0, days)).reduce((sum, count) => sum + count, 0),
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
      projected: rounded(worst.spent[reached]! / pace / quota),
      deferred_amt: yuan(deferredOf(worst, days)),
      curve: curveOf(worst.spent.slice(0, days), period, quota),
      institutions: largestFirst
        .slice(0, SHOWN_INSTITUTIONS)
        .map(([fixmedins_code, share]) => ({ fixmedins_code, fund: yuan(share.fund) })),
      other_quotas: others.map((other) => ({
        insutype: other.insutype,
        quota: yuan(other.quota),
        fund: yuan(other.spent[days - 1]!),
        burn: rounded(other.spent[days - 1]! / other.quota),
        deferred_amt: yuan(deferredOf(other, days)),
      })),
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
    initial: () => ({ types: {} }),
    onEvent(spent, { at, admdvs, values }, context) {
      const { setl_id, fixmedins_code, insutype, fund, reversed } = values
      const period = periodWith(at)
      spent.types[insutype] ??= { days: [], institutions: {}, first: noIds(), settled: [] }
      const ledger = spent.types[insutype]
      const day = dayOf(at) - period.first
      while (ledger.days.length <= day) {
        ledger.days.push(0)
        ledger.settled.push(0)
      }
      ledger.institutions[fixmedins_code] ??= { settlements: 0, fund: 0, admdvs }
      const share = ledger.institutions[fixmedins_code]
      const sign = reversed ? -1 : 1
      ledger.days[day]! += fund
      ledger.settled[day]! += sign
      share.settlements += sign
      share.fund += fund
      if (share.settlements === 0) delete ledger.institutions[fixmedins_code]
      if (reversed) removeId(ledger.first, setl_id)
      else addId(ledger.first, setl_id, at)
      return judged(spent, period, context)
    },
    onTime(spent, context) {
      return judged(spent, periodWith(context.at - CLOSED_AFTER - 1), context)
    },
  }
}
