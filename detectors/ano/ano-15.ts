import { defineDetector } from '../detector.ts'
import { counted } from '../kit/plain/counted.ts'
import { byDefault } from '../params.ts'
import { dayPart } from './ano-15.day.ts'
import { regionPart } from './ano-15.region.ts'
import type { Evidence, Params } from './ano-15.terms.ts'

/**
 * ANO-15 冲正撤销异常: too many settlements taken back on a day, one person's again and again, or long after. It speaks of
 * voided settlements, so that a void never takes it back.
 */
export default defineDetector<Evidence, Params>({
  id: 'ANO-15',
  version: 2,
  title: { zh: '冲正撤销异常', en: 'Abuse of reversals' },
  category: 'ANO',
  result: 'suspicion',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '39' },
    { law: '医疗保障基金使用监督管理条例', article: '40' },
  ],
  stages: ['mid'],
  behaviour: '伪造变造资料',
  params: {
    rate: byDefault(0.05, 'more than this share of the day'),
    voids: byDefault(10, 'and at least so many'),
    person_voids: byDefault(3, 'settlements of one person that were settled and taken back on the day'),
    late_days: byDefault(7, 'taken back more calendar days later than this'),
    outage_share: byDefault(0.5, 'of the busy institutions of a region that take back as often on one day: systems failed'),
    outage_institutions: byDefault(5, 'of at least so many'),
  },
  parts: [dayPart, regionPart],
  explain({ day, settlements, voids, rate, repeated, late_days }, language) {
    const zh = language === 'zh'
    const said: string[] = []
    const [person] = repeated
    if (rate !== null) said.push(zh ? `结算${settlements}笔，撤销率${rate}%` : `${rate} % of ${settlements} settlements`)
    if (person) said.push(zh ? `同一人当日撤销${person.voids}笔` : `${person.voids} of one person on the same day`)
    if (late_days !== null) said.push(zh ? `最迟于结算${late_days}天后撤销` : `the latest after ${late_days} days`)
    return zh
      ? `${day}撤销${voids}笔：${said.join('；')}。`
      : `${counted(voids, 'settlement')} ${voids === 1 ? 'was' : 'were'} taken back on ${day}: ${said.join('; ')}.`
  },
  example: {
    day: '2026-03-12',
    fixmedins_code: 'P99010100001',
    settlements: 180,
    voids: 12,
    rate: 6.7,
    repeated: [{ psn_no: 'PSN1', voids: 4 }],
    late_days: 9,
    list: [
      {
        ...{ setl_id: 'S1', setl_time: '2026-03-03T09:00:00+08:00', void_time: '2026-03-12T16:30:00+08:00' },
        ...{ hours: 223.5, opter: 'OP7' },
      },
    ],
    voided_fund: 820.4,
  },
})
