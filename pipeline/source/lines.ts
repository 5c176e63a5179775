import type { Chunk } from '../decode/decode.ts'
import { MAX_LINE_BYTES } from '../decode/decode.ts'

/** How large chunks get. */
export interface ChunkSize {
  readonly lines: number
  readonly bytes: number
}

/** Large enough that the store's work per insert does not count, small enough that four of them are little memory. */
export const REPLAY_CHUNK: ChunkSize = { lines: 4_000, bytes: 24 * 1024 * 1024 }

const NEWLINE = 10
/** What is kept of a line that is too long: enough to recognise it. */
export const KEPT_OF_OVERSIZED = 64 * 1024

/**
 * Cuts a stream of bytes into chunks of whole lines. Memory is bounded by one chunk and the longest accepted line: of a
 * longer one only the beginning is kept and the rest is passed over.
 *
 * @param exactly number of lines of the first chunk, where a recovery must repeat a range
 */
export async function* chunksOfLines(bytes: AsyncIterable<Uint8Array>, size: ChunkSize, exactly?: number): AsyncGenerator<Chunk> {
  let draft = new Draft(size, exactly)
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
        draft = new Draft(size)
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
  #bytes = Buffer.from(new SharedArrayBuffer(1 << 20))
  #length = 0
  #lineStart = 0
  #lineLength = 0
  readonly #ends: number[] = []
  readonly #oversized: number[] = []

  constructor(size: ChunkSize, exactly?: number) {
    this.#size = size
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
