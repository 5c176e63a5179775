import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import rdkafka, { type Metadata } from 'node-rdkafka'

import type { Partition } from '../source/inbox.ts'
import { TOPICS } from '../source/kafka.ts'
import { KafkaClient } from '../source/kafka-client.ts'
import { HISTORY, MAILBOX, PARCEL_BYTES } from '../topics.ts'

const { AdminClient, Producer } = rdkafka
const [SETTLEMENT, STAY, INVENTORY] = TOPICS.topics
const TOPIC_OF: Readonly<Record<string, string>> = {
  admission: STAY,
  discharge: STAY,
  inventory: INVENTORY,
  reference: TOPICS.referenceTopic,
}
const DEAD_LETTERS = 'fundwatch.deadletters'
const FOR_WORKERS = [MAILBOX, HISTORY, 'fundwatch.alerts', DEAD_LETTERS]
const PATIENCE = 10_000
/** As large as the broker takes: more than an event may be. */
const LARGEST = 20 * 1024 * 1024

/** The contract's topics, made anew: what an earlier test has left in them is gone. Workers need those of the slices, too. */
export async function makeTopics(
  brokers: string,
  settlementPartitions: number,
  { forWorkers = false, replicas = 1 } = {},
): Promise<void> {
  const admin = AdminClient.create({ 'metadata.broker.list': brokers })
  const bySlice: readonly string[] = [SETTLEMENT, MAILBOX, HISTORY, DEAD_LETTERS]
  const client = await KafkaClient.connect(brokers, 'make-topics')
  for (const topic of [...TOPICS.topics, TOPICS.referenceTopic, ...(forWorkers ? FOR_WORKERS : [])]) {
    await new Promise<void>((done) => admin.deleteTopic(topic, PATIENCE, () => done()))
    // A busy broker goes on with the old topic for a while, and loses with it what is written meanwhile.
    while ((await client.partitionsOf(topic)).length > 0) await new Promise((done) => setTimeout(done, 50))
    const config = {
      'cleanup.policy': topic === TOPICS.referenceTopic ? 'compact' : 'delete',
      'retention.ms': '-1',
      ...(topic === MAILBOX && { 'max.message.bytes': String(PARCEL_BYTES) }),
    }
    const num_partitions = bySlice.includes(topic) ? settlementPartitions : 1
    await created(
      () =>
        new Promise((done) => admin.createTopic({ topic, num_partitions, replication_factor: replicas, config }, PATIENCE, done)),
    )
    // A busy broker makes a topic before it tells of it.
    while ((await client.partitionsOf(topic)).length < num_partitions) await new Promise((done) => setTimeout(done, 50))
  }
  await client.close()
  admin.disconnect()
}

/** The broker that leads a partition, as `host:port`. */
export async function leaderOf(brokers: string, { topic, partition }: Partition): Promise<string | undefined> {
  const producer = new Producer({ 'metadata.broker.list': brokers })
  const metadata = await new Promise<Metadata>((done, fail) =>
    producer.connect({ topic, timeout: PATIENCE }, (error, told) => (error ? fail(error) : done(told))),
  )
  await new Promise<void>((done) => producer.disconnect(() => done()))
  const place = metadata.topics.find(({ name }) => name === topic)?.partitions.find(({ id }) => id === partition)
  const leader = metadata.brokers.find(({ id }) => id === place?.leader)
  return leader && `${leader.host}:${leader.port}`
}

/** A topic that was deleted a moment ago cannot be made at once. */
async function created(attempt: () => Promise<unknown>): Promise<void> {
  for (let left = 100; ; left--) {
    const error = await attempt()
    if (!error) return
    if (left === 0) throw error
    await new Promise((done) => setTimeout(done, 50))
  }
}

/** Lines are lost when they are read before somebody asks for them. */
export async function* linesOf(file: string): AsyncGenerator<string> {
  yield* createInterface(createReadStream(file))
}

/** Messages that wait for their brokers at most. */
const UNDER_WAY = 20_000

/** Writes lines of events to their topics, in order, keyed as the contract says; without a time of their own, at the present time. */
export async function writeEvents(
  brokers: string,
  lines: Iterable<string> | AsyncIterable<string>,
  timeOf?: (line: string) => number,
): Promise<void> {
  // What is sent again because a broker is lost would come twice, and after what was sent later.
  const once = { 'enable.idempotence': true }
  const producer = new Producer({ 'metadata.broker.list': brokers, 'message.max.bytes': LARGEST, dr_cb: true, ...once })
  await new Promise<void>((done, fail) => producer.connect({ timeout: PATIENCE }, (error) => (error ? fail(error) : done())))
  producer.setPollInterval(20)
  let underWay = 0
  let refused: unknown
  let next = () => {}
  producer.on('delivery-report', (error) => {
    underWay--
    refused ??= error ?? undefined
    next()
  })
  const until = async (few: number) => {
    while (underWay > few && !refused)
      await new Promise<void>((done) => {
        next = done
      })
    if (refused) throw refused
  }
  for await (const line of lines) {
    const { topic, key } = addressOf(line)
    producer.produce(topic, null, Buffer.from(line), key, timeOf?.(line))
    underWay++
    await until(UNDER_WAY)
  }
  await until(0)
  await new Promise<void>((done) => producer.disconnect(() => done()))
}

function addressOf(line: string): { topic: string; key: string | undefined } {
  let event: Record<string, string> = {}
  try {
    event = JSON.parse(line)
  } catch {
    // A line that cannot be read lies where most lines lie.
  }
  const key =
    event.kind === 'reference' ? `${event.table}|${event.id}` : event.kind === 'inventory' ? event.fixmedins_code : event.psn_no
  return { topic: TOPIC_OF[event.kind!] ?? SETTLEMENT, key }
}
