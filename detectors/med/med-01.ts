import type { FeeLine } from '../../schemas/events.ts'
import { formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, formatInstant } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type LineRef, type Visit } from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { chargedLines } from '../kit/bills/charged-lines.ts'
import { inPolicy, involved, violating } from '../kit/bills/finding.ts'
import { daysSupplied, drugsBack, genericOf, isTakenHome, leaveOfSupply } from '../kit/bills/supply.ts'
import { corrected, keptTogether } from '../kit/bills/visit-bills.ts'
import { isMedicine } from '../kit/care/medicine.ts'
import { itemOf } from '../kit/items/item-of.ts'
import { withOthers } from '../kit/items/items-named.ts'
import { remembered, restingOn, visitOf } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/parts/window.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import { byDefault } from '../params.ts'
import type { Known } from '../reference.ts'
import { type Drug, type Filled, FORM } from './med-01.form.ts'
import { isSame, LONGEST, longestOf, type Overlap, overlapsIn, type Placed } from './med-01.overlaps.ts'

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

function drugOf(line: FeeLine, visit: Visit, item: Visit['items'][number], { reference }: Context<Params>): Drug | undefined {
  const { pharm_class } = item ?? {}
  if (!pharm_class || !isMedicine(line, item) || !isTakenHome(visit.med_class, line)) return undefined
  const days = daysSupplied(visit, line, item)
  if (days === undefined) return undefined
  const { feedetl_sn: sn, med_list_codg: code, fee_ocur_time: at, cnt } = line
  const generic = genericOf(line, item)
  const partners = (name: string) => partnersIn(reference.lookup('combination_ok', name, at, visit), name)
  const accepted = generic === code ? partners(code) : joint(partners(code), partners(generic))
  return { sn, code, at, cnt, generic, pharm_class, days, inscp: inPolicy(line), accepted }
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

/** What takes something back may mean a fill that lasts as long as any. */
function keepOf({ lines, back }: Filled): number {
  return (back.length > 0 ? LONGEST : longestOf(lines)) * DAY
}

/** The overlaps of what later bills of each visit leave of its drugs. */
function overlapsLeft(settlements: readonly Filled[], { overlap_days }: Params): readonly Overlap[] {
  const overlaps = overlapsIn(settlements, overlap_days)
  if (overlaps.length === 0) return overlaps
  const inQuestion = (bills: readonly Filled[]) =>
    overlapsIn(bills, overlap_days).flatMap(({ earlier, later }) => [...linesOf(earlier), ...linesOf(later)])
  return overlapsIn(corrected<Drug, Filled>(settlements, inQuestion, leaveOfSupply), overlap_days)
}

function linesOf({ filled, drug }: Placed): { readonly settlement: Filled; readonly sn: string }[] {
  return filled.lines.flatMap((line) => (isSame(line, drug) ? [{ settlement: filled, sn: line.sn }] : []))
}

/** MED-01 重复开药: different drugs of one class, to be taken at the same time. */
export default defineDetector<Evidence, Params>({
  id: 'MED-01',
  version: 5,
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
      keep: keepOf,
      remember(visit, context) {
        const [lines, back] = [drugsOf(visit, context), drugsBack(visit)]
        if (lines.length === 0 && back.length === 0) return undefined
        return { visit: visitOf(visit), lines, back, ...remembered(visit) }
      },
      judge(settlements, { root, params }) {
        const overlaps = overlapsLeft(settlements, params)
        const buckets = groupBy(overlaps, ({ later }) => `${later.filled.id}|${later.drug.pharm_class}`)
        const holds = Array.from(buckets, ([bucket, pairs]) => findingOn(root, bucket, pairs))
        return { holds: holds.length > 0 ? holds : NOTHING_HOLDS, keep: keptTogether<Drug, Filled>(settlements, keepOf, holds) }
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
    for (const line of filled.lines) {
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
