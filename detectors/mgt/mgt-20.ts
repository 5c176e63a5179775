import { formatYuan } from '../../schemas/money.ts'
import { defineDetector } from '../detector.ts'
import { byDefault } from '../params.ts'
import { book } from './mgt-20.book.ts'
import { packages } from './mgt-20.packages.ts'
import { laidAside, sold } from './mgt-20.sold.ts'
import type { Evidence, Params } from './mgt-20.terms.ts'

/** MGT-20 先售后购/无购进: sold before it was bought, or never bought, by an institution that sends what it buys. */
export default defineDetector<Evidence, Params>({
  id: 'MGT-20',
  version: 7,
  title: { zh: '先售后购 / 无购进记录', en: 'Sold before it was bought' },
  category: 'MGT',
  result: 'suspicion',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '40(三)' },
    { law: '医疗保障基金使用监督管理条例', article: '38(四)' },
  ],
  stages: ['mid', 'post'],
  behaviour: '串换',
  params: {
    early_hours: byDefault(2, 'by which a sale may come before its receipt'),
    wait_days: byDefault(7, 'after the sale, for a receipt that is sent late'),
    rate: byDefault(0.9, 'codes of the last 30 days that were received, at least'),
    codes: byDefault(20, 'of at least so many'),
  },
  parts: [packages, sold, laidAside, book],
  explain({ drug_trac_codg, fixmedins_code, sales, received, hours, coverage, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    const on = (sales[0]?.setl_time ?? '').slice(0, 16).replace('T', ' ')
    if (language === 'zh')
      return received
        ? `追溯码${drug_trac_codg}于${on}售出，${hours}小时后才购进，基金${amount}元（${fixmedins_code}）。`
        : `追溯码${drug_trac_codg}于${on}售出，无购进记录；该机构近30日${coverage?.rate}%有购进，基金${amount}元。`
    return received
      ? `Package ${drug_trac_codg} was sold at ${fixmedins_code} on ${on} and received ${hours} hours later; the fund paid ${amount} yuan.`
      : `Package ${drug_trac_codg} was sold at ${fixmedins_code} on ${on} and never received, although ${coverage?.rate} % of its codes of 30 days were; the fund paid ${amount} yuan.`
  },
  example: {
    drug_trac_codg: '81234567890123456789',
    fixmedins_code: 'P99010100001',
    sales: [{ setl_id: 'S1', setl_time: '2026-03-02T10:00:00+08:00', psn_no: 'P1', med_list_codg: 'XJ01CAA040E001010100001' }],
    received: '2026-03-04T10:00:00+08:00',
    hours: 48,
    coverage: null,
    vola_amt: 17.5,
  },
})
