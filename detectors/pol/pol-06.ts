import type { FeeLine } from '../../schemas/events.ts'
import { type Fen, fenOf, formatYuan, shareOf, yuan } from '../../schemas/money.ts'
import type { ReferenceRow } from '../../schemas/reference.ts'
import { type Day, dayOf, formatDay, type Instant } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { meansItem } from '../item-code.ts'
import { chargedLines } from '../kit/bills/charged-lines.ts'
import { inPolicy, violating } from '../kit/bills/finding.ts'
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
import { isKnownTo, linesKnownTo } from '../kit/items/known.ts'
import { type NamedCode, type PackedCode, packCode, unpackCode } from '../kit/items/named-code.ts'
import { packHead, packTime, unpackHead, unpackTime } from '../kit/parts/packed.ts'
import { inTime, type Remembered, remembered, restingOn, visitOf } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS, together, windowRule } from '../kit/parts/window.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import { STAY_MEMORY } from '../kit/stays/stay.ts'
import { byDefault } from '../params.ts'
import type { ReferenceView } from '../reference.ts'

type Kind = 'bundle' | 'kit'

interface Line extends NamedCode, Billed {
  readonly amount: Fen
}

/** What must not be taken apart, as its row stood when a settlement came. */
interface Whole {
  readonly rule: string
  /** Of those on which its parts were charged, the days on which the row holds. */
  readonly days: readonly Day[]
  readonly code: string
  readonly kind: Kind
  readonly components: readonly string[]
  /** `0` where nobody tells the price. */
  readonly price: Fen
}

interface Charged extends Remembered, VisitBill<Line> {
  readonly wholes: readonly Whole[]
}

type PackedLine = readonly [sn: string, code: PackedCode, at: number, cnt: number, amount: Fen, inscp: Fen]

const FORM: Form<Charged> = {
  pack: (charged) => [
    ...packHead(charged),
    packVisit(charged),
    charged.wholes,
    ...charged.lines.map((line): PackedLine => {
      return [line.sn, packCode(line), packTime(line.at), line.cnt, line.amount, line.inscp]
    }),
  ],
  unpack: (packed) => {
    const [, , , visit, wholes, ...lines] = packed
    const unpackLine = ([sn, code, at, cnt, amount, inscp]: PackedLine) => {
      return { sn, ...unpackCode(code), at: unpackTime(at), cnt, amount, inscp }
    }
    return { ...unpackVisit(visit), wholes, lines: lines.map(unpackLine), ...unpackHead(packed) }
  },
}

interface Evidence {
  readonly day: string
  readonly hits: readonly {
    readonly rule: string
    readonly kind: Kind
    readonly med_list_codg: string
    readonly name: string
    readonly components: readonly string[]
    /** So many wholes are compared. */
    readonly cnt: number
    /** Charged for the components of so many. */
    readonly charged: number
    /** Of one whole; `0` where nobody tells it. */
    readonly price: number
    /** Within the policy. */
    readonly vola_amt: number
  }[]
  readonly vola_amt: number
}

interface Params {
  readonly tolerance: number
  readonly kit_components: number
}

function priceOf(row: ReferenceRow<'unbundling'>, code: string, at: Instant, visit: Visit, reference: ReferenceView): Fen {
  const price = row.price ?? reference.best('price_cap', code, at, visit)?.row.cap
  return price == null ? 0 : fenOf(price)
}

function wholesOf(visit: Visit, lines: readonly FeeLine[], reference: ReferenceView): Whole[] {
  // The same row at the same price: on other days of a stay both may be others.
  const wholes = new Map<string, Whole & { readonly days: Day[] }>()
  for (const { med_list_codg, fee_ocur_time: at } of lines) {
    for (const { id, row, effective_from } of reference.lookup('unbundling', med_list_codg, at, visit)) {
      const [code, day] = [row.code || id, dayOf(at)]
      const components = (row.components ?? []).filter((component) => component !== code)
      const price = priceOf(row, code, at, visit, reference)
      const key = `${id}|${effective_from}|${price}`
      const told = wholes.get(key)
      if (told && !told.days.includes(day)) told.days.push(day)
      if (told || components.length === 0) continue
      wholes.set(key, { rule: id, days: [day], code, kind: row.type ?? 'bundle', components, price })
    }
  }
  return [...wholes.values()]
}

interface Placed extends Line {
  readonly settlement: Charged
}

interface Hit {
  readonly whole: Whole
  readonly placed: readonly Placed[]
  readonly wholes: number
  readonly charged: Fen
  readonly vola_amt: Fen
  readonly settlement: Charged
}

/** All components of a bundle charged one by one, for clearly more than the bundle costs. */
function bundleHit(whole: Whole, lines: readonly Placed[], { tolerance }: Params): Omit<Hit, 'settlement'> | undefined {
  const parts = whole.components.map((code) => lines.filter(({ named }) => named === code))
  if (whole.price === 0 || parts.some((part) => part.length === 0)) return undefined
  // Of what was charged several times only so much as makes whole bundles is compared with their price.
  const counts = parts.map((part) => part.reduce((sum, { cnt }) => sum + cnt, 0))
  const bundles = Math.min(...counts)
  const sumOf = (of: (line: Placed) => Fen) =>
    Math.round(parts.reduce((sum, part, i) => sum + (part.reduce((own, line) => own + of(line), 0) * bundles) / counts[i]!, 0))
  const [charged, price] = [sumOf(({ amount }) => amount), Math.round(whole.price * bundles)]
  if (charged <= price * (1 + tolerance)) return undefined
  const vola_amt = shareOf(
    sumOf(({ inscp }) => inscp),
    charged - price,
    charged,
  )
  return { whole, placed: parts.flat(), wholes: bundles, charged, vola_amt }
}

/** Several components of a kit, and not the kit. */
function kitHit(whole: Whole, lines: readonly Placed[], { kit_components }: Params): Omit<Hit, 'settlement'> | undefined {
  const placed = lines.filter(({ named }) => whole.components.includes(named))
  const distinct = new Set(placed.map(({ named }) => named)).size
  if (distinct < kit_components || lines.some(({ code }) => meansItem(whole.code, code))) return undefined
  const vola_amt = placed.reduce((sum, { inscp }) => sum + inscp, 0)
  return { whole, placed, wholes: 1, charged: placed.reduce((sum, { amount }) => sum + amount, 0), vola_amt }
}

function hitsOn(lines: readonly Placed[], params: Params): Hit[] {
  const known = lines.flatMap(({ settlement, at }) => settlement.wholes.filter(({ days }) => days.includes(dayOf(at))))
  const wholes = new Map(known.map((whole) => [whole.rule, whole]))
  return [...wholes.values()].flatMap((whole) => {
    const hit = (whole.kind === 'kit' ? kitHit : bundleHit)(whole, lines, params)
    // What the person pays alone is taken apart at nobody else's cost.
    if (!hit || hit.vola_amt <= 0) return []
    const settlement = hit.placed.map((line) => line.settlement).reduce((a, b) => (inTime(a, b) < 0 ? b : a))
    return [{ ...hit, settlement }]
  })
}

function hitsIn(settlements: readonly Charged[], params: Params): Hit[] {
  const lines = settlements.flatMap((settlement) => settlement.lines.map((line) => ({ settlement, ...line })))
  return [...groupBy(lines, ({ at }) => dayOf(at)).values()].flatMap((ofDay) => hitsOn(ofDay, params))
}

function leave(line: Line, cnt: number): Line {
  const [amount, inscp] = [shareOf(line.amount, cnt, line.cnt), shareOf(line.inscp, cnt, line.cnt)]
  return { ...line, cnt, amount, inscp }
}

/** POL-06 项目分解收费: charged in parts what has a price as a whole. */
export default defineDetector<Evidence, Params>({
  id: 'POL-06',
  version: 6,
  title: { zh: '项目分解收费', en: 'Unbundling' },
  category: 'POL',
  result: 'violation',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(三)' }],
  stages: ['mid'],
  behaviour: '分解项目收费',
  params: {
    tolerance: byDefault(0.05, 'share of the bundle’s price that the parts may cost more'),
    kit_components: byDefault(2, 'different components of one kit'),
  },
  parts: [
    windowRule<Visit, Charged, Evidence, Params>({
      on: ['settlement'],
      space: 'person',
      root: (visit) => visit.psn_no,
      key: visitOf,
      concerns: isKnownTo('unbundling'),
      form: FORM,
      keep: STAY_MEMORY,
      remember(visit, { reference }) {
        const charged = chargedLines({ feedetail: linesKnownTo(visit, 'unbundling') })
        const lines = charged.map((line): Line => {
          const { feedetl_sn: sn, med_list_codg: code, fee_ocur_time: at, cnt, det_item_fee_sumamt: amount } = line
          const named = reference.nameIn('unbundling', code, at, visit)
          return { sn, code, named, at, cnt, amount, inscp: inPolicy(line) }
        })
        const wholes = wholesOf(visit, charged, reference)
        const back = takenBackBy({ feedetail: linesKnownTo(visit, 'unbundling') }, () => true)
        if (wholes.length === 0 && back.length === 0) return undefined
        return { visit: SAME_VISIT, lines, back, wholes, ...remembered(visit) }
      },
      judge(settlements, context) {
        const keep = together(settlements, STAY_MEMORY)
        const questioned = (bills: readonly Charged[]) => hitsIn(bills, context.params).flatMap(({ placed }) => placed)
        const hits = hitsIn(corrected<Line, Charged>(settlements, questioned, leave), context.params)
        if (hits.length === 0) return { holds: NOTHING_HOLDS, keep }
        const buckets = groupBy(hits, ({ placed, settlement }) => `${dayOf(placed[0]!.at)}|${settlement.id}`)
        return { holds: [...buckets.values()].map((ofBucket) => findingOn(ofBucket, context)), keep }
      },
    }),
  ],
  explain({ day, hits, vola_amt }, language) {
    const [first] = hits
    if (!first) return ''
    const { name, kind, components, cnt } = first
    const [charged, price, own, all] = [first.charged, first.price, first.vola_amt, vola_amt].map(fenOf) as [Fen, Fen, Fen, Fen]
    const excess = charged - Math.round(price * cnt)
    if (language === 'zh') {
      const [whole, covered] = [cnt === 1 ? '' : `×${cnt}`, own === excess ? '' : `(政策范围内${formatYuan(own)}元)`]
      const others = hits.length === 1 ? '' : `；当日共${hits.length}处，合计${formatYuan(all)}元`
      return kind === 'bundle'
        ? `${day}将${name}拆成${components.length}项收费${formatYuan(charged)}元，整项${formatYuan(price)}元${whole}，多收${formatYuan(excess)}元${covered}${others}。`
        : `${day}未收${name}而分别收取其${components.length}项组件共${formatYuan(charged)}元，涉及${formatYuan(own)}元${others}。`
    }
    const [whole, covered] = [
      cnt === 1 ? '' : `, ${cnt} of them ${formatYuan(charged - excess)}`,
      own === excess ? '' : ` (${formatYuan(own)} of it within the policy)`,
    ]
    const others = hits.length === 1 ? '' : `; ${hits.length} findings of the day, ${formatYuan(all)} yuan in all`
    return kind === 'bundle'
      ? `On ${day} the ${components.length} parts of ${name} were charged for ${formatYuan(charged)} yuan; the whole costs ${formatYuan(price)}${whole}: ${formatYuan(excess)} yuan too much${covered}${others}.`
      : `On ${day} ${components.length} components of ${name} were charged without the kit, ${formatYuan(charged)} yuan; ${formatYuan(own)} yuan are in question${others}.`
  },
  example: {
    day: '2026-03-02',
    hits: [
      {
        ...{ rule: 'u1', kind: 'bundle', med_list_codg: '002503070000000', name: '肝功能组合(样例)' },
        ...{ components: ['002503010010000', '002503010020000'], cnt: 1, charged: 60, price: 45, vola_amt: 15 },
      },
    ],
    vola_amt: 15,
  },
})

/** Each line bears its part of what its hits are about. */
function linesOf(hits: readonly Hit[]) {
  const borne = new Map<Placed, Fen>()
  for (const { placed, vola_amt } of hits) {
    const whole = placed.reduce((sum, { inscp }) => sum + inscp, 0)
    let rest = vola_amt
    placed.forEach((line, i) => {
      const part = i === placed.length - 1 ? rest : Math.min(rest, shareOf(vola_amt, line.inscp, whole))
      rest -= part
      borne.set(line, (borne.get(line) ?? 0) + part)
    })
  }
  return [...borne].map(([line, amount]) => violating(line.settlement.id, { feedetl_sn: line.sn }, Math.min(amount, line.inscp)))
}

/** All hits of one day that one settlement completed. A bundle is proof; a kit may not have been at hand. */
function findingOn(hits: readonly Hit[], { root, reference }: Context<Params>): Finding<Evidence> {
  const { settlement, placed } = hits[0]!
  const lines = linesOf(hits)
  const vola_amt = lines.reduce((sum, line) => sum + line.vola_amt, 0)
  const day = formatDay(dayOf(placed[0]!.at))
  return {
    subject: { type: 'settlement', id: settlement.id },
    bucket: day,
    result: hits.some(({ whole }) => whole.kind === 'bundle') ? 'violation' : 'suspicion',
    severity: 2,
    ...restingOn(
      root,
      hits.flatMap((hit) => hit.placed.map((line) => line.settlement)),
    ),
    vola_amt,
    lines,
    count: hits.length,
    evidence: {
      day,
      hits: hits.map(({ whole, placed: parts, wholes, charged, vola_amt: amount }) => ({
        ...{
          rule: whole.rule,
          kind: whole.kind,
          med_list_codg: whole.code,
          name: itemName(whole.code, settlement.at, reference),
        },
        components: [...new Set(parts.map(({ code }) => code))],
        ...{ cnt: wholes, charged: yuan(charged), price: yuan(whole.price), vola_amt: yuan(amount) },
      })),
      vola_amt: yuan(vola_amt),
    },
  }
}
