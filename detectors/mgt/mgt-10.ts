import { isPharmacy } from '../../schemas/med-class.ts'
import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, formatInstant, MINUTE } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { packHead, unpackHead } from '../kit/parts/packed.ts'
import { type Remembered, remembered, restingOn } from '../kit/parts/remembered.ts'
import { byFirstMonth, distinct, keptBetween, mostIn, runsOf, spanOf } from '../kit/parts/runs.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/parts/window.ts'
import { counted } from '../kit/plain/counted.ts'
import { spanOfDays } from '../kit/plain/span-of-days.ts'
import { byDefault } from '../params.ts'

interface Purchase extends Remembered {
  readonly fund: Fen
  readonly lines: number
}

const FORM: Form<Purchase> = {
  pack: (purchase) => [...packHead(purchase), purchase.fund, purchase.lines],
  unpack: (packed) => ({ fund: packed[3], lines: packed[4], ...unpackHead(packed) }),
}

interface Evidence {
  readonly from: string
  readonly to: string
  readonly purchases: readonly {
    readonly setl_id: string
    readonly setl_time: string
    readonly fixmedins_code: string
    readonly lines: number
    readonly fund: number
  }[]
  readonly count: number
  readonly pharmacies: readonly string[]
  /** The most purchases in one day, 7 days and 30 days, and the most pharmacies in 7 days, of all from the first to the last. */
  readonly most: { readonly day: number; readonly week: number; readonly month: number; readonly pharmacies: number }
  readonly vola_amt: number
}

interface Params {
  readonly in_a_day: number
  readonly in_a_week: number
  readonly in_a_month: number
  readonly pharmacies: number
}

const [WEEK_DAYS, MONTH_DAYS] = [7, 30]
const SHOWN = 50

const pharmacy = ({ fixmedins_code }: Purchase) => fixmedins_code

function findingOn(psn_no: string, month: string, run: readonly Purchase[], span: readonly Purchase[]): Finding<Evidence> {
  const vola_amt = run.reduce((sum, { fund }) => sum + fund, 0)
  const many = (window: readonly Purchase[]) => window.length
  const most = {
    day: mostIn(span, 1, many),
    week: mostIn(span, WEEK_DAYS, many),
    month: mostIn(span, MONTH_DAYS, many),
    pharmacies: mostIn(span, WEEK_DAYS, (window) => distinct(window, pharmacy)),
  }
  return {
    subject: { type: 'person', id: psn_no },
    bucket: month,
    result: 'suspicion',
    severity: 3,
    ...restingOn(psn_no, run),
    first_seen: run[0]!.at,
    // What the fund paid weighs in the risk score; purchases from the personal account count all the same.
    vola_amt,
    lines: [],
    count: run.length,
    evidence: {
      from: formatInstant(run[0]!.at),
      to: formatInstant(run.at(-1)!.at),
      purchases: run.slice(0, SHOWN).map(({ id, at, fixmedins_code, lines, fund }) => {
        return { setl_id: id, setl_time: formatInstant(at), fixmedins_code, lines, fund: yuan(fund) }
      }),
      count: run.length,
      pharmacies: [...new Set(run.map(pharmacy))].slice(0, SHOWN),
      most,
      vola_amt: yuan(vola_amt),
    },
  }
}

/** MGT-10 频繁购药: more purchases at pharmacies, or more pharmacies, than one patient needs. */
export default defineDetector<Evidence, Params>({
  id: 'MGT-10',
  version: 3,
  title: { zh: '频繁购药', en: 'Frequent purchases' },
  category: 'MGT',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(五)' }],
  stages: ['mid'],
  behaviour: '为转卖药品提供便利',
  params: {
    in_a_day: byDefault(3, 'more purchases than this on one calendar day'),
    in_a_week: byDefault(10, 'and in 7 days'),
    in_a_month: byDefault(20, 'and in 30 days'),
    pharmacies: byDefault(5, 'more pharmacies than this in 7 days'),
  },
  parts: [
    windowRule<Visit, Purchase, Evidence, Params>({
      on: ['settlement'],
      space: 'person',
      root: ({ psn_no }) => psn_no,
      // Receipts of months are reimbursed at the agency on one day.
      concerns: (visit) => isPharmacy(visit.med_class) && !isAtAgency(visit),
      form: FORM,
      keep: (MONTH_DAYS + 1) * DAY,
      lateness: 10 * MINUTE,
      remember: (visit) => ({ fund: visit.fund_pay_sumamt, lines: visit.feedetail.length, ...remembered(visit) }),
      judge(purchases, { root, params }: Context<Params>) {
        const { in_a_day, in_a_week, in_a_month, pharmacies } = params
        if (purchases.length <= Math.min(in_a_day, in_a_week, in_a_month, pharmacies)) return { holds: NOTHING_HOLDS }
        const more = (than: number) => (window: readonly Purchase[]) => window.length > than
        const runs = runsOf(purchases, [
          { days: 1, crosses: more(in_a_day) },
          { days: WEEK_DAYS, crosses: more(in_a_week) },
          { days: MONTH_DAYS, crosses: more(in_a_month) },
          { days: WEEK_DAYS, crosses: (window) => window.length > pharmacies && distinct(window, pharmacy) > pharmacies },
        ])
        const months = byFirstMonth(runs)
        const holds = [...months].map(([month, run]) => findingOn(root, month, run, spanOf(purchases, run)))
        return { holds, keep: keptBetween(purchases, months, MONTH_DAYS) }
      },
    }),
  ],
  explain({ from, to, count, pharmacies, most, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    const when = spanOfDays(from, to, language)
    return language === 'zh'
      ? `${when}超限时段购药${count}次，一日最多${most.day}次、7日${most.week}次、30日${most.month}次，${pharmacies.length}家药店，基金${amount}元。`
      : `${count} purchases in times beyond the limits ${when}, at ${counted(pharmacies.length, 'pharmacy', 'pharmacies')}: up to ${most.day} in a day, ${most.week} in 7 days, ${most.month} in 30; the fund paid ${amount} yuan for them.`
  },
  example: {
    from: '2026-03-02T09:00:00+08:00',
    to: '2026-03-02T16:00:00+08:00',
    purchases: [
      { setl_id: 'S1', setl_time: '2026-03-02T09:00:00+08:00', fixmedins_code: 'P99010100001', lines: 2, fund: 30 },
      { setl_id: 'S2', setl_time: '2026-03-02T11:00:00+08:00', fixmedins_code: 'P99010100002', lines: 1, fund: 0 },
      { setl_id: 'S3', setl_time: '2026-03-02T14:00:00+08:00', fixmedins_code: 'P99010100001', lines: 1, fund: 20 },
      { setl_id: 'S4', setl_time: '2026-03-02T16:00:00+08:00', fixmedins_code: 'P99010100003', lines: 3, fund: 45 },
    ],
    count: 4,
    pharmacies: ['P99010100001', 'P99010100002', 'P99010100003'],
    most: { day: 4, week: 4, month: 4, pharmacies: 3 },
    vola_amt: 95,
  },
})
