import { DAY, type Day, dayOf } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { chargedLines } from '../kit/bills/charged-lines.ts'
import { involved } from '../kit/bills/finding.ts'
import { daysSupplied, genericOf, isTakenHome } from '../kit/bills/supply.ts'
import { isMedicine } from '../kit/care/medicine.ts'
import { itemOf } from '../kit/items/item-of.ts'
import { packHead, unpackHead } from '../kit/parts/packed.ts'
import { type Remembered, remembered, restingOn } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/parts/window.ts'
import { counted } from '../kit/plain/counted.ts'
import { tableBit } from '../reference.ts'

/** A name with which the drug must not meet: another drug's code, generic or class, or the beginning of a diagnosis. */
interface Warning {
  readonly with: string
  readonly text: string
}

interface Drug {
  readonly sn: string
  readonly name: string
  /** Code, generic and class. */
  readonly names: readonly string[]
  /** Days from the settlement on; 0 where it is used up in the ward. */
  readonly days: number
  readonly warnings: readonly Warning[]
}

interface Ordered extends Remembered {
  readonly drugs: readonly Drug[]
  readonly diagnoses: readonly string[]
}

type Packed = readonly [sn: string, name: string, days: number, names: readonly string[], ...Warning[]]

const FORM: Form<Ordered> = {
  pack: (ordered) => [
    ...packHead(ordered),
    ordered.diagnoses,
    ...ordered.drugs.map(({ sn, name, days, names, warnings }): Packed => [sn, name, days, names, ...warnings]),
  ],
  unpack: (packed) => {
    const [, , , diagnoses, ...drugs] = packed
    const unpackDrug = ([sn, name, days, names, ...warnings]: Packed): Drug => ({ sn, name, days, names, warnings })
    return { diagnoses, drugs: drugs.map(unpackDrug), ...unpackHead(packed) }
  },
}

interface Evidence {
  readonly warnings: readonly {
    readonly drug: string
    /** The other drug, or the diagnosis. */
    readonly with: string
    readonly kind: 'drug' | 'diagnosis'
    /** `true` where the other drug was supplied before and still lasts. */
    readonly from_supply: boolean
    readonly text: string
  }[]
  readonly count: number
}

type Params = Record<string, never>

const INTERACTIONS = tableBit('interaction')

function namesOf(code: string, generic: string, pharm_class: string | null | undefined): string[] {
  return [...new Set([code, generic, ...(pharm_class ? [pharm_class] : [])])]
}

/** Whether the table names the code, the generic name or the class of any item: nearly always not. */
function mayInteract({ known, items }: Visit, { reference }: Context<Params>): boolean {
  if ((known & INTERACTIONS) !== 0) return true
  const isNamed = (name: string | null | undefined) => !!name && (reference.tablesOf(name) & INTERACTIONS) !== 0
  for (const item of items) if (item && (isNamed(item.generic) || isNamed(item.pharm_class))) return true
  return false
}

/** The drugs that have anything to do with the table; all others can meet with nothing. */
function drugsOf(visit: Visit, { reference }: Context<Params>): Drug[] {
  const lines = chargedLines(visit)
  return lines.flatMap((line, i) => {
    const item = itemOf(visit, lines, i)
    if (!isMedicine(line, item)) return []
    const { feedetl_sn: sn, med_list_codg: code, fee_ocur_time: at } = line
    const generic = genericOf(line, item)
    const names = namesOf(code, generic, item?.pharm_class).filter((name) => (reference.tablesOf(name) & INTERACTIONS) !== 0)
    if (names.length === 0) return []
    const warnings = names.flatMap((name) =>
      reference.lookup('interaction', name, at, visit).flatMap(({ row: { code_a, code_b, text } }): Warning[] => {
        const other = code_a === name ? code_b : code_a
        return other ? [{ with: other, text: text ?? '' }] : []
      }),
    )
    const days = isTakenHome(visit.med_class, line) ? (daysSupplied(visit, line, item) ?? 1) : 0
    return [{ sn, name: item?.name || generic, names, days, warnings }]
  })
}

interface Met {
  readonly drug: Drug
  readonly warning: Warning
  readonly other: string
  readonly kind: 'drug' | 'diagnosis'
  readonly earlier: Ordered | undefined
}

function lastsOn(drug: Drug, ordered: Ordered, day: Day): boolean {
  return dayOf(ordered.at) + drug.days > day
}

/** What the order meets with: its own drugs and diagnoses, and what was supplied before and still lasts. */
function meetingsOf(order: Ordered, before: readonly Ordered[]): Met[] {
  const day = dayOf(order.at)
  const met: Met[] = []
  order.drugs.forEach((drug, i) => {
    const meet = (other: Drug, earlier: Ordered | undefined) => {
      // Either of the two may have known the pair when it came.
      const warning =
        drug.warnings.find((one) => other.names.includes(one.with)) ?? other.warnings.find((one) => drug.names.includes(one.with))
      if (warning) met.push({ drug, warning, other: other.name, kind: 'drug', earlier })
    }
    for (const other of order.drugs.slice(0, i)) meet(other, undefined)
    for (const earlier of before) for (const other of earlier.drugs) if (lastsOn(other, earlier, day)) meet(other, earlier)
    for (const warning of drug.warnings) {
      const diagnosis = order.diagnoses.find((code) => code.startsWith(warning.with))
      if (diagnosis) met.push({ drug, warning, other: diagnosis, kind: 'diagnosis', earlier: undefined })
    }
  })
  return met
}

/** MED-11 药品禁忌/相互作用: a doctor is warned before the settlement; what the person still has at home is remembered. */
export default defineDetector<Evidence, Params>({
  id: 'MED-11',
  version: 2,
  title: { zh: '药品禁忌/相互作用', en: 'Contraindication or interaction' },
  category: 'MED',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(二)' }],
  stages: ['pre'],
  behaviour: '过度诊疗',
  params: {},
  parts: [
    windowRule<Visit, Ordered, Evidence, Params>({
      on: ['settlement'],
      space: 'person',
      root: ({ psn_no }) => psn_no,
      concerns: mayInteract,
      form: FORM,
      keep: ({ drugs }) => Math.max(...drugs.map(({ days }) => days)) * DAY,
      remember(visit, context) {
        const drugs = drugsOf(visit, context)
        if (drugs.length === 0) return undefined
        const diagnoses = visit.diseinfo.flatMap(({ diag_code }) => diag_code || [])
        return { drugs, diagnoses, ...remembered(visit) }
      },
      judge(orders, { root }) {
        // A warning speaks of the day at hand: nobody takes a drug back that was swallowed long ago.
        const today = dayOf(orders.at(-1)!.at)
        const holds = orders.flatMap((order, i) => {
          const met = dayOf(order.at) === today ? meetingsOf(order, orders.slice(0, i)) : []
          return met.length > 0 ? [findingOn(root, order, met)] : []
        })
        return { holds: holds.length > 0 ? holds : NOTHING_HOLDS }
      },
    }),
  ],
  explain({ warnings, count }, language) {
    const [first] = warnings
    if (!first) return ''
    const { drug, with: other, text } = first
    const zh = text ? `：${text}` : ''
    return language === 'zh'
      ? `${drug}与${other}${first.kind === 'drug' ? '存在相互作用' : '属用药禁忌'}${zh}，共${count}处，请核对。`
      : `${drug} ${first.kind === 'drug' ? 'interacts with' : 'must not be given with'} ${other}: ${counted(count, 'warning')}, please check.`
  },
  example: {
    warnings: [{ drug: '华法林钠片', with: '阿司匹林肠溶片', kind: 'drug', from_supply: true, text: '出血风险增加' }],
    count: 1,
  },
})

function findingOn(psn_no: string, order: Ordered, met: readonly Met[]): Finding<Evidence> {
  const earlier = met.flatMap((one) => one.earlier ?? [])
  const lines = new Map(met.map(({ drug }) => [drug.sn, involved(order.id, { feedetl_sn: drug.sn })]))
  return {
    subject: { type: 'settlement', id: order.id },
    bucket: '',
    result: 'suspicion',
    severity: 3,
    // A warning and never a claim on the fund.
    vola_amt: 0,
    ...restingOn(psn_no, [...earlier, order]),
    lines: [...lines.values()],
    count: met.length,
    evidence: {
      warnings: met.map(({ drug, warning: { text }, other, kind, earlier: from }) => {
        return { drug: drug.name, with: other, kind, from_supply: from !== undefined, text }
      }),
      count: met.length,
    },
  }
}
