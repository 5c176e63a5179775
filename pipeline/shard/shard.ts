import type { Detector, FindingChange, Visit, Voidable } from '../../detectors/detector.ts'
import { heardIn, toVisit, traceMoves } from '../../detectors/project.ts'
import { ReferenceBook } from '../../detectors/reference.ts'
import type { Alert } from '../../schemas/alert.ts'
import type { DeadLetterCode } from '../../schemas/errors.ts'
import { type Discharge, type Event, eventTime, type Reference, type Settlement, type Void } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import type { ReferenceTable } from '../../schemas/reference.ts'
import { HOUR, type Instant, MINUTE, parseInstant } from '../../schemas/time.ts'
import type { Arrival } from '../decode/packed.ts'
import type { Changes, KeyValue } from '../memory/key-value.ts'
import { StagedMemory } from '../memory/staged.ts'
import { Alerts } from './alerts.ts'
import { Cells } from './cells.ts'
import { Exchange, type Outgoing, type Progress } from './exchange.ts'
import { type Budget, Guard, type Guarded } from './guard.ts'
import { Hearings } from './hearings.ts'
import { Holdings } from './holdings.ts'
import {
  AWAITED,
  hasSameBytes,
  identityOf,
  isAwaited,
  isCorrection,
  keyPart,
  referenceKey,
  settlementKey,
  stampOf,
  voidKey,
} from './identity.ts'

import type { Judgement } from './judgements.ts'
import { Moments, type World } from './moments.ts'
import { type Parcel, unpack } from './parcel.ts'
import { Parts } from './parts.ts'
import { type Screened, Screening } from './screening.ts'
import type { Slices } from './slices.ts'
import { Traits } from './traits.ts'
import { type Clock, Watermark } from './watermark.ts'

/** Arrivals of one contiguous range, with what had to be fetched beforehand: the shard itself does no I/O. */
export interface Batch {
  readonly arrivals: readonly Arrival[]
  /** The partition whose clock the events move. */
  readonly partition: string
  /** Partitions of which there is more to come, told by a batch without arrivals; all others rest. */
  readonly reading?: readonly string[]
  /** What other slices tell, in the order of the log that carries it. */
  readonly parcels?: readonly Parcel[]
  /** The arrival clock. */
  readonly now: Instant
  /** Comes from where any number of alerts is let through. */
  readonly unguarded?: boolean
  /** Originals found for refunds that named none, by row. */
  readonly matchedVoids: ReadonlyMap<number, string>
  /** The settlement that a void names, from earlier batches or the store. */
  originalOf(setl_id: string): Settlement | undefined
  /** Whether an event of known identity and other bytes says the same after normalisation. */
  saysTheSame(arrival: Arrival): boolean
}

/** A refusal that only memory could tell. */
export interface Refusal {
  readonly row: number
  readonly code: DeadLetterCode
  readonly field: string
  readonly message: string
}

/** What a batch came to: everything to be stored, and the memory to be committed once it is stored. */
export interface Outcome {
  readonly changes: Changes
  readonly alerts: readonly Alert[]
  readonly refusals: readonly Refusal[]
  /** Rows of duplicates, which are not stored again. */
  readonly duplicates: readonly number[]
  readonly references: readonly Reference[]
  readonly accepted: number
  readonly settlements: number
  readonly feeLines: number
  readonly late: number
  readonly judgements: readonly Judgement[]
  /** Detectors that were moved to shadow because of their budget. */
  readonly guarded: readonly Guarded[]
  /** For other slices; part of the changes until they are sent. */
  readonly parcels: readonly Outgoing[]
}

export interface ShardOptions {
  readonly detectors: readonly Detector[]
  /** Ids of detectors that run silently. */
  readonly shadow?: readonly string[]
  /** Where known history begins; the earliest event where absent. */
  readonly history_from?: Instant
  /** What a detector may raise a day before it is moved to shadow; absent: anything. */
  readonly budget?: Budget
  /** Which part of the memory of all lies here; all of it where absent. */
  readonly slices?: Slices
}

interface Stored {
  readonly clocks: Record<string, Clock>
  /** `null` until a first event has been seen. */
  readonly watermark: Instant | null
  /** `null` until a first event has been seen. */
  readonly history_from: Instant | null
  readonly seq: number
  /** Number of the last change of the reference data; absent in what older releases wrote. */
  readonly knowledge?: number
}

/** What is kept of a void under the settlement it names, which may still be on its way. */
type VoidMark = Void

const FUTURE = 24 * HOUR
/** How many events are judged together. */
const RANGE = 64
/** Allowed delay beyond the watermark, which itself is ten minutes behind (contract, "Time and order"). */
const LATENESS = 72 * HOUR - 10 * MINUTE

/**
 * One partition's detectors and their memory, or all there are. Synchronous and without I/O: a batch goes in, an outcome comes out. The
 * same shard runs live, in replay, in a screen and in tests.
 */
export class Shard {
  readonly reference = new ReferenceBook()
  readonly #memory: StagedMemory
  readonly #cells: Cells
  readonly #watermark: Watermark
  readonly #exchange: Exchange | undefined
  /** Up to where verdicts may be given: one slice of several waits for the others. */
  readonly #time: { readonly at: Instant }
  readonly #traits: Traits
  readonly #guard: Guard
  readonly #alerts: Alerts
  readonly #holdings: Holdings
  readonly #hearings: Hearings
  readonly #screening: Screening
  /** What has come and is not judged yet. */
  readonly #range: Moments
  /** Where known history begins; unknown until something has happened. */
  #historyFrom: Instant | undefined
  readonly #shadow: ReadonlySet<string>
  readonly #hasHistoryFrom: boolean
  #tally = newTally()

  constructor(store: KeyValue, { detectors, shadow = [], history_from, budget, slices }: ShardOptions) {
    this.#memory = new StagedMemory(store)
    const stored = this.#load<Stored>('m|shard') ?? { clocks: {}, watermark: null, history_from: null, seq: 0 }
    const parts = new Parts(detectors)
    this.#cells = new Cells(this.#memory, parts)
    this.#watermark = new Watermark(stored.clocks, stored.watermark)
    this.#traits = new Traits(this.#memory)
    const exchange = slices && slices.count > 1 ? new Exchange(slices, this.#memory, this.#traits) : undefined
    this.#exchange = exchange
    this.#time = exchange ?? this.#watermark
    this.#guard = new Guard(this.#memory, budget)
    this.#shadow = new Set(shadow)
    this.#hasHistoryFrom = history_from !== undefined
    const { reference } = this
    const isHeard = parts.listeningTo('finding').length > 0
    const onRevision = isHeard ? (alert: Alert) => this.#hearings.tell(changeOf(alert)) : undefined
    const [memory, traits, guard, cells] = [this.#memory, this.#traits, this.#guard, this.#cells]
    const toDesk = exchange && !exchange.isDesk ? exchange.file.bind(exchange) : undefined
    const alerts = new Alerts({ memory, reference, traits, guard, seq: stored.seq, onRevision, toDesk })
    this.#alerts = alerts
    this.#holdings = new Holdings(memory, alerts)
    const [holdings, learn] = [this.#holdings, this.#learnGround.bind(this)]
    this.#historyFrom = history_from ?? stored.history_from ?? undefined
    this.#range = new Moments(parts)
    this.#hearings = new Hearings({ memory, parts, cells, exchange, alerts, holdings, reference, learn })
    this.#screening = new Screening({ parts, cells, steps: this.#hearings.steps, exchange, alerts })
    for (const [, row] of this.#memory.scan('r|')) this.#putReference(JSON.parse(Buffer.from(row).toString()))
    // Rows that were replaced are not read again: a restart must not count anew.
    this.reference.version = stored.knowledge ?? this.reference.version
  }

  /** Number of the last revision in the ordered log of alerts. */
  get seq(): number {
    return this.#alerts.seq
  }

  get watermark(): Instant {
    return this.#time.at
  }

  /** How far the events have come that are read here: others may hold the watermark back. */
  get reached(): Instant {
    return this.#watermark.at
  }

  /** Partitions that hold the watermark back. */
  get activeClocks(): string[] {
    return Object.entries(this.#watermark.clocks).flatMap(([partition, { resting }]) => (resting ? [] : [partition]))
  }

  isKnown(setl_id: string): boolean {
    const stamp = this.#memory.get(settlementKey(setl_id))
    return stamp !== undefined && !isAwaited(stamp)
  }

  /** Whether memory knows the arrival's identity with other bytes, so that its content must be compared. */
  needsComparison(arrival: Arrival): boolean {
    const identity = identityOf(arrival)
    const stamp = identity === undefined ? undefined : this.#memory.get(identity)
    return stamp !== undefined && !isAwaited(stamp) && !hasSameBytes(arrival, stamp)
  }

  push(batch: Batch): Outcome {
    this.take(batch)
    return this.seal()
  }

  /** Hears a batch. Several may be taken before they are sealed together: batches are the store's, and judge nothing. */
  take(batch: Batch): void {
    this.#holdings.options = { shadow: this.#shadow, now: batch.now }
    this.#guard.isLenient = batch.unguarded === true
    if (batch.reading) this.#watermark.reading(batch.reading)
    for (const arrival of batch.arrivals) {
      this.#arrive(arrival, batch)
      if (this.#range.all.length >= RANGE) this.#judgeRange()
    }
    this.#judgeRange()
    for (const parcel of batch.parcels ?? []) this.#open(parcel)
    this.#wake()
  }

  /** What was taken since the last time comes to this. */
  seal(): Outcome {
    while (this.#exchange?.conduct(this.#progress())) this.#wake()
    const parcels = this.#exchange?.seal(this.#progress()) ?? []
    this.#cells.forget(this.#time.at)
    this.#cells.flush(this.#time.at)
    const { clocks, at } = this.#watermark
    const watermark = Number.isFinite(at) ? at : null
    const stored: Stored = {
      ...{ clocks, watermark, history_from: this.#historyFrom ?? null },
      ...{ seq: this.#alerts.seq, knowledge: this.reference.version },
    }
    this.#memory.set('m|shard', Buffer.from(JSON.stringify(stored)))
    const tally = this.#tally
    this.#tally = newTally()
    return {
      ...tally,
      changes: this.#memory.seal(),
      alerts: this.#alerts.take(),
      judgements: this.#hearings.judgements.take(),
      guarded: this.#guard.take(),
      parcels,
    }
  }

  /** The outcome's memory is committed: it need no longer be kept beside the store. */
  release(outcome: Outcome): void {
    this.#memory.release(outcome.changes)
  }

  /** What all detectors would say of a draft settlement now, and who could not tell; changes nothing. */
  screen(draft: Settlement): Screened {
    const visit = toVisit(draft, this.reference)
    this.#traits.suppose(visit)
    try {
      return this.#screening.ask(visit, this.#world)
    } finally {
      this.#traits.suppose(undefined)
      this.#cells.close(this.#time.at)
    }
  }

  #arrive(arrival: Arrival, batch: Batch): void {
    const event = completed(arrival, batch)
    if (event.kind === 'reference') return this.#learn(event, arrival.row)
    const at = eventTime(event)
    if (event.kind === 'heartbeat') {
      this.#watermark.beat(batch.partition, at)
      this.#tally.accepted++
      return this.#range.begin(this.#world)
    }
    if (at > batch.now + FUTURE) return this.#refuse(arrival, 'TIME_FUTURE', 'lies more than 24 h after its arrival')
    const identity = identityOf(arrival)!
    const stamp = this.#memory.get(identity)
    const awaited = stamp !== undefined && isAwaited(stamp)
    if (stamp && !awaited && this.#isKnownAlready(arrival, event, stamp, batch)) return
    if (event.kind === 'void' && !this.#acceptsVoid(arrival, event, batch)) return
    this.#memory.set(identity, stampOf(arrival, event))
    this.#tally.accepted++
    this.#watermark.observe(batch.partition, at, 'fixmedins_code' in event ? event.fixmedins_code : '', batch.now)
    this.#reachBack(at)
    this.#note(event, at, batch, awaited)
  }

  /** Where nobody has said since when history is known, it begins with the earliest event, which need not arrive first. */
  #reachBack(at: Instant): void {
    if (this.#hasHistoryFrom || at < this.#time.at - LATENESS) return
    if (this.#historyFrom === undefined || at < this.#historyFrom) this.#historyFrom = at
  }

  /** What another slice tells; a parcel that was heard before is passed over. */
  #open(parcel: Parcel): void {
    const exchange = this.#exchange
    if (!exchange) throw new Error('A parcel has come, but all memory lies here.')
    if (!exchange.accepts(parcel)) return
    if (parcel.since !== null) this.#reachBack(parcel.since)
    const visits = parcel.visits.map((settlement) => toVisit(settlement, this.reference))
    for (const visit of visits) this.#traits.learn(visit)
    for (const [setl_id, ground] of parcel.grounds) this.#traits.put(setl_id, ground)
    for (const entry of parcel.entries) {
      if (entry.kind === 'end' || entry.kind === 'word') {
        if (entry.kind === 'end') this.#traits.learnEnd(entry.discharge)
        else this.#alerts.file(entry.word)
        this.#hearings.hearChanges(this.#world)
      } else {
        const parts = entry.to.map((index) => parcel.parts[index]!)
        const heard = unpack(entry.heard, visits)
        if (entry.kind === 'heard') this.#hearings.hearFor(parts, heard, entry.at, entry.admdvs, this.#world)
        else this.#hearings.takeBackFor(parts, heard as Voidable, entry.at, this.#world)
      }
      this.#cells.close(this.#time.at)
    }
    exchange.hear(parcel)
    this.#wake()
  }

  get #world(): World {
    return { watermark: this.#time.at, historyFrom: this.#historyFrom }
  }

  /** Verdicts that waited for the watermark. */
  #wake(): void {
    this.#range.begin(this.#world)
    this.#judgeRange()
  }

  #judgeRange(): void {
    if (this.#range.all.length === 0) return
    this.#hearings.judge(this.#range)
    this.#cells.close(this.#time.at)
  }

  #progress(): Progress {
    const { at, isResting } = this.#watermark
    return { reached: at, resting: isResting, next: this.#hearings.nextAwaited, since: this.#historyFrom }
  }

  #isKnownAlready(arrival: Arrival, event: Event, stamp: Uint8Array, batch: Batch): boolean {
    if (hasSameBytes(arrival, stamp) || batch.saysTheSame(arrival)) {
      this.#tally.duplicates.push(arrival.row)
      return true
    }
    if (event.kind === 'discharge' && isCorrection(event, stamp)) return false
    this.#refuse(arrival, 'CONFLICT', 'is known with other content')
    return true
  }

  #refuse({ row, kind }: Arrival, code: DeadLetterCode, message: string): void {
    const field = code === 'TIME_FUTURE' ? 'time' : 'id'
    this.#tally.refusals.push({ row, code, field, message: `${kind} ${message}` })
  }

  /** Every slice knows every row; the desk is the one that stores it. */
  #learn(reference: Reference, row: number): void {
    // What came before is judged by what was known then.
    this.#judgeRange()
    this.#putReference(reference)
    this.#memory.set(referenceKey(reference), Buffer.from(JSON.stringify(reference)))
    if (this.#exchange && !this.#exchange.isDesk) {
      this.#tally.duplicates.push(row)
      return
    }
    this.#tally.references.push(reference)
    this.#tally.accepted++
  }

  #putReference({ table, id, row, effective_from, effective_to, deleted }: Reference): void {
    this.reference.put(table as ReferenceTable, { id, row, effective_from, effective_to }, deleted)
  }

  /** A void must name the person and institution of its original, where that is known already. */
  #acceptsVoid(arrival: Arrival, event: Void, batch: Batch): boolean {
    if (!event.orig_setl_id) {
      this.#refuse(arrival, 'VOID_UNMATCHED', 'names no original, and none or several settlements match it')
      return false
    }
    if (!this.isKnown(event.orig_setl_id)) return true
    const original = batch.originalOf(event.orig_setl_id)
    if (original && concerns(event, original)) return true
    const message = original ? 'names another person or institution than its original' : 'names an original that is no settlement'
    this.#refuse(arrival, 'VOID_MISMATCH', message)
    return false
  }

  /** Notes what is to be heard of an event. */
  #note(event: Exclude<Event, Reference | { kind: 'heartbeat' }>, at: Instant, batch: Batch, awaited: boolean): void {
    const range = this.#range
    if (event.kind === 'void') {
      range.begin(this.#world)
      return this.#takeBack(event, batch)
    }
    if (event.kind !== 'settlement') {
      const late = this.#isLate(at, true)
      range.begin(this.#world, event.kind === 'discharge' ? event : undefined)
      const moves = event.kind === 'inventory' ? traceMoves(event) : []
      const admdvs = event.kind === 'admission' ? event.mdtrt_admdvs : ''
      for (const heard of [event, ...moves]) range.add(heard, at, admdvs, late ? 'TOO_LATE' : undefined)
      return
    }
    const visit = toVisit(event, this.reference)
    range.begin(this.#world, visit)
    this.#tally.settlements++
    this.#tally.feeLines += visit.feedetail.length
    const mark = awaited ? this.#load<VoidMark>(voidKey(visit.setl_id)) : undefined
    const late = this.#isLate(at, isInpatient(visit.med_class))
    const reversal = mark && concerns(mark, visit) ? mark : undefined
    const skip = reversal ? 'VOIDED_BEFORE' : late ? 'TOO_LATE' : undefined
    for (const heard of heardIn(visit)) range.add(heard, at, visit.admdvs, skip)
    if (reversal) range.add({ kind: 'reversal', reversal, visit }, reversal.setl_time, visit.admdvs)
  }

  /** What may explain findings away is known here, and where the person's findings are. */
  #learnGround(ground: Visit | Discharge): void {
    if (ground.kind === 'settlement') {
      this.#traits.learn(ground)
      this.#exchange?.shareVisit(ground)
    } else {
      this.#traits.learnEnd(ground)
      this.#exchange?.shareEnd(ground)
    }
  }

  #isLate(at: Instant, slow: boolean): boolean {
    const late = at < this.#time.at - (slow ? LATENESS : 0)
    if (late) this.#tally.late++
    return late
  }

  /** The first void of a settlement takes its contribution back everywhere; a second one has no effect. */
  #takeBack(event: Void, batch: Batch): void {
    const key = voidKey(event.orig_setl_id)
    if (this.#memory.get(key)) return
    this.#memory.set(key, Buffer.from(JSON.stringify(event satisfies VoidMark)))
    if (!this.isKnown(event.orig_setl_id)) {
      this.#memory.set(settlementKey(event.orig_setl_id), AWAITED)
      return
    }
    const original = batch.originalOf(event.orig_setl_id)
    if (!original) throw new Error(`The original of void ${keyPart(event.setl_id)} is known but could not be fetched.`)
    const visit = toVisit(original, this.reference)
    for (const heard of heardIn(visit)) this.#range.takeBack(heard, event.setl_time, visit.admdvs)
    this.#range.add({ kind: 'reversal', reversal: event, visit }, event.setl_time, visit.admdvs)
  }

  #load<T>(key: string): T | undefined {
    const stored = this.#memory.get(key)
    return stored && (JSON.parse(Buffer.from(stored).toString()) as T)
  }
}

/** What others hear of a revised alert. */
function changeOf(alert: Alert): FindingChange {
  const { detector_id, alert_id, setl_ids, psn_no, fixmedins_code, admdvs, subject_type, subject_id } = alert
  return {
    kind: 'finding',
    detector_id,
    alert_id,
    holds: alert.status === 'open',
    severity: alert.severity as FindingChange['severity'],
    subject: { type: subject_type, id: subject_id },
    setl_ids,
    psn_no,
    fixmedins_code,
    admdvs,
    at: parseInstant(alert.event_time),
  }
}

interface Tally {
  readonly refusals: Refusal[]
  readonly duplicates: number[]
  readonly references: Reference[]
  accepted: number
  settlements: number
  feeLines: number
  late: number
}

function newTally(): Tally {
  return { refusals: [], duplicates: [], references: [], accepted: 0, settlements: 0, feeLines: 0, late: 0 }
}

/** A refund row that named no original names the one that was found for it. */
function completed(arrival: Arrival, { matchedVoids }: Batch): Event {
  const event = arrival.event()
  const original = event.kind === 'void' ? matchedVoids.get(arrival.row) : undefined
  return original === undefined ? event : { ...(event as Void), orig_setl_id: original }
}

function concerns(
  told: { psn_no: string; fixmedins_code: string },
  original: { psn_no: string; fixmedins_code: string },
): boolean {
  return told.psn_no === original.psn_no && (!told.fixmedins_code || told.fixmedins_code === original.fixmedins_code)
}
