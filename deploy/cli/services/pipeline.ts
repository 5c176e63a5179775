import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Detector } from '../../../detectors/detector.ts'
import type { ReferenceBook } from '../../../detectors/reference.ts'
import { findDetectors, selectDetectors, silentOnes } from '../../../pipeline/catalogue.ts'
import type { Durability } from '../../../pipeline/durability.ts'
import { WorkerDecoder } from '../../../pipeline/engine/decoder.ts'
import { Engine } from '../../../pipeline/engine/engine.ts'
import type { KeyValue } from '../../../pipeline/memory/key-value.ts'
import { Lmdb } from '../../../pipeline/memory/lmdb.ts'
import { OpenMark } from '../../../pipeline/memory/open-mark.ts'
import { setAsideUntrusted } from '../../../pipeline/memory/trust.ts'
import { stateOfMemory } from '../../../pipeline/rebuild/rebuild.ts'
import type { Budget } from '../../../pipeline/shard/guard.ts'
import { checkStateVersion } from '../../../pipeline/shard/state-version.ts'
import { openStore, type Store } from '../../../pipeline/store/store.ts'
import { type Instant, parseInstant } from '../../../schemas/time.ts'
import type { Config } from '../settings/config.ts'
import { identityKeyOf } from '../settings/identity-key.ts'
import { readMedTypeMap } from '../settings/med-type-map.ts'
import { tellTrouble } from '../tell.ts'
import { type Restored, type RestoreOptions, restore } from '../work/restore.ts'
import { type Workflow, workflowOf } from './workflow.ts'

/** Everything that one process needs to judge and store. */
export interface Pipeline {
  readonly config: Config
  readonly detectors: readonly Detector[]
  readonly memory: KeyValue
  readonly store: Store
  readonly engine: Engine
  readonly workflow: Workflow
  /** What had to be done to memory before. */
  readonly restored: readonly Restored[]
  close(): Promise<void>
}

/** Opens storage, memory and engine below the data directory; the directory belongs to one process at a time. */
export async function openPipeline(
  config: Config,
  resuming: (source: string) => boolean = () => false,
  live = false,
  restoring: RestoreOptions = { rebuilds: live, warmsUp: live },
): Promise<Pipeline> {
  const directory = resolve(config.data_dir)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const store = await openStore(storeOptions(config, directory))
  // From here on the directory is ours. Who serves people needs the workflow at once, and it takes its time on its own thread.
  const workflow = workflowOf(config, directory)
  // The first administrator is made later, when his password can be told: a start that is broken off must lock nobody out.
  if (live) workflow.database().catch(() => undefined)
  const file = join(directory, 'memory.lmdb')
  const durability = config.durability as Durability
  const mark = OpenMark.set(file, durability)
  const aside = setAsideUntrusted(file, mark, false)
  if (aside) tellTrouble(aside)
  const memory = new Lmdb(file, durability)
  try {
    await checkStateVersion(memory)
    await store.migrate()
    const known = await findDetectors()
    const detectors = selectDetectors(known, config.detectors)
    const identityKey = await identityKeyOf(directory, store, (await stateOfMemory(memory, store)) !== 'empty')
    const shadow = silentOnes(known, config.shadow)
    const given = { detectors, shadow, budget: budgetOf(config, live), memory, store, identityKey, now: arrivalClock(config) }
    const onReference = (reference: ReferenceBook) => config.med_type_map && readMedTypeMap(config.med_type_map, reference)
    const restored = await restore({ ...given, onReference, directory, decodeWorkers: config.decode_workers }, restoring)
    const decoder = new WorkerDecoder(identityKey, config.decode_workers)
    const engine = await Engine.open({ ...given, decoder }, resuming)
    onReference(engine.shard.reference)
    const close = async () => {
      await decoder.close()
      await workflow.close()
      await memory.close()
      mark.remove()
      await store.close()
    }
    return { config, detectors, memory, store, engine, workflow, restored, close }
  } catch (error) {
    await workflow.close()
    await memory.close()
    mark.remove()
    await store.close()
    throw error
  }
}

const LIVE_BUDGET = { guard_alerts: 5_000, guard_yuan: 50_000_000 }

/** Replays may rightly raise anything: history is long. */
export function budgetOf(config: Config, live: boolean): Budget {
  const limit = (name: keyof typeof LIVE_BUDGET) => {
    const set = config[name] === -1 && live ? LIVE_BUDGET[name] : config[name]
    return set > 0 ? set : Number.POSITIVE_INFINITY
  }
  return { alerts: limit('guard_alerts'), fen: limit('guard_yuan') * 100 }
}

export function storeOptions(config: Config, directory: string): Parameters<typeof openStore>[0] {
  const durability = config.durability as Durability
  if (!config.clickhouse_url) return { dataDir: join(directory, 'store'), durability }
  const {
    clickhouse_url: url,
    clickhouse_username: username,
    clickhouse_password: password,
    clickhouse_database: database,
    clickhouse_ca: ca,
  } = config
  return { url, username, password, database, durability, ...(ca && { ca }) }
}

export function arrivalClock({ now }: Config): () => Instant {
  if (!now) return Date.now
  const fixed = parseInstant(now)
  return () => fixed
}
