import type { FeeLine } from '../../schemas/events.ts'
import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import type { ReferenceRow } from '../../schemas/reference.ts'
import { defineDetector, type Finding, type LineRef, type Visit } from '../detector.ts'
import { inPolicy, involved, type Whereabouts } from '../kit/bills/finding.ts'
import { mainCategory } from '../kit/care/main-diagnosis.ts'
import { isMedicine } from '../kit/care/medicine.ts'
import { baselineParts } from '../kit/parts/day-baseline.ts'
import type { Distribution } from '../kit/parts/histogram.ts'
import { type Remembered, remembered } from '../kit/parts/remembered.ts'
import { byDefault } from '../params.ts'

interface Prescribed extends Remembered {
  readonly psn_no: string
  readonly amount: Fen
  readonly inscp: Fen
  readonly lines: readonly LineRef[]
}

interface Evidence {
  readonly med_class: string
  /** ICD-10 category of the main diagnosis. */
  readonly category: string
  readonly level: string
  readonly amount: number
  readonly n: number
  readonly p50: number
  readonly p99: number
  readonly z: number
  readonly vola_amt: number
}

interface Params {
  readonly z: number
  readonly op_floor: Fen
  readonly chronic_floor: Fen
  readonly least_peers: number
}

const QUANTILES = [0.5, 0.99]
/** Peers that all cost the same have no deviation, and yet a little more is not out of the ordinary. */
const LEAST_SIGMA = 0.005

/** Negotiated drugs are dear by themselves. */
function counts(line: FeeLine, item: ReferenceRow<'item'> | undefined): boolean {
  return line.hi_nego_drug_flag !== '1' && isMedicine(line, item)
}

/** What is taken back in the same settlement is netted. */
function drugAmount({ feedetail, items }: Visit): Fen {
  let amount = 0
  for (let i = 0; i < feedetail.length; i++) {
    const line = feedetail[i]!
    if (counts(line, items[i])) amount += line.det_item_fee_sumamt
  }
  return amount
}

function isOutpatient({ med_class }: Visit): boolean {
  return med_class === 'OP' || med_class === 'CHRONIC'
}

function groupOf(visit: Visit): string {
  if (!isOutpatient(visit)) return NO_GROUP
  const { med_class, level } = visit
  const category = mainCategory(visit)
  return category && level ? `${med_class}|${category}|${level}` : ''
}

/** Visits of other classes lack nothing: they have a group that no rule speaks of. */
const NO_GROUP = '-'

function floorOf(group: string, { op_floor, chronic_floor }: Params): Fen {
  return group.startsWith('OP|') ? op_floor : chronic_floor
}

function prescribed(visit: Visit): Prescribed {
  const lines = visit.feedetail.filter((line, i) => counts(line, visit.items[i]))
  const inscp = lines.reduce((sum, line) => sum + inPolicy(line), 0)
  const refs = lines.map((line) => involved(visit.setl_id, line))
  return { psn_no: visit.psn_no, amount: drugAmount(visit), inscp: Math.max(0, inscp), lines: refs, ...remembered(visit) }
}

function judged(
  { id, at, psn_no, fixmedins_code, admdvs, insu_admdvs, amount, inscp, lines }: Prescribed,
  { n, logMean, logSigma, quantiles }: Distribution,
  group: string,
  params: Params,
): Finding<Evidence> | 'SAMPLE_SMALL' | undefined {
  if (n < params.least_peers) return 'SAMPLE_SMALL'
  const [p50, p99] = quantiles as [number, number]
  // What the person pays alone is no matter of the fund.
  if (inscp <= 0) return undefined
  const z = (Math.log(amount) - logMean) / Math.max(logSigma, LEAST_SIGMA)
  if (z <= params.z || amount <= p99) return undefined
  // The card names no amount: what lies beyond the peers' P99, as far as the policy covers it.
  const vola_amt = Math.min(inscp, amount - p99)
  const [med_class, category, level] = group.split('|') as [string, string, string]
  const where: Whereabouts = { psn_no, fixmedins_code, admdvs, insu_admdvs }
  return {
    subject: { type: 'settlement', id },
    bucket: `|${group}`,
    result: 'suspicion',
    severity: 3,
    vola_amt,
    setl_ids: [id],
    lines,
    at,
    ...where,
    evidence: {
      ...{ med_class, category, level, amount: yuan(amount), n },
      ...{ p50: yuan(p50), p99: yuan(p99), z: Math.round(z * 100) / 100, vola_amt: yuan(vola_amt) },
    },
  }
}

/** MED-07 大处方: the drugs of a visit cost far more than those of its peers. */
export default defineDetector<Evidence, Params>({
  id: 'MED-07',
  version: 3,
  title: { zh: '大处方', en: 'Oversized prescription' },
  category: 'MED',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(二)' }],
  stages: ['mid'],
  behaviour: '过度诊疗',
  params: {
    z: byDefault(3.5, 'standard deviations of the logarithm above the peers’ mean'),
    op_floor: byDefault(50_000, 'fen; ordinary visits below it are not judged'),
    chronic_floor: byDefault(200_000, 'fen; visits for chronic diseases below it are not judged'),
    least_peers: byDefault(200, 'visits in the baseline; fewer say nothing'),
  },
  parts: [
    ...baselineParts<Visit, Prescribed, Evidence, Params>({
      topic: 'MED-07',
      on: ['settlement'],
      groupOf,
      at: ({ setl_time }) => setl_time,
      hears: isOutpatient,
      valuesOf(visit) {
        const amount = drugAmount(visit)
        return amount > 0 ? [amount] : []
      },
      quantiles: QUANTILES,
      concerns(visit, { params }) {
        const { med_class, medfee_sumamt } = visit
        const floor = floorOf(`${med_class}|`, params)
        // Netted lines may cost more than the whole, but the whole bounds what is left of them.
        return medfee_sumamt > floor && drugAmount(visit) > floor
      },
      remember: prescribed,
      judge: judged,
      bucketsOf: (visit) => [{ subject: { type: 'settlement', id: visit.setl_id }, bucket: `|${groupOf(visit)}` }],
    }),
  ],
  explain({ category, amount, n, p50, p99, z }, language) {
    const [a, b, c] = [amount, p50, p99].map((value) => formatYuan(value * 100))
    return language === 'zh'
      ? `${category}药费${a}元，同类${n}例中位${b}元、P99 ${c}元，z=${z}。`
      : `The drugs of a visit for ${category} cost ${a} yuan; of ${n} peers the median is ${b} and P99 ${c}: z = ${z}.`
  },
  example: {
    ...{ med_class: 'OP', category: 'J06', level: '2', amount: 1860, n: 4200, p50: 96.5, p99: 420, z: 4.1, vola_amt: 1440 },
  },
})
