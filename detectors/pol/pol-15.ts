import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, dayOf, formatDay, type Instant } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { chargedLines } from '../kit/bills/charged-lines.ts'
import { inPolicy, violating } from '../kit/bills/finding.ts'
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
import { itemOf } from '../kit/items/item-of.ts'
import { isKnownTo, linesKnownTo } from '../kit/items/known.ts'
import { packHead, packTime, unpackHead, unpackTime } from '../kit/parts/packed.ts'
import { type Remembered, remembered, restingOn, visitOf } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/parts/window.ts'
import { monthOf } from '../kit/plain/calendar.ts'
import { counted } from '../kit/plain/counted.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import { byDefault } from '../params.ts'

/** A line with a drug that is paid only after one of the first line. */
interface SecondLine extends Billed {
  /** Class of the drug, by which uses are told apart. */
  readonly drugClass: string
  readonly first_line: readonly string[]
  /** A diagnosis speaks against the first line. */
  readonly excused: boolean
}

interface FirstLine {
  readonly code: string
  readonly given: Instant
}

/** Its lines are those with a drug of the second line. */
interface Used extends Remembered, VisitBill<SecondLine> {
  readonly first: readonly FirstLine[]
}

type PackedFirst = readonly [code: string, given: number]
type PackedLine = readonly [
  sn: string,
  code: string,
  drugClass: string,
  at: number,
  cnt: number,
  inscp: Fen,
  first: readonly string[],
  excused: number,
]

const FORM: Form<Used> = {
  pack: (used) => [
    ...packHead(used),
    packVisit(used),
    used.first.map(({ code, given }): PackedFirst => [code, packTime(given)]),
    ...used.lines.map(({ sn, code, drugClass, at, cnt, inscp, first_line, excused }): PackedLine => {
      return [sn, code, drugClass, packTime(at), cnt, inscp, first_line, excused ? 1 : 0]
    }),
  ],
  unpack: (packed) => {
    const [, , , visit, first, ...second] = packed
    const unpackFirst = ([code, given]: PackedFirst) => ({ code, given: unpackTime(given) })
    const unpackLine = ([sn, code, drugClass, at, cnt, inscp, first_line, excused]: PackedLine) => {
      return { sn, code, drugClass, at: unpackTime(at), cnt, inscp, first_line, excused: excused === 1 }
    }
    return { ...unpackVisit(visit), first: first.map(unpackFirst), lines: second.map(unpackLine), ...unpackHead(packed) }
  },
}

interface Evidence {
  readonly drug_class: string
  readonly med_list_codg: string
  readonly name: string
  readonly first_line: readonly string[]
  readonly searched_from: string
  readonly searched_days: number
  readonly uses: number
  readonly vola_amt: number
}

interface Params {
  readonly window_days: number
  readonly contraindications: readonly string[]
}

function usedIn(visit: Visit, { params, reference }: Context<Params>): Pick<Used, 'first' | 'lines'> {
  const excused = visit.diseinfo.some(({ diag_code }) => params.contraindications.some((icd) => diag_code.startsWith(icd)))
  const first: FirstLine[] = []
  const charged = chargedLines({ feedetail: linesKnownTo(visit, 'second_line') })
  const lines = charged.flatMap((line, i): SecondLine[] => {
    const { feedetl_sn: sn, med_list_codg: code, fee_ocur_time: at, cnt } = line
    const rows = reference.lookup('second_line', code, at, visit)
    if (rows.some(({ row }) => row.first_line?.includes(code))) first.push({ code, given: at })
    // What one group asks for, or another: any of them suffices.
    const first_line = [
      ...new Set(rows.filter(({ id, row }) => (row.code || id) === code).flatMap(({ row }) => row.first_line ?? [])),
    ]
    if (first_line.length === 0 || inPolicy(line) <= 0) return []
    const drugClass = itemOf(visit, charged, i)?.pharm_class || code
    return [{ sn, code, drugClass, at, cnt, inscp: inPolicy(line), first_line, excused }]
  })
  return { first, lines }
}

interface Use extends SecondLine {
  readonly settlement: Used
}

/**
 * Whether a settlement, not after the use and within the window before it, holds a drug of the first line. What was given
 * before the use was tried too, though its own bill comes later: a stay is settled at its end, and receipts when they come.
 */
function precedes(earlier: Used, { settlement, at: used, first_line }: Use, { window_days }: Params): boolean {
  if (earlier.at > settlement.at)
    return earlier.first.some(({ code, given }) => {
      return first_line.includes(code) && given <= used && isWithin(given, used, window_days)
    })
  if (earlier !== settlement && !isWithin(earlier.at, settlement.at, window_days)) return false
  return earlier.first.some(({ code }) => first_line.includes(code))
}

/** Of the days of the window, which ends with the day of the use. */
function isWithin(earlier: Instant, at: Instant, days: number): boolean {
  return dayOf(at) - dayOf(earlier) < days
}

/** What is remembered longest: a use so long, and what excuses it as long as the use itself. */
const USE_MEMORY = 400 * DAY

function keepOf(settlements: readonly Used[], params: Params): (settlement: Used) => number {
  const until = new Map(settlements.map((settlement) => [settlement, settlement.at + USE_MEMORY]))
  for (const settlement of settlements.toReversed()) {
    for (const use of usesIn(settlement)) {
      if (precedes(settlement, use, params)) continue
      for (const earlier of settlements)
        if (precedes(earlier, use, params)) until.set(earlier, Math.max(until.get(earlier)!, until.get(settlement)!))
    }
  }
  return (settlement) => until.get(settlement)! - settlement.at
}

function usesIn(settlement: Used): Use[] {
  return settlement.lines.map((line) => ({ settlement, ...line }))
}

/** Uses of the second line before which nothing of the first was tried, and which nothing excuses. */
function untriedAmong(uses: readonly Use[], settlements: readonly Used[], params: Params): readonly Use[] {
  return uses.filter((use) => !use.excused && !settlements.some((earlier) => precedes(earlier, use, params)))
}

function untriedIn(settlements: readonly Used[], params: Params): readonly Use[] {
  return untriedAmong(settlements.flatMap(usesIn), settlements, params)
}

/** POL-15 药品限二线使用: a second-line drug although none of the first line was tried in the year before. */
export default defineDetector<Evidence, Params>({
  id: 'POL-15',
  version: 3,
  title: { zh: '药品限二线使用', en: 'Second-line drug without a first-line one before' },
  category: 'POL',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(六)' }],
  stages: ['mid'],
  behaviour: '范围外纳入结算',
  params: {
    window_days: byDefault(365, 'in which a first-line drug must have been claimed'),
    contraindications: byDefault(['Z88', 'T88.6', 'T88.7'], 'ICD-10: allergy to drugs, or harm by them, excuses the first line'),
  },
  parts: [
    windowRule<Visit, Used, Evidence, Params>({
      on: ['settlement'],
      space: 'person',
      root: (visit) => visit.psn_no,
      concerns: isKnownTo('second_line'),
      form: FORM,
      keep: USE_MEMORY,
      remember(visit, context) {
        const used = usedIn(visit, context)
        const back = takenBackBy({ feedetail: linesKnownTo(visit, 'second_line') }, () => true)
        if (used.first.length + used.lines.length + back.length === 0) return undefined
        return { visit: visitOf(visit), back, ...used, ...remembered(visit) }
      },
      judge(known, context) {
        const { params, history_from } = context
        // Whatever is taken back of the first line was tried all the same, for all that anybody knows.
        const settlements = corrected<SecondLine, Used>(known, (bills) => untriedIn(bills, params))
        const uses = settlements.flatMap(usesIn)
        const untried = new Set(untriedAmong(uses, settlements, params))
        const keep = keepOf(known, params)
        if (untried.size === 0) return { holds: NOTHING_HOLDS, keep: keptTogether<SecondLine, Used>(known, keep) }
        // Who concludes from absence must have looked at the whole window.
        const short = new Set([...untried].filter(({ settlement }) => settlement.at - params.window_days * DAY < history_from))
        const isShort = [...short].some(({ settlement }) => settlement === settlements.at(-1))
        const runs = [...groupBy(uses, ({ drugClass }) => drugClass).values()].flatMap((ofClass) =>
          runsOf(ofClass, (use) => untried.has(use) && !short.has(use)),
        )
        const buckets = groupBy(runs, ([first]) => `${monthOf(dayOf(first!.settlement.at))}|${first!.drugClass}`)
        const holds = [...buckets].map(([bucket, ofBucket]) => findingOn(bucket, ofBucket.flat(), context))
        const kept = keptTogether<SecondLine, Used>(known, keep, holds)
        return { holds, keep: kept, ...(isShort && { skipped: 'HISTORY_SHORT' as const }) }
      },
    }),
  ],
  explain({ name, first_line, searched_from, searched_days, uses, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    return language === 'zh'
      ? `${name}限二线使用，${searched_days}天内(自${searched_from})无一线药品记录，${uses}条明细共${amount}元。一线药品${first_line.length}种。`
      : `${name} is paid as second line only; none of ${first_line.length} first-line drugs was claimed in ${searched_days} days since ${searched_from}: ${counted(uses, 'line')}, ${amount} yuan.`
  },
  example: {
    ...{ drug_class: 'A10BH', med_list_codg: 'XA10BHA001A001010100001', name: '西格列汀片(样例)' },
    ...{ first_line: ['XA10BAA001A001010100001'], searched_from: '2025-03-03', searched_days: 365, uses: 1, vola_amt: 58.6 },
  },
})

/** Uses that break the rule one after the other. */
function runsOf(uses: readonly Use[], breaks: (use: Use) => boolean): Use[][] {
  const runs: Use[][] = []
  let running = false
  for (const use of uses) {
    const broken = breaks(use)
    if (broken && running) runs.at(-1)!.push(use)
    else if (broken) runs.push([use])
    running = broken
  }
  return runs
}

function findingOn(bucket: string, uses: readonly Use[], { root, params, reference }: Context<Params>): Finding<Evidence> {
  const [first] = uses
  const { settlement, code, drugClass, first_line } = first!
  const lines = uses.map((use) => violating(use.settlement.id, { feedetl_sn: use.sn }, use.inscp))
  const vola_amt = lines.reduce((sum, line) => sum + line.vola_amt, 0)
  return {
    subject: { type: 'person', id: root },
    bucket,
    result: 'suspicion',
    severity: 3,
    ...restingOn(
      root,
      uses.map((use) => use.settlement),
    ),
    vola_amt,
    lines,
    count: uses.length,
    evidence: {
      drug_class: drugClass,
      med_list_codg: code,
      name: itemName(code, settlement.at, reference),
      first_line,
      searched_from: formatDay(dayOf(settlement.at) - params.window_days + 1),
      searched_days: params.window_days,
      uses: uses.length,
      vola_amt: yuan(vola_amt),
    },
  }
}
