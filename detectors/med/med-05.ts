import type { FeeLine } from '../../schemas/events.ts'
import { type Fen, formatYuan, microOf, yuan } from '../../schemas/money.ts'
import type { ReferenceRow } from '../../schemas/reference.ts'
import { type Day, dayOf } from '../../schemas/time.ts'
import { defineDetector, type Finding, type Form, type LineRef, type Visit } from '../detector.ts'
import { meansItem, nationalCode } from '../item-code.ts'
import { chargedLines } from '../kit/charged-lines.ts'
import { counted } from '../kit/counted.ts'
import { excessOver, sumOf } from '../kit/excess.ts'
import { inPolicy, violating } from '../kit/finding.ts'
import { groupBy } from '../kit/group-by.ts'
import { itemName } from '../kit/item-name.ts'
import { itemOf } from '../kit/item-of.ts'
import { isKnownTo, linesKnownTo } from '../kit/known.ts'
import { packHead, unpackHead } from '../kit/packed.ts'
import {
  hasPartners,
  isMetBy,
  isStay,
  keepVisit,
  linesInNeed,
  type Partner,
  packPartner,
  partnersIn,
  type Requirement,
  unpackPartner,
} from '../kit/partners.ts'
import { inTime, type Remembered, remembered, restingOn, visitOf } from '../kit/remembered.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/window.ts'
import { byDefault } from '../params.ts'
import type { ReferenceView } from '../reference.ts'

interface Limit {
  readonly max: number
  readonly per: 'VISIT' | 'OPERATION'
}

interface Consumable {
  readonly sn: string
  readonly code: string
  readonly name: string
  readonly day: Day
  readonly cnt: number
  readonly inscp: Fen
  readonly dear: boolean
  /** Empty where nothing is required. */
  readonly requirements: readonly Requirement[]
  readonly limit: Limit | null
}

interface Told extends Remembered {
  readonly stay: boolean
  readonly consumables: readonly Consumable[]
  readonly partners: readonly Partner[]
  /** Operations charged as services. */
  readonly surgeries: number
}

type Packed = readonly [string, string, string, Day, number, Fen, 0 | 1, readonly Requirement[], Limit | null]

const FORM: Form<Told> = {
  pack(told) {
    const consumables = told.consumables.map(({ sn, code, name, day, cnt, inscp, dear, requirements, limit }): Packed => {
      return [sn, code, name, day, cnt, inscp, dear ? 1 : 0, requirements, limit]
    })
    return [...packHead(told), told.stay ? 1 : 0, consumables, told.partners.map(packPartner), told.surgeries]
  },
  unpack(packed) {
    const [, , , stay, consumables, partners, surgeries = 0] = packed
    const unpackOne = ([sn, code, name, day, cnt, inscp, dear, requirements, limit]: Packed): Consumable => {
      return { sn, code, name, day, cnt, inscp, dear: dear === 1, requirements, limit }
    }
    return {
      stay: stay === 1,
      consumables: consumables.map(unpackOne),
      partners: partners.map(unpackPartner),
      surgeries,
      ...unpackHead(packed),
    }
  },
}

interface Evidence {
  readonly faults: readonly {
    readonly kind: 'no_operation' | 'quantity'
    readonly med_list_codg: string
    readonly name: string
    readonly cnt: number
    /** The greatest quantity; `null` where none is set. */
    readonly max_cnt: number | null
    /** Of a visit, or of so many operations. */
    readonly per: Limit['per'] | null
    readonly operations: number
    /** One of these should have been done. */
    readonly expected_any_of: readonly string[]
  }[]
  /** A unit price reaches that of dear implants. */
  readonly dear: boolean
  readonly vola_amt: number
}

interface Params {
  readonly dear_price: number
}

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

/** Of what is charged as an operation each code is one for so often as it was; others beside it are its parts and its anaesthesia. */
function surgeriesIn(visit: Visit): number {
  const lines = chargedLines(visit)
  const times = new Map<string, number>()
  lines.forEach(({ med_chrgitm_type, med_list_codg, cnt }, i) => {
    const item = itemOf(visit, lines, i)
    if (med_chrgitm_type !== SURGERY || item?.unit === '小时' || item?.tags?.includes('anaesthesia')) return
    const code = nationalCode(med_list_codg)
    times.set(code, (times.get(code) ?? 0) + cnt)
  })
  return Math.max(0, ...times.values())
}

/** MED-05 耗材与项目不符/超量: an implant without its operation, or more of it than an operation can take. */
export default defineDetector<Evidence, Params>({
  id: 'MED-05',
  version: 4,
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
      concerns: (visit) => hasPartners(visit) || hasLimits(visit),
      form: FORM,
      keep: ({ stay }) => keepVisit(stay),
      remember(visit, { params, reference }) {
        const needs = linesInNeed(visit, reference, isConsumable)
        const required = new Map(needs.map(([{ feedetl_sn }, requirements]) => [feedetl_sn, requirements]))
        const limited = chargedLines({ feedetail: linesKnownTo(visit, 'quantity_limit') })
        const lines = new Map([...needs.map(([line]) => line), ...limited].map((line) => [line.feedetl_sn, line]))
        const consumables = [...lines.values()].flatMap((line): Consumable[] => {
          const { feedetl_sn: sn, med_list_codg: code, fee_ocur_time: at, cnt, pric } = line
          const requirements = required.get(sn) ?? []
          const limit = limitOf(visit, line, reference)
          if (requirements.length === 0 && !limit) return []
          const said = { sn, code, name: itemName(code, at, reference), day: dayOf(at), cnt, inscp: inPolicy(line) }
          return [{ ...said, dear: pric >= microOf(params.dear_price), requirements, limit }]
        })
        return {
          stay: isStay(visit),
          consumables,
          partners: partnersIn(visit),
          surgeries: surgeriesIn(visit),
          ...remembered(visit),
        }
      },
      judge(told, { root }) {
        const finding = findingOn(root, told)
        return { holds: finding ? [finding] : NOTHING_HOLDS }
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

interface Placed extends Consumable {
  readonly settlement: Told
}

/** Each operation once, however many settlements of the visit name it; of both knees two are named on one day. */
function operationsIn(told: readonly Told[]): number {
  const most = new Map<string, number>()
  for (const { partners } of told) {
    for (const { code, day, operation, times } of partners) {
      const name = `${code}|${day}`
      if (operation) most.set(name, Math.max(most.get(name) ?? 0, times))
    }
  }
  return sumOf([...most.values()])
}

/** How often the services that a consumable requires were charged. */
function servicesFor(expected: readonly string[], partners: readonly Partner[]): number {
  const isExpected = ({ code, operation }: Partner) => !operation && expected.some((name) => meansItem(name, code))
  return sumOf(partners.flatMap((partner) => (isExpected(partner) ? [partner.times] : [])))
}

function findingOn(psn_no: string, told: readonly Told[]): Finding<Evidence> | undefined {
  const partners = told.flatMap((one) => one.partners)
  const performed = Math.max(operationsIn(told), sumOf(told.map(({ surgeries }) => surgeries)))
  const placed = told.flatMap((settlement) => settlement.consumables.map((one) => ({ settlement, ...one })))
  const refs = new Map<Placed, LineRef>()
  const faults: Evidence['faults'][number][] = []
  for (const [national, used] of groupBy(placed, (one) => nationalCode(one.code))) {
    const { name, code: first } = used[0]!
    const code = used.every((one) => one.code === first) ? first : national
    const cnt = used.reduce((sum, one) => sum + one.cnt, 0)
    const limit = used.find((one) => one.limit)?.limit ?? null
    const expected_any_of = [...new Set(used.flatMap((one) => one.requirements.flatMap(({ any_of }) => any_of)))]
    const operations = Math.max(performed, servicesFor(expected_any_of, partners))
    const max_cnt = limit && limit.max * (limit.per === 'OPERATION' ? Math.max(1, operations) : 1)
    const said = { med_list_codg: code, name, cnt, max_cnt, per: limit?.per ?? null, operations }
    const alone = used.filter(({ requirements, day }) => requirements.length > 0 && !isMetBy(requirements, day, partners, null))
    if (alone.length > 0) {
      for (const one of alone) refs.set(one, violating(one.settlement.id, { feedetl_sn: one.sn }, one.inscp))
      faults.push({ kind: 'no_operation', ...said, expected_any_of })
      continue
    }
    const counted = used.map((one) => ({ setl_id: one.settlement.id, feedetl_sn: one.sn, cnt: one.cnt, inscp: one.inscp }))
    const excess = max_cnt === null ? undefined : excessOver(max_cnt, counted)
    if (!excess) continue
    for (let i = 0; i < used.length; i++) refs.set(used[i]!, excess.lines[i]!)
    faults.push({ kind: 'quantity', ...said, expected_any_of })
  }
  if (faults.length === 0) return undefined
  const named = [...refs].sort(([a], [b]) => inTime(a.settlement, b.settlement))
  const dear = named.some(([one, { vola_item_type }]) => one.dear && vola_item_type === 1)
  const vola_amt = named.reduce((sum, [, ref]) => sum + ref.vola_amt, 0)
  const resting = restingOn(
    psn_no,
    named.map(([one]) => one.settlement),
  )
  return {
    subject: { type: 'settlement', id: resting.setl_ids.at(-1)! },
    bucket: '',
    result: 'suspicion',
    severity: dear ? 1 : 2,
    ...resting,
    vola_amt,
    count: faults.length,
    lines: named.map(([, ref]) => ref),
    evidence: { faults, dear, vola_amt: yuan(vola_amt) },
  }
}
