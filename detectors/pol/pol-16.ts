import type { FeeLine } from '../../schemas/events.ts'
import { formatYuan, yuan } from '../../schemas/money.ts'
import { dayOf } from '../../schemas/time.ts'
import { defineDetector, type Visit } from '../detector.ts'
import { chargedLines } from '../kit/bills/charged-lines.ts'
import { inPolicy, onSettlement } from '../kit/bills/finding.ts'
import { allViolating } from '../kit/bills/paid-lines.ts'
import { doctorOf } from '../kit/bills/prescriber.ts'
import { isSlice } from '../kit/care/medicine.ts'
import { itemName } from '../kit/items/item-name.ts'
import { itemOf } from '../kit/items/item-of.ts'
import { withOthers } from '../kit/items/items-named.ts'
import { isKnownTo } from '../kit/items/known.ts'
import { settlementRule } from '../kit/parts/settlement-rule.ts'
import { counted } from '../kit/plain/counted.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import type { ReferenceView } from '../reference.ts'

/** `ANY`: never paid; `SINGLE`: not paid alone, nor in a prescription of nothing else. */
type Mode = 'ANY' | 'SINGLE'

interface Unpaid {
  readonly feedetl_sn: string
  readonly med_list_codg: string
  readonly name: string
  readonly mode: Mode
  readonly rxno: string
}

interface Evidence {
  readonly lines: readonly Unpaid[]
  readonly vola_amt: number
}

interface Slice {
  readonly line: FeeLine
  readonly mode: Mode | undefined
}

/** One prescription: by its number; without one, what a doctor ordered on one day. */
function prescriptionOf(visit: Visit, line: FeeLine): string {
  return line.rxno || `${dayOf(line.fee_ocur_time)}|${doctorOf(visit, line)}`
}

function slicesOf(visit: Visit, reference: ReferenceView): Slice[] {
  const charged = chargedLines(visit)
  return charged.flatMap((line, i) => {
    if (!isSlice(line, itemOf(visit, charged, i))) return []
    const { med_list_codg, fee_ocur_time } = line
    const row = reference.best('herbal_unpaid', med_list_codg, fee_ocur_time, visit)?.row
    return [{ line, mode: row ? (row.mode ?? 'ANY') : undefined }]
  })
}

interface Verdict {
  readonly broken: readonly Slice[]
  /** Whether another prescription of the same doctor and day holds payable slices, from which the system may have cut it. */
  readonly mayBeSplit: boolean
}

function judge(visit: Visit, slices: readonly Slice[]): Verdict {
  const broken: Slice[] = []
  let certain = false
  const prescriptions = [...groupBy(slices, ({ line }) => prescriptionOf(visit, line)).values()]
  for (const prescription of prescriptions) {
    const alone = prescription.every(({ mode }) => mode === 'SINGLE')
    const unpaid = prescription.filter(({ line, mode }) => inPolicy(line) > 0 && (mode === 'ANY' || (alone && mode === 'SINGLE')))
    broken.push(...unpaid)
    if (unpaid.some(({ mode }) => mode === 'ANY') || (unpaid.length > 0 && !isCut(visit, prescription, slices))) certain = true
  }
  return { broken, mayBeSplit: !certain }
}

function isCut(visit: Visit, prescription: readonly Slice[], slices: readonly Slice[]): boolean {
  const orders = new Set(prescription.map(({ line }) => orderOf(visit, line)))
  return slices.some((slice) => slice.mode === undefined && orders.has(orderOf(visit, slice.line)))
}

/** Who ordered, and on which day. */
function orderOf(visit: Visit, line: FeeLine): string {
  return `${doctorOf(visit, line)}|${dayOf(line.fee_ocur_time)}`
}

/** POL-16 中药饮片不予支付: slices that the fund never pays, or not alone. */
export default defineDetector<Evidence, Record<string, never>>({
  id: 'POL-16',
  version: 1,
  title: { zh: '中药饮片不予支付', en: 'Herbal slices that are not paid' },
  category: 'POL',
  result: 'violation',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(六)' }],
  stages: ['pre', 'mid'],
  behaviour: '范围外纳入结算',
  params: {},
  parts: [
    settlementRule((visit, { reference }) => {
      const { broken, mayBeSplit } = judge(visit, slicesOf(visit, reference))
      if (broken.length === 0) return undefined
      const lines = allViolating(
        visit,
        broken.map(({ line }) => line),
      )
      const evidence = {
        lines: broken.map(({ line: { feedetl_sn, med_list_codg, rxno, fee_ocur_time }, mode }) => {
          return { feedetl_sn, med_list_codg, name: itemName(med_list_codg, fee_ocur_time, reference), mode: mode!, rxno }
        }),
        vola_amt: yuan(lines.reduce((sum, line) => sum + line.vola_amt, 0)),
      }
      return onSettlement(visit, { result: mayBeSplit ? 'suspicion' : 'violation', severity: 3, lines, evidence })
    }, isKnownTo('herbal_unpaid')),
  ],
  explain({ lines, vola_amt }, language) {
    const [first] = lines
    if (!first) return ''
    const { name, mode } = first
    const amount = formatYuan(vola_amt * 100)
    const others = withOthers(
      lines.map(({ med_list_codg }) => med_list_codg),
      language,
    )
    if (language === 'zh')
      return `${name}${mode === 'ANY' ? '单复方均不予支付' : '单方使用不予支付'}，${others}${lines.length}条明细共${amount}元。`
    const limit = mode === 'ANY' ? 'is never paid' : 'is not paid when prescribed without other slices'
    return `${name} ${limit}: ${others}${counted(lines.length, 'line')}, ${amount} yuan.`
  },
  example: {
    lines: [{ feedetl_sn: '1', med_list_codg: 'T001700233', name: '阿胶', mode: 'ANY', rxno: 'R1' }],
    vola_amt: 45,
  },
})
