import { mkdirSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { FundwatchError } from '../../schemas/errors.ts'
import type { Instant } from '../../schemas/time.ts'
import type { Round } from '../engine/journal.ts'
import type { KeyValue } from '../memory/key-value.ts'
import { Lmdb } from '../memory/lmdb.ts'
import type { Store } from '../store/store.ts'
import { type Checkpoint, checkpointsOf, fetchCheckpoint, type Owner, saveCheckpoint } from './checkpoint.ts'

/** Hearing an event again takes about as long as fetching so many bytes. */
const BYTES_PER_EVENT = 50_000

type Durability = 'process' | 'power'

/** Where a worker's directory holds the memory of a slice. */
export function memoryOf(directory: string, index: number): string {
  return join(directory, 'slices', String(index), 'memory.lmdb')
}

/** Opens the memory of a slice, or begins one. */
export function openMemory(file: string, durability?: Durability): Lmdb {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  return new Lmdb(file, durability)
}

export function numberIn(memory: Pick<KeyValue, 'get'>, key: string): number | undefined {
  const stored = memory.get(key)
  return stored && Number(Buffer.from(stored).toString())
}

export interface Wanting {
  readonly store: Store
  readonly slice: number
  readonly file: string
  readonly durability?: Durability
  readonly history: { readonly life: string; readonly rounds: readonly Round[] }
  /** Number of the last batch that memory here knows. */
  readonly known: number
  readonly isWanted: () => boolean
  readonly onTrouble: (error: Error) => void
}

/**
 * The memory that a slice had when it was last copied, in place of the one here, where to fetch it is faster than to hear
 * again what has come since, or the only way. The memory that was open is closed then.
 */
export async function fetchNewer(memory: Lmdb, wanting: Wanting): Promise<Lmdb> {
  const { store, slice, file, durability, history, isWanted, onTrouble } = wanting
  const fetched = `${file}.fetched`
  for (const checkpoint of await checkpointsOf(store, { slice, life: history.life })) {
    if (!isWanted() || !isWorthIt(checkpoint, wanting)) break
    try {
      await fetchCheckpoint(store, checkpoint, fetched)
    } catch (error) {
      // An older one may do, and so does the history.
      if ((error as FundwatchError).code !== 'CHECKPOINT_DAMAGED') throw error
      onTrouble(error as Error)
      continue
    }
    await memory.close()
    await rm(`${file}-lock`, { force: true })
    await rename(fetched, file)
    return openMemory(file, durability)
  }
  await rm(fetched, { force: true })
  return memory
}

function isWorthIt({ upto, size }: Checkpoint, { history, known }: Wanting): boolean {
  if (upto <= known) return false
  const between = history.rounds.flat().filter(({ batch }) => batch > known && batch <= upto)
  const isTorn = between[0]?.batch !== known + 1
  const events = between.reduce((sum, { first, last }) => sum + Math.max(0, last - first + 1), 0)
  return isTorn || events * BYTES_PER_EVENT > size
}

/** A copy of what is committed in a slice's memory. */
export class MemoryCopy {
  readonly #file: string
  /** Number of the last batch that it knows; none, where nothing was heard yet. */
  readonly upto: number | undefined

  private constructor(file: string, memory: Lmdb) {
    this.#file = file
    this.upto = numberIn(memory, 'm|batch')
  }

  static async make(memory: Lmdb, file: string): Promise<MemoryCopy> {
    await removeAll(file)
    await memory.copyTo(file)
    const copied = new Lmdb(file)
    const copy = new MemoryCopy(file, copied)
    await copied.close()
    return copy
  }

  /** Puts it into the store, as `saveCheckpoint` does. */
  async save(store: Store, owner: Owner, now: Instant, isWanted: () => boolean): Promise<boolean> {
    const { upto } = this
    return upto !== undefined && saveCheckpoint(store, this.#file, { ...owner, upto, now }, isWanted)
  }

  remove(): Promise<void> {
    return removeAll(this.#file)
  }
}

async function removeAll(file: string): Promise<void> {
  for (const each of [file, `${file}-lock`]) await rm(each, { force: true })
}
