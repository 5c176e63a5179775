import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Detector } from '../../detectors/detector.ts'
import { findDetectors } from '../../pipeline/catalogue.ts'
import { simulate } from '../../pipeline/simulate/simulate.ts'
import { openStore } from '../../pipeline/store/store.ts'
import { type ClickHouseServer, startClickHouse } from '../../pipeline/testing/clickhouse-server.ts'
import { makeTopics, writeEvents } from '../../pipeline/testing/kafka-topics.ts'
import { aloneResult, regionQuiet, regionResult } from '../../pipeline/testing/region-watch.ts'
import { type LocalKafka, startKafka } from '../kafka/kafka.ts'
import { GROUP, WorkerProcesses } from '../testing/worker-processes.ts'

let kafka: LocalKafka
let clickhouse: ClickHouseServer
let detectors: readonly Detector[]
let workers: WorkerProcesses

beforeAll(async () => {
  kafka = await startKafka()
  detectors = await findDetectors()
})
afterAll(async () => {
  await clickhouse?.stop()
  await kafka?.stop()
})
afterEach(() => workers?.remove())

test('Killed, come back, joined by a third and left by one, workers end with what one process finds, once', async () => {
  const lines = [...simulate({ settlements: 300, seed: 7, days: 10 })].flatMap((row) => ('event' in row ? [row.event] : []))
  const alone = await aloneResult(detectors, lines)
  // One embedded engine at a time.
  clickhouse = await startClickHouse()
  await makeTopics(kafka.brokers, 4, { forWorkers: true })
  await writeEvents(kafka.brokers, lines)
  workers = new WorkerProcesses({ brokers: kafka.brokers, clickhouse: clickhouse.url })
  const store = openStore({ url: clickhouse.url })
  await store.migrate()
  const judged = async (share: number) => {
    const count = async () => (await store.query<{ n: number }>('SELECT toFloat64(count()) AS n FROM settlement'))[0]!.n
    while ((await count()) < share * alone.stored.settlement!) await sleep(100)
  }
  await Promise.all([workers.start('a'), workers.start('b')])
  await judged(0.1)
  await workers.end('a')
  await workers.start('a')
  await judged(0.3)
  await workers.start('c')
  await judged(0.5)
  await workers.end('b', 'SIGTERM')
  await regionQuiet(kafka.brokers, GROUP)
  expect(workers.names).toEqual(['a', 'c'])
  expect(await regionResult(store, detectors)).toEqual(alone)
  await store.close()
})
