import { SHAPES } from '../../schemas/events.ts'
import type { Pseudonymiser } from './mask.ts'
import { TextTable } from './texts.ts'
import {
  CLOSE,
  CLOSE_LIST,
  COLON,
  COMMA,
  endOfString,
  NOT_USUAL,
  NULL,
  OPEN,
  OPEN_LIST,
  QUOTE,
  SPACE,
  startsWith,
} from './usual-byte.ts'
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
import { type Hidden, UsualValues } from './usual-value.ts'

/** A settlement read from its bytes: numbers as `Packed` holds them, text by its number in the chunk's table. */
export interface ReadSettlement {
  readonly header: Float64Array
  readonly lists: readonly ReadList[]
  /** Identity data in the bytes, in their order, and what takes its place. */
  readonly hidden: readonly Hidden[]
}

export interface ReadList {
  /** Numbers per row. */
  readonly width: number
  count: number
  rows: Float64Array
}

const FIRST_ROWS = 512
const MOST_KEYS = 500

const slotOf = (name: string) => Object.keys(SHAPES.settlement.fields).indexOf(name)
const REFUNDED = slotOf('refd_setl_flag')
const TOTAL = slotOf('medfee_sumamt')
const SETTLEMENT_TEXT = encoder.encode('settlement')
const NULL_TEXT = encoder.encode('null')
const ONE = encoder.encode('1')
const SMALL_A = 'a'.charCodeAt(0)
const COLON_BYTE = encoder.encode(':')

/**
 * Reads the usual settlement straight from its bytes: no strings, no objects, a third of the time of `JSON.parse` and all
 * that follows it. Whatever is not usual (an escape, an exponent, another name of a field, a value of another type, a nested
 * object, a fault) is not judged here: the line is read the long way, which knows every case and names every fault. What is
 * read here must be what the long way reads (`usual-line.test.ts`).
 */
export class UsualLines {
  readonly #values: UsualValues
  #texts = new TextTable()
  readonly #read: ReadSettlement
  #bytes: Uint8Array = new Uint8Array(0)
  #view: DataView = new DataView(new ArrayBuffer(0))
  #end = 0
  /** Where the value of the key begins that was not expected. */
  #valueAt = 0

  constructor(hide: Pseudonymiser) {
    this.#values = new UsualValues(hide)
    const lists = LISTS.map(([, { width }]) => ({ width, count: 0, rows: new Float64Array(width * FIRST_ROWS) }))
    this.#read = { header: new Float64Array(SETTLEMENT.width), lists, hidden: this.#values.hidden }
  }

  /** From here on texts go into this table. */
  begin(texts: TextTable): void {
    this.#texts = texts
    this.#values.begin(texts)
  }

  /** The settlement in these bytes, valid until the next call; `undefined` where the line is not a usual settlement. */
  read(bytes: Uint8Array, from: number, to: number): ReadSettlement | undefined {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#end = to
    this.#values.enter(bytes, to)
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
    const values = this.#values
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
        p = this.#valueAt
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
            if (key.icd && bytes[p + 1]! >= SMALL_A) return NOT_USUAL
            p = key.reading === CODE && bytes[p] !== QUOTE ? values.integer(p, key.digits) : values.text(p, key.digits)
            if (values.number === 0 && key.required !== 0) return NOT_USUAL
            out[base + key.slot] = values.number
            present |= key.required
            break
          case DECIMAL:
            p = values.decimal(p, key)
            out[base + key.slot] = values.number
            present |= key.required
            break
          case INSTANT:
            p = values.instant(p)
            out[base + key.slot] = values.number
            present |= key.required
            break
          case CALENDAR_DAY:
            p = values.calendarDay(p)
            out[base + key.slot] = values.number
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
            p = values.passOver(p)
            break
          case SENSITIVE:
            p = values.sensitive(p)
            if (key.slot !== NO_SLOT) out[base + key.slot] = values.number
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

  /** The key at `at`, which was not expected there; `#valueAt` is where its value begins. */
  #keyAt(at: number, shape: Shape): Key | undefined {
    const bytes = this.#bytes
    const end = bytes[at] === QUOTE ? endOfString(bytes, at + 1, this.#end) : NOT_USUAL
    if (end === NOT_USUAL) return undefined
    let p = end + 1
    while (bytes[p] === SPACE) p++
    if (bytes[p] !== COLON) return undefined
    this.#valueAt = p + 1
    const name = Buffer.from(bytes.buffer, bytes.byteOffset + at + 1, end - at - 1).toString('latin1')
    let key = shape.keys.get(name)
    if (!key) {
      key = writtenAs(Buffer.concat([bytes.subarray(at, end + 1), COLON_BYTE]), { reading: OTHER })
      // Of names without end only some are learned.
      if (shape.keys.size < MOST_KEYS) shape.keys.set(name, key)
    }
    return key
  }
}
