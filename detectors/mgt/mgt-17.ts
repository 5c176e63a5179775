import type { SkipReason } from '../../schemas/errors.ts'
import type { FeeLine } from '../../schemas/events.ts'
import { isInpatient, isPharmacy } from '../../schemas/med-class.ts'
import { formatYuan } from '../../schemas/money.ts'
import { dayOf, formatDay, type Instant } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Visit } from '../detector.ts'
import { chargedLines } from '../kit/bills/charged-lines.ts'
import { inPolicy, onSettlement, violating } from '../kit/bills/finding.ts'
import { answerableInstitution, doctorOf } from '../kit/bills/prescriber.ts'
import { type Standing, standingOn, statusOf } from '../kit/bills/standing.ts'
import { settlementRule } from '../kit/parts/settlement-rule.ts'
import { counted } from '../kit/plain/counted.ts'
import { admittedRule, isUndated } from '../kit/stays/admitted.ts'
import type { ReferenceView } from '../reference.ts'

type Fault = Exclude<Standing, 'active'> | 'unregistered'

interface Unqualified {
  readonly dr_code: string
  readonly name: string
  readonly fault: Fault
  readonly day: string
  /** Where the doctor is registered. */
  readonly institutions: readonly string[]
  readonly status: readonly { readonly from: string; readonly to: string; readonly status: Standing }[]
  readonly lines: number
}

interface Evidence {
  readonly doctors: readonly Unqualified[]
  readonly lines: number
  readonly vola_amt: number
}

const FAULTS = {
  suspended: { zh: '支付资格已暂停', en: 'was suspended from payment' },
  terminated: { zh: '支付资格已终止', en: 'was excluded from payment' },
  unregistered: { zh: '未在该机构登记', en: 'is not registered at the institution' },
}

/** Emergency and rescue are paid whoever treats (clarifications, 2.5b: `med_type` 13 or `er_flag` 1). */
function isEmergency({ med_class, med_type }: Visit): boolean {
  return med_class === 'ER' || med_type.startsWith('13')
}

/** A line of a stay is judged when the stay began: what was begun may be finished. */
function momentOf({ med_class, begntime }: Visit, { fee_ocur_time }: FeeLine): Instant | undefined {
  return isInpatient(med_class) ? begntime : fee_ocur_time
}

type Judged = Fault | 'qualified' | 'unknown'

/**
 * Where the doctor is registered, or in a medical community (医共体) with such an institution: its members share their doctors,
 * and the register seldom follows them from one to the next.
 */
function practisesAt(institution: string, registered: readonly string[], at: Instant, reference: ReferenceView): boolean {
  if (registered.includes(institution)) return true
  const communityOf = (code: string) => reference.find('institution', code, at)?.row.group_id || undefined
  const community = communityOf(institution)
  return community !== undefined && registered.some((code) => communityOf(code) === community)
}

/** Only what the register says against a doctor counts; a day that it does not speak of is no fault. */
function judge(doctor: string, institution: string, at: Instant, reference: ReferenceView): Judged {
  const row = reference.find('doctor', doctor, at)?.row
  if (!row) return 'unknown'
  const standing = row.status?.length ? standingOn(row.status, dayOf(at)) : 'none'
  if (standing === 'suspended' || standing === 'terminated') return standing
  if (!row.institutions?.length || practisesAt(institution, row.institutions, at, reference)) return 'qualified'
  return 'unregistered'
}

interface Ordered {
  readonly doctor: string
  readonly fault: Fault
  readonly at: Instant
  readonly lines: FeeLine[]
}

/** The faulty lines by doctor and fault. A visit has few doctors: neighbouring lines share a verdict. */
function faultsOf(visit: Visit, { reference }: Context<unknown>): { faults: Ordered[]; unknown: boolean } {
  const faults: Ordered[] = []
  let unknown = false
  let last: { readonly doctor: string; readonly institution: string; readonly day: number; readonly judged: Judged } | undefined
  for (const line of chargedLines(visit)) {
    const doctor = doctorOf(visit, line)
    // The fund pays nothing for the line, or nobody ordered it: at a counter most are sold without a doctor.
    if (inPolicy(line) <= 0 || line.er_flag === '1' || (doctor === '' && isPharmacy(visit.med_class))) continue
    const at = momentOf(visit, line)
    if (at === undefined || doctor === '') {
      unknown = true
      continue
    }
    const institution = answerableInstitution(visit, line, at, reference)
    const day = dayOf(at)
    if (last?.doctor !== doctor || last.institution !== institution || last.day !== day)
      last = { doctor, institution, day, judged: judge(doctor, institution, at, reference) }
    const { judged } = last
    if (judged === 'unknown') unknown = true
    else if (judged !== 'qualified') {
      const known = faults.find((other) => other.doctor === doctor && other.fault === judged)
      if (known) known.lines.push(line)
      else faults.push({ doctor, fault: judged, at, lines: [line] })
    }
  }
  return { faults, unknown }
}

function shown({ doctor, fault, at, lines }: Ordered, reference: ReferenceView): Unqualified {
  const { name, institutions, status } = reference.find('doctor', doctor, at)!.row
  return {
    ...{ dr_code: doctor, name: name || doctor, fault, day: formatDay(dayOf(at)), institutions: institutions ?? [] },
    status: (status ?? []).map((period) => ({ from: period.from ?? '', to: period.to ?? '', status: statusOf(period) })),
    lines: lines.length,
  }
}

function judgeVisit(visit: Visit, context: Context<unknown>): Finding<Evidence> | SkipReason | undefined {
  if (isEmergency(visit)) return undefined
  const { faults, unknown } = faultsOf(visit, context)
  if (faults.length === 0) return unknown ? 'REFERENCE_MISSING' : undefined
  const lines = faults.flatMap((fault) => fault.lines.map((line) => violating(visit.setl_id, line, inPolicy(line))))
  const vola_amt = lines.reduce((sum, line) => sum + line.vola_amt, 0)
  const doctors = faults.map((fault) => shown(fault, context.reference))
  const evidence = { doctors, lines: lines.length, vola_amt: vola_amt / 100 }
  return onSettlement(visit, { result: 'violation', severity: 2, lines, evidence })
}

/** MGT-17 支付资格异常人员开单: ordered by a doctor whom the fund does not pay on that day, or not at that institution. */
export default defineDetector<Evidence, Record<string, never>>({
  id: 'MGT-17',
  version: 3,
  title: { zh: '支付资格异常人员开单', en: 'Ordered by a doctor without payment qualification' },
  category: 'MGT',
  result: 'violation',
  basis: [{ law: '关于建立定点医药机构相关人员医保支付资格管理制度的指导意见', article: '医保发〔2024〕23号' }],
  stages: ['pre', 'mid'],
  behaviour: '范围外纳入结算',
  params: {},
  parts: [settlementRule(judgeVisit, (visit) => !isUndated(visit)), admittedRule(judgeVisit)],
  explain({ doctors, lines, vola_amt }, language) {
    const [first] = doctors
    if (!first) return ''
    const { name, day, fault } = first
    const amount = formatYuan(vola_amt * 100)
    const all = language === 'zh' ? `${lines}条，共${amount}元` : `${counted(lines, 'line')} of ${amount} yuan`
    const own =
      language === 'zh' ? `${first.lines}条；连同其他情形` : `${counted(first.lines, 'line')}; with what else is at fault `
    const ordered = doctors.length > 1 ? own + all : all
    return language === 'zh'
      ? `医师${name}于${day}${FAULTS[fault].zh}，仍开单${ordered}。`
      : `Doctor ${name} ${FAULTS[fault].en} on ${day}, yet ordered ${ordered}.`
  },
  example: {
    doctors: [
      {
        ...{ dr_code: 'D990101000001', name: '示例医师', fault: 'suspended', day: '2026-03-02', institutions: ['H99010100001'] },
        status: [{ from: '2026-02-01', to: '2026-04-30', status: 'suspended' }],
        lines: 2,
      },
    ],
    lines: 2,
    vola_amt: 86,
  },
})
