import type { Assignment, KafkaConsumer, LibrdKafkaError, Message, Metadata, WatermarkOffsets } from 'node-rdkafka'
import { FundwatchError } from '../../schemas/errors.ts'
import type { Partition, Position } from './inbox.ts'
import { connectTo } from './kafka-connect.ts'
import { VouchedEnds } from './vouched-ends.ts'

type Rdkafka = typeof import('node-rdkafka')

/** What one poll has brought. */
export interface Polled {
  readonly messages: readonly Message[]
  /** Partitions whose end was reached, and where it is, as their leaders vouch. */
  readonly ends: readonly Position[]
}

/** The beginning of a partition, and the offset after its last message. */
export interface Bounds {
  readonly low: number
  readonly high: number
}

/** How long a broker may take to answer, milliseconds. */
const PATIENCE = 10_000
/** How long the broker may wait for messages before it says that there are none: the latency of a quiet topic. */
const QUIET = 50
/** What has come already, and no more. */
const AT_ONCE = 1
/** How often to look for one message that must be there: ten seconds of a broker that is busy. */
const LOOKS = 200

/** The optional dependency; a machine without a compiler has it not. */
export async function loadRdkafka(): Promise<Rdkafka> {
  try {
    const module = (await import('node-rdkafka')) as unknown as { default?: Rdkafka } & Rdkafka
    return module.default ?? module
  } catch (error) {
    const advice = 'node-rdkafka is not built on this machine; it needs a C++ compiler when `npm ci` runs.'
    throw new FundwatchError('KAFKA_UNAVAILABLE', advice, { cause: error })
  }
}

/** A consumer without a group's assignment: it reads what it is told, from where it is told. */
export class KafkaClient {
  readonly #consumer: KafkaConsumer
  readonly #vouched = new VouchedEnds(async (partition) => (await this.boundsOf(partition)).high)
  #ends: Position[] = []

  private constructor(consumer: KafkaConsumer) {
    this.#consumer = consumer
    consumer.on('partition.eof', (position: Position) => this.#ends.push(position))
  }

  /**
   * @param brokers `host:port`, comma-separated
   * @param group under whose name progress is reported to the broker
   * @param properties of the client, such as those of TLS and SASL
   * @throws FundwatchError KAFKA_UNAVAILABLE, or as `connectTo` does
   */
  static async connect(brokers: string, group: string, properties: Readonly<Record<string, string>> = {}): Promise<KafkaClient> {
    const { KafkaConsumer } = await loadRdkafka()
    const consumer = new KafkaConsumer(
      {
        ...properties,
        'metadata.broker.list': brokers,
        'group.id': group,
        'enable.auto.commit': false,
        'enable.partition.eof': true,
        'fetch.wait.max.ms': QUIET,
      },
      { 'auto.offset.reset': 'earliest' },
    )
    const client = new KafkaClient(consumer)
    try {
      await connectTo(brokers, consumer)
    } catch (error) {
      await client.close()
      throw error
    }
    return client
  }

  /** The partitions of a topic; none where there is no such topic. */
  async partitionsOf(topic: string): Promise<Partition[]> {
    try {
      const { topics } = await promised<Metadata>((done) => this.#consumer.getMetadata({ topic, timeout: PATIENCE }, done))
      const found = topics.find(({ name }) => name === topic)?.partitions ?? []
      return found.map(({ id }) => ({ topic, partition: id })).sort((a, b) => a.partition - b.partition)
    } catch (error) {
      throw unreachable(`No broker tells of topic ${topic}`, error)
    }
  }

  async boundsOf({ topic, partition }: Partition): Promise<Bounds> {
    try {
      const { lowOffset, highOffset } = await promised<WatermarkOffsets>((done) =>
        this.#consumer.queryWatermarkOffsets(topic, partition, PATIENCE, done),
      )
      return { low: lowOffset, high: highOffset }
    } catch (error) {
      throw unreachable(`No broker tells of ${topic}:${partition}`, error)
    }
  }

  /** The value of the last message of a partition; `undefined` where it holds none, or is none. */
  async lastOf(partition: Partition): Promise<Buffer | undefined> {
    const known = await this.partitionsOf(partition.topic)
    if (!known.some((other) => other.partition === partition.partition)) return undefined
    const { low, high } = await this.boundsOf(partition)
    // Under the last offset may lie no message, but a mark of the log's own.
    for (let offset = high - 1; offset >= low; offset--) {
      this.assign([{ ...partition, offset }])
      for (let left = LOOKS; left > 0; left--) {
        const { messages, ends } = await this.poll(1)
        const value = messages[0]?.value
        if (value) return value
        if (ends.length > 0) break
      }
    }
    return undefined
  }

  /** Reads these partitions from now on, and no others. */
  assign(positions: readonly Position[]): void {
    this.#ends = []
    this.#vouched.clear()
    this.#consumer.assign(positions as Assignment[])
  }

  /** Answers as soon as there is something, or nothing for the moment. */
  async poll(limit: number): Promise<Polled> {
    try {
      // The first message is waited for, and no more than what has come with it: a steady trickle would never end a poll.
      const messages = await this.#consume(1, QUIET)
      if (messages.length > 0 && limit > 1) messages.push(...(await this.#consume(limit - 1, AT_ONCE)))
      const ends = this.#ends
      this.#ends = []
      return { messages, ends: await this.#vouched.among(ends) }
    } catch (error) {
      throw new FundwatchError('KAFKA_FAILED', (error as Error).message, { cause: error })
    }
  }

  pause(partitions: readonly Partition[]): void {
    if (partitions.length > 0) this.#consumer.pause([...partitions])
  }

  resume(partitions: readonly Partition[]): void {
    if (partitions.length > 0) this.#consumer.resume([...partitions])
  }

  /** Tells the broker how far a partition was read, for those who watch its lag. */
  report(position: Position): void {
    if (this.#consumer.isConnected()) this.#consumer.commit({ ...position })
  }

  #consume(limit: number, timeout: number): Promise<Message[]> {
    this.#consumer.setDefaultConsumeTimeout(timeout)
    return promised<Message[]>((done) => this.#consumer.consume(limit, done))
  }

  async close(): Promise<void> {
    await new Promise<void>((done) => this.#consumer.disconnect(() => done()))
  }
}

function promised<T>(call: (done: (error: LibrdKafkaError | null, value: T) => void) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, value) => (error ? reject(error) : resolve(value)))
  })
}

function unreachable(what: string, error: unknown): FundwatchError {
  return new FundwatchError('KAFKA_UNREACHABLE', `${what}: ${(error as Error).message}`, { cause: error })
}
