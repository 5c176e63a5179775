import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { type LocalKafka, startKafka } from './kafka.ts'
import { liveBrokers } from './live-brokers.ts'
import { freePorts } from './ports.ts'

let kafka: LocalKafka | undefined
afterEach(async () => {
  await kafka?.stop()
  kafka = undefined
})

const portOf = (broker: string) => Number(broker.split(':')[1])

test('three brokers know each other, and none is left after stop', async () => {
  kafka = await startKafka({ nodes: 3 })
  const ports = kafka.nodes.map(({ broker }) => portOf(broker))
  expect(await Promise.all(ports.map((port) => liveBrokers(port)))).toEqual([3, 3, 3])
  await kafka.stop()
  expect(await Promise.all(ports.map((port) => liveBrokers(port)))).toEqual([0, 0, 0])
})

test('a given folder is kept by stop and can be started again, on another port', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'fundwatch-kafka-test-'))
  for (let start = 0; start < 2; start++) {
    const [port] = await freePorts(1)
    kafka = await startKafka({ dir, port })
    expect(kafka.brokers).toBe(`127.0.0.1:${port}`)
    await kafka.stop()
    expect(existsSync(join(dir, 'node-1/data/meta.properties'))).toBe(true)
  }
  await rm(dir, { recursive: true })
})

test('a port that another program holds is named before anything starts', async () => {
  const [port] = await freePorts(1)
  const holder = createServer().listen(port, '127.0.0.1')
  await expect(startKafka({ port })).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    message: expect.stringContaining(String(port)),
  })
  holder.close()
})

test('a broker that ends while it starts says why, and leaves no process behind', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'fundwatch-kafka-test-'))
  kafka = await startKafka({ dir })
  await expect(startKafka({ dir })).rejects.toMatchObject({ code: 'BROKER_EXITED', message: expect.stringContaining('lock') })
  await kafka.stop()
  await rm(dir, { recursive: true })
})
