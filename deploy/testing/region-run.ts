import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Detector } from '../../detectors/detector.ts'
import { findDetectors } from '../../pipeline/catalogue.ts'
import { judgingSince } from '../../pipeline/region/late-hearers.ts'
import { writeSimulation } from '../../pipeline/simulate/write.ts'
import { openStore, type Store } from '../../pipeline/store/store.ts'
import { startClickHouse } from '../../pipeline/testing/clickhouse-server.ts'
import { linesOf, makeTopics, writeEvents } from '../../pipeline/testing/kafka-topics.ts'
import { memoryDifferences } from '../../pipeline/testing/region-memory.ts'
import { type RegionResult, regionQuiet, regionResult, replayedResult } from '../../pipeline/testing/region-watch.ts'
import { recordAsMemory } from '../../pipeline/verify/record-memory.ts'
import { verify } from '../../pipeline/verify/verify.ts'
import { startKafka } from '../kafka/kafka.ts'
import { type PushedAlerts, pushedAlerts } from './pushed-alerts.ts'
import { disturb } from './region-faults.ts'
import { GROUP, WorkerProcesses } from './worker-processes.ts'

export interface FaultsRun {
  readonly settlements: number
  readonly days: number
  readonly slices: number
  readonly workers: number
  readonly faults: number
  /** Decides the region, the faults and their order. */
  readonly seed: number
  readonly brokers: 1 | 3
  /** Whoever waits for a long run may be told how it goes. */
  readonly tell?: (text: string) => void
}

export interface FaultsResult {
  /** What was done to the workers and their store. */
  readonly done: readonly string[]
  readonly alone: RegionResult
  readonly together: RegionResult
  readonly pushed: PushedAlerts
  /** What `verify` finds wrong with the record. */
  readonly differences: readonly object[]
  /** Where the memory that the workers leave is not what follows from what the slices have heard. */
  readonly memory: readonly string[]
}

/** A region through one undisturbed process, and through workers to which everything happens that may. */
export async function runFaults(run: FaultsRun): Promise<FaultsResult> {
  const { brokers, tell = () => {} } = run
  const detectors = await findDetectors()
  const directory = mkdtempSync(join(tmpdir(), 'fundwatch-faults-'))
  const file = join(directory, 'events.ndjson')
  try {
    await simulateInto(file, run)
    tell(`${run.settlements} settlements are made`)
    const alone = await replayedResult(detectors, file)
    tell(`one process has found ${alone.holding.length} alerts that hold`)
    const kafka = await startKafka({ nodes: brokers })
    const clickhouse = await startClickHouse()
    const settings = {
      FUNDWATCH_BATCH_LINES: String(batchLines(run)),
      FUNDWATCH_CHECKPOINT_MINUTES: String(checkpointMinutes(run)),
    }
    const processes = new WorkerProcesses({ brokers: kafka.brokers, clickhouse: clickhouse.url, settings })
    const store = openStore({ url: clickhouse.url })
    try {
      await store.migrate()
      await makeTopics(kafka.brokers, run.slices, { forWorkers: true, replicas: brokers })
      await writeEvents(kafka.brokers, linesOf(file))
      tell('the topics are written')
      await Promise.all(Array.from({ length: run.workers }, (_, i) => processes.start(`worker-${i}`)))
      const disturbed = { workers: processes, clickhouse: clickhouse.faults, kafka, least: 2, most: run.workers + 1 }
      const done = await disturb(disturbed, run.faults, run.seed, shareOf(store, alone), tell)
      await regionQuiet(kafka.brokers, GROUP)
      tell('everything was heard')
      const found = await outcome(detectors, store, kafka.brokers)
      tell(`came too late: ${JSON.stringify(await lateRows(store))}`)
      await processes.stop()
      tell('all workers have ended')
      const left = {
        detectors,
        store,
        budget: NO_LIMIT,
        brokers: kafka.brokers,
        group: GROUP,
        slices: run.slices,
        directory: processes.directory,
      }
      tell(processes.log.join(''))
      return { done, alone, ...found, memory: await memoryDifferences(left) }
    } catch (error) {
      process.stderr.write(processes.log.join(''))
      throw error
    } finally {
      await processes.remove()
      await store.close()
      await clickhouse.stop()
      await kafka.stop()
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Workers count what they raise, also where nothing limits it. */
const NO_LIMIT = { alerts: Number.POSITIVE_INFINITY, fen: Number.POSITIVE_INFINITY }

/** Batches of each slice at least: with fewer, all is read before the first fault. Reference rows come in batches as small. */
const BATCHES = 20
const [LEAST_LINES, MOST_LINES] = [50, 500]

function batchLines({ settlements, slices }: FaultsRun): number {
  return Math.max(LEAST_LINES, Math.min(MOST_LINES, Math.round(settlements / slices / BATCHES)))
}

/** Several of each slice in a run, and little of its time. */
function checkpointMinutes({ settlements }: FaultsRun): number {
  return Math.max(0.05, Math.min(2, settlements / 150_000))
}

async function outcome(
  detectors: readonly Detector[],
  store: Store,
  brokers: string,
): Promise<Pick<FaultsResult, 'together' | 'pushed' | 'differences'>> {
  const together = await regionResult(store, detectors)
  const [log] = await store.query<{ last: number }>('SELECT toFloat64(max(l.seq)) AS last FROM alert_log AS l')
  const pushed = await pushedAlerts(brokers, log!.last)
  const { checks } = await verify(store, await recordAsMemory(store), detectors, { since: await judgingSince(store, detectors) })
  return { together, pushed, differences: checks.filter(({ ok }) => !ok) }
}

/** Time that goes beyond what is still to be read leaves its traces here. */
function lateRows(store: Store): Promise<object[]> {
  return store.query(
    `SELECT b.source AS topic, b.partition AS partition, toFloat64(sum(b.late)) AS events
     FROM batch AS b WHERE b.late > 0 GROUP BY topic, partition`,
  )
}

async function simulateInto(file: string, { settlements, seed, days }: FaultsRun): Promise<void> {
  const out = createWriteStream(file)
  await writeSimulation({ settlements, seed, days }, out, new Writable({ write: (_chunk, _encoding, done) => done() }))
  out.end()
  await finished(out)
}

/** Longer than any fault holds all of them up. */
const LONGEST_PAUSE_MS = 900_000

/** Waits until a share of the work is done. */
function shareOf(store: Store, { stored }: RegionResult): (share: number) => Promise<void> {
  const settlements = async () => (await store.query<{ n: number }>('SELECT toFloat64(count()) AS n FROM settlement'))[0]!.n
  return async (share) => {
    let [before, since] = [0, performance.now()]
    for (let now = await settlements(); now < share * stored.settlement!; now = await settlements()) {
      if (now > before) [before, since] = [now, performance.now()]
      if (performance.now() - since > LONGEST_PAUSE_MS) throw new Error(`Nothing was stored any more after ${now} settlements.`)
      await sleep(100)
    }
  }
}
