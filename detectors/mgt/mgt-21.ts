import { formatYuan } from '../../schemas/money.ts'
import { defineDetector } from '../detector.ts'
import { byDefault } from '../params.ts'
import { ledgers } from './mgt-21.ledger.ts'
import { laidAside, shelf } from './mgt-21.shelf.ts'
import type { Evidence, Params } from './mgt-21.terms.ts'

/**
 * MGT-21 进销存不符: more of an item was sold than the institution had. Counted from the last stocktaking on, and judged
 * at the end of each day with sales, when purchases that are sent late have come.
 */
export default defineDetector<Evidence, Params>({
  id: 'MGT-21',
  version: 9,
  title: { zh: '进销存不符(销大于购)', en: 'More sold than bought' },
  category: 'MGT',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '40(三)' }],
  stages: ['post'],
  behaviour: '虚构医药服务项目',
  params: {
    packs: byDefault(5, 'by more than so many packs'),
    share: byDefault(0.05, 'and by more than this share of what was there'),
    stock_days: byDefault(90, 'for which a stocktaking holds'),
  },
  parts: [ledgers, shelf, laidAside],
  explain({ name, since, opening, purchased, returned, adjusted_in, adjusted_out, ...rest }, language) {
    const { sold, brought_back, excess } = rest
    const amount = formatYuan(rest.vola_amt * 100)
    const told = (packs: number, words: string) => (packs === 0 ? [] : [words])
    if (language === 'zh') {
      const there = [
        ...[`期初${opening}`, `购进${purchased}`],
        ...told(returned, `退供货方${returned}`),
        ...told(adjusted_in, `其他入库${adjusted_in}`),
        ...told(adjusted_out, `其他出库${adjusted_out}`),
      ]
      const gone = [`售出${sold}`, ...told(brought_back, `顾客退回${brought_back}`)]
      return `${name}${there.join('、')}，${gone.join('、')}，超出${excess}（自${since}起），涉及${amount}元。`
    }
    const there = [
      ...[`${opening} were there`, `${purchased} were bought`],
      ...told(returned, `${returned} were sent back`),
      ...told(adjusted_in, `${adjusted_in} came in otherwise`),
      ...told(adjusted_out, `${adjusted_out} went out otherwise`),
    ]
    const all = `${there.slice(0, -1).join(', ')} and ${there.at(-1)}`
    const back = told(brought_back, ` and ${brought_back} brought back`).join('')
    return `${sold} packs of ${name} were sold${back} while ${all}: ${excess} too many since ${since}, ${amount} yuan.`
  },
  example: {
    ...{ fixmedins_code: 'P99010100001', med_list_codg: 'XJ01CAA040E001010100001', name: '阿莫西林胶囊' },
    ...{ stocktaking: '2026-03-01T08:00:00+08:00', since: '2026-03-12', until: '2026-03-14' },
    ...{ opening: 20, purchased: 40, returned: 0, adjusted_in: 0, adjusted_out: 2, own_sales: 3 },
    ...{ sold: 80, brought_back: 2, excess: 20 },
    vola_amt: 240,
  },
})
