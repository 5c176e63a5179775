import { formatAmount, formatYuan } from '../../schemas/money.ts'
import { defineDetector } from '../detector.ts'
import { counted } from '../kit/plain/counted.ts'
import { byDefault } from '../params.ts'
import { dayPart } from './ano-11.day.ts'
import { pricesPart } from './ano-11.prices.ts'
import type { Evidence, Params } from './ano-11.terms.ts'

/** ANO-11 药品价格异常: a drug costs far more than in the region, or than at the same institution before. */
export default defineDetector<Evidence, Params>({
  id: 'ANO-11',
  version: 6,
  title: { zh: '药品价格异常', en: 'Drug price far above the usual' },
  category: 'ANO',
  result: 'suspicion',
  basis: [{ law: '药品价格监测', article: '异常价格预警' }],
  stages: ['mid', 'post'],
  behaviour: '超标准收费',
  params: {
    median_factor: byDefault(1.5, "times the region's median"),
    iqrs: byDefault(3, 'interquartile ranges above the third quartile'),
    spread_factor: byDefault(1.1, "times the region's median at least: where prices hardly differ a few per cent are no outlier"),
    region_lines: byDefault(30, 'lines that must be known in the region'),
    own_factor: byDefault(1.3, "times the institution's own median"),
    own_lines: byDefault(5, 'lines that must be known of the institution'),
    baseline_days: byDefault(30, 'built days with which a price is compared'),
  },
  parts: [pricesPart, dayPart],
  explain({ name, lines, institutions, highest, usual, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    return language === 'zh'
      ? `${name}在${institutions}家机构有${lines}笔单价异常，最高${formatAmount(highest)}元，通常${formatAmount(usual)}元，多收${amount}元。`
      : `${name} was sold ${counted(lines, 'time')} at ${counted(institutions, 'institution')} for up to ${formatAmount(highest)} yuan, usually ${formatAmount(usual)}; ${amount} yuan too much.`
  },
  example: {
    med_list_codg: 'XA01',
    name: '示例片',
    region: '9901',
    hits: [
      {
        ...{ setl_id: 'S1', setl_time: '2026-03-20T10:00:00+08:00', fixmedins_code: 'P99010100001' },
        ...{ price: 31.2, usual: 18.5, against: 'median' },
      },
    ],
    lines: 1,
    institutions: 1,
    highest: 31.2,
    usual: 18.5,
    vola_amt: 12.7,
  },
})
