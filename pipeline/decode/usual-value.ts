import { inDigits } from '../../schemas/field.ts'
import { HOUR, MINUTE, parseDay, SECOND, startOfDay } from '../../schemas/time.ts'
import type { Pseudonymiser } from './mask.ts'
import { TextTable } from './texts.ts'
import { COLON, DOT, endOfString, MINUS, NINE, NOT_USUAL, QUOTE, SPACE, twoDigits, ZERO } from './usual-byte.ts'
import type { Key } from './usual-shape.ts'

/** A value with its quotes. */
export interface Hidden {
  readonly from: number
  readonly to: number
  readonly pseudonym: string
}

/** Whole digits that are read; with the decimals of a price they still make an exact number. */
const WHOLE_DIGITS = 9

/** Reads single values: each method answers where the value ends, and leaves what it says in `number`. */
export class UsualValues {
  /** What the last value says: the number itself, or that of its text in the table. */
  number = 0
  /** Identity data of the line, in its order. */
  readonly hidden: Hidden[] = []
  readonly #hide: Pseudonymiser
  #texts = new TextTable()
  #bytes: Uint8Array = new Uint8Array(0)
  #end = 0
  #lastDate = -1
  #lastDay = 0

  constructor(hide: Pseudonymiser) {
    this.#hide = hide
  }

  /** From here on texts go into this table. */
  begin(texts: TextTable): void {
    this.#texts = texts
  }

  /** From here on values stand in this line. */
  enter(bytes: Uint8Array, end: number): void {
    this.#bytes = bytes
    this.#end = end
    this.hidden.length = 0
  }

  text(at: number, digits: number): number {
    const bytes = this.#bytes
    if (bytes[at] !== QUOTE) return NOT_USUAL
    const end = endOfString(bytes, at + 1, this.#end)
    if (end === NOT_USUAL) return NOT_USUAL
    this.number = this.#code(at + 1, end, digits)
    return end + 1
  }

  #code(from: number, to: number, digits: number): number {
    const length = to - from
    if (digits === 0 || length === digits || length === 0) return this.#texts.intern(this.#bytes, from, to)
    const said = Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + from, length).toString('latin1')
    return this.#texts.internByteString(inDigits(said, digits))
  }

  /** Identity data is hidden before anyone else sees it. */
  sensitive(at: number): number {
    const bytes = this.#bytes
    const end = bytes[at] === QUOTE ? endOfString(bytes, at + 1, this.#end) : NOT_USUAL
    this.number = 0
    if (end === NOT_USUAL || end === at + 1) return end === NOT_USUAL ? end : end + 1
    const plain = Buffer.from(bytes.buffer, bytes.byteOffset + at + 1, end - at - 1).toString('latin1')
    const pseudonym = this.#hide(plain)
    this.number = this.#texts.internByteString(pseudonym)
    this.hidden.push({ from: at, to: end + 1, pseudonym })
    return end + 1
  }

  /** A dictionary code that is written as a number. */
  integer(at: number, digits: number): number {
    const bytes = this.#bytes
    let p = at
    while (bytes[p]! >= ZERO && bytes[p]! <= NINE) p++
    const isPlain = p > at && p - at <= WHOLE_DIGITS && (p - at === 1 || bytes[at] !== ZERO) && bytes[p] !== DOT
    if (!isPlain) return NOT_USUAL
    this.number = this.#code(at, p, digits)
    return p
  }

  /** A number, or the same in quotes, with no more decimals than the field carries. */
  decimal(at: number, { decimals, divisor }: Key): number {
    const bytes = this.#bytes
    let p = at
    const quoted = bytes[p] === QUOTE
    if (quoted) p++
    const negative = bytes[p] === MINUS
    if (negative) p++
    const begin = p
    let value = 0
    let digit = bytes[p]!
    while (digit >= ZERO && digit <= NINE) {
      value = value * 10 + digit - ZERO
      digit = bytes[++p]!
    }
    const whole = p - begin
    if (whole === 0 || whole > WHOLE_DIGITS || (whole > 1 && bytes[begin] === ZERO)) return NOT_USUAL
    let left = decimals
    if (digit === DOT) {
      digit = bytes[++p]!
      const first = p
      while (digit >= ZERO && digit <= NINE) {
        if (left-- === 0) return NOT_USUAL
        value = value * 10 + digit - ZERO
        digit = bytes[++p]!
      }
      if (p === first) return NOT_USUAL
    }
    while (left-- > 0) value *= 10
    if (quoted && bytes[p++] !== QUOTE) return NOT_USUAL
    // Minus nothing is left to the long way, which has its own mind of it.
    if (negative && value === 0) return NOT_USUAL
    this.number = (negative ? -value : value) / divisor
    return p
  }

  /** `"yyyy-MM-dd"`. */
  calendarDay(at: number): number {
    const bytes = this.#bytes
    const p = bytes[at] === QUOTE ? this.#date(at + 1) : NOT_USUAL
    return p !== NOT_USUAL && bytes[p] === QUOTE ? p + 1 : NOT_USUAL
  }

  /** `"yyyy-MM-dd HH:mm:ss"`. */
  instant(at: number): number {
    const bytes = this.#bytes
    const p = bytes[at] === QUOTE ? this.#date(at + 1) : NOT_USUAL
    if (p === NOT_USUAL || bytes[p] !== SPACE || bytes[p + 3] !== COLON || bytes[p + 6] !== COLON || bytes[p + 9] !== QUOTE)
      return NOT_USUAL
    const hour = twoDigits(bytes, p + 1)
    const minute = twoDigits(bytes, p + 4)
    const second = twoDigits(bytes, p + 7)
    if (!(hour <= 23 && minute <= 59 && second <= 59)) return NOT_USUAL
    this.number = startOfDay(this.number) + hour * HOUR + minute * MINUTE + second * SECOND
    return p + 10
  }

  /** `yyyy-MM-dd`; of the dates of one chunk most are alike. */
  #date(at: number): number {
    const bytes = this.#bytes
    const century = twoDigits(bytes, at)
    const years = twoDigits(bytes, at + 2)
    const month = twoDigits(bytes, at + 5)
    const day = twoDigits(bytes, at + 8)
    const date = century * 1_000_000 + years * 10_000 + month * 100 + day
    if (Number.isNaN(date) || bytes[at + 4] !== MINUS || bytes[at + 7] !== MINUS) return NOT_USUAL
    if (date !== this.#lastDate) {
      const text = String(date).padStart(8, '0')
      const parsed = parseDay(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`)
      if (Number.isNaN(parsed)) return NOT_USUAL
      this.#lastDate = date
      this.#lastDay = parsed
    }
    this.number = this.#lastDay
    return at + 10
  }

  /** Text, a number or a truth value that is not ours. */
  passOver(at: number): number {
    const bytes = this.#bytes
    const first = bytes[at]!
    if (first === QUOTE) {
      const end = endOfString(bytes, at + 1, this.#end)
      return end === NOT_USUAL ? NOT_USUAL : end + 1
    }
    let p = at
    if (bytes[p] === MINUS) p++
    const begin = p
    while (bytes[p]! >= ZERO && bytes[p]! <= NINE) p++
    if (p === begin || (p - begin > 1 && bytes[begin] === ZERO)) return NOT_USUAL
    if (bytes[p] === DOT) {
      const decimals = ++p
      while (bytes[p]! >= ZERO && bytes[p]! <= NINE) p++
      if (p === decimals) return NOT_USUAL
    }
    return p
  }
}
