import type { FeeLine } from '../../schemas/events.ts'
import { isPharmacy } from '../../schemas/med-class.ts'
import type { Fen } from '../../schemas/money.ts'
import { defineDetector, type Visit } from '../detector.ts'
import { peerGroupOf } from '../kit/parts/peer-group.ts'
import { peersParts, type Spreads, spreads } from '../kit/parts/peers.ts'
import { counted } from '../kit/plain/counted.ts'
import { isAbove, upperBound } from '../kit/plain/robust.ts'
import { byDefault } from '../params.ts'

type Kind = 'drug' | 'exam' | 'consumable' | 'therapy' | 'ct' | 'mri'

/** What an institution charged in the month, fen. */
interface Tally {
  settlements: number
  total: Fen
  readonly of: Record<Kind, Fen>
  /** Sums over settlements, in whole yuan: squares of what each charged, and products with what it charged of a kind. */
  squares: number
  readonly products: Record<Kind, number>
  readonly squaresOf: Record<Kind, number>
}

interface Evidence {
  readonly month: string
  readonly settlements: number
  /** Yuan. */
  readonly medfee: number
  readonly ratios: readonly {
    readonly kind: Kind
    /** Per cent, as are the others. */
    readonly ratio: number
    readonly median: number
    readonly mad: number
    readonly limit: number
    readonly floor: number
    /** The months before, oldest first. */
    readonly trend: readonly { readonly month: string; readonly ratio: number }[]
  }[]
  readonly peers: number
}

interface Params {
  readonly mads: number
  readonly drug: number
  readonly exam: number
  readonly consumable: number
  readonly therapy: number
  readonly ct: number
  readonly mri: number
  readonly least_settlements: number
  readonly sure_settlements: number
  readonly errors: number
  readonly least_peers: number
}

const KINDS: readonly Kind[] = ['drug', 'exam', 'consumable', 'therapy', 'ct', 'mri']
const NAMES: Readonly<Record<Kind, { zh: string; en: string }>> = {
  drug: { zh: '药费占比', en: 'drugs' },
  exam: { zh: '检查化验占比', en: 'examinations and tests' },
  consumable: { zh: '耗材占比', en: 'consumables' },
  therapy: { zh: '治疗占比', en: 'therapy' },
  ct: { zh: 'CT占比', en: 'CT' },
  mri: { zh: '核磁占比', en: 'MRI' },
}
/** By 医疗收费项目类别. */
const BY_TYPE: Readonly<Record<string, Kind>> = {
  '03': 'exam',
  '04': 'exam',
  '05': 'therapy',
  '08': 'consumable',
  '09': 'drug',
  '10': 'drug',
  '11': 'drug',
}
const TREND_MONTHS = 25

type Charged = Pick<Tally, 'total' | 'of'>

function nothing(): Record<Kind, number> {
  return { drug: 0, exam: 0, consumable: 0, therapy: 0, ct: 0, mri: 0 }
}

function addLine({ of }: Charged, { med_chrgitm_type, det_item_fee_sumamt }: FeeLine, item: Visit['items'][number]): void {
  const amount = det_item_fee_sumamt
  const kind = BY_TYPE[med_chrgitm_type]
  if (kind) of[kind] += amount
  if (!item?.tags) return
  if (item.tags.includes('ct')) of.ct += amount
  if (item.tags.includes('mri')) of.mri += amount
}

function chargedIn({ feedetail, items }: Visit): Charged {
  const charged = { total: 0, of: nothing() }
  for (let i = 0; i < feedetail.length; i++) {
    charged.total += feedetail[i]!.det_item_fee_sumamt
    addLine(charged, feedetail[i]!, items[i])
  }
  return charged
}

/**
 * By how much chance may raise a share: its standard error, as of a ratio of two sums over settlements. One dear bill makes
 * the structure of a month with few; where all are alike it is nothing.
 */
function errorOf({ settlements: n, total, of, squares, products, squaresOf }: Tally, kind: Kind): number {
  const ratio = of[kind] / total
  const scatter = squaresOf[kind] - 2 * ratio * products[kind] + ratio * ratio * squares
  return (Math.sqrt((Math.max(0, scatter) * n) / (n - 1)) * 100) / total
}

function percent(ratio: number): number {
  return Math.round(ratio * 1000) / 10
}

/** MGT-24 费用占比监测: a larger share of drugs, tests, consumables, therapy or imaging than the peers have. */
export default defineDetector<Evidence, Params>({
  id: 'MGT-24',
  version: 5,
  title: { zh: '费用占比监测', en: 'Fee structure ratios' },
  category: 'MGT',
  result: 'indicator',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(二)' }],
  stages: ['post'],
  behaviour: '过度诊疗',
  params: {
    mads: byDefault(3, 'median absolute deviations above the median of the peers'),
    drug: byDefault(0.35, 'floor of the drug share'),
    exam: byDefault(0.4, 'floor of the share of examinations and tests'),
    consumable: byDefault(0.25, 'floor of the consumables share'),
    therapy: byDefault(0.45, 'floor of the therapy share'),
    ct: byDefault(0.08, 'floor of the CT share'),
    mri: byDefault(0.05, 'floor of the MRI share'),
    least_settlements: byDefault(20, 'a month with fewer has no structure'),
    sure_settlements: byDefault(100, 'in a month with fewer chance must not explain the share'),
    errors: byDefault(2, 'standard errors that are left to chance there'),
    least_peers: byDefault(3, 'institutions of the same kind, level and specialty, itself among them'),
  },
  parts: peersParts<Visit, Tally, Spreads, Evidence, Params>({
    topic: 'MGT-24',
    on: ['settlement'],
    root: ({ fixmedins_code }) => fixmedins_code,
    at: ({ setl_time }) => setl_time,
    // What a pharmacy sells has no structure of treatment.
    concerns: ({ med_class, feedetail }) => feedetail.length > 0 && !isPharmacy(med_class),
    // What an internet hospital charges is consultations and drugs: it has no beds, no operations and no machines.
    groupOf: (row) => `${peerGroupOf(row)}${row.is_internet ? '|internet' : ''}`,
    initial: () => ({ settlements: 0, total: 0, of: nothing(), squares: 0, products: nothing(), squaresOf: nothing() }),
    count(tally, visit, sign) {
      const { total, of } = chargedIn(visit)
      const whole = Math.round(total / 100)
      tally.settlements += sign
      tally.total += sign * total
      tally.squares += sign * whole * whole
      for (const kind of KINDS) {
        const part = Math.round(of[kind] / 100)
        tally.of[kind] += sign * of[kind]
        tally.products[kind] += sign * part * whole
        tally.squaresOf[kind] += sign * part * part
      }
    },
    named: ({ setl_id: id, setl_time: at }) => ({ id, at }),
    measures({ settlements, total, of }, { params }) {
      if (settlements < params.least_settlements || total <= 0) return undefined
      return Object.fromEntries(KINDS.map((kind) => [kind, of[kind] / total]))
    },
    gather: spreads,
    before: TREND_MONTHS,
    judge({ month, tally, measures, peers, before }, { params }) {
      if (peers.drug!.n < params.least_peers) return 'SAMPLE_SMALL'
      const high = KINDS.filter((kind) => {
        const isFew = tally.settlements < params.sure_settlements
        const ratio = measures[kind]! - (isFew ? params.errors * errorOf(tally, kind) : 0)
        return isAbove(ratio, params[kind]) && isAbove(ratio, upperBound(peers[kind]!, params.mads))
      })
      if (high.length === 0) return undefined
      return {
        result: 'indicator',
        severity: 4,
        vola_amt: 0,
        count: high.length,
        evidence: {
          month,
          settlements: tally.settlements,
          medfee: tally.total / 100,
          ratios: high.map((kind) => ({
            kind,
            ratio: percent(measures[kind]!),
            median: percent(peers[kind]!.median),
            mad: percent(peers[kind]!.mad),
            limit: percent(upperBound(peers[kind]!, params.mads)),
            floor: percent(params[kind]),
            trend: before.map((earlier) => ({ month: earlier.month, ratio: percent(earlier.measures[kind]!) })),
          })),
          peers: peers.drug!.n,
        },
      }
    },
  }),
  explain({ month, ratios, peers }, language) {
    const [first] = ratios
    if (!first) return ''
    const { ratio, median, limit } = first
    const name = NAMES[first.kind][language]
    const others = ratios.length > 1 ? `, and ${counted(ratios.length - 1, 'other ratio')} above theirs` : ''
    return language === 'zh'
      ? `${month}${name}${ratio}%，高于${peers}家同类机构上限${limit}%（中位数${median}%），共${ratios.length}项偏高。`
      : `In ${month} ${name} made ${ratio} % of the fees, above the limit of ${limit} % of ${peers} peers (median ${median} %)${others}.`
  },
  example: {
    month: '2026-03',
    settlements: 840,
    medfee: 412_000,
    ratios: [
      { kind: 'drug', ratio: 58.2, median: 36.1, mad: 3.2, limit: 45.7, floor: 35, trend: [{ month: '2026-02', ratio: 51 }] },
    ],
    peers: 12,
  },
})
