import type { FeeLine } from '../../schemas/events.ts'
import { amountOf, formatAmount, formatYuan, type MicroYuan, microOf } from '../../schemas/money.ts'
import type { Visit } from '../detector.ts'
import { defineDetector } from '../detector.ts'
import { chargedLines } from '../kit/bills/charged-lines.ts'
import { inPolicy, onSettlement, violating } from '../kit/bills/finding.ts'
import { itemName } from '../kit/items/item-name.ts'
import { withOthers } from '../kit/items/items-named.ts'
import { settlementRule } from '../kit/parts/settlement-rule.ts'
import { counted } from '../kit/plain/counted.ts'
import { byDefault } from '../params.ts'
import { type ReferenceView, tableBit } from '../reference.ts'

interface Excess {
  readonly feedetl_sn: string
  readonly med_list_codg: string
  readonly name: string
  /** Yuan. */
  readonly pric: number
  readonly cap: number
  readonly cap_source: 'price_cap' | 'pric_uplmt_amt'
  readonly cnt: number
  /** Above the cap, whoever pays it. */
  readonly excess: number
}

interface Cap {
  readonly cap: MicroYuan
  readonly source: Excess['cap_source']
}

interface Evidence {
  readonly lines: readonly Excess[]
  readonly vola_amt: number
}

const PRICE_CAP = tableBit('price_cap')

/** The cap that binds the i-th of the lines, per unit: the price table of the day and place, else the platform's own answer. */
function capOf(visit: Visit, lines: readonly FeeLine[], i: number, reference: ReferenceView): Cap | undefined {
  const line = lines[i]!
  const known = lines === visit.feedetail ? visit.knownLines[i]! : visit.known
  if ((known & PRICE_CAP) !== 0) {
    const row = reference.best('price_cap', line.med_list_codg, line.fee_ocur_time, visit)?.row
    if (row && typeof row.cap === 'number') return { cap: microOf(row.cap), source: 'price_cap' }
  }
  return line.pric_uplmt_amt ? { cap: line.pric_uplmt_amt, source: 'pric_uplmt_amt' } : undefined
}

/** POL-01 超限定单价收费: a unit price above its cap. */
export default defineDetector<Evidence, { tolerance: number }>({
  id: 'POL-01',
  version: 3,
  title: { zh: '超限定单价收费', en: 'Unit price above the cap' },
  category: 'POL',
  result: 'violation',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(三)' }],
  stages: ['pre', 'mid'],
  behaviour: '超标准收费',
  params: { tolerance: byDefault(0.001, 'share of the cap') },
  parts: [
    settlementRule((visit, { params, reference }) => {
      const excesses: Excess[] = []
      const lines = []
      let onlySelfPaid = true
      const charged = chargedLines(visit)
      for (let i = 0; i < charged.length; i++) {
        const line = charged[i]!
        const bound = capOf(visit, charged, i, reference)
        if (!bound || line.pric <= Math.round(bound.cap * (1 + params.tolerance))) continue
        const { cap, source } = bound
        // What the platform has already moved to self-pay (`overlmt_amt`) is not at the fund's risk.
        const excess = amountOf(line.pric - cap, line.cnt)
        const amount = Math.max(0, Math.min(excess - (line.overlmt_amt ?? 0), inPolicy(line)))
        if (amount > 0) onlySelfPaid = false
        lines.push(violating(visit.setl_id, line, amount))
        excesses.push({
          feedetl_sn: line.feedetl_sn,
          med_list_codg: line.med_list_codg,
          name: itemName(line.med_list_codg, line.fee_ocur_time, reference),
          pric: line.pric / 1e6,
          cap: cap / 1e6,
          cap_source: source,
          cnt: line.cnt,
          excess: excess / 100,
        })
      }
      if (lines.length === 0) return undefined
      const vola_amt = lines.reduce((sum, line) => sum + line.vola_amt, 0)
      const evidence = { lines: excesses, vola_amt: vola_amt / 100 }
      return onSettlement(visit, { result: 'violation', severity: onlySelfPaid ? 4 : 2, lines, evidence })
    }),
  ],
  explain({ lines, vola_amt }, language) {
    const [first] = lines
    if (!first) return ''
    const { name, pric, cap } = first
    const zh = language === 'zh'
    const isLikeFirst = (line: Excess) => line.med_list_codg === first.med_list_codg && line.pric === pric && line.cap === cap
    const own = formatYuan(first.excess * 100)
    const ofFirst = lines.every(isLikeFirst) ? '' : zh ? `，该条超${own}元` : ` and that line ${own} too much`
    const others = withOthers(
      lines.map(({ med_list_codg }) => med_list_codg),
      language,
    )
    const excess = lines.reduce((sum, line) => sum + line.excess, 0)
    const above = formatYuan(excess * 100)
    const paid = paidText(excess, vola_amt, zh)
    return zh
      ? `${name}收费${formatAmount(pric)}元，限价${formatAmount(cap)}元${ofFirst}，${others}${lines.length}条明细共超${above}元${paid}。`
      : `${name} was charged at ${formatAmount(pric)} yuan, the cap is ${formatAmount(cap)}${ofFirst}; ${others}${counted(lines.length, 'line')}, ${above} yuan too much${paid}.`
  },
  example: {
    lines: [
      {
        ...{ feedetl_sn: '1', med_list_codg: 'XJ01CAA040E001010100001', name: '限价药品(样例)' },
        ...{ pric: 12.5, cap: 10, cap_source: 'price_cap', cnt: 1, excess: 2.5 },
      },
    ],
    vola_amt: 2.5,
  },
})

/** What of the excess is the patient's own already: of it the fund pays nothing. */
function paidText(excess: number, atRisk: number, zh: boolean): string {
  const paid = formatYuan((excess - atRisk) * 100)
  if (atRisk === 0) return zh ? '，患者已全部自付' : ', all of it already paid by the patient'
  if (Number(paid) === 0) return ''
  const left = formatYuan(atRisk * 100)
  return zh ? `，患者已自付${paid}元，余${left}元` : `; the patient has already paid ${paid} of it, ${left} remain`
}
