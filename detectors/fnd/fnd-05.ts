import { insuranceName } from '../../schemas/insurance.ts'
import { defineDetector } from '../detector.ts'
import { byDefault } from '../params.ts'
import { communities } from './fnd-05.group.ts'
import { hospitals } from './fnd-05.months.ts'
import { persons } from './fnd-05.stays.ts'
import type { Evidence, Params } from './fnd-05.terms.ts'

const NAMES = {
  zh: {
    ...{ admissions: '收治减少', severity: '病情变轻', sent_away: '转院或非医嘱离院增加' },
    ...{ back_elsewhere: '短期内在他院再入院增加', complaints: '投诉增加' },
  },
  en: {
    ...{ admissions: 'fewer admissions', severity: 'lighter cases', sent_away: 'more transfers and early departures' },
    ...{ back_elsewhere: 'more readmissions elsewhere', complaints: 'more complaints' },
  },
} as const

/** FND-05 推诿拒收疑似: when its budget is nearly spent, a hospital takes fewer and lighter cases, or sends them away. */
export default defineDetector<Evidence, Params>({
  id: 'FND-05',
  version: 9,
  title: { zh: '推诿拒收疑似', en: 'Signals of patient refusal' },
  category: 'FND',
  result: 'suspicion',
  basis: [{ law: '医保协议管理', article: '不得推诿拒收病人、减少服务内容、降低服务标准' }],
  stages: ['post'],
  behaviour: '推诿拒收病人',
  params: {
    burn: byDefault(0.9, 'of the monthly budget, after which signals are looked for'),
    baseline_days: byDefault(90),
    known_days: byDefault(28, 'of the baseline that must be known'),
    after_days: byDefault(5, 'of the month that must be left'),
    admissions: byDefault(0.3, 'fewer than on the same weekdays before'),
    severity: byDefault(0.15, 'lower mean weight, or share of old persons'),
    factor: byDefault(2, 'times the share of transfers, or of readmissions elsewhere'),
    old_years: byDefault(75),
    back_days: byDefault(3, 'between a discharge and a readmission elsewhere'),
    least_expected: byDefault(10, 'cases on either side; of fewer nothing is concluded'),
    least_cases: byDefault(3, 'transfers, readmissions or complaints'),
    least_signals: byDefault(2),
  },
  parts: [hospitals, persons, communities],
  explain({ fixmedins_code, month, owner, insutype, reached_on, burn, after_days, signals }, language) {
    const names = signals.map(({ name, before, after }) => `${NAMES[language][name]}(${before}→${after})`)
    const percent = `${Math.round(burn * 1000) / 10}%`
    const whose = budgetOf({ shared: owner !== fixmedins_code, insutype }, language)
    return language === 'zh'
      ? `${reached_on}${whose}预算执行达${percent}后${after_days}天：${names.join('，')}，疑似推诿拒收。`
      : `After ${percent} of ${whose} for ${month} were spent on ${reached_on}, in ${after_days} days: ${names.join(', ')}; patients may have been refused.`
  },
  example: {
    ...{
      fixmedins_code: 'H99010100001',
      month: '2026-06',
      owner: 'H99010100001',
      insutype: '',
      quota: 900_000,
      reached_on: '2026-06-17',
      burn: 0.9,
    },
    ...{ before_days: 90, after_days: 13 },
    signals: [
      { name: 'admissions', before: 64.3, after: 37 },
      { name: 'sent_away', before: 0.04, after: 0.13 },
    ],
  },
})

function budgetOf({ shared, insutype }: { shared: boolean; insutype: string }, language: 'zh' | 'en'): string {
  if (language === 'zh') return `${shared ? '医共体' : ''}${insutype && insuranceName(insutype, language)}`
  return `the ${shared ? 'common ' : ''}budget${insutype && ` of the ${insuranceName(insutype, language)}`}`
}
