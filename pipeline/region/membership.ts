import { setTimeout as sleep } from 'node:timers/promises'
import type { Assignment, KafkaConsumer, LibrdKafkaError } from 'node-rdkafka'
import { loadRdkafka } from '../source/kafka-client.ts'
import { connectTo } from '../source/kafka-connect.ts'
import { HISTORY } from '../topics.ts'

export interface MembershipOptions {
  readonly brokers: string
  readonly group: string
  /** Under this name a worker that comes back soon gets its slices back, and nobody else in the meantime. */
  readonly member?: string
  readonly properties?: Readonly<Record<string, string>>
  /** These slices are this worker's from now on. Some may be taken away again before this resolves. */
  onAssigned(slices: readonly number[]): Promise<void>
  /** These are not, as soon as this resolves: the whole group waits for it. */
  onRevoked(slices: readonly number[]): Promise<void>
  /** The share could not be changed as it should. */
  readonly onFailed: (error: Error) => void
}

/** How often the group is listened to, milliseconds. */
const LISTEN = 100
const ASSIGNED = -175
/** What a client that has closed answers to everything. */
const CLOSED = -172

/**
 * A worker's place in the group that shares the slices. The group's own topic is that of the histories, a partition for each
 * slice; nothing is read of it here.
 */
export class Membership {
  readonly #consumer: KafkaConsumer
  readonly #options: MembershipOptions
  #changing: Promise<void> = Promise.resolve()
  #hasHeard = false
  /** Changes that are not done yet. */
  #changes = 0
  #isLeaving = false
  #hasLeft = false
  #listening!: Promise<void>

  private constructor(Consumer: typeof KafkaConsumer, options: MembershipOptions) {
    const { brokers, group, member, properties } = options
    this.#options = options
    this.#consumer = new Consumer(
      {
        ...properties,
        'metadata.broker.list': brokers,
        'group.id': `${group}-workers`,
        ...(member && { 'group.instance.id': member }),
        'partition.assignment.strategy': 'cooperative-sticky',
        'enable.auto.commit': false,
        rebalance_cb: (error: LibrdKafkaError, partitions: Assignment[]) => this.#changed(error, partitions),
      },
      { 'auto.offset.reset': 'latest' },
    )
  }

  /** @throws FundwatchError KAFKA_UNAVAILABLE, or as `connectTo` does */
  static async join(options: MembershipOptions): Promise<Membership> {
    const { KafkaConsumer } = await loadRdkafka()
    const membership = new Membership(KafkaConsumer, options)
    const consumer = membership.#consumer
    await connectTo(options.brokers, consumer)
    consumer.setDefaultConsumeTimeout(LISTEN)
    consumer.subscribe([HISTORY])
    membership.#listening = membership.#listen()
    return membership
  }

  /** Has heard what its share is, and is not about to change it. */
  get isSettled(): boolean {
    return this.#hasHeard && this.#changes === 0
  }

  /** Does what is to be done before others get the slices, and leaves. */
  async leave(before: () => Promise<void>): Promise<void> {
    this.#isLeaving = true
    await this.#changing
    await before()
    // The client ends only when it has been told that nothing is assigned any more.
    this.#consumer.unsubscribe()
    while (this.#consumer.assignments().length > 0 || this.#changes > 0) await sleep(LISTEN)
    this.#hasLeft = true
    await this.#listening
    await new Promise<void>((done) => this.#consumer.disconnect(() => done()))
  }

  /** Whoever does not listen is taken for dead. */
  async #listen(): Promise<void> {
    while (!this.#hasLeft) {
      await new Promise<void>((done) => this.#consumer.consume(1, () => done()))
      await sleep(LISTEN)
    }
  }

  #changed({ code }: LibrdKafkaError, partitions: Assignment[]): void {
    const slices = partitions.map(({ partition }) => partition)
    this.#hasHeard = true
    this.#changing = this.#doing(this.#changing.then(() => this.#change(code, partitions, slices)))
  }

  /** Until it is done the share is not settled. */
  async #doing(change: Promise<void>): Promise<void> {
    this.#changes++
    await change.catch((error: Error & { code?: number }) => {
      // The last word of a client that closes may be heard when it has closed: it has nothing any more.
      if (!(this.#hasLeft && error.code === CLOSED)) this.#options.onFailed(error)
    })
    this.#changes--
  }

  async #change(code: number, partitions: Assignment[], slices: readonly number[]): Promise<void> {
    if (code === ASSIGNED) {
      this.#consumer.incrementalAssign(partitions)
      // A client that is closing must be answered, and does nothing else any more.
      if (!this.#isLeaving) {
        this.#consumer.pause(partitions)
        // What opening them takes keeps nobody waiting who is to get some of them instead.
        this.#doing(this.#options.onAssigned(slices))
      }
    } else {
      await this.#options.onRevoked(slices)
      this.#consumer.incrementalUnassign(partitions)
    }
  }
}
