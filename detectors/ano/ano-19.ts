import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, dayOf, formatDay, formatInstant, MINUTE } from '../../schemas/time.ts'
import { defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { chargedLines } from '../kit/bills/charged-lines.ts'
import { fundOf, involved, violating } from '../kit/bills/finding.ts'
import { daysSupplied, genericOf } from '../kit/bills/supply.ts'
import { isMedicine } from '../kit/care/medicine.ts'
import { itemOf } from '../kit/items/item-of.ts'
import { packHead, unpackHead } from '../kit/parts/packed.ts'
import { type Remembered, remembered, restingOn } from '../kit/parts/remembered.ts'
import { distinct } from '../kit/parts/runs.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/parts/window.ts'
import { byDefault } from '../params.ts'

interface DrugLine {
  readonly feedetl_sn: string
  readonly generic: string
  readonly name: string
  /** Days of supply; 0 where nothing tells. */
  readonly days: number
  readonly fund: Fen
}

interface Filled extends Remembered {
  readonly drugs: readonly DrugLine[]
}

const FORM: Form<Filled> = {
  pack: (filled) => {
    const packed: unknown[] = packHead(filled).slice()
    for (const { feedetl_sn, generic, name, days, fund } of filled.drugs)
      packed.push(feedetl_sn, generic, name === generic ? 0 : name, days, fund)
    return packed
  },
  unpack: (packed) => {
    const drugs: DrugLine[] = []
    for (let i = 3; i < packed.length; i += 5) {
      const generic = packed[i + 1]
      drugs.push({ feedetl_sn: packed[i], generic, name: packed[i + 2] || generic, days: packed[i + 3], fund: packed[i + 4] })
    }
    return { drugs, ...unpackHead(packed) }
  },
}

interface Evidence {
  readonly day: string
  readonly generic: string
  readonly name: string
  readonly fills: readonly {
    readonly setl_id: string
    readonly setl_time: string
    readonly fixmedins_code: string
    readonly supply_days: number
  }[]
  readonly institutions: number
  readonly supply_days: number
  readonly vola_amt: number
}

interface Params {
  readonly institutions: number
  readonly supply_days: number
}

/** Wards give out a day's dose; elsewhere supplies are taken home. */
const HOME_SUPPLY = new Set(['OP', 'ER', 'CHRONIC', 'PHARM', 'PHARM_CHRONIC', 'MAT_OP'])
const SHOWN = 50

function drugsOf(visit: Visit): DrugLine[] {
  const lines = chargedLines(visit)
  const drugs: DrugLine[] = []
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!
    const item = itemOf(visit, lines, i)
    if (!isMedicine(line, item)) continue
    const { feedetl_sn, med_list_codg } = line
    drugs.push({
      feedetl_sn,
      generic: genericOf(line, item),
      name: item?.name || med_list_codg,
      days: daysSupplied(visit, line, item) ?? 0,
      fund: fundOf(visit, line),
    })
  }
  return drugs
}

interface Fill {
  readonly filled: Filled
  readonly drug: DrugLine
}

function findingOn(psn_no: string, generic: string, fills: readonly Fill[], params: Params): Finding<Evidence> | undefined {
  const institutions = distinct(fills, ({ filled }) => filled.fixmedins_code)
  const supply_days = Math.round(fills.reduce((sum, { drug }) => sum + drug.days, 0) * 100) / 100
  if (institutions < params.institutions || supply_days <= params.supply_days) return undefined
  const first = fills[0]!.filled.fixmedins_code
  // Who fills at one institution does nothing strange: what the others gave is too much.
  const lines = fills.map(({ filled, drug }) =>
    filled.fixmedins_code === first ? involved(filled.id, drug) : violating(filled.id, drug, drug.fund),
  )
  const vola_amt = lines.reduce((sum, line) => sum + line.vola_amt, 0)
  const day = formatDay(dayOf(fills[0]!.filled.at))
  return {
    subject: { type: 'person', id: psn_no },
    bucket: `${day}|${generic}`,
    result: 'suspicion',
    severity: 2,
    ...restingOn(
      psn_no,
      fills.map(({ filled }) => filled),
    ),
    vola_amt,
    count: fills.length,
    lines,
    evidence: {
      day,
      generic,
      name: fills[0]!.drug.name,
      fills: fills.slice(0, SHOWN).map(({ filled: { id, at, fixmedins_code }, drug }) => ({
        ...{ setl_id: id, setl_time: formatInstant(at), fixmedins_code, supply_days: drug.days },
      })),
      institutions,
      supply_days,
      vola_amt: yuan(vola_amt),
    },
  }
}

function findingsIn(filled: readonly Filled[], psn_no: string, params: Params): Finding<Evidence>[] {
  if (distinct(filled, ({ fixmedins_code }) => fixmedins_code) < params.institutions) return []
  const groups = new Map<string, Fill[]>()
  for (const settlement of filled) {
    for (const drug of settlement.drugs) {
      const key = `${dayOf(settlement.at)}|${drug.generic}`
      groups.set(key, [...(groups.get(key) ?? []), { filled: settlement, drug }])
    }
  }
  return [...groups.values()].flatMap((fills) => findingOn(psn_no, fills[0]!.drug.generic, fills, params) ?? [])
}

/** ANO-19 同日多机构购同药: the same drug at several institutions on one day, more than a month of it. */
export default defineDetector<Evidence, Params>({
  id: 'ANO-19',
  version: 3,
  title: { zh: '同日多机构购同药', en: 'Same drug at many institutions on one day' },
  category: 'ANO',
  result: 'suspicion',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '38(二)' },
    { law: '医疗保障基金使用监督管理条例', article: '38(五)' },
    { law: '医疗保障基金使用监督管理条例', article: '41' },
  ],
  stages: ['mid'],
  behaviour: '转卖药品',
  params: {
    institutions: byDefault(3, 'at least so many on one calendar day'),
    supply_days: byDefault(30, 'more days of supply than this; partial fills of one prescription stay below'),
  },
  parts: [
    windowRule<Visit, Filled, Evidence, Params>({
      on: ['settlement'],
      space: 'person',
      root: ({ psn_no }) => psn_no,
      concerns: (visit) => HOME_SUPPLY.has(visit.med_class) && !isAtAgency(visit),
      form: FORM,
      // A day of the card's three is over with the calendar day; the others are for voids and late events.
      keep: DAY,
      lateness: 2 * DAY + 10 * MINUTE,
      remember(visit) {
        const drugs = drugsOf(visit)
        return drugs.length > 0 ? { drugs, ...remembered(visit) } : undefined
      },
      judge(filled, { root, params }) {
        return { holds: filled.length < params.institutions ? NOTHING_HOLDS : findingsIn(filled, root, params) }
      },
    }),
  ],
  explain({ day, name, institutions, supply_days, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    return language === 'zh'
      ? `${day}在${institutions}家机构购${name}，共${supply_days}天用量，涉及基金${amount}元。`
      : `On ${day} ${name} was bought at ${institutions} institutions, ${supply_days} days of supply in all; ${amount} yuan of the fund are concerned.`
  },
  example: {
    day: '2026-03-02',
    generic: '阿托伐他汀',
    name: '阿托伐他汀钙片',
    fills: [
      { setl_id: 'S1', setl_time: '2026-03-02T09:00:00+08:00', fixmedins_code: 'P99010100001', supply_days: 14 },
      { setl_id: 'S2', setl_time: '2026-03-02T10:30:00+08:00', fixmedins_code: 'P99010100002', supply_days: 14 },
      { setl_id: 'S3', setl_time: '2026-03-02T15:10:00+08:00', fixmedins_code: 'H99010100001', supply_days: 14 },
    ],
    institutions: 3,
    supply_days: 42,
    vola_amt: 64.5,
  },
})
