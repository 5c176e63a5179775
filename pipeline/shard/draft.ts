import type { Heard, Visit } from '../../detectors/detector.ts'
import type { Settlement } from '../../schemas/events.ts'
import type { Instant } from '../../schemas/time.ts'
import type { Report } from './conductor.ts'
import { type Entry, type Parcel, pack, visitIn } from './parcel.ts'
import type { Ground } from './traits.ts'

/** What every parcel of a slice says of its sender. */
export type Head = Pick<Parcel, 'from' | 'life' | 'seq' | 'made' | 'batch' | 'since'>

/** A parcel that is being made. */
export class Draft {
  readonly grounds = new Map<string, Ground>()
  report: Report | undefined
  verdicts: Instant | undefined
  #entries: Entry[] = []
  #visits = new Map<Visit, number>()
  #parts = new Map<string, number>()
  #last: { readonly heard: Heard; readonly at: Instant; readonly kind: 'heard' | 'back'; readonly to: number[] } | undefined

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

  visit(visit: Visit): number {
    const known = this.#visits.get(visit)
    if (known !== undefined) return known
    this.#visits.set(visit, this.#visits.size)
    return this.#visits.size - 1
  }

  address(kind: 'heard' | 'back', part: string, heard: Heard, at: Instant, admdvs: string, made?: number): void {
    const index = this.#parts.get(part) ?? this.#parts.size
    this.#parts.set(part, index)
    if (this.#last?.heard === heard && this.#last.kind === kind && this.#last.at === at) {
      this.#last.to.push(index)
      return
    }
    const visit = visitIn(heard)
    const to = [index]
    this.#entries.push({ kind, heard: pack(heard, visit ? this.visit(visit) : -1), at, admdvs, to, made })
    this.#last = { heard, at, kind, to }
  }

  take(head: Head): Buffer {
    const visits = [...this.#visits.keys()]
    const { report, verdicts } = this
    const [parts, grounds, entries] = [[...this.#parts.keys()], [...this.grounds], this.#entries]
    const rest = JSON.stringify({ ...head, parts, grounds, entries, report, verdicts })
    const bytes = Buffer.from(`{"visits":[${visits.map(textOf).join(',')}],${rest.slice(1)}`)
    this.drop()
    return bytes
  }

  /** Begins anew. */
  drop(): void {
    this.grounds.clear()
    this.report = undefined
    this.verdicts = undefined
    this.#entries = []
    this.#visits = new Map()
    this.#parts = new Map()
    this.#last = undefined
  }
}

const texts = new WeakMap<Visit, string>()

/** The settlement as it came; what reference data know of it the receiver knows too. Several slices may be told the same. */
function textOf(visit: Visit): string {
  const known = texts.get(visit)
  if (known !== undefined) return known
  const { items, knownLines, known: tables, med_class, level, ...settlement } = visit
  const text = JSON.stringify(settlement satisfies Omit<Settlement, never>)
  texts.set(visit, text)
  return text
}
