import type { FeeLine } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { type Fen, formatYuan } from '../../schemas/money.ts'
import type { ReferenceRow } from '../../schemas/reference.ts'
import { DAY, type Day, dayOf, formatDay, formatInstant, type Instant, SECOND } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type LineRef, type Visit } from '../detector.ts'
import { chargedLines } from '../kit/bills/charged-lines.ts'
import { type Excess, excessOver } from '../kit/bills/excess.ts'
import { inPolicy } from '../kit/bills/finding.ts'
import {
  type Billed,
  corrected,
  keptTogether,
  packVisit,
  takenBackBy,
  unpackVisit,
  type VisitBill,
} from '../kit/bills/visit-bills.ts'
import { itemName } from '../kit/items/item-name.ts'
import { type CountedCode, chargedAs, namedIn, type PackedCode, packCounted, unpackCounted } from '../kit/items/named-code.ts'
import { packHead, sorted, unpackHead } from '../kit/parts/packed.ts'
import { type Remembered, remembered, restingOn, visitOf } from '../kit/parts/remembered.ts'
import { windowRule } from '../kit/parts/window.ts'
import { counted } from '../kit/plain/counted.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import { STAY_MEMORY } from '../kit/stays/stay.ts'
import { byDefault } from '../params.ts'
import { type ReferenceView, tableBit } from '../reference.ts'

interface Cap {
  readonly cap: number
  readonly source: 'frequency' | 'unit'
  /** What the cap is for: a day, or a visit however many days it takes. */
  readonly period: 'DAY' | 'VISIT'
  /** Of a day: counted over all of the person's visits, or within one. */
  readonly per: 'PERSON' | 'VISIT'
}

interface Line extends Cap, Billed, CountedCode {}

interface Charged extends Remembered, VisitBill<Line> {}

type PackedKind = readonly [code: PackedCode, cap: number, source: Cap['source'], per: Cap['per'], period: Cap['period']]
type PackedLine = readonly [kind: number, sn: string, seconds: number, cnt: number, inscp: Fen]

function kindOf({ code, charged, cap, source, per, period }: Line): PackedKind {
  return [packCounted({ code, charged }), cap, source, per, period]
}

/** Lines of one item differ in few things; their times are told from the settlement's. */
const FORM: Form<Charged> = {
  pack(charged) {
    const { at: settled, lines } = charged
    const { kinds, numbers } = sorted(lines, (line) => JSON.stringify(kindOf(line)))
    const packedKinds = kinds.map(kindOf)
    const packed = lines.map(({ sn, at, cnt, inscp }, i): PackedLine => [numbers[i]!, sn, (at - settled) / SECOND, cnt, inscp])
    return [...packHead(charged), packVisit(charged), packedKinds, packed]
  },
  unpack(packed) {
    const head = unpackHead(packed)
    const [, , , visit, kinds, lines] = packed
    const unpackLine = ([kind, sn, seconds, cnt, inscp]: PackedLine): Line => {
      const [code, cap, source, per, period] = kinds[kind]
      return { sn, ...unpackCounted(code), at: head.at + Math.round(seconds * SECOND), cnt, inscp, cap, source, per, period }
    }
    return { ...unpackVisit(visit), lines: lines.map(unpackLine), ...head }
  },
}

interface Evidence {
  readonly day: string
  readonly med_list_codg: string
  readonly name: string
  /** What one of it is, as the item's row says. */
  readonly unit: string
  readonly cap: number
  readonly cap_source: Cap['source']
  readonly period: Cap['period']
  /** Charged in the visit; or on the day, of which it is the largest visit where a day's cap is per visit. */
  readonly total: number
  readonly lines: readonly {
    readonly setl_id: string
    readonly feedetl_sn: string
    readonly fixmedins_code: string
    readonly fee_ocur_time: string
    readonly cnt: number
  }[]
  readonly vola_amt: number
}

interface Params {
  readonly day_unit_cap: number
  readonly hour_unit_cap: number
}

function isFor(wanted: Cap['period']): (row: ReferenceRow<'frequency'>) => boolean {
  return ({ period, max_cnt }) => period === wanted && max_cnt != null
}

const [isDaily, isOfVisit] = [isFor('DAY'), isFor('VISIT')]

/** A stay is settled at its end, and any of its days may have been charged elsewhere too. */
const KEPT = STAY_MEMORY + DAY

const FREQUENCY = tableBit('frequency')

/** Whether a table or the unit of any item could cap a line. */
function mayBeCapped({ known, items }: Visit): boolean {
  if ((known & FREQUENCY) !== 0) return true
  for (const item of items) if (item?.unit === '小时' || item?.unit === '日') return true
  return false
}

/** The cap of a day that binds the line: the table's, else what the item's unit says of itself. */
function dayCapOf(visit: Visit, line: FeeLine, { params, reference }: Context<Params>): Cap | undefined {
  const { med_list_codg: code, fee_ocur_time: at } = line
  const row = reference.best('frequency', code, at, visit, isDaily)?.row
  if (row) return { cap: row.max_cnt!, source: 'frequency', per: row.per ?? 'PERSON', period: 'DAY' }
  const unit = reference.find('item', code, at)?.row.unit
  if (unit === '小时') return { cap: params.hour_unit_cap, source: 'unit', per: 'PERSON', period: 'DAY' }
  // Hospitals post several bed days on one line: of stays MGT-04 judges the days (clarifications, 2.5b).
  if (unit === '日' && !isInpatient(visit.med_class))
    return { cap: params.day_unit_cap, source: 'unit', per: 'PERSON', period: 'DAY' }
  return undefined
}

/** A visit may have a cap of its own beside that of a day (`period` VISIT: so many in one visit). */
function capsOf(visit: Visit, line: FeeLine, context: Context<Params>): Cap[] {
  const { med_list_codg: code, fee_ocur_time: at } = line
  const row = context.reference.best('frequency', code, at, visit, isOfVisit)?.row
  const ofDay = dayCapOf(visit, line, context)
  return [
    ...(ofDay ? [ofDay] : []),
    ...(row ? [{ cap: row.max_cnt!, source: 'frequency' as const, per: 'VISIT' as const, period: 'VISIT' as const }] : []),
  ]
}

/** What else was charged on a day so long before the settlement may be forgotten already: the day cannot be counted. */
function isForgotten({ setl_time }: Visit, fee_ocur_time: Instant): boolean {
  return setl_time - fee_ocur_time > STAY_MEMORY
}

/** POL-03 项目限定频次: more of an item on one day than a day can hold. */
export default defineDetector<Evidence, Params>({
  id: 'POL-03',
  version: 6,
  title: { zh: '项目限定频次(日/小时)', en: 'Daily quantity above the cap' },
  category: 'POL',
  result: 'violation',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(三)' }],
  stages: ['pre', 'mid'],
  behaviour: '超标准收费',
  params: {
    day_unit_cap: byDefault(1, 'items charged by the day, per person and day'),
    hour_unit_cap: byDefault(24, 'items charged by the hour, per person and day'),
  },
  parts: [
    windowRule<Visit, Charged, Evidence, Params>({
      on: ['settlement'],
      space: 'person',
      root: (visit) => visit.psn_no,
      concerns: mayBeCapped,
      form: FORM,
      keep: KEPT,
      remember(visit, context) {
        // Beyond what the fund allows the person may pay alone.
        const capped = chargedLines(visit).flatMap((line) => {
          const caps = inPolicy(line) > 0 ? capsOf(visit, line, context) : []
          return caps.length > 0 ? [{ line, caps }] : []
        })
        const countedIn = (line: FeeLine) => namedIn('frequency', line, context.reference, visit)
        const back = takenBackBy(visit, (line) => capsOf(visit, line, context).length > 0, countedIn)
        if (capped.length === 0 && back.length === 0) return undefined
        const known = capped.filter(({ line }) => !isForgotten(visit, line.fee_ocur_time))
        const lines = known.flatMap(({ line, caps }) => {
          const { feedetl_sn: sn, med_list_codg: charged, fee_ocur_time: at, cnt } = line
          return caps.map((cap) => ({ sn, code: countedIn(line), charged, at, cnt, inscp: inPolicy(line), ...cap }))
        })
        if (lines.length === 0 && back.length === 0) return 'STAY_TOO_LONG'
        return { visit: visitOf(visit), lines, back, ...remembered(visit) }
      },
      partly: (visit) => (visit.feedetail.some((line) => isForgotten(visit, line.fee_ocur_time)) ? 'STAY_TOO_LONG' : undefined),
      judge(settlements, { root, reference }) {
        const groups = groupBy(groupsOf(settlements), bucketOf)
        const holds = [...groups].map(([bucket, ofBucket]) => findingOn(root, bucket, ofBucket, reference))
        return { holds, keep: keptTogether<Line, Charged>(settlements, () => KEPT, holds) }
      },
    }),
  ],
  explain({ day, name, unit, cap, period, total, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    if (period === 'VISIT')
      return language === 'zh'
        ? `${name}一次就诊收费${total}${unit}，每次就诊上限${cap}${unit}，超出部分${amount}元。`
        : `In one visit ${name} was charged ${numberOf(total, unit)}; the cap is ${cap} a visit, ${amount} yuan too much.`
    return language === 'zh'
      ? `${day}${name}收费${total}${unit}，每日上限${cap}${unit}，超出部分${amount}元。`
      : `On ${day} ${name} was charged ${numberOf(total, unit)}; the cap is ${cap} a day, ${amount} yuan too much.`
  },
  example: {
    day: '2026-03-02',
    med_list_codg: '003106030010000',
    name: '呼吸机辅助呼吸',
    unit: '小时',
    cap: 24,
    cap_source: 'unit',
    period: 'DAY',
    total: 30,
    lines: [
      {
        ...{ setl_id: 'S1', feedetl_sn: '1', fixmedins_code: 'H99010100001' },
        ...{ fee_ocur_time: '2026-03-02T08:00:00+08:00', cnt: 30 },
      },
    ],
    vola_amt: 84,
  },
})

/** What the commonest units are called in English. */
const UNITS: Readonly<Record<string, string>> = { 次: 'time', 小时: 'hour', 日: 'day' }

function numberOf(total: number, unit: string): string {
  const known = UNITS[unit]
  return known ? counted(total, known) : `${total} times or hours`
}

interface Placed extends Line {
  readonly settlement: Charged
}

interface Group extends Excess {
  readonly day: Day
  readonly code: string
  readonly cap: number
  readonly source: Cap['source']
  readonly period: Cap['period']
  readonly placed: readonly Placed[]
}

function bucketOf({ day, code }: Group): string {
  return `${formatDay(day)}|${code}`
}

/** What is counted together, as far as it is too much: an item's lines of a day, or of a visit. */
function groupsOf(settlements: readonly Charged[]): Group[] {
  return [overIn('DAY', ofDays), overIn('VISIT', ofVisits)].flatMap((over) => over(settlements))
}

/** A line counts for the day and for the visit: what is taken back of it is so in both. */
function overIn(wanted: Cap['period'], groupsIn: (lines: readonly Placed[]) => Iterable<readonly Placed[]>) {
  const over = (settlements: readonly Charged[]): Group[] => {
    const lines = settlements.flatMap((settlement) => settlement.lines.map((line) => ({ settlement, ...line })))
    return [...groupsIn(lines)].flatMap(groupOver)
  }
  return (settlements: readonly Charged[]): Group[] => {
    const ofPeriod = settlements.map((settlement) => {
      return { ...settlement, lines: settlement.lines.filter(({ period }) => period === wanted) }
    })
    return over(corrected<Line, Charged>(ofPeriod, (bills) => over(bills).flatMap(({ placed }) => placed)))
  }
}

function ofDays(lines: readonly Placed[]) {
  const keyOf = ({ at, code, per, settlement }: Placed) => `${dayOf(at)}|${code}|${per === 'VISIT' ? settlement.visit : ''}`
  return groupBy(lines, keyOf).values()
}

function ofVisits(lines: readonly Placed[]) {
  const byTime = lines.toSorted((a, b) => a.at - b.at)
  return groupBy(byTime, ({ settlement, code }) => `${settlement.visit}|${code}`).values()
}

/** Where places set different caps, the largest binds: nobody is at fault for what one of them allows. */
function groupOver(placed: readonly Placed[]): Group[] {
  const { cap, source, period, code } = placed.reduce((most, line) => (line.cap > most.cap ? line : most))
  const charged = placed.map(({ settlement, sn, cnt, inscp }) => ({ setl_id: settlement.id, feedetl_sn: sn, cnt, inscp }))
  const excess = excessOver(cap, charged)
  if (!excess) return []
  // A visit's cap belongs to the day on which it was passed.
  const first = placed[excess.lines.findIndex(({ vola_item_type }) => vola_item_type === 1)]!
  return [{ day: dayOf(first.at), code, cap, source, period, placed, ...excess }]
}

function findingOn(psn_no: string, bucket: string, groups: readonly Group[], reference: ReferenceView): Finding<Evidence> {
  const lines = [
    ...new Map(groups.flatMap(({ placed }) => placed).map((line) => [nameOf(line.settlement.id, line.sn), line])).values(),
  ]
  const refs = new Map<string, LineRef>()
  // What is too much of a day and of a visit is too much once.
  for (const ref of groups.flatMap((group) => group.lines)) {
    const known = refs.get(nameOf(ref.setl_id, ref.feedetl_sn))
    if (!known || ref.vola_amt > known.vola_amt || ref.vola_item_type < known.vola_item_type)
      refs.set(nameOf(ref.setl_id, ref.feedetl_sn), ref)
  }
  const vola_amt = [...refs.values()].reduce((sum, ref) => sum + ref.vola_amt, 0)
  const [{ day }] = groups as [Group]
  const { charged } = lines[0]!
  // Its numbers are those by which the amount is reckoned, or the larger part of it.
  const largest = groups.reduce((most, group) => (group.vola_amt > most.vola_amt ? group : most))
  const resting = restingOn(
    psn_no,
    lines.map((line) => line.settlement),
  )
  return {
    subject: { type: 'person', id: psn_no },
    bucket,
    result: 'violation',
    severity: 2,
    ...resting,
    vola_amt,
    lines: [...refs.values()],
    count: groups.length,
    evidence: {
      day: formatDay(day),
      med_list_codg: chargedAs(lines),
      name: itemName(charged, lines[0]!.at, reference),
      unit: reference.find('item', charged, lines[0]!.at)?.row.unit ?? '',
      cap: largest.cap,
      cap_source: largest.source,
      period: largest.period,
      total: largest.total,
      lines: lines.map(({ settlement, sn, cnt, at: time }) => ({
        ...{ setl_id: settlement.id, feedetl_sn: sn, fixmedins_code: settlement.fixmedins_code },
        ...{ fee_ocur_time: formatInstant(time), cnt },
      })),
      vola_amt: vola_amt / 100,
    },
  }
}

function nameOf(setl_id: string, feedetl_sn: string): string {
  return `${setl_id}|${feedetl_sn}`
}
