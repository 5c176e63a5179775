import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, dayOf, formatInstant, hourOf, MINUTE } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type Told, type Visit } from '../detector.ts'
import { chargedLines } from '../kit/charged-lines.ts'
import { fundOf } from '../kit/finding.ts'
import { itemOf } from '../kit/item-of.ts'
import { isKnownTo } from '../kit/known.ts'
import { isMedicine } from '../kit/medicine.ts'
import { packHead, unpackHead } from '../kit/packed.ts'
import { type Remembered, remembered, restingOn } from '../kit/remembered.ts'
import { byFirstMonth, distinct, runsOf } from '../kit/runs.ts'
import { daysSupplied, genericOf } from '../kit/supply.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/window.ts'
import { byDefault } from '../params.ts'
import type { ReferenceView } from '../reference.ts'

/** What one settlement gave of one drug. */
interface Drug {
  readonly generic: string
  readonly days: number
  readonly watched: boolean
  readonly fund: Fen
}

/** A settlement with drugs, or (without any) the news that a package of the person's was sold again. */
interface Bought extends Remembered {
  readonly drugs: readonly Drug[]
  readonly resold?: boolean
}

const FORM: Form<Bought> = {
  pack(bought) {
    const { drugs, resold } = bought
    const packed: unknown[] = packHead(bought).slice()
    if (resold !== undefined) packed.push(resold)
    else for (const { generic, days, watched, fund } of drugs) packed.push(generic, watched ? -days : days, fund)
    return packed
  },
  unpack(packed) {
    const head = unpackHead(packed)
    if (typeof packed[3] === 'boolean') return { drugs: [], resold: packed[3], ...head }
    const drugs: Drug[] = []
    for (let i = 3; i < packed.length; i += 3) {
      const days = packed[i + 1]
      drugs.push({ generic: packed[i], days: Math.abs(days), watched: days < 0, fund: packed[i + 2] })
    }
    return { drugs, ...head }
  },
}

interface Evidence {
  readonly from: string
  readonly to: string
  readonly score: number
  /** What the parts speak of: of all windows the one that says most. */
  readonly window: { readonly from: string; readonly to: string }
  readonly parts: {
    readonly institutions: { readonly generic: string; readonly count: number; readonly weight: number }
    readonly supply: { readonly generic: string; readonly days: number; readonly weight: number }
    readonly watched: { readonly share: number; readonly weight: number }
    readonly odd_hours: { readonly share: number; readonly weight: number }
    readonly resold: { readonly packages: number; readonly weight: number }
  }
  readonly institutions: readonly string[]
  readonly settlements: number
  readonly vola_amt: number
}

interface Params {
  readonly score: number
  readonly days: number
  readonly institutions: number
  readonly institutions_weight: number
  readonly supply_factor: number
  readonly supply_weight: number
  readonly watched_share: number
  readonly watched_weight: number
  readonly odd_share: number
  readonly odd_weight: number
  readonly resold_weight: number
}

const TAKEN_HOME = new Set(['OP', 'CHRONIC', 'PHARM', 'PHARM_CHRONIC'])
const [EVENING, MORNING] = [22, 6]
/** Told by MGT-18 of the person who had a package before it was sold again. */
const RESOLD = 'MGT-18/resold'
/** What one drug line is at least, so that its sign can tell whether it is watched. */
const LEAST_DAYS = 0.01

const isWatchListed = isKnownTo('watch_list')

function drugsOf(visit: Visit, reference: ReferenceView): Drug[] {
  const anyWatched = isWatchListed(visit)
  const byGeneric = new Map<string, { -readonly [K in keyof Drug]: Drug[K] }>()
  const lines = chargedLines(visit)
  for (let i = 0; i < lines.length; i++) {
    const [line, item] = [lines[i]!, itemOf(visit, lines, i)]
    if (!isMedicine(line, item)) continue
    const generic = genericOf(line, item)
    let drug = byGeneric.get(generic)
    if (!drug) {
      drug = { generic, days: 0, watched: false, fund: 0 }
      byGeneric.set(generic, drug)
    }
    drug.days += daysSupplied(visit, line, item) ?? 0
    drug.fund += fundOf(visit, line)
    if (anyWatched && reference.lookup('watch_list', line.med_list_codg, line.fee_ocur_time).length > 0) drug.watched = true
  }
  return [...byGeneric.values()].map(atLeastSome)
}

function atLeastSome(drug: Drug): Drug {
  return drug.days > 0 ? drug : { ...drug, days: LEAST_DAYS }
}

function isOddHour({ at }: Bought): boolean {
  const hour = hourOf(at)
  const weekday = (dayOf(at) + 4) % 7
  return hour >= EVENING || hour < MORNING || weekday === 0 || weekday === 6
}

interface Score {
  readonly total: number
  readonly parts: Evidence['parts']
}

/** The drug of which most is said: by name where several are equal. */
function most(counts: ReadonlyMap<string, number>): [generic: string, count: number] {
  let best: [string, number] = ['', 0]
  for (const [generic, count] of counts) if (count > best[1] || (count === best[1] && generic < best[0])) best = [generic, count]
  return best
}

function scoreOf(window: readonly Bought[], params: Params): Score {
  const purchases = window.filter(isPurchase)
  const places = new Map<string, Set<string>>()
  const supplies = new Map<string, number>()
  let [lines, watched] = [0, 0]
  for (const { drugs, fixmedins_code } of purchases) {
    for (const drug of drugs) {
      lines++
      if (drug.watched) watched++
      const known = places.get(drug.generic)
      if (known) known.add(fixmedins_code)
      else places.set(drug.generic, new Set([fixmedins_code]))
      supplies.set(drug.generic, (supplies.get(drug.generic) ?? 0) + drug.days)
    }
  }
  const [widest, count] = most(new Map([...places].map(([generic, codes]) => [generic, codes.size])))
  const [largest, days] = most(supplies)
  const [watchedShare, oddShare] = [
    watched / Math.max(1, lines),
    purchases.filter(isOddHour).length / Math.max(1, purchases.length),
  ]
  const packages = window.filter(({ resold }) => resold).length
  const weight = (holds: boolean, value: number) => (holds ? value : 0)
  const two = (value: number) => Math.round(value * 100) / 100
  const parts = {
    institutions: { generic: widest, count, weight: weight(count >= params.institutions, params.institutions_weight) },
    supply: {
      ...{ generic: largest, days: Math.round(days) },
      weight: weight(days >= params.supply_factor * params.days, params.supply_weight),
    },
    watched: { share: two(watchedShare), weight: weight(watchedShare >= params.watched_share, params.watched_weight) },
    odd_hours: { share: two(oddShare), weight: weight(oddShare >= params.odd_share, params.odd_weight) },
    resold: { packages, weight: weight(packages > 0, params.resold_weight) },
  }
  return { total: two(Object.values(parts).reduce((sum, part) => sum + part.weight, 0)), parts }
}

interface Scored extends Score {
  readonly window: readonly Bought[]
}

/** Which of two windows says more: by the score, then by what has been sold again, by places, and by the days supplied. */
function saysMore(one: Scored, other: Scored): boolean {
  const [a, b] = [one, other].map(({ total, parts: { resold, institutions, supply } }) => {
    return [total, resold.packages, institutions.count, supply.days]
  }) as [number[], number[]]
  const place = a.findIndex((value, i) => value !== b[i])
  return place < 0 ? one.window.length > other.window.length : a[place]! > b[place]!
}

function bestOf(run: readonly Bought[], params: Params): Scored {
  const scored = run.map((last) => {
    const window = run.filter(({ at }) => at <= last.at && dayOf(at) > dayOf(last.at) - params.days)
    return { window, ...scoreOf(window, params) }
  })
  return scored.reduce((best, one) => (saysMore(one, best) ? one : best))
}

function isPurchase({ resold }: Bought): boolean {
  return resold === undefined
}

function spanning(purchases: readonly Bought[]): { readonly from: string; readonly to: string } {
  return { from: formatInstant(purchases[0]!.at), to: formatInstant(purchases.at(-1)!.at) }
}

function findingOn(psn_no: string, month: string, run: readonly Bought[], params: Params): Finding<Evidence> {
  const purchases = run.filter(isPurchase)
  const { window, total, parts } = bestOf(run, params)
  const generics = new Set([parts.institutions.generic, parts.supply.generic])
  const vola_amt = purchases
    .flatMap(({ drugs }) => drugs)
    .reduce((sum, { generic, watched, fund }) => sum + (generics.has(generic) || watched ? fund : 0), 0)
  return {
    subject: { type: 'person', id: psn_no },
    bucket: month,
    result: 'suspicion',
    severity: parts.resold.weight > 0 ? 1 : 2,
    ...restingOn(psn_no, purchases),
    first_seen: purchases[0]!.at,
    vola_amt,
    count: purchases.length,
    lines: [],
    evidence: {
      ...spanning(purchases),
      score: total,
      window: spanning(window.filter(isPurchase)),
      parts,
      institutions: [...new Set(purchases.map(({ fixmedins_code }) => fixmedins_code))],
      settlements: purchases.length,
      vola_amt: yuan(vola_amt),
    },
  }
}

/** Whether the person could come to the score at all: most buy too little at too few places. */
function couldHold(bought: readonly Bought[], params: Params): boolean {
  let days = 0
  for (const { drugs } of bought) for (const drug of drugs) days += drug.days
  if (days >= params.supply_factor * params.days) return true
  return bought.length >= params.institutions && distinct(bought, ({ fixmedins_code }) => fixmedins_code) >= params.institutions
}

/** ANO-09 倒卖药品倾向: who collects drugs at many places and more of them than anybody takes. */
export default defineDetector<Evidence, Params>({
  id: 'ANO-09',
  version: 3,
  title: { zh: '倒卖药品倾向', en: 'Doctor shopping and resale of drugs' },
  category: 'ANO',
  result: 'suspicion',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '38(五)' },
    { law: '医疗保障基金使用监督管理条例', article: '41' },
  ],
  stages: ['mid', 'post'],
  behaviour: '转卖药品',
  params: {
    score: byDefault(0.7, 'weights that must come together'),
    days: byDefault(90),
    institutions: byDefault(6, 'at least so many for one generic'),
    institutions_weight: byDefault(0.25),
    supply_factor: byDefault(2, 'supplied days of one generic over days of the window'),
    supply_weight: byDefault(0.25),
    watched_share: byDefault(0.7, 'of drugs, those on the watch list'),
    watched_weight: byDefault(0.2),
    odd_share: byDefault(0.5, 'of purchases, those at night (22 to 6) or at weekends; two sevenths are usual'),
    odd_weight: byDefault(0.1),
    resold_weight: byDefault(0.2, 'a package of the person was sold again (MGT-18)'),
  },
  parts: [
    windowRule<Visit | Told, Bought, Evidence, Params>({
      on: ['settlement', 'told'],
      hears: [RESOLD],
      space: 'person',
      root: (event) => (event.kind === 'settlement' ? event.psn_no : event.topic === RESOLD ? event.of : ''),
      concerns: (event) => event.kind === 'told' || TAKEN_HOME.has(event.med_class),
      form: FORM,
      keep: 91 * DAY,
      lateness: 10 * MINUTE,
      remember(event, { reference }: Context<Params>) {
        if (event.kind === 'told') {
          const place = { fixmedins_code: '', admdvs: event.admdvs, insu_admdvs: '' }
          return { id: `resold:${event.period}`, at: event.at, ...place, drugs: [], resold: event.values === true }
        }
        const drugs = drugsOf(event, reference)
        return drugs.length > 0 ? { drugs, ...remembered(event) } : undefined
      },
      judge(bought, { root, params }) {
        if (!couldHold(bought, params)) return { holds: NOTHING_HOLDS }
        const crosses = (window: readonly Bought[]) => couldHold(window, params) && scoreOf(window, params).total >= params.score
        const runs = runsOf(bought, [{ days: params.days, crosses }])
        const within = new Set(runs.flat())
        // What was told of packages is kept with the run, as its settlements are.
        const keep = (entry: Bought) => (within.has(entry) ? Number.POSITIVE_INFINITY : (params.days + 1) * DAY)
        return { holds: [...byFirstMonth(runs)].map(([month, run]) => findingOn(root, month, run, params)), keep }
      },
    }),
  ],
  explain({ from, to, score, window, parts, institutions, settlements, vola_amt }, language) {
    const { institutions: wide, supply, watched } = parts
    const amount = formatYuan(vola_amt * 100)
    const [begin, end] = [from.slice(0, 10), to.slice(0, 10)]
    const share = Math.round(watched.share * 100)
    const isWhole = window.from === from && window.to === to
    const [since, until] = [window.from.slice(0, 10), window.to.slice(0, 10)]
    const within = isWhole ? '' : language === 'zh' ? `其中${since}至${until}` : `from ${since} to ${until} `
    return language === 'zh'
      ? `${begin}至${end}在${institutions.length}家机构购药${settlements}笔，${within}${wide.generic}涉${wide.count}家，${supply.generic}共${supply.days}天量，重点药占${share}%，得分${score}，基金${amount}元。`
      : `From ${begin} to ${end} drugs were bought ${settlements} times at ${institutions.length} institutions: ${within}${wide.generic} at ${wide.count}, ${supply.generic} for ${supply.days} days, ${share} % on the watch list; score ${score}, ${amount} yuan of the fund.`
  },
  example: {
    from: '2026-01-05T09:00:00+08:00',
    to: '2026-03-20T20:00:00+08:00',
    score: 0.7,
    window: { from: '2026-01-05T09:00:00+08:00', to: '2026-03-20T20:00:00+08:00' },
    parts: {
      institutions: { generic: '阿托伐他汀', count: 7, weight: 0.25 },
      supply: { generic: '阿托伐他汀', days: 196, weight: 0.25 },
      watched: { share: 0.9, weight: 0.2 },
      odd_hours: { share: 0.3, weight: 0 },
      resold: { packages: 0, weight: 0 },
    },
    institutions: ['P99010100001', 'P99010100002'],
    settlements: 14,
    vola_amt: 860.5,
  },
})
