import { formatYuan } from '../../schemas/money.ts'
import { defineDetector } from '../detector.ts'
import { byDefault } from '../params.ts'
import { coursePart } from './ano-13.course.ts'
import { dayPart } from './ano-13.day.ts'
import { regionPart } from './ano-13.region.ts'
import type { Evidence, Params } from './ano-13.terms.ts'

const WORDS_ZH = {
  settlements: ['结算', '笔'],
  fund: ['基金支出', '元'],
  persons: ['就诊购药', '人'],
  quarters: ['结算', '笔'],
} as const
const WORDS_EN = { settlements: 'settlements', fund: 'yuan of the fund', persons: 'persons', quarters: 'settlements' } as const

/**
 * ANO-13 业务量突增: an institution's days rise far above what their weekdays usually bring, and above what all of the county
 * or of the kind see. Days are summed up (CUSUM) when they are built; what rises within hours a moving average (EWMA) tells at once.
 */
export default defineDetector<Evidence, Params>({
  id: 'ANO-13',
  version: 9,
  title: { zh: '业务量突增', en: 'Sudden rise of business' },
  category: 'ANO',
  result: 'indicator',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '16' }],
  stages: ['mid'],
  behaviour: '为非定点机构结算',
  params: {
    warm_up_days: byDefault(14, 'days that must be known before one is judged'),
    baseline_days: byDefault(56, 'days of which the mean of a weekday is taken'),
    slack: byDefault(0.5, 'k: standard deviations that a day may lie above without being summed'),
    threshold: byDefault(5, 'h: the sum above which there is an alarm'),
    least_factor: byDefault(1.5, 'times what is expected: less is no rise that anybody need look at'),
    least_settlements: byDefault(10, 'days with fewer settlements are never a rise'),
    region_institutions: byDefault(
      5,
      'institutions of a county, or of a kind in the pooling area, whose common rise is taken off',
    ),
    chart: byDefault({ lambda: 0.2, limit: 4 }, 'EWMA of quarter hours: weight of the newest, and standard deviations allowed'),
    surge_settlements: byDefault(20, 'fewer within hours are no rise; ANO-03 and ANO-05 look at them'),
    surge_factor: byDefault(3, 'times what the hours usually bring: less is no rise within a day'),
  },
  parts: [dayPart, coursePart, regionPart],
  explain({ day, metric, value, expected, z, cusum, threshold, since, within }, language) {
    const zh = language === 'zh'
    if (within) {
      const [from, to] = [within.from.slice(11, 16), within.to.slice(11, 16)]
      return zh
        ? `${day} ${from}至${to}结算${value}笔，该时段通常${expected}笔，均值偏离${z}σ（上限${threshold}）。`
        : `${value} settlements on ${day} from ${from} to ${to}, usually ${expected} in these hours: the moving average lies ${z} σ above (limit ${threshold}).`
    }
    const said = metric === 'fund' ? [formatYuan(value * 100), formatYuan(expected * 100)] : [value, expected]
    if (zh) {
      const [what, unit] = WORDS_ZH[metric]
      return `${day}${what}${said[0]}${unit}，同星期通常${said[1]}${unit}，偏离${z}σ，累积和${cusum}超过${threshold}（${since}起）。`
    }
    return `${said[0]} ${WORDS_EN[metric]} on ${day}, usually ${said[1]} on that weekday: ${z} σ above; the sum of ${cusum} since ${since} exceeds ${threshold}.`
  },
  example: {
    day: '2026-03-20',
    fixmedins_code: 'P99010100001',
    metric: 'settlements',
    value: 96,
    expected: 31,
    z: 10.4,
    region_z: 0.3,
    cusum: 10.2,
    threshold: 5,
    since: '2026-03-20',
    within: null,
  },
})
