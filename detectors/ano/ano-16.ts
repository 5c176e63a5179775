import { formatAmount, formatYuan } from '../../schemas/money.ts'
import { defineDetector } from '../detector.ts'
import { byDefault } from '../params.ts'
import { institutionPart } from './ano-16.institution.ts'
import { personPart } from './ano-16.person.ts'
import type { Evidence, Params } from './ano-16.terms.ts'

/**
 * ANO-16 封顶线/年末冲顶: what is left of a year's benefits is used up in its last days, by a person up to the cap, at a
 * pharmacy's counter, or by amounts that stay just below a threshold.
 */
export default defineDetector<Evidence, Params>({
  id: 'ANO-16',
  version: 3,
  title: { zh: '封顶线/年末冲顶', en: 'Limit hugging and year-end rush' },
  category: 'ANO',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '40(一)' }],
  stages: ['mid', 'post'],
  behaviour: '诱导协助冒名或虚假就医购药',
  params: {
    cap_from: byDefault(0.95, "share of the year's cap from which, up to the cap itself, a person hugs it"),
    cap_last_days: byDefault(15, 'of the year'),
    cap_settlements: byDefault(5, 'in these days at least'),
    rush_days: byDefault(10, 'of December, the last'),
    rush_factor: byDefault(2.5, 'times what so many days brought before'),
    rush_known_days: byDefault(30, 'days with sales that must be known'),
    threshold_yuan: byDefault(5000, 'above which claims are reviewed'),
    threshold_width: byDefault(0.05, 'share of the threshold on either side'),
    threshold_factor: byDefault(3, 'times as many below as above'),
    threshold_settlements: byDefault(20, 'below it at least'),
  },
  parts: [personPart, institutionPart],
  explain({ year, clause, amount, limit, ratio, settlements, settlements_above, vola_amt }, language) {
    const zh = language === 'zh'
    const fund = formatYuan(vola_amt * 100)
    if (clause === 'cap')
      return zh
        ? `${year}年基金累计${formatAmount(amount)}元，达封顶线${formatAmount(limit)}元的${ratio}%，年末结算${settlements}笔，基金${fund}元。`
        : `In ${year} the fund paid ${formatAmount(amount)} yuan, ${ratio} % of the cap of ${formatAmount(limit)}; ${settlements} settlements in its last days, ${fund} yuan.`
    if (clause === 'rush')
      return zh
        ? `${year}年末数日购药${formatAmount(amount)}元，为平日同期${formatAmount(limit)}元的${ratio}倍，共${settlements}笔。`
        : `Sales of ${formatAmount(amount)} yuan in the last days of ${year} are ${ratio} times the usual ${formatAmount(limit)}; ${settlements} settlements.`
    return zh
      ? `${year}年${settlements}笔结算紧贴${formatAmount(limit)}元以下，以上${settlements_above}笔，基金${fund}元。`
      : `In ${year} ${settlements} settlements lie just below ${formatAmount(limit)} yuan, ${settlements_above} just above; ${fund} yuan of the fund.`
  },
  example: {
    year: '2026',
    subject: 'P99010100001',
    clause: 'rush',
    amount: 92_000,
    limit: 30_000,
    ratio: 3.07,
    settlements: 420,
    settlements_above: null,
    vola_amt: 62_000,
  },
})
