import type { FeeLine } from '../../schemas/events.ts'
import { isPharmacy } from '../../schemas/med-class.ts'
import { amountOf, type Fen, formatYuan, microOf, yuan } from '../../schemas/money.ts'
import type { ReferenceRow } from '../../schemas/reference.ts'
import { dayOf, formatDay, type Instant } from '../../schemas/time.ts'
import {
  type Context,
  defineDetector,
  type Finding,
  type Form,
  type Part,
  type Step,
  type Touched,
  UNCHANGED,
  type Visit,
} from '../detector.ts'
import { dayAfterMonth, endOfMonth, monthOf, monthsAfter } from '../kit/calendar.ts'
import { chargedLines } from '../kit/charged-lines.ts'
import { inPolicy } from '../kit/finding.ts'
import { addHit, removeHit } from '../kit/first-hits.ts'
import { itemOf } from '../kit/item-of.ts'
import { isKnownTo } from '../kit/known.ts'
import { packTime, unpackTime } from '../kit/packed.ts'
import { inTime } from '../kit/remembered.ts'
import { covers } from '../kit/standing.ts'
import type { Entry } from '../kit/window.ts'
import { byDefault } from '../params.ts'
import type { ReferenceView } from '../reference.ts'

/** Quantities carry four decimals: as whole numbers sums do not depend on their order. */
const QUANTITY = 10_000
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

interface Use {
  readonly group: string
  readonly code: string
  readonly units: number
  readonly selected: boolean
  /** Whether it counts in the share: not in a month in which the contract changes. */
  readonly counts: boolean
  readonly inscp: Fen
  /** Above the selected price; `undefined` where it is not. */
  readonly excess: Fen | undefined
}

type Selected = NonNullable<ReferenceRow<'vbp'>['selected']>

const isInTable = isKnownTo('vbp')

function concernsProcurement(visit: Visit): boolean {
  return isInTable(visit) || visit.items.some((item) => item?.vbp_group)
}

function groupsOf(
  { med_list_codg, fee_ocur_time }: FeeLine,
  group: string | null | undefined,
  reference: ReferenceView,
): string[] {
  return group ? [group] : reference.lookup('vbp', med_list_codg, fee_ocur_time).map(({ id }) => id)
}

/** Whether a contract begins or ends inside the month, so that old stock may still be used up. */
function isChanging(selected: Selected, month: string): boolean {
  const lastDay = formatDay(dayAfterMonth(month) - 1)
  const isInside = (date: string | null | undefined, edge: string) => date?.slice(0, 7) === month && date !== edge
  return selected.some(({ from, to }) => isInside(from, `${month}-01`) || isInside(to, lastDay))
}

/** The selected products and their prices bind medical institutions, and of pharmacies those that have agreed to a volume. */
function isUnbound({ med_class, fixmedins_code, setl_time }: Visit, group: string, reference: ReferenceView): boolean {
  return isPharmacy(med_class) && agreedBy(fixmedins_code, group, setl_time, reference) === null
}

function usesIn(visit: Visit, { params, reference }: Context<Params>): Use[] {
  const charged = chargedLines(visit)
  const month = monthOf(dayOf(visit.setl_time))
  return charged.flatMap((line, i) =>
    groupsOf(line, itemOf(visit, charged, i)?.vbp_group, reference).flatMap((group): Use[] => {
      const { med_list_codg: code, fee_ocur_time: at, cnt, pric } = line
      const selected = reference.find('vbp', group, at, visit)?.row.selected ?? []
      const date = formatDay(dayOf(at))
      const valid = selected.filter((one) => covers(one, date))
      if (valid.length === 0 || isUnbound(visit, group, reference)) return []
      const own = valid.filter((one) => one.code === code)
      const price = Math.max(...own.map((one) => (typeof one.price === 'number' ? microOf(one.price) : Number.POSITIVE_INFINITY)))
      const isOver = own.length > 0 && pric > Math.round(price * (1 + params.price_tolerance))
      return [
        {
          ...{ group, code, units: Math.round(cnt * QUANTITY), selected: own.length > 0, inscp: inPolicy(line) },
          counts: !isChanging(selected, month),
          excess: isOver ? Math.min(amountOf(pric - price, cnt), inPolicy(line)) : undefined,
        },
      ]
    }),
  )
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

function recount(state: Month, visit: Visit, context: Context<Params>, times: 1 | -1): Step<Month, Evidence> {
  const uses = usesIn(visit, context)
  const settlement = { id: visit.setl_id, at: visit.setl_time }
  const month = monthOf(dayOf(visit.setl_time))
  const touched: Touched<Evidence>[] = []
  const names = [...new Set(uses.map(({ group }) => group))].filter((group) => times > 0 || state.groups[group])
  if (names.length === 0) return UNCHANGED
  if (visit.admdvs && (!state.admdvs || visit.admdvs < state.admdvs)) state.admdvs = visit.admdvs
  for (const group of names) {
    const own = uses.filter((use) => use.group === group)
    const known = state.groups[group] ?? emptyGroup()
    state.groups[group] = known
    for (const use of own) count(known, use, times)
    name(known, own, settlement, times)
    const holds = findingOn({ month, group, admdvs: state.admdvs }, known, context, visit.setl_time)
    if (holds || known.held) touched.push({ subject: subjectOf(context.root), bucket: bucketOf(month, group), holds })
    known.held = holds !== undefined
    if (isEmpty(known)) delete state.groups[group]
  }
  const groups = Object.values(state.groups)
  return {
    state: groups.length > 0 ? state : undefined,
    ...(touched.length > 0 && { touched }),
    // What holds is kept beyond: `touched` does not keep memory by itself.
    forgetAt: groups.some(({ held }) => held) ? undefined : endOfMonth(monthsAfter(month, MONTHS_KEPT)),
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

function agreedBy(institution: string, group: string, at: Instant, reference: ReferenceView): number | null {
  const date = formatDay(dayOf(at))
  const agreed = reference.find('vbp', group, at)?.row.agreed ?? []
  const own = agreed.filter((one) => one.fixmedins_code === institution && covers(one, date))
  return own.length > 0 ? own.reduce((sum, { qty }) => sum + (qty ?? 0), 0) : null
}

const MONTH_OF_INSTITUTION: Part<Visit, Month, Evidence, Params> = {
  name: '',
  on: ['settlement'],
  space: 'institution',
  root: ({ fixmedins_code }) => fixmedins_code,
  key: ({ setl_time }) => monthOf(dayOf(setl_time)),
  memoryless: false,
  owned: true,
  concerns: concernsProcurement,
  form: FORM,
  initial: () => ({ admdvs: '', groups: {} }),
  onEvent: (state, visit, context) => recount(state, visit, context, 1),
  onVoid: (state, visit, context) => recount(state, visit, context, -1),
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
  parts: [MONTH_OF_INSTITUTION],
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
