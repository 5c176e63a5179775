import type { FeeLine } from '../../schemas/events.ts'
import { isInpatient, type MedClass, medClassName } from '../../schemas/med-class.ts'
import { formatYuan, yuan } from '../../schemas/money.ts'
import { defineDetector, type Visit } from '../detector.ts'
import { chargedLines } from '../kit/bills/charged-lines.ts'
import { inPolicy, onSettlement } from '../kit/bills/finding.ts'
import { allViolating } from '../kit/bills/paid-lines.ts'
import { itemName } from '../kit/items/item-name.ts'
import { itemOf } from '../kit/items/item-of.ts'
import { withOthers } from '../kit/items/items-named.ts'
import { isKnownTo } from '../kit/items/known.ts'
import { settlementRule } from '../kit/parts/settlement-rule.ts'
import { counted } from '../kit/plain/counted.ts'
import type { ReferenceView } from '../reference.ts'

interface Restricted {
  readonly feedetl_sn: string
  readonly med_list_codg: string
  readonly name: string
  /** Classes of care for which the item is paid; empty where only the internet is excluded. */
  readonly allowed: readonly string[]
  readonly excluded_from: 'mode' | 'internet'
}

interface Evidence {
  readonly med_type: string
  readonly med_class: MedClass
  readonly internet: boolean
  readonly lines: readonly Restricted[]
  readonly vola_amt: number
}

const isLimited = isKnownTo('care_mode')

/** Narcotic and psychotropic drugs are never prescribed over the internet. */
function hasNarcotic({ items }: Visit): boolean {
  return items.some((item) => item?.tags?.includes('narcotic'))
}

/** What is paid for inpatients is paid in day surgery and at a birth too: their patients are admitted. */
function isAllowed(med_class: MedClass, allowed: readonly string[]): boolean {
  return allowed.includes(med_class) || (isInpatient(med_class) && allowed.includes('IPT'))
}

type Exclusion = Pick<Restricted, 'allowed' | 'excluded_from'>

interface Mode {
  readonly visit: Visit
  readonly internet: boolean
  readonly reference: ReferenceView
}

function exclusionOf(line: FeeLine, isNarcotic: boolean, { visit, internet, reference }: Mode): Exclusion | undefined {
  const { med_classes, internet_ok } = reference.best('care_mode', line.med_list_codg, line.fee_ocur_time, visit)?.row ?? {}
  const allowed = med_classes ?? []
  if (internet && (internet_ok === false || (isNarcotic && internet_ok !== true))) return { allowed, excluded_from: 'internet' }
  // A class that the province's map does not know says nothing about the mode.
  if (allowed.length === 0 || visit.med_class === 'OTHER' || isAllowed(visit.med_class, allowed)) return undefined
  return { allowed, excluded_from: 'mode' }
}

/** POL-10 限就医方式 / 超互联网支付范围: an item paid for another mode of care only. */
export default defineDetector<Evidence, Record<string, never>>({
  id: 'POL-10',
  version: 3,
  title: { zh: '限就医方式/超互联网支付范围', en: 'Item not paid for this mode of care' },
  category: 'POL',
  result: 'violation',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(六)' }],
  stages: ['pre', 'mid'],
  behaviour: '范围外纳入结算',
  params: {},
  parts: [
    settlementRule(
      (visit, { reference }) => {
        const { setl_time, fixmedins_code, med_type, med_class } = visit
        const internet = reference.find('institution', fixmedins_code, setl_time)?.row.is_internet === true
        const charged = chargedLines(visit)
        const broken = charged.flatMap((line, i) => {
          if (inPolicy(line) <= 0) return []
          const isNarcotic = itemOf(visit, charged, i)?.tags?.includes('narcotic') ?? false
          const exclusion = exclusionOf(line, isNarcotic, { visit, internet, reference })
          return exclusion ? [{ line, exclusion }] : []
        })
        if (broken.length === 0) return med_class === 'OTHER' && isLimited(visit) ? 'REFERENCE_MISSING' : undefined
        const lines = allViolating(
          visit,
          broken.map(({ line }) => line),
        )
        const evidence = {
          ...{ med_type, med_class, internet },
          lines: broken.map(({ line: { feedetl_sn, med_list_codg, fee_ocur_time }, exclusion }) => {
            return { feedetl_sn, med_list_codg, name: itemName(med_list_codg, fee_ocur_time, reference), ...exclusion }
          }),
          vola_amt: yuan(lines.reduce((sum, line) => sum + line.vola_amt, 0)),
        }
        return onSettlement(visit, { result: 'violation', severity: 3, lines, evidence })
      },
      (visit) => isLimited(visit) || hasNarcotic(visit),
    ),
  ],
  explain({ med_class, lines, vola_amt }, language) {
    const [first] = lines
    if (!first) return ''
    const { name, allowed, excluded_from } = first
    const amount = formatYuan(vola_amt * 100)
    const others = withOthers(
      lines.map(({ med_list_codg }) => med_list_codg),
      language,
    )
    if (excluded_from === 'internet')
      return language === 'zh'
        ? `互联网诊疗不支付${name}，${others}${lines.length}条明细共${amount}元。`
        : `${name} is not paid when prescribed over the internet: ${others}${counted(lines.length, 'line')}, ${amount} yuan.`
    const classes = allowed.map((name) => medClassName(name, language))
    return language === 'zh'
      ? `${name}限${classes.join('/')}支付，本次为${medClassName(med_class, 'zh')}，${others}${lines.length}条明细共${amount}元。`
      : `${name} is paid for ${classes.join(' or ')} care only, and this was ${medClassName(med_class, 'en')} care: ${others}${counted(lines.length, 'line')}, ${amount} yuan.`
  },
  example: {
    med_type: '11',
    med_class: 'OP',
    internet: false,
    lines: [
      {
        ...{ feedetl_sn: '1', med_list_codg: 'XB05BAA001B002010100001', name: '肠外营养液(样例)' },
        ...{ allowed: ['IPT'], excluded_from: 'mode' },
      },
    ],
    vola_amt: 280,
  },
})
