import type { FeeLine } from '../../schemas/events.ts'
import { formatYuan } from '../../schemas/money.ts'
import { type Day, dayOf, parseDay } from '../../schemas/time.ts'
import { defineDetector, type Visit } from '../detector.ts'
import { inPolicy, onSettlement, violating } from '../kit/bills/finding.ts'
import { paidLinesKnownTo } from '../kit/bills/paid-lines.ts'
import { completedYears } from '../kit/care/age.ts'
import { itemName } from '../kit/items/item-name.ts'
import { withOthers } from '../kit/items/items-named.ts'
import { isKnownTo } from '../kit/items/known.ts'
import { settlementRule } from '../kit/parts/settlement-rule.ts'
import { counted } from '../kit/plain/counted.ts'
import { NEWBORN_DAYS } from '../kit/stays/newborn.ts'
import { byDefault } from '../params.ts'
import type { ReferenceView } from '../reference.ts'

interface Limit {
  /** Inclusive. */
  readonly min_years: number | null
  /** Exclusive. */
  readonly max_years: number | null
  /** Inclusive, days of life. */
  readonly max_days: number | null
}

interface Restricted extends Limit {
  readonly feedetl_sn: string
  readonly med_list_codg: string
  readonly name: string
  readonly years: number
  readonly days: number
}

interface Evidence {
  readonly lines: readonly Restricted[]
  readonly vola_amt: number
}

function limitOf(visit: Visit, { med_list_codg, fee_ocur_time }: FeeLine, reference: ReferenceView): Limit | undefined {
  const row = reference.best('age_limit', med_list_codg, fee_ocur_time, visit)?.row
  return row && { min_years: row.min_years ?? null, max_years: row.max_years ?? null, max_days: row.max_days ?? null }
}

function allows({ min_years, max_years, max_days }: Limit, years: number, days: number): boolean {
  if (min_years !== null && years < min_years) return false
  if (max_years !== null && years >= max_years) return false
  return max_days === null || days <= max_days
}

/** What is for newborns alone is billed under the mother until the child has a number of its own. */
function isForChildOf({ med_class, gend }: Visit, { max_days }: Limit): boolean {
  return max_days !== null && max_days <= NEWBORN_DAYS && med_class === 'MAT_IPT' && gend === '2'
}

/** The day of birth, unless it is missing or one that systems write where they do not know it. */
function knownBirth(brdy: Day | undefined, placeholders: readonly string[]): Day | undefined {
  return brdy === undefined || placeholders.some((day) => parseDay(day) === brdy) ? undefined : brdy
}

/** POL-08 年龄限定不符: an item outside the age for which it is paid. */
export default defineDetector<Evidence, { placeholder_births: readonly string[] }>({
  id: 'POL-08',
  version: 4,
  title: { zh: '年龄限定不符', en: 'Item outside its age limit' },
  category: 'POL',
  result: 'violation',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '38(六)' },
    { law: '医疗保障基金使用监督管理条例', article: '38(二)' },
  ],
  stages: ['pre', 'mid'],
  behaviour: '范围外纳入结算',
  params: { placeholder_births: byDefault(['1900-01-01'], 'dates that systems write for an unknown day of birth') },
  parts: [
    settlementRule((visit, { params, reference }) => {
      const lines = paidLinesKnownTo(visit, 'age_limit').filter((line) => limitOf(visit, line, reference) !== undefined)
      if (lines.length === 0) return undefined
      const limited = lines.map((line) => ({ line, limit: limitOf(visit, line, reference)!, on: dayOf(line.fee_ocur_time) }))
      const birth = knownBirth(visit.brdy, params.placeholder_births)
      // A service before the birth tells that one of the two dates is wrong, and not which.
      if (birth === undefined || limited.some(({ on }) => on < birth)) return 'INPUT_MISSING'
      const outside = limited
        .map(({ line, limit, on }) => ({ line, limit, years: completedYears(birth, on), days: on - birth }))
        .filter(({ limit, years, days }) => !allows(limit, years, days) && !isForChildOf(visit, limit))
      if (outside.length === 0) return undefined
      const refs = outside.map(({ line }) => violating(visit.setl_id, line, inPolicy(line)))
      const evidence = {
        lines: outside.map(({ line, limit, years, days }) => ({
          feedetl_sn: line.feedetl_sn,
          med_list_codg: line.med_list_codg,
          name: itemName(line.med_list_codg, line.fee_ocur_time, reference),
          years,
          days,
          ...limit,
        })),
        vola_amt: refs.reduce((sum, ref) => sum + ref.vola_amt, 0) / 100,
      }
      return onSettlement(visit, { result: 'violation', severity: 2, lines: refs, evidence })
    }, isKnownTo('age_limit')),
  ],
  explain({ lines, vola_amt }, language) {
    const [first] = lines
    if (!first) return ''
    const amount = formatYuan(vola_amt * 100)
    const others = withOthers(
      lines.map(({ med_list_codg }) => med_list_codg),
      language,
    )
    return language === 'zh'
      ? `患者${ageOf(first, 'zh')}，${first.name}限${boundsOf(first, 'zh')}，${others}${lines.length}条明细共${amount}元。`
      : `The patient was ${ageOf(first, 'en')}; ${first.name} is limited to ${boundsOf(first, 'en')}: ${others}${counted(lines.length, 'line')}, ${amount} yuan.`
  },
  example: {
    lines: [
      {
        ...{ feedetl_sn: '1', med_list_codg: 'XJ01MAA001A001010100001', name: '成人用药(样例)', years: 9, days: 3500 },
        ...{ min_years: 18, max_years: null, max_days: null },
      },
    ],
    vola_amt: 46.5,
  },
})

function ageOf({ max_days, years, days }: Restricted, language: 'zh' | 'en'): string {
  if (max_days !== null) return language === 'zh' ? `出生${days}天` : `${counted(days, 'day')} old`
  return language === 'zh' ? `${years}岁` : `${counted(years, 'year')} old`
}

function boundsOf({ min_years, max_years, max_days }: Restricted, language: 'zh' | 'en'): string {
  const zh = [
    min_years !== null && `满${min_years}岁`,
    max_years !== null && `不满${max_years}岁`,
    max_days !== null && `出生${max_days}天内`,
  ]
  const en = [
    min_years !== null && `${counted(min_years, 'year')} and above`,
    max_years !== null && `below ${counted(max_years, 'year')}`,
    max_days !== null && `the first ${counted(max_days, 'day')} of life`,
  ]
  return (language === 'zh' ? zh : en).filter(Boolean).join(language === 'zh' ? '、' : ' and ')
}
