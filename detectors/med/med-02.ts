import type { FeeLine } from '../../schemas/events.ts'
import { formatYuan, yuan } from '../../schemas/money.ts'
import type { ReferenceRow } from '../../schemas/reference.ts'
import { defineDetector, type Visit } from '../detector.ts'
import { chargedLines } from '../kit/bills/charged-lines.ts'
import { inPolicy, onSettlement, violating } from '../kit/bills/finding.ts'
import { itemOf } from '../kit/items/item-of.ts'
import { withOthers } from '../kit/items/items-named.ts'
import { settlementRule } from '../kit/parts/settlement-rule.ts'
import { counted } from '../kit/plain/counted.ts'
import { isAbove } from '../kit/plain/robust.ts'
import { byDefault } from '../params.ts'
import { conversion, parseDose, parseFrequency } from './med-02.dosage.ts'

interface Overdose {
  readonly feedetl_sn: string
  readonly med_list_codg: string
  readonly name: string
  readonly sin_dos_dscr: string
  readonly used_frqu_dscr: string
  readonly daily_dose: number
  readonly max_daily_dose: number
  readonly unit: string
  /** `unit`: the label names its unit; `number`: the label's number is taken in the unit of the prescription. */
  readonly confidence: 'unit' | 'number'
}

interface Evidence {
  readonly lines: readonly Overdose[]
  readonly vola_amt: number
}

interface Params {
  readonly tolerance: number
  readonly believable_ratio: number
}

type Item = ReferenceRow<'item'>

function isLimited({ feedetail, items }: Visit): boolean {
  for (let i = 0; i < feedetail.length; i++) if (items[i]?.max_daily_dose) return true
  return false
}

interface Daily {
  readonly daily: number
  readonly unit: string
  readonly confidence: Overdose['confidence']
}

function into(unit: 'g' | 'mg', dose: Daily): Daily | undefined {
  const factor = conversion(dose.unit, unit)
  if (factor === undefined || factor === 1) return undefined
  return { ...dose, daily: Math.round(dose.daily * factor * 1e6) / 1e6, unit }
}

/**
 * The dose as the label's number can be meant. Without a unit it is meant in that of the prescription; a label so far below
 * the dose that it cannot mean milligrams means grams, and one so far above it that it cannot mean grams means milligrams.
 */
function asLabelled(told: Daily, limit: number, { tolerance, believable_ratio }: Params): Daily | undefined {
  if (told.confidence === 'unit') return told
  if (told.daily >= limit * believable_ratio) {
    const grams = conversion(told.unit, 'mg') === 1 ? into('g', told) : undefined
    // Above the label in either unit is beyond doubt.
    return grams && isAbove(grams.daily, limit * (1 + tolerance)) ? grams : undefined
  }
  const milligrams = told.daily * believable_ratio <= limit ? into('mg', told) : undefined
  if (!milligrams) return told
  return milligrams.daily < limit * believable_ratio ? milligrams : undefined
}

/** What is told in pieces or millilitres is not in the unit of a label that names none: that may count what they hold. */
function isMeasured(unit: string): boolean {
  return conversion(unit, 'mg') !== undefined || conversion(unit, 'iu') !== undefined
}

/** The daily dose in the unit of the label; `undefined` where the texts are not understood beyond doubt. */
function dailyDose({ sin_dos_dscr, used_frqu_dscr }: FeeLine, { dose_unit }: Item): Daily | undefined {
  const dose = parseDose(sin_dos_dscr)
  const times = parseFrequency(used_frqu_dscr)
  if (!dose || times === undefined) return undefined
  const factor = dose_unit ? conversion(dose.unit, dose_unit) : 1
  if (factor === undefined || (!dose_unit && !isMeasured(dose.unit))) return undefined
  const daily = Math.round(dose.amount * times * factor * 1e6) / 1e6
  return { daily, unit: dose_unit || dose.unit, confidence: dose_unit ? 'unit' : 'number' }
}

/** MED-02 超说明书用量: a daily dose above the greatest one of the label. */
export default defineDetector<Evidence, Params>({
  id: 'MED-02',
  version: 5,
  title: { zh: '超说明书用量', en: 'Dose above the label' },
  category: 'MED',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(二)' }],
  stages: ['pre', 'mid'],
  behaviour: '超量开药',
  params: {
    tolerance: byDefault(0.001, 'share of the label’s greatest daily dose'),
    believable_ratio: byDefault(
      20,
      'a dose so many times the label’s, or as small a part of it, where the label names no unit, is in another unit',
    ),
  },
  parts: [
    settlementRule((visit, { params }) => {
      const lines = chargedLines(visit)
      const overdoses: Overdose[] = []
      const refs = []
      let doubt = false
      for (let i = 0; i < lines.length; i++) {
        const line = lines[i]!
        const item = itemOf(visit, lines, i)
        const limit = item?.max_daily_dose
        if (!item || !limit || limit <= 0) continue
        const told = dailyDose(line, item)
        const dose = told && asLabelled(told, limit, params)
        if (!dose) {
          doubt = true
          continue
        }
        if (!isAbove(dose.daily, limit * (1 + params.tolerance))) continue
        const { feedetl_sn, med_list_codg, sin_dos_dscr, used_frqu_dscr } = line
        const { daily: daily_dose, unit, confidence } = dose
        refs.push(violating(visit.setl_id, line, inPolicy(line)))
        overdoses.push({
          ...{ feedetl_sn, med_list_codg, name: item.name || med_list_codg, sin_dos_dscr, used_frqu_dscr },
          ...{ daily_dose, max_daily_dose: limit, unit, confidence },
        })
      }
      if (overdoses.length === 0) return doubt ? 'CONFIDENCE_LOW' : undefined
      const vola_amt = yuan(refs.reduce((sum, ref) => sum + ref.vola_amt, 0))
      return onSettlement(visit, { result: 'suspicion', severity: 3, lines: refs, evidence: { lines: overdoses, vola_amt } })
    }, isLimited),
  ],
  explain({ lines, vola_amt }, language) {
    const [first] = lines
    if (!first) return ''
    const { name, daily_dose, max_daily_dose, unit } = first
    const amount = formatYuan(vola_amt * 100)
    const others = withOthers(
      lines.map(({ med_list_codg }) => med_list_codg),
      language,
    )
    return language === 'zh'
      ? `${name}日剂量${daily_dose}${unit}，说明书上限${max_daily_dose}${unit}，${others}${lines.length}条明细共${amount}元。`
      : `${name}: ${daily_dose} ${unit} a day, the label allows ${max_daily_dose}; ${others}${counted(lines.length, 'line')}, ${amount} yuan.`
  },
  example: {
    lines: [
      {
        ...{ feedetl_sn: '1', med_list_codg: 'XN02BEA000A001010100001', name: '对乙酰氨基酚片' },
        ...{ sin_dos_dscr: '1g', used_frqu_dscr: 'q4h', daily_dose: 6, max_daily_dose: 2, unit: 'g', confidence: 'unit' },
      },
    ],
    vola_amt: 18.5,
  },
})
