import { formatYuan } from '../../schemas/money.ts'
import { defineDetector } from '../detector.ts'
import { counted } from '../kit/plain/counted.ts'
import { byDefault } from '../params.ts'
import { billsPart } from './pol-18.bills.ts'
import { monthPart } from './pol-18.month.ts'
import { QUANTITY } from './pol-18.procured.ts'
import type { Evidence, Params } from './pol-18.terms.ts'

/** POL-18 未按要求使用集采: other products than those selected, or the selected ones above their price. */
export default defineDetector<Evidence, Params>({
  id: 'POL-18',
  version: 6,
  title: { zh: '未按要求使用集采', en: 'Volume-based procurement not honoured' },
  category: 'POL',
  result: 'suspicion',
  basis: [{ law: '定点医药机构违法违规使用医保基金典型问题清单', article: '8-10' }],
  stages: ['mid', 'post'],
  behaviour: '其他',
  params: {
    share: byDefault(0.3, 'of the units of a group in a month, of products that were not selected'),
    high_share: byDefault(0.6, 'severity 2 above it'),
    min_units: byDefault(30, 'of a group in a month; fewer tell nothing'),
    price_tolerance: byDefault(0.001, 'share of the selected price'),
  },
  parts: [monthPart, billsPart],
  explain({ month, group, selected_units, other_units, other_share, overpriced_lines, overpriced_amt, vola_amt }, language) {
    const [amount, over] = [vola_amt, overpriced_amt].map((sum) => formatYuan(sum * 100))
    const percent = Math.round(other_share * 1000) / 10
    const total = Math.round((selected_units + other_units) * QUANTITY) / QUANTITY
    if (language === 'zh') {
      const said = [
        ...(total > 0 ? [`共用${total}，非中选占${percent}%`] : []),
        ...(overpriced_lines > 0 ? [`高于中选价${overpriced_lines}条${over}元`] : []),
      ]
      return `${month}集采组${group}${said.join('，')}，涉及${amount}元。`
    }
    const said = [
      ...(total > 0 ? [`${counted(total, 'unit')} used, ${percent} % of it not selected`] : []),
      ...(overpriced_lines > 0 ? [`${counted(overpriced_lines, 'line')} above the selected price by ${over} yuan`] : []),
    ]
    return `Group ${group} in ${month}: ${said.join('; ')}. ${amount} yuan in question.`
  },
  example: {
    ...{ month: '2026-03', group: '氨氯地平', selected_units: 20, other_units: 30, other_share: 0.6 },
    other_products: [{ med_list_codg: 'XC08CAA001A001010100009', units: 30 }],
    ...{ overpriced_lines: 0, overpriced_amt: 0, agreed_qty: 600, vola_amt: 540 },
  },
})
