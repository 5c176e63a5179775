import type { Alert } from '../../schemas/alert.ts'
import { KafkaClient } from '../source/kafka-client.ts'
import type { Store } from '../store/store.ts'
import { KafkaProducer } from './kafka-producer.ts'
import { type Page, TopicFeed } from './topic-feed.ts'

export interface KafkaFeedsOptions {
  readonly brokers: string
  readonly group: string
  readonly properties?: Readonly<Record<string, string>>
  readonly onTrouble: (error: Error) => void
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
  readonly #producer: KafkaProducer
  readonly #alerts: TopicFeed<number>
  readonly #deadLetters: TopicFeed<DeadLetterPlace>

  private constructor(store: Store, producer: KafkaProducer, options: KafkaFeedsOptions) {
    const { onTrouble } = options
    this.#producer = producer
    const send = producer.send.bind(producer)
    this.#alerts = new TopicFeed({
      ...{ send, onTrouble },
      after: (seq) => alertsAfter(store, seq ?? 0),
      lastPublished: async () => (await lastIn<Alert>(ALERTS, options))?.seq,
    })
    this.#deadLetters = new TopicFeed({
      ...{ send, onTrouble },
      after: (place) => deadLettersAfter(store, place ?? [0, '', 0, -1]),
      lastPublished: async () => {
        const last = await lastIn<DeadLetterRow>(DEAD_LETTERS, options)
        return last && placeOf(last)
      },
    })
  }

  /** @throws FundwatchError KAFKA_UNAVAILABLE or KAFKA_UNREACHABLE */
  static async open(store: Store, options: KafkaFeedsOptions): Promise<KafkaFeeds> {
    return new KafkaFeeds(store, await KafkaProducer.connect(options.brokers, options.properties), options)
  }

  /** Something was committed. */
  wake(): void {
    this.#alerts.wake()
    this.#deadLetters.wake()
  }

  async drain(): Promise<void> {
    await Promise.all([this.#alerts.drain(), this.#deadLetters.drain()])
  }

  async close(): Promise<void> {
    await Promise.all([this.#alerts.stop(), this.#deadLetters.stop()])
    await this.#producer.close()
  }
}

async function alertsAfter(store: Store, seq: number): Promise<Page<number> | undefined> {
  const rows = await store.query<{ seq: number; alert_id: string; body: string }>(
    'SELECT toFloat64(seq) AS seq, alert_id, body FROM alert_log WHERE seq > {seq:UInt64} ORDER BY alert_log.seq LIMIT {limit:UInt32}',
    { seq, limit: PAGE },
  )
  if (rows.length === 0) return undefined
  const messages = rows.map(({ alert_id, body }) => ({ topic: ALERTS, key: alert_id, value: Buffer.from(body) }))
  return { messages, end: rows.at(-1)!.seq }
}

async function deadLettersAfter(
  store: Store,
  [batch, source, partition, offset]: DeadLetterPlace,
): Promise<Page<DeadLetterPlace> | undefined> {
  const rows = await store.query<DeadLetterRow>(
    `SELECT source, partition, toFloat64(offset) AS offset, code, field, message, bytes, received_at, toFloat64(batch) AS batch
     FROM dead_letter
     WHERE (dead_letter.batch, source, partition, dead_letter.offset) > ({batch:UInt64}, {source:String}, {partition:Int32}, {offset:Int64})
     ORDER BY dead_letter.batch, source, partition, dead_letter.offset LIMIT {limit:UInt32}`,
    { batch, source, partition, offset, limit: PAGE },
  )
  if (rows.length === 0) return undefined
  const messages = rows.map((row) => ({
    topic: DEAD_LETTERS,
    key: `${row.source}|${row.partition}|${row.offset}`,
    value: Buffer.from(JSON.stringify(row)),
  }))
  return { messages, end: placeOf(rows.at(-1)!) }
}

function placeOf({ batch, source, partition, offset }: DeadLetterRow): DeadLetterPlace {
  return [batch, source, partition, offset]
}

/** What the last message of a topic says; a client of its own, for a client reads one thing at a time. */
async function lastIn<T>(topic: string, { brokers, group, properties }: KafkaFeedsOptions): Promise<T | undefined> {
  const client = await KafkaClient.connect(brokers, `${group}-feeds`, properties)
  try {
    const value = await client.lastOf({ topic, partition: 0 })
    return value && (JSON.parse(value.toString()) as T)
  } finally {
    await client.close()
  }
}
