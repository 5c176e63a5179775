import type { FeeLine } from '../../schemas/events.ts'
import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, dayOf, formatInstant } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type LineRef, type Visit } from '../detector.ts'
import { isAtAgency } from '../kit/at-agency.ts'
import { chargedLines } from '../kit/charged-lines.ts'
import { inPolicy, involved, violating } from '../kit/finding.ts'
import { groupBy } from '../kit/group-by.ts'
import { itemOf } from '../kit/item-of.ts'
import { withOthers } from '../kit/items-named.ts'
import { isMedicine } from '../kit/medicine.ts'
import { packHead, unpackHead } from '../kit/packed.ts'
import { type Remembered, remembered, restingOn } from '../kit/remembered.ts'
import { daysSupplied, genericOf, isTakenHome } from '../kit/supply.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/window.ts'
import { byDefault } from '../params.ts'
import type { Known } from '../reference.ts'

interface Drug {
  readonly sn: string
  readonly code: string
  readonly generic: string
  /** ATC level 4. */
  readonly pharm_class: string
  readonly days: number
  readonly inscp: Fen
  /** Codes and generics that may be taken with it. */
  readonly accepted: readonly string[]
}

interface Filled extends Remembered {
  readonly drugs: readonly Drug[]
}

type Packed = readonly [sn: string, code: string, generic: string, pharm_class: string, days: number, inscp: Fen, ...string[]]

const FORM: Form<Filled> = {
  pack: (filled) => [
    ...packHead(filled),
    ...filled.drugs.map(({ sn, code, generic, pharm_class, days, inscp, accepted }): Packed => {
      return [sn, code, generic === code ? '' : generic, pharm_class, days, inscp, ...accepted]
    }),
  ],
  unpack: (packed) => {
    const [, , , ...drugs] = packed
    const unpackDrug = ([sn, code, generic, pharm_class, days, inscp, ...accepted]: Packed): Drug => {
      return { sn, code, generic: generic || code, pharm_class, days, inscp, accepted }
    }
    return { drugs: drugs.map(unpackDrug), ...unpackHead(packed) }
  },
}

interface Named {
  readonly setl_id: string
  readonly setl_time: string
  readonly fixmedins_code: string
  readonly generic: string
  readonly supply_days: number
}

interface Evidence {
  readonly pharm_class: string
  readonly overlaps: readonly { readonly earlier: Named; readonly later: Named; readonly overlap_days: number }[]
  /** The longest. */
  readonly overlap_days: number
  readonly vola_amt: number
}

interface Params {
  readonly overlap_days: number
}

/** What a fill supplies is forgotten after this; who has more at home is judged by it no longer. */
const LONGEST = 120

function drugOf(line: FeeLine, visit: Visit, item: Visit['items'][number], { reference }: Context<Params>): Drug | undefined {
  const { pharm_class } = item ?? {}
  if (!pharm_class || !isMedicine(line, item) || !isTakenHome(visit.med_class, line)) return undefined
  const days = daysSupplied(visit, line, item)
  if (days === undefined) return undefined
  const { feedetl_sn: sn, med_list_codg: code, fee_ocur_time: at } = line
  const generic = genericOf(line, item)
  const partners = (name: string) => partnersIn(reference.lookup('combination_ok', name, at, visit), name)
  const accepted = generic === code ? partners(code) : joint(partners(code), partners(generic))
  return { sn, code, generic, pharm_class, days: Math.min(days, LONGEST), inscp: inPolicy(line), accepted }
}

const NOBODY: readonly string[] = []

/** What the rows name beside a drug: nearly always there are none. */
function partnersIn(rows: readonly Known<'combination_ok'>[], name: string): readonly string[] {
  if (rows.length === 0) return NOBODY
  return rows.flatMap(({ row: { code_a, code_b } }) => {
    const other = code_a === name ? code_b : code_a
    return other ? [other] : []
  })
}

function joint(a: readonly string[], b: readonly string[]): readonly string[] {
  return a.length === 0 ? b : b.length === 0 ? a : [...a, ...b]
}

function drugsOf(visit: Visit, context: Context<Params>): Drug[] {
  const lines = chargedLines(visit)
  const drugs: Drug[] = []
  for (let i = 0; i < lines.length; i++) {
    const drug = drugOf(lines[i]!, visit, itemOf(visit, lines, i), context)
    if (drug) drugs.push(drug)
  }
  return drugs
}

/** What the agency itself reimburses was filled long before, and receipts of months come together. */
function hasDrugs(visit: Visit): boolean {
  if (isAtAgency(visit)) return false
  const { feedetail, items, med_class } = visit
  for (let i = 0; i < feedetail.length; i++) if (items[i]?.pharm_class && isTakenHome(med_class, feedetail[i]!)) return true
  return false
}

function isAccepted(a: Drug, b: Drug): boolean {
  const allows = (one: Drug, other: Drug) => one.accepted.includes(other.code) || one.accepted.includes(other.generic)
  return allows(a, b) || allows(b, a)
}

interface Placed {
  readonly filled: Filled
  readonly drug: Drug
}

interface Overlap {
  readonly earlier: Placed
  readonly later: Placed
  readonly days: number
}

/** Days on which both supplies last; packages of one drug in one settlement are taken one after the other. */
function overlapDays(earlier: Placed, later: Placed): number {
  const from = dayOf(later.filled.at)
  const end = ({ filled, drug }: Placed) => dayOf(filled.at) + drug.days
  return Math.round((Math.min(end(earlier), end(later)) - from) * 100) / 100
}

function isSame(a: Drug, b: Drug): boolean {
  return a.generic === b.generic && a.pharm_class === b.pharm_class
}

/** Lines of one drug in one settlement made one supply. */
function suppliesOf(filled: Filled): Placed[] {
  const supplies: Placed[] = []
  for (const drug of filled.drugs) {
    const place = supplies.findIndex((known) => isSame(known.drug, drug))
    if (place < 0) supplies.push({ filled, drug })
    else supplies[place] = { filled, drug: together(supplies[place]!.drug, drug) }
  }
  return supplies
}

function together(drug: Drug, { days }: Drug): Drug {
  return { ...drug, days: Math.min(LONGEST, drug.days + days) }
}

/** How long the drug lasts of which there is most. */
function longestOf(drugs: readonly Drug[]): number {
  let longest = 0
  for (const drug of drugs) {
    let days = 0
    for (const other of drugs) if (isSame(drug, other)) days += other.days
    if (days > longest) longest = days
  }
  return Math.min(LONGEST, longest)
}

function overlapsIn(settlements: readonly Filled[], params: Params): Overlap[] {
  const overlaps: Overlap[] = []
  const before = new Map<string, Placed[]>()
  for (const settlement of settlements) {
    for (const later of suppliesOf(settlement)) {
      const { pharm_class } = later.drug
      const known = before.get(pharm_class)
      if (!known) {
        before.set(pharm_class, [later])
        continue
      }
      for (const earlier of known) {
        if (earlier.drug.generic === later.drug.generic || isAccepted(earlier.drug, later.drug)) continue
        const days = overlapDays(earlier, later)
        if (days > params.overlap_days) overlaps.push({ earlier, later, days })
      }
      known.push(later)
    }
  }
  return overlaps
}

/** MED-01 重复开药: different drugs of one class, to be taken at the same time. */
export default defineDetector<Evidence, Params>({
  id: 'MED-01',
  version: 3,
  title: { zh: '重复开药', en: 'Duplicate therapy' },
  category: 'MED',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(二)' }],
  stages: ['pre', 'mid'],
  behaviour: '重复开药',
  params: { overlap_days: byDefault(3, 'days for which two drugs of one class may last together') },
  parts: [
    windowRule<Visit, Filled, Evidence, Params>({
      on: ['settlement'],
      space: 'person',
      root: ({ psn_no }) => psn_no,
      concerns: hasDrugs,
      form: FORM,
      keep: ({ drugs }) => longestOf(drugs) * DAY,
      remember(visit, context) {
        const drugs = drugsOf(visit, context)
        return drugs.length > 0 ? { drugs, ...remembered(visit) } : undefined
      },
      judge(settlements, { root, params }) {
        const overlaps = overlapsIn(settlements, params)
        if (overlaps.length === 0) return { holds: NOTHING_HOLDS }
        const buckets = groupBy(overlaps, ({ later }) => `${later.filled.id}|${later.drug.pharm_class}`)
        return { holds: Array.from(buckets, ([bucket, pairs]) => findingOn(root, bucket, pairs)) }
      },
    }),
  ],
  explain({ pharm_class, overlaps, vola_amt }, language) {
    const [first] = overlaps
    if (!first) return ''
    const [a, b] = [first.earlier.generic, first.later.generic]
    const amount = formatYuan(vola_amt * 100)
    const others = withOthers(
      overlaps.map(({ earlier, later }) => `${earlier.generic}|${later.generic}`),
      language,
    )
    return language === 'zh'
      ? `${a}与${b}同类(${pharm_class})，用药重叠${first.overlap_days}天，${others}涉及${amount}元。`
      : `${a} and ${b} are of one class (${pharm_class}) and last together for ${first.overlap_days} days: ${others}${amount} yuan.`
  },
  example: {
    pharm_class: 'C10AA',
    overlaps: [
      {
        earlier: {
          ...{ setl_id: 'S1', setl_time: '2026-03-02T09:00:00+08:00', fixmedins_code: 'H99010100001' },
          ...{ generic: '阿托伐他汀', supply_days: 28 },
        },
        later: {
          ...{ setl_id: 'S2', setl_time: '2026-03-05T10:00:00+08:00', fixmedins_code: 'H99010100002' },
          ...{ generic: '瑞舒伐他汀', supply_days: 28 },
        },
        overlap_days: 25,
      },
    ],
    overlap_days: 25,
    vola_amt: 96.4,
  },
})

function findingOn(psn_no: string, bucket: string, overlaps: readonly Overlap[]): Finding<Evidence> {
  const refs = new Map<string, LineRef>()
  const tell = ({ filled, drug }: Placed, at: (id: string, line: Drug) => LineRef) => {
    for (const line of filled.drugs) {
      const name = `${filled.id}|${line.sn}`
      if (isSame(line, drug) && refs.get(name)?.vola_item_type !== 1) refs.set(name, at(filled.id, line))
    }
  }
  for (const { earlier, later } of overlaps) {
    tell(earlier, (id, { sn }) => involved(id, { feedetl_sn: sn }))
    tell(later, (id, { sn, inscp }) => violating(id, { feedetl_sn: sn }, inscp))
  }
  const lines = [...refs.values()]
  const vola_amt = lines.reduce((sum, line) => sum + line.vola_amt, 0)
  return {
    subject: { type: 'person', id: psn_no },
    bucket,
    result: 'suspicion',
    severity: 3,
    ...restingOn(
      psn_no,
      overlaps.flatMap(({ earlier, later }) => [earlier.filled, later.filled]),
    ),
    vola_amt,
    count: overlaps.length,
    lines,
    evidence: {
      pharm_class: overlaps[0]!.later.drug.pharm_class,
      overlaps: overlaps.map(({ earlier, later, days }) => {
        return { earlier: named(earlier), later: named(later), overlap_days: days }
      }),
      overlap_days: Math.max(...overlaps.map(({ days }) => days)),
      vola_amt: yuan(vola_amt),
    },
  }
}

function named({ filled: { id, at, fixmedins_code }, drug: { generic, days } }: Placed): Named {
  return { setl_id: id, setl_time: formatInstant(at), fixmedins_code, generic, supply_days: days }
}
