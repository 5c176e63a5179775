import type { FeeLine } from '../../schemas/events.ts'
import type { MedClass } from '../../schemas/med-class.ts'
import { type Fen, formatYuan, sharesOf, yuan } from '../../schemas/money.ts'
import type { ReferenceRow } from '../../schemas/reference.ts'
import { DAY, type Day, dayOf, formatDay, formatInstant, MINUTE } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { monthOf } from '../kit/calendar.ts'
import { chargedLines } from '../kit/charged-lines.ts'
import { inPolicy, involved, violating } from '../kit/finding.ts'
import { groupBy } from '../kit/group-by.ts'
import { itemOf } from '../kit/item-of.ts'
import { joined } from '../kit/joined.ts'
import { hasMedicine, isMedicine } from '../kit/medicine.ts'
import { packHead, unpackHead } from '../kit/packed.ts'
import { type Remembered, remembered, restingOn } from '../kit/remembered.ts'
import { covers } from '../kit/standing.ts'
import { daysSupplied, genericOf } from '../kit/supply.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/window.ts'
import { byDefault } from '../params.ts'
import type { ReferenceView } from '../reference.ts'

interface DrugLine {
  readonly sn: string
  readonly inscp: Fen
}

/** What one settlement supplies of one drug. */
interface Supply {
  readonly generic: string
  readonly days: number
  /** Most days at once where and for what it was given; accumulated, so many and the slack. */
  readonly limit: number
  /** One large package: it cannot be given in part. */
  readonly indivisible: boolean
  readonly lines: readonly DrugLine[]
}

interface Filled extends Remembered {
  readonly supplies: readonly Supply[]
}

const FORM: Form<Filled> = {
  pack: (filled) => [...packHead(filled), ...filled.supplies.map(packSupply)],
  unpack: (packed) => {
    const [, , , ...supplies] = packed
    return { supplies: supplies.map(unpackSupply), ...unpackHead(packed) }
  },
}

type PackedSupply = readonly [generic: string, days: number, limit: number, indivisible: number, ...(string | number)[]]

function packSupply({ generic, days, limit, indivisible, lines }: Supply): PackedSupply {
  const told: (string | number)[] = []
  for (const { sn, inscp } of lines) told.push(sn, inscp)
  return [generic, days, limit, indivisible ? 1 : 0, ...told]
}

function unpackSupply(packed: PackedSupply): Supply {
  const [generic, days, limit, indivisible] = packed
  const lines: DrugLine[] = []
  for (let i = 4; i < packed.length; i += 2) lines.push({ sn: String(packed[i]), inscp: Number(packed[i + 1]) })
  return { generic, days, limit, indivisible: indivisible === 1, lines }
}

interface Evidence {
  readonly generic: string
  readonly fills: readonly {
    readonly setl_id: string
    readonly setl_time: string
    readonly fixmedins_code: string
    readonly supply_days: number
    /** Days that earlier fills still covered. */
    readonly remaining_days: number
    readonly limit: number
    readonly over: boolean
  }[]
  /** Of the fill that is furthest above its limit. */
  readonly total_days: number
  readonly limit: number
  readonly vola_amt: number
}

interface Params {
  readonly limits: Partial<Record<MedClass, number>>
  readonly slack_days: number
  readonly window_days: number
  readonly large_package_days: number
  readonly short_term_classes: readonly string[]
  readonly long_treatment_diagnoses: readonly string[]
  readonly varying_dose_classes: readonly string[]
}

type Item = ReferenceRow<'item'> | undefined

function isOfClass(item: Item, classes: readonly string[]): boolean {
  const own = item?.pharm_class
  return own != null && classes.some((prefix) => own.startsWith(prefix))
}

/** Where no row tells the class, the code of a western drug excuses it too: X, and then its ATC code. */
function hasVaryingDose({ med_list_codg }: FeeLine, item: Item, { varying_dose_classes }: Params): boolean {
  if (item?.pharm_class) return isOfClass(item, varying_dose_classes)
  return med_list_codg.startsWith('X') && varying_dose_classes.some((prefix) => med_list_codg.startsWith(prefix, 1))
}

/** Codes of drugs against tuberculosis: X, and then their ATC code. */
const TUBERCULOSIS_DRUG = 'XJ04'

/** Whether the visit, or the person's registration, is for a disease that antimicrobials treat for months. */
function needsLongTreatment(visit: Visit, { long_treatment_diagnoses }: Params, reference: ReferenceView): boolean {
  if (visit.diseinfo.some(({ diag_code }) => long_treatment_diagnoses.some((prefix) => diag_code.startsWith(prefix)))) return true
  const { psn_no, setl_time } = visit
  const date = formatDay(dayOf(setl_time))
  const registered = (reference.find('person', psn_no, setl_time)?.row.chronic ?? []).filter((period) => covers(period, date))
  return registered.some(({ dise_codg }) => {
    const codes = (dise_codg && reference.find('chronic_list', dise_codg, setl_time, visit)?.row.codes) || []
    return codes.some((code) => code.startsWith(TUBERCULOSIS_DRUG))
  })
}

/**
 * Antimicrobials, narcotic and psychotropic drugs are never long-term: chronic care gives no more of them than a visit;
 * of antimicrobials it does against tuberculosis and its like.
 */
function limitOf(visit: Visit, item: Item, { params, reference }: Context<Params>): number | undefined {
  const { limits, short_term_classes } = params
  const limit = limits[visit.med_class]
  if (limit === undefined || limits.OP === undefined || limit <= limits.OP) return limit
  if (item?.tags?.includes('narcotic')) return limits.OP
  return isOfClass(item, short_term_classes) && !needsLongTreatment(visit, params, reference) ? limits.OP : limit
}

interface Given {
  readonly generic: string
  readonly line: DrugLine
  readonly days: number
  readonly prescribed: boolean
  readonly limit: number
  readonly indivisible: boolean
}

function givenBy(visit: Visit, context: Context<Params>): { readonly given: readonly Given[]; readonly unknown: boolean } {
  const { params } = context
  const lines = chargedLines(visit)
  const given: Given[] = []
  let unknown = false
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!
    const item = itemOf(visit, lines, i)
    if (!isMedicine(line, item) || inPolicy(line) <= 0) continue
    const limit = limitOf(visit, item, context)
    // How long insulin lasts depends on the person's dose, which nobody tells.
    if (limit === undefined || hasVaryingDose(line, item, params)) continue
    const days = daysSupplied(visit, line, item)
    if (days === undefined) {
      unknown = true
      continue
    }
    const pack = item?.pack_days ?? 0
    const prescribed = line.prd_days !== undefined && days === line.prd_days
    const indivisible = line.cnt <= 1 && days <= pack && (pack > params.large_package_days || !prescribed)
    const told = { sn: line.feedetl_sn, inscp: inPolicy(line) }
    given.push({ generic: genericOf(line, item), line: told, days, prescribed, limit, indivisible })
  }
  return { given, unknown }
}

function suppliesOf(given: readonly Given[]): Supply[] {
  return Array.from(groupBy(given, ({ generic }) => generic).values(), (same) => {
    return same.length === 1 ? supplyOfOne(same[0]!) : supplyOf(same)
  })
}

function supplyOfOne({ generic, days, limit, indivisible, line }: Given): Supply {
  return { generic, days, limit, indivisible, lines: [line] }
}

/**
 * A fill is what one settlement supplies of a drug. Lines that were prescribed are taken side by side, such as the morning's
 * and the evening's dose: the longest counts. Packages are taken one after the other.
 */
function supplyOf(given: readonly Given[]): Supply {
  const prescribed = Math.max(0, ...given.filter((one) => one.prescribed).map(({ days }) => days))
  const packed = given.reduce((sum, { days, prescribed }) => (prescribed ? sum : sum + days), 0)
  return {
    generic: given[0]!.generic,
    days: Math.max(prescribed, packed),
    limit: Math.min(...given.map(({ limit }) => limit)),
    indivisible: false,
    lines: given.map(({ line }) => line),
  }
}

interface Fill extends Supply {
  readonly settlement: Filled
  readonly day: Day
}

interface Hit {
  /** Places in the row of fills: of the first fill that still lasted, and of the one that was too much. */
  readonly from: number
  readonly to: number
  readonly remaining: number
  /** Days above the limit, at most those of the fill itself. */
  readonly excess: number
}

/** How long what was filled before still lasts on the day of a fill, and since which fill there was always some left. */
function leftBefore(fills: readonly Fill[], to: number, window: number): { readonly remaining: number; readonly from: number } {
  const { day } = fills[to]!
  let until = Number.NEGATIVE_INFINITY
  let from = to
  for (let i = 0; i < to; i++) {
    const fill = fills[i]!
    // What lies beyond the window may or may not be remembered; what holds must not depend on it.
    if (day - fill.day >= window) continue
    if (until <= fill.day) from = i
    until = Math.max(until, fill.day) + fill.days
  }
  return until > day ? { remaining: until - day, from } : { remaining: 0, from: to }
}

function hitsAmong(fills: readonly Fill[], { slack_days, window_days }: Params): Hit[] {
  return fills.flatMap(({ days, limit, indivisible }, to) => {
    const { remaining, from } = leftBefore(fills, to, window_days)
    const [total, isAtOnce] = [remaining + days, days > limit && !indivisible]
    const isAccumulated = remaining > 0 && total > limit + slack_days
    if (!isAtOnce && !isAccumulated) return []
    return [{ from, to, remaining, excess: isAccumulated ? Math.min(days, total - limit) : days - limit }]
  })
}

/** POL-14 超量开药: more days of a drug at once, or piled up from several fills, than may be paid. */
export default defineDetector<Evidence, Params>({
  id: 'POL-14',
  version: 4,
  title: { zh: '超量开药(最大支付天数)', en: 'Supply beyond the longest paid time' },
  category: 'POL',
  result: 'violation',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(二)' }],
  stages: ['pre', 'mid'],
  behaviour: '超量开药',
  params: {
    limits: byDefault(
      { ER: 3, OP: 30, MAT_OP: 30, CHRONIC: 84, PHARM: 30, PHARM_CHRONIC: 84 },
      'days of one drug at once, by class of care',
    ),
    slack_days: byDefault(7, 'earlier fills and the new one together may exceed the limit by so many days'),
    window_days: byDefault(200, 'earlier fills are looked for in so many days'),
    large_package_days: byDefault(7, 'a single package that lasts longer cannot be given in part, whatever was prescribed'),
    short_term_classes: byDefault(['J01', 'J02'], 'drugs of which chronic care gives no more than a visit'),
    long_treatment_diagnoses: byDefault(
      ['A15', 'A16', 'A17', 'A18', 'A19', 'A30', 'A31', 'B20.0', 'J65', 'O98.0', 'P37.0'],
      'tuberculosis, leprosy and other mycobacteria: chronic care gives antimicrobials for months',
    ),
    varying_dose_classes: byDefault(['A10A'], 'drugs whose packages last as long as the dose lets them: not judged'),
  },
  parts: [
    windowRule<Visit, Filled, Evidence, Params>({
      on: ['settlement'],
      space: 'person',
      root: (visit) => visit.psn_no,
      concerns: (visit, { params }) => params.limits[visit.med_class] !== undefined && hasMedicine(visit),
      form: FORM,
      keep: 200 * DAY,
      lateness: 10 * MINUTE,
      remember(visit, context) {
        const { given, unknown } = givenBy(visit, context)
        if (given.length === 0) return unknown ? 'INPUT_MISSING' : undefined
        return { supplies: suppliesOf(given), ...remembered(visit) }
      },
      judge(settlements, context) {
        const suspects = suspectsAmong(settlements, context.params)
        if (suspects.size === 0) return { holds: NOTHING_HOLDS }
        const byGeneric = groupBy(fillsOf(settlements, suspects), ({ generic }) => generic)
        const holds = [...byGeneric.values()].flatMap((fills) => findingsOn(fills, context))
        return { holds: holds.length > 0 ? holds : NOTHING_HOLDS }
      },
    }),
  ],
  explain({ generic, fills, total_days, limit, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    return language === 'zh'
      ? `${generic}累计供药${total_days}天，限${limit}天，涉及${fills.length}次配药，超出部分${amount}元。`
      : `${generic} was supplied for ${total_days} days where ${limit} are paid, in ${fills.length} fill(s); ${amount} yuan too much.`
  },
  example: {
    generic: '氨氯地平',
    fills: [
      {
        ...{ setl_id: 'S1', setl_time: '2026-03-02T10:00:00+08:00', fixmedins_code: 'H99010100001' },
        ...{ supply_days: 60, remaining_days: 0, limit: 30, over: true },
      },
    ],
    total_days: 60,
    limit: 30,
    vola_amt: 45.5,
  },
})

const NO_SUSPECTS: ReadonlySet<string> = new Set()

/** The drugs of which so much was given at once, or in all, that a closer look is needed: nearly always none. */
function suspectsAmong(settlements: readonly Filled[], { slack_days }: Params): ReadonlySet<string> {
  let suspects: Set<string> | undefined
  const given = settlements.length > 1 ? new Map<string, number>() : undefined
  for (const { supplies } of settlements) {
    for (const { generic, days, limit, indivisible } of supplies) {
      const before = given?.get(generic) ?? 0
      if ((days > limit && !indivisible) || (before > 0 && before + days > limit + slack_days)) {
        suspects ??= new Set()
        suspects.add(generic)
      }
      given?.set(generic, before + days)
    }
  }
  return suspects ?? NO_SUSPECTS
}

function fillsOf(settlements: readonly Filled[], generics: ReadonlySet<string>): Fill[] {
  return settlements.flatMap((settlement) =>
    settlement.supplies
      .filter(({ generic }) => generics.has(generic))
      .map((supply) => ({ settlement, day: dayOf(settlement.at), ...supply })),
  )
}

const SHOWN = 50

function findingsOn(fills: readonly Fill[], { root, params }: Context<Params>): Finding<Evidence>[] {
  const hits = hitsAmong(fills, params)
  if (hits.length === 0) return []
  const runs = joined(hits.map(({ from, to }) => [from, to]))
  const months = groupBy(runs, ([from]) => monthOf(fills[from]!.day))
  return [...months].map(([month, ranges]) => {
    const isIn = (place: number) => ranges.some(([from, to]) => from <= place && place <= to)
    return findingOn(root, month, { fills, places: fills.map((_, place) => place).filter(isIn), hits })
  })
}

interface Run {
  readonly fills: readonly Fill[]
  readonly places: readonly number[]
  readonly hits: readonly Hit[]
}

function findingOn(psn_no: string, month: string, { fills, places, hits }: Run): Finding<Evidence> {
  const over = new Map(hits.map((hit) => [hit.to, hit]))
  const lines = places.flatMap((place) => {
    const { settlement, days, lines } = fills[place]!
    const hit = over.get(place)
    if (!hit) return lines.map(({ sn }) => involved(settlement.id, { feedetl_sn: sn }))
    const shares = sharesOf(
      lines.map(({ inscp }) => inscp),
      hit.excess,
      days,
    )
    return lines.map(({ sn }, i) => violating(settlement.id, { feedetl_sn: sn }, shares[i]!))
  })
  const own = hits.filter(({ to }) => places.includes(to))
  const worst = own.reduce((most, hit) => (hit.excess > most.excess ? hit : most))
  const vola_amt = lines.reduce((sum, line) => sum + line.vola_amt, 0)
  const { generic, limit } = fills[worst.to]!
  return {
    subject: { type: 'person', id: psn_no },
    bucket: `${month}|${generic}`,
    result: 'violation',
    severity: 2,
    ...restingOn(
      psn_no,
      places.map((place) => fills[place]!.settlement),
    ),
    vola_amt,
    lines,
    count: own.length,
    evidence: {
      generic,
      fills: places.slice(0, SHOWN).map((place) => {
        const { settlement, days: supply_days, limit } = fills[place]!
        const { id: setl_id, at, fixmedins_code } = settlement
        const remaining_days = rounded(over.get(place)?.remaining ?? 0)
        return {
          setl_id,
          setl_time: formatInstant(at),
          fixmedins_code,
          supply_days,
          remaining_days,
          limit,
          over: over.has(place),
        }
      }),
      total_days: rounded(worst.remaining + fills[worst.to]!.days),
      limit,
      vola_amt: yuan(vola_amt),
    },
  }
}

/** Days carry four decimals. */
function rounded(days: number): number {
  return Math.round(days * 1e4) / 1e4
}
