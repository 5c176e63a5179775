import type { LibrdKafkaError, Producer } from 'node-rdkafka'
import { FundwatchError } from '../../schemas/errors.ts'
import { loadRdkafka } from '../source/kafka-client.ts'
import { MESSAGE_BYTES } from '../topics.ts'

export interface Outgoing {
  readonly topic: string
  readonly key: string
  readonly value: Buffer
}

const PATIENCE = 10_000
/** How often delivery reports are looked for, milliseconds. */
const POLL = 20

/** Writes messages in order, each acknowledged by every replica that is in step; an attempt repeated by the client is one message. */
export class KafkaProducer {
  readonly #producer: Producer

  private constructor(producer: Producer) {
    this.#producer = producer
    producer.setPollInterval(POLL)
  }

  /** @throws FundwatchError KAFKA_UNAVAILABLE, or KAFKA_UNREACHABLE after ten seconds */
  static async connect(brokers: string, properties: Readonly<Record<string, string>> = {}): Promise<KafkaProducer> {
    const { Producer } = await loadRdkafka()
    const producer = new Producer({
      ...properties,
      'metadata.broker.list': brokers,
      'enable.idempotence': true,
      'message.max.bytes': MESSAGE_BYTES,
      dr_cb: true,
    })
    await new Promise<void>((done, fail) => {
      producer.connect({ timeout: PATIENCE }, (error) => {
        if (error)
          fail(new FundwatchError('KAFKA_UNREACHABLE', `No broker answers at ${brokers}: ${error.message}`, { cause: error }))
        else done()
      })
    })
    return new KafkaProducer(producer)
  }

  /**
   * Resolves when all of them are with the brokers.
   * @throws FundwatchError KAFKA_FAILED where one of them is not
   */
  async send(messages: readonly Outgoing[]): Promise<void> {
    if (messages.length === 0) return
    let missing = messages.length
    let listener: ((error: LibrdKafkaError | null) => void) | undefined
    try {
      await new Promise<void>((done, fail) => {
        listener = (error) => {
          if (error) fail(new FundwatchError('KAFKA_FAILED', error.message, { cause: error }))
          else if (--missing === 0) done()
        }
        this.#producer.on('delivery-report', listener)
        for (const { topic, key, value } of messages) this.#producer.produce(topic, null, value, key)
      })
    } finally {
      if (listener) this.#producer.off('delivery-report', listener)
    }
  }

  async close(): Promise<void> {
    await new Promise<void>((done) => this.#producer.disconnect(() => done()))
  }
}
