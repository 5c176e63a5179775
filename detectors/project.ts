import type { FeeLine, Inventory, Settlement } from '../schemas/events.ts'
import { DAY, type Day, dayOf, type Instant } from '../schemas/time.ts'
import type { DoctorVisit, DrugSale, Heard, Operated, TraceMove, TraceUse, Visit, Voidable } from './detector.ts'
import { chargedLines } from './kit/bills/charged-lines.ts'
import { fundOf } from './kit/bills/finding.ts'
import { soldCodes } from './kit/bills/sold-codes.ts'
import { isSplit } from './kit/bills/supply.ts'
import { isMedicine } from './kit/care/medicine.ts'
import { itemOf } from './kit/items/item-of.ts'
import { medClassOf } from './kit/stays/med-class-of.ts'
import type { ReferenceView } from './reference.ts'

/** What is written down as longer is a slip of the pen. */
const LONGEST_OPERATION = 2 * DAY

/** Completes a settlement with what reference data know of its institution and of its `med_type`. */
export function toVisit(settlement: Settlement, reference: ReferenceView): Visit {
  const institution = reference.find('institution', settlement.fixmedins_code, settlement.setl_time)?.row
  const admdvs = settlement.mdtrt_admdvs || institution?.admdvs || ''
  // The object is ours alone until it is handed on; a copy of sixty properties per settlement would cost more than all rules.
  const { items, knownLines, known } = knowledgeOf(settlement.feedetail, reference)
  return Object.assign(settlement, {
    med_class: medClassOf(settlement.med_type, admdvs, settlement.setl_time, reference),
    admdvs,
    level: institution?.level ?? '',
    items,
    knownLines,
    known,
  })
}

/** What reference data know of the lines, looked up once for all detectors. */
function knowledgeOf(lines: readonly FeeLine[], reference: ReferenceView): Pick<Visit, 'items' | 'known' | 'knownLines'> {
  const items = new Array<Visit['items'][number]>(lines.length)
  const knownLines = new Array<number>(lines.length)
  let known = 0
  for (let i = 0; i < lines.length; i++) {
    const { med_list_codg, fee_ocur_time } = lines[i]!
    items[i] = reference.find('item', med_list_codg, fee_ocur_time)?.row
    knownLines[i] = reference.tablesOf(med_list_codg)
    known |= knownLines[i]!
  }
  return { items, knownLines, known }
}

/** The trace codes that a settlement sold, each once, in order of first appearance. */
function traceUses(visit: Visit): TraceUse[] {
  const uses = new Map<string, { trace: string; lines: FeeLine[]; split: boolean }>()
  for (const { trace, line, split } of soldCodes(visit)) {
    let use = uses.get(trace)
    if (!use) {
      use = { trace, lines: [], split: false }
      uses.set(trace, use)
    }
    if (line && !use.lines.includes(line)) use.lines.push(line)
    if (split) use.split = true
  }
  return [...uses.values()].map(({ trace, lines, split }) => {
    const [funds, beside] = [lines.map((line) => fundOf(visit, line)), split ? othersOn(visit, lines, trace) : NO_CODES]
    return { kind: 'traceUse', trace, visit, lines, funds, split, beside }
  })
}

const NO_CODES: readonly string[] = []

function othersOn({ drug_trac_info }: Visit, lines: readonly FeeLine[], trace: string): string[] {
  const rows = drug_trac_info.filter((row) => lines.some((line) => line.feedetl_sn === row.feedetl_sn))
  return [...new Set(rows.map(({ drug_trac_codg }) => drug_trac_codg))].filter((code) => code !== trace).sort()
}

/** The trace codes of an inventory event. */
export function traceMoves(inventory: Inventory): TraceMove[] {
  return [...new Set(inventory.drug_trac_info.map((row) => row.drug_trac_codg))].map((trace) => ({
    kind: 'traceMove',
    trace,
    inventory,
  }))
}

/** The doctor to whom the settlement counts: `chfpdr_code`, else the most frequent `bilg_dr_codg` (clarifications, ANO-06). */
function doctorVisit(visit: Visit): DoctorVisit | undefined {
  const doctor = visit.chfpdr_code || mostFrequentDoctor(visit.feedetail)
  return doctor ? { kind: 'doctorVisit', doctor, visit } : undefined
}

/** Who operated when: one projection for each operator and each day that the operations touch. */
function operations(visit: Visit): Operated[] {
  if (visit.oprninfo.length === 0) return []
  const days = new Map<string, { doctor: string; day: Day; times: [Instant, Instant][] }>()
  for (const { oper_dr_codg: doctor, oprn_begntime: from, oprn_endtime: to } of visit.oprninfo) {
    if (!doctor || from === undefined || to === undefined || to <= from || to - from > LONGEST_OPERATION) continue
    for (let day = dayOf(from); day <= dayOf(to); day++) {
      const told = days.get(`${doctor}|${day}`) ?? { doctor, day, times: [] }
      told.times.push([from, to])
      days.set(`${doctor}|${day}`, told)
    }
  }
  return [...days.values()].map((told) => ({ kind: 'operation', visit, ...told }))
}

/** Each drug once at each price that remains charged. */
function drugSales(visit: Visit): DrugSale[] {
  const sales: DrugSale[] = []
  const lines = chargedLines(visit)
  for (let i = 0; i < lines.length; i++) {
    const [line, item] = [lines[i]!, itemOf(visit, lines, i)]
    if (!isMedicine(line, item)) continue
    const { med_list_codg, pric } = line
    if (sales.some((sale) => sale.line.med_list_codg === med_list_codg && sale.line.pric === pric)) continue
    sales.push({ kind: 'drugSale', visit, line, item, split: isSplit(line, visit) })
  }
  return sales
}

/** Everything that detectors can hear of a settlement. */
export function heardIn(visit: Visit): (Voidable & Heard)[] {
  const heard: (Voidable & Heard)[] = [visit]
  if (visit.drug_trac_info.length > 0) heard.push(...traceUses(visit))
  const work = doctorVisit(visit)
  if (work) heard.push(work)
  if (visit.oprninfo.length > 0) heard.push(...operations(visit))
  heard.push(...drugSales(visit))
  return heard
}

function mostFrequentDoctor(lines: readonly FeeLine[]): string {
  const counts = new Map<string, number>()
  for (const { bilg_dr_codg } of lines) {
    if (bilg_dr_codg) counts.set(bilg_dr_codg, (counts.get(bilg_dr_codg) ?? 0) + 1)
  }
  let best = ''
  for (const [doctor, count] of counts) {
    const most = counts.get(best) ?? 0
    if (count > most || (count === most && doctor < best)) best = doctor
  }
  return best
}
