import { isAbsolute } from 'node:path'
import type { ReferenceBook } from '../../detectors/reference.ts'
import { FundwatchError } from '../../schemas/errors.ts'
import type { Settlement, Void } from '../../schemas/events.ts'
import { createNormaliser } from '../../schemas/normalise.ts'
import type { Instant } from '../../schemas/time.ts'
import type { Decoded } from '../decode/decode.ts'
import { createPseudonymiser } from '../decode/mask.ts'
import { type Arrival, unpack } from '../decode/packed.ts'
import type { Decoder } from '../engine/decoder.ts'
import type { EngineOptions } from '../engine/engine.ts'
import { Journal } from '../engine/journal.ts'
import { settlementIn } from '../engine/originals.ts'
import type { Changes } from '../memory/key-value.ts'
import { liftGuard } from '../shard/guard.ts'
import type { Batch } from '../shard/intake.ts'
import type { Account } from '../shard/outcome.ts'
import { Shard } from '../shard/shard.ts'
import type { Past, PastBatch } from './history.ts'

export interface HearingOptions
  extends Pick<EngineOptions, 'detectors' | 'shadow' | 'budget' | 'memory' | 'store' | 'decoder' | 'identityKey'> {
  /** Puts into the reference data what comes from settings and not from events. */
  readonly onReference?: (reference: ReferenceBook) => void
  /** Where known history begins; with its earliest event where absent. */
  readonly history_from?: Instant
}

export interface Replayed {
  readonly batches: number
  readonly events: number
  /** Stored events that are refused or taken for duplicates today: a sign of a change in what is read. */
  readonly disagreed: number
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

/** A shard that hears history, and whose memory follows. Nothing is stored, and nobody is told. */
export class Hearing implements Replayed {
  readonly #options: HearingOptions
  readonly #journal: Journal
  readonly #normalise: ReturnType<typeof createNormaliser>
  readonly #shard: Shard
  batches = 0
  events = 0
  disagreed = 0

  constructor(options: HearingOptions) {
    this.#options = options
    this.#journal = new Journal(options.memory)
    this.#shard = new Shard(options.memory, options)
    options.onReference?.(this.#shard.reference)
    this.#normalise = createNormaliser(createPseudonymiser(options.identityKey))
  }

  /**
   * @param goesOn told of what was heard last
   * @throws FundwatchError HISTORY_UNREADABLE, and what the history does
   */
  async hear(history: AsyncIterable<Past>, goesOn: (heard: Past) => boolean): Promise<void> {
    const { decoder } = this.#options
    for await (const [past, decoded] of ahead(history, decoder)) {
      await this.#hear(past, decoded)
      decoder.giveBack(decoded)
      if (!goesOn(past)) return
    }
  }

  async #hear({ batches }: Past, { packed, deadLetters }: Decoded): Promise<void> {
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
