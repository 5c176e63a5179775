import { isInpatient } from '../../schemas/med-class.ts'
import { DAY, dayOf, hourOf, type Instant, startOfDay } from '../../schemas/time.ts'
import { defineDetector, type Told, type Visit } from '../detector.ts'
import { isMedicine } from '../kit/care/medicine.ts'
import { type Measures, peersParts, type Spreads, spreads } from '../kit/parts/peers.ts'
import { firstDayOf } from '../kit/plain/calendar.ts'
import { type Ended, endedStays } from '../kit/stays/ended-stays.ts'
import { byDefault } from '../params.ts'
import { HEADS, type Head, headsPart, isCounted } from './ano-14.heads.ts'

/** Sums of a month, of which the features are made. */
interface Tally {
  settlements: number
  fee: number
  drugs: number
  exams: number
  consumables: number
  night: number
  weekend: number
  whole: number
  remote: number
  traced: number
  medicines: number
  stays: number
  stay_days: number
  /** The persons whom they are of. */
  heads: number
}

interface Evidence {
  readonly month: string
  readonly fixmedins_code: string
  readonly settlements: number
  /** The features that lie farthest out, with how far in robust standard deviations. */
  readonly features: readonly {
    readonly feature: string
    readonly value: number
    readonly peers: number
    readonly z: number
  }[]
  /** Mean of the squared deviations, each counted up to a bound; its root. */
  readonly score: number
  readonly peers: number
  readonly months: number
}

interface Params {
  readonly settlements: number
  readonly peers: number
  readonly months: number
  readonly z: number
  readonly features: number
  readonly most_z: number
}

const FEATURES = {
  avg_cost: ['次均费用', 'average cost'],
  growth: ['次均费用环比', 'growth of the average cost'],
  drug_ratio: ['药费占比', 'share of drugs'],
  exam_ratio: ['检验检查占比', 'share of examinations'],
  consumable_ratio: ['耗材占比', 'share of consumables'],
  night_share: ['夜间占比', 'share at night'],
  weekend_share: ['周末占比', 'share at weekends'],
  whole_share: ['整额占比', 'share of whole amounts'],
  visits_per_head: ['人次人头比', 'visits per head'],
  remote_share: ['异地占比', 'share from elsewhere'],
  untraced_share: ['缺追溯码占比', 'share without trace codes'],
  stay_days: ['平均住院日', 'mean length of stay'],
} as const

/** What a deviation of nothing would be divided by: features of very similar peers differ by so little without meaning. */
const LEAST_SCATTER: Readonly<Record<string, number>> = { growth: 0.05, visits_per_head: 0.05, stay_days: 0.5 }
const [LEAST_SHARE, LEAST_OF_VALUE] = [0.02, 0.05]
/** A median absolute deviation of normal values times this is their standard deviation. */
const TO_SIGMA = 1.4826
const ENDED = 'ANO-14/ended'
const SHOWN_FEATURES = 5
const WHOLE = 100_00
const [EVENING, MORNING] = [22, 6]
const [EXAM_TYPES, CONSUMABLES] = [new Set(['03', '04']), '08']

const newTally = (): Tally => ({
  ...{ settlements: 0, fee: 0, drugs: 0, exams: 0, consumables: 0, night: 0, weekend: 0, whole: 0, remote: 0 },
  ...{ traced: 0, medicines: 0, stays: 0, stay_days: 0, heads: 0 },
})

function count(tally: Tally, visit: Visit, sign: 1 | -1): void {
  const { setl_time, medfee_sumamt, admdvs, insu_admdvs, feedetail, items } = visit
  tally.settlements += sign
  tally.fee += sign * medfee_sumamt
  if (medfee_sumamt % WHOLE === 0) tally.whole += sign
  if (admdvs.slice(0, 4) !== insu_admdvs.slice(0, 4)) tally.remote += sign
  const [hour, weekday] = [hourOf(setl_time), (dayOf(setl_time) + 4) % 7]
  if (hour >= EVENING || hour < MORNING) tally.night += sign
  if (weekday === 0 || weekday === 6) tally.weekend += sign
  let medicines = 0
  for (let i = 0; i < feedetail.length; i++) {
    const line = feedetail[i]!
    const amount = sign * line.det_item_fee_sumamt
    if (isMedicine(line, items[i])) {
      tally.drugs += amount
      medicines++
    } else if (EXAM_TYPES.has(line.med_chrgitm_type)) tally.exams += amount
    else if (line.med_chrgitm_type === CONSUMABLES) tally.consumables += amount
  }
  if (!isInpatient(visit.med_class) && medicines > 0) {
    tally.medicines += sign
    if (visit.drug_trac_info.length > 0) tally.traced += sign
  }
}

const isOfTheMonth = ({ topic }: Told) => topic === ENDED || topic === HEADS
const isHead = (told: Told): told is Head => told.topic === HEADS
const endedIn = ({ values }: Told) => values as Ended

function timeIn(event: Visit | Told): Instant {
  if (event.kind === 'settlement') return event.setl_time
  return isHead(event) ? startOfDay(firstDayOf(event.period)) : endedIn(event).endtime
}

function countStay(tally: Tally, { days, sign }: Ended): void {
  tally.stays += sign
  tally.stay_days += sign * days
}

function featuresOf(tally: Tally): Measures {
  const { settlements, fee } = tally
  const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole)
  return {
    avg_cost: share(fee, settlements) / 100,
    drug_ratio: share(tally.drugs, fee),
    exam_ratio: share(tally.exams, fee),
    consumable_ratio: share(tally.consumables, fee),
    night_share: share(tally.night, settlements),
    weekend_share: share(tally.weekend, settlements),
    whole_share: share(tally.whole, settlements),
    // Who came is forgotten before the month is.
    visits_per_head: share(settlements, Math.min(tally.heads, settlements)),
    remote_share: share(tally.remote, settlements),
    ...(tally.medicines > 0 ? { untraced_share: 1 - share(tally.traced, tally.medicines) } : {}),
    ...(tally.stays > 0 ? { stay_days: share(tally.stay_days, tally.stays) } : {}),
  }
}

/** How far a value lies from its peers, in standard deviations that a few outliers do not widen. */
function robustZ(feature: string, value: number, { median, mad }: Spreads[string]): number {
  const least = feature === 'avg_cost' ? LEAST_OF_VALUE * median : (LEAST_SCATTER[feature] ?? LEAST_SHARE)
  return (value - median) / Math.max(TO_SIGMA * mad, least, Number.EPSILON)
}

const two = (value: number) => Math.round(value * 100) / 100

/**
 * ANO-14 机构综合异常: an institution's month lies far out among its peers in several features at once. It is scored by robust
 * z-scores within the peer group; new institutions are not judged. Never a ground for holding a payment.
 */
export default defineDetector<Evidence, Params>({
  id: 'ANO-14',
  version: 5,
  title: { zh: '机构综合异常', en: 'Institution out of the ordinary' },
  category: 'ANO',
  result: 'indicator',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '16' }],
  stages: ['post'],
  behaviour: '其他不必要服务',
  params: {
    settlements: byDefault(50, 'months with fewer say nothing'),
    peers: byDefault(5, 'institutions of the group, this one included'),
    months: byDefault(3, 'months of data, this one included'),
    z: byDefault(3.5, 'robust standard deviations from which a feature lies far out'),
    features: byDefault(3, 'features that must lie far out'),
    most_z: byDefault(10, 'no feature counts for more'),
  },
  parts: [
    // Discharges tell of stays that are not billed yet, and better than bills how long they were.
    endedStays({ topic: ENDED, kept: 400 * DAY }),
    headsPart,
    ...peersParts<Visit | Told, Tally, Spreads, Evidence, Params>({
      topic: 'ANO-14',
      partialMonths: true,
      on: ['settlement', 'told'],
      hears: [ENDED, HEADS],
      root: (event) => (event.kind === 'settlement' ? event.fixmedins_code : isOfTheMonth(event) ? event.of : ''),
      at: timeIn,
      concerns: (event) => event.kind === 'told' || isCounted(event),
      initial: newTally,
      count(tally, event, sign) {
        if (event.kind === 'settlement') count(tally, event, sign)
        else if (isHead(event)) tally.heads += event.values
        else countStay(tally, endedIn(event))
      },
      named: (event) => (event.kind === 'settlement' ? { id: event.setl_id, at: event.setl_time } : undefined),
      measures: (tally, { params }) => (tally.settlements >= params.settlements ? featuresOf(tally) : undefined),
      gather: spreads,
      before: 11,
      judge({ month, tally, measures, peers, before }, { root, params }) {
        const months = before.length + 1
        if (months < params.months) return 'HISTORY_SHORT'
        const known = peers.avg_cost?.n ?? 0
        if (known < params.peers) return 'SAMPLE_SMALL'
        const last = before.at(-1)
        const growth = last?.measures.avg_cost ? measures.avg_cost! / last.measures.avg_cost - 1 : undefined
        const usualGrowth = last?.peers?.avg_cost?.median ? peers.avg_cost!.median / last.peers.avg_cost.median - 1 : undefined
        const scored = Object.entries(measures).map(([feature, value]) => {
          return { feature, value, peers: peers[feature]!.median, z: robustZ(feature, value, peers[feature]!) }
        })
        if (growth !== undefined && usualGrowth !== undefined) {
          const spread = { n: known, median: usualGrowth, mad: 0 }
          scored.push({
            feature: 'growth',
            value: growth,
            peers: usualGrowth,
            z: robustZ('growth', growth, spread),
          })
        }
        const far = scored.filter(({ z }) => Math.abs(z) >= params.z)
        if (far.length < params.features) return undefined
        far.sort((a, b) => Math.abs(b.z) - Math.abs(a.z) || (a.feature < b.feature ? -1 : 1))
        const bounded = scored.map(({ z }) => Math.min(params.most_z, Math.abs(z)) ** 2)
        return {
          result: 'indicator',
          severity: 3,
          vola_amt: 0,
          count: tally.settlements,
          evidence: {
            month,
            fixmedins_code: root,
            settlements: tally.settlements,
            features: far.slice(0, SHOWN_FEATURES).map(({ feature, value, peers: usual, z }) => {
              return {
                feature,
                value: Math.round(value * 1000) / 1000,
                peers: Math.round(usual * 1000) / 1000,
                z: two(z),
              }
            }),
            score: two(Math.sqrt(bounded.reduce((sum, square) => sum + square, 0) / bounded.length)),
            peers: known,
            months,
          },
        }
      },
    }),
  ],
  explain({ month, features, score, peers }, language) {
    const named = features.slice(0, 3).map(({ feature, value, peers: usual, z }) => {
      const [zh, en] = FEATURES[feature as keyof typeof FEATURES]
      return language === 'zh' ? `${zh}${value}（同类${usual}，${z}σ）` : `${en} ${value} (peers ${usual}, ${z} σ)`
    })
    return language === 'zh'
      ? `${month}综合偏离${score}：${named.join('、')}，同类${peers}家。`
      : `In ${month} far out among ${peers} peers, score ${score}: ${named.join(', ')}.`
  },
  example: {
    month: '2026-03',
    fixmedins_code: 'H99010100001',
    settlements: 820,
    features: [
      { feature: 'night_share', value: 0.32, peers: 0.04, z: 9.4 },
      { feature: 'drug_ratio', value: 0.83, peers: 0.41, z: 6.2 },
      { feature: 'visits_per_head', value: 2.9, peers: 1.3, z: 5.1 },
    ],
    score: 3.9,
    peers: 9,
    months: 4,
  },
})
