import { FundwatchError } from '../../schemas/errors.ts'
import { KafkaProducer } from '../sink/kafka-producer.ts'
import { TOPICS } from '../source/kafka.ts'
import { KafkaClient } from '../source/kafka-client.ts'
import { HISTORY, MAILBOX } from '../topics.ts'
import { Checkpointing } from './checkpointing.ts'
import { Membership } from './membership.ts'
import { Share } from './share.ts'
import { Slice, type SliceOptions } from './slice.ts'

export interface WorkerOptions extends SliceOptions {
  /** The worker's name in the group, if it keeps one. */
  readonly member?: string
  readonly onSlice?: (slice: Slice) => void
  /** Milliseconds between two checkpoints of a slice; without, none is made. */
  readonly checkpointEvery?: number
}

/** A process among others that share the slices of a region. Its first failure ends it: a supervisor starts it again. */
export class Worker {
  /** How many slices the region has. */
  readonly count: number
  readonly #options: WorkerOptions
  readonly #producer: KafkaProducer
  readonly #share: Share<Slice>
  #checkpointing: Checkpointing | undefined
  #membership!: Membership
  #fail!: (error: Error) => void
  /** Never resolves; fails with the first failure. */
  readonly failed: Promise<never>

  private constructor(count: number, producer: KafkaProducer, options: WorkerOptions) {
    this.count = count
    this.#producer = producer
    this.#options = options
    this.failed = new Promise((_, fail) => {
      this.#fail = fail
    })
    this.failed.catch(() => {})
    const open = (index: number, isWanted: () => boolean) => this.#open(index, isWanted)
    this.#share = new Share({ open, onFailed: this.#fail })
  }

  /** @throws FundwatchError KAFKA_UNAVAILABLE, KAFKA_UNREACHABLE, or TOPICS_MISMATCH */
  static async start(options: WorkerOptions): Promise<Worker> {
    const { brokers, group, member, properties, checkpointEvery: every, onTrouble, warmth } = options
    const count = await countSlices(options)
    const worker = new Worker(count, await KafkaProducer.connect(brokers, properties), options)
    worker.#membership = await Membership.join({
      ...{ brokers, group, member, properties },
      onAssigned: (slices) => worker.#share.give(slices).finally(() => warmth?.close()),
      onRevoked: (slices) => worker.#share.take(slices),
      onFailed: (error) => worker.#fail(error),
    })
    if (every) worker.#checkpointing = new Checkpointing({ slices: () => worker.slices, every, onTrouble })
    return worker
  }

  /** Those that are at work here. */
  get slices(): readonly Slice[] {
    return this.#share.open
  }

  /** Whether it has its share, and all of that is at work. */
  get isReady(): boolean {
    return this.#membership.isSettled && this.slices.every(({ engine, isStalled }) => engine.failure === undefined && !isStalled)
  }

  /** Finishes what was begun and gives all slices back. */
  async stop(): Promise<void> {
    const copied = this.#checkpointing?.stop()
    // The group does not wait for what is on its way to the store.
    await this.#membership.leave(() => this.#share.takeAll())
    await copied
    await this.#producer.close()
  }

  async #open(index: number, isWanted: () => boolean): Promise<Slice | undefined> {
    const slice = await Slice.open(index, this.count, this.#producer, this.#options, isWanted)
    slice?.ended.catch((error) => this.#fail(error))
    if (slice) this.#options.onSlice?.(slice)
    return slice
  }
}

/** A slice is a partition: of its history, of its mailbox, and of the settlements. */
async function countSlices({ brokers, group, properties }: WorkerOptions): Promise<number> {
  const client = await KafkaClient.connect(brokers, group, properties)
  try {
    const topics = [HISTORY, MAILBOX, TOPICS.topics[0]]
    const counts = await Promise.all(topics.map(async (topic) => (await client.partitionsOf(topic)).length))
    const [slices = 0] = counts
    if (slices > 0 && counts.every((count) => count === slices)) return slices
    const told = topics.map((topic, i) => `${topic}: ${counts[i]}`).join(', ')
    const advice = 'They must have the same number of partitions; fundwatch topics create makes them.'
    throw new FundwatchError('TOPICS_MISMATCH', `${told}. ${advice}`)
  } finally {
    await client.close()
  }
}
