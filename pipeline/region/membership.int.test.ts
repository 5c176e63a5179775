import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalKafka, startKafka } from '../../deploy/kafka/kafka.ts'
import { makeTopics } from '../testing/kafka-topics.ts'
import { Membership } from './membership.ts'

let kafka: LocalKafka

beforeAll(async () => {
  kafka = await startKafka()
  await makeTopics(kafka.brokers, 6, { forWorkers: true })
})
afterAll(() => kafka?.stop())

test('Whoever leaves while others come and go is let go, and nobody fails', async () => {
  const failures: Error[] = []
  const options = { onAssigned: async () => {}, onRevoked: async () => {}, onFailed: (error: Error) => failures.push(error) }
  const join = () => Membership.join({ brokers: kafka.brokers, group: 'test', ...options })
  const leave = (membership: Membership) => membership.leave(async () => {})
  for (let round = 0; round < 5; round++) {
    const [first, ...others] = await Promise.all([join(), join(), join()])
    const late = join()
    await Promise.all([first!, ...others].map(leave))
    await leave(await late)
  }
  expect(failures).toEqual([])
})
