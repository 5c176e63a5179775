import type { FeeLine } from '../../schemas/events.ts'
import { amountOf, type Fen, formatYuan, microOf } from '../../schemas/money.ts'
import { DAY, formatInstant, parseInstant } from '../../schemas/time.ts'
import { defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { chargedLines, takenBackBeyond } from '../kit/bills/charged-lines.ts'
import { inPolicy, involved, violating } from '../kit/bills/finding.ts'
import { doctorOf } from '../kit/bills/prescriber.ts'
import { leftOver, type Quantity, quantityOf } from '../kit/bills/taken-back.ts'
import { itemName } from '../kit/items/item-name.ts'
import { withOthers } from '../kit/items/items-named.ts'
import { type PackedSerials, packHead, packSerials, serialAt, unpackHead } from '../kit/parts/packed.ts'
import { type Remembered, remembered, restingOn, visitOf } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS, together, windowRule } from '../kit/parts/window.ts'
import { counted } from '../kit/plain/counted.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import { linePrint, packPrints, unpackPrints } from '../kit/plain/print.ts'
import { STAY_MEMORY } from '../kit/stays/stay.ts'
import type { ReferenceView } from '../reference.ts'

/** What two lines have in common that are one line uploaded twice. */
interface Content {
  readonly med_list_codg: string
  readonly name: string
  readonly cnt: number
  /** Yuan. */
  readonly pric: number
  readonly fee_ocur_time: string
  readonly doctor: string
}

/** What a bill takes back of earlier ones, with the print of the line that it would take back if it were the whole of it. */
type TakenBack = Quantity & { readonly print: number }

interface Charged extends Remembered {
  /** Of a stay that goes on: more settlements follow. */
  readonly mid: boolean
  /** Every line of every visit is remembered, side by side: by its print (kit/print), and by its serial number. */
  readonly prints: string
  readonly serials: PackedSerials
  /** In-policy amounts of the lines for which it is not price times count: those are part of what is repeated. */
  readonly inscp: Readonly<Record<number, Fen>>
  /** By print, what this settlement's lines repeat of its visit. A repetition without content is exempt. */
  readonly repeated: Readonly<Record<string, Content>>
  readonly back: readonly TakenBack[]
}

const FORM: Form<Charged> = {
  pack(charged) {
    const { mid, prints, serials, inscp, repeated, back } = charged
    const lines = [...packHead(charged), prints, serials, inscp]
    if (back.length > 0) return [...lines, mid ? 1 : 0, repeated, back]
    return mid || !isEmpty(repeated) ? [...lines, mid ? 1 : 0, repeated] : lines
  },
  unpack(packed) {
    const [, , , prints, serials, inscp, mid, repeated = {}, back = NOTHING_BACK] = packed
    return { mid: mid === 1, prints, serials, inscp, repeated, back, ...unpackHead(packed) }
  },
}

interface Evidence {
  readonly repeats: readonly (Content & {
    readonly first: { readonly setl_id: string; readonly feedetl_sn: string }
    readonly again: { readonly setl_id: string; readonly feedetl_sn: string }
    readonly vola_amt: number
  })[]
  readonly vola_amt: number
}

const NOTHING_REPEATED: Charged['repeated'] = {}
const NOTHING_BACK: Charged['back'] = []
/** After the last settlement of a visit. */
const KEPT = 30 * DAY

function contentOf(visit: Visit, line: FeeLine, reference: ReferenceView): Content {
  const { med_list_codg, cnt, pric, fee_ocur_time } = line
  const name = itemName(med_list_codg, fee_ocur_time, reference)
  return {
    med_list_codg,
    name,
    cnt,
    pric: pric / 1e6,
    fee_ocur_time: formatInstant(fee_ocur_time),
    doctor: doctorOf(visit, line),
  }
}

function takenBackBy(visit: Visit): Charged['back'] {
  const lines = takenBackBeyond(visit)
  if (lines.length === 0) return NOTHING_BACK
  return lines.map((line) => {
    const whole = { ...line, cnt: -line.cnt, pric: Math.abs(line.pric) }
    return { ...quantityOf(line), print: linePrint(whole, doctorOf(visit, line)) }
  })
}

function isPerOccurrence({ med_list_codg, fee_ocur_time }: FeeLine, reference: ReferenceView): boolean {
  return reference.find('item', med_list_codg, fee_ocur_time)?.row.tags?.includes('per_occurrence') ?? false
}

const NO_PRINTS: ReadonlySet<number> = new Set()

function printsIn(settlements: readonly Charged[]): ReadonlySet<number> {
  return settlements.length === 0 ? NO_PRINTS : new Set(settlements.flatMap(({ prints }) => unpackPrints(prints)))
}

/** MGT-02 明细重复上传收费: one line of a visit charged again under another serial number. */
export default defineDetector<Evidence, Record<string, never>>({
  id: 'MGT-02',
  version: 4,
  title: { zh: '明细重复上传收费', en: 'Fee line charged twice' },
  category: 'MGT',
  result: 'violation',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(三)' }],
  stages: ['mid'],
  behaviour: '重复收费',
  params: {},
  parts: [
    windowRule<Visit, Charged, Evidence, Record<string, never>>({
      on: ['settlement'],
      space: 'person',
      root: (visit) => visit.psn_no,
      key: visitOf,
      form: FORM,
      keep: KEPT,
      remember(visit, { reference }, settlements) {
        const lines = chargedLines(visit)
        const back = takenBackBy(visit)
        if (lines.length === 0 && back.length === 0) return undefined
        const before = printsIn(settlements)
        const prints: number[] = []
        const inscp: Record<number, Fen> = {}
        let repeated: Record<number, Content> | undefined
        for (let i = 0; i < lines.length; i++) {
          const line = lines[i]!
          const print = linePrint(line, doctorOf(visit, line))
          // The later of two settlements knows the content of both lines, for it is the same.
          if ((prints.includes(print) || before.has(print)) && !isPerOccurrence(line, reference)) {
            repeated ??= {}
            repeated[print] = contentOf(visit, line, reference)
          }
          prints.push(print)
          if (inPolicy(line) !== amountOf(line.pric, line.cnt)) inscp[i] = inPolicy(line)
        }
        const serials = packSerials(lines.map((line) => line.feedetl_sn))
        const mid = visit.mid_setl_flag === '1'
        const charged = { mid, prints: packPrints(prints), serials, inscp, repeated: repeated ?? NOTHING_REPEATED, back }
        return { ...charged, ...remembered(visit) }
      },
      judge(settlements, { root }) {
        const keep = together(settlements, settlements.at(-1)!.mid ? STAY_MEMORY : KEPT)
        if (settlements.every(({ repeated }) => isEmpty(repeated))) return { holds: NOTHING_HOLDS, keep }
        const bySettlement = groupBy(repeatsIn(settlements), ({ again }) => again.settlement)
        return { holds: [...bySettlement].map(([later, repeats]) => findingOn(root, later, repeats)), keep }
      },
    }),
  ],
  explain({ repeats, vola_amt }, language) {
    const [first] = repeats
    if (!first) return ''
    const { name, fee_ocur_time, cnt } = first
    const [time, amount] = [fee_ocur_time.slice(0, 19).replace('T', ' '), formatYuan(vola_amt * 100)]
    const kinds = repeats.map((repeat) => `${repeat.med_list_codg}|${repeat.cnt}|${repeat.fee_ocur_time}`)
    const others = withOthers(kinds, language)
    return language === 'zh'
      ? `${name}（数量${cnt}）于${time}重复收费，${others}共重复${repeats.length}条，${amount}元。`
      : `${name} (${cnt}) of ${time} was charged again under another number: ${others}${counted(repeats.length, 'line')}, ${amount} yuan.`
  },
  example: {
    repeats: [
      {
        ...{ med_list_codg: '002503020030000', name: '糖化血红蛋白测定', cnt: 1, pric: 60, doctor: 'D990101000001' },
        fee_ocur_time: '2026-03-02T09:10:00+08:00',
        first: { setl_id: 'S1', feedetl_sn: '3' },
        again: { setl_id: 'S1', feedetl_sn: '8' },
        vola_amt: 60,
      },
    ],
    vola_amt: 60,
  },
})

function isEmpty(record: Readonly<Record<string, unknown>>): boolean {
  for (const _ in record) return false
  return true
}

/** A line that has its like in the visit. */
interface Placed extends Quantity {
  readonly settlement: Charged
  readonly sn: string
  readonly print: number
  readonly content: Content
  readonly inscp: Fen
}

interface Repeat {
  readonly first: Placed
  readonly again: Placed
}

function placedIn(settlement: Charged, contents: Charged['repeated']): Placed[] {
  return unpackPrints(settlement.prints).flatMap((print, i) => {
    const content = contents[print]
    if (!content) return []
    const { med_list_codg: code, fee_ocur_time, cnt, pric } = content
    const inscp = settlement.inscp[i] ?? amountOf(microOf(pric), cnt)
    const sn = serialAt(settlement.serials, i)
    return [{ settlement, sn, print, content, inscp, code, at: parseInstant(fee_ocur_time), cnt }]
  })
}

/**
 * Every line whose like stands before it under another serial number. Settlements come by time, lines in their order. What a
 * later bill takes back of a line leaves less than its like, or nothing. Serial numbers are unique within a visit: a bill that
 * names one of an earlier bill tells of the same line once more, for it was uploaded once (the card asks for another number);
 * that bills were settled twice is for MGT-01 to say.
 */
function repeatsIn(settlements: readonly Charged[]): Repeat[] {
  const contents: Charged['repeated'] = Object.assign({}, ...settlements.map(({ repeated }) => repeated))
  const isAnother = ({ print }: TakenBack) => !contents[print] && printsIn(settlements).has(print)
  const bills = settlements.map((settlement) => ({
    charges: placedIn(settlement, contents),
    back: settlement.back.filter((taken) => !isAnother(taken)),
  }))
  const left = leftOver(bills)
  const firsts = new Map<number, Placed>()
  const told = new Set<string>()
  const repeats: Repeat[] = []
  for (const again of bills.flatMap(({ charges }) => charges)) {
    const line = `${again.print}|${again.sn}`
    if (left.has(again) || told.has(line)) continue
    told.add(line)
    const first = firsts.get(again.print)
    if (!first) firsts.set(again.print, again)
    else repeats.push({ first, again })
  }
  return repeats
}

function findingOn(psn_no: string, later: Charged, repeats: readonly Repeat[]): Finding<Evidence> {
  const again = repeats.map(({ again: { sn, inscp } }) => violating(later.id, { feedetl_sn: sn }, inscp))
  const firsts = new Map(repeats.map(({ first }) => [`${first.settlement.id}|${first.sn}`, first]))
  const vola_amt = again.reduce((sum, line) => sum + line.vola_amt, 0)
  return {
    subject: { type: 'settlement', id: later.id },
    bucket: '',
    result: 'violation',
    severity: 2,
    ...restingOn(psn_no, [later, ...repeats.map(({ first }) => first.settlement)]),
    vola_amt,
    lines: [...again, ...[...firsts.values()].map(({ settlement, sn }) => involved(settlement.id, { feedetl_sn: sn }))],
    count: repeats.length,
    evidence: {
      repeats: repeats.map(({ first, again: { sn, content, inscp } }) => ({
        ...content,
        first: { setl_id: first.settlement.id, feedetl_sn: first.sn },
        again: { setl_id: later.id, feedetl_sn: sn },
        vola_amt: inscp / 100,
      })),
      vola_amt: vola_amt / 100,
    },
  }
}
