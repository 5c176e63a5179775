import type { Discharge } from '../../schemas/events.ts'
import { formatYuan } from '../../schemas/money.ts'
import { DAY } from '../../schemas/time.ts'
import { defineDetector, type Visit } from '../detector.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/parts/window.ts'
import { counted } from '../kit/plain/counted.ts'
import { STAY_MEMORY } from '../kit/stays/stay.ts'
import { byDefault } from '../params.ts'
import { faultsByDay, faultsByMonth } from './med-03.faults.ts'
import { FORM } from './med-03.form.ts'
import type { Evidence, Kind, Params, Told } from './med-03.terms.ts'
import { discharged, matters, settled } from './med-03.told.ts'
import { findingOn, placedIn } from './med-03.verdict.ts'

/** MED-03 不可能次数: treatments that one person cannot have had so often on one day. */
export default defineDetector<Evidence, Params>({
  id: 'MED-03',
  version: 7,
  title: { zh: '透析/输液等不可能次数', en: 'Impossible counts' },
  category: 'MED',
  result: 'suspicion',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '38(三)' },
    { law: '医疗保障基金使用监督管理条例', article: '40(三)' },
  ],
  stages: ['mid'],
  behaviour: '虚构医药服务项目',
  params: {
    dialyses_a_day: byDefault(1, 'haemodialyses of a person on one day'),
    dialyses_a_month: byDefault(14, 'haemodialyses of a person in a calendar month'),
    hours_a_day: byDefault(24, 'hours of one item charged by the hour'),
    infusions_a_day: byDefault(20, 'groups of infusions'),
    physio_parts_a_day: byDefault(3, 'parts of the body in physical therapy'),
  },
  parts: [
    windowRule<Visit | Discharge, Told, Evidence, Params>({
      on: ['settlement', 'discharge'],
      space: 'person',
      root: ({ psn_no }) => psn_no,
      concerns: (event) => event.kind === 'discharge' || event.items.some(matters),
      form: FORM,
      // A stay is settled at its end, and any of its days may have been charged elsewhere too.
      keep: STAY_MEMORY + DAY,
      remember: (event, { reference }) => (event.kind === 'discharge' ? discharged(event) : settled(event, reference)),
      judge(told, { root, params, reference }) {
        const placed = placedIn(told)
        if (placed.length === 0) return { holds: NOTHING_HOLDS }
        const periods = [...faultsByDay(told, placed, params, reference), ...faultsByMonth(placed, params, reference)]
        return { holds: periods.length === 0 ? NOTHING_HOLDS : periods.map((period) => findingOn(root, period)) }
      },
    }),
  ],
  explain({ period, faults, vola_amt }, language) {
    const [first] = faults
    if (!first) return ''
    const { kind, name, total, limit } = first
    return language === 'zh'
      ? `${period}${name}${SAID[kind].zh}${total}(上限${limit})，共${faults.length}项，${formatYuan(vola_amt * 100)}元。`
      : `${period}: ${name}, ${SAID[kind].en} ${total} (at most ${limit}); ${counted(faults.length, 'fault')}, ${formatYuan(vola_amt * 100)} yuan.`
  },
  example: {
    period: '2026-03-02',
    faults: [{ kind: 'hours', name: '连续性血液净化', total: 30, limit: 24 }],
    lines: [{ setl_id: 'S1', feedetl_sn: '1', med_list_codg: '003110000110000', cnt: 30 }],
    vola_amt: 540,
  },
})

const SAID: Readonly<Record<Kind, { zh: string; en: string }>> = {
  dialysis_day: { zh: '单日次数', en: 'times on one day' },
  dialysis_month: { zh: '单月次数', en: 'times in one month' },
  hours: { zh: '单日小时数', en: 'hours on one day' },
  dialysis_beside: { zh: '与血液滤过或灌流同日收费', en: 'beside continuous treatment or perfusion' },
  infusions: { zh: '单日组数', en: 'infusions on one day' },
  after_discharge: { zh: '出院后输液', en: 'infusions after the discharge' },
  physio: { zh: '单日部位数', en: 'parts on one day' },
  anaesthesia: { zh: '全麻手术时间重叠', en: 'overlapping operations' },
}
