import type { FeeLine } from '../../schemas/events.ts'
import { formatYuan, microOf } from '../../schemas/money.ts'
import type { ReferenceRow } from '../../schemas/reference.ts'
import { defineDetector, type Visit } from '../detector.ts'
import { nationalCode } from '../item-code.ts'
import { chargedLines } from '../kit/bills/charged-lines.ts'
import { inPolicy } from '../kit/bills/finding.ts'
import { paidLinesKnownTo } from '../kit/bills/paid-lines.ts'
import { hasPartners, isStay, linesInNeed, partnersIn } from '../kit/bills/partners.ts'
import type { Quantity } from '../kit/bills/taken-back.ts'
import { keptTogether, SAME_VISIT, takenBackBy } from '../kit/bills/visit-bills.ts'
import { itemName } from '../kit/items/item-name.ts'
import { itemOf } from '../kit/items/item-of.ts'
import { isKnownTo, linesKnownTo } from '../kit/items/known.ts'
import { remembered, visitOf } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/parts/window.ts'
import { counted } from '../kit/plain/counted.ts'
import { byDefault } from '../params.ts'
import type { ReferenceView } from '../reference.ts'
import { FORM } from './med-05.form.ts'
import type { Consumable, Evidence, Limit, Params, Told } from './med-05.terms.ts'
import { findingOn, keepOf } from './med-05.verdict.ts'

const CONSUMABLES = '301'
const hasLimits = isKnownTo('quantity_limit')

function isConsumable({ list_type, med_list_codg }: FeeLine, item: ReferenceRow<'item'> | undefined): boolean {
  const list = list_type || item?.list_type || ''
  return list === '' ? /^C\d/.test(med_list_codg) : list === CONSUMABLES
}

function limitOf(visit: Visit, { med_list_codg, fee_ocur_time }: FeeLine, reference: ReferenceView): Limit | null {
  const row = reference.best('quantity_limit', med_list_codg, fee_ocur_time, visit, ({ max_cnt }) => max_cnt != null)?.row
  return row ? { max: row.max_cnt!, per: row.per ?? 'VISIT' } : null
}

const SURGERY = '06'

/** What is charged as an operation, but by the hour or as anaesthesia. */
function surgeriesIn(visit: Visit): Quantity[] {
  const lines = chargedLines(visit)
  return lines.flatMap(({ med_chrgitm_type, med_list_codg, fee_ocur_time: at, cnt }, i): Quantity[] => {
    const item = itemOf(visit, lines, i)
    if (med_chrgitm_type !== SURGERY || item?.unit === '小时' || item?.tags?.includes('anaesthesia')) return []
    return [{ code: nationalCode(med_list_codg), at, cnt }]
  })
}

/** A bill may charge, or take back, the operations alone of which others of the visit use the consumables. */
function hasSurgery({ feedetail }: Visit): boolean {
  for (const { med_chrgitm_type } of feedetail) if (med_chrgitm_type === SURGERY) return true
  return false
}

/** What a bill takes back of what may be required, limited, or an operation. */
function backOf(visit: Visit): readonly Quantity[] {
  const known = [...linesKnownTo(visit, 'pair_required'), ...linesKnownTo(visit, 'quantity_limit')]
  const codes = new Set(known.map(({ med_list_codg }) => med_list_codg))
  return takenBackBy(visit, (line) => line.med_chrgitm_type === SURGERY || codes.has(line.med_list_codg))
}

/** MED-05 耗材与项目不符/超量: an implant without its operation, or more of it than an operation can take. */
export default defineDetector<Evidence, Params>({
  id: 'MED-05',
  version: 7,
  title: { zh: '耗材与项目不符/超量', en: 'Consumable without its operation, or too many' },
  category: 'MED',
  result: 'suspicion',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '40(三)' },
    { law: '医疗保障基金使用监督管理条例', article: '38(四)' },
  ],
  stages: ['mid'],
  behaviour: '串换',
  params: { dear_price: byDefault(5000, 'yuan a unit from which the finding is red') },
  parts: [
    windowRule<Visit, Told, Evidence, Params>({
      on: ['settlement'],
      space: 'person',
      root: ({ psn_no }) => psn_no,
      key: visitOf,
      concerns: (visit) => hasPartners(visit) || hasLimits(visit) || hasSurgery(visit),
      form: FORM,
      keep: keepOf,
      remember(visit, { params, reference }) {
        const needs = linesInNeed(visit, reference, isConsumable)
        const required = new Map(needs.map(([{ feedetl_sn }, requirements]) => [feedetl_sn, requirements]))
        const limited = paidLinesKnownTo(visit, 'quantity_limit')
        const lines = new Map([...needs.map(([line]) => line), ...limited].map((line) => [line.feedetl_sn, line]))
        const consumables = Array.from(lines.values()).flatMap((line): Consumable[] => {
          const { feedetl_sn: sn, med_list_codg: code, fee_ocur_time: at, cnt, pric } = line
          const requirements = required.get(sn) ?? []
          const limit = limitOf(visit, line, reference)
          if (requirements.length === 0 && !limit) return []
          const said = { sn, code, name: itemName(code, at, reference), at, cnt, inscp: inPolicy(line) }
          return [{ ...said, dear: pric >= microOf(params.dear_price), requirements, limit }]
        })
        return {
          ...{ visit: SAME_VISIT, stay: isStay(visit), lines: consumables, back: backOf(visit) },
          ...{ partners: partnersIn(visit), surgeries: surgeriesIn(visit), ...remembered(visit) },
        }
      },
      judge(told, { root }) {
        const finding = findingOn(root, told)
        const holds = finding ? [finding] : NOTHING_HOLDS
        return { holds, keep: keptTogether<Consumable, Told>(told, keepOf, holds) }
      },
    }),
  ],
  explain({ faults, vola_amt }, language) {
    const [first] = faults
    if (!first) return ''
    const { kind, name, cnt, max_cnt, per, operations } = first
    if (language === 'zh') {
      const of = per === 'VISIT' ? '一次就诊' : operations > 0 ? `手术${operations}台` : '一台手术'
      const said = kind === 'no_operation' ? '无对应手术或项目' : `超过上限${max_cnt}(${of})`
      return `${name}收费${cnt}，${said}，${faults.length}种耗材共${formatYuan(vola_amt * 100)}元。`
    }
    const of = per === 'VISIT' ? 'a visit' : counted(Math.max(1, operations), 'operation')
    const said = kind === 'no_operation' ? 'without its operation' : `above the limit of ${max_cnt} for ${of}`
    return `${cnt} of ${name} ${cnt === 1 ? 'was' : 'were'} charged ${said}: ${counted(faults.length, 'consumable')}, ${formatYuan(vola_amt * 100)} yuan.`
  },
  example: {
    faults: [
      {
        ...{ kind: 'quantity', med_list_codg: 'C02010101102001010710', name: '冠脉支架', cnt: 4, max_cnt: 3, per: 'OPERATION' },
        operations: 1,
        expected_any_of: ['36.0600'],
      },
    ],
    dear: false,
    vola_amt: 700,
  },
})
