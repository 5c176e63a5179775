/** One column as flat memory that a worker can hand over without a copy. */
export interface EncodedColumn {
  readonly name: string
  /** Numbers, or the bytes of all texts one after the other. */
  readonly values: Float64Array | Uint8Array
  /** Of text: value `i` is `values[offsets[i]]` up to `offsets[i + 1]`. */
  readonly offsets?: Int32Array
}

const FIRST_ROWS = 64
const FIRST_BYTES = 1024

/** Memory of columns that were stored, to be written again. */
const spare: ArrayBuffer[] = []
/** Beyond this the smallest is let go. */
const SPARES = 256

/**
 * Gives memory back for the columns of later chunks: fresh memory must first be brought in page by page, and the garbage
 * collector hurries whenever much of it comes and goes.
 */
export function reuse(memory: readonly ArrayBuffer[]): void {
  spare.push(...memory)
  spare.sort((a, b) => a.byteLength - b.byteLength)
  if (spare.length > SPARES) spare.splice(0, spare.length - SPARES)
}

/** Columns are written from the front and handed over to the last written byte: zeroing their memory would be waste. */
function memoryOf(length: number): ArrayBuffer {
  const fit = spare.findIndex(({ byteLength }) => byteLength >= length)
  // Memory many times too large would be missed by the column that needs it.
  if (fit >= 0 && spare[fit]!.byteLength <= 4 * length) return spare.splice(fit, 1)[0]!
  return Buffer.allocUnsafeSlow(length).buffer as ArrayBuffer
}

export function bytesOf(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(memoryOf(length))
}

export function numbersOf(length: number): Float64Array<ArrayBuffer> {
  const memory = memoryOf(length * 8)
  return new Float64Array(memory, 0, Math.floor(memory.byteLength / 8))
}

function offsetsOf(length: number): Int32Array<ArrayBuffer> {
  const memory = memoryOf(length * 4)
  const offsets = new Int32Array(memory, 0, Math.floor(memory.byteLength / 4))
  offsets[0] = 0
  return offsets
}

/** A little more than the last chunk needed: growing while writing costs more than the writing. */
export function roomFor(used: number, least: number): number {
  return Math.max(least, Math.ceil(used * 1.25))
}

/** Text of byte strings: each character code is one byte of UTF-8. */
export class TextColumn {
  readonly #name: string
  #bytes = bytesOf(FIRST_BYTES)
  #offsets = offsetsOf(FIRST_ROWS)
  #end = 0
  #rows = 0

  constructor(name: string) {
    this.#name = name
  }

  push(text: string): void {
    this.part(text)
    this.endRow()
  }

  pushBytes(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#bytes.length) this.#growBytes(bytes.length)
    this.#bytes.set(bytes, this.#end)
    this.#end += bytes.length
    this.endRow()
  }

  /** Appends a row that lies in other memory. */
  pushRange(bytes: Uint8Array, from: number, to: number): void {
    this.partRange(bytes, from, to)
    this.endRow()
  }

  partRange(bytes: Uint8Array, from: number, to: number): void {
    if (this.#end + to - from > this.#bytes.length) this.#growBytes(to - from)
    const own = this.#bytes
    let end = this.#end
    for (let i = from; i < to; i++) own[end++] = bytes[i]!
    this.#end = end
  }

  /** Appends to the row that the next `endRow` closes. */
  part(text: string): void {
    const length = text.length
    if (this.#end + length > this.#bytes.length) this.#growBytes(length)
    const bytes = this.#bytes
    let end = this.#end
    for (let i = 0; i < length; i++) bytes[end++] = text.charCodeAt(i)
    this.#end = end
  }

  endRow(): void {
    this.#rows++
    if (this.#rows === this.#offsets.length) this.#growRows()
    this.#offsets[this.#rows] = this.#end
  }

  /** Hands over what was written, and begins anew. */
  take(): EncodedColumn {
    const taken = {
      name: this.#name,
      values: this.#bytes.subarray(0, this.#end),
      offsets: this.#offsets.subarray(0, this.#rows + 1),
    }
    this.#bytes = bytesOf(roomFor(this.#end, FIRST_BYTES))
    this.#offsets = offsetsOf(roomFor(this.#rows, FIRST_ROWS))
    this.#end = 0
    this.#rows = 0
    return taken
  }

  #growBytes(length: number): void {
    const larger = bytesOf((this.#end + length) * 2)
    larger.set(this.#bytes.subarray(0, this.#end))
    this.#bytes = larger
  }

  #growRows(): void {
    const larger = offsetsOf(this.#rows * 2)
    larger.set(this.#offsets)
    this.#offsets = larger
  }
}

/** Numbers; a missing one is NaN. */
export class NumberColumn {
  readonly #name: string
  #values = numbersOf(FIRST_ROWS)
  #rows = 0

  constructor(name: string) {
    this.#name = name
  }

  get rows(): number {
    return this.#rows
  }

  push(value: number | undefined): void {
    if (this.#rows === this.#values.length) this.#grow()
    this.#values[this.#rows++] = value ?? Number.NaN
  }

  /** Hands over what was written, and begins anew. */
  take(): EncodedColumn {
    const taken = { name: this.#name, values: this.#values.subarray(0, this.#rows) }
    this.#values = numbersOf(roomFor(this.#rows, FIRST_ROWS))
    this.#rows = 0
    return taken
  }

  #grow(): void {
    const larger = numbersOf(this.#rows * 2)
    larger.set(this.#values)
    this.#values = larger
  }
}
