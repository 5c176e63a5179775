import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Session } from 'chdb'
import type { Detector } from '../../detectors/detector.ts'
import { chunkOfText, type Receipt } from '../engine/chunk.ts'
import { inlineDecoder } from '../engine/decoder.ts'
import { Engine } from '../engine/engine.ts'
import type { KeyValue } from '../memory/key-value.ts'
import { Lmdb } from '../memory/lmdb.ts'
import { type RebuildOptions, type Rebuilt, rebuild } from '../rebuild/rebuild.ts'
import { openStore, type Store, type StoreOptions } from '../store/store.ts'

/** The secret of the pseudonyms in tests. */
export const KEY = Buffer.alloc(32, 7)

/** A real pipeline (chDB, LMDB) in a directory of its own, for tests. */
export class TestPipeline {
  readonly directory = mkdtempSync(join(tmpdir(), 'fundwatch-test-'))
  readonly #detectors: readonly Detector[]
  readonly #store: StoreOptions
  /** The arrival clock. */
  now: number
  /** May put a fault between engine and memory, from the next `open` on. */
  wrapMemory: (memory: KeyValue) => KeyValue = (memory) => memory
  store!: Store
  memory!: Lmdb
  engine!: Engine

  /** @param store a server in place of the engine in process */
  constructor(detectors: readonly Detector[], now = Date.UTC(2030, 0, 1), store?: StoreOptions) {
    this.#detectors = detectors
    this.#store = store ?? { dataDir: join(this.directory, 'store') }
    this.now = now
  }

  /** Opens it, or opens it again after a `close`. `wrap` may put a fault between engine and store. */
  async open(wrap: (store: Store) => Store = (store) => store, resuming?: (source: string) => boolean): Promise<this> {
    this.store = wrap(openStore(this.#store))
    await this.store.migrate()
    this.memory = new Lmdb(join(this.directory, 'memory.lmdb'))
    const { store, memory } = this
    const options = {
      detectors: this.#detectors,
      memory: this.wrapMemory(memory),
      store,
      decoder: inlineDecoder(KEY),
      identityKey: KEY,
      now: () => this.now,
    }
    this.engine = await Engine.open(options, resuming)
    return this
  }

  /** Closes it, loses the disk of its memory, makes that anew from the store, and opens it again. */
  async rebuild(options: Partial<RebuildOptions> = {}): Promise<Rebuilt> {
    await this.close()
    rmSync(join(this.directory, 'memory.lmdb'), { force: true })
    rmSync(join(this.directory, 'memory.lmdb-lock'), { force: true })
    const store = openStore(this.#store)
    const memory = new Lmdb(join(this.directory, 'memory.lmdb'))
    const detectors = this.#detectors
    const decoder = inlineDecoder(KEY, { withoutColumns: true })
    const rebuilt = await rebuild({ detectors, memory, store, decoder, identityKey: KEY, ...options }).finally(async () => {
      await memory.close()
      await store.close()
    })
    // Its sources go on.
    await this.open(undefined, () => true)
    return rebuilt
  }

  /** Sends lines as one batch of a source and waits until they are durable. */
  async send(
    lines: readonly (string | object)[],
    source = 'test',
    first = this.engine.journal.nextOf(source, 0) ?? 0,
  ): Promise<Receipt> {
    const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')
    const { done } = await this.engine.submit({
      ...chunkOfText(text),
      source,
      partition: 0,
      first,
      replayable: true,
      clock: 'local',
      repeats: this.engine.journal.leftOf(source, 0, first),
    })
    return done
  }

  async count(table: string): Promise<number> {
    const [row] = await this.store.query<{ n: number }>(`SELECT count() AS n FROM ${table}`)
    return Number(row!.n)
  }

  /** What nobody should do: removes rows behind the product's back. */
  async forgetRow(table: string, batch: number, where = '1'): Promise<void> {
    const session = new Session(join(this.directory, 'store', 'clickhouse'))
    await session.queryAsync(`DELETE FROM ${table} WHERE batch = ${batch} AND (${where})`)
    session.close()
  }

  async close(): Promise<void> {
    await this.memory.close()
    await this.store.close()
  }

  async remove(): Promise<void> {
    await this.close()
    rmSync(this.directory, { recursive: true, force: true })
  }
}
