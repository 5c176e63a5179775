import type { FeeLine } from '../../schemas/events.ts'
import { INSURANCE_NAMES, insuranceName } from '../../schemas/insurance.ts'
import type { MedClass } from '../../schemas/med-class.ts'
import { formatYuan, yuan } from '../../schemas/money.ts'
import { defineDetector, type Visit } from '../detector.ts'
import { onSettlement } from '../kit/bills/finding.ts'
import { allViolating, paidLinesKnownTo } from '../kit/bills/paid-lines.ts'
import { itemName } from '../kit/items/item-name.ts'
import { withOthers } from '../kit/items/items-named.ts'
import { isKnownTo } from '../kit/items/known.ts'
import { settlementRule } from '../kit/parts/settlement-rule.ts'
import { counted } from '../kit/plain/counted.ts'
import type { ReferenceView } from '../reference.ts'

interface Restricted {
  readonly feedetl_sn: string
  readonly med_list_codg: string
  readonly name: string
  readonly allowed: readonly string[]
}

interface Evidence {
  readonly insutype: string
  readonly med_class: MedClass
  readonly lines: readonly Restricted[]
  readonly vola_amt: number
}

const EMPLOYEES = '310'
const MATERNITY = '510'

/** The insurances that pay the item; empty where all do. */
function insurancesFor(visit: Visit, { med_list_codg, fee_ocur_time }: FeeLine, reference: ReferenceView): readonly string[] {
  return reference.best('insutype_limit', med_list_codg, fee_ocur_time, visit)?.row.insutypes ?? []
}

function pays({ insutype, med_class }: Visit, allowed: readonly string[]): boolean {
  if (allowed.length === 0 || allowed.includes(insutype)) return true
  // The employees' scheme has taken maternity insurance in: for maternity care it pays what the latter pays.
  const isMaternity = med_class === 'MAT_OP' || med_class === 'MAT_IPT'
  return isMaternity && insutype === EMPLOYEES && allowed.includes(MATERNITY)
}

/** POL-12 限险种: an item that only another insurance pays, such as that for work injuries. */
export default defineDetector<Evidence, Record<string, never>>({
  id: 'POL-12',
  version: 2,
  title: { zh: '限险种(工伤/生育)', en: 'Item of another insurance' },
  category: 'POL',
  result: 'violation',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(六)' }],
  stages: ['pre', 'mid'],
  behaviour: '范围外纳入结算',
  params: {},
  parts: [
    settlementRule((visit, { reference }) => {
      const broken = paidLinesKnownTo(visit, 'insutype_limit').filter(
        (line) => !pays(visit, insurancesFor(visit, line, reference)),
      )
      if (broken.length === 0) return undefined
      const { insutype, med_class } = visit
      const lines = allViolating(visit, broken)
      const evidence = {
        ...{ insutype, med_class },
        lines: broken.map((line) => {
          const { feedetl_sn, med_list_codg, fee_ocur_time } = line
          const name = itemName(med_list_codg, fee_ocur_time, reference)
          return { feedetl_sn, med_list_codg, name, allowed: insurancesFor(visit, line, reference) }
        }),
        vola_amt: yuan(lines.reduce((sum, line) => sum + line.vola_amt, 0)),
      }
      return onSettlement(visit, { result: 'violation', severity: 2, lines, evidence })
    }, isKnownTo('insutype_limit')),
  ],
  explain({ insutype, lines, vola_amt }, language) {
    const [first] = lines
    if (!first) return ''
    const { name, allowed } = first
    const amount = formatYuan(vola_amt * 100)
    const others = withOthers(
      lines.map(({ med_list_codg }) => med_list_codg),
      language,
    )
    // Some regions use the codes otherwise.
    const named = (type: string) => `${insuranceName(type, language)}${Object.hasOwn(INSURANCE_NAMES, type) ? `(${type})` : ''}`
    const payers = allowed.map(named).join('/')
    return language === 'zh'
      ? `${name}限${payers}支付，本次以${named(insutype)}结算，${others}${lines.length}条明细共${amount}元。`
      : `${name} is paid by ${payers} only and was settled under ${named(insutype)}: ${others}${counted(lines.length, 'line')}, ${amount} yuan.`
  },
  example: {
    insutype: '310',
    med_class: 'OP',
    lines: [{ feedetl_sn: '1', med_list_codg: 'XG02CXA001B002010100001', name: '限生育保险药品(样例)', allowed: ['510'] }],
    vola_amt: 64,
  },
})
