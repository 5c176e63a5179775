import { formatYuan } from '../../schemas/money.ts'
import { defineDetector } from '../detector.ts'
import { counted } from '../kit/plain/counted.ts'
import { byDefault } from '../params.ts'
import { dayPart } from './pol-19.day.ts'
import type { Evidence, Params } from './pol-19.terms.ts'

/** POL-19 无追溯码结算: drugs settled without the codes of their packages. */
export default defineDetector<Evidence, Params>({
  id: 'POL-19',
  version: 4,
  title: { zh: '无追溯码结算', en: 'Settlement without trace codes' },
  category: 'POL',
  result: 'violation',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '39' }],
  stages: ['pre', 'mid'],
  behaviour: '其他',
  params: {
    required: [
      { value: false, source: 'law' },
      { value: true, source: 'law', since: '2025-07-01', note: 'packages are scanned before the fund settles' },
    ],
    share: byDefault(0.05, 'a day on which more drug lines than this share lack codes is of severity 2'),
  },
  parts: [dayPart],
  explain({ day, missing_lines, settlements, drug_lines, missing_share, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    const percent = missing_share === null ? '' : `${Math.round(missing_share * 1000) / 10}%`
    if (language === 'zh')
      return `${day}有${settlements}笔结算的${missing_lines}条药品明细缺追溯码${percent && `，占当日${drug_lines}条的${percent}`}，共${amount}元。`
    return `On ${day} ${counted(missing_lines, 'drug line')} in ${counted(settlements, 'settlement')} lacked trace codes${percent && `, ${percent} of the day's ${drug_lines}`}: ${amount} yuan.`
  },
  example: {
    ...{ day: '2026-03-02', missing_lines: 2, settlements: 1, drug_lines: 30, missing_share: 0.0667 },
    lines: [
      { setl_id: 'S1', feedetl_sn: '1', med_list_codg: 'XJ01CAA040E001010100001', codes_expected: 2, codes_received: 0 },
      { setl_id: 'S1', feedetl_sn: '2', med_list_codg: 'XA02BCA026E001010100002', codes_expected: 2, codes_received: 1 },
    ],
    vola_amt: 44.5,
  },
})
