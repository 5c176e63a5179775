import { isInpatient } from '../../schemas/med-class.ts'
import { formatYuan, yuan } from '../../schemas/money.ts'
import { defineDetector } from '../detector.ts'
import { type Counted, excessOver } from '../kit/bills/excess.ts'
import { inPolicy, onSettlement } from '../kit/bills/finding.ts'
import { genericOf } from '../kit/bills/supply.ts'
import { isWesternOrPatent } from '../kit/care/medicine.ts'
import { prescriptionRule } from '../kit/parts/prescription-rule.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import { byDefault, type ParamValue } from '../params.ts'

interface Evidence {
  /** Empty where the lines name no prescription: then all of the settlement are counted. */
  readonly rxno: string
  readonly drugs: readonly { readonly generic: string; readonly med_list_codg: string; readonly name: string }[]
  readonly count: number
  readonly limit: number
  readonly vola_amt: number
}

interface Params {
  readonly per_prescription: number
  readonly per_settlement: number
}

const PER_PRESCRIPTION: readonly ParamValue<number>[] = [
  { value: 5, source: 'law', note: 'drugs in one prescription (处方管理办法: 每张处方不得超过5种)' },
]

/** MED-08 药品种类超标: more different drugs in one prescription than it may have. */
export default defineDetector<Evidence, Params>({
  id: 'MED-08',
  version: 2,
  title: { zh: '药品种类超标', en: 'Too many drugs in one prescription' },
  category: 'MED',
  result: 'suspicion',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '38(二)' },
    { law: '处方管理办法', article: '6' },
  ],
  stages: ['pre', 'mid'],
  behaviour: '分解处方',
  params: {
    per_prescription: PER_PRESCRIPTION,
    per_settlement: byDefault(8, 'drugs in a settlement whose lines name no prescription'),
  },
  parts: [
    prescriptionRule<Evidence, Params>({
      least: ({ per_prescription, per_settlement }) => Math.min(per_prescription, per_settlement) + 1,
      concerns: () => true,
      // A ward's orders are no prescriptions, but what is taken home is.
      takes: ({ line, item }, { med_class }) =>
        isWesternOrPatent(line, item) && (!isInpatient(med_class) || (line.dscg_tkdrug_flag === '1' && line.rxno !== '')),
      judge(visit, rxno, lines, { params }) {
        const limit = rxno ? params.per_prescription : params.per_settlement
        const drugs = [...groupBy(lines, ({ line, item }) => genericOf(line, item)).values()]
        // Each drug counts once, whatever its packages: the last ones are too many (quantity formula).
        const counted = drugs.flatMap((same) =>
          same.map(({ line }, i): Counted => {
            return { setl_id: visit.setl_id, feedetl_sn: line.feedetl_sn, cnt: i === 0 ? 1 : 0, inscp: inPolicy(line) }
          }),
        )
        const excess = excessOver(limit, counted)
        if (!excess) return undefined
        const { vola_amt } = excess
        const evidence = {
          rxno,
          drugs: drugs.map(([first]) => {
            const { line, item } = first!
            return { generic: genericOf(line, item), med_list_codg: line.med_list_codg, name: item?.name || line.med_list_codg }
          }),
          ...{ count: drugs.length, limit, vola_amt: yuan(vola_amt) },
        }
        return onSettlement(visit, { result: 'suspicion', severity: 4, lines: excess.lines, vola_amt, evidence })
      },
    }),
  ],
  explain({ rxno, count, limit, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    if (language === 'zh') return `${rxno ? `处方${rxno}` : '一次结算'}开药${count}种，上限${limit}种，超出部分${amount}元。`
    return `${rxno ? `Prescription ${rxno}` : 'One settlement'} has ${count} different drugs; the limit is ${limit}, ${amount} yuan too much.`
  },
  example: {
    rxno: 'R1',
    drugs: [{ generic: '阿莫西林', med_list_codg: 'XJ01CAA040E001010100001', name: '阿莫西林胶囊' }],
    ...{ count: 6, limit: 5, vola_amt: 12.5 },
  },
})
