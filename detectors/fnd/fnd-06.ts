import { isInpatient, medClassName } from '../../schemas/med-class.ts'
import { type Fen, formatAmount, formatYuan, yuan } from '../../schemas/money.ts'
import { dayOf, formatDay, type Instant } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Visit } from '../detector.ts'
import { doneAt, isAtAgency } from '../kit/bills/at-agency.ts'
import { covers } from '../kit/bills/standing.ts'
import { baselineParts } from '../kit/parts/day-baseline.ts'
import type { Distribution } from '../kit/parts/histogram.ts'
import { type Remembered, remembered, restingOn, visitOf } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS, together, windowRule } from '../kit/parts/window.ts'
import { STAY_MEMORY } from '../kit/stays/stay.ts'
import { byDefault } from '../params.ts'
import { regionPrefix } from '../reference.ts'

/** Whether the person has filed for treatment there (异地备案); an emergency counts as filed for. */
type Filing = 'filed' | 'emergency' | 'not_filed' | 'unknown'

interface Claim extends Remembered {
  readonly psn_no: string
  readonly med_class: string
  readonly pay_loc: string
  readonly medfee: Fen
  readonly fund: Fen
  readonly inpatient: boolean
  readonly filing: Filing
  /** A centre to which people travel for what costs much: oncology, transplants. */
  readonly centre: boolean
}

interface Evidence {
  readonly med_class: string
  readonly level: string
  readonly medfee: number
  readonly fund: number
  readonly insu_admdvs: string
  readonly mdtrt_admdvs: string
  readonly pay_loc: string
  readonly filing: Filing
  readonly centre: boolean
  readonly fixed_limit: number
  /** Claims of the same class and level in the last days that are built; `null` where too few are known. */
  readonly similar: { readonly n: number; readonly p50: number; readonly p99: number } | null
  readonly above: readonly ('fixed_limit' | 'p99')[]
  /** In which the claim was settled: several where a stay had interim bills. */
  readonly settlements: number
}

interface Params {
  readonly inpatient_limit: Fen
  readonly outpatient_limit: Fen
  readonly p99_floor: number
  readonly least_similar: number
}

const QUANTILES = [0.5, 0.99]
/** 省内异地, 省外异地. */
const ELSEWHERE = new Set(['3', '4'])
const CENTRE = /肿瘤|癌|移植|oncolog|cancer|transplant/i

/** Settled as such, or insured in another prefecture than treated in. */
function isCrossRegion({ pay_loc, insu_admdvs, admdvs }: Visit): boolean {
  if (ELSEWHERE.has(pay_loc)) return true
  return admdvs !== '' && insu_admdvs !== '' && insu_admdvs.slice(0, 4) !== admdvs.slice(0, 4)
}

/**
 * A stay is judged as of its begin; who files before it is settled (补办备案) has filed for it as well. What the agency
 * reimburses was done before, whatever it was.
 */
function beginOf(visit: Visit): Instant | undefined {
  if (isInpatient(visit.med_class)) return visit.begntime
  return isAtAgency(visit) ? doneAt(visit) : undefined
}

function filingOf(visit: Visit, { reference }: Context<Params>): Filing {
  const { psn_no, admdvs, setl_time } = visit
  const filings = reference.find('person', psn_no, setl_time)?.row.remote_filing
  if (!filings || admdvs === '') return 'unknown'
  const began = beginOf(visit)
  const times = began === undefined ? [setl_time] : [began, setl_time]
  const dates = times.map((time) => formatDay(dayOf(time)))
  const isFiled = filings.some((one) => {
    return !!one.admdvs && admdvs.startsWith(regionPrefix(one.admdvs)) && dates.some((date) => covers(one, date))
  })
  return isFiled ? 'filed' : isEmergency(visit) ? 'emergency' : 'not_filed'
}

/** 急诊, and 急诊转住院. */
const FROM_THE_STREET = '24'

/** Who is treated in an emergency need not file (异地就医直接结算经办规程: 视同已备案). */
function isEmergency({ med_class, med_type, feedetail }: Visit): boolean {
  return med_class === 'ER' || med_type.startsWith(FROM_THE_STREET) || feedetail.some(({ er_flag }) => er_flag === '1')
}

function claim(visit: Visit, context: Context<Params>): Claim {
  const { psn_no, med_class, pay_loc, fixmedins_code, setl_time, medfee_sumamt: medfee, fund_pay_sumamt: fund } = visit
  const specialty = context.reference.find('institution', fixmedins_code, setl_time)?.row.specialty ?? ''
  const inpatient = isInpatient(med_class)
  const more = { filing: filingOf(visit, context), centre: CENTRE.test(specialty) }
  return { psn_no, med_class, pay_loc, medfee, fund, inpatient, ...more, ...remembered(visit) }
}

function limitFor(inpatient: boolean, { inpatient_limit, outpatient_limit }: Params): Fen {
  return inpatient ? inpatient_limit : outpatient_limit
}

function judged(claimed: Claim, similar: Distribution | undefined, group: string, params: Params): Finding<Evidence> | undefined {
  const { id, at, psn_no, fixmedins_code, admdvs, insu_admdvs, med_class, pay_loc, medfee, fund, inpatient, filing, centre } =
    claimed
  const fixed = limitFor(inpatient, params)
  const known = similar && similar.n >= params.least_similar ? similar : undefined
  const [p50, p99] = known?.quantiles ?? []
  const above: Evidence['above'][number][] = []
  if (medfee >= fixed) above.push('fixed_limit')
  if (p99 !== undefined && medfee > p99 && medfee >= params.p99_floor * fixed) above.push('p99')
  if (above.length === 0) return undefined
  const severity = (filing === 'not_filed' ? 1 : 2) + (centre ? 1 : 0)
  return {
    subject: { type: 'settlement', id },
    bucket: '',
    result: 'suspicion',
    severity: severity as 1 | 2 | 3,
    vola_amt: fund,
    setl_ids: [id],
    lines: [],
    at,
    ...{ psn_no, fixmedins_code, admdvs, insu_admdvs },
    evidence: {
      med_class,
      level: group.slice(med_class.length + 1),
      medfee: yuan(medfee),
      fund: yuan(fund),
      insu_admdvs,
      mdtrt_admdvs: admdvs,
      pay_loc,
      filing,
      centre,
      fixed_limit: yuan(fixed),
      similar: known ? { n: known.n, p50: yuan(p50!), p99: yuan(p99!) } : null,
      above,
      settlements: 1,
    },
  }
}

/** One bill of a stay. */
interface Bill extends Claim {
  readonly level: string
}

/**
 * A stay is one claim in however many bills it is settled: none of them need be large alone. Where one is, its own finding has
 * the stay reviewed already. P99 is that of single bills, and says nothing of several together.
 */
function ofStay(bills: readonly Bill[], params: Params): Finding<Evidence> | undefined {
  const sum = (of: readonly Bill[], amount: (bill: Bill) => Fen) => of.reduce((total, bill) => total + amount(bill), 0)
  if (bills.some(({ medfee }) => medfee >= params.inpatient_limit)) return undefined
  const reached = bills.find((_, i) => sum(bills.slice(0, i + 1), ({ medfee }) => medfee) >= params.inpatient_limit)
  if (!reached) return undefined
  const all = { ...reached, medfee: sum(bills, ({ medfee }) => medfee), fund: sum(bills, ({ fund }) => fund) }
  const finding = judged(all, undefined, `${reached.med_class}|${reached.level}`, params)
  if (!finding) return undefined
  const evidence = { ...finding.evidence, settlements: bills.length }
  return { ...finding, ...restingOn(reached.psn_no, bills), evidence }
}

const FILINGS = {
  zh: { filed: '已备案', emergency: '急诊视同已备案', not_filed: '未备案', unknown: '备案不详' },
  en: { filed: 'filed', emergency: 'an emergency need not be filed', not_filed: 'not filed', unknown: 'filing unknown' },
} as const

/** FND-06 异地大额: a large claim of somebody insured elsewhere, to be reviewed by both regions. */
export default defineDetector<Evidence, Params>({
  id: 'FND-06',
  version: 6,
  title: { zh: '异地大额', en: 'Large cross-region claim' },
  category: 'FND',
  result: 'suspicion',
  basis: [{ law: '异地就医直接结算经办规程', article: '大额医疗费用联审' }],
  stages: ['mid'],
  behaviour: '异地就医大额费用',
  params: {
    inpatient_limit: byDefault(5_000_000, 'fen; a claim that reaches it is large'),
    outpatient_limit: byDefault(500_000, 'fen; also for pharmacies'),
    p99_floor: byDefault(0.5, 'of the limit: a claim below it is not large, however small the others are'),
    least_similar: byDefault(200, 'claims of the same class and level; fewer have no P99'),
  },
  parts: [
    ...baselineParts<Visit, Claim, Evidence, Params>({
      topic: 'FND-06',
      on: ['settlement'],
      counts: 'head',
      groupOf: ({ med_class, level }) => `${med_class}|${level}`,
      at: ({ setl_time }) => setl_time,
      hears: ({ medfee_sumamt }) => medfee_sumamt > 0,
      valuesOf: ({ medfee_sumamt }) => [medfee_sumamt],
      quantiles: QUANTILES,
      concerns(visit, { params }) {
        const { medfee_sumamt, med_class } = visit
        return medfee_sumamt >= params.p99_floor * limitFor(isInpatient(med_class), params) && isCrossRegion(visit)
      },
      remember: claim,
      judge: judged,
      judgeAlone: (claimed, group, params) => judged(claimed, undefined, group, params),
      bucketsOf: ({ setl_id }) => [{ subject: { type: 'settlement', id: setl_id }, bucket: '' }],
    }),
    windowRule<Visit, Bill, Evidence, Params>({
      name: 'STAY',
      on: ['settlement'],
      space: 'person',
      root: ({ psn_no }) => psn_no,
      key: visitOf,
      concerns: (visit) => isInpatient(visit.med_class) && visit.medfee_sumamt > 0 && isCrossRegion(visit),
      remember: (visit, context) => ({ level: visit.level, ...claim(visit, context) }),
      judge(bills, { params }) {
        const finding = ofStay(bills, params)
        return { holds: finding ? [finding] : NOTHING_HOLDS, keep: together(bills, STAY_MEMORY) }
      },
      keep: STAY_MEMORY,
    }),
  ],
  explain({ med_class, medfee, insu_admdvs, mdtrt_admdvs, filing, fixed_limit, similar, above, settlements }, language) {
    const fee = formatYuan(medfee * 100)
    const p99 = similar && above.includes('p99') ? formatYuan(similar.p99 * 100) : ''
    if (language === 'zh') {
      const times = settlements > 1 ? `${settlements}次结算共` : ''
      const limits = [
        above.includes('fixed_limit') ? `达到限额${formatAmount(fixed_limit)}元` : '',
        p99 && `超过同类P99 ${p99}元`,
      ]
      return `${insu_admdvs}参保人在${mdtrt_admdvs}就医${times}${fee}元，${limits.filter(Boolean).join('、')}，${FILINGS.zh[filing]}。`
    }
    const limits = [
      above.includes('fixed_limit') ? `at least the limit of ${formatAmount(fixed_limit)}` : '',
      p99 && `beyond the P99 of ${p99} of similar claims`,
    ]
    const bills = settlements > 1 ? ` in ${settlements} bills` : ''
    return `A person insured in ${insu_admdvs} was treated in ${mdtrt_admdvs} (${medClassName(med_class, 'en')}) for ${fee} yuan${bills}, ${limits.filter(Boolean).join(' and ')}; ${FILINGS.en[filing]}.`
  },
  example: {
    ...{ med_class: 'IPT', level: '3', medfee: 68_000, fund: 47_000, insu_admdvs: '990201', mdtrt_admdvs: '990101' },
    ...{ pay_loc: '3', filing: 'not_filed', centre: false, fixed_limit: 50_000 },
    similar: { n: 2100, p50: 8200, p99: 61_000 },
    above: ['fixed_limit', 'p99'],
    settlements: 1,
  },
})
