import { bytesOf, roomFor } from './column.ts'

/** The distinct texts of a chunk as bytes: sent from thread to thread in one piece, and made into strings where asked for. */
export interface PackedTexts {
  readonly bytes: Uint8Array
  /** Text `i` is `bytes[ends[i - 1]]` up to `ends[i]`; text 0 is `''`. */
  readonly ends: Uint32Array
}

const FIRST_BYTES = 1 << 16
const FIRST_TEXTS = 1 << 12
/** FNV-1a. */
const OFFSET_BASIS = 0x811c9dc5
const PRIME = 0x01000193

/** How much the last chunk needed. */
let lastBytes = 0

/** Gives each distinct text of a chunk a number. */
export class TextTable {
  #bytes = bytesOf(roomFor(lastBytes, FIRST_BYTES))
  #ends = new Uint32Array(FIRST_TEXTS)
  #hashes = new Int32Array(FIRST_TEXTS)
  #count = 1
  /** Open addressing: the number of the text that lies there, 0 where none does. */
  #places = new Int32Array(FIRST_TEXTS * 4)
  #scratch = new Uint8Array(256)

  /** The number of the text that these bytes are. */
  intern(bytes: Uint8Array, from: number, to: number): number {
    if (from === to) return 0
    let hash = OFFSET_BASIS
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, PRIME)
    const mask = this.#places.length - 1
    let place = (hash ^ (hash >>> 15)) & mask
    for (;;) {
      const known = this.#places[place]!
      if (known === 0) return this.#add(bytes, from, to, hash, place)
      if (this.#hashes[known] === hash && this.is(known, bytes, from, to)) return known
      place = (place + 1) & mask
    }
  }

  /** Whether text `index` is these bytes. */
  is(index: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = index === 0 ? 0 : this.#ends[index - 1]!
    if (this.#ends[index]! - start !== to - from) return false
    const own = this.#bytes
    // From the end: numbers of one series differ there.
    for (let i = to - 1, j = start + to - from - 1; i >= from; i--, j--) if (own[j] !== bytes[i]) return false
    return true
  }

  /** A byte string: each character code is one byte. */
  internByteString(text: string): number {
    if (text.length > this.#scratch.length) this.#scratch = new Uint8Array(text.length * 2)
    const scratch = this.#scratch
    for (let i = 0; i < text.length; i++) scratch[i] = text.charCodeAt(i)
    return this.intern(scratch, 0, text.length)
  }

  get bytes(): Uint8Array {
    return this.#bytes
  }

  startOf(index: number): number {
    return index === 0 ? 0 : this.#ends[index - 1]!
  }

  endOf(index: number): number {
    return this.#ends[index]!
  }

  finish(): PackedTexts {
    const end = this.#ends[this.#count - 1]!
    lastBytes = end
    return { bytes: this.#bytes.subarray(0, end), ends: this.#ends.slice(0, this.#count) }
  }

  #add(bytes: Uint8Array, from: number, to: number, hash: number, place: number): number {
    const index = this.#count++
    if (index === this.#ends.length) this.#growTexts()
    let end = this.#ends[index - 1]!
    if (end + to - from > this.#bytes.length) this.#growBytes(end + to - from)
    const own = this.#bytes
    for (let i = from; i < to; i++) own[end++] = bytes[i]!
    this.#ends[index] = end
    this.#hashes[index] = hash
    this.#places[place] = index
    if (this.#count * 2 > this.#places.length) this.#growPlaces()
    return index
  }

  #growTexts(): void {
    const ends = new Uint32Array(this.#ends.length * 2)
    ends.set(this.#ends)
    this.#ends = ends
    const hashes = new Int32Array(this.#hashes.length * 2)
    hashes.set(this.#hashes)
    this.#hashes = hashes
  }

  #growBytes(least: number): void {
    const larger = bytesOf(least * 2)
    larger.set(this.#bytes)
    this.#bytes = larger
  }

  #growPlaces(): void {
    const places = new Int32Array(this.#places.length * 4)
    const mask = places.length - 1
    for (let index = 1; index < this.#count; index++) {
      const hash = this.#hashes[index]!
      let place = (hash ^ (hash >>> 15)) & mask
      while (places[place] !== 0) place = (place + 1) & mask
      places[place] = index
    }
    this.#places = places
  }
}

/** The texts of a chunk where events are judged: each becomes a string when first asked for. */
export class Texts {
  readonly #buffer: Buffer
  readonly #ends: Uint32Array
  readonly #strings: (string | undefined)[]

  constructor({ bytes, ends }: PackedTexts) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#ends = ends
    this.#strings = new Array(ends.length)
    this.#strings[0] = ''
  }

  at = (index: number): string => {
    const known = this.#strings[index]
    if (known !== undefined) return known
    const text = this.#buffer.toString('utf8', this.#ends[index - 1], this.#ends[index])
    this.#strings[index] = text
    return text
  }
}
