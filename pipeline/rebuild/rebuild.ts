import { BATCH_TABLES } from '../../schemas/tables.ts'
import { INTENTS } from '../engine/journal.ts'
import type { KeyValue } from '../memory/key-value.ts'
import type { Store } from '../store/store.ts'
import { type Reconciled, reconcileAlerts } from './alerts.ts'
import { noteHearers } from './hearers.ts'
import { Hearing, type HearingOptions, type Replayed } from './hearing.ts'
import { historyOf } from './history.ts'

export interface RebuildOptions extends HearingOptions {
  /** Goes on although stored events are gone. */
  readonly mayLack?: boolean
  readonly onProgress?: (events: number, of: number) => void
}

export interface Rebuilt extends Replayed, Reconciled {}

/** Stands in memory while it is being rebuilt, so that a process that is stopped meanwhile goes on with it. */
const MARK = 'm|rebuild'
const [DROPPING, REPLAYING] = [1, 2]
/** The form of memory, the epoch of the log, which files were read, the demonstration's first day. */
const KEPT = [MARK, 'm|version', 'm|epoch', 'm|file|', 'm|simulation']
const DROPPED_AT_ONCE = 10_000

export type MemoryState = 'ready' | 'empty' | 'lost' | 'orphaned' | 'unfinished'

/**
 * Whether memory is that of the store: `lost` where the store has a history of which memory knows nothing, `orphaned` where
 * memory knows what was stored and the store has nothing: it would take all of it for duplicates, and nobody would have it.
 */
export async function stateOfMemory(memory: KeyValue, store: Store): Promise<MemoryState> {
  if (memory.get(MARK)) return 'unfinished'
  // A first batch that was never finished is the journal's to repeat or to remove.
  for (const _ of memory.scan(INTENTS)) return 'ready'
  const [row] = await store.query<{ n: number }>('SELECT count() AS n FROM batch')
  const hasHistory = Number(row!.n) > 0
  if (!memory.get('m|batch')) return hasHistory ? 'lost' : 'empty'
  return hasHistory || !knowsOffsets(memory) ? 'ready' : 'orphaned'
}

function knowsOffsets(memory: KeyValue): boolean {
  for (const _ of memory.scan('m|next|')) return true
  return false
}

/**
 * Makes memory anew from what is stored: every event comes again in the order of its arrival, by the clock of its arrival,
 * to the same detectors, and ends in the same memory. Nothing is stored and nobody is told: what is raised was raised then.
 *
 * @throws FundwatchError HISTORY_INCOMPLETE, HISTORY_UNREADABLE
 */
export async function rebuild(options: RebuildOptions): Promise<Rebuilt> {
  const { memory, store } = options
  if (memory.get(MARK)?.[0] === DROPPING) await drop(memory)
  const until = await forgetUnfinished(store)
  await memory.commit(new Map([[MARK, Buffer.of(REPLAYING)]]))
  const replayed = await replayHistory(options, until)
  const reconciled = await reconcileAlerts(store, memory)
  await noteHearers(memory, store, options.detectors, [])
  await memory.commit(new Map([[MARK, null]]))
  return { ...replayed, ...reconciled }
}

/** Gives memory up, so that it is made anew; what is no memory of events stays. */
export async function giveUp(memory: KeyValue): Promise<void> {
  await memory.commit(new Map([[MARK, Buffer.of(DROPPING)]]))
}

async function drop(memory: KeyValue): Promise<void> {
  for (;;) {
    const gone = new Map<string, null>()
    for (const [key] of memory.scan('')) {
      if (!KEPT.some((kept) => key.startsWith(kept))) gone.set(key, null)
      if (gone.size === DROPPED_AT_ONCE) break
    }
    if (gone.size === 0) return
    await memory.commit(gone)
  }
}

/**
 * Removes rows of batches that were never finished: their sources bring them again, under new numbers. Answers the last
 * number that is in use.
 */
async function forgetUnfinished(store: Store): Promise<number> {
  const tables = BATCH_TABLES.filter((table) => table !== 'batch')
  const numbers = new Set<number>()
  for (const table of tables) {
    const rows = await store.query<{ n: number }>(
      `SELECT DISTINCT toFloat64(t.batch) AS n FROM \`${table}\` AS t WHERE t.batch NOT IN (SELECT batch FROM batch)`,
    )
    for (const { n } of rows) numbers.add(n)
  }
  await store.forgetBatches([...numbers])
  const [row] = await store.query<{ last: number }>('SELECT toFloat64(max(b.batch)) AS last FROM batch AS b')
  return Math.max(row!.last, ...numbers)
}

/** Lets a shard on this memory hear all that came after the batch that it knows, up to another. */
export async function replayHistory(options: RebuildOptions, until: number): Promise<Replayed> {
  const { memory, store, mayLack = false, onProgress } = options
  const known = memory.get('m|batch')
  const after = known ? Number(Buffer.from(known).toString()) : 0
  const [row] = await store.query<{ n: number }>(
    'SELECT toFloat64(sum(stored)) AS n FROM batch AS b WHERE b.batch > {after:UInt64} AND b.batch <= {until:UInt64}',
    { after, until },
  )
  const hearing = new Hearing(options)
  await hearing.hear(historyOf(store, after, until, mayLack), () => {
    onProgress?.(hearing.events, row!.n)
    return true
  })
  // The next batch takes another number than any that was ever used.
  await memory.commit(new Map([['m|batch', Buffer.from(String(until))]]))
  return { batches: hearing.batches, events: hearing.events, disagreed: hearing.disagreed }
}
