import type { FeeLine } from '../../schemas/events.ts'
import { formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, dayOf, formatDay, type Instant } from '../../schemas/time.ts'
import { defineDetector, type Visit } from '../detector.ts'
import { chargedLines } from '../kit/bills/charged-lines.ts'
import { inPolicy, onSettlement } from '../kit/bills/finding.ts'
import { allViolating } from '../kit/bills/paid-lines.ts'
import { covers } from '../kit/bills/standing.ts'
import { icdCategory, isWestern } from '../kit/care/icd.ts'
import { isMedicine } from '../kit/care/medicine.ts'
import { itemName } from '../kit/items/item-name.ts'
import { itemOf } from '../kit/items/item-of.ts'
import { itemsNamed } from '../kit/items/items-named.ts'
import { settlementRule } from '../kit/parts/settlement-rule.ts'
import { counted } from '../kit/plain/counted.ts'
import { byDefault } from '../params.ts'
import type { ReferenceView } from '../reference.ts'

interface Evidence {
  /** `dise_codg` of the diseases whose lists were looked through. */
  readonly diseases: readonly string[]
  /** Whether the person is registered for them; else the settlement itself names the disease. */
  readonly registered: boolean
  readonly lines: readonly {
    readonly feedetl_sn: string
    readonly med_list_codg: string
    readonly name: string
  }[]
  readonly vola_amt: number
}

interface Params {
  readonly grace_days: number
}

function isChronic({ med_class }: Visit): boolean {
  return med_class === 'CHRONIC' || med_class === 'PHARM_CHRONIC'
}

function drugsOf(visit: Visit): FeeLine[] {
  const charged = chargedLines(visit)
  return charged.filter((line, i) => inPolicy(line) > 0 && isMedicine(line, itemOf(visit, charged, i)))
}

interface Diseases extends Pick<Evidence, 'diseases' | 'registered'> {
  /** Whether the register says nothing of the person, who may be registered for more than the settlement can name. */
  readonly perhapsOthers?: boolean
}

/** The diseases for which the person is registered on the day; who is registered for none is taken at the settlement's word. */
function diseasesOf(visit: Visit, reference: ReferenceView): Diseases {
  const { psn_no, setl_time, dise_codg } = visit
  const register = reference.find('person', psn_no, setl_time)?.row.chronic
  if (!register?.length) return { diseases: dise_codg ? [dise_codg] : [], registered: false, perhapsOthers: !register }
  const date = formatDay(dayOf(setl_time))
  const valid = register.flatMap((period) => (covers(period, date) && period.dise_codg) || [])
  return { diseases: [...new Set(valid)].sort(), registered: true }
}

/** Whether the visit was for several diseases, of which the settlement can name one only. */
function isForSeveral({ diseinfo }: Visit): boolean {
  return new Set(diseinfo.filter(isWestern).map(({ diag_code }) => icdCategory(diag_code))).size > 1
}

/** POL-20 门慢特病种外用药: a drug that is in the list of none of the person's diseases. */
export default defineDetector<Evidence, Params>({
  id: 'POL-20',
  version: 3,
  title: { zh: '门慢特病种外用药', en: 'Drug outside the lists of the chronic diseases' },
  category: 'POL',
  result: 'violation',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(六)' }],
  stages: ['pre', 'mid'],
  behaviour: '范围外纳入结算',
  params: { grace_days: byDefault(30, 'after a list has changed what it allowed before is still paid') },
  parts: [
    settlementRule((visit, { params, reference }) => {
      const drugs = drugsOf(visit)
      if (drugs.length === 0) return undefined
      const { diseases, registered, perhapsOthers } = diseasesOf(visit, reference)
      if (diseases.length === 0 && !registered) return 'INPUT_MISSING'
      const listOf = (disease: string, at: Instant) => reference.find('chronic_list', disease, at, visit)?.row.codes ?? undefined
      // A disease whose list is not known may pay for anything.
      if (diseases.some((disease) => !listOf(disease, visit.setl_time))) return 'REFERENCE_MISSING'
      const isListed = ({ med_list_codg, fee_ocur_time }: FeeLine) =>
        diseases.some((disease) =>
          [fee_ocur_time, fee_ocur_time - params.grace_days * DAY].some((at) => listOf(disease, at)?.includes(med_list_codg)),
        )
      const beyond = drugs.filter((line) => !isListed(line))
      if (beyond.length === 0) return undefined
      // What is in no list at all is in none of the person's.
      const isInNoList = ({ med_list_codg, fee_ocur_time }: FeeLine) =>
        !reference.allOf('chronic_list', fee_ocur_time, visit).some(({ row }) => row.codes?.includes(med_list_codg))
      const broken = perhapsOthers ? beyond.filter(isInNoList) : beyond
      if (broken.length === 0) return 'INPUT_MISSING'
      // Nobody knows for which of them the person is registered.
      if (!registered && isForSeveral(visit)) return 'INPUT_MISSING'
      const lines = allViolating(visit, broken)
      const evidence = {
        ...{ diseases, registered },
        lines: broken.map(({ feedetl_sn, med_list_codg, fee_ocur_time }) => {
          return { feedetl_sn, med_list_codg, name: itemName(med_list_codg, fee_ocur_time, reference) }
        }),
        vola_amt: yuan(lines.reduce((sum, line) => sum + line.vola_amt, 0)),
      }
      return onSettlement(visit, { result: 'violation', severity: 3, lines, evidence })
    }, isChronic),
  ],
  explain({ diseases, lines, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    const [items, named] = [itemsNamed(lines, language), diseases.join('/')]
    return language === 'zh'
      ? `${items}不在门慢特病种${named || '(无有效登记)'}用药目录内，${lines.length}条明细共${amount}元。`
      : `Outside the list of ${named || 'any disease now registered'}: ${items}, ${counted(lines.length, 'line')}, ${amount} yuan.`
  },
  example: {
    diseases: ['M03900'],
    registered: true,
    lines: [{ feedetl_sn: '1', med_list_codg: 'XA10BAA001A001010100001', name: '降糖药(样例)' }],
    vola_amt: 31.5,
  },
})
