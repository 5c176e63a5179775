import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeSimulation } from '../../../pipeline/simulate/write.ts'
import { openStore } from '../../../pipeline/store/store.ts'
import { startClickHouse } from '../../../pipeline/testing/clickhouse-server.ts'
import { linesOf, makeTopics, writeEvents } from '../../../pipeline/testing/kafka-topics.ts'
import { type LocalKafka, startKafka } from '../../kafka/kafka.ts'
import { WorkerProcesses } from '../../testing/worker-processes.ts'

const SETTLEMENTS = Number(process.env.SOAK_SETTLEMENTS ?? 60_000)
/** Slices wait for each other at every hour of event time: a province has as many settlements in each as a county in weeks. */
const DAYS = Number(process.env.SOAK_DAYS ?? 2)
const PARTITIONS = 6
/** Measured from here, when everything has started and is compiled, to there: the last days of a region are nearly empty. */
const [WARM, ENOUGH] = [0.2, 0.9]

const directory = mkdtempSync(join(tmpdir(), 'fundwatch-throughput-'))
const file = join(directory, 'events.ndjson')
/** Every settlement that is to be stored: some are delivered twice. */
const ids = new Set<string>()
let kafka: LocalKafka

beforeAll(async () => {
  const out = createWriteStream(file)
  const unheard = new Writable({ write: (_chunk, _encoding, done) => done() })
  await writeSimulation({ settlements: SETTLEMENTS, seed: 1, days: DAYS, planted: false }, out, unheard)
  out.end()
  await finished(out)
  for await (const line of createInterface(createReadStream(file))) {
    const { kind, setl_id } = JSON.parse(line)
    if (kind === 'settlement') ids.add(setl_id)
  }
  kafka = await startKafka()
})
afterAll(async () => {
  await kafka?.stop()
  rmSync(directory, { recursive: true, force: true })
})

/** Settlements per second, once it is warm, with the brokers and the store on the same machine. */
async function throughput(command: 'pipeline' | 'worker', processes: number): Promise<number> {
  const clickhouse = await startClickHouse()
  const store = openStore({ url: clickhouse.url })
  await store.migrate()
  await makeTopics(kafka.brokers, PARTITIONS, { forWorkers: true })
  await writeEvents(kafka.brokers, linesOf(file))
  const settings = { FUNDWATCH_SOURCE: 'kafka', FUNDWATCH_KAFKA_GROUP: `${command}-${processes}`, FUNDWATCH_DECODE_WORKERS: '1' }
  const running = new WorkerProcesses({ brokers: kafka.brokers, clickhouse: clickhouse.url, command, settings })
  const stored = async () => (await store.query<{ n: number }>('SELECT toFloat64(count()) AS n FROM settlement'))[0]!.n
  const until = async (share: number) => {
    let count = await stored()
    while (count < share * ids.size) {
      await sleep(200)
      count = await stored()
    }
    return { count, at: performance.now() }
  }
  try {
    await Promise.all(Array.from({ length: processes }, (_, i) => running.start(`${command}-${i}`)))
    const [warm, done] = [await until(WARM), await until(ENOUGH)]
    const [twice] = await store.query<{ n: number }>('SELECT toFloat64(count() - uniqExact(setl_id)) AS n FROM settlement')
    expect(twice!.n).toBe(0)
    return Math.round(((done.count - warm.count) * 1_000) / (done.at - warm.at))
  } finally {
    await running.remove()
    await store.close()
    await clickhouse.stop()
  }
}

test('Through a real Kafka settlements are stored, each once, and it is told how fast', async () => {
  const pipeline = await throughput('pipeline', 1)
  const [one, two] = [await throughput('worker', 1), await throughput('worker', 2)]
  const told = { settlements: ids.size, days: DAYS, cores: cpus().length, pipeline, one_worker: one, two_workers: two }
  process.stderr.write(`settlements per second ${JSON.stringify(told)}\n`)
})
