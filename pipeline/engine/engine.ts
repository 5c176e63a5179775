import type { Detector } from '../../detectors/detector.ts'
import type { Alert } from '../../schemas/alert.ts'
import { FundwatchError } from '../../schemas/errors.ts'
import { type Event, eventTime, type Reference, type Settlement } from '../../schemas/events.ts'
import { createNormaliser, isFault } from '../../schemas/normalise.ts'
import type { Instant } from '../../schemas/time.ts'
import type { Chunk, Decoded } from '../decode/decode.ts'
import { createPseudonymiser } from '../decode/mask.ts'
import { type Arrival, unpack } from '../decode/packed.ts'
import type { KeyValue } from '../memory/key-value.ts'
import type { Budget } from '../shard/guard.ts'
import type { Outgoing } from '../shard/outbox.ts'
import type { Screened } from '../shard/screening.ts'
import { Shard } from '../shard/shard.ts'
import type { Slices } from '../shard/slices.ts'
import type { Store } from '../store/store.ts'
import { NO_EVENTS, type Receipt, type SourceChunk, toldBy } from './chunk.ts'
import type { Decoder } from './decoder.ts'
import { type History, type Intent, Journal } from './journal.ts'
import { Journey } from './journey.ts'
import { Originals } from './originals.ts'
import { placesOf, Room } from './room.ts'
import { type JudgedRange, type JudgedRound, Writer } from './writer.ts'

export interface EngineOptions {
  readonly detectors: readonly Detector[]
  readonly shadow?: readonly string[]
  /** What a detector may raise a day before it is moved to shadow; absent: anything. */
  readonly budget?: Budget
  readonly memory: KeyValue
  readonly store: Store
  readonly decoder: Decoder
  /** Key of the pseudonyms that replace identity data. */
  readonly identityKey: Uint8Array
  /** The arrival clock, epoch milliseconds. */
  readonly now: () => Instant
  /** Where this is one slice of several. */
  readonly slice?: SliceOptions
}

export interface SliceOptions {
  readonly slices: Slices
  /** Numbers of batches begin after this one: the slices share one store. */
  readonly after: number
  readonly history: History
  /** Resolves when the parcels are where their receivers will find them. */
  post(parcels: readonly Outgoing[]): Promise<void>
}

/** What was taken; `done` resolves when it is durable. */
export interface Taken<Receipts = Receipt> {
  readonly done: Promise<Receipts>
}

/** A chunk that was decoded, and what the store knows of those it asks for. */
interface Read {
  readonly chunk: SourceChunk
  readonly decoded: Decoded
  readonly arrivals: readonly Arrival[]
  readonly foreseen: ReadonlyMap<string, string>
}

/**
 * The loop that serves every mode: chunks are decoded (in parallel), judged (in order) and written (in order), and then
 * acknowledged. Memory and the next offset are committed as one value after the store has everything; a crash at any
 * moment repeats the same ranges and changes nothing. The first failure is latched: nothing is taken after it.
 */
export class Engine {
  readonly shard: Shard
  readonly journal: Journal
  readonly #options: EngineOptions
  readonly #originals: Originals
  readonly #writer: Writer
  readonly #normalise: ReturnType<typeof createNormaliser>
  readonly #listeners = new Set<(alerts: readonly Alert[]) => void>()
  readonly #receiptListeners = new Set<(receipt: Receipt) => void>()
  #judging: Promise<unknown> = Promise.resolve()
  #writing: Promise<unknown> = Promise.resolve()
  readonly #room = new Room()
  #failure: Error | undefined
  /** Of a slice: number of the batch that was judged last. It will be written under it. */
  #batch: number
  /** A crash has left something unfinished, and nobody has begun to repeat it. */
  #isRepeatAwaited: boolean

  private constructor(options: EngineOptions) {
    const hide = createPseudonymiser(options.identityKey)
    this.#options = options
    this.#normalise = createNormaliser(hide)
    const { memory, slice } = options
    this.shard = new Shard(memory, { ...options, slices: slice?.slices })
    this.journal = new Journal(memory, slice)
    this.#isRepeatAwaited = this.journal.isRecovering
    this.#batch = this.journal.batch
    this.#originals = new Originals(options.store, this.shard, hide)
    this.#writer = new Writer(options.store, memory, this.journal, hide, slice?.post.bind(slice))
  }

  /**
   * Opens the engine on its memory and store. What was being written when the process died is repeated by its source where
   * that goes on (`resuming`); the rows of everything else are removed, as if it had never come.
   */
  static async open(options: EngineOptions, resuming: (source: string) => boolean = () => false): Promise<Engine> {
    const engine = new Engine(options)
    const { journal } = engine
    const left = journal.round.filter(isOfSource)
    const isRepeated = left.length > 0 && left.every(({ source, replayable }) => replayable && resuming(source))
    if (journal.isRecovering && !isRepeated) await engine.abandon()
    if (!journal.isRecovering) await engine.#forgetReaders(resuming)
    return engine
  }

  /** Removes what an unfinished round has left in the store, as if it had never come. */
  async abandon(): Promise<void> {
    await this.journal.abandon((batches) => this.#options.store.forgetBatches(batches))
    this.#isRepeatAwaited = false
  }

  /** Whether it answers for one slice of several only. */
  get isSlice(): boolean {
    return this.#options.slice !== undefined
  }

  /** The first failure, if any: the process should end with it. */
  get failure(): Error | undefined {
    return this.#failure
  }

  /** Whether something was taken, and for a long time nothing was finished. */
  get isStalled(): boolean {
    return this.#room.isStalled
  }

  /** Takes a chunk as soon as there is room; what a source has not handed over yet waits at the source. */
  async submit(chunk: SourceChunk): Promise<Taken> {
    const { done } = await this.submitTogether([chunk])
    const one = done.then(([receipt]) => receipt!)
    one.catch(() => {})
    return { done: one }
  }

  /**
   * Takes chunks that become durable together, with one receipt for each: many that say little cost the store as much as one.
   * They are judged one after the other; all or none of them `repeats`.
   */
  async submitTogether(chunks: readonly SourceChunk[]): Promise<Taken<readonly Receipt[]>> {
    const isRepeated = chunks[0]?.repeats !== undefined
    if (this.#isRepeatAwaited && !isRepeated) {
      throw new FundwatchError('BUSY', 'What a crash left unfinished is being repeated first.')
    }
    this.#isRepeatAwaited = false
    const places = placesOf(chunks)
    while (!this.#room.has(places)) await this.#room.more()
    if (this.#failure) throw this.#failure
    this.#room.take(places)
    const journey = new Journey(chunks)
    const read = journey.stage('read', () => Promise.all(chunks.map((chunk) => this.#read(chunk))))
    const judged = Promise.all([read, this.#judging]).then(([known]) => journey.stage('judge', () => this.#judge(known)))
    const written = Promise.all([judged, this.#writing]).then(([round]) => this.#write(round, journey))
    written.catch((error) => journey.fail(error))
    // The chains go on after a failure so that everything queued ends with it; `done` reports it.
    this.#judging = judged.catch((error) => this.#latch(error))
    this.#writing = written.catch((error) => this.#latch(error)).finally(() => this.#room.leave(places))
    const done = written
    done.catch(() => {})
    return { done }
  }

  /**
   * Says, in order with the chunks, that of exactly these clocks there is more to come, which may be older than what others
   * have handed over: time does not pass beyond it. All others rest until something comes of them.
   */
  reading(clocks: readonly string[]): Promise<Taken> {
    return this.submit({ ...NO_EVENTS, reading: clocks })
  }

  /** Says that known history begins with this event at the latest, though others may be handed over before it. */
  since(earliest: Instant): Promise<Taken> {
    return this.submit({ ...NO_EVENTS, since: earliest })
  }

  /** Time of the earliest event among lines that are not handed over yet; `undefined` where none of them is one. */
  async earliestIn(chunk: Chunk): Promise<Instant | undefined> {
    const decoded = await this.#options.decoder.decode(chunk)
    const events = unpack(decoded.packed).map((arrival) => arrival.event())
    this.#options.decoder.giveBack(decoded)
    const times = events.flatMap((event) => (happens(event) ? [eventTime(event)] : []))
    return times.length > 0 ? times.reduce((a, b) => Math.min(a, b)) : undefined
  }

  /** Resolves when everything taken so far is durable. */
  async drain(): Promise<void> {
    await this.#writing
    if (this.#failure) throw this.#failure
  }

  /** Does something between two batches, while store and memory agree and nothing is written; what is read on meanwhile waits. */
  between<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#writing.then(work)
    this.#writing = done.catch(() => {})
    return done
  }

  /** Called with the revisions of every batch after its commit, in order. */
  onCommitted(listener: (alerts: readonly Alert[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Called with the receipt of every batch after its commit. */
  onReceipt(listener: (receipt: Receipt) => void): void {
    this.#receiptListeners.add(listener)
  }

  /** The arrival clock. */
  now(): Instant {
    return this.#options.now()
  }

  /** Judges a draft settlement against present memory, changing nothing. */
  screen(draft: Record<string, unknown>): Screened {
    const event = this.#normalise('settlement', draft)
    if (isFault(event)) throw new FundwatchError(event.code, event.message)
    return this.shard.screen(event as unknown as Settlement)
  }

  /** What was being read before the restart and will not be read on holds time back no longer. */
  async #forgetReaders(resuming: (source: string) => boolean): Promise<void> {
    const active = this.shard.activeClocks
    const goingOn = active.filter(resuming)
    if (goingOn.length < active.length) await (await this.reading(goingOn)).done
  }

  /** All that can be done before the chunks before it are judged: to wait for the store then would leave the judge idle. */
  async #read(chunk: SourceChunk): Promise<Read> {
    const decoded = await this.#options.decoder.decode(chunk)
    const arrivals = unpack(decoded.packed)
    return { chunk, decoded, arrivals, foreseen: await this.#originals.foresee(arrivals, chunk) }
  }

  async #judge(read: readonly Read[]): Promise<JudgedRound> {
    if (this.#failure) throw this.#failure
    // What a crash left unfinished is judged by the clock of then.
    const now = read[0]!.chunk.repeats?.now ?? this.#options.now()
    const ranges: JudgedRange[] = []
    for (const each of read) {
      this.#batch = each.chunk.repeats?.batch ?? this.#batch + 1
      ranges.push(await this.#judgeRange(each, now))
    }
    return { ranges, sealed: this.shard.seal({ isTold: read[0]!.chunk.repeats?.isDone, batch: this.#batch }), now }
  }

  async #judgeRange({ chunk, decoded, arrivals, foreseen }: Read, now: Instant): Promise<JudgedRange> {
    const { done, matchedVoids, ...lookups } = await this.#originals.prepare(arrivals, chunk, foreseen)
    const { clock: partition, reading, since, mail } = chunk
    const account = this.shard.take({ arrivals, partition, reading, since, mail, now, matchedVoids, ...lookups })
    return { chunk, decoded, arrivals, account, matchedVoids, stored: done }
  }

  async #write(round: JudgedRound, journey: Journey): Promise<readonly Receipt[]> {
    if (this.#failure) throw this.#failure
    const { alerts } = round.sealed
    const receipts = await journey.stage('store', () => this.#writer.write(round))
    this.shard.release(round.sealed)
    for (const { decoded, stored } of round.ranges) {
      stored()
      this.#options.decoder.giveBack(decoded)
    }
    await journey.stage('tell', () => {
      for (const receipt of receipts) for (const listener of this.#receiptListeners) listener(receipt)
      if (alerts.length > 0) for (const listener of this.#listeners) listener(alerts)
    })
    journey.arrive(alerts)
    return receipts
  }

  #latch(error: Error): void {
    this.#failure ??= error
  }
}

/** What was only told stands in the journal itself, and need not be brought again. */
function isOfSource(range: Intent): boolean {
  return toldBy(range).length === 0
}

/** Reference rows have no time of their own, and a heartbeat tells of nothing that has happened. */
function happens(event: Event): event is Exclude<Event, Reference> {
  return event.kind !== 'reference' && event.kind !== 'heartbeat'
}
