import { formatYuan, sharesOf, yuan } from '../../schemas/money.ts'
import { defineDetector } from '../detector.ts'
import { inPolicy, onSettlement, violating } from '../kit/bills/finding.ts'
import { isSlice } from '../kit/care/medicine.ts'
import { type Prescribed, prescriptionRule } from '../kit/parts/prescription-rule.ts'
import { byDefault } from '../params.ts'

interface Evidence {
  readonly rxno: string
  /** Different slices. */
  readonly slices: number
  readonly most_slices: number
  /** Of the slices whose weight and number of doses are told; `null` where none is. */
  readonly grams_per_dose: number | null
  readonly most_grams: number
  readonly vola_amt: number
}

interface Params {
  readonly slices: number
  readonly grams: number
}

/** Grams in one unit; slices are sold by the gram where no row says otherwise. */
const GRAMS: Readonly<Record<string, number>> = { '': 1, g: 1, 克: 1, kg: 1000, 千克: 1000, 公斤: 1000 }
const DOSE = /^(?:每剂)?(\d+(?:\.\d+)?)\s*(?:g|克)(?:\/剂)?$/i
const EXTERNAL = /外用|外敷|外洗|熏洗|熏蒸|泡洗|坐浴|足浴/

/** Granules are told in equivalents of slices, and what is not swallowed has no dose. */
function isDecoction({ line, item }: Prescribed): boolean {
  if (!isSlice(line, item) || item?.tags?.includes('granule')) return false
  return ![line.medc_way_dscr, line.used_frqu_dscr, line.sin_dos_dscr].some((told) => EXTERNAL.test(told))
}

/** As prescribed for one dose, else the weight over the days: a dose a day. */
function gramsPerDose({ line, item }: Prescribed): number {
  const told = DOSE.exec(line.sin_dos_dscr.trim())
  if (told) return Number(told[1])
  const { prd_days } = line
  return prd_days ? (line.cnt * (GRAMS[item?.unit ?? ''] ?? Number.NaN)) / prd_days : Number.NaN
}

/** MED-12 中药饮片超大处方: more slices in one prescription, or more grams in one dose, than anybody needs. */
export default defineDetector<Evidence, Params>({
  id: 'MED-12',
  version: 5,
  title: { zh: '中药饮片超大处方', en: 'Oversized herbal prescription' },
  category: 'MED',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(二)' }],
  stages: ['mid'],
  behaviour: '过度诊疗',
  params: {
    slices: byDefault(25, 'different slices in one prescription'),
    grams: byDefault(500, 'grams in one dose'),
  },
  parts: [
    prescriptionRule<Evidence, Params>({
      least: () => 1,
      concerns: ({ feedetail, items }) => feedetail.some((line, i) => isSlice(line, items[i])),
      takes: isDecoction,
      judge(visit, rxno, lines, { params }) {
        const slices = new Set(lines.map(({ line }) => line.med_list_codg)).size
        const weighed = lines.map(gramsPerDose).filter((weight) => !Number.isNaN(weight))
        // What is not told weighs more, never less.
        const grams = Math.round(weighed.reduce((sum, weight) => sum + weight, 0) * 100) / 100
        const tooMany = slices > params.slices ? (slices - params.slices) / slices : 0
        const tooMuch = grams > params.grams ? (grams - params.grams) / grams : 0
        const share = Math.max(tooMany, tooMuch)
        if (share === 0) return weighed.length < lines.length ? 'CONFIDENCE_LOW' : undefined
        const shares = sharesOf(
          lines.map(({ line }) => inPolicy(line)),
          share,
          1,
        )
        const refs = lines.map(({ line }, i) => violating(visit.setl_id, line, shares[i]!))
        const evidence = {
          ...{ rxno, slices, most_slices: params.slices },
          ...{ grams_per_dose: weighed.length === 0 ? null : grams, most_grams: params.grams },
          vola_amt: yuan(shares.reduce((sum, amount) => sum + amount, 0)),
        }
        return onSettlement(visit, { result: 'suspicion', severity: 3, lines: refs, evidence })
      },
    }),
  ],
  explain({ slices, most_slices, grams_per_dose, most_grams, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    const [zh, en] =
      grams_per_dose === null
        ? ['', '']
        : [`、每剂${grams_per_dose}克(上限${most_grams})`, `, ${grams_per_dose} g a dose (limit ${most_grams})`]
    return language === 'zh'
      ? `中药饮片处方${slices}味(上限${most_slices})${zh}，超出部分${amount}元。`
      : `A herbal prescription of ${slices} slices (limit ${most_slices})${en}: ${amount} yuan too much.`
  },
  example: { rxno: 'R1', slices: 28, most_slices: 25, grams_per_dose: 620, most_grams: 500, vola_amt: 36.2 },
})
