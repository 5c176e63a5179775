import { expect, test } from 'vitest'
import type { Outgoing } from './kafka-producer.ts'
import { TopicFeed } from './topic-feed.ts'

const message = (seq: number): Outgoing => ({ topic: 't', key: String(seq), value: Buffer.from(String(seq)) })

/** A log that grows, and a topic that may refuse or take only part of what it is sent. */
function world(refusals: (('all' | 'half') | undefined)[] = []) {
  const log: number[] = []
  const topic: number[] = []
  const troubles: string[] = []
  const feed = new TopicFeed<number>({
    async after(place = 0) {
      const page = log.filter((seq) => seq > place).slice(0, 3)
      return page.length === 0 ? undefined : { messages: page.map(message), end: page.at(-1)! }
    },
    lastPublished: async () => topic.at(-1),
    async send(messages) {
      const refusal = refusals.shift()
      const taken = refusal === 'all' ? [] : refusal === 'half' ? messages.slice(0, 1) : messages
      topic.push(...taken.map(({ key }) => Number(key)))
      if (refusal) throw new Error(`refused ${refusal}`)
    },
    onTrouble: (error) => troubles.push(error.message),
  })
  return { log, topic, troubles, feed }
}

test('Everything in the log reaches the topic once and in order, page by page', async () => {
  const { log, topic, feed } = world()
  log.push(1, 2, 3, 4, 5, 6, 7)
  await feed.drain()
  log.push(8)
  await feed.drain()
  expect(topic).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
})

test('A broker that refuses is asked again, and what it had taken is not sent twice', async () => {
  const { log, topic, troubles, feed } = world(['all', 'half'])
  log.push(1, 2, 3, 4)
  await feed.drain()
  expect(topic).toEqual([1, 2, 3, 4])
  expect(troubles).toEqual(['refused all', 'refused half'])
})

test('A feed that begins anew goes on after what the topic holds', async () => {
  const { log, topic, feed } = world()
  topic.push(1, 2)
  log.push(1, 2, 3)
  await feed.drain()
  expect(topic).toEqual([1, 2, 3])
})

test('A feed that waits for its broker can be stopped', async () => {
  const { log, topic, feed } = world(Array.from({ length: 50 }, () => 'all' as const))
  log.push(1)
  feed.wake()
  await new Promise((done) => setTimeout(done, 20))
  await feed.stop()
  expect(topic).toEqual([])
})
