import type { Chunk } from '../decode/decode.ts'
import { MAX_LINE_BYTES } from '../decode/decode.ts'

/** How large chunks get. */
export interface ChunkSize {
  readonly lines: number
  readonly bytes: number
}

/** Large enough that the store's work per insert does not count, small enough that four of them are little memory. */
export const REPLAY_CHUNK: ChunkSize = { lines: 4_000, bytes: 24 * 1024 * 1024 }

/** The longest usual line: a chunk that is nearly full takes one more without growing. */
const USUAL_LINE = 1024 * 1024

/**
 * The memory of chunks, used again once a chunk is durable: fresh memory must first be brought in page by page, which
 * costs more than reading the file into it. Shared, so that a worker decodes it where it lies.
 */
export class ChunkMemory {
  readonly #size: number
  readonly #free: SharedArrayBuffer[] = []

  constructor(size: ChunkSize) {
    this.#size = size.bytes + USUAL_LINE
  }

  take(): SharedArrayBuffer {
    return this.#free.pop() ?? new SharedArrayBuffer(this.#size)
  }

  /** Memory of a chunk that nobody reads any more; of one that had to grow it is not kept. */
  give({ bytes }: Pick<Chunk, 'bytes'>): void {
    if (bytes.buffer instanceof SharedArrayBuffer && bytes.buffer.byteLength === this.#size) this.#free.push(bytes.buffer)
  }
}

export const NEWLINE = 10
/** What is kept of a line that is too long: enough to recognise it. */
export const KEPT_OF_OVERSIZED = 64 * 1024

/**
 * Cuts a stream of bytes into chunks of whole lines. Memory is bounded by one chunk and the longest accepted line: of a
 * longer one only the beginning is kept and the rest is passed over.
 *
 * @param exactly number of lines of the first chunk, where a recovery must repeat a range
 */
export async function* chunksOfLines(
  bytes: AsyncIterable<Uint8Array>,
  size: ChunkSize,
  exactly?: number,
  memory = new ChunkMemory(size),
): AsyncGenerator<Chunk> {
  let draft = new Draft(size, memory, exactly)
  for await (const piece of bytes) {
    let from = 0
    while (from < piece.length) {
      const newline = piece.indexOf(NEWLINE, from)
      if (newline < 0) {
        draft.append(piece.subarray(from))
        break
      }
      draft.append(piece.subarray(from, newline))
      draft.endLine()
      from = newline + 1
      if (draft.isFull) {
        yield draft.finish()
        draft = new Draft(size, memory)
      }
    }
  }
  if (draft.hasOpenLine) draft.endLine()
  if (draft.lines > 0) yield draft.finish()
}

/** A chunk being filled. */
class Draft {
  readonly #size: ChunkSize
  readonly #exactly: number | undefined
  #bytes: Buffer
  #length = 0
  #lineStart = 0
  #lineLength = 0
  readonly #ends: number[] = []
  readonly #oversized: number[] = []

  constructor(size: ChunkSize, memory: ChunkMemory, exactly?: number) {
    this.#size = size
    this.#bytes = Buffer.from(memory.take())
    this.#exactly = exactly
  }

  get lines(): number {
    return this.#ends.length
  }

  get isFull(): boolean {
    if (this.#exactly !== undefined) return this.#ends.length >= this.#exactly
    return this.#ends.length >= this.#size.lines || this.#length >= this.#size.bytes
  }

  get hasOpenLine(): boolean {
    return this.#lineLength > 0
  }

  append(piece: Uint8Array): void {
    this.#lineLength += piece.length
    if (this.#lineLength > MAX_LINE_BYTES) {
      this.#length = Math.min(this.#length, this.#lineStart + KEPT_OF_OVERSIZED)
      return
    }
    this.#reserve(piece.length)
    this.#bytes.set(piece, this.#length)
    this.#length += piece.length
  }

  endLine(): void {
    if (this.#lineLength > MAX_LINE_BYTES) this.#oversized.push(this.#ends.length)
    this.#ends.push(this.#length)
    this.#reserve(1)
    this.#bytes[this.#length++] = NEWLINE
    this.#lineStart = this.#length
    this.#lineLength = 0
  }

  finish(): Chunk {
    return {
      bytes: this.#bytes.subarray(0, this.#length),
      ends: Uint32Array.from(this.#ends),
      gap: 1,
      oversized: this.#oversized,
    }
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const larger = Buffer.from(new SharedArrayBuffer(Math.max(this.#bytes.length * 2, this.#length + more)))
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
  }
}
