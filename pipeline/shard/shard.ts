import type { Detector, Visit, Voidable } from '../../detectors/detector.ts'
import { toVisit } from '../../detectors/project.ts'
import type { ReferenceBook } from '../../detectors/reference.ts'
import type { Alert } from '../../schemas/alert.ts'
import type { Discharge, Reference, Settlement } from '../../schemas/events.ts'
import type { Instant } from '../../schemas/time.ts'
import type { Arrival } from '../decode/packed.ts'
import type { KeyValue } from '../memory/key-value.ts'
import { StagedMemory } from '../memory/staged.ts'
import { Alerts } from './alerts.ts'
import { Beginnings } from './beginnings.ts'
import { Cells } from './cells.ts'
import { Exchange, type Progress, type Telling } from './exchange.ts'
import { findingChangeOf } from './finding-change.ts'
import { type Budget, Guard } from './guard.ts'
import { Hearings } from './hearings.ts'
import { Hearsay } from './hearsay.ts'
import { Holdings } from './holdings.ts'
import { type Batch, Intake } from './intake.ts'
import { Knowledge } from './knowledge.ts'
import { Moments } from './moments.ts'
import type { Account, Outcome, Sealed } from './outcome.ts'
import { type Parcel, unpack } from './parcel.ts'
import { Parts } from './parts.ts'
import { type Screened, Screening } from './screening.ts'
import type { Slices } from './slices.ts'
import { Traits } from './traits.ts'
import { type Clock, type Seen, Watermark } from './watermark.ts'
import type { Witness } from './witness.ts'

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
  /** Looks on at every step of every part. */
  readonly witness?: Witness
}

interface Stored {
  readonly clocks: Record<string, Clock>
  /** `null` until a first event has been seen. */
  readonly watermark: Instant | null
  readonly seen: Seen | null
  /** `null` until a first event has been seen. */
  readonly history_from: Instant | null
  readonly seq: number
  /** Number of the last change of the reference data; absent before anything was stored. */
  readonly knowledge?: number
}

/** Time of the last event that a memory knows, as its watermark sees it; `undefined` where it knows none. */
export function lastEventIn(memory: Pick<KeyValue, 'get'>): Instant | undefined {
  const stored = memory.get('m|shard')
  if (!stored) return undefined
  const { clocks, watermark, seen } = JSON.parse(Buffer.from(stored).toString()) as Stored
  const { last } = new Watermark(clocks, watermark, seen)
  return Number.isFinite(last) ? last : undefined
}

/** How many events are judged together. */
const RANGE = 64

/**
 * One partition's detectors and their memory, or all there are. Synchronous and without I/O: a batch goes in, an outcome comes out. The
 * same shard runs live, in replay, in a screen and in tests.
 */
export class Shard {
  readonly reference: ReferenceBook
  readonly #memory: StagedMemory
  readonly #cells: Cells
  readonly #watermark: Watermark
  readonly #exchange: Exchange | undefined
  readonly #hearsay: Hearsay
  readonly #knowledge: Knowledge
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
  readonly #intake: Intake
  readonly #shadow: ReadonlySet<string>

  constructor(store: KeyValue, { detectors, shadow = [], history_from, budget, slices, witness }: ShardOptions) {
    this.#memory = new StagedMemory(store)
    const stored = this.#load<Stored>('m|shard') ?? { clocks: {}, watermark: null, seen: null, history_from: null, seq: 0 }
    const parts = new Parts(detectors)
    this.#cells = new Cells(this.#memory, parts)
    this.#watermark = new Watermark(stored.clocks, stored.watermark, stored.seen)
    this.#traits = new Traits(this.#memory)
    const exchange = slices && slices.count > 1 ? new Exchange(slices, this.#memory, this.#traits) : undefined
    this.#exchange = exchange
    this.#knowledge = new Knowledge(this.#memory, stored.knowledge)
    this.reference = this.#knowledge.book
    this.#hearsay = new Hearsay(this.#memory, this.reference)
    this.#time = exchange ?? this.#watermark
    this.#guard = new Guard(this.#memory, budget)
    this.#shadow = new Set(shadow)
    const { reference } = this
    const isHeard = parts.listeningTo('finding').length > 0
    const onRevision = isHeard ? (alert: Alert) => this.#hearings.tell(findingChangeOf(alert)) : undefined
    const [memory, traits, guard, cells] = [this.#memory, this.#traits, this.#guard, this.#cells]
    const toDesk = exchange && !exchange.isDesk ? exchange.file.bind(exchange) : undefined
    const alerts = new Alerts({ memory, reference, traits, guard, seq: stored.seq, onRevision, toDesk })
    this.#alerts = alerts
    this.#holdings = new Holdings(memory, alerts)
    const [holdings, learn] = [this.#holdings, this.#learnGround.bind(this)]
    this.#range = new Moments(parts)
    const [watermark, time, range] = [this.#watermark, this.#time, this.#range]
    const historyFrom = history_from ?? stored.history_from ?? undefined
    const isHistorySaid = history_from !== undefined
    this.#intake = new Intake({ memory, reference, exchange, watermark, time, range, historyFrom, isHistorySaid })
    const beginnings = new Beginnings(memory, parts)
    this.#hearings = new Hearings({ memory, parts, cells, beginnings, exchange, alerts, holdings, reference, learn, witness })
    this.#screening = new Screening({ parts, cells, steps: this.#hearings.steps, exchange, alerts })
  }

  /** Number of the last revision in the ordered log of alerts. */
  get seq(): number {
    return this.#alerts.seq
  }

  get watermark(): Instant {
    return this.#time.at
  }

  /** How far the events that are read here are ahead of verdicts, which others may hold back: at first of their own beginning. */
  get lead(): number {
    const from = Number.isFinite(this.#time.at) ? this.#time.at : this.#intake.world.historyFrom
    return from === undefined ? 0 : Math.max(0, this.#watermark.at - from)
  }

  /** Since when things are known; `undefined` until somebody has said so or something has happened. */
  get historyFrom(): Instant | undefined {
    return this.#intake.world.historyFrom
  }

  /** Time of the last event that was read here, confirmed by others or not. */
  get lastEvent(): Instant {
    return this.#watermark.last
  }

  /** Partitions that hold the watermark back. */
  get activeClocks(): string[] {
    return Object.entries(this.#watermark.clocks).flatMap(([partition, { resting }]) => (resting ? [] : [partition]))
  }

  isKnown(setl_id: string): boolean {
    return this.#intake.isKnown(setl_id)
  }

  /** Whether memory knows the arrival's identity with other bytes, so that its content must be compared. */
  needsComparison(arrival: Arrival): boolean {
    return this.#intake.needsComparison(arrival)
  }

  push(batch: Batch): Outcome {
    const account = this.take(batch)
    const sealed = this.seal()
    return { ...account, ...sealed, judgements: [...account.judgements, ...sealed.judgements] }
  }

  /** Hears a batch. Several may be taken before they are sealed together: batches are the store's, and judge nothing. */
  take(batch: Batch): Account {
    this.#holdings.options = { shadow: this.#shadow, now: batch.now }
    this.#guard.isLenient = batch.unguarded === true
    if (batch.reading) this.#watermark.reading(batch.reading)
    if (batch.since !== undefined) this.#intake.reachBack(batch.since)
    for (const arrival of batch.arrivals) {
      if (arrival.kind === 'reference') this.#learn(arrival.event() as Reference, arrival.row)
      else this.#intake.arrive(arrival, batch)
      if (this.#range.all.length >= RANGE) this.#judgeRange()
    }
    this.#judgeRange()
    for (const mail of batch.mail ?? []) {
      if ('lift' in mail) this.#guard.lift(mail.lift)
      else this.#open(mail)
    }
    this.#wake()
    return { ...this.#intake.take(), judgements: this.#hearings.judgements.take() }
  }

  /** What was taken since the last time comes to this. */
  seal(telling: Telling = {}): Sealed {
    while (this.#exchange?.conduct(this.#progress())) this.#wake()
    const parcels = this.#exchange?.seal(this.#progress(), telling) ?? []
    this.#cells.forget(this.#time.at)
    this.#cells.flush(this.#time.at)
    const { clocks, at, seen } = this.#watermark
    const watermark = Number.isFinite(at) ? at : null
    const stored: Stored = {
      ...{ clocks, watermark, seen, history_from: this.#intake.world.historyFrom ?? null },
      ...{ seq: this.#alerts.seq, knowledge: this.reference.version },
    }
    this.#memory.set('m|shard', Buffer.from(JSON.stringify(stored)))
    return {
      changes: this.#memory.seal(),
      alerts: this.#alerts.take(),
      judgements: this.#hearings.judgements.take(),
      guarded: this.#guard.take(),
      parcels,
    }
  }

  /** The outcome's memory is committed: it need no longer be kept beside the store. */
  release({ changes }: Pick<Sealed, 'changes'>): void {
    this.#memory.release(changes)
  }

  /** What all detectors would say of a draft settlement now, and who could not tell; changes nothing. */
  screen(draft: Settlement): Screened {
    const visit = toVisit(draft, this.reference)
    this.#traits.suppose(visit)
    try {
      return this.#screening.ask(visit, this.#intake.world)
    } finally {
      this.#traits.suppose(undefined)
      this.#cells.close(this.#time.at)
    }
  }

  /** What another slice tells; a parcel that was heard before is passed over. */
  #open(parcel: Parcel): void {
    const exchange = this.#exchange
    if (!exchange) throw new Error('A parcel has come, but all memory lies here.')
    if (!exchange.accepts(parcel)) return
    if (parcel.since !== null) this.#intake.reachBack(parcel.since)
    const settlements = this.#hearsay.visitsIn(parcel)
    for (const visit of settlements.visits) this.#traits.learn(visit)
    for (const [setl_id, ground] of parcel.grounds) this.#traits.put(setl_id, ground)
    for (const entry of parcel.entries) {
      if (entry.kind === 'end' || entry.kind === 'word') {
        if (entry.kind === 'end') this.#traits.learnEnd(entry.discharge)
        else this.#alerts.file(entry.word)
        this.#hearings.hearChanges(this.#intake.world)
      } else {
        const names = entry.to.map((index) => parcel.parts[index]!)
        const parts = this.#hearings.wanting(names, entry, parcel)
        const heard = unpack(entry.heard, settlements)
        const { world } = this.#intake
        if (entry.kind === 'heard') this.#hearings.hearFor(parts, heard, entry.at, entry.admdvs, world)
        else this.#hearings.takeBackFor(parts, heard as Voidable, entry.at, world, this.#hearsay.originalOf(parcel, entry.made))
      }
      this.#cells.close(this.#time.at)
    }
    exchange.hear(parcel)
    this.#wake()
  }

  /** Verdicts that waited for the watermark. */
  #wake(): void {
    this.#range.begin(this.#intake.world)
    this.#judgeRange()
  }

  #judgeRange(): void {
    if (this.#range.all.length === 0) return
    this.#hearings.judge(this.#range)
    this.#cells.close(this.#time.at)
  }

  #progress(): Progress {
    const { at, isResting } = this.#watermark
    return { reached: at, resting: isResting, next: this.#hearings.nextAwaited, since: this.#intake.world.historyFrom }
  }

  /** Every slice knows every row; the desk is the one that stores it. */
  #learn(reference: Reference, row: number): void {
    // What came before is judged by what was known then.
    this.#judgeRange()
    this.#knowledge.learn(reference)
    this.#intake.learned(reference, row, this.#exchange?.isDesk ?? true)
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

  #load<T>(key: string): T | undefined {
    const stored = this.#memory.get(key)
    return stored && (JSON.parse(Buffer.from(stored).toString()) as T)
  }
}
