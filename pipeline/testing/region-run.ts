import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Detector } from '../../detectors/detector.ts'
import type { Alert } from '../../schemas/alert.ts'
import { inlineDecoder } from '../engine/decoder.ts'
import { Worker } from '../region/worker.ts'
import { TOPICS } from '../source/kafka.ts'
import { KafkaClient } from '../source/kafka-client.ts'
import { replayFile } from '../source/replay.ts'
import { openStore, type Store } from '../store/store.ts'
import { HISTORY, MAILBOX } from '../topics.ts'
import { alertsInStore } from '../verify/digest.ts'
import { KEY, TestPipeline } from './engine-run.ts'
import { holding, judgedSettlements } from './holding.ts'

/** What a region comes to, however many work at it. */
export interface RegionResult {
  readonly holding: readonly string[]
  readonly judged: Readonly<Record<string, number>>
  readonly rows: Readonly<Record<string, number>>
}

const NOW = Date.UTC(2030, 0, 1)
/** Everybody rests when nobody has said anything for so long, milliseconds. */
const SILENCE = 2_000

/** Workers in one process, each with a disk of its own, that share a broker and a store. */
export class RegionRun {
  readonly #directory = mkdtempSync(join(tmpdir(), 'fundwatch-region-'))
  readonly #brokers: string
  readonly #detectors: readonly Detector[]
  readonly #lines: readonly string[]
  readonly #workers = new Map<string, Worker>()
  #store: Store | undefined

  constructor(brokers: string, detectors: readonly Detector[], lines: readonly string[]) {
    this.#brokers = brokers
    this.#detectors = detectors
    this.#lines = lines
  }

  /** How many slices each worker has. */
  get sharing(): number[] {
    return [...this.#workers.values()].map(({ slices }) => slices.length)
  }

  /** The same events through one process. */
  async alone(): Promise<RegionResult> {
    const file = join(this.#directory, 'events.ndjson')
    writeFileSync(file, this.#lines.join('\n'))
    const pipeline = await new TestPipeline(this.#detectors, NOW).open()
    await replayFile(file, pipeline.engine, pipeline.memory)
    const result = await resultOf(pipeline.store, this.#detectors)
    await pipeline.remove()
    return result
  }

  async start(name: string, properties: Readonly<Record<string, string>> = {}): Promise<Worker> {
    if (!this.#store) {
      this.#store = openStore({ dataDir: join(this.#directory, 'store') })
      await this.#store.migrate()
    }
    const worker = await Worker.start({
      ...{ detectors: this.#detectors, store: this.#store, identityKey: KEY, decoder: inlineDecoder(KEY), now: () => NOW },
      ...{ directory: join(this.#directory, name), brokers: this.#brokers, group: 'test', batch: 500, properties },
    })
    this.#workers.set(name, worker)
    return worker
  }

  /** Resolves when all that was written was heard, and nobody has anything more to say. */
  async quiet(): Promise<void> {
    const client = await KafkaClient.connect(this.#brokers, 'test-quiet')
    const ends = async (topics: readonly string[]) => {
      const partitions = (await Promise.all(topics.map((topic) => client.partitionsOf(topic)))).flat()
      return (await Promise.all(partitions.map((place) => client.boundsOf(place)))).map(({ high }) => high)
    }
    const workers = Promise.race([...this.#workers.values()].map(({ failed }) => failed))
    const isQuiet = async () => {
      const slices = [...this.#workers.values()].flatMap((worker) => worker.slices)
      const lags = (await Promise.all(slices.map(({ source }) => source.lag()))).flat()
      return lags.every(({ lag }) => lag === 0)
    }
    const waiting = async () => {
      for (let said = ''; ; ) {
        const now = (await ends([HISTORY, MAILBOX, ...TOPICS.topics])).join()
        if (now === said && (await isQuiet())) return
        said = now
        await new Promise((done) => setTimeout(done, SILENCE))
      }
    }
    await Promise.race([waiting(), workers])
    await client.close()
  }

  async together(): Promise<RegionResult> {
    return resultOf(this.#store!, this.#detectors)
  }

  async remove(): Promise<void> {
    await Promise.all([...this.#workers.values()].map((worker) => worker.stop()))
    await this.#store?.close()
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

async function resultOf(store: Store, detectors: readonly Detector[]): Promise<RegionResult> {
  const alerts = new Map((await alertsInStore(store)).map((alert): [string, Alert] => [alert.alert_id, alert]))
  const judged = await store.query<{ name: string; n: number }>(
    `SELECT concat(detector_id, ':', part) AS name, toFloat64(sum(judged) + sum(skipped)) AS n FROM judgement GROUP BY name`,
  )
  const rows = await store.query<{ kind: string; n: number }>('SELECT kind, toFloat64(count()) AS n FROM raw_event GROUP BY kind')
  return {
    holding: holding(alerts),
    judged: judgedSettlements(detectors, { judged: new Map(judged.map(({ name, n }) => [name, n])) }),
    rows: Object.fromEntries(rows.map(({ kind, n }) => [kind, n])),
  }
}
