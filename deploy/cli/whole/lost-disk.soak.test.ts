import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { findDetectors } from '../../../pipeline/catalogue.ts'
import { writeSimulation } from '../../../pipeline/simulate/write.ts'
import { openStore, type Store } from '../../../pipeline/store/store.ts'
import { startClickHouse } from '../../../pipeline/testing/clickhouse-server.ts'
import { linesOf, makeTopics, writeEvents } from '../../../pipeline/testing/kafka-topics.ts'
import { regionQuiet, regionResult, replayedResult } from '../../../pipeline/testing/region-watch.ts'
import { startKafka } from '../../kafka/kafka.ts'
import { GROUP, WorkerProcesses } from '../../testing/worker-processes.ts'

const SETTLEMENTS = Number(process.env.SOAK_SETTLEMENTS ?? 500_000)
const DAYS = Number(process.env.SOAK_DAYS ?? 20)
/** How often memory is copied, minutes: what came since the last copy is heard again. */
const EVERY = Number(process.env.SOAK_CHECKPOINT_MINUTES ?? 5)
const SLICES = 6
/** Live speed is measured when everything has started, and until the disk is lost: most is known then, and more is to come. */
const [WARM, LOST] = [0.2, 0.9]

test('A worker that has lost its disk is soon where it was, goes on, and nobody can tell', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'fundwatch-lost-disk-'))
  const file = join(directory, 'events.ndjson')
  const tell = (text: string) => process.stderr.write(`${new Date().toISOString()} ${text}\n`)
  await simulateInto(file)
  const detectors = await findDetectors()
  const alone = await replayedResult(detectors, file)
  tell(`one process has judged ${alone.stored.settlement} settlements`)
  const kafka = await startKafka()
  const clickhouse = await startClickHouse()
  const store = openStore({ url: clickhouse.url })
  const settings = { FUNDWATCH_CHECKPOINT_MINUTES: String(EVERY), FUNDWATCH_DECODE_WORKERS: '1' }
  const workers = new WorkerProcesses({ brokers: kafka.brokers, clickhouse: clickhouse.url, settings })
  /** Seconds from the start of the process until all slices are at work. */
  const startWorker = async () => {
    const [before, begun] = [workers.log.length, performance.now()]
    await workers.start('worker')
    while (
      workers.log
        .slice(before)
        .join('')
        .match(/slice \d+ of \d+ is here/g)?.length !== SLICES
    )
      await sleep(100)
    return (performance.now() - begun) / 1_000
  }
  try {
    await store.migrate()
    await makeTopics(kafka.brokers, SLICES, { forWorkers: true })
    await writeEvents(kafka.brokers, linesOf(file))
    tell('the topics are written')
    await startWorker()
    const live = await liveSpeed(store, alone.stored.settlement!)
    tell(`live: ${Math.round(live)} settlements a second`)
    await workers.end('worker')
    workers.loseDisk('worker')
    const known = await settled(store)
    const seconds = await startWorker()
    const rebuilt = known / seconds
    tell(`${known} settlements are known again after ${seconds.toFixed(1)} s: ${Math.round(rebuilt)} a second`)
    tell(`${(rebuilt / live).toFixed(2)} times the live speed`)
    await regionQuiet(kafka.brokers, GROUP)
    expect(await regionResult(store, detectors)).toEqual(alone)
  } catch (error) {
    process.stderr.write(workers.log.join(''))
    throw error
  } finally {
    await workers.remove()
    await store.close()
    await clickhouse.stop()
    await kafka.stop()
    rmSync(directory, { recursive: true, force: true })
  }
})

async function simulateInto(file: string): Promise<void> {
  const out = createWriteStream(file)
  const unheard = new Writable({ write: (_chunk, _encoding, done) => done() })
  await writeSimulation({ settlements: SETTLEMENTS, seed: 1, days: DAYS }, out, unheard)
  out.end()
  await finished(out)
}

async function settled(store: Store): Promise<number> {
  const [row] = await store.query<{ n: number }>('SELECT toFloat64(count()) AS n FROM settlement')
  return row!.n
}

/** Settlements per second while they are judged for the first time. */
async function liveSpeed(store: Store, all: number): Promise<number> {
  const until = async (share: number) => {
    let count = await settled(store)
    while (count < share * all) {
      await sleep(500)
      count = await settled(store)
    }
    return { count, at: performance.now() }
  }
  const [warm, lost] = [await until(WARM), await until(LOST)]
  return ((lost.count - warm.count) * 1_000) / (lost.at - warm.at)
}
