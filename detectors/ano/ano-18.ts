import { formatYuan } from '../../schemas/money.ts'
import { defineDetector } from '../detector.ts'
import { byDefault } from '../params.ts'
import type { Evidence, Params } from './ano-18.terms.ts'
import { wardPart } from './ano-18.ward.ts'

/** ANO-18 床位超载: on consecutive midnights many more patients than beds. */
export default defineDetector<Evidence, Params>({
  id: 'ANO-18',
  version: 5,
  title: { zh: '床位超载', en: 'More inpatients than beds' },
  category: 'ANO',
  result: 'suspicion',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '38(一)' },
    { law: '医疗保障基金使用监督管理条例', article: '40(三)' },
  ],
  stages: ['mid'],
  behaviour: '挂床住院',
  params: {
    occupancy: byDefault(1.2, 'more inpatients than this times the beds'),
    days: byDefault(2, 'on at least so many consecutive days'),
  },
  parts: [wardPart],
  explain({ beds, limit, days, day_count, peak, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    const [first] = days
    return language === 'zh'
      ? `${first!.day}起连续${day_count}天在院人数超过床位${beds}张的上限${limit}人，最多${peak}人，涉及基金${amount}元。`
      : `From ${first!.day} on for ${day_count} days more inpatients than ${limit} for ${beds} beds, at most ${peak}; ${amount} yuan of the fund are concerned.`
  },
  example: {
    fixmedins_code: 'H99010100001',
    beds: 50,
    limit: 60,
    days: [
      { day: '2026-03-02', inpatients: 63 },
      { day: '2026-03-03', inpatients: 65 },
    ],
    day_count: 2,
    peak: 65,
    vola_amt: 18_400,
  },
})
