import type { Detector } from '../../detectors/detector.ts'
import type { ReferenceBook } from '../../detectors/reference.ts'
import type { Instant } from '../../schemas/time.ts'
import type { Durability } from '../durability.ts'
import type { Decoder } from '../engine/decoder.ts'
import { Engine, type EngineOptions } from '../engine/engine.ts'
import type { Lmdb } from '../memory/lmdb.ts'
import { OpenMark } from '../memory/open-mark.ts'
import { DEATHS, setAsideUntrusted } from '../memory/trust.ts'
import { noteHearers, unheard } from '../rebuild/hearers.ts'
import { lifeOf } from '../shard/exchange.ts'
import { type Outgoing, outboxOf } from '../shard/outbox.ts'
import { AHEAD, BATCHES } from '../shard/slices.ts'
import { checkStateVersion } from '../shard/state-version.ts'
import { KafkaFeeds } from '../sink/kafka-feeds.ts'
import type { KafkaProducer } from '../sink/kafka-producer.ts'
import { KafkaSource, TOPICS } from '../source/kafka.ts'
import { KafkaClient } from '../source/kafka-client.ts'
import type { Totals } from '../source/totals.ts'
import type { Store } from '../store/store.ts'
import { MAILBOX } from '../topics.ts'
import { catchUp } from './catch-up.ts'
import { checkpointsOf, lastLifeOf } from './checkpoint.ts'
import { noteLateHearers } from './late-hearers.ts'
import { mailChunk } from './mail.ts'
import { SliceHistory } from './slice-history.ts'
import { fetchNewer, MemoryCopy, memoryOf, numberIn, openMemory } from './slice-memory.ts'
import { warmUp } from './warm-slice.ts'
import type { Warmth } from './warmth.ts'

export interface SliceOptions extends Pick<EngineOptions, 'detectors' | 'shadow' | 'budget' | 'identityKey' | 'now'> {
  readonly detectors: readonly Detector[]
  readonly store: Store
  readonly decoder: Decoder
  /** Where memory lies; it belongs to this process. */
  readonly directory: string
  readonly durability?: Durability
  readonly brokers: string
  readonly group: string
  readonly properties?: Readonly<Record<string, string>>
  /** Something that heals by itself, as a topic that cannot be written now, or a memory that is made anew. */
  readonly onTrouble: (error: Error) => void
  /** Events of one partition judged and stored together at most. */
  readonly batch: number
  /** Lets detectors that are new hear history; they begin without where it is absent. */
  readonly warmth?: Warmth
  /** Puts into the reference data what comes from settings and not from events. */
  readonly onReference?: (reference: ReferenceBook) => void
}

/** The place in the history's topic before which memory knows everything. */
const PLACE = 'm|history'
/** A parcel repeats most of its batch, and must be a message. */
const BATCH_BYTES = 4 * 1024 * 1024

/** One slice of the region at work in this process: its history, its memory, and what it reads. */
export class Slice {
  readonly index: number
  readonly engine: Engine
  readonly memory: Lmdb
  readonly source: KafkaSource
  readonly #options: SliceOptions
  readonly #mark: OpenMark
  readonly #history: SliceHistory
  readonly #feeds: KafkaFeeds
  readonly #ended: Promise<Totals>
  #closed: Promise<void> | undefined
  #copying: Promise<MemoryCopy> | undefined
  #keptAt: Instant | undefined

  private constructor(
    index: number,
    options: SliceOptions,
    parts: {
      history: SliceHistory
      memory: Lmdb
      mark: OpenMark
      engine: Engine
      source: KafkaSource
      feeds: KafkaFeeds
      keptAt: Instant | undefined
    },
  ) {
    this.index = index
    this.#options = options
    this.#keptAt = parts.keptAt
    this.memory = parts.memory
    this.#mark = parts.mark
    this.engine = parts.engine
    this.source = parts.source
    this.#history = parts.history
    this.#feeds = parts.feeds
    this.engine.onReceipt(() => {
      this.#mark.prove()
      this.#feeds.wake()
    })
    this.#feeds.wake()
    this.#ended = this.source.run()
    this.#ended.catch(() => {})
  }

  /**
   * Takes the slice over from whoever had it, and makes its memory whole before anything new is read. `undefined` where it is
   * not wanted here any more: what was heard until then is kept.
   * @throws FundwatchError as `SliceHistory.open` and `catchUp` do
   */
  static async open(
    index: number,
    count: number,
    producer: KafkaProducer,
    options: SliceOptions,
    isWanted: () => boolean,
  ): Promise<Slice | undefined> {
    const { brokers, group, properties, store, identityKey, onReference } = options
    const file = memoryOf(options.directory, index)
    const mark = OpenMark.set(file, options.durability ?? 'process')
    const aside = setAsideUntrusted(file, mark, true)
    if (aside) options.onTrouble(aside)
    let memory = await openMemory(file, options.durability)
    let history: SliceHistory | undefined
    try {
      await checkStateVersion(memory)
      const [known, from] = [lifeOf(memory), numberIn(memory, PLACE) ?? 0]
      const remembered = known ?? (await lastLifeOf(store, index))
      history = await SliceHistory.open({ brokers, group, properties, slice: index, identityKey, known, remembered, from })
      const post = (parcels: readonly Outgoing[]) => producer.send(parcels.map(({ to, bytes }) => messageTo(to, bytes)))
      const after = index * BATCHES
      const lacking = { ...options, slice: index, file, history, known: numberIn(memory, 'm|batch') ?? after, isWanted }
      // If deaths have gone on after the first memory was set aside, the copies are no better.
      if (mark.deaths < 2 * DEATHS) memory = await fetchNewer(memory, lacking)
      // What memory lacks may be more than what the topics still hold.
      if (!isWanted()) return await givenUp(memory, mark, history)
      const { detectors } = options
      // For a detector that came later history begins here, until it has heard it.
      await noteLateHearers(store, memory, detectors, history.rounds.at(-1)?.at(-1)?.batch ?? numberIn(memory, 'm|batch'))
      await noteHearers(memory, store, detectors, await unheard(memory, store, detectors))
      const slice = { slices: { index, count, life: history.life }, after, history, post }
      const openEngine = async () => {
        const opened = await Engine.open({ ...options, memory, slice }, () => true)
        onReference?.(opened.shard.reference)
        return opened
      }
      let engine = await openEngine()
      // What was committed last may not have been sent; whoever has heard it already passes it over.
      const outbox = [...outboxOf(memory)]
      await post(outbox)
      await memory.commit(outbox.map(({ key }) => [key, null]))
      const last = numberIn(memory, 'm|batch') ?? after
      const rounds = history.rounds.filter((round) => round.at(-1)!.batch > last)
      if (rounds.length > 0) {
        await withClient(options, (client) => catchUp(engine, client, { rounds, known: last, isWanted }))
        mark.prove()
      }
      if (await warmUp(engine.shard, memory, { ...options, index, count, isWanted })) engine = await openEngine()
      if (!isWanted()) return await givenUp(memory, mark, history)
      await memory.commit([[PLACE, Buffer.from(String(history.end))]])
      const source = sourceFor(engine, index, count, options)
      const feeds = feedsOf(index, producer, options)
      const [kept] = await checkpointsOf(store, { slice: index, life: history.life })
      return new Slice(index, options, { history, memory, mark, engine, source, feeds, keptAt: kept?.madeAt })
    } catch (error) {
      await memory.close()
      mark.remove()
      await history?.close()
      throw error
    }
  }

  get isStalled(): boolean {
    return this.engine.isStalled || this.source.isStalled
  }

  /** Resolves when it was closed; fails with what has ended it before. */
  get ended(): Promise<unknown> {
    return this.#ended
  }

  /** When the store was last known to have a copy of memory as it was then, whoever has made it. */
  get keptAt(): Instant | undefined {
    return this.#keptAt
  }

  /**
   * Puts a copy of memory into the store, if there is anything new: whoever comes next need not hear again what it knows.
   * @throws FundwatchError CHECKPOINT_FAILED; nothing is lost then, and nothing of it is left
   */
  async checkpoint(signal: AbortSignal): Promise<void> {
    const { store, directory } = this.#options
    const owner = { slice: this.index, life: this.#history.life }
    const [last] = await checkpointsOf(store, owner)
    if (this.#closed || signal.aborted) return
    const isKnown = last && last.upto === numberIn(this.memory, 'm|batch')
    if (!isKnown) {
      this.#copying = MemoryCopy.make(this.memory, owner, memoryOf(directory, this.index))
      const copy = await this.#copying
      if (!(await copy.save(store, owner, signal))) return
    }
    this.#keptAt = Date.now()
  }

  /** Stops reading, finishes what was begun, and lets the next owner go on. Who stops and who takes it away may ask at once. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    this.source.stop()
    await this.#ended.catch(() => {})
    await this.engine.drain().catch(() => {})
    await this.#feeds.close()
    await this.#copying?.catch(() => {})
    await this.memory.close()
    this.#mark.remove()
    await this.#history.close()
  }
}

async function givenUp(memory: Lmdb, mark: OpenMark, history: SliceHistory): Promise<undefined> {
  await memory.close()
  mark.remove()
  await history.close()
}

/** Alerts are told by the desk, dead letters by each slice for itself. */
function feedsOf(
  index: number,
  producer: KafkaProducer,
  { store, brokers, group, properties, onTrouble }: SliceOptions,
): KafkaFeeds {
  const slice = { index, after: index * BATCHES, last: (index + 1) * BATCHES }
  return new KafkaFeeds(store, producer, { brokers, group, properties, onTrouble, slice })
}

function messageTo(slice: number, value: Buffer) {
  return { topic: MAILBOX, partition: slice, value }
}

function sourceFor(engine: Engine, index: number, count: number, options: SliceOptions): KafkaSource {
  const { brokers, group, properties, batch } = options
  const { shard } = engine
  return new KafkaSource(engine, {
    ...{ ...TOPICS, brokers, group, properties, batch, batchBytes: BATCH_BYTES },
    reads: ({ topic, partition }) => topic === TOPICS.referenceTopic || partition % count === index,
    mailbox: {
      place: { topic: MAILBOX, partition: index },
      chunkOf: (messages) => mailChunk(index, messages),
      isAhead: () => shard.lead > AHEAD,
    },
  })
}

async function withClient(
  { brokers, group, properties }: SliceOptions,
  work: (client: KafkaClient) => Promise<void>,
): Promise<void> {
  const client = await KafkaClient.connect(brokers, group, properties)
  try {
    await work(client)
  } finally {
    await client.close()
  }
}
