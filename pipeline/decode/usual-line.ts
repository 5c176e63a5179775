import { SHAPES } from '../../schemas/events.ts'
import { inDigits } from '../../schemas/field.ts'
import { HOUR, MINUTE, parseDay, SECOND, startOfDay } from '../../schemas/time.ts'
import type { Pseudonymiser } from './mask.ts'
import { TextTable } from './texts.ts'
import {
  CALENDAR_DAY,
  CODE,
  DECIMAL,
  encoder,
  INSTANT,
  type Key,
  KIND,
  LIST,
  LISTS,
  NO_SLOT,
  OTHER,
  SENSITIVE,
  SETTLEMENT,
  type Shape,
  TEXT,
  writtenAs,
} from './usual-shape.ts'

/** A settlement read from its bytes: numbers as `Packed` holds them, text by its number in the chunk's table. */
export interface ReadSettlement {
  readonly header: Float64Array
  readonly lists: readonly ReadList[]
  /** Identity data in the bytes, in their order, and what takes its place. */
  readonly hidden: readonly Hidden[]
}

/** A value with its quotes. */
export interface Hidden {
  readonly from: number
  readonly to: number
  readonly pseudonym: string
}

export interface ReadList {
  /** Numbers per row. */
  readonly width: number
  count: number
  rows: Float64Array
}

/** Whole digits that are read; with the decimals of a price they still make an exact number. */
const WHOLE_DIGITS = 9
const FIRST_ROWS = 512
const NOT_USUAL = -1
const MOST_KEYS = 500

const QUOTE = 34
const BACKSLASH = 92
const SPACE = 32
const COMMA = 44
const COLON = 58
const DOT = 46
const MINUS = 45
const ZERO = 48
const NINE = 57
const OPEN = 123
const CLOSE = 125
const OPEN_LIST = 91
const CLOSE_LIST = 93
const NULL = 110

const slotOf = (name: string) => Object.keys(SHAPES.settlement.fields).indexOf(name)
const REFUNDED = slotOf('refd_setl_flag')
const TOTAL = slotOf('medfee_sumamt')
const SETTLEMENT_TEXT = encoder.encode('settlement')
const NULL_TEXT = encoder.encode('null')
const ONE = encoder.encode('1')
const COLON_BYTE = encoder.encode(':')

/**
 * Reads the usual settlement straight from its bytes: no strings, no objects, a third of the time of `JSON.parse` and all
 * that follows it. Whatever is not usual (an escape, an exponent, another name of a field, a value of another type, a nested
 * object, a fault) is not judged here: the line is read the long way, which knows every case and names every fault. What is read here must be what the long way reads (`usual-line.test.ts`).
 */
export class UsualLines {
  readonly #hide: Pseudonymiser
  #texts: TextTable
  readonly #hidden: Hidden[] = []
  readonly #read: ReadSettlement
  #bytes: Uint8Array = new Uint8Array(0)
  #view: DataView = new DataView(new ArrayBuffer(0))
  #end = 0
  /** Where the last value ended; `NOT_USUAL` where it is not usual. */
  #number = 0
  #lastDate = -1
  #lastDay = 0

  constructor(hide: Pseudonymiser) {
    this.#hide = hide
    this.#texts = new TextTable()
    const lists = LISTS.map(([, { width }]) => ({ width, count: 0, rows: new Float64Array(width * FIRST_ROWS) }))
    this.#read = { header: new Float64Array(SETTLEMENT.width), lists, hidden: this.#hidden }
  }

  /** From here on texts go into this table. */
  begin(texts: TextTable): void {
    this.#texts = texts
  }

  /** The settlement in these bytes, valid until the next call; `undefined` where the line is not a usual settlement. */
  read(bytes: Uint8Array, from: number, to: number): ReadSettlement | undefined {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#end = to
    this.#hidden.length = 0
    const { header, lists } = this.#read
    for (const list of lists) list.count = 0
    let end = bytes[from] === OPEN ? this.#object(from, SETTLEMENT, header, 0) : NOT_USUAL
    if (end === NOT_USUAL) return undefined
    while (end < to && (bytes[end] === SPACE || bytes[end] === 13)) end++
    const isRefund = header[TOTAL]! < 0 || this.#texts.is(header[REFUNDED]!, ONE, 0, 1)
    return end === to && !isRefund ? this.#read : undefined
  }

  /** Reads the object that begins at `at` into `out`; answers where it ends. */
  #object(at: number, shape: Shape, out: Float64Array, base: number): number {
    const bytes = this.#bytes
    out.set(shape.missing, base)
    let present = 0
    let before: { next: Key | undefined } = shape.first
    let p = at + 1
    for (;;) {
      while (bytes[p] === SPACE) p++
      let key = before.next
      if (key === undefined || !this.#isAt(p, key)) {
        key = this.#keyAt(p, shape)
        if (key === undefined) return NOT_USUAL
        before.next = key
        p = this.#number
      } else p += key.bytes.length
      before = key
      while (bytes[p] === SPACE) p++
      const isNull = bytes[p] === NULL
      if (isNull) {
        if (!startsWith(bytes, p, NULL_TEXT)) return NOT_USUAL
        // A second time, and now with nothing to say: leave it to those who know.
        if ((present & key.required) !== 0 || key.reading === KIND) return NOT_USUAL
        if (key.reading <= CALENDAR_DAY || key.reading === CODE) out[base + key.slot] = shape.missing[key.slot]!
        if (key.list) this.#read.lists[key.list.listIndex]!.count = 0
        p += 4
      } else {
        switch (key.reading) {
          case TEXT:
          case CODE:
            p = key.reading === CODE && bytes[p] !== QUOTE ? this.#integer(p, key.digits) : this.#text(p, key.digits)
            if (this.#number === 0 && key.required !== 0) return NOT_USUAL
            out[base + key.slot] = this.#number
            present |= key.required
            break
          case DECIMAL:
            p = this.#decimal(p, key)
            out[base + key.slot] = this.#number
            present |= key.required
            break
          case INSTANT:
            p = this.#instant(p)
            out[base + key.slot] = this.#number
            present |= key.required
            break
          case CALENDAR_DAY:
            p = this.#calendarDay(p)
            out[base + key.slot] = this.#number
            break
          case LIST:
            p = this.#list(p, key.list!)
            break
          case KIND:
            if (bytes[p] !== QUOTE || !startsWith(bytes, p + 1, SETTLEMENT_TEXT)) return NOT_USUAL
            p += SETTLEMENT_TEXT.length + 1
            if (bytes[p++] !== QUOTE) return NOT_USUAL
            present |= 1 << 30
            break
          case OTHER:
            p = this.#passOver(p)
            break
          case SENSITIVE:
            p = this.#sensitive(p)
            if (key.slot !== NO_SLOT) out[base + key.slot] = this.#number
            break
          default:
            if (bytes[p] !== QUOTE || bytes[p + 1] !== QUOTE) return NOT_USUAL
            p += 2
        }
        if (p === NOT_USUAL) return NOT_USUAL
      }
      while (bytes[p] === SPACE) p++
      const after = bytes[p++]
      if (after === COMMA) continue
      if (after !== CLOSE || p > this.#end) return NOT_USUAL
      const needed = shape === SETTLEMENT ? shape.required | (1 << 30) : shape.required
      return (present & needed) === needed ? p : NOT_USUAL
    }
  }

  /** Whether the key stands at `at`: half of all bytes are keys, so they are compared four at a time. */
  #isAt(at: number, { words, bytes }: Key): boolean {
    if (at + bytes.length > this.#end) return false
    const view = this.#view
    for (let i = 0; i < words.length; i++) if (view.getUint32(at + 4 * i) !== words[i]) return false
    const own = this.#bytes
    for (let i = words.length << 2; i < bytes.length; i++) if (own[at + i] !== bytes[i]) return false
    return true
  }

  #list(at: number, shape: Shape): number {
    const bytes = this.#bytes
    if (bytes[at] !== OPEN_LIST) return NOT_USUAL
    const list = this.#read.lists[shape.listIndex]!
    list.count = 0
    let p = at + 1
    while (bytes[p] === SPACE) p++
    if (bytes[p] === CLOSE_LIST) return p + 1
    for (;;) {
      if (bytes[p] !== OPEN) return NOT_USUAL
      if ((list.count + 1) * list.width > list.rows.length) {
        const larger = new Float64Array(list.rows.length * 2)
        larger.set(list.rows)
        list.rows = larger
      }
      p = this.#object(p, shape, list.rows, list.count * list.width)
      if (p === NOT_USUAL) return NOT_USUAL
      list.count++
      while (bytes[p] === SPACE) p++
      const after = bytes[p++]
      if (after === CLOSE_LIST) return p
      if (after !== COMMA) return NOT_USUAL
      while (bytes[p] === SPACE) p++
    }
  }

  /** The key at `at`, which was not expected there; `#number` is where its value begins. */
  #keyAt(at: number, shape: Shape): Key | undefined {
    const bytes = this.#bytes
    const end = bytes[at] === QUOTE ? endOfString(bytes, at + 1, this.#end) : NOT_USUAL
    if (end === NOT_USUAL) return undefined
    let p = end + 1
    while (bytes[p] === SPACE) p++
    if (bytes[p] !== COLON) return undefined
    this.#number = p + 1
    const name = Buffer.from(bytes.buffer, bytes.byteOffset + at + 1, end - at - 1).toString('latin1')
    let key = shape.keys.get(name)
    if (!key) {
      key = writtenAs(Buffer.concat([bytes.subarray(at, end + 1), COLON_BYTE]), { reading: OTHER })
      // Of names without end only some are learned.
      if (shape.keys.size < MOST_KEYS) shape.keys.set(name, key)
    }
    return key
  }

  #text(at: number, digits: number): number {
    const bytes = this.#bytes
    if (bytes[at] !== QUOTE) return NOT_USUAL
    const end = endOfString(bytes, at + 1, this.#end)
    if (end === NOT_USUAL) return NOT_USUAL
    this.#number = this.#code(at + 1, end, digits)
    return end + 1
  }

  #code(from: number, to: number, digits: number): number {
    const length = to - from
    if (digits === 0 || length === digits || length === 0) return this.#texts.intern(this.#bytes, from, to)
    const said = Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + from, length).toString('latin1')
    return this.#texts.internByteString(inDigits(said, digits))
  }

  /** Identity data is hidden before anyone else sees it. */
  #sensitive(at: number): number {
    const bytes = this.#bytes
    const end = bytes[at] === QUOTE ? endOfString(bytes, at + 1, this.#end) : NOT_USUAL
    this.#number = 0
    if (end === NOT_USUAL || end === at + 1) return end === NOT_USUAL ? end : end + 1
    const plain = Buffer.from(bytes.buffer, bytes.byteOffset + at + 1, end - at - 1).toString('latin1')
    const pseudonym = this.#hide(plain)
    this.#number = this.#texts.internByteString(pseudonym)
    this.#hidden.push({ from: at, to: end + 1, pseudonym })
    return end + 1
  }

  /** A dictionary code that is written as a number. */
  #integer(at: number, digits: number): number {
    const bytes = this.#bytes
    let p = at
    while (bytes[p]! >= ZERO && bytes[p]! <= NINE) p++
    const isPlain = p > at && p - at <= WHOLE_DIGITS && (p - at === 1 || bytes[at] !== ZERO) && bytes[p] !== DOT
    if (!isPlain) return NOT_USUAL
    this.#number = this.#code(at, p, digits)
    return p
  }

  /** A number, or the same in quotes, with no more decimals than the field carries. */
  #decimal(at: number, { decimals, divisor }: Key): number {
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
    this.#number = (negative ? -value : value) / divisor
    return p
  }

  /** `"yyyy-MM-dd"`. */
  #calendarDay(at: number): number {
    const bytes = this.#bytes
    const p = bytes[at] === QUOTE ? this.#date(at + 1) : NOT_USUAL
    return p !== NOT_USUAL && bytes[p] === QUOTE ? p + 1 : NOT_USUAL
  }

  /** `"yyyy-MM-dd HH:mm:ss"`. */
  #instant(at: number): number {
    const bytes = this.#bytes
    const p = bytes[at] === QUOTE ? this.#date(at + 1) : NOT_USUAL
    if (p === NOT_USUAL || bytes[p] !== SPACE || bytes[p + 3] !== COLON || bytes[p + 6] !== COLON || bytes[p + 9] !== QUOTE)
      return NOT_USUAL
    const hour = twoDigits(bytes, p + 1)
    const minute = twoDigits(bytes, p + 4)
    const second = twoDigits(bytes, p + 7)
    if (!(hour <= 23 && minute <= 59 && second <= 59)) return NOT_USUAL
    this.#number = startOfDay(this.#number) + hour * HOUR + minute * MINUTE + second * SECOND
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
    this.#number = this.#lastDay
    return at + 10
  }

  /** Text, a number or a truth value that is not ours. */
  #passOver(at: number): number {
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

function startsWith(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let i = 0; i < expected.length; i++) if (bytes[at + i] !== expected[i]) return false
  return true
}

/** Where the string ends that began before `at`; an escape or a control character is not usual. */
function endOfString(bytes: Uint8Array, at: number, limit: number): number {
  for (let p = at; p < limit; p++) {
    const byte = bytes[p]!
    if (byte === QUOTE) return p
    if (byte === BACKSLASH || byte < SPACE) return NOT_USUAL
  }
  return NOT_USUAL
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - ZERO
  const ones = bytes[at + 1]! - ZERO
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}
