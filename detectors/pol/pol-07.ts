import type { FeeLine } from '../../schemas/events.ts'
import { formatYuan } from '../../schemas/money.ts'
import type { Visit } from '../detector.ts'
import { defineDetector } from '../detector.ts'
import { inPolicy, onSettlement, violating } from '../kit/bills/finding.ts'
import { paidLinesKnownTo } from '../kit/bills/paid-lines.ts'
import { GENDERS } from '../kit/care/genders.ts'
import { itemName } from '../kit/items/item-name.ts'
import { itemsNamed } from '../kit/items/items-named.ts'
import { isKnownTo } from '../kit/items/known.ts'
import { settlementRule } from '../kit/parts/settlement-rule.ts'
import { counted } from '../kit/plain/counted.ts'
import type { ReferenceView } from '../reference.ts'

interface Restricted {
  readonly feedetl_sn: string
  readonly med_list_codg: string
  readonly name: string
  /** The gender to which the item is limited. */
  readonly limit: string
  readonly cnt: number
}

interface Evidence {
  /** In the settlement. */
  readonly gend: string
  /** In the person's master data, `''` where they do not tell. */
  readonly registered_gend: string
  readonly lines: readonly Restricted[]
  readonly vola_amt: number
}

function registeredGender({ psn_no, setl_time }: Visit, reference: ReferenceView): string {
  const gend = reference.find('person', psn_no, setl_time)?.row.gend ?? ''
  return gend in GENDERS ? gend : ''
}

/** The gender to which the item is limited; `''` for nearly all. */
function limitOf(visit: Visit, { med_list_codg, fee_ocur_time }: FeeLine, reference: ReferenceView): string {
  return reference.best('gender_limit', med_list_codg, fee_ocur_time, visit)?.row.gend ?? ''
}

/** POL-07 性别限定不符: an item limited to the other gender. */
export default defineDetector<Evidence, Record<string, never>>({
  id: 'POL-07',
  version: 3,
  title: { zh: '性别限定不符', en: 'Item limited to the other gender' },
  category: 'POL',
  result: 'violation',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '38(三)' },
    { law: '医疗保障基金使用监督管理条例', article: '40(三)' },
  ],
  stages: ['pre', 'mid'],
  behaviour: '范围外纳入结算',
  params: {},
  parts: [
    settlementRule((visit, { reference }) => {
      const lines = paidLinesKnownTo(visit, 'gender_limit').filter((line) => {
        const limit = limitOf(visit, line, reference)
        return limit in GENDERS && limit !== visit.gend
      })
      if (lines.length === 0) return undefined
      if (!(visit.gend in GENDERS)) return 'INPUT_MISSING'
      const registered_gend = registeredGender(visit, reference)
      // The record contradicts the register: that is a data fault (MGT-15), and no ground to accuse anybody of the item.
      if (registered_gend && registered_gend !== visit.gend) return 'INPUT_MISSING'
      // A newborn boy is billed under his mother until he has a number of his own.
      if (visit.med_class === 'MAT_IPT' && visit.gend === '2') return undefined
      const refs = lines.map((line) => violating(visit.setl_id, line, inPolicy(line)))
      const evidence = {
        gend: visit.gend,
        registered_gend,
        lines: lines.map((line) => ({
          feedetl_sn: line.feedetl_sn,
          med_list_codg: line.med_list_codg,
          name: itemName(line.med_list_codg, line.fee_ocur_time, reference),
          limit: limitOf(visit, line, reference),
          cnt: line.cnt,
        })),
        vola_amt: refs.reduce((sum, ref) => sum + ref.vola_amt, 0) / 100,
      }
      return onSettlement(visit, { result: 'violation', severity: 2, lines: refs, evidence })
    }, isKnownTo('gender_limit')),
  ],
  explain({ gend, lines, vola_amt }, language) {
    const [first] = lines
    if (!first) return ''
    const [person, limit] = [GENDERS[gend]?.[language] ?? gend, GENDERS[first.limit]?.[language] ?? first.limit]
    const amount = formatYuan(vola_amt * 100)
    return language === 'zh'
      ? `${person}性患者使用限${limit}性项目${itemsNamed(lines, language)}，${lines.length}条明细共${amount}元。`
      : `A ${person} patient was charged ${itemsNamed(lines, language)}, limited to ${limit} patients: ${counted(lines.length, 'line')}, ${amount} yuan.`
  },
  example: {
    gend: '1',
    registered_gend: '1',
    lines: [{ feedetl_sn: '1', med_list_codg: '002101030290001', name: '女性专用检查(样例)', limit: '2', cnt: 1 }],
    vola_amt: 80,
  },
})
