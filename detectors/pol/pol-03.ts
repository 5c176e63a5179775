import type { FeeLine } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { type Fen, formatYuan } from '../../schemas/money.ts'
import type { ReferenceRow } from '../../schemas/reference.ts'
import { DAY, type Day, dayOf, formatDay, formatInstant, type Instant, SECOND } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { chargedLines } from '../kit/charged-lines.ts'
import { type Excess, excessOver } from '../kit/excess.ts'
import { inPolicy } from '../kit/finding.ts'
import { groupBy } from '../kit/group-by.ts'
import { itemName } from '../kit/item-name.ts'
import { packHead, sorted, unpackHead } from '../kit/packed.ts'
import { type Remembered, remembered, restingOn, visitOf } from '../kit/remembered.ts'
import { STAY_MEMORY } from '../kit/stay.ts'
import { windowRule } from '../kit/window.ts'
import { byDefault } from '../params.ts'
import { type ReferenceView, tableBit } from '../reference.ts'

interface Cap {
  readonly cap: number
  readonly source: 'frequency' | 'unit'
  /** Counted over all of the person's visits, or within one. */
  readonly per: 'PERSON' | 'VISIT'
}

interface Line extends Cap {
  readonly sn: string
  readonly code: string
  readonly at: Instant
  readonly cnt: number
  readonly inscp: Fen
}

interface Charged extends Remembered {
  readonly visit: string
  readonly lines: readonly Line[]
}

type PackedKind = readonly [code: string, cap: number, source: Cap['source'], per: Cap['per']]
type PackedLine = readonly [kind: number, sn: string, seconds: number, cnt: number, inscp: Fen]

/** Lines of one item differ in few things; their times are told from the settlement's. */
const FORM: Form<Charged> = {
  pack(charged) {
    const { at: settled, visit, lines } = charged
    const { kinds, numbers } = sorted(lines, ({ code, cap, source, per }) => `${code}|${cap}|${source}|${per}`)
    const packedKinds = kinds.map(({ code, cap, source, per }): PackedKind => [code, cap, source, per])
    const packed = lines.map(({ sn, at, cnt, inscp }, i): PackedLine => [numbers[i]!, sn, (at - settled) / SECOND, cnt, inscp])
    return [...packHead(charged), visit, packedKinds, packed]
  },
  unpack(packed) {
    const head = unpackHead(packed)
    const [, , , visit, kinds, lines] = packed
    const unpackLine = ([kind, sn, seconds, cnt, inscp]: PackedLine): Line => {
      const [code, cap, source, per] = kinds[kind]
      return { sn, code, at: head.at + Math.round(seconds * SECOND), cnt, inscp, cap, source, per }
    }
    return { visit, lines: lines.map(unpackLine), ...head }
  },
}

interface Evidence {
  readonly day: string
  readonly med_list_codg: string
  readonly name: string
  readonly cap: number
  readonly cap_source: Cap['source']
  /** Charged on the day; the largest visit of the day where the cap is per visit. */
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

function isDaily({ period, max_cnt }: ReferenceRow<'frequency'>): boolean {
  return period === 'DAY' && max_cnt != null
}

const FREQUENCY = tableBit('frequency')

/** Whether a table or the unit of any item could cap a line. */
function mayBeCapped({ known, items }: Visit): boolean {
  if ((known & FREQUENCY) !== 0) return true
  for (const item of items) if (item?.unit === '小时' || item?.unit === '日') return true
  return false
}

/** The cap that binds the line: the table's, else what the item's unit says of itself. */
function capOf(visit: Visit, line: FeeLine, { params, reference }: Context<Params>): Cap | undefined {
  const { med_list_codg: code, fee_ocur_time: at } = line
  const row = reference.best('frequency', code, at, visit, isDaily)?.row
  if (row) return { cap: row.max_cnt!, source: 'frequency', per: row.per ?? 'PERSON' }
  const unit = reference.find('item', code, at)?.row.unit
  if (unit === '小时') return { cap: params.hour_unit_cap, source: 'unit', per: 'PERSON' }
  // Hospitals post several bed days on one line: of stays MGT-04 judges the days (clarifications, 2.5b).
  if (unit === '日' && !isInpatient(visit.med_class)) return { cap: params.day_unit_cap, source: 'unit', per: 'PERSON' }
  return undefined
}

/** What else was charged on a day so long before the settlement may be forgotten already: the day cannot be counted. */
function isForgotten({ setl_time }: Visit, fee_ocur_time: Instant): boolean {
  return setl_time - fee_ocur_time > STAY_MEMORY
}

/** POL-03 项目限定频次: more of an item on one day than a day can hold. */
export default defineDetector<Evidence, Params>({
  id: 'POL-03',
  version: 1,
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
      // A stay is settled at its end, and any of its days may have been charged elsewhere too.
      keep: STAY_MEMORY + DAY,
      remember(visit, context) {
        const capped = chargedLines(visit).filter((line) => capOf(visit, line, context) !== undefined)
        if (capped.length === 0) return undefined
        const known = capped.filter((line) => !isForgotten(visit, line.fee_ocur_time))
        const lines = known.map((line) => {
          const { feedetl_sn: sn, med_list_codg: code, fee_ocur_time: at, cnt } = line
          return { sn, code, at, cnt, inscp: inPolicy(line), ...capOf(visit, line, context)! }
        })
        return lines.length > 0 ? { visit: visitOf(visit), lines, ...remembered(visit) } : 'STAY_TOO_LONG'
      },
      partly: (visit) => (visit.feedetail.some((line) => isForgotten(visit, line.fee_ocur_time)) ? 'STAY_TOO_LONG' : undefined),
      judge: (settlements, { root, reference }) => ({
        holds: [...daysOf(settlements).values()].flatMap((day) => findingOn(root, day, reference) ?? []),
      }),
    }),
  ],
  explain({ day, name, cap, total, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    return language === 'zh'
      ? `${day}${name}收费${total}，每日上限${cap}，超出部分${amount}元。`
      : `On ${day} ${name} was charged ${total} times or hours; the cap is ${cap} a day, ${amount} yuan too much.`
  },
  example: {
    day: '2026-03-02',
    med_list_codg: '003106030010000',
    name: '呼吸机辅助呼吸',
    cap: 24,
    cap_source: 'unit',
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

interface Placed extends Line {
  readonly settlement: Charged
}

/** All lines of one item on one day. */
function daysOf(settlements: readonly Charged[]): Map<string, Placed[]> {
  const lines = settlements.flatMap((settlement) => settlement.lines.map((line) => ({ settlement, ...line })))
  return groupBy(lines, ({ at, code }) => `${dayOf(at)}|${code}`)
}

function bucketOf(day: Day, code: string): string {
  return `${formatDay(day)}|${code}`
}

interface Group extends Excess {
  readonly cap: number
  readonly source: Cap['source']
  readonly placed: readonly Placed[]
}

function findingOn(psn_no: string, placed: readonly Placed[], reference: ReferenceView): Finding<Evidence> | undefined {
  const groups = [...new Set(placed.map(countedWith))].flatMap((name) =>
    groupOver(placed.filter((line) => countedWith(line) === name)),
  )
  const [first] = groups
  if (!first) return undefined
  const lines = groups.flatMap((group) => group.placed)
  const vola_amt = groups.reduce((sum, group) => sum + group.vola_amt, 0)
  const { code, at } = lines[0]!
  const day = dayOf(at)
  const largest = groups.reduce((most, group) => (group.total > most.total ? group : most), first)
  const resting = restingOn(
    psn_no,
    lines.map((line) => line.settlement),
  )
  return {
    subject: { type: 'person', id: psn_no },
    bucket: bucketOf(day, code),
    result: 'violation',
    severity: 2,
    ...resting,
    vola_amt,
    lines: groups.flatMap((group) => group.lines),
    count: groups.length,
    evidence: {
      day: formatDay(day),
      med_list_codg: code,
      name: itemName(code, at, reference),
      cap: largest.cap,
      cap_source: largest.source,
      total: largest.total,
      lines: lines.map(({ settlement, sn, cnt, at: time }) => ({
        ...{ setl_id: settlement.id, feedetl_sn: sn, fixmedins_code: settlement.fixmedins_code },
        ...{ fee_ocur_time: formatInstant(time), cnt },
      })),
      vola_amt: vola_amt / 100,
    },
  }
}

/** What a line is counted together with: its own visit, or everything of the person. */
function countedWith({ per, settlement }: Placed): string {
  return per === 'VISIT' ? settlement.visit : ''
}

/** Where places set different caps, the largest binds: nobody is at fault for what one of them allows. */
function groupOver(placed: readonly Placed[]): Group[] {
  const { cap, source } = placed.reduce((most, line) => (line.cap > most.cap ? line : most))
  const counted = placed.map(({ settlement, sn, cnt, inscp }) => ({ setl_id: settlement.id, feedetl_sn: sn, cnt, inscp }))
  const excess = excessOver(cap, counted)
  return excess ? [{ cap, source, placed, ...excess }] : []
}
