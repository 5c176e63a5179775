import { formatInstant, type Instant } from '../../schemas/time.ts'
import { type Chunk, MAX_LINE_BYTES } from '../decode/decode.ts'
import type { Guarded } from '../shard/guard.ts'
import type { Mail } from '../shard/parcel.ts'
import type { Intent, Told } from './journal.ts'

const NEWLINE = 10

/** A contiguous range of one source's events, as it comes from a source. */
export interface SourceChunk extends Chunk {
  /** Name of the source: stable over restarts, so that a checkpoint finds it again. */
  readonly source: string
  readonly partition: number
  /** Offset of row 0; row `i` has offset `first + i`. */
  readonly first: number
  /**
   * Whether the source can deliver the same range again. What cannot be delivered again and was not acknowledged is
   * removed after a crash; its sender knows that it must send again.
   */
  readonly replayable: boolean
  /** The clock that the events move: one for everything local, one per Kafka partition. */
  readonly clock: string
  /** Clocks of which there is more to come, told by a chunk without events; all others rest until something comes. */
  readonly reading?: readonly string[]
  /** Time of the earliest event that waits at the source, told by a chunk without events: known history begins there. */
  readonly since?: Instant
  /** What others tell this slice, one word at each offset, in a chunk without events. */
  readonly mail?: readonly Mail[]
  /** The range was begun before, and is judged again by the number and the clock of then. */
  readonly repeats?: Pick<Intent, 'batch' | 'now'> & {
    /** All of it was stored and told: only memory has yet to hear it. */
    readonly isDone?: boolean
  }
}

export const NO_EVENTS: SourceChunk = {
  bytes: new Uint8Array(0),
  ends: new Uint32Array(0),
  gap: 1,
  oversized: [],
  source: 'clock',
  partition: 0,
  first: 0,
  replayable: false,
  clock: '',
}

/** The last offset of a chunk; the one before its first where it has none. */
export function lastOf({ first, ends, mail = [] }: SourceChunk): number {
  return first + ends.length + mail.length - 1
}

/** What a chunk without events says. */
export function toldBy({ reading, since }: Pick<SourceChunk, 'reading' | 'since'>): Told[] {
  return [...(reading ? [{ reading }] : []), ...(since === undefined ? [] : [{ since }])]
}

/** The chunk without events that said this. */
export function toldAgain({ reading, since }: Pick<SourceChunk, 'reading' | 'since'>): SourceChunk {
  return { ...NO_EVENTS, reading, since }
}

/** What became of a chunk, once it is durable. */
export interface Receipt {
  readonly events: number
  readonly accepted: number
  readonly duplicates: number
  readonly settlements: number
  readonly feeLines: number
  readonly late: number
  /** Detectors that were moved to shadow because of their budget. */
  readonly guarded: readonly Guarded[]
  readonly rejected: readonly { readonly row: number; readonly code: string; readonly message: string }[]
}

/** Bytes of one line of a chunk. */
export function lineOf({ bytes, ends, gap }: Chunk, row: number): Buffer {
  const start = row === 0 ? 0 : ends[row - 1]! + gap
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, ends[row]! - start)
}

/** A chunk of newline-separated lines; the last may lack its newline. */
export function chunkOfBytes(lines: Buffer): Chunk {
  const bytes = lines.at(-1) === NEWLINE ? lines : Buffer.concat([lines, Buffer.of(NEWLINE)])
  const ends: number[] = []
  const oversized: number[] = []
  for (let at = bytes.indexOf(NEWLINE), start = 0; at >= 0; start = at + 1, at = bytes.indexOf(NEWLINE, start)) {
    if (at - start > MAX_LINE_BYTES) oversized.push(ends.length)
    ends.push(at)
  }
  return { bytes, ends: Uint32Array.from(ends), gap: 1, oversized }
}

export function chunkOfText(text: string): Chunk {
  return chunkOfBytes(Buffer.from(text))
}

/** One event, which says that it is so late. */
export function chunkOfHeartbeat(time: Instant): Chunk {
  return chunkOfText(JSON.stringify({ kind: 'heartbeat', time: formatInstant(time) }))
}
