import { type Fen, fenOf, formatYuan, yuan } from '../../schemas/money.ts'
import { type Day, dayOf, formatDay, HOUR, type Instant, parseDay, startOfDay } from '../../schemas/time.ts'
import {
  type Context,
  defineDetector,
  type Finding,
  type Part,
  type Reversal,
  type Step,
  type Told,
  type Visit,
} from '../detector.ts'
import { dayAfterMonth, firstDayOf, isWorkday, monthOf, yearOf } from '../kit/calendar.ts'
import { addId, type FirstIds, namedIds, noIds, removeId } from '../kit/first-ids.ts'
import { byDefault } from '../params.ts'
import type { ReferenceView } from '../reference.ts'

/** What the fund paid for one settlement, told to whose budget it burdens. */
interface Payment {
  readonly setl_id: string
  readonly fixmedins_code: string
  readonly insutype: string
  /** Negative where the settlement was reversed. */
  readonly fund: Fen
  readonly reversed: boolean
}

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

interface Evidence {
  readonly owner: string
  readonly period: string
  /** `''`: all insurance types together. */
  readonly insutype: string
  readonly quota: number
  readonly fund: number
  readonly burn: number
  /** The share of the quota that was reached; `null` where only the projection exceeds its limit. */
  readonly level: number | null
  readonly reached_on: string
  /** Share of the period's workdays until then. */
  readonly elapsed: number
  readonly projected: number
  readonly deferred_amt: number
  /** Burn at the end of each day with payments; of a year at the end of each month. */
  readonly curve: readonly { readonly until: string; readonly burn: number }[]
  readonly institutions: readonly { readonly fixmedins_code: string; readonly fund: number }[]
}

interface Params {
  readonly notice_share: number
  readonly warning_share: number
  readonly full_share: number
  readonly projected_share: number
  readonly projection_elapsed: number
}

const TOPIC = 'FND-01/payment'
/** 补充报销: the pooled fund pays nothing there. */
const SUPPLEMENTARY = '3'
/** A day is told when inpatient settlements of it can come no more. */
const CLOSED_AFTER = 72 * HOUR
const SHOWN_INSTITUTIONS = 20

/** Whose quota the settlement burdens: that of the medical community (医共体) where it has one, else the institution's own. */
function ownerOf(visit: Visit, reference: ReferenceView): string | undefined {
  const { fixmedins_code, setl_time, insutype } = visit
  const month = monthOf(dayOf(setl_time))
  const hasQuota = (owner: string) =>
    reference.find('budget', `${owner}:${month}`, setl_time) ??
    reference.find('budget', `${owner}:${month}:${insutype}`, setl_time)
  const group = reference.find('institution', fixmedins_code, setl_time)?.row.group_id
  if (group && hasQuota(group)) return group
  return hasQuota(fixmedins_code) ? fixmedins_code : undefined
}

/** The pooled fund's payment; where the platform did not split it, all that the fund paid. */
function pooledFund({ hifp_pay, fund_pay_sumamt }: Visit): Fen {
  return hifp_pay ?? fund_pay_sumamt
}

const relay: Part<Visit | Reversal, undefined, Evidence, Params> = {
  name: 'PAID',
  on: ['settlement', 'reversal'],
  space: 'institution',
  root: (event) => visitIn(event).fixmedins_code,
  key: () => '',
  memoryless: false,
  concerns: (event, { reference }) => {
    const visit = visitIn(event)
    return visit.setl_type !== SUPPLEMENTARY && pooledFund(visit) !== 0 && ownerOf(visit, reference) !== undefined
  },
  initial: () => undefined,
  onEvent(_, event, { reference }) {
    const visit = visitIn(event)
    const { setl_id, fixmedins_code, insutype, setl_time: at, admdvs } = visit
    const reversed = event.kind === 'reversal'
    const fund = reversed ? -pooledFund(visit) : pooledFund(visit)
    const values: Payment = { setl_id, fixmedins_code, insutype, fund, reversed }
    const told: Told<Payment> = {
      kind: 'told',
      topic: TOPIC,
      of: ownerOf(visit, reference)!,
      period: setl_id,
      at,
      admdvs,
      values,
    }
    return { state: undefined, tells: [told] }
  },
}

function visitIn(event: Visit | Reversal): Visit {
  return event.kind === 'reversal' ? event.visit : event
}

interface Period {
  readonly name: string
  readonly first: Day
  readonly days: number
}

function monthWith(at: Instant): Period {
  const name = monthOf(dayOf(at))
  const first = firstDayOf(name)
  return { name, first, days: dayAfterMonth(name) - first }
}

function yearWith(at: Instant): Period {
  const name = yearOf(dayOf(at))
  const first = parseDay(`${name}-01-01`)
  return { name, first, days: parseDay(`${Number(name) + 1}-01-01`) - first }
}

/** The quota of a month as revised at its end; of a year where all its months have one. */
function quotaOf(owner: string, { name, first, days }: Period, insutype: string, reference: ReferenceView): Fen | undefined {
  const tail = insutype && `:${insutype}`
  const month = (id: string, last: Day) => {
    const quota = reference.find('budget', `${owner}:${id}${tail}`, startOfDay(last))?.row.quota
    return quota ? fenOf(quota) : undefined
  }
  if (name.length > 4) return month(name, first + days - 1)
  let sum = 0
  for (let i = 1; i <= 12; i++) {
    const id = `${name}-${String(i).padStart(2, '0')}`
    const quota = month(id, dayAfterMonth(id) - 1)
    if (quota === undefined) return undefined
    sum += quota
  }
  return sum
}

/** Elapsed share of workdays after each day of the last periods asked for; made anew when knowledge changes. */
const ELAPSED = new Map<string, readonly number[]>()
const MOST_ELAPSED = 64

function elapsedIn({ name, first, days }: Period, reference: ReferenceView): readonly number[] {
  const key = `${name}|${reference.version}`
  const known = ELAPSED.get(key)
  if (known) return known
  const counts: number[] = []
  let workdays = 0
  for (let i = 0; i < days; i++) {
    if (isWorkday(first + i, reference)) workdays++
    counts.push(workdays)
  }
  const shares = counts.map((count) => (workdays === 0 ? 1 : count / workdays))
  if (ELAPSED.size >= MOST_ELAPSED) ELAPSED.clear()
  ELAPSED.set(key, shares)
  return shares
}

/** What one quota says of its period. */
interface Verdict {
  readonly insutype: string
  readonly quota: Fen
  readonly severity: 2 | 3 | 4
  readonly level: number | null
  /** The day of the period on which it began to hold. */
  readonly reached: number
  /** Spent until the end of each day. */
  readonly spent: readonly Fen[]
}

function cumulative(sums: readonly Fen[]): readonly Fen[] {
  let sum = 0
  return sums.map((fund) => {
    sum += fund
    return sum
  })
}

function verdictOn(
  insutype: string,
  spent: readonly Fen[],
  quota: Fen,
  elapsed: readonly number[],
  params: Params,
): Verdict | undefined {
  const total = spent.at(-1)!
  const levels = [
    [params.full_share, 2],
    [params.warning_share, 3],
    [params.notice_share, 4],
  ] as const
  for (const [level, severity] of levels) {
    if (total < level * quota) continue
    return { insutype, quota, spent, level, severity, reached: spent.findIndex((fund) => fund >= level * quota) }
  }
  // A quota that is far from spent is never projected beyond its end.
  if (total <= params.projected_share * params.projection_elapsed * quota) return undefined
  // Judged on days with payments alone: whatever time it is, the pace is known until the last of them.
  const reached = spent.findIndex(
    (fund, i) =>
      fund !== (spent[i - 1] ?? 0) &&
      elapsed[i]! >= params.projection_elapsed &&
      fund > params.projected_share * elapsed[i]! * quota,
  )
  return reached < 0 ? undefined : { insutype, quota, spent, level: null, severity: 4, reached }
}

function worst(a: Verdict | undefined, b: Verdict): Verdict {
  if (!a || b.severity < a.severity) return b
  return b.severity === a.severity && b.spent.at(-1)! * a.quota > a.spent.at(-1)! * b.quota ? b : a
}

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

function budgetPart(name: string, periodWith: (at: Instant) => Period): Part<Told<Payment>, Spent, Evidence, Params> {
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

/** FND-01 总额预算执行率/月预付超额: what the fund paid in a month, or a year, against the quota for it. */
export default defineDetector<Evidence, Params>({
  id: 'FND-01',
  version: 2,
  title: { zh: '总额预算执行率/月预付超额', en: 'Budget burn and monthly overrun' },
  category: 'FND',
  result: 'indicator',
  basis: [{ law: '医保总额预算管理', article: '年初预算、按月预付、超出部分暂缓拨付' }],
  stages: ['mid'],
  behaviour: '总额预算超支',
  params: {
    notice_share: byDefault(0.8, 'of the quota: blue'),
    warning_share: byDefault(0.9, 'of the quota: yellow'),
    full_share: byDefault(1, 'of the quota: orange, what exceeds it is deferred'),
    projected_share: byDefault(1.1, 'of the quota at the end of the period, by the pace so far'),
    projection_elapsed: byDefault(0.4, 'share of workdays before which no pace is known'),
  },
  parts: [relay, budgetPart('', monthWith), budgetPart('YEAR', yearWith)],
  explain({ owner, period, quota, fund, burn, level, projected, reached_on, deferred_amt }, language) {
    const percent = (share: number) => `${Math.round(share * 1000) / 10}%`
    if (language === 'zh') {
      const reached = level === null ? `按进度预计期末达${percent(projected)}` : `${reached_on}达到${percent(level)}`
      const deferred = deferred_amt > 0 ? `超出${formatYuan(deferred_amt * 100)}元暂缓拨付。` : ''
      return `${period}预算${quota}元，统筹支出${fund}元，执行率${percent(burn)}，${reached}。${deferred}`
    }
    const reached =
      level === null ? `the pace leads to ${percent(projected)} at the end` : `${percent(level)} was reached on ${reached_on}`
    const deferred = deferred_amt > 0 ? ` ${formatYuan(deferred_amt * 100)} yuan beyond it are deferred.` : ''
    return `${owner} has spent ${fund} yuan of its quota of ${quota} for ${period} (${percent(burn)}); ${reached}.${deferred}`
  },
  example: {
    owner: 'H99010100001',
    period: '2026-03',
    insutype: '',
    quota: 100_000,
    fund: 104_000,
    burn: 1.04,
    level: 1,
    reached_on: '2026-03-27',
    elapsed: 0.9091,
    projected: 1.1,
    deferred_amt: 4000,
    curve: [
      { until: '2026-03-26', burn: 0.97 },
      { until: '2026-03-27', burn: 1.04 },
    ],
    institutions: [{ fixmedins_code: 'H99010100001', fund: 104_000 }],
  },
})
