import { amountOf, type Fen, formatYuan, type MicroYuan, microOf, shareOf, yuan } from '../../schemas/money.ts'
import { type Day, dayOf, formatDay, formatInstant, type Instant, MINUTE } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { chargedLines } from '../kit/bills/charged-lines.ts'
import { inPolicy, involved, violating } from '../kit/bills/finding.ts'
import { doctorOf } from '../kit/bills/prescriber.ts'
import {
  type Billed,
  corrected,
  packVisit,
  SAME_VISIT,
  takenBackBy,
  unpackVisit,
  type VisitBill,
} from '../kit/bills/visit-bills.ts'
import { itemName } from '../kit/items/item-name.ts'
import { itemsNamed } from '../kit/items/items-named.ts'
import { isKnownTo, linesKnownTo } from '../kit/items/known.ts'
import { type NamedCode, type PackedCode, packCode, unpackCode } from '../kit/items/named-code.ts'
import { packHead, packTime, unpackHead, unpackTime } from '../kit/parts/packed.ts'
import { inTime, type Remembered, remembered, restingOn, visitOf } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS, together, windowRule } from '../kit/parts/window.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import { STAY_MEMORY } from '../kit/stays/stay.ts'
import { byDefault } from '../params.ts'

/** A group of operations of which only one is charged in full. */
interface Group {
  readonly id: string
  readonly ratio: number
}

interface Line extends NamedCode, Billed {
  readonly surgeon: string
  readonly pric: MicroYuan
  /** `0` where no cap tells it. */
  readonly standard: MicroYuan
  readonly groups: readonly Group[]
}

interface Charged extends Remembered, VisitBill<Line> {
  /** When the operations of the visit began, as far as it is told. */
  readonly begun: readonly Instant[]
}

type PackedLine = readonly [
  ...[sn: string, code: PackedCode, at: number, surgeon: string, cnt: number, pric: MicroYuan, inscp: Fen, standard: MicroYuan],
  ...groups: Group[],
]

const FORM: Form<Charged> = {
  pack: (charged) => [
    ...packHead(charged),
    packVisit(charged),
    charged.begun.map(packTime),
    ...charged.lines.map(({ sn, at, surgeon, cnt, pric, inscp, standard, groups, ...codes }): PackedLine => {
      return [sn, packCode(codes), packTime(at), surgeon, cnt, pric, inscp, standard, ...groups]
    }),
  ],
  unpack: (packed) => {
    const [, , , visit, begun, ...lines] = packed
    const unpackLine = ([sn, code, at, surgeon, cnt, pric, inscp, standard, ...groups]: PackedLine) => {
      return { sn, ...unpackCode(code), at: unpackTime(at), surgeon, cnt, pric, inscp, standard, groups }
    }
    return { ...unpackVisit(visit), begun: begun.map(unpackTime), lines: lines.map(unpackLine), ...unpackHead(packed) }
  },
}

interface Evidence {
  readonly group: string
  readonly day: string
  readonly ratio: number
  readonly surgeon: string
  readonly items: readonly {
    readonly setl_id: string
    readonly feedetl_sn: string
    readonly med_list_codg: string
    readonly name: string
    readonly fee_ocur_time: string
    readonly cnt: number
    readonly pric: number
    /** `null` where no cap tells the standard price. */
    readonly standard_price: number | null
    readonly charged: number
    readonly expected: number
  }[]
  readonly vola_amt: number
}

interface Params {
  readonly ratio: number
  readonly tolerance: number
  readonly session_minutes: number
}

interface Placed extends Line {
  readonly settlement: Charged
}

/** What the line comes to at its own unit price. */
function chargedFor({ pric, cnt }: Line): Fen {
  return amountOf(pric, cnt)
}

/**
 * What the line may come to as a further operation: the ratio of the standard price, for each operation on it. Without a
 * standard its own price stands for it: who has discounted the price already is then accused wrongly, hence a suspicion.
 */
function expectedFor({ standard, pric, cnt }: Line, ratio: number): Fen {
  return amountOf((standard || pric) * ratio, Math.ceil(cnt))
}

function isDiscounted(line: Line, ratio: number, { tolerance }: Params): boolean {
  if (line.cnt <= ratio) return true
  return chargedFor(line) <= Math.round(expectedFor(line, ratio) * (1 + tolerance))
}

/** One operation on this day by this surgeon in full, the dearest; all others of the group at the ratio. */
interface Overcharge {
  readonly group: Group
  readonly placed: readonly Placed[]
  readonly over: readonly Placed[]
}

function overchargeIn(group: Group, placed: readonly Placed[], params: Params): Overcharge | undefined {
  // "Two or more different operations": the same one twice is no matter of this rule, nor is one with several local codes, as
  // for what is added to it.
  const items = groupBy(placed, ({ named }) => named)
  if (items.size < 2) return undefined
  const dearest = (lines: readonly Placed[]) => Math.max(...lines.map(({ pric }) => pric))
  const inFull = [...items.values()].filter((lines) => lines.some((line) => !isDiscounted(line, group.ratio, params)))
  // Where only one is charged in full nothing is lost: it is the dearest, or a cheaper one in its place.
  const [, ...others] = inFull.sort((a, b) => dearest(b) - dearest(a) || (a[0]!.code < b[0]!.code ? -1 : 1))
  // What the person pays alone costs the fund nothing too much.
  const over = others.flat().filter((line) => line.inscp > 0 && !isDiscounted(line, group.ratio, params))
  return over.length > 0 ? { group, placed, over } : undefined
}

/** Whether the operations lie so far apart that they may have been sessions of their own. */
function isStaged({ placed }: Overcharge, day: Day, { session_minutes }: Params): boolean {
  const begun = placed.flatMap(({ settlement }) => settlement.begun).filter((at) => dayOf(at) === day)
  if (begun.length > 0) return Math.max(...begun) > Math.min(...begun)
  const times = placed.map(({ at }) => at)
  return Math.max(...times) - Math.min(...times) >= session_minutes * MINUTE
}

function linesOf(visit: Visit, { params, reference }: Context<Params>): Line[] {
  return chargedLines({ feedetail: linesKnownTo(visit, 'discount') }).flatMap((line) => {
    const { feedetl_sn: sn, med_list_codg: code, fee_ocur_time: at, cnt, pric } = line
    const groups = reference.lookup('discount', code, at, visit).map(({ id, row }) => ({ id, ratio: row.ratio ?? params.ratio }))
    if (groups.length === 0) return []
    const cap = reference.best('price_cap', code, at, visit)?.row.cap
    const standard = cap == null ? 0 : microOf(cap)
    const named = reference.nameIn('discount', code, at, visit)
    return [{ sn, code, named, at, surgeon: doctorOf(visit, line), cnt, pric, inscp: inPolicy(line), standard, groups }]
  })
}

/** POL-05 手术未按规定折价: a further operation through the same incision charged in full. */
export default defineDetector<Evidence, Params>({
  id: 'POL-05',
  version: 4,
  title: { zh: '手术未按规定折价', en: 'Further operation not discounted' },
  category: 'POL',
  result: 'violation',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(三)' }],
  stages: ['mid'],
  behaviour: '超标准收费',
  params: {
    ratio: byDefault(0.5, 'of the standard price, where the group names none'),
    tolerance: byDefault(0.001, 'share of the discounted price'),
    session_minutes: byDefault(60, 'fee times further apart leave a suspicion, where no operation times are told'),
  },
  parts: [
    windowRule<Visit, Charged, Evidence, Params>({
      on: ['settlement'],
      space: 'person',
      root: (visit) => visit.psn_no,
      key: visitOf,
      concerns: isKnownTo('discount'),
      form: FORM,
      keep: STAY_MEMORY,
      remember(visit, context) {
        const lines = linesOf(visit, context)
        const begun = visit.oprninfo.flatMap(({ oprn_begntime }) => oprn_begntime ?? [])
        const back = takenBackBy({ feedetail: linesKnownTo(visit, 'discount') }, () => true)
        if (lines.length === 0 && back.length === 0) return undefined
        return { visit: SAME_VISIT, lines, back, begun, ...remembered(visit) }
      },
      judge(settlements, context) {
        const holds = findingsOn(corrected<Line, Charged>(settlements, overIn(context.params)), context)
        return { holds: holds.length > 0 ? holds : NOTHING_HOLDS, keep: together(settlements, STAY_MEMORY) }
      },
    }),
  ],
  explain({ day, ratio, items, vola_amt }, language) {
    const over = items.filter(({ charged, expected }) => charged > expected)
    const [named, amount] = [itemsNamed(over, language), formatYuan(vola_amt * 100)]
    const operations = new Set(items.map(({ med_list_codg }) => med_list_codg)).size
    const percent = Math.round(ratio * 1000) / 10
    return language === 'zh'
      ? `${day}同组手术${operations}项，第二项起应按${percent}%计收，${named}未折价，多收${amount}元。`
      : `On ${day} ${operations} operations of one group were charged; from the second on ${percent} % are due. Not discounted: ${named}, ${amount} yuan too much.`
  },
  example: {
    ...{ group: 'abdomen', day: '2026-03-02', ratio: 0.5, surgeon: 'D990101000001' },
    items: [
      {
        ...{ setl_id: 'S1', feedetl_sn: '1', med_list_codg: '003310080010000', name: '腹腔镜胆囊切除术' },
        ...{
          fee_ocur_time: '2026-03-02T09:00:00+08:00',
          cnt: 1,
          pric: 1860,
          standard_price: 1860,
          charged: 1860,
          expected: 1860,
        },
      },
      {
        ...{ setl_id: 'S1', feedetl_sn: '2', med_list_codg: '003310030010000', name: '阑尾切除术' },
        ...{ fee_ocur_time: '2026-03-02T09:00:00+08:00', cnt: 1, pric: 900, standard_price: 900, charged: 900, expected: 450 },
      },
    ],
    vola_amt: 450,
  },
})

function overchargesIn(settlements: readonly Charged[], params: Params): Overcharge[] {
  const lines = settlements.flatMap((settlement) => settlement.lines.map((line) => ({ settlement, ...line })))
  const ofGroups = lines.flatMap((line) => line.groups.map((group) => ({ group, line })))
  const sessions = groupBy(ofGroups, ({ group, line }) => `${dayOf(line.at)}|${group.id}|${line.surgeon}`)
  return [...sessions.values()].flatMap((session) => {
    const placed = session.map(({ line }) => line)
    return overchargeIn(session[0]!.group, placed, params) ?? []
  })
}

function overIn(params: Params) {
  return (settlements: readonly Charged[]) => overchargesIn(settlements, params).flatMap(({ over }) => over)
}

function findingsOn(settlements: readonly Charged[], context: Context<Params>): Finding<Evidence>[] {
  const found = overchargesIn(settlements, context.params).map((overcharge) => {
    const later = overcharge.placed.map(({ settlement }) => settlement).reduce((a, b) => (inTime(a, b) < 0 ? b : a))
    return { ...overcharge, later }
  })
  const buckets = groupBy(found, ({ group, placed, later }) => `${dayOf(placed[0]!.at)}|${group.id}|${later.id}`)
  return [...buckets.values()].map((hits) => findingOn(hits, context))
}

function findingOn(
  hits: readonly (Overcharge & { readonly later: Charged })[],
  { root, params, reference }: Context<Params>,
): Finding<Evidence> {
  const { group, later } = hits[0]!
  const over = new Set(hits.flatMap((hit) => hit.over))
  const placed = hits.flatMap((hit) => [...hit.placed].sort((a, b) => Number(over.has(a)) - Number(over.has(b))))
  const day = dayOf(placed[0]!.at)
  const lines = placed.map((line) => {
    const ref = { feedetl_sn: line.sn }
    if (!over.has(line)) return involved(line.settlement.id, ref)
    const charged = chargedFor(line)
    return violating(line.settlement.id, ref, shareOf(line.inscp, charged - expectedFor(line, group.ratio), charged))
  })
  const vola_amt = lines.reduce((sum, line) => sum + line.vola_amt, 0)
  const isCertain = hits.some((hit) => !isStaged(hit, day, params) && hit.over.some(({ standard }) => standard > 0))
  return {
    subject: { type: 'settlement', id: later.id },
    bucket: `${formatDay(day)}|${group.id}`,
    result: isCertain ? 'violation' : 'suspicion',
    severity: 2,
    ...restingOn(
      root,
      placed.map(({ settlement }) => settlement),
    ),
    vola_amt,
    lines,
    count: over.size,
    evidence: {
      group: group.id,
      day: formatDay(day),
      ratio: group.ratio,
      surgeon: placed[0]!.surgeon,
      items: placed.map((line) => ({
        ...{ setl_id: line.settlement.id, feedetl_sn: line.sn, med_list_codg: line.code },
        ...{ name: itemName(line.code, line.at, reference), fee_ocur_time: formatInstant(line.at), cnt: line.cnt },
        pric: line.pric / 1e6,
        standard_price: line.standard > 0 ? line.standard / 1e6 : null,
        charged: yuan(chargedFor(line)),
        expected: yuan(over.has(line) ? expectedFor(line, group.ratio) : chargedFor(line)),
      })),
      vola_amt: yuan(vola_amt),
    },
  }
}
