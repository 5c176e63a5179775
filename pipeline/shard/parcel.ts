import type { DrugSale, Heard, Operated, TraceUse, Visit, VisitHead } from '../../detectors/detector.ts'
import { isSplit } from '../../detectors/kit/bills/supply.ts'
import { heardIn } from '../../detectors/project.ts'
import type { Discharge, FeeLine, Settlement, Void } from '../../schemas/events.ts'
import type { Instant } from '../../schemas/time.ts'
import type { Word } from './alerts.ts'
import type { Report } from './conductor.ts'
import type { Ground } from './traits.ts'

/** What one slice tells another one: compact, in order, numbered without gaps. */
export interface Parcel {
  readonly from: number
  /** The sender's memory; one that was lost and made anew counts afresh, and must not be mistaken for the old one. */
  readonly life: string
  readonly seq: number
  /** How many parcels the sender had made when it heard what this one tells; an older release does not say. */
  readonly made?: number
  /** Number of the last batch that it tells of; an older release does not say. */
  readonly batch?: number
  /** Where the sender's history begins; `null` where it has none yet. */
  readonly since: Instant | null
  /** Settlements that entries speak of. */
  readonly visits: readonly Settlement[]
  /** Those of which the head is enough, and of their lines those that entries name; an older release sends all of them whole. */
  readonly bills?: readonly Settlement[]
  /** Names of parts that entries are addressed to. */
  readonly parts: readonly string[]
  readonly grounds: readonly (readonly [setl_id: string, Ground])[]
  readonly entries: readonly Entry[]
  /** To the conductor: how far the sender is. */
  readonly report?: Report
  /** From the conductor: verdicts may be given up to this time. */
  readonly verdicts?: Instant
}

/** An operator's word to the desk: a detector that had exceeded its budget may speak again. */
export interface Lift {
  readonly lift: string
}

/** What comes into a slice's mailbox. */
export type Mail = Parcel | Lift

/** What parts are told. */
export interface Addressed {
  /** `back`: a reversal takes the contribution back. */
  readonly kind: 'heard' | 'back'
  readonly heard: Told
  readonly at: Instant
  readonly admdvs: string
  /** Indices into the parcel's parts. */
  readonly to: readonly number[]
  /** Of what is taken back: how many parcels the sender had made when it heard it. */
  readonly made?: number
}

export type Entry =
  | Addressed
  | { readonly kind: 'end'; readonly discharge: Discharge }
  | { readonly kind: 'word'; readonly word: Word }

/**
 * What is heard: a projection of one of the parcel's settlements by its name, or of one of its bills as it is, a reversal, or the
 * thing itself.
 */
type Told =
  | { readonly visit: number; readonly kind: Heard['kind']; readonly name: string }
  | { readonly bill: number; readonly of: OfBill }
  | { readonly visit: number; readonly reversal: Void; readonly isUnheard?: true }
  | { readonly self: Heard }

/** Lines by their places in the bill. */
type OfBill =
  | { readonly kind: 'settlement' }
  | (Omit<TraceUse, 'visit' | 'lines'> & { readonly lines: readonly number[] })
  | Omit<Operated, 'visit'>
  | (Omit<DrugSale, 'visit' | 'line' | 'item'> & { readonly line: number })

/** The settlement that it is of, where it is of one. */
export function visitIn(heard: Heard): VisitHead | undefined {
  if (heard.kind === 'settlement') return heard
  return 'visit' in heard ? heard.visit : undefined
}

/** What the head of its settlement is enough for, whoever hears it; of a settlement itself that depends on who does. */
export type OfHead = Visit | TraceUse | Operated | DrugSale

/** @param place where the bill has this line */
export function packOfBill(heard: OfHead, bill: number, place: (line: FeeLine) => number): Told {
  switch (heard.kind) {
    case 'settlement':
      return { bill, of: { kind: 'settlement' } }
    case 'operation': {
      const { visit: _, ...of } = heard
      return { bill, of }
    }
    case 'traceUse': {
      const { visit: _, lines, ...of } = heard
      return { bill, of: { ...of, lines: lines.map(place) } }
    }
    case 'drugSale': {
      const { visit: _, item: __, line, ...of } = heard
      return { bill, of: { ...of, line: place(line) } }
    }
  }
}

function unpackOfBill(of: OfBill, visit: Visit): Heard {
  switch (of.kind) {
    case 'settlement':
      return visit
    case 'operation':
      return { ...of, visit }
    case 'traceUse':
      return { ...of, visit, lines: of.lines.map((place) => visit.feedetail[place]!) }
    case 'drugSale':
      return { ...of, visit, line: visit.feedetail[of.line]!, item: visit.items[of.line] }
  }
}

export function pack(heard: Heard, visit: number): Told {
  if (heard.kind === 'reversal') return { visit, reversal: heard.reversal, ...(heard.isUnheard && { isUnheard: true }) }
  const name = nameOf(heard)
  return name === undefined ? { self: heard } : { visit, kind: heard.kind, name }
}

/** A parcel's settlements as the receiver knows them. */
export interface Unpacked {
  readonly visits: readonly Visit[]
  readonly bills: readonly Visit[]
}

export function unpack(told: Told, { visits, bills }: Unpacked): Heard {
  if ('self' in told) return told.self
  if ('bill' in told) return unpackOfBill(told.of, bills[told.bill]!)
  const visit = visits[told.visit]!
  if ('reversal' in told) {
    const { reversal, isUnheard } = told
    return { kind: 'reversal', reversal, visit, ...(isUnheard && { isUnheard }) }
  }
  const found = heardIn(visit).find((heard) => heard.kind === told.kind && nameOf(heard) === told.name)
  if (found) return found
  // The sender knew the code as a drug; reference rows that came meanwhile say otherwise, and judge nothing anew. An older
  // release told no price.
  const at = visit.feedetail.findIndex((line) => line.cnt > 0 && [saleName(line), line.med_list_codg].includes(told.name))
  if (told.kind !== 'drugSale' || at < 0) throw new Error(`A parcel speaks of a ${told.kind} that its settlement does not show.`)
  const line = visit.feedetail[at]!
  return { kind: 'drugSale', visit, line, item: visit.items[at], split: isSplit(line, visit) }
}

/** What tells the projections of one settlement apart; `undefined` for what is no projection of one. */
function nameOf(heard: Heard): string | undefined {
  switch (heard.kind) {
    case 'settlement':
    case 'doctorVisit':
      return ''
    case 'traceUse':
      return heard.trace
    case 'operation':
      return `${heard.doctor}|${heard.day}`
    case 'drugSale':
      return saleName(heard.line)
    default:
      return undefined
  }
}

/** One settlement may sell a drug at several prices. */
function saleName({ med_list_codg, pric }: FeeLine): string {
  return `${med_list_codg}|${pric}`
}
