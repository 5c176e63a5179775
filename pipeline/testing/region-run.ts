import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Detector } from '../../detectors/detector.ts'
import { inlineDecoder } from '../engine/decoder.ts'
import { Slice, type SliceOptions } from '../region/slice.ts'
import { memoryOf } from '../region/slice-memory.ts'
import { Warmth } from '../region/warmth.ts'
import { Worker } from '../region/worker.ts'
import type { Budget } from '../shard/guard.ts'
import { KafkaProducer } from '../sink/kafka-producer.ts'
import { openStore, type Store } from '../store/store.ts'
import { KEY } from './engine-run.ts'
import { memoryDifferences } from './region-memory.ts'
import { REGION_NOW, type RegionResult, regionQuiet, regionResult } from './region-watch.ts'

const GROUP = 'test'
const DISKS = 'disks'

/** Workers in one process, each with a disk of its own, that share a broker and a store. */
export class RegionRun {
  readonly #directory = mkdtempSync(join(tmpdir(), 'fundwatch-region-'))
  readonly #brokers: string
  readonly #detectors: readonly Detector[]
  readonly #workers = new Map<string, Worker>()
  readonly #slices = new Set<Slice>()
  readonly #store: Store
  #producer: KafkaProducer | undefined

  constructor(brokers: string, detectors: readonly Detector[]) {
    this.#brokers = brokers
    this.#detectors = detectors
    this.#store = openStore({ dataDir: join(this.#directory, 'store') })
  }

  /** How many slices each worker has. */
  get sharing(): number[] {
    return [...this.#workers.values()].map(({ slices }) => slices.length)
  }

  /** Where a worker's disk has the memory of a slice. */
  memoryOf(name: string, index: number): string {
    return memoryOf(join(this.#directory, DISKS, name), index)
  }

  #optionsOf(name: string): SliceOptions {
    return {
      ...{ detectors: this.#detectors, store: this.#store, identityKey: KEY, decoder: inlineDecoder(KEY), now: () => REGION_NOW },
      ...{ directory: join(this.#directory, DISKS, name), brokers: this.#brokers, group: GROUP, batch: 500 },
      onTrouble: () => {},
    }
  }

  /** What slices of this worker may hear history with. */
  warmthOf(name: string): Warmth {
    const makeDecoder = () => inlineDecoder(KEY, { withoutColumns: true })
    const file = join(this.#directory, DISKS, name, 'memory.scratch')
    return new Warmth({ detectors: this.#detectors, store: this.#store, identityKey: KEY, makeDecoder, file })
  }

  /** `wrap` may put a fault between this worker and the store. */
  async start(name: string, wrap: (store: Store) => Store = (store) => store): Promise<Worker> {
    await this.#store.migrate()
    const worker = await Worker.start({ ...this.#optionsOf(name), store: wrap(this.#store) })
    this.#workers.set(name, worker)
    return worker
  }

  /** A slice without a worker, whoever else may have it. */
  async open(index: number, count: number, name: string, others: Partial<SliceOptions> = {}): Promise<Slice> {
    return (await this.openWhile(() => true, index, count, name, others))!
  }

  /** The same, unless it is not wanted any more before it has heard everything. */
  async openWhile(
    isWanted: () => boolean,
    index: number,
    count: number,
    name: string,
    others: Partial<SliceOptions> = {},
  ): Promise<Slice | undefined> {
    await this.#store.migrate()
    this.#producer ??= await KafkaProducer.connect(this.#brokers)
    const slice = await Slice.open(index, count, this.#producer, { ...this.#optionsOf(name), ...others }, isWanted)
    if (slice) this.#slices.add(slice)
    return slice
  }

  async close(slice: Slice): Promise<void> {
    this.#slices.delete(slice)
    await slice.close()
  }

  /** Resolves when all that was written was heard; fails where a worker does. */
  async quiet(): Promise<void> {
    const failures = [...this.#workers.values()].map(({ failed }) => failed)
    await Promise.race([regionQuiet(this.#brokers, GROUP), ...failures])
  }

  result(): Promise<RegionResult> {
    return regionResult(this.#store, this.#detectors)
  }

  /** Ends all workers; answers where what they know is not what follows from what the slices have heard. */
  async memoryDifferences(slices: number, budget?: Budget): Promise<string[]> {
    await this.#stop()
    const [detectors, store, directory] = [this.#detectors, this.#store, join(this.#directory, DISKS)]
    return memoryDifferences({ detectors, store, directory, brokers: this.#brokers, group: GROUP, slices, budget })
  }

  async #stop(): Promise<void> {
    await Promise.all([...this.#workers.values()].map((worker) => worker.stop()))
    await Promise.all([...this.#slices].map((slice) => slice.close()))
    this.#workers.clear()
    this.#slices.clear()
  }

  async remove(): Promise<void> {
    await this.#stop()
    await this.#producer?.close()
    await this.#store.close()
    rmSync(this.#directory, { recursive: true, force: true })
  }
}
