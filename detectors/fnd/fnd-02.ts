import { type MedClass, medClassName } from '../../schemas/med-class.ts'
import { type Fen, formatAmount, yuan } from '../../schemas/money.ts'
import { dayOf } from '../../schemas/time.ts'
import { defineDetector, type Visit } from '../detector.ts'
import { addId, countOf, type FirstIds, mergedIds, noIds, removeId } from '../kit/parts/first-ids.ts'
import { type Measures, peersParts } from '../kit/parts/peers.ts'
import { firstDayOf, monthsAfter } from '../kit/plain/calendar.ts'
import { isAbove } from '../kit/plain/robust.ts'
import { byDefault } from '../params.ts'

/** Encounters of one class, what they cost, and the first of them. */
interface Class {
  n: number
  fee: Fen
  readonly first: FirstIds
}

type Tally = Partial<Record<MedClass, Class>>

/** Encounters and cost of one class in one month. */
interface Sum {
  readonly n: number
  readonly fee: Fen
}

interface Growth {
  readonly med_class: string
  readonly settlements: number
  readonly settlements_before: number
  readonly mean: number
  readonly mean_before: number
  readonly growth: number
  readonly region_growth: number
  readonly limit: number
}

interface Evidence {
  readonly month: string
  readonly before: string
  /** The classes whose mean cost grew beyond both limits, the steepest first. */
  readonly grown: readonly Growth[]
  /** The whole institution's cost against the year before: encounters, cost within classes, and mix of classes. */
  readonly decomposition: { readonly total: number; readonly volume: number; readonly price: number; readonly mix: number }
}

interface Params {
  readonly growth: number
  readonly above_region: number
  readonly least_settlements: number
}

/** Settlements that an alert names of each class. */
const NAMED = 50
/** More, so that those that follow are known when some of the first are reversed. */
const KEPT = 1.2 * NAMED
const YEAR = 12

function classesIn(measures: Measures): ReadonlyMap<string, Sum> {
  const names = Object.keys(measures).filter((name) => name.startsWith('n:'))
  return new Map(names.map((name) => [name.slice(2), { n: measures[name]!, fee: measures[`fee:${name.slice(2)}`]! }]))
}

/** The region's encounters and costs together. */
function together(members: ReadonlyMap<string, Measures>): Measures {
  const sums: Record<string, number> = {}
  for (const measures of members.values())
    for (const [name, value] of Object.entries(measures)) sums[name] = (sums[name] ?? 0) + value
  return sums
}

function meanGrowth(now: Sum | undefined, then: Sum | undefined): number | undefined {
  if (!now?.n || !then?.n || then.fee <= 0) return undefined
  return (now.fee * then.n) / (now.n * then.fee) - 1
}

function rounded(share: number): number {
  return Math.round(share * 10_000) / 10_000
}

interface Year {
  readonly own: Measures
  readonly region: Measures
}

function grownIn(now: Year, then: Year, params: Params): Growth[] {
  const [before, region, regionBefore] = [classesIn(then.own), classesIn(now.region), classesIn(then.region)]
  const grown: Growth[] = []
  for (const [med_class, own] of classesIn(now.own)) {
    const last = before.get(med_class)
    const growth = meanGrowth(own, last)
    const region_growth = meanGrowth(region.get(med_class), regionBefore.get(med_class))
    if (!last || growth === undefined || region_growth === undefined) continue
    if (own.n < params.least_settlements || last.n < params.least_settlements) continue
    const limit = Math.max(params.growth, region_growth + params.above_region)
    if (!isAbove(growth, limit)) continue
    grown.push({
      med_class,
      settlements: own.n,
      settlements_before: last.n,
      mean: yuan(Math.round(own.fee / own.n)),
      mean_before: yuan(Math.round(last.fee / last.n)),
      growth: rounded(growth),
      region_growth: rounded(region_growth),
      limit: rounded(limit),
    })
  }
  return grown.sort((a, b) => b.growth - a.growth || (a.med_class < b.med_class ? -1 : 1))
}

/** Total = volume × price × mix: encounters; what the same classes cost now; and that other classes are used. */
function decomposed(now: ReadonlyMap<string, Sum>, then: ReadonlyMap<string, Sum>): Evidence['decomposition'] {
  const sum = (sums: ReadonlyMap<string, Sum>, of: (each: Sum, name: string) => number) =>
    [...sums].reduce((total, [name, each]) => total + of(each, name), 0)
  const total = sum(now, ({ fee }) => fee) / sum(then, ({ fee }) => fee)
  const volume = sum(now, ({ n }) => n) / sum(then, ({ n }) => n)
  // What the encounters of now would have cost at the means of the year before; new classes at their own.
  const atOldMeans = sum(now, ({ n, fee }, name) => {
    const last = then.get(name)
    return last?.n ? (n * last.fee) / last.n : fee
  })
  const price = sum(now, ({ fee }) => fee) / atOldMeans
  const change = (factor: number) => rounded(factor - 1)
  return { total: change(total), volume: change(volume), price: change(price), mix: change(total / volume / price) }
}

/** FND-02 次均费用增长: what an encounter costs on average grew by a fifth in a year, and far more than in the region. */
export default defineDetector<Evidence, Params>({
  id: 'FND-02',
  version: 1,
  title: { zh: '次均费用增长异常', en: 'Growth of the cost per visit' },
  category: 'FND',
  result: 'indicator',
  basis: [{ law: '医保协议考核指标', article: '次均费用增长率' }],
  stages: ['post'],
  behaviour: '过度诊疗',
  params: {
    growth: byDefault(0.2, 'of the mean cost against the same month of the year before'),
    above_region: byDefault(0.15, "above the region's growth"),
    least_settlements: byDefault(100, 'of the class, in both months'),
  },
  parts: peersParts<Visit, Tally, Measures, Evidence, Params>({
    topic: 'FND-02',
    on: ['settlement'],
    root: ({ fixmedins_code }) => fixmedins_code,
    at: ({ setl_time }) => setl_time,
    initial: () => ({}),
    count(tally, { med_class, medfee_sumamt, mid_setl_flag, setl_id, setl_time }, sign) {
      tally[med_class] ??= { n: 0, fee: 0, first: noIds() }
      const sum = tally[med_class]
      // A stay is one encounter, however often it is settled.
      if (mid_setl_flag !== '1') sum.n += sign
      sum.fee += sign * medfee_sumamt
      if (sign > 0) addId(sum.first, setl_id, setl_time, KEPT)
      else removeId(sum.first, setl_id)
    },
    measures(tally) {
      const classes = Object.entries(tally).filter(([, { n }]) => n > 0)
      if (classes.length === 0) return undefined
      return Object.fromEntries(
        classes.flatMap(([name, { n, fee }]) => [[`n:${name}`, n] as const, [`fee:${name}`, fee] as const]),
      )
    },
    // The region is the pooling area: the first four digits.
    groupOf: ({ admdvs }) => (admdvs ?? '').slice(0, 4),
    gather: together,
    before: YEAR,
    judge({ month, tally, measures, peers, before }, { params, history_from }) {
      const yearBefore = monthsAfter(month, -YEAR)
      const then = before.find((earlier) => earlier.month === yearBefore)
      if (!then?.peers) return firstDayOf(yearBefore) < dayOf(history_from) ? 'HISTORY_SHORT' : undefined
      const [now, last] = [
        { own: measures, region: peers },
        { own: then.measures, region: then.peers },
      ]
      const grown = grownIn(now, last, params)
      if (grown.length === 0) return undefined
      const firsts = grown.map(({ med_class }) => tally[med_class as MedClass]!.first)
      return {
        result: 'indicator',
        severity: 3,
        vola_amt: 0,
        setl_ids: mergedIds(firsts, undefined, NAMED),
        setl_count: firsts.reduce((sum, first) => sum + countOf(first), 0),
        evidence: {
          month,
          before: yearBefore,
          grown,
          decomposition: decomposed(classesIn(measures), classesIn(then.measures)),
        },
      }
    },
  }),
  explain({ month, before, grown }, language) {
    const [first] = grown
    if (!first) return ''
    const percent = (share: number) => `${Math.round(share * 1000) / 10}%`
    const { med_class, growth, region_growth } = first
    const [mean, mean_before] = [first.mean, first.mean_before].map(formatAmount)
    return language === 'zh'
      ? `${month}${medClassName(med_class, 'zh')}次均费用${mean}元，上年同月${mean_before}元，增长${percent(growth)}，同期地区${region_growth < 0 ? '下降' : '增长'}${percent(Math.abs(region_growth))}。`
      : `In ${month} a visit (${medClassName(med_class, 'en')}) cost ${mean} yuan on average, ${mean_before} in ${before}: ${percent(growth)} more, in the region ${percent(Math.abs(region_growth))} ${region_growth < 0 ? 'less' : 'more'}.`
  },
  example: {
    month: '2026-03',
    before: '2025-03',
    grown: [
      {
        ...{ med_class: 'OP', settlements: 2400, settlements_before: 2300, mean: 312.4, mean_before: 208.1 },
        ...{ growth: 0.5012, region_growth: 0.04, limit: 0.2 },
      },
    ],
    decomposition: { total: 0.566, volume: 0.0435, price: 0.5012, mix: 0 },
  },
})
