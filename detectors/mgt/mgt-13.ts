import { formatYuan, yuan } from '../../schemas/money.ts'
import type { ReferenceTable } from '../../schemas/reference.ts'
import { type Day, dayOf, parseDay } from '../../schemas/time.ts'
import { type Context, defineDetector, type Visit } from '../detector.ts'
import { onSettlement } from '../kit/bills/finding.ts'
import { completedYears } from '../kit/care/age.ts'
import { GENDERS } from '../kit/care/genders.ts'
import { isInIcdRange, isWestern } from '../kit/care/icd.ts'
import { knownGender } from '../kit/care/known-gender.ts'
import { settlementRule } from '../kit/parts/settlement-rule.ts'
import { counted } from '../kit/plain/counted.ts'
import { byDefault } from '../params.ts'
import { type Known, type ReferenceView, tableBit } from '../reference.ts'

interface Mismatch {
  readonly diag_code: string
  readonly diag_name: string
  readonly what: 'gender' | 'age'
  /** The gender, or the ages in years (`0-1`, `18-`) or days (`28d`), that the diagnosis belongs to. */
  readonly belongs_to: string
}

interface Evidence {
  /** `''` where unknown. */
  readonly gend: string
  /** Completed years, `null` where the day of birth is unknown. */
  readonly years: number | null
  readonly diagnoses: readonly Mismatch[]
  readonly vola_amt: number
}

interface Params {
  readonly women: readonly string[]
  readonly men: readonly string[]
  readonly perinatal: readonly string[]
  readonly perinatal_years: number
  readonly placeholder_births: readonly string[]
}

const DAYS = 'd'
const WOMAN = '2'
const MAN = '1'

interface Patient {
  readonly gend: string
  readonly birth: Day | undefined
  readonly on: Day
}

/** The settlement's gender and day of birth, else the register's. */
function patientOf(visit: Visit, { params, reference }: Context<Params>): Patient {
  const row = reference.find('person', visit.psn_no, visit.setl_time)?.row
  const gend = knownGender(visit, reference)
  const isPlaceholder = (birth: Day) => params.placeholder_births.some((day) => parseDay(day) === birth)
  const birth = visit.brdy ?? (row?.brdy ? parseDay(row.brdy) : undefined)
  const known = birth !== undefined && Number.isFinite(birth) && !isPlaceholder(birth)
  return { gend, birth: known ? birth : undefined, on: dayOf(visit.begntime ?? visit.setl_time) }
}

/** Limits are written for a code or for any beginning of one, down to the letter of its chapter; the longest binds. */
function limitOf<T extends 'gender_limit' | 'age_limit'>(
  table: T & ReferenceTable,
  code: string,
  visit: Visit,
  reference: ReferenceView,
): Known<T> | undefined {
  const bit = tableBit(table)
  for (let length = code.length; length > 0; length--) {
    const prefix = code.slice(0, length)
    if ((reference.tablesOf(prefix) & bit) === 0) continue
    const known = reference.best(table, prefix, visit.setl_time, visit)
    if (known) return known
  }
  return undefined
}

function genderOf(code: string, visit: Visit, { params, reference }: Context<Params>): string {
  const limit = limitOf('gender_limit', code, visit, reference)?.row.gend
  if (limit && limit in GENDERS) return limit
  if (params.women.some((range) => isInIcdRange(code, range))) return WOMAN
  return params.men.some((range) => isInIcdRange(code, range)) ? MAN : ''
}

interface Ages {
  /** Completed years, inclusive. */
  readonly from: number
  /** Completed years, exclusive. */
  readonly until: number
  /** Days of life, inclusive. */
  readonly days: number
}

function agesOf(code: string, visit: Visit, { params, reference }: Context<Params>): Ages | undefined {
  const row = limitOf('age_limit', code, visit, reference)?.row
  const always = Number.POSITIVE_INFINITY
  if (row && (row.min_years != null || row.max_years != null || row.max_days != null))
    return { from: row.min_years ?? 0, until: row.max_years ?? always, days: row.max_days ?? always }
  const isPerinatal = params.perinatal.some((range) => isInIcdRange(code, range))
  return isPerinatal ? { from: 0, until: params.perinatal_years, days: always } : undefined
}

function isOutside({ from, until, days }: Ages, birth: Day, on: Day): boolean {
  const years = completedYears(birth, on)
  // The birthday itself still belongs to the years before it.
  return years < from || (years >= until && completedYears(birth, on - 1) >= until) || on - birth > days
}

function spanOf({ from, until, days }: Ages): string {
  if (Number.isFinite(days)) return `${days}${DAYS}`
  return Number.isFinite(until) ? `${from}-${until}` : `${from}-`
}

/** MGT-13 诊断与性别/年龄不符: a diagnosis that the patient's gender or age rules out. */
export default defineDetector<Evidence, Params>({
  id: 'MGT-13',
  version: 2,
  title: { zh: '诊断与性别/年龄不符', en: 'Diagnosis does not fit gender or age' },
  category: 'MGT',
  result: 'violation',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '40(二)' },
    { law: '医疗保障基金使用监督管理条例', article: '40(三)' },
  ],
  stages: ['pre', 'mid'],
  behaviour: '伪造变造资料',
  params: {
    women: byDefault<readonly string[]>(['O00-O99', 'N70-N98', 'C51-C58'], 'of women only'),
    men: byDefault<readonly string[]>(['N40-N51', 'C60-C63'], 'of men only'),
    perinatal: byDefault<readonly string[]>(['P00-P96'], 'of the perinatal period'),
    perinatal_years: byDefault(1, 'up to this birthday'),
    placeholder_births: byDefault<readonly string[]>(['1900-01-01'], 'dates that systems write for an unknown day of birth'),
  },
  parts: [
    settlementRule((visit, context) => {
      let patient: Patient | undefined
      let unknown = false
      const mismatches: Mismatch[] = []
      for (const diagnosis of visit.diseinfo) {
        if (!isWestern(diagnosis)) continue
        const { diag_code, diag_name } = diagnosis
        const gender = genderOf(diag_code, visit, context)
        const ages = agesOf(diag_code, visit, context)
        if (!gender && !ages) continue
        patient ??= patientOf(visit, context)
        const { gend, birth, on } = patient
        if ((gender && !gend) || (ages && birth === undefined)) unknown = true
        if (gender && gend && gender !== gend) mismatches.push({ diag_code, diag_name, what: 'gender', belongs_to: gender })
        if (ages && birth !== undefined && birth <= on && isOutside(ages, birth, on))
          mismatches.push({ diag_code, diag_name, what: 'age', belongs_to: spanOf(ages) })
      }
      if (mismatches.length === 0) return unknown ? 'INPUT_MISSING' : undefined
      const { gend, birth, on } = patient!
      const vola_amt = visit.fund_pay_sumamt
      const years = birth === undefined ? null : completedYears(birth, on)
      const evidence = { gend, years, diagnoses: mismatches, vola_amt: yuan(vola_amt) }
      // What the fund paid for a visit whose diagnosis cannot be: the card names no line that is at fault.
      return onSettlement(visit, { result: 'violation', severity: 3, lines: [], vola_amt, evidence })
    }),
  ],
  explain({ gend, years, diagnoses, vola_amt }, language) {
    const [first] = diagnoses
    if (!first) return ''
    const zh = language === 'zh'
    const diagnosis = `${first.diag_code}${zh ? '' : ' '}${first.diag_name}`.trim()
    const person = [GENDERS[gend]?.[language], years !== null && (zh ? `${years}岁` : `${counted(years, 'year')} old`)].filter(
      Boolean,
    )
    const limit = first.what === 'gender' ? GENDERS[first.belongs_to]![language] : agesText(first.belongs_to, zh)
    const amount = formatYuan(vola_amt * 100)
    return zh
      ? `患者${person.join('、')}，诊断${diagnosis}仅见于${limit}，共${diagnoses.length}项诊断不符，基金${amount}元。`
      : `The patient (${person.join(', ')}) has the diagnosis ${diagnosis}, which belongs to ${limit}: ${counted(diagnoses.length, 'diagnosis', 'diagnoses')}, ${amount} yuan of the fund.`
  },
  example: {
    gend: '1',
    years: 46,
    diagnoses: [{ diag_code: 'N76.000', diag_name: '急性阴道炎', what: 'gender', belongs_to: '2' }],
    vola_amt: 126,
  },
})

function agesText(span: string, zh: boolean): string {
  if (span.endsWith(DAYS)) {
    const days = span.slice(0, -DAYS.length)
    return zh ? `出生${days}天内` : `the first ${days} days of life`
  }
  const [from, until] = span.split('-')
  if (until === '') return zh ? `满${from}岁者` : `ages from ${from}`
  return zh ? `${from}至${until}岁` : `ages ${from} to ${until}`
}
