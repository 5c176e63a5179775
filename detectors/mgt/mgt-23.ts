import type { SkipReason } from '../../schemas/errors.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { formatYuan, yuan } from '../../schemas/money.ts'
import type { ReferenceRow } from '../../schemas/reference.ts'
import { dayOf, formatDay, type Instant, parseDay } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Visit } from '../detector.ts'
import { doneAt, isAtAgency } from '../kit/bills/at-agency.ts'
import { onSettlement } from '../kit/bills/finding.ts'
import { covers, standingOn } from '../kit/bills/standing.ts'
import { settlementRule } from '../kit/parts/settlement-rule.ts'
import { admittedRule, isUndated } from '../kit/stays/admitted.ts'
import { byDefault } from '../params.ts'

interface Evidence {
  /** The day that was judged: of the settlement, of a stay its beginning. */
  readonly day: string
  readonly insutype: string
  readonly insured: readonly { readonly from: string; readonly to: string; readonly insutype: string }[]
  /** The period in which the person may not settle over the network. */
  readonly suspended: { readonly from: string; readonly to: string } | null
  readonly vola_amt: number
}

interface Params {
  readonly newborn_days: number
}

type PersonRow = ReferenceRow<'person'>

const NEWBORN_PERSON_TYPE = '1401'

/**
 * A stay is judged when it began: an insurance that ends meanwhile does not end the treatment. What the agency reimburses
 * is judged when it was done, for its settlement may follow by months.
 */
function momentOf(visit: Visit): Instant | undefined {
  if (isInpatient(visit.med_class)) return visit.begntime
  return isAtAgency(visit) ? doneAt(visit) : visit.setl_time
}

/** The period that ended last before the day, else the first that follows it. */
function lastKnown(insured: Evidence['insured'], day: string): string {
  const inTime = insured.toSorted((a, b) => (a.from < b.from ? -1 : 1))
  const known = inTime.findLast(({ to }) => to !== '' && to < day) ?? inTime[0]
  return known ? `${known.from}~${known.to}` : ''
}

/** Who has just been born may be insured later, from birth on. */
function isInGrace(
  { psn_type, brdy }: Visit,
  registered: string | null | undefined,
  at: Instant,
  { newborn_days }: Params,
): boolean {
  const birth = brdy ?? (registered ? parseDay(registered) : undefined)
  if (birth === undefined) return psn_type === NEWBORN_PERSON_TYPE
  const days = dayOf(at) - birth
  return days >= 0 && days <= newborn_days
}

function suspensionOn(visit: Visit, status: PersonRow['status'], at: Instant): Evidence['suspended'] {
  // At the agency: that is the way which is left to whoever may not settle over the network.
  if (!status?.length || isAtAgency(visit) || standingOn(status, dayOf(at)) !== 'suspended') return null
  const day = formatDay(dayOf(at))
  const period = status.find((each) => each.status === 'suspended' && covers(each, day))
  return { from: period?.from ?? '', to: period?.to ?? '' }
}

function judgeVisit(visit: Visit, { params, reference }: Context<Params>): Finding<Evidence> | SkipReason | undefined {
  // Who is insured no longer may still use the personal account.
  if (visit.fund_pay_sumamt <= 0) return undefined
  const at = momentOf(visit)
  if (at === undefined) return 'INPUT_MISSING'
  const row = reference.find('person', visit.psn_no, at)?.row
  const day = formatDay(dayOf(at))
  const found = (suspended: Evidence['suspended']) => {
    const insured = (row?.insured ?? []).map(({ from, to, insutype }) => {
      return { from: from ?? '', to: to ?? '', insutype: insutype ?? '' }
    })
    const vola_amt = visit.fund_pay_sumamt
    const evidence = { day, insutype: visit.insutype, insured, suspended, vola_amt: yuan(vola_amt) }
    return onSettlement(visit, { result: 'violation', severity: 2, lines: [], vola_amt, evidence })
  }
  const suspended = suspensionOn(visit, row?.status, at)
  if (suspended) return found(suspended)
  // Without any period nothing is known of the insurance; that is no proof that there was none.
  if (!row?.insured?.length) return 'REFERENCE_MISSING'
  if (row.insured.some((period) => covers(period, day))) return undefined
  return isInGrace(visit, row.brdy, at, params) ? undefined : found(null)
}

/**
 * MGT-23 非参保状态结算: the fund paid for somebody who was not insured on the day, in whatever scheme, or whose networked
 * settlement was suspended.
 */
export default defineDetector<Evidence, Params>({
  id: 'MGT-23',
  version: 4,
  title: { zh: '非参保状态结算', en: 'Settlement for a person who is not insured' },
  category: 'MGT',
  result: 'violation',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '38(六)' },
    { law: '医疗保障基金使用监督管理条例', article: '41' },
  ],
  stages: ['pre', 'mid'],
  behaviour: '范围外纳入结算',
  params: { newborn_days: byDefault(90, 'days of life in which an insurance that follows counts from birth') },
  parts: [settlementRule(judgeVisit, (visit) => !isUndated(visit)), admittedRule(judgeVisit)],
  explain({ day, insured, suspended, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    if (suspended) {
      const { from, to } = suspended
      return language === 'zh'
        ? `${day}处于暂停联网结算期（${from}~${to}），仍联网结算基金${amount}元。`
        : `On ${day} settling over the network was suspended (${from} to ${to}), yet the fund paid ${amount} yuan over it.`
    }
    const last = lastKnown(insured, day)
    return language === 'zh'
      ? `${day}不在任何参保有效期内（最近一段${last}），仍结算基金${amount}元。`
      : `On ${day} no insured period was in force (the last known is ${last}), yet the fund paid ${amount} yuan.`
  },
  example: {
    ...{ day: '2026-03-02', insutype: '390', suspended: null, vola_amt: 126 },
    insured: [{ from: '2025-01-01', to: '2025-12-31', insutype: '390' }],
  },
})
