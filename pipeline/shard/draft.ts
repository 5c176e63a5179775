import type { Heard, Visit, VisitHead } from '../../detectors/detector.ts'
import type { FeeLine, Settlement } from '../../schemas/events.ts'
import type { Instant } from '../../schemas/time.ts'
import type { Report } from './conductor.ts'
import { type Addressed, type Entry, type OfHead, type Parcel, pack, packOfBill, visitIn } from './parcel.ts'
import type { RunningPart } from './parts.ts'
import type { Elsewhere } from './sayings.ts'
import { type Ground, groundOf } from './traits.ts'

/** What every parcel of a slice says of its sender. */
export type Head = Pick<Parcel, 'from' | 'life' | 'seq' | 'made' | 'batch' | 'since'>

/** What parts of another slice shall hear, or take back. */
type Said = Omit<Elsewhere, 'root'>

/** A settlement of which the head goes along, and these lines. */
class Bill {
  readonly index: number
  readonly #visit: Visit
  readonly #lines = new Map<FeeLine, number>()

  constructor(index: number, visit: Visit) {
    this.index = index
    this.#visit = visit
  }

  readonly placeOf = (line: FeeLine): number => {
    const place = this.#lines.get(line) ?? this.#lines.size
    this.#lines.set(line, place)
    return place
  }

  get text(): string {
    const lists = JSON.stringify({ feedetail: [...this.#lines.keys()], oprninfo: [], drug_trac_info: [] })
    return `${headText(this.#visit).slice(0, -1)},${lists.slice(1)}`
  }
}

/** A parcel that is being made. */
export class Draft {
  readonly grounds = new Map<string, Ground>()
  report: Report | undefined
  verdicts: Instant | undefined
  #entries: Entry[] = []
  #visits = new Map<VisitHead, number>()
  #bills = new Map<VisitHead, Bill>()
  #parts = new Map<string, number>()
  #last: (Pick<Said, 'heard' | 'at' | 'kind'> & { readonly ofHead: boolean; readonly to: number[] }) | undefined

  get isEmpty(): boolean {
    const isSilent = this.report === undefined && this.verdicts === undefined
    return isSilent && this.#entries.length === 0 && this.#visits.size === 0
  }

  get tells(): boolean {
    return this.#parts.size > 0
  }

  add(entry: Entry): void {
    this.#last = undefined
    this.#entries.push(entry)
  }

  visit(visit: VisitHead): number {
    const known = this.#visits.get(visit)
    if (known !== undefined) return known
    this.#visits.set(visit, this.#visits.size)
    return this.#visits.size - 1
  }

  address({ part, name }: RunningPart, { kind, heard, at, admdvs, parcels: made }: Said): void {
    const index = this.#parts.get(name) ?? this.#parts.size
    this.#parts.set(name, index)
    const visit = visitIn(heard)
    // Where all of the settlement goes along, so does its head.
    const ofHead = isOfHead(heard, part.reads) && !this.#visits.has(visit!)
    const last = this.#last
    if (last?.heard === heard && last.kind === kind && last.at === at && last.ofHead === ofHead) {
      last.to.push(index)
      return
    }
    const to = [index]
    const told = ofHead ? this.#packOfBill(heard, visit!) : pack(heard, visit ? this.visit(visit) : -1)
    this.#entries.push({ kind, heard: told, at, admdvs, to, made })
    this.#last = { heard, at, kind, ofHead, to }
  }

  take(head: Head): Buffer {
    const [visits, bills] = [[...this.#visits.keys()].map((visit) => textOf(visit as Visit)), [...this.#bills.values()]]
    const { report, verdicts } = this
    const [parts, grounds, entries] = [[...this.#parts.keys()], [...this.grounds], this.#entries]
    const rest = JSON.stringify({ ...head, parts, grounds, entries, report, verdicts })
    const texts = `{"visits":[${visits.join(',')}],"bills":[${bills.map(({ text }) => text).join(',')}],`
    const bytes = Buffer.from(texts + rest.slice(1))
    this.drop()
    return bytes
  }

  #packOfBill(heard: OfHead, visit: VisitHead): Addressed['heard'] {
    let bill = this.#bills.get(visit)
    if (!bill) {
      // At its slice a settlement is known whole.
      const whole = visit as Visit
      bill = new Bill(this.#bills.size, whole)
      this.#bills.set(visit, bill)
      // What makes it special cannot be told from its head alone.
      const ground = groundOf(whole)
      if (ground) this.grounds.set(visit.setl_id, ground)
    }
    return packOfBill(heard, bill.index, bill.placeOf)
  }

  /** Begins anew. */
  drop(): void {
    this.grounds.clear()
    this.report = undefined
    this.verdicts = undefined
    this.#entries = []
    this.#visits = new Map()
    this.#bills = new Map()
    this.#parts = new Map()
    this.#last = undefined
  }
}

/** Whether it can be told of a settlement's head. */
function isOfHead(heard: Heard, reads: 'head' | undefined): heard is OfHead {
  if (heard.kind === 'settlement') return reads === 'head'
  return heard.kind === 'drugSale' || heard.kind === 'traceUse' || heard.kind === 'operation'
}

/** The settlement as it came; what reference data know of it the receiver knows too. */
const textOf = once(({ items, knownLines, known, med_class, level, ...settlement }) =>
  JSON.stringify(settlement satisfies Omit<Settlement, never>),
)

/** The same without its lists. */
const headText = once(({ items, knownLines, known, med_class, level, feedetail, oprninfo, drug_trac_info, ...head }) =>
  JSON.stringify(head),
)

/** Several slices may be told the same. */
function once(write: (visit: Visit) => string): (visit: Visit) => string {
  const texts = new WeakMap<Visit, string>()
  return (visit) => {
    const text = texts.get(visit) ?? write(visit)
    texts.set(visit, text)
    return text
  }
}
