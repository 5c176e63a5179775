import { expect, test } from 'vitest'
import { type NodeAddress, serverProperties } from './server-properties.ts'

const address = (id: number): NodeAddress => ({ id, brokerPort: 9091 + id, controllerPort: 9191 + id })

function properties(nodes: number, messageMaxBytes = 1): Record<string, string> {
  const cluster = Array.from({ length: nodes }, (_, index) => address(index + 1))
  const text = serverProperties({ node: cluster[0]!, cluster, logDir: 'data', messageMaxBytes })
  return Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => line.split(/=(.*)/).slice(0, 2)),
  )
}

test('every listener is on the loopback address', () => {
  expect(properties(1).listeners).toBe('PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9192')
})

test('three nodes vote as one quorum, keep three copies and need two of them', () => {
  expect(properties(3)).toMatchObject({
    'controller.quorum.voters': '1@127.0.0.1:9192,2@127.0.0.1:9193,3@127.0.0.1:9194',
    'default.replication.factor': '3',
    'min.insync.replicas': '2',
    'offsets.topic.replication.factor': '3',
  })
})

test('a message that a broker takes is one that its replicas can fetch', () => {
  expect(properties(3, 7)).toMatchObject({ 'message.max.bytes': '7', 'replica.fetch.max.bytes': '7' })
})
