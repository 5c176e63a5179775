import { isAbsolute } from 'node:path'
import type { Detector } from '../../detectors/detector.ts'
import type { ReferenceBook } from '../../detectors/reference.ts'
import { FundwatchError } from '../../schemas/errors.ts'
import type { Settlement, Void } from '../../schemas/events.ts'
import { createNormaliser } from '../../schemas/normalise.ts'
import { BATCH_TABLES } from '../../schemas/tables.ts'
import type { Decoded } from '../decode/decode.ts'
import { createPseudonymiser } from '../decode/mask.ts'
import { type Arrival, unpack } from '../decode/packed.ts'
import type { Decoder } from '../engine/decoder.ts'
import { INTENTS, Journal } from '../engine/journal.ts'
import { settlementIn } from '../engine/originals.ts'
import type { Changes, KeyValue } from '../memory/key-value.ts'
import { type Budget, liftGuard } from '../shard/guard.ts'
import type { Batch } from '../shard/intake.ts'
import type { Account } from '../shard/outcome.ts'
import { Shard } from '../shard/shard.ts'
import type { Store } from '../store/store.ts'
import { type Reconciled, reconcileAlerts } from './alerts.ts'
import { noteHearers } from './hearers.ts'
import { historyOf, type Past, type PastBatch } from './history.ts'

export interface RebuildOptions {
  readonly detectors: readonly Detector[]
  readonly shadow?: readonly string[]
  readonly budget?: Budget
  readonly memory: KeyValue
  readonly store: Store
  /** Makes no columns: everything is stored. */
  readonly decoder: Decoder
  readonly identityKey: Uint8Array
  /** Puts into the reference data what comes from settings and not from events. */
  readonly onReference?: (reference: ReferenceBook) => void
  /** Goes on although stored events are gone. */
  readonly mayLack?: boolean
  readonly onProgress?: (events: number, of: number) => void
}

export interface Replayed {
  readonly batches: number
  readonly events: number
  /** Stored events that are refused or taken for duplicates today: a sign of a change in what is read. */
  readonly disagreed: number
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
  const { memory, store, decoder, mayLack = false, onProgress } = options
  const known = memory.get('m|batch')
  const after = known ? Number(Buffer.from(known).toString()) : 0
  const [row] = await store.query<{ n: number }>(
    'SELECT toFloat64(sum(stored)) AS n FROM batch AS b WHERE b.batch > {after:UInt64} AND b.batch <= {until:UInt64}',
    { after, until },
  )
  const hearing = new Hearing(options)
  for await (const [past, decoded] of ahead(historyOf(store, after, until, mayLack), decoder)) {
    await hearing.take(past, decoded)
    decoder.giveBack(decoded)
    onProgress?.(hearing.events, row!.n)
  }
  // The next batch takes another number than any that was ever used.
  await memory.commit(new Map([['m|batch', Buffer.from(String(until))]]))
  return { batches: hearing.batches, events: hearing.events, disagreed: hearing.disagreed }
}

/** Decodes one chunk ahead of the one that is judged. */
async function* ahead(history: AsyncIterable<Past>, decoder: Decoder): AsyncGenerator<[Past, Decoded]> {
  let waiting: { past: Past; decoded: Promise<Decoded> } | undefined
  for await (const past of history) {
    const decoded = decoder.decode(past.chunk)
    // Awaited with the next round; until then a failure must not count as unhandled.
    decoded.catch(() => {})
    if (waiting) yield [waiting.past, await waiting.decoded]
    waiting = { past, decoded }
  }
  if (waiting) yield [waiting.past, await waiting.decoded]
}

class Hearing {
  readonly #options: RebuildOptions
  readonly #journal: Journal
  readonly #normalise: ReturnType<typeof createNormaliser>
  readonly #shard: Shard
  batches = 0
  events = 0
  disagreed = 0

  constructor(options: RebuildOptions) {
    this.#options = options
    this.#journal = new Journal(options.memory)
    this.#shard = new Shard(options.memory, options)
    options.onReference?.(this.#shard.reference)
    this.#normalise = createNormaliser(createPseudonymiser(options.identityKey))
  }

  async take({ batches }: Past, { packed, deadLetters }: Decoded): Promise<void> {
    const [unreadable] = deadLetters
    if (unreadable) throw unreadableEvent(batches, unreadable)
    const arrivals = unpack(packed)
    const lookups = await this.#lookupsOf(arrivals, batches)
    let at = 0
    let since = 0
    for (const [i, batch] of batches.entries()) {
      for (const told of batch.told) {
        if (!('lifted' in told)) this.#take(batch, [], lookups, told)
        else {
          await this.#commit(batches.slice(since, i))
          since = i
          await this.#lift(told.lifted)
        }
      }
      const end = at + batch.events
      this.#take(batch, arrivals.slice(at, end), lookups)
      at = end
    }
    await this.#commit(batches.slice(since))
  }

  #take(
    { clock, now, source }: PastBatch,
    arrivals: readonly Arrival[],
    lookups: Lookups,
    told: Pick<Batch, 'reading' | 'since'> = {},
  ): void {
    this.#count(this.#shard.take({ arrivals, partition: clock, ...told, now, unguarded: isReplay(source), ...lookups }))
  }

  /** What is staged must be memory before another hand changes it, and known after. */
  async #lift(detector_id: string): Promise<void> {
    await liftGuard(this.#options.memory, detector_id)
  }

  async #commit(batches: readonly PastBatch[]): Promise<void> {
    const outcome = this.#shard.seal()
    // One batch after the other says what it has changed; only the last word is written.
    const changes = new Map<string, Uint8Array | null>(pairsOf(outcome.changes))
    const round = batches.map(({ source, partition, last, batch, now }) => {
      return { source, partition, first: 0, last, batch, now, replayable: true }
    })
    if (round.length > 0) for (const [key, value] of this.#journal.finish(round)) changes.set(key, value)
    await this.#options.memory.commit(changes)
    this.#shard.release(outcome)
    this.batches += batches.length
    for (const { events } of batches) this.events += events
  }

  #count({ refusals, duplicates }: Account): void {
    this.disagreed += refusals.length + duplicates.length
  }

  /** What was found out for these events then is in the store now. */
  async #lookupsOf(arrivals: readonly Arrival[], batches: readonly PastBatch[]): Promise<Lookups> {
    const voids = arrivals.filter(({ kind }) => kind === 'void')
    const matchedVoids = await this.#matched(voids, batches)
    const ids = voids.map((arrival) => matchedVoids.get(arrival.row) ?? (arrival.event() as Void).orig_setl_id)
    const wanted = [...new Set(ids)].filter(Boolean).map((id) => ({ kind: 'settlement', id }))
    const known = wanted.length > 0 ? await this.#options.store.originals(wanted) : new Map<string, string>()
    return {
      matchedVoids,
      originalOf: (setl_id) => {
        const raw = known.get(`settlement|${setl_id}`)
        return raw === undefined ? undefined : settlementIn(raw, this.#normalise)
      },
      // What said the same was a duplicate and is not stored.
      saysTheSame: () => false,
    }
  }

  /** A refund that named no original was told then which one it was. */
  async #matched(voids: readonly Arrival[], batches: readonly PastBatch[]): Promise<Map<number, string>> {
    const silent = voids.filter((arrival) => (arrival.event() as Void).orig_setl_id === '')
    if (silent.length === 0) return new Map()
    const rows = await this.#options.store.query<{ setl_id: string; orig_setl_id: string }>(
      `SELECT setl_id, orig_setl_id FROM void WHERE batch BETWEEN {first:UInt64} AND {last:UInt64}
       AND setl_id IN {ids:Array(String)}`,
      { first: batches[0]!.batch, last: batches.at(-1)!.batch, ids: silent.map(({ id }) => id) },
    )
    const told = new Map(rows.map(({ setl_id, orig_setl_id }) => [setl_id, orig_setl_id]))
    return new Map(silent.flatMap(({ row, id }) => (told.has(id) ? [[row, told.get(id)!] as const] : [])))
  }
}

/** Files were replayed: the guard of live work did not watch. */
function isReplay(source: string): boolean {
  return source === '-' || isAbsolute(source)
}

interface Lookups {
  readonly matchedVoids: ReadonlyMap<number, string>
  originalOf(setl_id: string): Settlement | undefined
  saysTheSame(arrival: Arrival): boolean
}

function* pairsOf(changes: Changes): Generator<readonly [string, Uint8Array | null]> {
  for (const [key, value] of changes) yield [key, value]
}

function unreadableEvent(batches: readonly PastBatch[], { row, code, field }: Decoded['deadLetters'][number]): FundwatchError {
  const batch = batches.find(({ from, events }) => row >= from && row < from + events)
  const what = `A stored event of batch ${batch?.batch} is refused by this release: ${code} ${field}`
  return new FundwatchError('HISTORY_UNREADABLE', `${what}. Rebuild with the release that stored it.`)
}
