import type { Static } from 'typebox'
import type { AlertSummary } from '../../../schemas/wire.ts'
import type { CaseRow } from '../../../schemas/workflow.ts'
import type { SettlementRow } from '../records/settlement-list.ts'
import type { Column } from './csv.ts'

type Settlement = Static<typeof SettlementRow>

/** The columns of each list that may be taken out. Persons are masked in all of them, as on the screen. */
export const ALERT_COLUMNS: readonly Column<AlertSummary>[] = [
  { zh: '预警编号', en: 'alert_id', value: ({ alert_id }) => alert_id },
  { zh: '规则', en: 'detector_id', value: ({ detector_id }) => detector_id },
  { zh: '规则名称', en: 'title', value: ({ title }) => title },
  { zh: '等级', en: 'severity', value: ({ severity }) => severity },
  { zh: '结果类型', en: 'result_type', value: ({ result_type }) => result_type },
  { zh: '预警状态', en: 'status', value: ({ status }) => status },
  { zh: '流程状态', en: 'state', value: ({ state }) => state },
  { zh: '经办人', en: 'owner', value: ({ owner }) => owner },
  { zh: '期限', en: 'due', value: ({ due }) => due },
  { zh: '对象类型', en: 'subject_type', value: ({ subject_type }) => subject_type },
  { zh: '对象', en: 'subject_id', value: ({ subject_id }) => subject_id },
  { zh: '机构', en: 'fixmedins_code', value: ({ fixmedins_code }) => fixmedins_code },
  { zh: '就医地', en: 'admdvs', value: ({ admdvs }) => admdvs },
  { zh: '参保地', en: 'insu_admdvs', value: ({ insu_admdvs }) => insu_admdvs },
  { zh: '涉及金额（元）', en: 'vola_amt', value: ({ vola_amt }) => vola_amt },
  { zh: '命中次数', en: 'count', value: ({ count }) => count },
  { zh: '发生时间', en: 'event_time', value: ({ event_time }) => event_time },
  { zh: '发现时间', en: 'detected_at', value: ({ detected_at }) => detected_at },
  { zh: '说明', en: 'why', value: ({ why }) => why },
]

export const CASE_COLUMNS: readonly Column<CaseRow>[] = [
  { zh: '案件编号', en: 'case_id', value: ({ case_id }) => case_id },
  { zh: '名称', en: 'title', value: ({ title }) => title },
  { zh: '等级', en: 'severity', value: ({ severity }) => severity },
  { zh: '对象类型', en: 'subject_type', value: ({ subject_type }) => subject_type },
  { zh: '对象', en: 'subject_id', value: ({ subject_id }) => subject_id },
  { zh: '预警数', en: 'alerts', value: ({ alerts }) => alerts },
  { zh: '结算笔数', en: 'settlements', value: ({ settlements }) => settlements },
  { zh: '应追回（元）', en: 'recoverable_amt', value: ({ recoverable_amt }) => recoverable_amt },
  { zh: '未结', en: 'open', value: ({ open }) => open },
  { zh: '经办人', en: 'owner', value: ({ owner }) => owner },
  { zh: '建立', en: 'opened', value: ({ opened }) => opened },
  { zh: '期限', en: 'due', value: ({ due }) => due },
]

export const SETTLEMENT_COLUMNS: readonly Column<Settlement>[] = [
  { zh: '结算号', en: 'setl_id', value: ({ setl_id }) => setl_id },
  { zh: '结算时间', en: 'setl_time', value: ({ setl_time }) => setl_time },
  { zh: '参保人', en: 'psn_no', value: ({ psn_no }) => psn_no },
  { zh: '机构', en: 'fixmedins_code', value: ({ fixmedins_code }) => fixmedins_code },
  { zh: '医疗类别', en: 'med_type', value: ({ med_type }) => med_type },
  { zh: '明细行数', en: 'line_count', value: ({ line_count }) => line_count },
  { zh: '医疗费总额（元）', en: 'medfee_sumamt', value: ({ medfee_sumamt }) => medfee_sumamt },
  { zh: '基金支付（元）', en: 'fund_pay_sumamt', value: ({ fund_pay_sumamt }) => fund_pay_sumamt },
  { zh: '已撤销', en: 'voided', value: ({ voided }) => voided },
]
