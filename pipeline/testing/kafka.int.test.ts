import { randomBytes } from 'node:crypto'
import rdkafka from 'node-rdkafka'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalKafka, startKafka } from '../../deploy/kafka/kafka.ts'

const { HighLevelProducer, KafkaConsumer } = rdkafka
const TOPIC = 'five-megabytes'
const FIVE_MEGABYTES = 5 * 1024 * 1024
const CLIENT_MAX_BYTES = 20 * 1024 * 1024

let kafka: LocalKafka
beforeAll(async () => {
  kafka = await startKafka()
})
afterAll(() => kafka.stop())

test('a message of 5 MB goes through the real broker unchanged', async () => {
  const sent = randomBytes(FIVE_MEGABYTES)
  await produce('P0000000001', sent)
  const received = await consumeOne()
  expect(String(received.key)).toBe('P0000000001')
  expect(sent.equals(received.value!)).toBe(true)
})

async function produce(key: string, value: Buffer): Promise<void> {
  const producer = new HighLevelProducer({ 'bootstrap.servers': kafka.brokers, 'message.max.bytes': CLIENT_MAX_BYTES })
  await new Promise<void>((resolve, reject) => {
    producer.connect({}, (error) => (error ? reject(error) : resolve()))
  })
  await new Promise<void>((resolve, reject) => {
    producer.produce(TOPIC, null, value, key, null, (error) => (error ? reject(error) : resolve()))
  })
  await new Promise<void>((resolve) => {
    producer.disconnect(() => resolve())
  })
}

async function consumeOne(): Promise<rdkafka.Message> {
  const consumer = new KafkaConsumer(
    {
      'bootstrap.servers': kafka.brokers,
      'group.id': 'test',
      'enable.auto.commit': false,
      'fetch.message.max.bytes': CLIENT_MAX_BYTES,
    },
    { 'auto.offset.reset': 'earliest' },
  )
  await new Promise<void>((resolve, reject) => {
    consumer.connect({}, (error) => (error ? reject(error) : resolve()))
  })
  consumer.subscribe([TOPIC])
  let messages: rdkafka.Message[] = []
  while (messages.length === 0) {
    messages = await new Promise((resolve, reject) => {
      consumer.consume(1, (error, batch) => (error ? reject(error) : resolve(batch)))
    })
  }
  await new Promise<void>((resolve) => {
    consumer.disconnect(() => resolve())
  })
  return messages[0]!
}
