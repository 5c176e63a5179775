import type { MedClass } from '../../schemas/med-class.ts'
import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, formatInstant, HOUR, type Instant, MINUTE } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { isOfCourse } from '../kit/care/courses.ts'
import { packHead, unpackHead } from '../kit/parts/packed.ts'
import { type Remembered, remembered, restingOn } from '../kit/parts/remembered.ts'
import { byFirstMonth, keptBetween, mostIn, runsOf, spanOf } from '../kit/parts/runs.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/parts/window.ts'
import { counted } from '../kit/plain/counted.ts'
import { spanOfDays } from '../kit/plain/span-of-days.ts'
import { byDefault } from '../params.ts'

interface Seen extends Remembered {
  readonly fund: Fen
  readonly doctor: string
  readonly visit: string
}

const FORM: Form<Seen> = {
  pack: (seen) => [...packHead(seen), seen.fund, seen.doctor, seen.visit],
  unpack: (packed) => ({ fund: packed[3], doctor: packed[4], visit: packed[5], ...unpackHead(packed) }),
}

interface Evidence {
  readonly from: string
  readonly to: string
  /** Visits on each day that had any. */
  readonly days: readonly { readonly day: string; readonly visits: number }[]
  readonly institutions: readonly string[]
  readonly visits: number
  readonly settlements: number
  /** The most visits in one day, 7 days and 30 days, of all from the first to the last. */
  readonly most: { readonly day: number; readonly week: number; readonly month: number }
  readonly vola_amt: number
}

interface Params {
  readonly in_a_day: number
  readonly in_a_week: number
  readonly in_a_month: number
}

const [WEEK_DAYS, MONTH_DAYS] = [7, 30]
const SHOWN_INSTITUTIONS = 50
const CLASSES = new Set<MedClass>(['OP', 'CHRONIC', 'ER'])

/** A visit that departments settle one by one is one visit: the same visit number, or the same doctor within the hour. */
function visitsIn(seen: readonly Seen[]): number {
  const numbers = new Set<string>()
  const hours = new Map<string, Instant>()
  let visits = 0
  for (const { id, at, fixmedins_code, doctor, visit } of seen) {
    const number = visit || id
    const who = doctor && `${fixmedins_code}|${doctor}`
    const since = who ? hours.get(who) : undefined
    const isSameHour = since !== undefined && at - since <= HOUR
    if (!isSameHour && !numbers.has(number)) visits++
    if (who && !isSameHour) hours.set(who, at)
    numbers.add(number)
  }
  return visits
}

function findingOn(psn_no: string, month: string, run: readonly Seen[], span: readonly Seen[]): Finding<Evidence> {
  const vola_amt = run.reduce((sum, { fund }) => sum + fund, 0)
  const visits = visitsIn(run)
  const days = [...new Set(run.map(({ at }) => formatInstant(at).slice(0, 10)))]
  return {
    subject: { type: 'person', id: psn_no },
    bucket: month,
    result: 'suspicion',
    severity: 3,
    ...restingOn(psn_no, run),
    first_seen: run[0]!.at,
    vola_amt,
    lines: [],
    count: visits,
    evidence: {
      from: formatInstant(run[0]!.at),
      to: formatInstant(run.at(-1)!.at),
      days: days.map((day) => ({ day, visits: visitsIn(run.filter(({ at }) => formatInstant(at).startsWith(day))) })),
      institutions: [...new Set(run.map(({ fixmedins_code }) => fixmedins_code))].slice(0, SHOWN_INSTITUTIONS),
      visits,
      settlements: run.length,
      most: {
        day: mostIn(span, 1, visitsIn),
        week: mostIn(span, WEEK_DAYS, visitsIn),
        month: mostIn(span, MONTH_DAYS, visitsIn),
      },
      vola_amt: yuan(vola_amt),
    },
  }
}

/** MGT-09 频繁门诊: more outpatient visits at the fund's cost than an illness needs. */
export default defineDetector<Evidence, Params>({
  id: 'MGT-09',
  version: 4,
  title: { zh: '频繁门诊', en: 'Frequent outpatient visits' },
  category: 'MGT',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(二)' }],
  stages: ['mid'],
  behaviour: '过度诊疗',
  params: {
    in_a_day: byDefault(4, 'more visits than this on one calendar day'),
    in_a_week: byDefault(15, 'and in 7 days'),
    in_a_month: byDefault(30, 'and in 30 days'),
  },
  parts: [
    windowRule<Visit, Seen, Evidence, Params>({
      on: ['settlement'],
      space: 'person',
      root: ({ psn_no }) => psn_no,
      // Dialysis, radiotherapy and chemotherapy, rehabilitation and courses of Chinese medicine bring people often; to the
      // agency they bring the receipts of months on one day.
      concerns: (visit) => {
        return visit.fund_pay_sumamt > 0 && CLASSES.has(visit.med_class) && !isOfCourse(visit) && !isAtAgency(visit)
      },
      form: FORM,
      keep: (MONTH_DAYS + 1) * DAY,
      lateness: 10 * MINUTE,
      remember: (visit) => {
        const doctor = visit.chfpdr_code || visit.feedetail[0]?.bilg_dr_codg || ''
        return { fund: visit.fund_pay_sumamt, doctor, visit: visit.mdtrt_id, ...remembered(visit) }
      },
      judge(seen, { root, params }: Context<Params>) {
        const { in_a_day, in_a_week, in_a_month } = params
        if (seen.length <= Math.min(in_a_day, in_a_week, in_a_month)) return { holds: NOTHING_HOLDS }
        const more = (than: number) => (window: readonly Seen[]) => window.length > than && visitsIn(window) > than
        const runs = runsOf(seen, [
          { days: 1, crosses: more(in_a_day) },
          { days: WEEK_DAYS, crosses: more(in_a_week) },
          { days: MONTH_DAYS, crosses: more(in_a_month) },
        ])
        const months = byFirstMonth(runs)
        const holds = [...months].map(([month, run]) => findingOn(root, month, run, spanOf(seen, run)))
        return { holds, keep: keptBetween(seen, months, MONTH_DAYS) }
      },
    }),
  ],
  explain({ from, to, institutions, visits, most, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    const when = spanOfDays(from, to, language)
    return language === 'zh'
      ? `${when}超限时段门诊${visits}次，一日最多${most.day}次、7日${most.week}次、30日${most.month}次，${institutions.length}家机构，基金${amount}元。`
      : `${visits} outpatient visits in times beyond the limits ${when}, at ${counted(institutions.length, 'institution')}: up to ${most.day} in a day, ${most.week} in 7 days, ${most.month} in 30; the fund paid ${amount} yuan for them.`
  },
  example: {
    from: '2026-03-02T09:00:00+08:00',
    to: '2026-03-02T16:00:00+08:00',
    days: [{ day: '2026-03-02', visits: 5 }],
    institutions: ['H99010100001', 'H99010100002'],
    visits: 5,
    settlements: 5,
    most: { day: 5, week: 5, month: 5 },
    vola_amt: 420,
  },
})
