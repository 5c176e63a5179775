import { createWriteStream, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findDetectors } from '../../../pipeline/catalogue.ts'
import { Lmdb } from '../../../pipeline/memory/lmdb.ts'
import { judgingSince } from '../../../pipeline/region/late-hearers.ts'
import { memoryOf } from '../../../pipeline/region/slice-memory.ts'
import { type Hearers, hearerName, hearersIn } from '../../../pipeline/shard/beginnings.ts'
import { writeSimulation } from '../../../pipeline/simulate/write.ts'
import { openStore } from '../../../pipeline/store/store.ts'
import { startClickHouse } from '../../../pipeline/testing/clickhouse-server.ts'
import { linesOf, makeTopics, writeEvents } from '../../../pipeline/testing/kafka-topics.ts'
import { regionQuiet } from '../../../pipeline/testing/region-watch.ts'
import { recordAsMemory } from '../../../pipeline/verify/record-memory.ts'
import { verify } from '../../../pipeline/verify/verify.ts'
import { type LocalKafka, startKafka } from '../../kafka/kafka.ts'
import { GROUP, WorkerProcesses } from '../../testing/worker-processes.ts'

const SETTLEMENTS = Number(process.env.SOAK_SETTLEMENTS ?? 20_000)
const DAYS = Number(process.env.SOAK_DAYS ?? 20)
const [SLICES, WORKERS] = [6, ['a', 'b']]

const directory = mkdtempSync(join(tmpdir(), 'fundwatch-upgrade-'))
const file = join(directory, 'events.ndjson')
let kafka: LocalKafka

beforeAll(async () => {
  const out = createWriteStream(file)
  const unheard = new Writable({ write: (_chunk, _encoding, done) => done() })
  await writeSimulation({ settlements: SETTLEMENTS, seed: 1, days: DAYS }, out, unheard)
  out.end()
  await finished(out)
  kafka = await startKafka()
})
afterAll(async () => {
  await kafka?.stop()
  rmSync(directory, { recursive: true, force: true })
})

async function heardIn(file: string): Promise<Hearers> {
  if (!existsSync(file)) return {}
  const memory = new Lmdb(file)
  const hearers = hearersIn(memory) ?? {}
  await memory.close()
  return hearers
}

test('Workers that come back with detectors that they did not have go on when those have heard history', async () => {
  const detectors = await findDetectors()
  const fresh = detectors.filter(({ parts }, i) => i % 3 === 0 && parts.some(({ memoryless }) => !memoryless))
  const before = { FUNDWATCH_DETECTORS: detectors.flatMap((each) => (fresh.includes(each) ? [] : [each.id])).join() }
  const clickhouse = await startClickHouse()
  const store = openStore({ url: clickhouse.url })
  const workers = new WorkerProcesses({ brokers: kafka.brokers, clickhouse: clickhouse.url })
  try {
    await store.migrate()
    await makeTopics(kafka.brokers, SLICES, { forWorkers: true })
    await writeEvents(kafka.brokers, linesOf(file))
    await Promise.all(WORKERS.map((name) => workers.start(name, before)))
    await regionQuiet(kafka.brokers, GROUP)
    await workers.stop()
    const [{ events }] = (await store.query<{ events: number }>('SELECT toFloat64(sum(stored)) AS events FROM batch')) as [
      { events: number },
    ]
    const [line, begun] = [workers.log.length, performance.now()]
    await Promise.all(WORKERS.map((name) => workers.start(name)))
    const here = () => workers.log.slice(line).filter((text) => /slice \d+ of \d+ is here/.test(text)).length
    while (here() < SLICES) await sleep(500)
    const seconds = (performance.now() - begun) / 1_000
    console.log(
      `${fresh.length} detectors have heard ${events} events in ${seconds.toFixed(0)} s, ${Math.round(events / seconds)}/s`,
    )
    await regionQuiet(kafka.brokers, GROUP)
    await workers.stop()
    // Who had a slice for a moment, before others came, knows less of it.
    for (let slice = 0; slice < SLICES; slice++) {
      const left = await Promise.all(WORKERS.map((name) => heardIn(memoryOf(join(workers.directory, name), slice))))
      expect(left.some((hearers) => fresh.every((detector) => hearers[hearerName(detector)]?.isWarm))).toBe(true)
    }
    const { checks } = await verify(store, await recordAsMemory(store), detectors, {
      since: await judgingSince(store, detectors),
    })
    expect(checks.filter(({ ok }) => !ok)).toEqual([])
  } finally {
    process.stderr.write(workers.log.slice(-40).join(''))
    await workers.remove()
    await store.close()
    await clickhouse.stop()
  }
})
