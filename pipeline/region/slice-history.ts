import { randomUUID } from 'node:crypto'
import type { LibrdKafkaError, Producer } from 'node-rdkafka'
import { FundwatchError } from '../../schemas/errors.ts'
import type { History, Intent, Round } from '../engine/journal.ts'
import { KafkaClient, loadRdkafka } from '../source/kafka-client.ts'
import { connectTo } from '../source/kafka-connect.ts'
import { fingerprintOf } from '../store/key-mark.ts'
import { HISTORY } from '../topics.ts'

export interface SliceHistoryOptions {
  readonly brokers: string
  readonly group: string
  readonly properties?: Readonly<Record<string, string>>
  readonly slice: number
  /** The secret of the pseudonyms: what was written with another one cannot be gone on with. */
  readonly identityKey: Uint8Array
  /** The history that memory was made from, where there is memory. */
  readonly known: string | undefined
  /** Its name where neither memory nor the topic knows one any more. */
  readonly remembered?: string
  /** The place in the topic before which memory knows everything. */
  readonly from: number
}

interface Entry {
  readonly life: string
  readonly round: Round
}

/** Once each range was an entry. */
type OldEntry = Intent & Pick<Entry, 'life'>

/** How long one step of a transaction may take, and all of them with their repetitions, milliseconds. */
const STEP = 10_000
const PATIENCE = 120_000

/**
 * What a slice has heard, round by round: one partition of a topic. Each entry is a transaction in the slice's name, and
 * Kafka lets only the last who has opened it write one: a worker that was thought dead and wakes is refused.
 */
export class SliceHistory implements History {
  /** The name of this history; all memory that was made from it carries it. */
  readonly life: string
  /** What is in it and memory may not know, in order. */
  readonly rounds: readonly Round[]
  /** The place in the topic behind them. */
  readonly end: number
  readonly #producer: Producer
  readonly #slice: number

  private constructor(
    producer: Producer,
    { slice, identityKey, known, remembered }: SliceHistoryOptions,
    { entries, end }: Found,
  ) {
    const key = fingerprintOf(identityKey)
    this.life = entries.at(-1)?.life ?? known ?? remembered ?? `${randomUUID()}-${key}`
    this.rounds = entries.map(({ round }) => round)
    this.end = end
    this.#producer = producer
    this.#slice = slice
    if (known !== undefined && known !== this.life) {
      throw new FundwatchError(
        'MEMORY_FOREIGN',
        `The memory of slice ${slice} here is of another history than the topic's: remove it.`,
      )
    }
    if (!this.life.endsWith(key)) {
      throw new FundwatchError('IDENTITY_KEY_DIFFERS', `Slice ${slice} was written with another identity.key than is here.`)
    }
  }

  /**
   * From now on nobody else writes this slice's history.
   * @throws FundwatchError KAFKA_UNAVAILABLE, KAFKA_UNREACHABLE, MEMORY_FOREIGN, IDENTITY_KEY_DIFFERS
   */
  static async open(options: SliceHistoryOptions): Promise<SliceHistory> {
    const { brokers, group, properties, slice } = options
    const { Producer } = await loadRdkafka()
    const producer = new Producer({
      ...properties,
      'metadata.broker.list': brokers,
      'transactional.id': `${group}-${HISTORY}-${slice}`,
      'linger.ms': 0,
    })
    try {
      await connectTo(brokers, producer)
      await patiently(() => step((done) => producer.initTransactions(STEP, done)))
      return new SliceHistory(producer, options, await read(options))
    } catch (error) {
      await close(producer)
      if (error instanceof FundwatchError) throw error
      const message = `The history of slice ${slice} cannot be opened: ${(error as Error).message}`
      throw new FundwatchError('KAFKA_UNREACHABLE', message, { cause: error })
    }
  }

  /** @throws FundwatchError FENCED where another worker has opened it since, KAFKA_FAILED where no broker takes it */
  async append(round: Round): Promise<void> {
    const value = Buffer.from(JSON.stringify({ life: this.life, round } satisfies Entry))
    try {
      await patiently(() => this.#attempt(value))
    } catch (error) {
      throw this.#named(error as LibrdKafkaError)
    }
  }

  async #attempt(value: Buffer): Promise<void> {
    const producer = this.#producer
    await step((done) => producer.beginTransaction(done))
    try {
      producer.produce(HISTORY, this.#slice, value)
      // Whether it was committed is asked until it is known.
      await patiently(() => step((done) => producer.commitTransaction(STEP, done)))
    } catch (error) {
      if ((error as LibrdKafkaError).isTxnRequiresAbort)
        await patiently(() => step((done) => producer.abortTransaction(STEP, done)))
      throw error
    }
  }

  #named(error: LibrdKafkaError): FundwatchError {
    const cause = { cause: error }
    if (error.isFatal || FENCED.includes(error.code)) {
      return new FundwatchError('FENCED', `Slice ${this.#slice} belongs to another worker now: ${error.message}`, cause)
    }
    return new FundwatchError('KAFKA_FAILED', `The history of slice ${this.#slice}: ${error.message}`, cause)
  }

  close(): Promise<void> {
    return close(this.#producer)
  }
}

/** ERR__FENCED, INVALID_PRODUCER_EPOCH and PRODUCER_FENCED. */
const FENCED = [-144, 47, 90]

interface Found {
  readonly entries: readonly Entry[]
  readonly end: number
}

/** Every entry from a place on that is still there. */
async function read({ brokers, group, properties, slice, from }: SliceHistoryOptions): Promise<Found> {
  const client = await KafkaClient.connect(brokers, group, properties)
  try {
    const place = { topic: HISTORY, partition: slice }
    const { low } = await client.boundsOf(place)
    client.assign([{ ...place, offset: Math.max(low, from) }])
    const entries: Entry[] = []
    for (;;) {
      const { messages, ends } = await client.poll(1_000)
      for (const { value } of messages) if (value) entries.push(entryIn(JSON.parse(value.toString()) as Entry | OldEntry))
      const end = ends.at(-1)
      if (end) return { entries, end: end.offset }
    }
  } finally {
    await client.close()
  }
}

function entryIn(entry: Entry | OldEntry): Entry {
  return 'round' in entry ? entry : { life: entry.life, round: [entry] }
}

function step(call: (done: (error: LibrdKafkaError | null) => void) => unknown): Promise<void> {
  return new Promise((done, fail) => {
    call((error) => (error ? fail(error) : done()))
  })
}

/** What may pass by itself is tried again, as the client says of each error. */
async function patiently(work: () => Promise<void>): Promise<void> {
  const end = performance.now() + PATIENCE
  for (;;) {
    try {
      return await work()
    } catch (error) {
      const { isFatal, isRetriable, isTxnRequiresAbort } = error as LibrdKafkaError
      if (isFatal || !(isRetriable || isTxnRequiresAbort) || performance.now() > end) throw error
    }
  }
}

async function close(producer: Producer): Promise<void> {
  // One that has not connected has ended by itself.
  if (!producer.isConnected()) return
  return new Promise((done) => producer.disconnect(() => done()))
}
