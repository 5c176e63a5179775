import { formatYuan } from '../../schemas/money.ts'
import { DAY, MINUTE } from '../../schemas/time.ts'
import { type Context, defineDetector, type Told, type Visit } from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { remembered } from '../kit/parts/remembered.ts'
import { byFirstMonth, runsOf } from '../kit/parts/runs.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/parts/window.ts'
import { counted } from '../kit/plain/counted.ts'
import { byDefault } from '../params.ts'
import { drugsOf } from './ano-09.drugs.ts'
import { FORM } from './ano-09.form.ts'
import { couldHold, scoreOf } from './ano-09.score.ts'
import type { Bought, Evidence, Params } from './ano-09.terms.ts'
import { findingOn } from './ano-09.verdict.ts'

const TAKEN_HOME = new Set(['OP', 'CHRONIC', 'PHARM', 'PHARM_CHRONIC'])
/** Told by MGT-18 of the person who had a package before it was sold again. */
const RESOLD = 'MGT-18/resold'

/** ANO-09 倒卖药品倾向: who collects drugs at many places and more of them than anybody takes. */
export default defineDetector<Evidence, Params>({
  id: 'ANO-09',
  version: 4,
  title: { zh: '倒卖药品倾向', en: 'Doctor shopping and resale of drugs' },
  category: 'ANO',
  result: 'suspicion',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '38(五)' },
    { law: '医疗保障基金使用监督管理条例', article: '41' },
  ],
  stages: ['mid', 'post'],
  behaviour: '转卖药品',
  params: {
    score: byDefault(0.7, 'weights that must come together'),
    days: byDefault(90),
    institutions: byDefault(6, 'at least so many for one generic'),
    institutions_weight: byDefault(0.25),
    supply_factor: byDefault(2, 'supplied days of one generic over days of the window'),
    supply_weight: byDefault(0.25),
    watched_share: byDefault(0.7, 'of drugs, those on the watch list'),
    watched_weight: byDefault(0.2),
    odd_share: byDefault(0.5, 'of purchases, those at night (22 to 6) or at weekends; two sevenths are usual'),
    odd_weight: byDefault(0.1),
    resold_weight: byDefault(0.2, 'a package of the person was sold again (MGT-18)'),
  },
  parts: [
    windowRule<Visit | Told, Bought, Evidence, Params>({
      on: ['settlement', 'told'],
      hears: [RESOLD],
      space: 'person',
      root: (event) => (event.kind === 'settlement' ? event.psn_no : event.topic === RESOLD ? event.of : ''),
      concerns: (event) => event.kind === 'told' || (TAKEN_HOME.has(event.med_class) && !isAtAgency(event)),
      form: FORM,
      keep: 91 * DAY,
      lateness: 10 * MINUTE,
      remember(event, { reference }: Context<Params>) {
        if (event.kind === 'told') {
          const place = { fixmedins_code: '', admdvs: event.admdvs, insu_admdvs: '' }
          return { id: `resold:${event.period}`, at: event.at, ...place, drugs: [], resold: event.values === true }
        }
        const drugs = drugsOf(event, reference)
        return drugs.length > 0 ? { drugs, ...remembered(event) } : undefined
      },
      judge(bought, { root, params }) {
        if (!couldHold(bought, params)) return { holds: NOTHING_HOLDS }
        const crosses = (window: readonly Bought[]) => couldHold(window, params) && scoreOf(window, params).total >= params.score
        const runs = runsOf(bought, [{ days: params.days, crosses }])
        const within = new Set(runs.flat())
        // What was told of packages is kept with the run, as its settlements are.
        const keep = (entry: Bought) => (within.has(entry) ? Number.POSITIVE_INFINITY : (params.days + 1) * DAY)
        return { holds: [...byFirstMonth(runs)].map(([month, run]) => findingOn(root, month, run, params)), keep }
      },
    }),
  ],
  explain({ from, to, score, window, parts, institutions, settlements, vola_amt }, language) {
    const { institutions: wide, supply, watched, odd_hours: odd, resold } = parts
    const amount = formatYuan(vola_amt * 100)
    const [begin, end] = [from.slice(0, 10), to.slice(0, 10)]
    const share = Math.round(watched.share * 100)
    const isWhole = window.from === from && window.to === to
    const [since, until] = [window.from.slice(0, 10), window.to.slice(0, 10)]
    const within = isWhole ? '' : language === 'zh' ? `其中${since}至${until}` : `from ${since} to ${until} `
    // What made the score is named; of the rest what is always there.
    const [oddShare, packages] = [Math.round(odd.share * 100), resold.packages]
    if (language === 'zh') {
      const also = `${odd.weight > 0 ? `，夜间周末占${oddShare}%` : ''}${packages > 0 ? `，${packages}盒被再次售出` : ''}`
      return `${begin}至${end}在${institutions.length}家机构购药${settlements}笔，${within}${wide.generic}涉${wide.count}家，${supply.generic}共${supply.days}天量，重点药占${share}%${also}，得分${score}，基金${amount}元。`
    }
    const sold = packages > 0 ? `, ${counted(packages, 'package')} sold again` : ''
    const also = `${odd.weight > 0 ? `, ${oddShare} % at night or at weekends` : ''}${sold}`
    return `From ${begin} to ${end} drugs were bought ${counted(settlements, 'time')} at ${counted(institutions.length, 'institution')}: ${within}${wide.generic} at ${wide.count}, ${supply.generic} for ${supply.days} days, ${share} % on the watch list${also}; score ${score}, ${amount} yuan of the fund.`
  },
  example: {
    from: '2026-01-05T09:00:00+08:00',
    to: '2026-03-20T20:00:00+08:00',
    score: 0.7,
    window: { from: '2026-01-05T09:00:00+08:00', to: '2026-03-20T20:00:00+08:00' },
    parts: {
      institutions: { generic: '阿托伐他汀', count: 7, weight: 0.25 },
      supply: { generic: '阿托伐他汀', days: 196, weight: 0.25 },
      watched: { share: 0.9, weight: 0.2 },
      odd_hours: { share: 0.3, weight: 0 },
      resold: { packages: 0, weight: 0 },
    },
    institutions: ['P99010100001', 'P99010100002'],
    settlements: 14,
    vola_amt: 860.5,
  },
})
