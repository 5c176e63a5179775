import type { Alert } from '../../schemas/alert.ts'
import { DESK } from '../shard/slices.ts'
import type { Partition } from '../source/inbox.ts'
import { KafkaClient } from '../source/kafka-client.ts'
import type { Store } from '../store/store.ts'
import { KafkaProducer } from './kafka-producer.ts'
import { type Page, TopicFeed } from './topic-feed.ts'

export interface KafkaFeedsOptions {
  readonly brokers: string
  readonly group: string
  readonly properties?: Readonly<Record<string, string>>
  readonly onTrouble: (error: Error) => void
  /** The share of one slice of several: batches after the first number up to the last. Alerts are all the desk's. */
  readonly slice?: { readonly index: number; readonly after: number; readonly last: number }
}

const ALERTS = 'fundwatch.alerts'
const DEAD_LETTERS = 'fundwatch.deadletters'
const PAGE = 1_000

interface DeadLetterRow {
  readonly source: string
  readonly partition: number
  readonly offset: number
  readonly batch: number
}
type DeadLetterPlace = readonly [batch: number, source: string, partition: number, offset: number]

/** The topics that fundwatch writes: every revision of every alert, and every dead letter, each once and in order. */
export class KafkaFeeds {
  /** Absent where it is somebody else's. */
  #producer: KafkaProducer | undefined
  readonly #alerts: TopicFeed<number> | undefined
  readonly #deadLetters: TopicFeed<DeadLetterPlace>

  constructor(store: Store, producer: KafkaProducer, options: KafkaFeedsOptions) {
    const { onTrouble, slice = { index: DESK, after: 0, last: Number.MAX_SAFE_INTEGER } } = options
    const send = producer.send.bind(producer)
    if (slice.index === DESK) {
      this.#alerts = new TopicFeed({
        ...{ send, onTrouble },
        after: (seq) => alertsAfter(store, seq ?? 0),
        lastPublished: async () => (await lastIn<Alert>({ topic: ALERTS, partition: 0 }, options))?.seq,
      })
    }
    const letters = { topic: DEAD_LETTERS, partition: slice.index }
    this.#deadLetters = new TopicFeed({
      ...{ send, onTrouble },
      after: (place) => deadLettersAfter(store, letters.partition, place ?? [slice.after, '', 0, -1], slice.last),
      lastPublished: async () => {
        const last = await lastIn<DeadLetterRow>(letters, options)
        return last && placeOf(last)
      },
    })
  }

  /** With a producer of its own. @throws FundwatchError KAFKA_UNAVAILABLE or KAFKA_UNREACHABLE */
  static async open(store: Store, options: KafkaFeedsOptions): Promise<KafkaFeeds> {
    const producer = await KafkaProducer.connect(options.brokers, options.properties)
    const feeds = new KafkaFeeds(store, producer, options)
    feeds.#producer = producer
    return feeds
  }

  /** Something was committed. */
  wake(): void {
    this.#alerts?.wake()
    this.#deadLetters.wake()
  }

  async drain(): Promise<void> {
    await Promise.all([this.#alerts?.drain(), this.#deadLetters.drain()])
  }

  async close(): Promise<void> {
    await Promise.all([this.#alerts?.stop(), this.#deadLetters.stop()])
    await this.#producer?.close()
  }
}

/** Of whole batches: what a crash cuts off may be given up, and its numbers given again. */
async function alertsAfter(store: Store, seq: number): Promise<Page<number> | undefined> {
  const rows = await store.query<{ seq: number; alert_id: string; body: string }>(
    'SELECT toFloat64(seq) AS seq, alert_id, body FROM alert_log WHERE seq > {seq:UInt64} AND batch IN (SELECT batch FROM batch) ORDER BY alert_log.seq LIMIT {limit:UInt32}',
    { seq, limit: PAGE },
  )
  if (rows.length === 0) return undefined
  const messages = rows.map(({ alert_id, body }) => ({ topic: ALERTS, partition: 0, key: alert_id, value: Buffer.from(body) }))
  return { messages, end: rows.at(-1)!.seq }
}

async function deadLettersAfter(
  store: Store,
  to: number,
  [batch, source, partition, offset]: DeadLetterPlace,
  last: number,
): Promise<Page<DeadLetterPlace> | undefined> {
  const rows = await store.query<DeadLetterRow>(
    `SELECT source, partition, toFloat64(offset) AS offset, code, field, message, bytes, received_at, toFloat64(batch) AS batch
     FROM dead_letter
     WHERE (dead_letter.batch, source, partition, dead_letter.offset) > ({batch:UInt64}, {source:String}, {partition:Int32}, {offset:Int64})
       AND dead_letter.batch <= {last:UInt64}
     ORDER BY dead_letter.batch, source, partition, dead_letter.offset LIMIT {limit:UInt32}`,
    { batch, source, partition, offset, last, limit: PAGE },
  )
  if (rows.length === 0) return undefined
  const messages = rows.map((row) => ({
    topic: DEAD_LETTERS,
    partition: to,
    key: `${row.source}|${row.partition}|${row.offset}`,
    value: Buffer.from(JSON.stringify(row)),
  }))
  return { messages, end: placeOf(rows.at(-1)!) }
}

function placeOf({ batch, source, partition, offset }: DeadLetterRow): DeadLetterPlace {
  return [batch, source, partition, offset]
}

/** What the last message of a topic says; a client of its own, for a client reads one thing at a time. */
async function lastIn<T>(place: Partition, { brokers, group, properties }: KafkaFeedsOptions): Promise<T | undefined> {
  const client = await KafkaClient.connect(brokers, `${group}-feeds`, properties)
  try {
    const value = await client.lastOf(place)
    return value && (JSON.parse(value.toString()) as T)
  } finally {
    await client.close()
  }
}
