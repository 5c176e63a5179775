import { heardIn, toVisit, traceMoves } from '../../detectors/project.ts'
import type { ReferenceBook } from '../../detectors/reference.ts'
import type { DeadLetterCode } from '../../schemas/errors.ts'
import { type Event, type EventKind, eventTime, type Reference, type Settlement, type Void } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { HOUR, type Instant, MINUTE } from '../../schemas/time.ts'
import type { Arrival } from '../decode/packed.ts'
import type { StagedMemory } from '../memory/staged.ts'
import {
  AWAITED,
  hasSameBytes,
  heardWhen,
  identityOf,
  isAwaited,
  isCorrection,
  keyPart,
  lateStamp,
  settlementKey,
  stampOf,
  voidKey,
  wasCorrected,
} from './identity.ts'
import type { Moments, World } from './moments.ts'
import type { Mail } from './parcel.ts'
import type { Watermark } from './watermark.ts'

/** Arrivals of one contiguous range, with what had to be fetched beforehand: the shard itself does no I/O. */
export interface Batch {
  readonly arrivals: readonly Arrival[]
  /** The partition whose clock the events move. */
  readonly partition: string
  /** Partitions of which there is more to come, told by a batch without arrivals; all others rest. */
  readonly reading?: readonly string[]
  /** Time of the earliest event that waits to be handed over, told by a batch without arrivals. */
  readonly since?: Instant
  /** What other slices tell, in the order of the log that carries it. */
  readonly mail?: readonly Mail[]
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

/** What is kept of a void under the settlement it names, which may still be on its way. */
type VoidMark = Void

const FUTURE = 24 * HOUR
/** Allowed delay beyond the watermark, which itself is ten minutes behind (contract, "Time and order"). */
const LATENESS = 72 * HOUR - 10 * MINUTE

export interface IntakeOptions {
  readonly memory: StagedMemory
  readonly reference: ReferenceBook
  /** How many parcels have been made for other slices. */
  readonly exchange: { readonly made: number } | undefined
  /** Moved by what arrives. */
  readonly watermark: Watermark
  /** Up to where verdicts may be given: one slice of several waits for the others. */
  readonly time: { readonly at: Instant }
  /** Where what is to be heard is noted. */
  readonly range: Moments
  readonly historyFrom: Instant | undefined
  /** Somebody has said since when history is known. */
  readonly isHistorySaid: boolean
}

/**
 * Where events come in. What is known already, what contradicts it and what cannot be is told apart; time moves on with the
 * rest, and what is to be heard of it is noted. Nothing is judged here.
 */
export class Intake {
  readonly #memory: StagedMemory
  readonly #reference: ReferenceBook
  readonly #exchange: IntakeOptions['exchange']
  readonly #watermark: Watermark
  readonly #time: { readonly at: Instant }
  readonly #range: Moments
  readonly #isHistorySaid: boolean
  /** Where known history begins; unknown until something has happened. */
  #historyFrom: Instant | undefined
  #tally = newTally()

  constructor({ memory, reference, exchange, watermark, time, range, historyFrom, isHistorySaid }: IntakeOptions) {
    this.#memory = memory
    this.#reference = reference
    this.#exchange = exchange
    this.#watermark = watermark
    this.#time = time
    this.#range = range
    this.#historyFrom = historyFrom
    this.#isHistorySaid = isHistorySaid
  }

  get world(): World {
    return { watermark: this.#time.at, historyFrom: this.#historyFrom }
  }

  /** What came in since the last call. */
  take(): Tally {
    const tally = this.#tally
    this.#tally = newTally()
    return tally
  }

  /** A reference row was learned, here for all, or where another slice stores it. */
  learned(reference: Reference, row: number, isStoredHere: boolean): void {
    if (!isStoredHere) {
      this.#tally.duplicates.push(row)
      return
    }
    this.#tally.references.push(reference)
    this.#tally.accepted++
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

  /** An event of any kind but reference rows, which all judging before them must not know. */
  arrive(arrival: Arrival, batch: Batch): void {
    const event = completed(arrival, batch)
    if (event.kind === 'reference') throw new Error('Reference rows are learned, not judged.')
    const at = eventTime(event)
    if (event.kind === 'heartbeat') {
      this.#watermark.beat(batch.partition, at)
      this.#tally.accepted++
      return this.#range.begin(this.world)
    }
    if (at > batch.now + FUTURE) return this.#refuse(arrival, 'TIME_FUTURE', 'lies more than 24 h after its arrival')
    const identity = identityOf(arrival)!
    const stamp = this.#memory.get(identity)
    const awaited = stamp !== undefined && isAwaited(stamp)
    if (stamp && !awaited && this.#isKnownAlready(arrival, event, stamp, batch)) return
    if (event.kind === 'void' && !this.#acceptsVoid(arrival, event, batch)) return
    this.#memory.set(
      identity,
      stampOf(
        arrival,
        event,
        { knowledge: this.#reference.version, parcels: this.#exchange?.made ?? 0 },
        event.kind === 'discharge' ? stamp : undefined,
      ),
    )
    this.#tally.accepted++
    this.#watermark.observe(batch.partition, at, 'fixmedins_code' in event ? event.fixmedins_code : '', batch.now)
    this.reachBack(at)
    this.#note(event, at, batch, awaited)
  }

  /** Where nobody has said since when history is known, it begins with the earliest event, which need not arrive first. */
  reachBack(at: Instant): void {
    if (this.#isHistorySaid || at < this.#time.at - LATENESS) return
    if (this.#historyFrom === undefined || at < this.#historyFrom) this.#historyFrom = at
  }

  #isKnownAlready(arrival: Arrival, event: Event, stamp: Uint8Array, batch: Batch): boolean {
    if (hasSameBytes(arrival, stamp) || wasCorrected(arrival, stamp) || batch.saysTheSame(arrival)) {
      this.#tally.duplicates.push(arrival.row)
      return true
    }
    if (event.kind === 'discharge' && isCorrection(event, stamp)) return false
    this.#refuse(arrival, 'CONFLICT', 'is known with other content')
    return true
  }

  #refuse({ row, kind }: Arrival, code: DeadLetterCode, message: string): void {
    this.#tally.refusals.push({ row, code, field: fieldOf(kind, code), message: `${kind} ${message}` })
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
      range.begin(this.world)
      return this.#takeBack(event, batch)
    }
    if (event.kind !== 'settlement') {
      const late = this.#isLate(at, true)
      range.begin(this.world, event.kind === 'discharge' ? event : undefined)
      const moves = event.kind === 'inventory' ? traceMoves(event) : []
      const admdvs = event.kind === 'admission' ? event.mdtrt_admdvs : ''
      for (const heard of [event, ...moves]) range.add(heard, at, admdvs, late ? 'TOO_LATE' : undefined)
      return
    }
    const visit = toVisit(event, this.#reference)
    range.begin(this.world, visit)
    this.#tally.settlements++
    this.#tally.feeLines += visit.feedetail.length
    const mark = awaited ? this.#markOf(visit.setl_id) : undefined
    const late = this.#isLate(at, isInpatient(visit.med_class))
    const key = settlementKey(visit.setl_id)
    if (late) this.#memory.set(key, lateStamp(this.#memory.get(key)!))
    const reversal = mark && concerns(mark, visit) ? mark : undefined
    const skip = reversal ? 'VOIDED_BEFORE' : late ? 'TOO_LATE' : undefined
    for (const heard of heardIn(visit)) range.add(heard, at, visit.admdvs, skip)
    if (reversal) range.add({ kind: 'reversal', reversal, visit, isUnheard: true }, reversal.setl_time, visit.admdvs)
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
    const { knowledge, parcels, late } = heardWhen(this.#memory.get(settlementKey(event.orig_setl_id))!)
    const reference = this.#reference.asOf(knowledge)
    const visit = toVisit(original, reference)
    for (const heard of heardIn(visit)) this.#range.takeBack(heard, event.setl_time, visit.admdvs, { reference, parcels, late })
    const heard = { kind: 'reversal', reversal: event, visit, ...(late && { isUnheard: true }) } as const
    this.#range.add(heard, event.setl_time, visit.admdvs)
  }

  /** The void under a settlement that it came before. */
  #markOf(setl_id: string): VoidMark | undefined {
    const stored = this.#memory.get(voidKey(setl_id))
    return stored && (JSON.parse(Buffer.from(stored).toString()) as VoidMark)
  }
}

/** What a batch came to at the door. */
export interface Tally {
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

/** The field to look at first, by the name that its sender gave it. */
function fieldOf(kind: EventKind, code: DeadLetterCode): string {
  if (code === 'VOID_MISMATCH' || code === 'VOID_UNMATCHED') return 'orig_setl_id'
  const { id, time } = NAMES[kind]
  return code === 'TIME_FUTURE' ? time : id
}

const NAMES: Readonly<Record<EventKind, { readonly id: string; readonly time: string }>> = {
  settlement: { id: 'setl_id', time: 'setl_time' },
  void: { id: 'setl_id', time: 'setl_time' },
  admission: { id: 'mdtrt_id', time: 'begntime' },
  discharge: { id: 'mdtrt_id', time: 'endtime' },
  inventory: { id: 'inv_id', time: 'time' },
  complaint: { id: 'complaint_id', time: 'time' },
  reference: { id: 'id', time: 'effective_from' },
  heartbeat: { id: '', time: 'time' },
}
