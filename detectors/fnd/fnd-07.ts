import type { Discharge } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { type Fen, fenOf, formatAmount, yuan } from '../../schemas/money.ts'
import { DAY } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import type { Whereabouts } from '../kit/bills/finding.ts'
import { packHead, unpackHead } from '../kit/parts/packed.ts'
import { type Remembered, remembered, restingOn, visitOf } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS, together, windowRule } from '../kit/parts/window.ts'
import { GRAVE_END } from '../kit/stays/stay.ts'
import { byDefault } from '../params.ts'

/** What is known of a group, in fen; absent where its row does not say. */
interface Group {
  readonly mean: Fen
  readonly p5: Fen | null
  readonly p95: Fen | null
}

/** One settlement of a stay. */
interface Part extends Remembered {
  readonly drg: string
  readonly group: Group | null
  /** Amounts by `med_chrgitm_type`. */
  readonly fees: Readonly<Record<string, Fen>>
  readonly cost: Fen
  /** Paid beside the group (除外支付): negotiated drugs. */
  readonly beside: Fen
  readonly fund: Fen
  readonly mid: boolean
  readonly grave: boolean
}

/** The discharge of somebody who died or was sent on. */
interface GraveEnd extends Remembered {
  readonly grave: true
}

type Told = Part | GraveEnd

function isPart(told: Told): told is Part {
  return 'cost' in told
}

const FORM: Form<Told> = {
  pack: (told) => {
    if (!isPart(told)) return packHead(told)
    const { drg, group, fees, cost, beside, fund, mid, grave } = told
    return [...packHead(told), drg, group, fees, cost, beside, fund, mid ? 1 : 0, grave ? 1 : 0]
  },
  unpack: (packed) => {
    const [, , , drg, group, fees, cost, beside, fund, mid, grave] = packed
    if (drg === undefined) return { grave: true, ...unpackHead(packed) }
    return { drg, group, fees, cost, beside, fund, mid: mid === 1, grave: grave === 1, ...unpackHead(packed) }
  },
}

interface Evidence {
  readonly drg_code: string
  readonly kind: 'high' | 'low'
  readonly ratio: number
  readonly limit: number
  readonly cost: number
  readonly paid_beside: number
  readonly mean_cost: number
  readonly p5: number | null
  readonly p95: number | null
  /** Amounts by `med_chrgitm_type`. */
  readonly fees: Readonly<Record<string, number>>
  readonly vola_amt: number
}

interface Params {
  readonly high_ratio: number
  readonly low_ratio: number
}

function partOf(visit: Visit, { reference }: Context<Params>): Part | 'REFERENCE_MISSING' {
  const { drg_code: drg, medfee_sumamt: cost, fund_pay_sumamt: fund, feedetail, begntime, setl_time } = visit
  const row = drg ? reference.find('drg', drg, begntime ?? setl_time, visit)?.row : undefined
  const mid = visit.mid_setl_flag === '1'
  if (!mid && !row?.mean_cost) return 'REFERENCE_MISSING'
  const fees: Record<string, Fen> = {}
  let beside = 0
  for (const { med_chrgitm_type, det_item_fee_sumamt, hi_nego_drug_flag } of feedetail) {
    const type = med_chrgitm_type || '14'
    fees[type] = (fees[type] ?? 0) + det_item_fee_sumamt
    if (hi_nego_drug_flag === '1') beside += det_item_fee_sumamt
  }
  const amount = (value: number | null | undefined) => (value === undefined || value === null ? null : fenOf(value))
  const group = row?.mean_cost ? { mean: fenOf(row.mean_cost), p5: amount(row.p5), p95: amount(row.p95) } : null
  return { drg, group, fees, cost, beside, fund, mid, grave: GRAVE_END.has(visit.dscg_way), ...remembered(visit) }
}

function endOf({ mdtrt_id, endtime: at, ingest_time = 0, fixmedins_code, dscg_way }: Discharge): GraveEnd | undefined {
  if (!GRAVE_END.has(dscg_way)) return undefined
  return { grave: true, id: `discharge:${mdtrt_id}:${ingest_time}:${at}`, at, fixmedins_code, admdvs: '', insu_admdvs: '' }
}

function findingOn(psn_no: string, told: readonly Told[], { high_ratio, low_ratio }: Params): Finding<Evidence> | undefined {
  const parts = told.filter(isPart)
  const final = parts.findLast(({ mid }) => !mid)
  if (!final?.group) return undefined
  const { mean, p5, p95 } = final.group
  const sum = (of: (part: Part) => Fen) => parts.reduce((total, part) => total + of(part), 0)
  const beside = sum((part) => part.beside)
  const cost = sum((part) => part.cost) - beside
  const high = cost >= high_ratio * mean
  // What is paid beside the group says nothing of the stay: one that costs nothing else is not judged.
  if (!high && (cost > low_ratio * mean || cost <= 0)) return undefined
  // Whoever died or was sent on after a day was neither admitted without need, nor was the stay split.
  if (!high && told.some(({ grave }) => grave)) return undefined
  const vola_amt = high ? 0 : sum((part) => part.fund)
  const fees: Record<string, number> = {}
  for (const part of parts) for (const [type, fee] of Object.entries(part.fees)) fees[type] = (fees[type] ?? 0) + fee
  for (const type of Object.keys(fees)) fees[type] = yuan(fees[type]!)
  return {
    subject: { type: 'settlement', id: final.id },
    bucket: `|${final.drg}`,
    // A costly stay is a candidate for review by itself (特例单议), not a violation.
    result: high ? 'indicator' : 'suspicion',
    severity: 3,
    vola_amt,
    lines: [],
    ...(restingOn(psn_no, parts) satisfies Whereabouts),
    evidence: {
      drg_code: final.drg,
      kind: high ? 'high' : 'low',
      ratio: Math.round((cost / mean) * 1000) / 1000,
      limit: high ? high_ratio : low_ratio,
      cost: yuan(cost),
      paid_beside: yuan(beside),
      mean_cost: yuan(mean),
      p5: p5 === null ? null : yuan(p5),
      p95: p95 === null ? null : yuan(p95),
      fees,
      vola_amt: yuan(vola_amt),
    },
  }
}

function isGrouped({ med_class, drg_code, mid_setl_flag }: Visit): boolean {
  return isInpatient(med_class) && (drg_code !== '' || mid_setl_flag === '1')
}

/** FND-07 病组费用极值: a stay costs three times what its group costs on average, or less than two fifths of it. */
export default defineDetector<Evidence, Params>({
  id: 'FND-07',
  version: 3,
  title: { zh: '病组费用极值', en: 'Outlier of a payment group' },
  category: 'FND',
  result: 'suspicion',
  basis: [
    { law: 'DRG/DIP付费规则', article: '特例单议、除外支付' },
    { law: '医疗保障基金使用监督管理条例', article: '38(一)' },
  ],
  stages: ['mid'],
  behaviour: '分解住院',
  params: {
    high_ratio: byDefault(3, 'cost over the mean of the group: a candidate for review by itself'),
    low_ratio: byDefault(0.4, 'perhaps admitted without need, or a stay split in two'),
  },
  parts: [
    windowRule<Visit | Discharge, Told, Evidence, Params>({
      on: ['settlement', 'discharge'],
      space: 'person',
      root: ({ psn_no }) => psn_no,
      key: (event) => (event.kind === 'settlement' ? visitOf(event) : event.mdtrt_id),
      concerns: (event) => (event.kind === 'discharge' ? GRAVE_END.has(event.dscg_way) : isGrouped(event)),
      form: FORM,
      keep: 180 * DAY,
      remember: (event, context) => (event.kind === 'discharge' ? endOf(event) : partOf(event, context)),
      judge(told, { root, params }) {
        const finding = findingOn(root, told, params)
        return { holds: finding ? [finding] : NOTHING_HOLDS, keep: together(told, 180 * DAY) }
      },
    }),
  ],
  explain({ drg_code, kind, ratio, limit, cost, mean_cost }, language) {
    if (language === 'zh') {
      const said = `病组${drg_code}费用${formatAmount(cost)}元，为组均${formatAmount(mean_cost)}元的${ratio}倍`
      return kind === 'high'
        ? `${said}，达到高倍率${limit}，可申请特例单议。`
        : `${said}，不高于低倍率${limit}，疑似低标准入院或分解。`
    }
    const said = `The stay of group ${drg_code} cost ${formatAmount(cost)} yuan, ${ratio} times the group's mean of ${formatAmount(mean_cost)}`
    return kind === 'high'
      ? `${said}: at least ${limit}, a candidate for review by itself.`
      : `${said}: at most ${limit}, perhaps an admission without need or a split stay.`
  },
  example: {
    drg_code: 'ES15',
    kind: 'low',
    ratio: 0.31,
    limit: 0.4,
    cost: 2480,
    paid_beside: 0,
    mean_cost: 8000,
    p5: 3600,
    p95: 17_000,
    fees: { '01': 240, '03': 900, '09': 1340 },
    vola_amt: 1750,
  },
})
