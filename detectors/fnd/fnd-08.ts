import { INSURANCE_NAMES } from '../../schemas/insurance.ts'
import { type Fen, fenOf, formatAmount, yuan } from '../../schemas/money.ts'
import { dayOf, type Instant, startOfDay } from '../../schemas/time.ts'
import {
  type Context,
  defineDetector,
  type Finding,
  type Part,
  type Step,
  type Told,
  UNCHANGED,
  type VisitHead,
} from '../detector.ts'
import { firstDayOf, monthOf, monthsAfter } from '../kit/plain/calendar.ts'
import { byDefault } from '../params.ts'
import type { ReferenceView } from '../reference.ts'

/** One month of a pool as its row says. */
interface PoolMonth {
  readonly month: string
  readonly income: Fen | undefined
  readonly expenditure: Fen | undefined
  readonly balance: Fen | undefined
}

interface Evidence {
  readonly pool: string
  readonly month: string
  readonly balance: number | null
  readonly mean_expenditure: number
  /** Months for which the balance lasts. */
  readonly runway_months: number | null
  /** Growth of the expenditure of twelve months over that of the twelve before. */
  readonly growth: number | null
  readonly months_known: number
  readonly curve: readonly {
    readonly month: string
    readonly income: number | null
    readonly expenditure: number | null
    readonly balance: number | null
  }[]
  /** What has changed most against the same month a year before. */
  readonly drivers: { readonly expenditure_change: number | null; readonly income_change: number | null }
}

interface Params {
  readonly yellow_months: number
  readonly red_months: number
  readonly growth: number
}

const TOPIC = 'FND-08/month'
const YEAR = 12

/** The names under which the pool of a county and insurance type may be known: its own, its prefecture's, its province's. */
function poolsAround(insu_admdvs: string, insutype: string): readonly string[] {
  const [prefecture, province] = [insu_admdvs.slice(0, 4), insu_admdvs.slice(0, 2)]
  const regions = [insu_admdvs, `${prefecture}00`, prefecture, `${province}0000`, province]
  return [...new Set(regions)].map((region) => `${region}:${insutype}`)
}

/** The nearest pool of an insurance type with a row for the month or one of the year before. */
function poolOf({ insu_admdvs, setl_time }: VisitHead, insutype: string, reference: ReferenceView): string | undefined {
  const month = monthOf(dayOf(setl_time))
  return poolsAround(insu_admdvs, insutype).find((pool) => {
    for (let back = 0; back <= YEAR; back++)
      if (reference.find('pool', `${pool}:${monthsAfter(month, -back)}`, setl_time)) return true
    return false
  })
}

/** What the settlements of one county and insurance type have told: that time has come to a month. */
interface Seen {
  readonly month: string
  /** The knowledge with which no pool of theirs was found. */
  readonly without: number
}

const seen: Part<VisitHead, Seen, Evidence, Params> = {
  name: 'SEEN',
  on: ['settlement'],
  space: 'pool',
  reads: 'head',
  root: ({ insu_admdvs, insutype }) => `${insu_admdvs}:${insutype}`,
  key: () => '',
  memoryless: false,
  initial: () => ({ month: '', without: -1 }),
  onEvent({ month, without }, visit, { reference }) {
    const now = monthOf(dayOf(visit.setl_time))
    if (now <= month || without === reference.version) return UNCHANGED
    const own = poolOf(visit, visit.insutype, reference)
    // Time has come to the month for the region's other pools too, though nobody of theirs may be treated.
    const others = Object.keys(INSURANCE_NAMES).map((insutype) => poolOf(visit, insutype, reference))
    const pools = [...new Set([own, ...others])].filter((pool) => pool !== undefined)
    const tells = pools.map((of): Told => {
      return { kind: 'told', topic: TOPIC, of, period: now, at: visit.setl_time, admdvs: '', values: null }
    })
    return { state: own === undefined ? { month, without: reference.version } : { month: now, without: -1 }, tells }
  },
}

/** The latest month that has been judged. */
interface Judged {
  readonly month: string
}

function seriesUntil(pool: string, month: string, at: Instant, reference: ReferenceView): PoolMonth[] {
  const fen = (value: number | null | undefined) => (value === undefined || value === null ? undefined : fenOf(value))
  const series: PoolMonth[] = []
  for (let back = 2 * YEAR - 1; back >= 0; back--) {
    const name = monthsAfter(month, -back)
    const row = reference.find('pool', `${pool}:${name}`, at)?.row
    if (row) series.push({ month: name, income: fen(row.income), expenditure: fen(row.expenditure), balance: fen(row.balance) })
  }
  return series
}

/** The last month not after `now` of which a row has arrived; at most a year before. */
function latestKnown(pool: string, now: string, at: Instant, reference: ReferenceView): string | undefined {
  for (let back = 0; back <= YEAR; back++) {
    const month = monthsAfter(now, -back)
    if (reference.find('pool', `${pool}:${month}`, at)) return month
  }
  return undefined
}

function sum(months: readonly PoolMonth[]): Fen {
  return months.reduce((total, { expenditure }) => total + (expenditure ?? 0), 0)
}

function findingOn(pool: string, month: string, { at, params, reference }: Context<Params>): Finding<Evidence> | undefined {
  const series = seriesUntil(pool, month, at, reference)
  const spent = series.filter(({ expenditure }) => expenditure !== undefined)
  const since = monthsAfter(month, 1 - YEAR)
  const year = spent.filter((each) => each.month >= since)
  if (year.length === 0) return undefined
  const mean = sum(year) / year.length
  const balance = series.at(-1)!.balance
  const runway = balance === undefined || mean <= 0 ? undefined : balance / mean
  const before = sum(spent.filter((each) => each.month < since))
  // Advance payments and clearing move single months: growth is told of whole years alone.
  const growth = spent.length === 2 * YEAR && before > 0 ? sum(year) / before - 1 : undefined
  const runs_out = runway !== undefined && runway < params.yellow_months
  const grows = growth !== undefined && growth > params.growth
  if (!runs_out && !grows) return undefined
  const shortage = !runs_out ? 4 : runway < params.red_months ? 1 : 3
  const last = series.at(-1)!
  const lastYear = series.find((each) => each.month === monthsAfter(month, -YEAR))
  const outside = (fen: Fen | undefined) => (fen === undefined ? null : yuan(fen))
  const rounded = (value: number | undefined) => (value === undefined ? null : Math.round(value * 1000) / 1000)
  const change = (of: 'income' | 'expenditure') => {
    const [now, then] = [last[of], lastYear?.[of]]
    return rounded(now === undefined || !then ? undefined : now / then - 1)
  }
  return {
    subject: { type: 'pool', id: pool },
    bucket: month,
    result: 'indicator',
    severity: grows ? (Math.min(2, shortage) as 1 | 2) : (shortage as 1 | 3),
    vola_amt: 0,
    setl_ids: [],
    lines: [],
    at: startOfDay(firstDayOf(month)),
    ...{ psn_no: '', fixmedins_code: '', admdvs: regionIn(pool), insu_admdvs: regionIn(pool) },
    evidence: {
      pool,
      month,
      balance: outside(balance),
      mean_expenditure: yuan(Math.round(mean)),
      runway_months: rounded(runway),
      growth: rounded(growth),
      months_known: year.length,
      curve: series.map((each) => ({
        month: each.month,
        income: outside(each.income),
        expenditure: outside(each.expenditure),
        balance: outside(each.balance),
      })),
      drivers: { expenditure_change: change('expenditure'), income_change: change('income') },
    },
  }
}

function regionIn(pool: string): string {
  return pool.slice(0, pool.lastIndexOf(':'))
}

/** Looks again each day: a month's row arrives when the month's books are closed. */
function judged(memory: Judged, now: Instant, context: Context<Params>): Step<Judged, Evidence> {
  const { root, reference } = context
  const month = latestKnown(root, monthOf(dayOf(now)), now, reference)
  const wakeAt = startOfDay(dayOf(now) + 1)
  // Months that are over are judged no more: what they said then stays.
  if (month === undefined || month < memory.month) return { state: memory, wakeAt }
  const holds = findingOn(root, month, { ...context, at: now })
  return { state: { month }, touched: [{ subject: { type: 'pool', id: root }, bucket: month, holds }], wakeAt }
}

/** FND-08 基金支出增长/结余预警: a pool's balance lasts for few months, or its expenditure grows too fast. */
export default defineDetector<Evidence, Params>({
  id: 'FND-08',
  version: 2,
  title: { zh: '基金支出增长/结余预警', en: 'Growth and runway of a fund' },
  category: 'FND',
  result: 'indicator',
  basis: [{ law: '社会保险基金运行风险评估和预警', article: '基金支出增长与结余可支付月数' }],
  stages: ['post'],
  behaviour: '基金运行风险',
  params: {
    yellow_months: byDefault(6, 'of average expenditure that the balance must last'),
    red_months: byDefault(3),
    growth: byDefault(0.2, 'of twelve months over the twelve before'),
  },
  parts: [
    seen,
    {
      name: '',
      on: ['told'],
      hears: [TOPIC],
      space: 'pool',
      root: ({ topic, of }: Told) => (topic === TOPIC ? of : ''),
      key: () => '',
      memoryless: false,
      initial: (): Judged => ({ month: '' }),
      onEvent: (memory: Judged, { at }: Told, context) => judged(memory, at, context),
      onTime: (memory: Judged, context) => judged(memory, context.at, context),
    },
  ],
  explain({ pool, month, balance, mean_expenditure, runway_months, growth }, language) {
    const percent = growth === null ? '' : `${Math.abs(Math.round(growth * 1000) / 10)}%`
    const falls = growth !== null && growth < 0
    if (language === 'zh') {
      const lasts =
        runway_months === null || balance === null
          ? ''
          : `结余${formatAmount(balance)}元，月均支出${formatAmount(mean_expenditure)}元，可支付${runway_months}个月`
      const grown = growth === null ? '' : `近12个月支出同比${falls ? '下降' : '增长'}${percent}`
      return `${pool}基金${month}：${[lasts, grown].filter((part) => part !== '').join('，')}。`
    }
    const lasts =
      runway_months === null || balance === null
        ? ''
        : `the balance of ${formatAmount(balance)} yuan lasts ${runway_months} months of ${formatAmount(mean_expenditure)}`
    const grown = growth === null ? '' : `expenditure of twelve months ${falls ? 'fell' : 'grew'} by ${percent}`
    return `Fund ${pool} in ${month}: ${[lasts, grown].filter((part) => part !== '').join('; ')}.`
  },
  example: {
    pool: '990100:310',
    month: '2026-02',
    balance: 52_000_000,
    mean_expenditure: 11_000_000,
    runway_months: 4.727,
    growth: 0.18,
    months_known: 12,
    curve: [{ month: '2026-02', income: 10_000_000, expenditure: 12_000_000, balance: 52_000_000 }],
    drivers: { expenditure_change: 0.19, income_change: 0.02 },
  },
})
