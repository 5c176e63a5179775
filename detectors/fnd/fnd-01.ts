import { insuranceName } from '../../schemas/insurance.ts'
import { formatAmount, formatYuan } from '../../schemas/money.ts'
import { defineDetector } from '../detector.ts'
import { byDefault } from '../params.ts'
import { budgetPart } from './fnd-01.budget.ts'
import { monthWith, yearWith } from './fnd-01.period.ts'
import { relay } from './fnd-01.relay.ts'
import type { Evidence, Params } from './fnd-01.terms.ts'

/** FND-01 总额预算执行率/月预付超额: what the fund paid in a month, or a year, against the quota for it. */
export default defineDetector<Evidence, Params>({
  id: 'FND-01',
  version: 5,
  title: { zh: '总额预算执行率/月预付超额', en: 'Budget burn and monthly overrun' },
  category: 'FND',
  result: 'indicator',
  basis: [{ law: '医保总额预算管理', article: '年初预算、按月预付、超出部分暂缓拨付' }],
  stages: ['mid'],
  behaviour: '总额预算超支',
  params: {
    notice_share: byDefault(0.8, 'of the quota: blue'),
    warning_share: byDefault(0.9, 'of the quota: yellow'),
    full_share: byDefault(1, 'of the quota: orange, what exceeds it is deferred'),
    projected_share: byDefault(1.1, 'of the quota at the end of the period, by the pace so far'),
    projection_elapsed: byDefault(0.4, 'share of workdays before which no pace is known'),
  },
  parts: [relay, budgetPart('', monthWith), budgetPart('YEAR', yearWith)],
  explain({ owner, period, insutype, quota, fund, burn, level, projected, reached_on, deferred_amt, other_quotas }, language) {
    const percent = (share: number) => `${Math.round(share * 1000) / 10}%`
    const money = (amount: number) => formatYuan(amount * 100)
    if (language === 'zh') {
      const typed = (type: string) => (type ? insuranceName(type, language) : '')
      const reached = level === null ? `按进度预计期末达${percent(projected)}` : `${reached_on}达到${percent(level)}`
      const deferred = deferred_amt > 0 ? `超出${money(deferred_amt)}元暂缓拨付。` : ''
      const beside = other_quotas.map((other) => {
        const beyond = other.deferred_amt > 0 ? `、超出${money(other.deferred_amt)}元` : ''
        return `${typed(other.insutype) || '全部险种'}执行率${percent(other.burn)}${beyond}`
      })
      const also = beside.length > 0 ? `另有${beside.join('，')}。` : ''
      return `${period}${typed(insutype)}预算${formatAmount(quota)}元，统筹支出${money(fund)}元，执行率${percent(burn)}，${reached}。${deferred}${also}`
    }
    const typed = (type: string) => (type ? insuranceName(type, language) : 'all insurance types')
    const reached =
      level === null ? `the pace leads to ${percent(projected)} at the end` : `${percent(level)} was reached on ${reached_on}`
    const deferred = deferred_amt > 0 ? ` ${money(deferred_amt)} yuan beyond it are deferred.` : ''
    const beside = other_quotas.map((other) => {
      const beyond = other.deferred_amt > 0 ? `, ${money(other.deferred_amt)} yuan beyond it` : ''
      return `${typed(other.insutype)} ${percent(other.burn)}${beyond}`
    })
    const also = beside.length > 0 ? ` Besides: ${beside.join('; ')}.` : ''
    const of = insutype ? ` (${typed(insutype)})` : ''
    return `${owner} has spent ${money(fund)} yuan of its quota of ${formatAmount(quota)} for ${period}${of}, ${percent(burn)}; ${reached}.${deferred}${also}`
  },
  example: {
    owner: 'H99010100001',
    period: '2026-03',
    insutype: '',
    quota: 100_000,
    fund: 104_000,
    burn: 1.04,
    level: 1,
    reached_on: '2026-03-27',
    elapsed: 0.9091,
    projected: 1.1,
    deferred_amt: 4000,
    curve: [
      { until: '2026-03-26', burn: 0.97 },
      { until: '2026-03-27', burn: 1.04 },
    ],
    institutions: [{ fixmedins_code: 'H99010100001', fund: 104_000 }],
    other_quotas: [],
  },
})
