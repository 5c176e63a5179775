import { formatYuan } from '../../schemas/money.ts'
import { defineDetector, type Visit } from '../detector.ts'
import { keptTogether } from '../kit/bills/visit-bills.ts'
import { itemsNamed } from '../kit/items/items-named.ts'
import { peersParts } from '../kit/parts/peers.ts'
import { remembered, visitOf } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/parts/window.ts'
import { byDefault } from '../params.ts'
import { customRule } from './med-06.custom.ts'
import { leftIn, MEMORY, saidIn } from './med-06.excess.ts'
import { FORM } from './med-06.form.ts'
import { imagesBack, imagesOf, isCostly, isCritical } from './med-06.images.ts'
import type { Evidence, Image, Imaged, Params } from './med-06.terms.ts'
import { findingOn } from './med-06.verdict.ts'

/** MED-06 大检查/无指征检查: costly images again and again, and examinations that everybody in a hospital gets. */
export default defineDetector<Evidence, Params>({
  id: 'MED-06',
  version: 8,
  title: { zh: '大检查/无指征检查', en: 'Excessive examination' },
  category: 'MED',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(二)' }],
  stages: ['mid', 'post'],
  behaviour: '过度检查',
  params: {
    repeat_days: byDefault(7, 'days in which one part is imaged again at another institution'),
    images_a_visit: byDefault(3, 'costly images in one visit that are too many'),
    share: byDefault(0.95, 'share of inpatients who have the examination'),
    peer_share: byDefault(0.6, 'median share of the peers, at most'),
    least_stays: byDefault(20, 'inpatients of a month; fewer say nothing of a custom'),
    least_peers: byDefault(3, 'institutions of the same kind, level and specialty, itself among them'),
  },
  parts: [
    windowRule<Visit, Imaged, Evidence, Params>({
      name: 'VISIT',
      on: ['settlement'],
      space: 'person',
      root: ({ psn_no }) => psn_no,
      concerns: ({ feedetail, items }) => feedetail.some((line, i) => isCostly(items[i], line)),
      form: FORM,
      keep: MEMORY,
      remember(visit) {
        const [lines, back] = [imagesOf(visit), imagesBack(visit)]
        if (lines.length + back.length === 0) return undefined
        return { visit: visitOf(visit), ...(isCritical(visit) && { critical: true }), lines, back, ...remembered(visit) }
      },
      judge(settlements, { root, params }) {
        const said = saidIn(leftIn(settlements, params), params)
        const holds =
          said.size === 0 ? NOTHING_HOLDS : Array.from(said, ([subject, ofIt]) => findingOn(root, subject, ofIt, params))
        return { holds, keep: keptTogether<Image, Imaged>(settlements, () => MEMORY, holds) }
      },
    }),
    ...peersParts(customRule),
  ],
  explain(
    { kind, exams, count, limit, days, visit_images, visit_limit, month, name, share, peer_median, peers, vola_amt },
    language,
  ) {
    if (kind === 'custom')
      return language === 'zh'
        ? `${month}住院${count}人中${share}%做${name}，同级${peers}家中位${peer_median}%。`
        : `In ${month} ${share} % of ${count} inpatients had ${name}; the median of ${peers} peers is ${peer_median} %.`
    const amount = formatYuan(vola_amt * 100)
    if (kind === 'repeated') {
      const again = itemsNamed(exams.slice(0, count), language)
      if (language === 'zh') {
        const also = visit_images > 0 ? `且一次就诊大型检查${visit_images}次(上限${visit_limit})，` : ''
        return `${days}日内在不同机构重复检查${again}，前后共${count}次，${also}重复${also && '及超出'}部分涉及${amount}元。`
      }
      const also = visit_images > 0 ? `, and one visit has ${visit_images} costly images (limit ${visit_limit})` : ''
      return `Imaged again at another institution within ${days} days: ${again}, ${count} times in all${also}; what was repeated${also && ' or too much'} cost ${amount} yuan.`
    }
    return language === 'zh'
      ? `一次就诊大型检查${count}次(上限${limit})，含${itemsNamed(exams, language)}，超出部分${amount}元。`
      : `One visit has ${count} costly images (limit ${limit}), ${itemsNamed(exams, language)} among them: ${amount} yuan too much.`
  },
  example: {
    kind: 'repeated',
    exams: [
      {
        ...{ setl_id: 'S1', fixmedins_code: 'H99010100001', med_list_codg: '003101000010000', name: '胸部CT平扫' },
        fee_ocur_time: '2026-03-02T09:00:00+08:00',
      },
      {
        ...{ setl_id: 'S2', fixmedins_code: 'H99010100002', med_list_codg: '003101000010000', name: '胸部CT平扫' },
        fee_ocur_time: '2026-03-05T09:00:00+08:00',
      },
    ],
    ...{ days: 7, visit_images: 0, visit_limit: 0 },
    ...{
      count: 2,
      limit: 1,
      month: '',
      med_list_codg: '',
      name: '胸部CT平扫',
      share: 0,
      peer_median: 0,
      peers: 0,
      vola_amt: 216,
    },
  },
})
