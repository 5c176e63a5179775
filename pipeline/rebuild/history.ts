import { FundwatchError } from '../../schemas/errors.ts'
import type { Instant } from '../../schemas/time.ts'
import type { Chunk } from '../decode/decode.ts'
import type { Told } from '../engine/journal.ts'
import type { Store } from '../store/store.ts'

/** A batch as it was judged. */
export interface PastBatch {
  readonly batch: number
  readonly source: string
  readonly partition: number
  readonly last: number
  readonly clock: string
  readonly now: Instant
  readonly told: readonly Told[]
  /** Its events in the chunk: from this row on, and how many. */
  readonly from: number
  readonly events: number
}

/** Whole batches in the order in which they were judged, and their stored events as one chunk. */
export interface Past {
  readonly batches: readonly PastBatch[]
  readonly chunk: Chunk
}

/** A chunk of history takes whole batches until it has as much as this. */
const CHUNK_ROWS = 4_000
const CHUNK_BYTES = 16 * 1024 * 1024
const BATCHES_AT_ONCE = 10_000

interface BatchRow {
  readonly batch: number
  readonly source: string
  readonly partition: number
  readonly last: number
  readonly stored: number
  readonly at: Instant
  readonly clock: string
  readonly told: string
}

/**
 * What is stored of all batches after one and up to another. Sorting is the engine's work, on its disk where memory does not
 * suffice: the events lie there by identity, and history may be larger than any memory.
 *
 * @throws FundwatchError HISTORY_INCOMPLETE where rows of a batch are gone, unless they may be
 */
export async function* historyOf(store: Store, after: number, until: number, mayLack: boolean): AsyncGenerator<Past> {
  const rows = new RowReader(
    store.scan(
      `SELECT batch, raw FROM raw_event WHERE batch > {after:UInt64} AND batch <= {until:UInt64} ORDER BY batch, offset
       SETTINGS max_block_size = 1024, max_bytes_before_external_sort = 536870912`,
      { after, until },
    ),
  )
  let draft = new Draft()
  for await (const { stored, ...row } of batchesOf(store, after, until)) {
    const found = await rows.takeOf(row.batch, draft)
    if (found < stored && !mayLack) throw incomplete(row.batch, stored, found)
    draft.end(row, found)
    if (draft.isFull) {
      yield draft.finish()
      draft = new Draft()
    }
  }
  if (draft.holdsAny) yield draft.finish()
}

function incomplete(batch: number, stored: number, found: number): FundwatchError {
  const message = `Batch ${batch} has ${found} of its ${stored} events. Restore the store from a backup, or accept what is missing (fundwatch rebuild --accept-missing).`
  return new FundwatchError('HISTORY_INCOMPLETE', message)
}

async function* batchesOf(store: Store, after: number, until: number): AsyncGenerator<BatchRow> {
  for (let from = after; ; ) {
    const rows = await store.query<BatchRow>(
      `SELECT toFloat64(b.batch) AS batch, source, partition, toFloat64(last_offset) AS last, toFloat64(stored) AS stored,
         toFloat64(toUnixTimestamp64Milli(committed_at)) AS at, clock, told
       FROM batch AS b WHERE b.batch > {from:UInt64} AND b.batch <= {until:UInt64} ORDER BY b.batch LIMIT {limit:UInt32}`,
      { from, until, limit: BATCHES_AT_ONCE },
    )
    yield* rows
    if (rows.length < BATCHES_AT_ONCE) return
    from = rows.at(-1)!.batch
  }
}

/** Batches written before their clock was recorded: all of Kafka had one per partition, everything else the local one. */
function clockOf({ clock, source, partition }: Pick<BatchRow, 'clock' | 'source' | 'partition'>): string {
  if (clock !== '') return clock
  return source.startsWith('kafka:') ? `${source}:${partition}` : 'local'
}

class Draft {
  readonly #batches: PastBatch[] = []
  readonly #lines: Buffer[] = []
  readonly #ends: number[] = []
  #bytes = 0

  add(line: Buffer): void {
    this.#lines.push(line)
    this.#bytes += line.length
    this.#ends.push(this.#bytes)
  }

  end(row: Omit<BatchRow, 'stored'>, events: number): void {
    const { batch, source, partition, last, told, at } = row
    const from = this.#ends.length - events
    const said = told === '' ? [] : (JSON.parse(told) as Told[])
    this.#batches.push({ batch, source, partition, last, clock: clockOf(row), now: at, told: said, from, events })
  }

  get isFull(): boolean {
    return this.#ends.length >= CHUNK_ROWS || this.#bytes >= CHUNK_BYTES || this.#batches.length >= CHUNK_ROWS
  }

  get holdsAny(): boolean {
    return this.#batches.length > 0
  }

  finish(): Past {
    const bytes = Buffer.concat(this.#lines)
    return { batches: this.#batches, chunk: { bytes, ends: Uint32Array.from(this.#ends), gap: 0, oversized: [] } }
  }
}

/** The rows of a scan: number of the batch and the event's bytes, in RowBinary. */
class RowReader {
  readonly #pieces: AsyncIterator<Uint8Array>
  #bytes: Buffer = Buffer.alloc(0)
  #at = 0

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]()
  }

  /** Adds the events of a batch to the draft; those of earlier ones, of which the record does not know, are passed over. */
  async takeOf(batch: number, draft: Draft): Promise<number> {
    for (let found = 0; ; found++) {
      if (!(await this.#has(8))) return found
      const next = Number(this.#bytes.readBigUInt64LE(this.#at))
      if (next > batch) return found
      const line = await this.#readText(8)
      if (next === batch) draft.add(line)
      else found--
    }
  }

  /** A text that begins so many bytes from here; then reads on behind it. */
  async #readText(offset: number): Promise<Buffer> {
    let length = 0
    let shift = 1
    let head = offset
    for (;;) {
      if (!(await this.#has(head + 1))) throw cutOff()
      const byte = this.#bytes[this.#at + head++]!
      length += (byte & 0x7f) * shift
      shift *= 128
      if (byte < 0x80) break
    }
    if (!(await this.#has(head + length))) throw cutOff()
    const text = this.#bytes.subarray(this.#at + head, this.#at + head + length)
    this.#at += head + length
    return text
  }

  async #has(count: number): Promise<boolean> {
    while (this.#bytes.length - this.#at < count) {
      const { value, done } = await this.#pieces.next()
      if (done) {
        if (this.#at < this.#bytes.length) throw cutOff()
        return false
      }
      const rest = this.#bytes.subarray(this.#at)
      this.#bytes =
        rest.length === 0 ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : Buffer.concat([rest, value])
      this.#at = 0
    }
    return true
  }
}

function cutOff(): FundwatchError {
  return new FundwatchError('STORE_UNREACHABLE', 'The store broke off in the midst of a row.')
}
