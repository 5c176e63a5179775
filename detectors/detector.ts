import type { AUDIENCES, ResultType, SubjectType } from '../schemas/alert.ts'
import type { SkipReason } from '../schemas/errors.ts'
import type { Admission, Complaint, Discharge, FeeLine, Inventory, Settlement, Void } from '../schemas/events.ts'
import type { MedClass } from '../schemas/med-class.ts'
import type { Fen } from '../schemas/money.ts'
import type { ReferenceRow } from '../schemas/reference.ts'
import type { Day, Instant } from '../schemas/time.ts'
import type { DatedParams } from './params.ts'
import type { ReferenceView } from './reference.ts'

export interface Localized {
  readonly zh: string
  readonly en: string
}

export interface LegalBasis {
  readonly law: string
  readonly article: string
}

/** A settlement as detectors see it: its `med_type` mapped to a class, its place of treatment and institution level known. */
export interface Visit extends Settlement {
  readonly med_class: MedClass
  /** Place of treatment: `mdtrt_admdvs`, else the institution's own. */
  readonly admdvs: string
  /** Level of the institution on the day, `''` where unknown. */
  readonly level: string
  /** The `item` row of each line at its own time, in the order of `feedetail`. */
  readonly items: readonly (ReferenceRow<'item'> | undefined)[]
  /** Which tables name the code of each line (`kit/items/known.ts`), and which name any. */
  readonly knownLines: readonly number[]
  readonly known: number
}

/**
 * A settlement without its lists but the diagnoses: enough for whoever counts and compares settlements, and a tenth of what must be
 * sent to where that is done.
 */
export type VisitHead = Omit<Visit, 'feedetail' | 'oprninfo' | 'drug_trac_info' | 'items' | 'knownLines'>

/** One trace code sold in one settlement; the same code twice inside a settlement is one use, and one taken back none. */
export interface TraceUse {
  readonly kind: 'traceUse'
  readonly trace: string
  readonly visit: VisitHead
  /** What remains charged of the fee lines that name the code. */
  readonly lines: readonly FeeLine[]
  /** The fund's part of each of them. */
  readonly funds: readonly Fen[]
  /** Split packs: sold in parts. */
  readonly split: boolean
  /** Of a split pack: the other codes on its lines, sorted. */
  readonly beside: readonly string[]
}

/** One trace code in an inventory event. */
export interface TraceMove {
  readonly kind: 'traceMove'
  readonly trace: string
  readonly inventory: Inventory
}

/** What one settlement says that a doctor operated on a day: the times at the table. */
export interface Operated {
  readonly kind: 'operation'
  readonly doctor: string
  readonly day: Day
  readonly times: readonly (readonly [from: Instant, to: Instant])[]
  readonly visit: VisitHead
}

/** One settlement as work of one doctor. */
export interface DoctorVisit {
  readonly kind: 'doctorVisit'
  readonly doctor: string
  readonly visit: Visit
}

/** One drug at one price in one settlement: the first such line that remains charged, by which its price is told. */
export interface DrugSale {
  readonly kind: 'drugSale'
  readonly visit: VisitHead
  readonly line: FeeLine
  readonly item: ReferenceRow<'item'> | undefined
  /** A part of a package was given. */
  readonly split: boolean
}

/**
 * A settlement was taken back, told once: after its contributions have been taken back (`onVoid`), or when a settlement
 * arrives whose void came before it, and which itself is not heard.
 */
export interface Reversal {
  readonly kind: 'reversal'
  readonly reversal: Void
  readonly visit: Visit
  /** Nobody with memory has heard the settlement: it came after its reversal, or too late. What was told of it is nothing. */
  readonly isUnheard?: boolean
}

/**
 * What one part tells others: a closed period, a total, a share. It is heard in a second pass of the event that made it be
 * told, by every part that listens to `told` and gives its topic a root. A part that has told something and learns better
 * tells it again under the same topic, `of` and `period`.
 */
export interface Told<T = unknown> {
  readonly kind: 'told'
  /** For a void: what holds no longer because of it is retracted as by the void itself. */
  readonly back?: true
  /** `ID/what`, such as `MGT-24/month`. */
  readonly topic: string
  /** Whom it speaks of: an institution, a doctor, a person. */
  readonly of: string
  readonly period: string
  readonly at: Instant
  readonly admdvs: string
  readonly values: T
}

/** A finding of any detector has begun to hold, says something else, or holds no longer. */
export interface FindingChange {
  readonly kind: 'finding'
  readonly detector_id: string
  readonly alert_id: string
  readonly holds: boolean
  readonly severity: 1 | 2 | 3 | 4
  readonly subject: { readonly type: SubjectType; readonly id: string }
  readonly setl_ids: readonly string[]
  readonly psn_no: string
  readonly fixmedins_code: string
  readonly admdvs: string
  readonly at: Instant
}

/** Everything that a detector can ask to hear. */
export type Heard =
  | Visit
  | TraceUse
  | TraceMove
  | DoctorVisit
  | DrugSale
  | Operated
  | Admission
  | Discharge
  | Inventory
  | Complaint
  | Reversal
  | Told
  | FindingChange
export type HeardKind = Heard['kind']
/** What a reversal can take back. */
export type Voidable = Visit | TraceUse | DoctorVisit | DrugSale | Operated

export interface LineRef {
  readonly setl_id: string
  readonly feedetl_sn: string
  /** 1 violating item (违规项), 2 involved item (涉及项). */
  readonly vola_item_type: 1 | 2
  readonly vola_amt: Fen
}

/** What a detector says about one bucket: everything an alert needs, from this event and its own memory alone. */
export interface Finding<V = unknown> {
  readonly subject: { readonly type: SubjectType; readonly id: string }
  /** Contract, section 2, "Identity": period, then `|` and the rest of the state key; `''` where neither exists. */
  readonly bucket: string
  readonly result: ResultType
  readonly severity: 1 | 2 | 3 | 4
  /** Amount of the violation, fen. */
  readonly vola_amt: Fen
  /** Every settlement that the finding rests on, by event time and id. */
  readonly setl_ids: readonly string[]
  /** How many they are, where more than are named: what is remembered of a busy key has an end. */
  readonly setl_count?: number
  readonly lines: readonly LineRef[]
  /** Event time of the finding: of the event that completed it. */
  readonly at: Instant
  readonly first_seen?: Instant
  readonly last_seen?: Instant
  /** Hits folded into this bucket; 1 where absent. */
  readonly count?: number
  readonly psn_no: string
  readonly fixmedins_code: string
  readonly admdvs: string
  readonly insu_admdvs: string
  readonly evidence: V
}

/** What holds now in one bucket; `undefined`: nothing any more. */
export interface Touched<V = unknown> extends Pick<Finding<V>, 'subject' | 'bucket'> {
  readonly holds: Finding<V> | undefined
}

/** The outcome of one step of one key. */
export interface Step<S, V = unknown> {
  /** The event concerns nothing here: memory, findings and times stay as they are, and of the step only `skipped` counts. */
  readonly unchanged?: true
  /** The key's memory after the step; `undefined` forgets the key. */
  readonly state: S | undefined
  /** Everything that holds now for this key; a bucket that held before and is not listed holds no longer. Absent: unchanged. */
  readonly holds?: readonly Finding<V>[]
  /**
   * Instead of `holds`, for keys with very many buckets (a peer group, an institution): what holds now in the buckets that
   * this step touched; every other bucket stays as it is.
   */
  readonly touched?: readonly Touched<V>[]
  /** What other parts shall hear. */
  readonly tells?: readonly Told[]
  /** The event could not be judged, and why. */
  readonly skipped?: SkipReason
  /** When the watermark passes this instant, `onTime` is called. Absent: no pending verdict. */
  readonly wakeAt?: Instant
  /** When the watermark passes this instant the memory may be dropped; it stays while the key holds a finding. */
  readonly forgetAt?: Instant
}

/** Earlier than whatever happens, and a time all the same: days can be counted from it. */
export const BEFORE_TIME: Instant = 0

export interface Context<P> {
  /** The key's root: the person, the institution ... whose memory it is. */
  readonly root: string
  /** Event time of the event, of the reversal in `onVoid`, or of the verdict in `onTime`. */
  readonly at: Instant
  /**
   * How far event time has passed: verdicts that wait for time wait for this. In `onTime`, and in what it makes others hear,
   * the time of the verdict: however far time leaps, each verdict is given as at its own moment. `BEFORE_TIME` until
   * events have told a time at all.
   */
  readonly watermark: Instant
  /** What is known reaches back to here: who concludes from absence or from a baseline looks no further (`HISTORY_SHORT`). */
  readonly history_from: Instant
  readonly params: P
  /** Knowledge as it has arrived so far; in `onVoid`, as it had when the original came: by that it was counted. */
  readonly reference: ReferenceView
}

/** The key spaces. They partition the work: all memory of one person lies together, so does that of an institution. */
export type Space =
  | 'person'
  | 'institution'
  | 'doctor'
  | 'trace'
  | 'item'
  | 'county'
  | 'credential'
  | 'account'
  | 'peers'
  | 'pool'
  | 'group'

/** How memory is written down in few bytes, for there are many keys. What is packed comes back through JSON. */
export interface Form<S> {
  pack(state: S): unknown
  // Only the detector knows what it has packed.
  unpack(packed: any): S
}

/** One state machine of a detector. Most detectors have one; some have several with different keys. */
export interface Part<E extends Heard | VisitHead, S, V, P> {
  /** `''`, or the name that stands before the bucket of a detector with several parts. */
  readonly name: string
  readonly on: readonly E['kind'][]
  /** Of what is told only these topics, which alone have a root; absent: whatever is told. */
  readonly hears?: readonly string[]
  readonly space: Space
  /** The root in the key space (a person, an institution); `''` leaves the event out. */
  root(event: E): string
  /** What separates memories below the root (a visit, a day); `''` where the root is the key. */
  key(event: E): string
  /** Of settlements it reads no list but the diagnoses (`VisitHead`): where they come from elsewhere, only their heads do. */
  readonly reads?: 'head'
  /** Without memory the part judges each settlement alone: nothing is late, and a void simply retracts. */
  readonly memoryless: boolean
  /** Of a part without memory: the buckets of which it may speak, to be retracted with the settlement; `''` alone where absent. */
  bucketsOf?(event: E): readonly string[]
  /**
   * Asked before `onEvent`: whether the event can matter here at all; absent: always. Where it is cheap to say no, memory
   * need not be looked for. An event that does not concern the part is judged: there is nothing to say of it.
   */
  concerns?(event: E, context: Context<P>): boolean
  /**
   * A step owns the memory it is given and may change it in place before it answers it: for large memories of busy keys,
   * where a copy per event would cost more than the rule. Absent: memory is read only.
   */
  readonly owned?: true
  /** Absent: memory is written down as it is. */
  readonly form?: Form<S>
  initial(): S
  onEvent(state: S, event: E, context: Context<P>): Step<S, V>
  /** A reversal takes the contribution of its original back. Absent for memoryless parts. */
  onVoid?(state: S, original: E & Voidable, context: Context<P>): Step<S, V>
  /** Time is data: fired by the watermark, never by the wall clock. */
  onTime?(state: S, context: Context<P>): Step<S, V>
}

export type Category = 'POL' | 'MGT' | 'MED' | 'ANO' | 'FND'
export type Stage = 'pre' | 'mid' | 'post'
/**
 * Who is told: officers, who may accuse; the institution's data contact, of faults of data; assistance officers, of people
 * in need.
 */
export type Audience = (typeof AUDIENCES)[number]

export interface Detector<V = any, P = any> {
  readonly id: string
  /** Rises with every change of judgement; enters the alert's identity. */
  readonly version: number
  readonly title: Localized
  readonly category: Category
  readonly result: ResultType
  readonly basis: readonly LegalBasis[]
  /** `pre` alone: it speaks in the screen only, and raises no alerts. */
  readonly stages: readonly Stage[]
  /** Officers where absent. */
  readonly audience?: Audience
  /** The violation of the catalogue that the detector may point to (domain: detectors 2.1). */
  readonly behaviour: string
  readonly params: DatedParams<P>
  // The event and memory types differ from part to part and are known only inside the detector's own file.
  readonly parts: readonly Part<any, any, V, P>[]
  /** One sentence that names the numbers; a pure function of stored evidence. Its beginning, at most 60 characters, is the `why`. */
  explain(evidence: V, language: 'zh' | 'en'): string
  readonly example: V
}

/** The step of an event that concerns nothing here. */
export const UNCHANGED: Step<never, never> = { unchanged: true, state: undefined }

/** Declares a detector; exists for the type inference between its parts, parameters and evidence. */
export function defineDetector<V, P>(detector: Detector<V, P>): Detector<V, P> {
  return detector
}
