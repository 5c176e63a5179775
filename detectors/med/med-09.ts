import { isInpatient } from '../../schemas/med-class.ts'
import { formatYuan } from '../../schemas/money.ts'
import { defineDetector, type Visit } from '../detector.ts'
import { keepVisit } from '../kit/bills/partners.ts'
import { peersParts } from '../kit/parts/peers.ts'
import { visitOf } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS, together, windowRule } from '../kit/parts/window.ts'
import { byDefault } from '../params.ts'
import { codedOf } from './med-09.coded.ts'
import { customRule } from './med-09.custom.ts'
import { FORM } from './med-09.form.ts'
import type { Coded, Evidence, Params } from './med-09.terms.ts'
import { visitFinding } from './med-09.visit.ts'

/** MED-09 高套编码: a stay in a dearer group than what was done for it allows, and institutions where that is the custom. */
export default defineDetector<Evidence, Params>({
  id: 'MED-09',
  version: 7,
  title: { zh: '高套编码', en: 'DRG up-coding' },
  category: 'MED',
  result: 'suspicion',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '38(七)' },
    { law: '医疗保障基金使用监督管理条例实施细则', article: '35' },
  ],
  stages: ['post'],
  behaviour: '高套病种编码',
  params: {
    weight_ratio: byDefault(1.2, 'weight of the group over that of the next lower one'),
    mads: byDefault(3, 'median absolute deviations of the peers'),
    months: byDefault(3, 'months in a row with a share of MCC above the peers'),
    case_mix_jump: byDefault(0.15, 'growth of the case-mix index in a month'),
    case_mix_errors: byDefault(2, 'and more than so many standard errors of the difference between the two months'),
    least_stays: byDefault(30, 'stays of a month for a case-mix index'),
    least_group_stays: byDefault(10, 'stays of a month in an ADRG for a share'),
    least_peers: byDefault(3, 'institutions of the same kind, level and specialty, itself among them'),
    usual: byDefault(
      [
        { diagnosis: 'J96', names: ['呼吸机', '通气', '氧', '血气'], classes: [] },
        { diagnosis: 'A40', names: ['培养'], classes: ['J01'] },
        { diagnosis: 'A41', names: ['培养'], classes: ['J01'] },
      ],
      'respiratory failure and sepsis, where no row says how they show: by names of items and classes of drugs',
    ),
  },
  parts: [
    windowRule<Visit, Coded, Evidence, Params>({
      name: 'VISIT',
      on: ['settlement'],
      space: 'person',
      root: ({ psn_no }) => psn_no,
      key: visitOf,
      concerns: ({ med_class, drg_code, mid_setl_flag }) => isInpatient(med_class) && (drg_code !== '' || mid_setl_flag === '1'),
      form: FORM,
      keep: keepVisit(true),
      remember: codedOf,
      judge(told, { root, params }) {
        const finding = visitFinding(root, told, params)
        return { holds: finding ? [finding] : NOTHING_HOLDS, keep: together(told, keepVisit(true)) }
      },
    }),
    ...peersParts(customRule),
  ],
  explain({ kind, drg_code, expected_drg, value, compared_with, unsupported, months, loss }, language) {
    if (kind === 'visit') {
      const codes = unsupported.map(({ diag_code }) => diag_code).join('、')
      return language === 'zh'
        ? `入组${drg_code}(权重${value})，${codes}无支持收费，应入${expected_drg}(${compared_with})，差额${formatYuan(loss * 100)}元。`
        : `Coded to ${drg_code} (weight ${value}), but nothing charged speaks for ${codes}: ${expected_drg} (${compared_with}) would pay ${formatYuan(loss * 100)} yuan less.`
    }
    if (kind === 'mcc_share')
      return language === 'zh'
        ? `${drg_code}组伴严重并发症占比${value}，连续${months.length}个月高于同级${compared_with}。`
        : `In ${drg_code} the share of stays with MCC is ${value}, for ${months.length} months above the peers' ${compared_with}.`
    return language === 'zh'
      ? `病例组合指数由${compared_with}升至${value}，单月增幅异常。`
      : `The case-mix index rose from ${compared_with} to ${value} within a month.`
  },
  example: {
    ...{ kind: 'visit', drg_code: 'ES31', expected_drg: 'ES33', value: 1.32, compared_with: 0.96 },
    unsupported: [{ diag_code: 'J96.900', level: 'MCC', missing: ['003106030010000'] }],
    months: [],
    loss: 4200,
  },
})
