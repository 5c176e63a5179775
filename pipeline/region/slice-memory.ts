import { mkdirSync } from 'node:fs'
import { rename, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { FundwatchError } from '../../schemas/errors.ts'
import { DAY } from '../../schemas/time.ts'
import type { Durability } from '../durability.ts'
import type { Round } from '../engine/journal.ts'
import type { KeyValue } from '../memory/key-value.ts'
import { Lmdb } from '../memory/lmdb.ts'
import type { Store } from '../store/store.ts'
import { type Checkpoint, checkpointsOf, fetchCheckpoint, type Owner, saveCheckpoint } from './checkpoint.ts'

/** Hearing an event again takes about as long as fetching so many bytes. */
const BYTES_PER_EVENT = 50_000
/** What was heard longer ago may be in the topics no longer, milliseconds. */
const LONG_AGO = 7 * DAY
/** Room that there must be for a copy, in sizes of what is copied: work goes on meanwhile. */
const ROOM = 2

/** Where a worker's directory holds the memory of a slice. */
export function memoryOf(directory: string, index: number): string {
  return join(directory, 'slices', String(index), 'memory.lmdb')
}

/** Opens the memory of a slice, or begins one. What a crash has left of copies is removed first: it may have filled the disk. */
export async function openMemory(file: string, durability?: Durability): Promise<Lmdb> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  for (const left of [copyOf(file), fetchedFor(file)]) await remove(left)
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
  const fetched = fetchedFor(file)
  for (const checkpoint of await checkpointsOf(store, { slice, life: history.life })) {
    if (!isWanted() || !isWorthIt(checkpoint, wanting)) return memory
    try {
      await fetchCheckpoint(store, checkpoint, fetched, isWanted)
      await new Lmdb(fetched).close()
    } catch (error) {
      await remove(fetched)
      if (!isWanted()) return memory
      // An older one may do, and so does the history.
      onTrouble(failed(slice, 'fetched', error))
      continue
    }
    await memory.close()
    for (const each of [`${file}-lock`, `${fetched}-lock`]) await rm(each, { force: true })
    await rename(fetched, file)
    return openMemory(file, durability)
  }
  return memory
}

function isWorthIt({ upto, size }: Checkpoint, { history, known }: Wanting): boolean {
  if (upto <= known) return false
  const between = history.rounds.flat().filter(({ batch }) => batch > known && batch <= upto)
  const first = between[0]
  const isOutOfReach = first?.batch !== known + 1 || Date.now() - first.now > LONG_AGO
  const events = between.reduce((sum, { first, last }) => sum + Math.max(0, last - first + 1), 0)
  return isOutOfReach || events * BYTES_PER_EVENT > size
}

/** A copy of what is committed in a slice's memory, beside it. */
export class MemoryCopy {
  readonly #file: string
  /** Number of the last batch that it knows; none, where nothing was heard yet. */
  readonly upto: number | undefined

  private constructor(file: string, memory: Lmdb) {
    this.#file = file
    this.upto = numberIn(memory, 'm|batch')
  }

  /** @throws FundwatchError CHECKPOINT_FAILED where there is no room for it */
  static async make(memory: Lmdb, of: Owner, file: string): Promise<MemoryCopy> {
    const copy = copyOf(file)
    try {
      await requireRoom(file)
      await memory.copyTo(copy)
      const copied = new Lmdb(copy)
      const made = new MemoryCopy(copy, copied)
      await copied.close()
      return made
    } catch (error) {
      await remove(copy)
      throw failed(of.slice, 'made', error)
    }
  }

  /** Puts it into the store, as `saveCheckpoint` does, and removes it here. */
  async save(store: Store, owner: Owner, signal: AbortSignal): Promise<boolean> {
    const { upto } = this
    try {
      return upto !== undefined && (await saveCheckpoint(store, this.#file, { ...owner, upto }, signal))
    } catch (error) {
      throw failed(owner.slice, 'stored', error)
    } finally {
      await remove(this.#file)
    }
  }
}

async function requireRoom(file: string): Promise<void> {
  const { size } = await stat(file)
  const { bavail, bsize } = await statfs(file)
  const [free, needed] = [bavail * bsize, ROOM * size]
  if (free < needed) throw new Error(`${free} bytes of the disk are free, and ${needed} would be needed`)
}

function failed(slice: number, what: string, error: unknown): FundwatchError {
  if (error instanceof FundwatchError && error.code.startsWith('CHECKPOINT_')) return error
  const message = `The copy of the memory of slice ${slice} could not be ${what}: ${(error as Error).message}`
  return new FundwatchError('CHECKPOINT_FAILED', message, { cause: error })
}

function copyOf(file: string): string {
  return `${file}.copy`
}

function fetchedFor(file: string): string {
  return `${file}.fetched`
}

async function remove(file: string): Promise<void> {
  for (const each of [file, `${file}-lock`]) await rm(each, { force: true })
}
