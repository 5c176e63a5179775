import { mkdirSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { Registry } from 'prom-client'
import type { ReferenceBook } from '../../../detectors/reference.ts'
import { findDetectors, selectDetectors, silentOnes } from '../../../pipeline/catalogue.ts'
import { WorkerDecoder } from '../../../pipeline/engine/decoder.ts'
import { publishCatalogue } from '../../../pipeline/published.ts'
import { Warmth, type WarmthOptions } from '../../../pipeline/region/warmth.ts'
import { Worker } from '../../../pipeline/region/worker.ts'
import { openStore } from '../../../pipeline/store/store.ts'
import { FundwatchError } from '../../../schemas/errors.ts'
import { MINUTE } from '../../../schemas/time.ts'
import { claimDirectory } from '../claim/directory-claim.ts'
import { log, logFailure } from '../log.ts'
import { Progress } from '../output.ts'
import type { Config } from '../settings/config.ts'
import { identityKeyOf } from '../settings/identity-key.ts'
import { readMedTypeMap } from '../settings/med-type-map.ts'
import { tellGuarded, tellTrouble } from '../tell.ts'
import { watchCheckpoints, watchEngines, watchLag } from './metrics.ts'
import { arrivalClock, budgetOf, storeOptions } from './pipeline.ts'
import { kafkaPropertiesOf } from './start.ts'
import { workerServer } from './worker-server.ts'

export interface RunningWorker {
  readonly url: string
  /** Resolves with the exit code when the process has been told to stop, or has failed. */
  readonly ended: Promise<number>
}

/** Starts a worker: it takes its share of the slices, and answers probes and metrics. */
export async function startWorker(config: Config): Promise<RunningWorker> {
  requireShared(config)
  const directory = resolve(config.data_dir)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const claim = await claimDirectory(directory)
  const store = openStore(storeOptions(config, directory))
  let decoder: WorkerDecoder | undefined
  const release = async () => {
    await decoder?.close()
    await store.close()
    claim.close()
  }
  try {
    await store.migrate()
    // What others write with it counts as well: a worker makes none of its own.
    const identityKey = await identityKeyOf(directory, store, true)
    decoder = new WorkerDecoder(identityKey, config.decode_workers)
    const known = await findDetectors()
    const detectors = selectDetectors(known, config.detectors)
    const shadow = silentOnes(known, config.shadow)
    await publishCatalogue(store, detectors, shadow)
    const metrics = new Registry()
    const watch = watchEngines(metrics, () => worker.slices.map(({ engine }) => engine))
    const { kafka_brokers: brokers, kafka_group: group, worker_id: member } = config
    const onReference = (reference: ReferenceBook) => {
      if (config.med_type_map) readMedTypeMap(config.med_type_map, reference)
    }
    // History must be heard as live events are.
    const heard = { detectors, store, identityKey, onReference }
    const warmth = warmthOf(config, { ...heard, file: join(directory, 'memory.scratch') })
    const worker = await Worker.start({
      ...{ ...heard, shadow, budget: budgetOf(config, true), decoder, now: arrivalClock(config) },
      ...{ directory, durability: config.durability as 'process' | 'power', batch: config.batch_lines },
      ...{ brokers, group, member, properties: kafkaPropertiesOf(config) },
      checkpointEvery: config.checkpoint_minutes * MINUTE,
      ...{ warmth, onTrouble: tellTrouble },
      onSlice({ engine, index }) {
        watch(engine)
        engine.onReceipt(({ guarded }) => guarded.forEach(tellGuarded))
        log('info', `slice ${index} of ${worker.count} is here`, { code: 'SLICE_HERE', slice: index })
      },
    })
    watchLag(() => worker.slices.map(({ source }) => source), metrics)
    if (config.checkpoint_minutes > 0) watchCheckpoints(() => worker.slices, metrics)
    const server = workerServer(config, worker, metrics)
    await server.listen({ port: config.port, host: config.host }).catch(async (error) => {
      await worker.stop()
      throw error
    })
    const ended = untilEnd(worker).finally(async () => {
      await server.close()
      await worker.stop()
      await release()
    })
    return { url: `http://${config.host}:${(server.server.address() as AddressInfo).port}`, ended }
  } catch (error) {
    await release()
    throw error
  }
}

/** What new detectors hear history with, unless they are to begin without it. */
function warmthOf({ warm_up }: Config, given: Omit<WarmthOptions, 'makeDecoder' | 'onProgress'>): Warmth | undefined {
  if (warm_up === 'off') return undefined
  const makeDecoder = () => new WorkerDecoder(given.identityKey, 1, { withoutColumns: true })
  let [hearing, progress]: [string, Progress | undefined] = ['', undefined]
  const onProgress: WarmthOptions['onProgress'] = (fresh, events, of) => {
    const ids = fresh.map(({ id }) => id).join(', ')
    if (ids !== hearing) [hearing, progress] = [ids, new Progress(`events: history is heard by ${ids}`)]
    progress!.show(events, of)
  }
  return new Warmth({ ...given, makeDecoder, onProgress })
}

function requireShared({ kafka_brokers, clickhouse_url, warm_up }: Config): void {
  if (warm_up === 'shadow') {
    throw new FundwatchError('CONFIG_INVALID', 'Workers keep nothing of history as shadow: with them warm_up is muted or off.')
  }
  const missing = kafka_brokers === '' ? 'kafka_brokers' : clickhouse_url === '' ? 'clickhouse_url' : undefined
  if (missing) throw new FundwatchError('CONFIG_INVALID', `Workers share a Kafka and a ClickHouse server: ${missing} is not set.`)
}

/** Until a signal, or the first failure: then it ends at once, and whoever starts it again finds everything as it was left. */
async function untilEnd(worker: Worker): Promise<number> {
  const signalled = new Promise<number>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done(0))
  })
  return Promise.race([signalled, worker.failed]).catch((error: FundwatchError) => {
    logFailure(error)
    return 1
  })
}
