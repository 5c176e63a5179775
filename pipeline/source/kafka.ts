import type { Message } from 'node-rdkafka'
import { FundwatchError } from '../../schemas/errors.ts'
import type { Instant } from '../../schemas/time.ts'
import { lastOf, NO_EVENTS, type SourceChunk, toldAgain } from '../engine/chunk.ts'
import type { Engine } from '../engine/engine.ts'
import { StallWatch } from '../engine/stall-watch.ts'
import { firstOf } from './first-of.ts'
import { Inbox, nameOf, type Partition, type Position, type Run } from './inbox.ts'
import { KafkaClient } from './kafka-client.ts'
import { clockOf, eventsOf, isOfKafka, placeOf, sourceOf } from './kafka-range.ts'
import { type ChunkSize, REPLAY_CHUNK } from './lines.ts'
import { readAgain } from './read-again.ts'
import { roundsOf } from './rounds.ts'
import { chunksOfRun, chunkUntil } from './run-chunks.ts'
import { add, newTotals, type Totals } from './totals.ts'

export interface KafkaOptions {
  /** `host:port`, comma-separated. */
  readonly brokers: string
  readonly group: string
  /** Further properties of the client: TLS, SASL. */
  readonly properties?: Readonly<Record<string, string>>
  /** Topics of events; the compacted topic of reference rows is read to its end before them. */
  readonly topics: readonly string[]
  readonly referenceTopic: string
  /** Messages of one partition judged and stored together at most. */
  readonly batch: number
  readonly onProgress?: (totals: Totals) => void
  /** Bytes of one partition judged and stored together, about. */
  readonly batchBytes?: number
  /** Which partitions are read; all where absent. */
  readonly reads?: (partition: Partition) => boolean
  /** What others tell, where this is one slice of several. */
  readonly mailbox?: Mailbox
}

/** A partition that holds no events. Its messages are handed on as they come: they carry no time of their own. */
export interface Mailbox {
  readonly place: Partition
  chunkOf(messages: readonly Message[]): SourceChunk
  /** What is read has come so far ahead of others that it has to wait for them. */
  isAhead(): boolean
}

/** The topics of the contract, section 1. */
export const TOPICS = {
  topics: ['fundwatch.settlement', 'fundwatch.stay', 'fundwatch.inventory'],
  referenceTopic: 'fundwatch.reference',
} as const

/** Messages per poll: few enough that even the largest ones fit into memory. */
const POLL = 250
/** How often a running source looks for new topics and partitions, milliseconds. */
const LOOK_AROUND = 30_000

/**
 * Reads the topics into the engine. Offsets are the engine's own: memory and the next offset are one commit, and Kafka is
 * told them afterwards only so that lag can be watched. One process reads all partitions.
 */
export class KafkaSource {
  readonly #options: KafkaOptions
  readonly #engine: Engine
  readonly #size: ChunkSize
  readonly #totals = newTotals()
  /** Clocks that the engine was last told of. */
  #reading: ReadonlySet<string> | undefined
  readonly #stall = new StallWatch()
  #client!: KafkaClient
  #mail: Message[] = []
  #stopped = false

  constructor(engine: Engine, options: KafkaOptions) {
    this.#engine = engine
    this.#options = options
    this.#size = { lines: options.batch, bytes: options.batchBytes ?? REPLAY_CHUNK.bytes }
  }

  /**
   * Runs until `stop`, or, with `untilEnd`, until every partition was read to its end.
   * @throws FundwatchError KAFKA_UNAVAILABLE, KAFKA_UNREACHABLE, KAFKA_FAILED, or SOURCE_CHANGED where a topic was made anew
   */
  async run({ untilEnd = false } = {}): Promise<Totals> {
    const { brokers, group, properties } = this.#options
    this.#client = await KafkaClient.connect(brokers, group, properties)
    try {
      await this.#repeatUnfinished()
      await this.#readReference()
      await this.#lookAtFirst()
      // Who is stopped among the reference rows hands on no event: it would be judged without the others.
      while (!this.#stopped && !(await this.#readAll(untilEnd)));
      return this.#totals
    } finally {
      await this.#client.close()
    }
  }

  stop(): void {
    this.#stopped = true
  }

  /** Whether it should read and for a long time has not, be there anything to read or not. */
  get isStalled(): boolean {
    return !this.#stopped && this.#stall.isStalled
  }

  /** How many messages of each partition are not durable yet. */
  async lag(): Promise<(Partition & { readonly lag: number })[]> {
    const { topics, referenceTopic } = this.#options
    const partitions = await this.#partitionsOf([referenceTopic, ...topics])
    return Promise.all(
      partitions.map(async (partition) => {
        const { low, high } = await this.#client.boundsOf(partition)
        return {
          ...partition,
          lag: high - Math.max(low, this.#engine.journal.nextOf(sourceOf(partition), partition.partition) ?? low),
        }
      }),
    )
  }

  /** A crash leaves at most one round half written. It comes again before all else, to the very memory of then. */
  async #repeatUnfinished(): Promise<void> {
    const { round, isRecovering } = this.#engine.journal
    if (!isRecovering) return
    const chunks: SourceChunk[] = []
    for (const range of round) {
      const chunk = isOfKafka(range.source) ? await readAgain(this.#client, range) : toldAgain(range)
      if (chunk) chunks.push({ ...chunk, repeats: { batch: range.batch, now: range.now } })
    }
    if (chunks.length === round.length) await this.#hand(chunks)
    else await this.#engine.abandon()
    await this.#engine.drain()
  }

  /** All knowledge that is there now comes before the first event. */
  async #readReference(): Promise<void> {
    const inbox = await this.#open([this.#options.referenceTopic])
    while (!this.#stopped && !inbox.isExhausted) {
      await this.#fill(inbox)
      await this.#handOn(this.#chunksOf(inbox.take()))
    }
    await this.#engine.drain()
  }

  /**
   * Which partition is read first is chance: so history begins with the earliest of those that lie first in any of them, be
   * they read here or elsewhere, and nobody judges by a later beginning than the others.
   */
  async #lookAtFirst(): Promise<void> {
    if (this.#stopped || this.#engine.shard.historyFrom !== undefined) return
    const partitions = await Promise.all(this.#options.topics.map((topic) => this.#client.partitionsOf(topic)))
    const runs = await firstOf(this.#client, partitions.flat(), () => this.#stopped)
    const times: Instant[] = []
    for (const run of runs) {
      const earliest = await this.#engine.earliestIn(chunkUntil(run, run.messages.at(-1)!.offset))
      if (earliest !== undefined) times.push(earliest)
    }
    if (times.length > 0) await this.#engine.since(Math.min(...times))
  }

  /** Reads until `stop`, until new partitions are found, or, with `untilEnd`, until all were read to their end: then it is true. */
  async #readAll(untilEnd: boolean): Promise<boolean> {
    const topics = [this.#options.referenceTopic, ...this.#options.topics]
    const inbox = await this.#open(topics, this.#options.mailbox)
    const paused = new Map<string, Partition>()
    let nextLook = performance.now() + LOOK_AROUND
    while (!this.#stopped && !(untilEnd && inbox.isExhausted)) {
      await this.#fill(inbox)
      await this.#handOn(this.#nextIn(inbox))
      this.#balance(inbox, paused)
      if (untilEnd || performance.now() < nextLook) continue
      nextLook = performance.now() + LOOK_AROUND
      if (await this.#hasGrown(topics, inbox)) break
    }
    // Whoever goes on with a slice finds that there may be more to come, and so do the others until then.
    if (this.#stopped && this.#options.mailbox) await this.#handOn(this.#toldReading(inbox.places))
    await this.#engine.drain()
    return untilEnd
  }

  /** A broker that does not answer now will be asked again. */
  async #hasGrown(topics: readonly string[], inbox: Inbox): Promise<boolean> {
    const found = await this.#partitionsOf(topics).catch(() => [])
    return found.length > inbox.places.length
  }

  /** Begins to read all partitions of these topics, each where the engine stands. */
  async #open(topics: readonly string[], mailbox?: Mailbox): Promise<Inbox> {
    const partitions = await this.#partitionsOf(topics)
    const positions = await Promise.all(partitions.map((partition) => this.#positionOf(partition)))
    const all = mailbox ? [...positions, await this.#positionOf(mailbox.place)] : positions
    this.#client.assign(all)
    for (const position of all) this.#client.report(position)
    return new Inbox(positions, this.#size)
  }

  async #partitionsOf(topics: readonly string[]): Promise<Partition[]> {
    const found = (await Promise.all(topics.map((topic) => this.#client.partitionsOf(topic)))).flat()
    return this.#options.reads ? found.filter(this.#options.reads) : found
  }

  /** After the last commit, else at the beginning. What retention has removed meanwhile shows as a gap in `verify`. */
  async #positionOf(partition: Partition): Promise<Position> {
    const { low, high } = await this.#client.boundsOf(partition)
    const next = this.#engine.journal.nextOf(sourceOf(partition), partition.partition)
    if (next !== undefined && next > high) {
      const told = `was read up to offset ${next} and now ends at ${high}`
      throw new FundwatchError('SOURCE_CHANGED', `${nameOf(partition)} ${told}: the topic was made anew.`)
    }
    return { ...partition, offset: Math.max(low, next ?? low) }
  }

  async #fill(inbox: Inbox): Promise<void> {
    for (;;) {
      const { messages, ends } = await this.#client.poll(POLL)
      this.#stall.moved()
      for (const message of messages) {
        if (this.#isMail(message)) this.#mail.push(message)
        else inbox.add(message)
      }
      for (const position of ends) if (!this.#isMail(position)) inbox.end(position)
      if (messages.length < POLL || inbox.full.length > 0) return
    }
  }

  #isMail({ topic }: Partition): boolean {
    return topic === this.#options.mailbox?.place.topic
  }

  /** Chunks are made when they are asked for: all that waits would be too much at once. */
  *#nextIn(inbox: Inbox): Generator<SourceChunk> {
    const { mailbox } = this.#options
    const isAhead = mailbox?.isAhead()
    if (this.#mail.length > 0) yield mailbox!.chunkOf(this.#mail.splice(0))
    if (isAhead) return
    // Nobody knows which run comes first; so nobody's time passes the others' before all are handed on.
    const runs = inbox.take()
    const { speaking } = inbox
    yield* this.#toldReading([...runs, ...speaking])
    yield* this.#chunksOf(runs)
    yield* this.#toldReading(speaking)
  }

  #toldReading(partitions: readonly Partition[]): SourceChunk[] {
    // Reference rows have no event time.
    const clocks = new Set(partitions.filter(({ topic }) => topic !== this.#options.referenceTopic).map(clockOf))
    const isKnown = this.#reading?.size === clocks.size && [...clocks].every((clock) => this.#reading!.has(clock))
    if (isKnown) return []
    this.#reading = clocks
    return [toldAgain({ reading: [...clocks] })]
  }

  *#chunksOf(runs: readonly Run[]): Generator<SourceChunk> {
    for (const run of runs) for (const chunk of chunksOfRun(run, this.#size)) yield eventsOf(run, chunk)
  }

  /** A partition that is far ahead of another one is not read further meanwhile: what waits is bounded. */
  #balance(inbox: Inbox, paused: Map<string, Partition>): void {
    const ahead = inbox.full.filter((partition) => !paused.has(nameOf(partition)))
    const behind = inbox.hungry.filter((partition) => paused.has(nameOf(partition)))
    this.#client.pause(ahead)
    this.#client.resume(behind)
    for (const partition of ahead) paused.set(nameOf(partition), partition)
    for (const partition of behind) paused.delete(nameOf(partition))
  }

  async #handOn(chunks: Iterable<SourceChunk>): Promise<void> {
    // Rows that were replaced may be gone when a round comes again.
    const isOfReference = ({ source }: SourceChunk) => source === sourceOf({ topic: this.#options.referenceTopic })
    for (const round of roundsOf(chunks, this.#size, isOfReference)) await this.#hand(round)
  }

  async #hand(chunks: readonly SourceChunk[]): Promise<void> {
    const { done } = await this.#engine.submitTogether(chunks)
    this.#stall.moved()
    done.then(
      (receipts) => {
        for (const receipt of receipts) add(this.#totals, receipt)
        this.#options.onProgress?.(this.#totals)
        for (const chunk of chunks) if (chunk.source !== NO_EVENTS.source) this.#client.report(endOf(chunk))
      },
      // The engine has latched the failure; its next submission or `drain` throws it.
      () => this.stop(),
    )
  }
}

function endOf(chunk: SourceChunk): Position {
  return { ...placeOf(chunk), offset: lastOf(chunk) + 1 }
}
