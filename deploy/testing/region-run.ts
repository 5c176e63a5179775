import { setTimeout as sleep } from 'node:timers/promises'
import { findDetectors } from '../../pipeline/catalogue.ts'
import { simulate } from '../../pipeline/simulate/simulate.ts'
import { openStore } from '../../pipeline/store/store.ts'
import { startClickHouse } from '../../pipeline/testing/clickhouse-server.ts'
import { makeTopics, writeEvents } from '../../pipeline/testing/kafka-topics.ts'
import { aloneResult, type RegionResult, regionQuiet, regionResult } from '../../pipeline/testing/region-watch.ts'
import { recordAsMemory } from '../../pipeline/verify/record-memory.ts'
import { verify } from '../../pipeline/verify/verify.ts'
import { startKafka } from '../kafka/kafka.ts'
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
}

export interface FaultsResult {
  /** What was done to the workers and their store. */
  readonly done: readonly string[]
  readonly alone: RegionResult
  readonly together: RegionResult
  /** What `verify` finds wrong with the record. */
  readonly differences: readonly object[]
}

/** A region through one undisturbed process, and through workers to which everything happens that may. */
export async function runFaults({ settlements, days, slices, workers, faults, seed, brokers }: FaultsRun): Promise<FaultsResult> {
  const detectors = await findDetectors()
  const lines = [...simulate({ settlements, seed, days })].flatMap((row) => ('event' in row ? [row.event] : []))
  const alone = await aloneResult(detectors, lines)
  const kafka = await startKafka({ nodes: brokers })
  const clickhouse = await startClickHouse()
  const processes = new WorkerProcesses({ brokers: kafka.brokers, clickhouse: clickhouse.url })
  const store = openStore({ url: clickhouse.url })
  try {
    await store.migrate()
    await makeTopics(kafka.brokers, slices, { forWorkers: true, replicas: brokers })
    await writeEvents(kafka.brokers, lines)
    const stored = async () => (await store.query<{ n: number }>('SELECT toFloat64(count()) AS n FROM settlement'))[0]!.n
    const whenDone = async (share: number) => {
      while ((await stored()) < share * alone.stored.settlement!) await sleep(100)
    }
    await Promise.all(Array.from({ length: workers }, (_, i) => processes.start(`worker-${i}`)))
    const disturbed = { workers: processes, clickhouse: clickhouse.faults, kafka, least: 2, most: workers + 1 }
    const done = await disturb(disturbed, faults, seed, whenDone)
    await regionQuiet(kafka.brokers, GROUP)
    const { checks } = await verify(store, await recordAsMemory(store), detectors)
    const differences = checks.filter(({ ok }) => !ok)
    return { done, alone, together: await regionResult(store, detectors), differences }
  } catch (error) {
    process.stderr.write(processes.log.join(''))
    throw error
  } finally {
    await processes.remove()
    await store.close()
    await clickhouse.stop()
    await kafka.stop()
  }
}
