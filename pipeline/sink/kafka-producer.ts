import type { DeliveryReport, LibrdKafkaError, Producer } from 'node-rdkafka'
import { FundwatchError } from '../../schemas/errors.ts'
import { loadRdkafka } from '../source/kafka-client.ts'
import { connectTo } from '../source/kafka-connect.ts'
import { PARCEL_BYTES } from '../topics.ts'

export interface Outgoing {
  readonly topic: string
  /** Chosen by the key where absent. */
  readonly partition?: number
  readonly key?: string
  readonly value: Buffer
}

/** How often delivery reports are looked for, milliseconds. */
const POLL = 20

/** Writes messages in order, each acknowledged by every replica that is in step; an attempt repeated by the client is one message. */
export class KafkaProducer {
  readonly #producer: Producer

  private constructor(producer: Producer) {
    this.#producer = producer
    producer.setPollInterval(POLL)
  }

  /** @throws FundwatchError KAFKA_UNAVAILABLE, or as `connectTo` does */
  static async connect(brokers: string, properties: Readonly<Record<string, string>> = {}): Promise<KafkaProducer> {
    const { Producer } = await loadRdkafka()
    const producer = new Producer({
      ...properties,
      'metadata.broker.list': brokers,
      'enable.idempotence': true,
      'message.max.bytes': PARCEL_BYTES,
      'compression.codec': 'lz4',
      dr_cb: true,
    })
    await connectTo(brokers, producer)
    return new KafkaProducer(producer)
  }

  /**
   * Resolves when all of them are with the brokers.
   * @throws FundwatchError KAFKA_FAILED where one of them is not
   */
  async send(messages: readonly Outgoing[]): Promise<void> {
    if (messages.length === 0) return
    let missing = messages.length
    // Several may send at once; each counts its own.
    const token = {}
    let listener: ((error: LibrdKafkaError | null, report: DeliveryReport) => void) | undefined
    try {
      await new Promise<void>((done, fail) => {
        listener = (error, { opaque }) => {
          if (opaque !== token) return
          if (error) fail(new FundwatchError('KAFKA_FAILED', error.message, { cause: error }))
          else if (--missing === 0) done()
        }
        this.#producer.on('delivery-report', listener)
        for (const { topic, partition = null, key, value } of messages) {
          this.#producer.produce(topic, partition, value, key, undefined, token)
        }
      })
    } finally {
      if (listener) this.#producer.off('delivery-report', listener)
    }
  }

  async close(): Promise<void> {
    await new Promise<void>((done) => this.#producer.disconnect(() => done()))
  }
}
