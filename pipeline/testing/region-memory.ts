import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Detector } from '../../detectors/detector.ts'
import { inlineDecoder } from '../engine/decoder.ts'
import { Engine } from '../engine/engine.ts'
import { InMemory } from '../memory/in-memory.ts'
import type { KeyValue } from '../memory/key-value.ts'
import { Lmdb } from '../memory/lmdb.ts'
import { differingKeys } from '../rebuild/memory-digest.ts'
import { catchUp } from '../region/catch-up.ts'
import { SliceHistory } from '../region/slice-history.ts'
import { memoryOf } from '../region/slice-memory.ts'
import type { Budget } from '../shard/guard.ts'
import { BATCHES } from '../shard/slices.ts'
import { KafkaClient } from '../source/kafka-client.ts'
import type { Store } from '../store/store.ts'
import { KEY } from './engine-run.ts'
import { REGION_NOW } from './region-watch.ts'

export interface LeftRegion {
  readonly detectors: readonly Detector[]
  readonly brokers: string
  readonly group: string
  readonly store: Store
  /** Where each worker has its disk, under its name. */
  readonly directory: string
  readonly slices: number
  /** What the workers count alerts against, if they do. */
  readonly budget?: Budget
}

/**
 * What workers that have all ended have left on their disks, beside what one knows who hears the history of each slice again,
 * undisturbed and from nothing: the keys that differ, each after the number of its slice.
 */
export async function memoryDifferences(region: LeftRegion): Promise<string[]> {
  const differing: string[] = []
  for (let index = 0; index < region.slices; index++) {
    const left = await latestMemory(region, index)
    const anew = await heardAnew(region, index)
    differing.push(...differingKeys(left, anew).map((key) => `${index}: ${key}`))
    await left.close()
  }
  return differing
}

/** Of those that have had a slice, the one that has had it last knows the most. */
async function latestMemory({ directory }: LeftRegion, index: number): Promise<KeyValue> {
  const places = readdirSync(directory).map((name) => memoryOf(join(directory, name), index))
  let latest: Lmdb | undefined
  for (const place of places.filter((place) => existsSync(place))) {
    const memory = new Lmdb(place)
    const [older, newer] = latest && batchOf(latest) > batchOf(memory) ? [memory, latest] : [latest, memory]
    latest = newer
    await older?.close()
  }
  if (!latest) throw new Error(`Nobody has left a memory of slice ${index}.`)
  return latest
}

function batchOf(memory: KeyValue): number {
  return Number(Buffer.from(memory.get('m|batch') ?? []).toString())
}

async function heardAnew(region: LeftRegion, index: number): Promise<KeyValue> {
  const { detectors, brokers, group, store, budget, slices: count } = region
  const after = index * BATCHES
  const history = await SliceHistory.open({ brokers, group, slice: index, identityKey: KEY, known: undefined, from: 0 })
  const client = await KafkaClient.connect(brokers, group)
  try {
    const slice = { slices: { index, count, life: history.life }, after, history, post: async () => {} }
    const [memory, decoder] = [new InMemory(), inlineDecoder(KEY)]
    const options = { detectors, budget, memory, store, decoder, identityKey: KEY, now: () => REGION_NOW, slice }
    await catchUp(await Engine.open(options, () => true), client, { rounds: history.rounds, known: after })
    return memory
  } finally {
    await client.close()
    await history.close()
  }
}
