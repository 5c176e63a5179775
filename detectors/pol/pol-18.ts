import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import { dayOf, type Instant } from '../../schemas/time.ts'
import {
  type Context,
  defineDetector,
  type Finding,
  type Form,
  type Part,
  type Step,
  type Told,
  type Touched,
  UNCHANGED,
  type Visit,
} from '../detector.ts'
import { endOfMonth, monthOf, monthsAfter } from '../kit/calendar.ts'
import { addHit, removeHit } from '../kit/first-hits.ts'
import { packTime, unpackTime } from '../kit/packed.ts'
import { agreedBy, concernsProcurement, type PackedUse, packUse, QUANTITY, type Use, unpackUse, usesIn } from '../kit/procured.ts'
import { inTime } from '../kit/remembered.ts'
import type { Entry } from '../kit/window.ts'
import { byDefault } from '../params.ts'

/** So many settlements of a group are named: a busy hospital has thousands in a month. */
const NAMED = 200
/** So long a month can still be judged anew: voids come late. */
const MONTHS_KEPT = 14

/** One procurement group in one institution's month. */
interface Group {
  /** Ten-thousandths of units. */
  selected: number
  others: number
  /** In-policy amount of what was not selected. */
  amount: Fen
  /** Units of each product that was not selected. */
  readonly products: Record<string, number>
  /** Lines with a selected product above its price, and by how much. */
  overpriced: number
  excess: Fen
  readonly otherHits: Entry[]
  readonly overpricedHits: Entry[]
  /** Something holds of it. */
  held: boolean
}

/** It owns its memory and changes it in place. */
interface Month {
  admdvs: string
  readonly groups: Record<string, Group>
}

const FORM: Form<Month> = {
  pack: ({ admdvs, groups }) => [
    admdvs,
    ...Object.entries(groups).map(([name, group]) => [
      ...[name, group.selected, group.others, group.amount, group.products, group.overpriced, group.excess, group.held ? 1 : 0],
      ...[packHits(group.otherHits), packHits(group.overpricedHits)],
    ]),
  ],
  unpack: ([admdvs, ...groups]: [string, ...PackedGroup[]]) => {
    return { admdvs, groups: Object.fromEntries(groups.map(unpackGroup)) }
  },
}

type PackedGroup = readonly [
  ...[name: string, selected: number, others: number, amount: Fen, products: Record<string, number>],
  ...[overpriced: number, excess: Fen, held: number, otherHits: (string | number)[], overpricedHits: (string | number)[]],
]

function unpackGroup([name, selected, others, amount, products, overpriced, excess, held, ...hits]: PackedGroup): [
  string,
  Group,
] {
  const [otherHits, overpricedHits] = hits.map(unpackHits) as [Entry[], Entry[]]
  return [name, { selected, others, amount, products, overpriced, excess, held: held === 1, otherHits, overpricedHits }]
}

function packHits(hits: readonly Entry[]): (string | number)[] {
  return hits.flatMap(({ id, at }) => [id, packTime(at)])
}

function unpackHits(packed: readonly (string | number)[]): Entry[] {
  return packed.flatMap((id, i) => (i % 2 === 0 ? [{ id: String(id), at: unpackTime(Number(packed[i + 1])) }] : []))
}

interface Evidence {
  readonly month: string
  readonly group: string
  readonly selected_units: number
  readonly other_units: number
  readonly other_share: number
  /** What was used instead, most first. */
  readonly other_products: readonly { readonly med_list_codg: string; readonly units: number }[]
  readonly overpriced_lines: number
  readonly overpriced_amt: number
  /** What the institution has agreed to use in the period of the contract; `null` where nothing is agreed. */
  readonly agreed_qty: number | null
  readonly vola_amt: number
}

interface Params {
  readonly share: number
  readonly high_share: number
  readonly min_units: number
  readonly price_tolerance: number
}

function emptyGroup(): Group {
  const sums = { selected: 0, others: 0, amount: 0, overpriced: 0, excess: 0 }
  return { ...sums, products: {}, otherHits: [], overpricedHits: [], held: false }
}

/** Counts a line, or takes it back. */
function count(group: Group, { code, units, selected, counts, inscp, excess }: Use, times: 1 | -1): void {
  if (excess !== undefined) {
    group.overpriced += times
    group.excess += times * excess
  }
  if (!counts) return
  if (selected) {
    group.selected += times * units
    return
  }
  group.others += times * units
  group.amount += times * inscp
  const left = (group.products[code] ?? 0) + times * units
  if (left > 0) group.products[code] = left
  else delete group.products[code]
}

function isEmpty({ selected, others, overpriced, held }: Group): boolean {
  return selected <= 0 && others <= 0 && overpriced <= 0 && !held
}

/** Names the settlement, or names it no longer, where the group has something against it. */
function name(group: Group, uses: readonly Use[], settlement: Entry, times: 1 | -1): void {
  const rename = (hits: Entry[]) => (times > 0 ? addHit(hits, settlement, NAMED) : removeHit(hits, settlement.id))
  if (uses.some(({ counts, selected }) => counts && !selected)) rename(group.otherHits)
  if (uses.some(({ excess }) => excess !== undefined)) rename(group.overpricedHits)
}

function keptUntil(month: string): Instant {
  return endOfMonth(monthsAfter(month, MONTHS_KEPT))
}

interface Counting {
  readonly settlement: Entry
  readonly uses: readonly Use[]
  readonly times: 1 | -1
  readonly admdvs: string
}

function recount(state: Month, { settlement, uses, times, admdvs }: Counting, context: Context<Params>): Step<Month, Evidence> {
  const month = monthOf(dayOf(settlement.at))
  const touched: Touched<Evidence>[] = []
  const isOver = context.watermark >= keptUntil(month)
  // Of a month long over only what holds is kept.
  const isKnown = (group: string) => (isOver ? state.groups[group]?.held : state.groups[group] !== undefined)
  const names = [...new Set(uses.map(({ group }) => group))].filter((group) => times > 0 || isKnown(group))
  if (names.length === 0) return UNCHANGED
  if (admdvs && (!state.admdvs || admdvs < state.admdvs)) state.admdvs = admdvs
  for (const group of names) {
    const own = uses.filter((use) => use.group === group)
    const known = state.groups[group] ?? emptyGroup()
    state.groups[group] = known
    for (const use of own) count(known, use, times)
    name(known, own, settlement, times)
    const holds = findingOn({ month, group, admdvs: state.admdvs }, known, context, settlement.at)
    if (holds || known.held) touched.push({ subject: subjectOf(context.root), bucket: bucketOf(month, group), holds })
    known.held = holds !== undefined
    if (isEmpty(known)) delete state.groups[group]
  }
  const groups = Object.values(state.groups)
  return {
    state: groups.length > 0 ? state : undefined,
    ...(touched.length > 0 && { touched }),
    // What holds is kept beyond: `touched` does not keep memory by itself.
    forgetAt: groups.some(({ held }) => held) ? undefined : keptUntil(month),
  }
}

function subjectOf(id: string): Finding['subject'] {
  return { type: 'institution', id }
}

function bucketOf(month: string, group: string): string {
  return `${month}|${group}`
}

interface Named {
  readonly month: string
  readonly group: string
  readonly admdvs: string
}

const SHOWN = 10

function findingOn(
  { month, group, admdvs }: Named,
  { selected, others, amount, products, overpriced, excess, otherHits, overpricedHits }: Group,
  { root, params, reference }: Context<Params>,
  at: Instant,
): Finding<Evidence> | undefined {
  const total = selected + others
  const share = total > 0 ? others / total : 0
  const isAvoided = total >= params.min_units * QUANTITY && share > params.share
  if (!isAvoided && overpriced <= 0) return undefined
  const hits = new Map([...(isAvoided ? otherHits : []), ...overpricedHits].map((hit) => [hit.id, hit]))
  const resting = [...hits.values()].sort(inTime)
  if (resting.length === 0) return undefined
  const vola_amt = (isAvoided ? amount : 0) + excess
  return {
    subject: subjectOf(root),
    bucket: bucketOf(month, group),
    // What was promised at a price and charged above it is proof; why something else was used the institution may tell.
    result: overpriced > 0 ? 'violation' : 'suspicion',
    severity: isAvoided && share > params.high_share ? 2 : 3,
    vola_amt,
    setl_ids: resting.map(({ id }) => id),
    lines: [],
    at: resting.at(-1)!.at,
    first_seen: resting[0]!.at,
    count: resting.length,
    psn_no: '',
    fixmedins_code: root,
    admdvs,
    insu_admdvs: '',
    evidence: {
      ...{ month, group },
      selected_units: selected / QUANTITY,
      other_units: others / QUANTITY,
      other_share: Math.round(share * 10_000) / 10_000,
      other_products: Object.entries(products)
        .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
        .slice(0, SHOWN)
        .map(([med_list_codg, units]) => ({ med_list_codg, units: units / QUANTITY })),
      overpriced_lines: overpriced,
      overpriced_amt: yuan(excess),
      agreed_qty: agreedBy(root, group, at, reference),
      vola_amt: yuan(vola_amt),
    },
  }
}

/** What a settlement was counted as when it came, to be taken back as just that: rows may have changed since. */
interface TakenBack {
  readonly settlement: Entry
  readonly uses: readonly PackedUse[]
}

const BACK = 'POL-18/back'
/** Settlements of one institution and day lie in so many records: a busy day is not written anew for each of them. */
const DRAWERS = 16

function drawerOf(setl_id: string): number {
  let sum = 0
  for (let i = 0; i < setl_id.length; i++) sum = (sum * 31 + setl_id.charCodeAt(i)) % 65_521
  return sum % DRAWERS
}

function counted(visit: Visit, { params, reference }: Context<Params>, times: 1 | -1): Counting {
  const settlement = { id: visit.setl_id, at: visit.setl_time }
  return { settlement, uses: usesIn(visit, params.price_tolerance, reference), times, admdvs: visit.admdvs }
}

const USES_OF_SETTLEMENTS: Part<Visit, Record<string, readonly PackedUse[]>, Evidence, Params> = {
  name: 'USES',
  on: ['settlement'],
  space: 'institution',
  root: ({ fixmedins_code }) => fixmedins_code,
  key: ({ setl_id, setl_time }) => `${dayOf(setl_time)}|${drawerOf(setl_id)}`,
  memoryless: false,
  owned: true,
  concerns: concernsProcurement,
  initial: () => ({}),
  onEvent(state, visit, context) {
    const { uses } = counted(visit, context, 1)
    if (uses.length === 0) return UNCHANGED
    state[visit.setl_id] = uses.map(packUse)
    return { state, forgetAt: keptUntil(monthOf(dayOf(visit.setl_time))) }
  },
  onVoid(state, { setl_id: id, setl_time: at, admdvs }, { root, at: backAt, watermark }) {
    const [month, uses] = [monthOf(dayOf(at)), state[id]]
    if (!uses || watermark >= keptUntil(month)) return UNCHANGED
    delete state[id]
    const values: TakenBack = { settlement: { id, at }, uses }
    return {
      state: Object.keys(state).length > 0 ? state : undefined,
      forgetAt: keptUntil(month),
      tells: [{ kind: 'told', back: true, topic: BACK, of: root, period: month, at: backAt, admdvs, values }],
    }
  },
}

const MONTH_OF_INSTITUTION: Part<Visit | Told<TakenBack>, Month, Evidence, Params> = {
  name: '',
  on: ['settlement', 'told'],
  hears: [BACK],
  space: 'institution',
  root: (event) => (event.kind === 'settlement' ? event.fixmedins_code : event.topic === BACK ? event.of : ''),
  key: (event) => (event.kind === 'settlement' ? monthOf(dayOf(event.setl_time)) : event.period),
  memoryless: false,
  owned: true,
  concerns: (event) => event.kind === 'told' || concernsProcurement(event),
  form: FORM,
  initial: () => ({ admdvs: '', groups: {} }),
  onEvent(state, event, context) {
    if (event.kind === 'settlement') return recount(state, counted(event, context, 1), context)
    const { settlement, uses } = event.values
    return recount(state, { settlement, uses: uses.map(unpackUse), times: -1, admdvs: event.admdvs }, context)
  },
  // What holds longer than settlements are remembered one by one is judged by what rows say now.
  onVoid(state, original, context) {
    const visit = original as Visit
    const isOver = context.watermark >= keptUntil(monthOf(dayOf(visit.setl_time)))
    return isOver ? recount(state, counted(visit, context, -1), context) : UNCHANGED
  },
}

/** POL-18 未按要求使用集采: other products than those selected, or the selected ones above their price. */
export default defineDetector<Evidence, Params>({
  id: 'POL-18',
  version: 3,
  title: { zh: '未按要求使用集采', en: 'Volume-based procurement not honoured' },
  category: 'POL',
  result: 'suspicion',
  basis: [{ law: '定点医药机构违法违规使用医保基金典型问题清单', article: '8-10' }],
  stages: ['mid', 'post'],
  behaviour: '其他',
  params: {
    share: byDefault(0.3, 'of the units of a group in a month, of products that were not selected'),
    high_share: byDefault(0.6, 'severity 2 above it'),
    min_units: byDefault(30, 'of a group in a month; fewer tell nothing'),
    price_tolerance: byDefault(0.001, 'share of the selected price'),
  },
  parts: [MONTH_OF_INSTITUTION, USES_OF_SETTLEMENTS],
  explain({ month, group, selected_units, other_units, other_share, overpriced_lines, overpriced_amt, vola_amt }, language) {
    const [amount, over] = [vola_amt, overpriced_amt].map((sum) => formatYuan(sum * 100))
    const percent = Math.round(other_share * 1000) / 10
    const total = Math.round((selected_units + other_units) * QUANTITY) / QUANTITY
    if (language === 'zh')
      return `${month}集采组${group}共用${total}，非中选占${percent}%，高于中选价${overpriced_lines}条${over}元，涉及${amount}元。`
    return `In ${month} ${total} units of group ${group} were used, ${percent} % of them not selected; ${overpriced_lines} line(s) were ${over} yuan above the selected price: ${amount} yuan in question.`
  },
  example: {
    ...{ month: '2026-03', group: '氨氯地平', selected_units: 20, other_units: 30, other_share: 0.6 },
    other_products: [{ med_list_codg: 'XC08CAA001A001010100009', units: 30 }],
    ...{ overpriced_lines: 0, overpriced_amt: 0, agreed_qty: 600, vola_amt: 540 },
  },
})
