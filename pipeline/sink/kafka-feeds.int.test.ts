import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { checkTopics, createTopics } from '../../deploy/cli/work/topics.ts'
import { type LocalKafka, startKafka } from '../../deploy/kafka/kafka.ts'
import pol01 from '../../detectors/pol/pol-01.ts'
import { settlement, voidOf } from '../../detectors/testing/events.ts'
import type { Alert } from '../../schemas/alert.ts'
import { KafkaClient } from '../source/kafka-client.ts'
import { TestPipeline } from '../testing/engine-run.ts'
import { topicsFor } from '../topics.ts'
import { KafkaFeeds } from './kafka-feeds.ts'

let kafka: LocalKafka
let pipeline: TestPipeline
const troubles: string[] = []

beforeAll(async () => {
  kafka = await startKafka()
})
afterAll(() => kafka?.stop())
afterEach(() => pipeline.remove())

const cap = { kind: 'reference', table: 'price_cap', id: 'c', row: { code: 'XJ01CAA040E001010100001', cap: 8 } }
const openFeeds = () =>
  KafkaFeeds.open(pipeline.store, {
    ...{ brokers: kafka.brokers, group: 'test' },
    onTrouble: ({ message }) => troubles.push(message),
  })

async function valuesIn(topic: string): Promise<Record<string, unknown>[]> {
  const client = await KafkaClient.connect(kafka.brokers, 'reader')
  client.assign([{ topic, partition: 0, offset: 0 }])
  const values: Record<string, unknown>[] = []
  for (let ended = false; !ended; ) {
    const { messages, ends } = await client.poll(1_000)
    values.push(...messages.map(({ value }) => JSON.parse(value!.toString())))
    ended = ends.length > 0
  }
  await client.close()
  return values
}

test('Topics are made once, and a check says what differs', async () => {
  pipeline = await new TestPipeline([pol01]).open()
  const connection = { brokers: kafka.brokers, properties: {} }
  const wanted = topicsFor('county')
  expect((await checkTopics(connection, wanted)).map(({ state }) => state)).toEqual(wanted.map(() => 'missing'))
  await createTopics(connection, wanted, 1)
  await createTopics(connection, wanted, 1)
  expect((await checkTopics(connection, wanted)).map(({ state }) => state)).toEqual(wanted.map(() => 'ok'))
  const province = await checkTopics(connection, topicsFor('province'))
  expect(province.find(({ topic }) => topic === 'fundwatch.settlement')).toMatchObject({
    partitions: 1,
    wanted: 6,
    state: 'other partitions',
  })
})

test('Each revision of each alert and each dead letter is told once, across a restart', async () => {
  pipeline = await new TestPipeline([pol01]).open()
  const first = settlement({ setl_id: 'S1' })
  await pipeline.send([cap, first, '{broken'])
  const feeds = await openFeeds()
  await feeds.drain()
  await feeds.close()
  await pipeline.send([settlement({ setl_id: 'S2' }), voidOf(first, '2026-03-02 17:00:00'), { kind: 'nothing' }])
  const again = await openFeeds()
  await again.drain()
  await again.close()
  const told = (await valuesIn('fundwatch.alerts')) as unknown as Alert[]
  expect(told.map(({ setl_ids, revision, status, seq }) => [setl_ids[0], revision, status, seq])).toEqual([
    ['S1', 1, 'open', 1],
    ['S2', 1, 'open', 2],
    ['S1', 2, 'retracted', 3],
  ])
  expect((await valuesIn('fundwatch.deadletters')).map(({ code }) => code)).toEqual(['JSON_INVALID', 'KIND_UNKNOWN'])
  expect(troubles).toEqual([])
})
