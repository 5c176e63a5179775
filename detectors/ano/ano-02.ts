import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, formatInstant } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type Visit, type VisitHead } from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { packHead, unpackHead } from '../kit/parts/packed.ts'
import { type Remembered, remembered, restingOn } from '../kit/parts/remembered.ts'
import { byFirstMonth, distinct, keptBetween, mostIn, runsOf, spanOf } from '../kit/parts/runs.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/parts/window.ts'
import { joined, type Range } from '../kit/plain/joined.ts'
import { spanOfDays } from '../kit/plain/span-of-days.ts'
import { isNewborn } from '../kit/stays/newborn.ts'
import { byDefault } from '../params.ts'

interface Paid extends Remembered {
  readonly fund: Fen
}

/** Somebody presented the credential. */
interface Presented extends Paid {
  readonly psn_no: string
}

const PAID_FORM: Form<Paid> = {
  pack: (paid) => [...packHead(paid), paid.fund],
  unpack: (packed) => ({ fund: packed[3], ...unpackHead(packed) }),
}
const PRESENTED_FORM: Form<Presented> = {
  pack: (presented) => [...packHead(presented), presented.fund, presented.psn_no],
  unpack: (packed) => ({ fund: packed[3], psn_no: packed[4], ...unpackHead(packed) }),
}

interface Evidence {
  readonly from: string
  readonly to: string
  /** The first of them. */
  readonly institutions: readonly { readonly fixmedins_code: string; readonly settlements: number; readonly fund: number }[]
  readonly institution_count: number
  /**
   * The most institutions that lay in one day, in a week and in a month, of all from the first settlement to the last; `null`
   * where it is about a credential.
   */
  readonly most: { readonly day: number; readonly week: number; readonly month: number } | null
  /** Who presented one credential, the first of them; empty where it is about one person. */
  readonly persons: readonly string[]
  readonly person_count: number
  /** The most of them within 24 hours. */
  readonly most_persons: number
  readonly settlements: number
  readonly vola_amt: number
}

interface Params {
  readonly in_a_day: number
  readonly in_a_week: number
  readonly in_a_month: number
  readonly credential_persons: number
}

const [WEEK_DAYS, MONTH_DAYS] = [7, 30]
/** A transfer (转外诊治住院) is where somebody was sent to. */
const TRANSFER = '23'
const SHOWN = 50

const institution = ({ fixmedins_code }: Remembered) => fixmedins_code
const institutionsIn = (window: readonly Remembered[]) => distinct(window, institution)

function pays(visit: Visit): boolean {
  const { fund_pay_sumamt, acct_pay = 0, med_type } = visit
  return (fund_pay_sumamt > 0 || acct_pay > 0) && !med_type.startsWith(TRANSFER) && !isAtAgency(visit)
}

function evidenceOf(run: readonly Paid[], more: Pick<Evidence, 'most' | 'persons' | 'person_count' | 'most_persons'>): Evidence {
  const places = new Map<string, Paid[]>()
  for (const paid of run) places.set(paid.fixmedins_code, [...(places.get(paid.fixmedins_code) ?? []), paid])
  const sum = (settlements: readonly Paid[]) => settlements.reduce((total, { fund }) => total + fund, 0)
  return {
    from: formatInstant(run[0]!.at),
    to: formatInstant(run.at(-1)!.at),
    institutions: [...places].slice(0, SHOWN).map(([fixmedins_code, settlements]) => {
      return { fixmedins_code, settlements: settlements.length, fund: yuan(sum(settlements)) }
    }),
    institution_count: places.size,
    ...more,
    settlements: run.length,
    vola_amt: yuan(sum(run)),
  }
}

function findingOn(psn_no: string, bucket: string, severity: 1 | 2, run: readonly Paid[], evidence: Evidence): Finding<Evidence> {
  return {
    subject: { type: 'person', id: psn_no },
    bucket,
    result: 'suspicion',
    severity,
    ...restingOn(psn_no, run),
    first_seen: run[0]!.at,
    vola_amt: Math.round(evidence.vola_amt * 100),
    count: run.length,
    lines: [],
    evidence,
  }
}

/** What lies within a day of each one, itself the first. */
function daysFrom(presented: readonly Presented[]): (readonly Presented[])[] {
  return presented.map(({ at }) => presented.filter((other) => other.at >= at && other.at - at <= DAY))
}

const personsIn = (window: readonly Presented[]) => distinct(window, ({ psn_no }) => psn_no)

/** The runs in which somebody presented the same credential within a day of other persons, oldest first. */
function sharedRuns(presented: readonly Presented[], { credential_persons }: Params): readonly (readonly Presented[])[] {
  const ranges = daysFrom(presented).flatMap((window): Range[] => {
    if (personsIn(window) < credential_persons) return []
    const from = presented.indexOf(window[0]!)
    return [[from, from + window.length - 1]]
  })
  return joined(ranges).map(([from, to]) => presented.slice(from, to + 1))
}

/** ANO-02 一证多机构/一证多人: one person at more institutions than anybody needs, or one credential in several hands. */
export default defineDetector<Evidence, Params>({
  id: 'ANO-02',
  version: 5,
  title: { zh: '一证多机构/一证多人', en: 'One credential, many institutions or persons' },
  category: 'ANO',
  result: 'suspicion',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '41' },
    { law: '医疗保障基金使用监督管理条例', article: '40(一)' },
  ],
  stages: ['mid'],
  behaviour: '冒名就医购药',
  params: {
    in_a_day: byDefault(4, 'more institutions than this on one calendar day'),
    in_a_week: byDefault(8, 'and in 7 days'),
    in_a_month: byDefault(15, 'and in 30 days'),
    credential_persons: byDefault(2, 'persons with one credential within 24 hours'),
  },
  parts: [
    windowRule<Visit, Paid, Evidence, Params>({
      name: 'PERSON',
      on: ['settlement'],
      space: 'person',
      root: ({ psn_no }) => psn_no,
      concerns: pays,
      form: PAID_FORM,
      keep: (MONTH_DAYS + 1) * DAY,
      remember: (visit) => ({ fund: visit.fund_pay_sumamt, ...remembered(visit) }),
      judge(paid, { root, params }: Context<Params>) {
        const { in_a_day, in_a_week, in_a_month } = params
        if (paid.length <= in_a_day || distinct(paid, institution) <= in_a_day) return { holds: NOTHING_HOLDS }
        const more = (than: number) => (window: readonly Paid[]) => distinct(window, institution) > than
        const runs = runsOf(paid, [
          { days: 1, crosses: more(in_a_day) },
          { days: WEEK_DAYS, crosses: more(in_a_week) },
          { days: MONTH_DAYS, crosses: more(in_a_month) },
        ])
        const months = byFirstMonth(runs)
        const holds = [...months].map(([month, run]) => {
          const span = spanOf(paid, run)
          const most = {
            day: mostIn(span, 1, institutionsIn),
            week: mostIn(span, WEEK_DAYS, institutionsIn),
            month: mostIn(span, MONTH_DAYS, institutionsIn),
          }
          return findingOn(root, month, 2, run, evidenceOf(run, { most, persons: [], person_count: 0, most_persons: 0 }))
        })
        return { holds, keep: keptBetween(paid, months, MONTH_DAYS) }
      },
    }),
    windowRule<VisitHead, Presented, Evidence, Params>({
      name: 'CREDENTIAL',
      on: ['settlement'],
      space: 'credential',
      reads: 'head',
      root: ({ mdtrt_cert_no }) => mdtrt_cert_no,
      // A newborn that has a number but no card yet is settled with its mother's.
      concerns: (visit) => !isNewborn(visit),
      form: PRESENTED_FORM,
      keep: DAY,
      remember: (visit) => ({ fund: visit.fund_pay_sumamt, psn_no: visit.psn_no, ...remembered(visit) }),
      judge(presented, { params }) {
        const runs = presented.length < 2 ? NOTHING_HOLDS : sharedRuns(presented, params)
        const holds = [...byFirstMonth(runs)].map(([month, run]) => {
          const [first] = run
          const persons = [...new Set(run.map(({ psn_no }) => psn_no))]
          // The credential itself is never named, not even by its hash: its first settlement stands for it.
          const bucket = `${month}|${first!.id}`
          const most_persons = Math.max(...daysFrom(run).map(personsIn))
          const told = { most: null, persons: persons.slice(0, SHOWN), person_count: persons.length, most_persons }
          return findingOn(first!.psn_no, bucket, 1, run, evidenceOf(run, told))
        })
        return { holds }
      },
    }),
  ],
  explain({ from, to, institution_count, most, person_count, most_persons, settlements, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    const [when, begin] = [spanOfDays(from, to, language), from.slice(0, 10)]
    const inADay = most_persons >= person_count
    if (language === 'zh') {
      const shared = inADay ? `24小时内由${person_count}人使用` : `由${person_count}人使用，24小时内最多${most_persons}人`
      return most
        ? `${when}超限时段在${institution_count}家机构结算${settlements}笔，一日最多${most.day}家、7日${most.week}家、30日${most.month}家，基金${amount}元。`
        : `同一就诊凭证${shared}，共${settlements}笔（${begin}起），基金${amount}元。`
    }
    const shared = inADay ? 'within 24 hours' : `(at most ${most_persons} of them within 24 hours)`
    return most
      ? `${settlements} settlements at ${institution_count} institutions in times beyond the limits ${when}: up to ${most.day} in a day, ${most.week} in 7 days, ${most.month} in 30; the fund paid ${amount} yuan for them.`
      : `One credential was used by ${person_count} persons ${shared} for ${settlements} settlements from ${begin} on; the fund paid ${amount} yuan.`
  },
  example: {
    from: '2026-03-02T09:00:00+08:00',
    to: '2026-03-02T16:00:00+08:00',
    institutions: [
      { fixmedins_code: 'P99010100001', settlements: 1, fund: 70 },
      { fixmedins_code: 'P99010100002', settlements: 2, fund: 90 },
      { fixmedins_code: 'P99010100003', settlements: 1, fund: 60 },
      { fixmedins_code: 'P99010100004', settlements: 1, fund: 55 },
      { fixmedins_code: 'P99010100005', settlements: 1, fund: 75 },
    ],
    institution_count: 5,
    most: { day: 5, week: 5, month: 5 },
    persons: [],
    person_count: 0,
    most_persons: 0,
    settlements: 6,
    vola_amt: 350,
  },
})
