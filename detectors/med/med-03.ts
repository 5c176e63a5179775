import type { Discharge, FeeLine } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { type Fen, yuan } from '../../schemas/money.ts'
import type { ReferenceRow } from '../../schemas/reference.ts'
import { DAY, type Day, dayOf, formatDay, type Instant } from '../../schemas/time.ts'
import { defineDetector, type Finding, type Form, type LineRef, type Visit } from '../detector.ts'
import { monthOf } from '../kit/calendar.ts'
import { chargedLines } from '../kit/charged-lines.ts'
import { excessOver, sumOf } from '../kit/excess.ts'
import { inPolicy, involved, violating } from '../kit/finding.ts'
import { groupBy } from '../kit/group-by.ts'
import { itemName } from '../kit/item-name.ts'
import { itemOf } from '../kit/item-of.ts'
import { packHead, packTime, unpackHead, unpackTime } from '../kit/packed.ts'
import { type Remembered, remembered, restingOn, visitOf } from '../kit/remembered.ts'
import { STAY_MEMORY } from '../kit/stay.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/window.ts'
import { byDefault } from '../params.ts'
import type { ReferenceView } from '../reference.ts'

/** What a line is, in as far as the rule knows impossible numbers of it. */
const TAGS = ['hemodialysis', 'crrt', 'perfusion', 'infusion', 'physio', 'anaesthesia'] as const
type Tag = (typeof TAGS)[number]
const KNOWN_TAGS: ReadonlySet<string> = new Set(TAGS)

interface Line {
  readonly sn: string
  readonly code: string
  readonly tags: readonly Tag[]
  /** Charged by the hour. */
  readonly hourly: boolean
  readonly at: Instant
  readonly cnt: number
  readonly inscp: Fen
}

interface Operation {
  readonly code: string
  readonly from: Instant
  readonly to: Instant
}

/** A settlement, or a discharge, which tells when a stay ended. */
interface Told extends Remembered {
  readonly visit: string
  /** End of the stay, where this tells it. */
  readonly end: Instant | null
  /** Of two discharges the one that was ingested later is right; settlements tell less than any discharge. */
  readonly rank: number
  readonly lines: readonly Line[]
  readonly operations: readonly Operation[]
}

type PackedLine = readonly [sn: string, code: string, bits: number, at: number, cnt: number, inscp: Fen]
const HOURLY = 1 << TAGS.length

const FORM: Form<Told> = {
  pack(told) {
    const lines = told.lines.map(({ sn, code, tags, hourly, at, cnt, inscp }): PackedLine => {
      const bits = tags.reduce((all, tag) => all | (1 << TAGS.indexOf(tag)), hourly ? HOURLY : 0)
      return [sn, code, bits, packTime(at), cnt, inscp]
    })
    const operations = told.operations.map(({ code, from, to }) => [code, packTime(from), packTime(to)])
    return [...packHead(told), told.visit, told.end === null ? null : packTime(told.end), told.rank, lines, operations]
  },
  unpack(packed) {
    const [, , , visit, end, rank, lines, operations] = packed
    const unpackLine = ([sn, code, bits, at, cnt, inscp]: PackedLine): Line => {
      const tags = TAGS.filter((_, i) => (bits & (1 << i)) !== 0)
      return { sn, code, tags, hourly: (bits & HOURLY) !== 0, at: unpackTime(at), cnt, inscp }
    }
    return {
      ...{ visit, rank, end: end === null ? null : unpackTime(end), lines: lines.map(unpackLine) },
      operations: operations.map(([code, from, to]: [string, number, number]) => {
        return { code, from: unpackTime(from), to: unpackTime(to) }
      }),
      ...unpackHead(packed),
    }
  },
}

type Kind =
  | 'dialysis_day'
  | 'dialysis_month'
  | 'hours'
  | 'dialysis_beside'
  | 'infusions'
  | 'after_discharge'
  | 'physio'
  | 'anaesthesia'

interface Fault {
  readonly kind: Kind
  readonly name: string
  /** Times, hours, groups or parts. */
  readonly total: number
  readonly limit: number
}

interface Evidence {
  /** The day; the month where dialyses of a month are counted. */
  readonly period: string
  readonly faults: readonly Fault[]
  /** What was charged of it, line by line. */
  readonly lines: readonly {
    readonly setl_id: string
    readonly feedetl_sn: string
    readonly med_list_codg: string
    readonly cnt: number
  }[]
  readonly vola_amt: number
}

interface Params {
  readonly dialyses_a_day: number
  readonly dialyses_a_month: number
  readonly hours_a_day: number
  readonly infusions_a_day: number
  readonly physio_parts_a_day: number
}

const SHOWN = 100

const SERVICES = '201'

/** The drugs and consumables of a treatment are none: the row with the tags says what an item is, else the line, else the code. */
function isService({ list_type, med_list_codg }: FeeLine, item: ReferenceRow<'item'> | undefined): boolean {
  const list = item?.list_type || list_type
  return list === '' ? !/^(?:[XZT]|C\d)/.test(med_list_codg) : list === SERVICES
}

function tagsOf(line: FeeLine, item: ReferenceRow<'item'> | undefined): readonly Tag[] {
  const tags = item?.tags
  return tags?.length && isService(line, item) ? TAGS.filter((tag) => tags.includes(tag)) : []
}

function matters(item: ReferenceRow<'item'> | undefined): boolean {
  if (!item) return false
  if (item.unit === '小时') return true
  if (item.tags) for (const tag of item.tags) if (KNOWN_TAGS.has(tag)) return true
  return false
}

function settled(visit: Visit): Told | 'STAY_TOO_LONG' | undefined {
  const charged = chargedLines(visit)
  const known = charged.flatMap((line, i): Line[] => {
    const item = itemOf(visit, charged, i)
    if (!matters(item)) return []
    const { feedetl_sn: sn, med_list_codg: code, fee_ocur_time: at, cnt } = line
    const tags = tagsOf(line, item)
    // Continuous treatment is charged by the hour, whatever its row says.
    const hourly = item!.unit === '小时' || (tags.includes('crrt') && !item!.unit)
    if (tags.length === 0 && !hourly) return []
    return [{ sn, code, tags, hourly, at, cnt, inscp: inPolicy(line) }]
  })
  // What else was charged on a day so long ago may be forgotten already: the day cannot be counted.
  const lines = known.filter(({ at }) => visit.setl_time - at <= STAY_MEMORY)
  if (known.length > 0 && lines.length === 0) return 'STAY_TOO_LONG'
  const anaesthetised = lines.some(({ tags }) => tags.includes('anaesthesia'))
  const operations = visit.oprninfo.flatMap(({ oprn_oprt_code: code, oprn_begntime: from, oprn_endtime: to }) =>
    anaesthetised && from !== undefined && to !== undefined ? [{ code, from, to }] : [],
  )
  if (lines.length === 0) return undefined
  const isEnd = isInpatient(visit.med_class) && visit.mid_setl_flag !== '1'
  return { visit: visitOf(visit), end: (isEnd && visit.endtime) || null, rank: -1, lines, operations, ...remembered(visit) }
}

function discharged({ mdtrt_id, fixmedins_code, endtime, ingest_time = 0 }: Discharge): Told {
  const place = { fixmedins_code, admdvs: '', insu_admdvs: '' }
  const id = `discharge:${mdtrt_id}:${ingest_time}:${endtime}`
  return { id, at: endtime, visit: mdtrt_id, end: endtime, rank: ingest_time, lines: [], operations: [], ...place }
}

/** MED-03 不可能次数: treatments that one person cannot have had so often on one day. */
export default defineDetector<Evidence, Params>({
  id: 'MED-03',
  version: 2,
  title: { zh: '透析/输液等不可能次数', en: 'Impossible counts' },
  category: 'MED',
  result: 'suspicion',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '38(三)' },
    { law: '医疗保障基金使用监督管理条例', article: '40(三)' },
  ],
  stages: ['mid'],
  behaviour: '虚构医药服务项目',
  params: {
    dialyses_a_day: byDefault(1, 'haemodialyses of a person on one day'),
    dialyses_a_month: byDefault(14, 'haemodialyses of a person in a calendar month'),
    hours_a_day: byDefault(24, 'hours of one item charged by the hour'),
    infusions_a_day: byDefault(20, 'groups of infusions'),
    physio_parts_a_day: byDefault(3, 'parts of the body in physical therapy'),
  },
  parts: [
    windowRule<Visit | Discharge, Told, Evidence, Params>({
      on: ['settlement', 'discharge'],
      space: 'person',
      root: ({ psn_no }) => psn_no,
      concerns: (event) => event.kind === 'discharge' || event.items.some(matters),
      form: FORM,
      // A stay is settled at its end, and any of its days may have been charged elsewhere too.
      keep: STAY_MEMORY + DAY,
      remember: (event) => (event.kind === 'discharge' ? discharged(event) : settled(event)),
      judge(told, { root, params, reference }) {
        const placed = told.flatMap((settlement) => settlement.lines.map((line) => ({ settlement, ...line })))
        if (placed.length === 0) return { holds: NOTHING_HOLDS }
        const periods = [...faultsByDay(told, placed, params, reference), ...faultsByMonth(placed, params, reference)]
        return { holds: periods.length === 0 ? NOTHING_HOLDS : periods.map((period) => findingOn(root, period)) }
      },
    }),
  ],
  explain({ period, faults, vola_amt }, language) {
    const [first] = faults
    if (!first) return ''
    const { kind, name, total, limit } = first
    return language === 'zh'
      ? `${period}${name}${SAID[kind].zh}${total}(上限${limit})，共${faults.length}项，${vola_amt}元。`
      : `${period}: ${name}, ${SAID[kind].en} ${total} (at most ${limit}); ${faults.length} fault(s), ${vola_amt} yuan.`
  },
  example: {
    period: '2026-03-02',
    faults: [{ kind: 'hours', name: '连续性血液净化', total: 30, limit: 24 }],
    lines: [{ setl_id: 'S1', feedetl_sn: '1', med_list_codg: '003110000110000', cnt: 30 }],
    vola_amt: 540,
  },
})

const SAID: Readonly<Record<Kind, { zh: string; en: string }>> = {
  dialysis_day: { zh: '单日次数', en: 'times on one day' },
  dialysis_month: { zh: '单月次数', en: 'times in one month' },
  hours: { zh: '单日小时数', en: 'hours on one day' },
  dialysis_beside: { zh: '与血液滤过或灌流同日收费', en: 'beside continuous treatment or perfusion' },
  infusions: { zh: '单日组数', en: 'infusions on one day' },
  after_discharge: { zh: '出院后输液', en: 'infusions after the discharge' },
  physio: { zh: '单日部位数', en: 'parts on one day' },
  anaesthesia: { zh: '全麻手术时间重叠', en: 'overlapping operations' },
}

interface Placed extends Line {
  readonly settlement: Told
}

interface Period {
  readonly period: string
  readonly certain: boolean
  readonly faults: readonly Fault[]
  /** By settlement and line. */
  readonly refs: ReadonlyMap<string, LineRef>
  readonly lines: ReadonlySet<Placed>
}

/** Collects what is wrong with a period; a line bears the largest of the amounts that are said of it. */
class Verdict {
  certain = false
  readonly faults: Fault[] = []
  readonly refs = new Map<string, LineRef>()
  readonly lines = new Set<Placed>()

  add(fault: Fault, lines: readonly Placed[], refs: readonly LineRef[]): void {
    this.faults.push(fault)
    for (const line of lines) this.lines.add(line)
    for (const ref of refs) {
      const name = `${ref.setl_id}|${ref.feedetl_sn}`
      const known = this.refs.get(name)
      const isWorse = !known || ref.vola_item_type < known.vola_item_type
      if (isWorse || (ref.vola_item_type === known.vola_item_type && ref.vola_amt > known.vola_amt)) this.refs.set(name, ref)
    }
  }

  /** More than the limit of what is counted. */
  count(kind: Kind, name: string, limit: number, lines: readonly Placed[]): boolean {
    const excess = excessOver(
      limit,
      lines.map(({ settlement, sn, cnt, inscp }) => ({ setl_id: settlement.id, feedetl_sn: sn, cnt, inscp })),
    )
    if (excess) this.add({ kind, name, total: excess.total, limit }, lines, excess.lines)
    return excess !== undefined
  }

  as(period: string): Period[] {
    const { certain, faults, refs, lines } = this
    return faults.length > 0 ? [{ period, certain, faults, refs, lines }] : []
  }
}

function has(tag: Tag): (line: Line) => boolean {
  return ({ tags }) => tags.includes(tag)
}

/** Counted by times, not by hours. */
function dialyses(lines: readonly Placed[]): Placed[] {
  return lines.filter((line) => has('hemodialysis')(line) && !line.hourly)
}

function atFault({ settlement, sn, inscp }: Placed): LineRef {
  return violating(settlement.id, { feedetl_sn: sn }, inscp)
}

function faultsByDay(told: readonly Told[], placed: readonly Placed[], params: Params, reference: ReferenceView): Period[] {
  const ends = endsOf(told)
  const overlapping = overlapsByDay(told)
  return Array.from(
    groupBy(placed, ({ at }) => dayOf(at)),
    ([day, lines]) => {
      const record = new Verdict()
      const nameOf = ({ code, at }: Line) => itemName(code, at, reference)
      const dialysed = dialyses(lines)
      if (dialysed.length > 0) {
        record.count('dialysis_day', nameOf(dialysed[0]!), params.dialyses_a_day, dialysed)
        const beside = lines
          .filter((line) => has('crrt')(line) || has('perfusion')(line))
          .filter((line) => !dialysed.includes(line))
        if (beside.length > 0) {
          const refs = beside.map(({ settlement, sn }) => involved(settlement.id, { feedetl_sn: sn }))
          const fault = {
            kind: 'dialysis_beside' as const,
            name: nameOf(dialysed[0]!),
            total: sumOf(dialysed.map(({ cnt }) => cnt)),
          }
          record.add({ ...fault, limit: 0 }, [...dialysed, ...beside], [...dialysed.map(atFault), ...refs])
        }
      }
      for (const [, hours] of groupBy(
        lines.filter(({ hourly }) => hourly),
        ({ code }) => code,
      ))
        if (record.count('hours', nameOf(hours[0]!), params.hours_a_day, hours)) record.certain = true
      const infused = lines.filter(has('infusion'))
      if (infused.length > 0) record.count('infusions', nameOf(infused[0]!), params.infusions_a_day, infused)
      const late = infused.filter(({ settlement }) => isAfter(day, ends.get(settlement.visit)))
      if (late.length > 0) {
        record.certain = true
        const total = sumOf(late.map(({ cnt }) => cnt))
        record.add({ kind: 'after_discharge', name: nameOf(late[0]!), total, limit: 0 }, late, late.map(atFault))
      }
      const treated = lines.filter(has('physio'))
      if (treated.length > 0) record.count('physio', nameOf(treated[0]!), params.physio_parts_a_day, treated)
      const operated = overlapping.get(day)
      const asleep = lines.filter((line) => has('anaesthesia')(line) && operated?.has(line.settlement))
      if (operated && asleep.length > 0) {
        const fault = { kind: 'anaesthesia' as const, name: nameOf(asleep[0]!), total: 2, limit: 1 }
        // Who was operated on later was not there: the earlier operation is involved.
        const [first] = [...operated]
        const refs = asleep.map((line) =>
          line.settlement === first && operated.size > 1 ? involved(first.id, { feedetl_sn: line.sn }) : atFault(line),
        )
        record.add(fault, asleep, refs)
      }
      return record.as(formatDay(day))
    },
  ).flat()
}

function faultsByMonth(placed: readonly Placed[], params: Params, reference: ReferenceView): Period[] {
  const months = groupBy(dialyses(placed), ({ at }) => monthOf(dayOf(at)))
  return Array.from(months, ([month, lines]) => {
    const record = new Verdict()
    const { code, at } = lines[0]!
    record.count('dialysis_month', itemName(code, at, reference), params.dialyses_a_month, lines)
    return record.as(month)
  }).flat()
}

/** When each stay ended, as its discharge says, else its settlement. */
function endsOf(told: readonly Told[]): ReadonlyMap<string, Instant> {
  const best = new Map<string, Told>()
  for (const one of told) {
    const known = best.get(one.visit)
    if (one.end !== null && (!known || one.rank >= known.rank)) best.set(one.visit, one)
  }
  return new Map(Array.from(best, ([visit, { end }]) => [visit, end!]))
}

function isAfter(day: Day, end: Instant | undefined): boolean {
  return end !== undefined && day > dayOf(end)
}

/** The settlements, by day of the later one, whose operations under anaesthesia overlap; the one that began first comes first. */
function overlapsByDay(told: readonly Told[]): ReadonlyMap<Day, ReadonlySet<Told>> {
  const operations = told.flatMap((settlement) => settlement.operations.map((operation) => ({ settlement, ...operation })))
  operations.sort((a, b) => a.from - b.from || a.to - b.to)
  const days = new Map<Day, Set<Told>>()
  operations.forEach((later, i) => {
    for (const earlier of operations.slice(0, i)) {
      if (later.from >= earlier.to || earlier.from >= later.to) continue
      // Several codes may describe one operation, also in the next settlement of the visit.
      const isOne = later.from === earlier.from && later.to === earlier.to
      const day = dayOf(later.from)
      const own = anaesthesias(later.settlement, [dayOf(earlier.from), day])
      if (later.settlement.visit === earlier.settlement.visit && (isOne || own < 2)) continue
      days.set(day, new Set([...(days.get(day) ?? []), earlier.settlement, later.settlement]))
    }
  })
  return days
}

/** On the days of the operations; the hours of one are not several. */
function anaesthesias({ lines }: Told, days: readonly Day[]): number {
  const given = lines.filter((line) => has('anaesthesia')(line) && !line.hourly && days.includes(dayOf(line.at)))
  return given.reduce((sum, { cnt }) => sum + cnt, 0)
}

function findingOn(psn_no: string, { period, certain, faults, refs, lines }: Period): Finding<Evidence> {
  const vola_amt = [...refs.values()].reduce((sum, ref) => sum + ref.vola_amt, 0)
  return {
    subject: { type: 'person', id: psn_no },
    bucket: period,
    result: certain ? 'violation' : 'suspicion',
    severity: 1,
    ...restingOn(
      psn_no,
      Array.from(lines, ({ settlement }) => settlement),
    ),
    vola_amt,
    lines: [...refs.values()],
    count: faults.length,
    evidence: {
      period,
      faults,
      lines: Array.from(lines, ({ settlement, sn, code, cnt }) => {
        return { setl_id: settlement.id, feedetl_sn: sn, med_list_codg: code, cnt }
      }).slice(0, SHOWN),
      vola_amt: yuan(vola_amt),
    },
  }
}
