import type { Message } from 'node-rdkafka'
import { type Chunk, MAX_LINE_BYTES } from '../decode/decode.ts'
import type { Run } from './inbox.ts'
import { type ChunkSize, KEPT_OF_OVERSIZED } from './lines.ts'

/** A chunk, and the offset of its row 0. */
export interface PlacedChunk extends Chunk {
  readonly first: number
}

/** A run as chunks in which every offset has its row: one that holds no message is an empty line, which is no event. */
export function* chunksOfRun({ offset, messages }: Run, size: ChunkSize): Generator<PlacedChunk> {
  let first = offset
  let from = 0
  let bytes = 0
  for (const [i, { size: length, offset: at }] of messages.entries()) {
    bytes += length
    const isLast = i === messages.length - 1
    if (!isLast && i + 1 - from < size.lines && bytes < size.bytes) continue
    yield { ...chunkOf(messages.slice(from, i + 1), first), first }
    first = at + 1
    from = i + 1
    bytes = 0
  }
}

/** A run as one chunk that reaches to this offset, be there messages up to it or not. */
export function chunkUntil({ offset, messages }: Run, last: number): PlacedChunk {
  return { ...chunkOf(messages, offset, last), first: offset }
}

function chunkOf(messages: readonly Message[], first: number, last = messages.at(-1)!.offset): Chunk {
  const ends = new Uint32Array(last + 1 - first)
  const oversized: number[] = []
  const values: Buffer[] = []
  let row = 0
  let length = 0
  for (const { value, offset } of messages) {
    while (row < offset - first) ends[row++] = length
    // A tombstone has no value.
    const whole = value ?? Buffer.alloc(0)
    if (whole.length > MAX_LINE_BYTES) oversized.push(row)
    const kept = whole.length > MAX_LINE_BYTES ? whole.subarray(0, KEPT_OF_OVERSIZED) : whole
    values.push(kept)
    length += kept.length
    ends[row++] = length
  }
  while (row < ends.length) ends[row++] = length
  return { bytes: Buffer.concat(values), ends, gap: 0, oversized }
}
