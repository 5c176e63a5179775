import type { SkipReason } from '../../schemas/errors.ts'
import type { FeeLine } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { formatYuan } from '../../schemas/money.ts'
import { dayOf, formatDay, type Instant } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Visit } from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { chargedLines } from '../kit/bills/charged-lines.ts'
import { fundsOf, onSettlement, violating } from '../kit/bills/finding.ts'
import { answerableInstitution } from '../kit/bills/prescriber.ts'
import { type Standing, standingOn, statusOf } from '../kit/bills/standing.ts'
import { settlementRule } from '../kit/parts/settlement-rule.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import { admittedRule, isUndated } from '../kit/stays/admitted.ts'
import type { ReferenceView } from '../reference.ts'

interface Inactive {
  readonly fixmedins_code: string
  readonly name: string
  readonly standing: Exclude<Standing, 'active'> | 'none'
  readonly agreement: readonly { readonly from: string; readonly to: string; readonly status: Standing }[]
  /** Lines for which this institution answers. */
  readonly lines: number
}

interface Evidence {
  /** The day that was judged: of the settlement, of a stay its beginning. */
  readonly day: string
  readonly institutions: readonly Inactive[]
  /** Fund payment, yuan. */
  readonly vola_amt: number
}

const STANDINGS = {
  suspended: { zh: '协议处于暂停期', en: 'stood under a suspended agreement' },
  terminated: { zh: '协议已解除', en: 'stood under a terminated agreement' },
  none: { zh: '不在任何协议有效期内', en: 'had no agreement in force' },
}

/**
 * A stay is judged when it began: what was begun under an agreement may be finished. Any other visit is judged when it was
 * settled, an emergency of the last night too: its beginning is the institution's own word, and nothing suppresses this rule
 * (section 2.4).
 */
function momentOf({ med_class, begntime, setl_time }: Visit): Instant | undefined {
  return isInpatient(med_class) ? begntime : setl_time
}

type Judged = Omit<Inactive, 'lines'> | 'active' | 'unknown'

function judge(fixmedins_code: string, at: Instant, reference: ReferenceView): Judged {
  const row = reference.find('institution', fixmedins_code, at)?.row
  // Without any period nothing is known of the agreement; that is no proof that there was none.
  if (!row?.agreement?.length) return 'unknown'
  const standing = standingOn(row.agreement, dayOf(at))
  if (standing === 'active') return 'active'
  const agreement = row.agreement.map((period) => ({ from: period.from ?? '', to: period.to ?? '', status: statusOf(period) }))
  return { fixmedins_code, name: row.name || fixmedins_code, standing, agreement }
}

/** Who answers for which lines; for a settlement without lines the institution itself. */
function answeringFor(visit: Visit, at: Instant, reference: ReferenceView): ReadonlyMap<string, readonly FeeLine[]> {
  const { fixmedins_code } = visit
  const lines = chargedLines(visit)
  if (!lines.some((line) => line.rx_circ_flag === '1')) return new Map([[fixmedins_code, lines]])
  return groupBy(lines, (line) => answerableInstitution(visit, line, at, reference))
}

function judgeVisit(visit: Visit, { reference }: Context<unknown>): Finding<Evidence> | SkipReason | undefined {
  // The institution settled nothing: the agency reimburses the person, as it does while an agreement is suspended.
  if (isAtAgency(visit)) return undefined
  const at = momentOf(visit)
  if (at === undefined) return 'INPUT_MISSING'
  const answering = answeringFor(visit, at, reference)
  const inactive: Inactive[] = []
  let unknown = false
  for (const [code, lines] of answering) {
    const judged = judge(code, at, reference)
    if (judged === 'unknown') unknown = true
    else if (judged !== 'active') inactive.push({ ...judged, lines: lines.length })
  }
  if (inactive.length === 0) return unknown ? 'REFERENCE_MISSING' : undefined
  const whole = inactive.length === answering.size
  const lines = whole ? [] : inactive.flatMap(({ fixmedins_code }) => answering.get(fixmedins_code)!)
  const funds = fundsOf(visit, lines)
  const refs = lines.map((line, i) => violating(visit.setl_id, line, funds[i]!))
  const vola_amt = whole ? visit.fund_pay_sumamt : refs.reduce((sum, line) => sum + line.vola_amt, 0)
  const evidence = { day: formatDay(dayOf(at)), institutions: inactive, vola_amt: vola_amt / 100 }
  return onSettlement(visit, { result: 'violation', severity: 1, lines: refs, vola_amt, evidence })
}

/** MGT-16 暂停/解除协议期间结算: settled outside every period in which the institution's agreement was active. */
export default defineDetector<Evidence, Record<string, never>>({
  id: 'MGT-16',
  version: 4,
  title: { zh: '暂停/解除协议期间结算', en: 'Settlement while the agreement is not active' },
  category: 'MGT',
  result: 'violation',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(七)' }],
  stages: ['mid'],
  behaviour: '为非定点机构结算',
  params: {},
  parts: [settlementRule(judgeVisit, (visit) => !isUndated(visit)), admittedRule(judgeVisit)],
  explain({ day, institutions, vola_amt }, language) {
    const [first] = institutions
    if (!first) return ''
    const amount = formatYuan(vola_amt * 100)
    return language === 'zh'
      ? `${day}${first.name}${STANDINGS[first.standing].zh}，仍结算基金${amount}元。`
      : `On ${day} ${first.name} ${STANDINGS[first.standing].en}, yet ${amount} yuan of the fund were settled.`
  },
  example: {
    day: '2026-03-02',
    institutions: [
      {
        fixmedins_code: 'P99010100001',
        name: '示例大药房一店',
        standing: 'suspended',
        agreement: [
          { from: '2025-01-01', to: '2026-12-31', status: 'active' },
          { from: '2026-02-01', to: '2026-04-30', status: 'suspended' },
        ],
        lines: 2,
      },
    ],
    vola_amt: 126,
  },
})
