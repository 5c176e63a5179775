import { type Event, type EventKind, ownIdOf, type PackedKind, type Reference, SHAPES, type Shape } from '../../schemas/events.ts'
import type { Fields } from '../../schemas/field.ts'
import { numbersOf, roomFor } from './column.ts'
import { type PackedTexts, Texts, TextTable } from './texts.ts'
import type { ReadSettlement } from './usual-line.ts'

/**
 * Normalised events as flat arrays: cheap to hand from a decode worker to the shard, where structured cloning of objects
 * would cost more than parsing them. Text is sent as bytes, each distinct one once per chunk.
 */
export interface Packed {
  readonly numbers: Float64Array
  /** Where each event begins in `numbers`. */
  readonly starts: Uint32Array
  readonly texts: PackedTexts
  readonly references: readonly Reference[]
}

/**
 * One event of a chunk. What every batch asks of every event lies open; the event itself is made anew at each call, so
 * that it lives no longer than its judgement: thousands of them at once would be the collector's main work.
 */
export interface Arrival {
  readonly kind: EventKind
  readonly row: number
  /** 64 bits of the SHA-256 of the line's bytes, as two 32-bit halves. */
  readonly hashHigh: number
  readonly hashLow: number
  /** Identity within the kind (contract, "Identity, duplicates, voids"); `''` where the event has none of its own. */
  readonly id: string
  event(): Event
}

const KINDS = Object.keys(SHAPES) as PackedKind[]
const REFERENCE_KIND = KINDS.length
const SETTLEMENT_KIND = KINDS.indexOf('settlement')
const SETL_ID_SLOT = Object.keys(SHAPES.settlement.fields).indexOf('setl_id')
const TEXT = new Set(['id', 'code', 'text'])
/** At least as many as any list of fields is long; headers and lines may share a slot, for they rarely alternate. */
const TEXT_SLOTS = 128

const FIRST_NUMBERS = 1 << 14
/** How much the last chunk needed. */
let lastLength = 0

/** Numbers before the fields of an event: kind, row, the two halves of the hash, and the text of its identity. */
const HEAD = 5

/** Writes events into a growing number array and a table of texts. */
export class Packer {
  readonly texts = new TextTable()
  #numbers = numbersOf(roomFor(lastLength, FIRST_NUMBERS))
  #length = 0
  #references: Reference[] = []
  #starts: number[] = []
  readonly #last = new Array<string>(TEXT_SLOTS).fill('')
  readonly #lastIndex = new Int32Array(TEXT_SLOTS)

  put = (value: number | undefined): void => {
    if (this.#length === this.#numbers.length) this.#grow(1)
    this.#numbers[this.#length++] = value ?? Number.NaN
  }

  /** @param slot number of the field: most fields say what they said in the event or line before, which needs no look-up */
  text = (value: string, slot: number): void => {
    if (value !== this.#last[slot]) {
      this.#last[slot] = value
      this.#lastIndex[slot] = this.texts.internByteString(value)
    }
    this.put(this.#lastIndex[slot])
  }

  /** Appends a settlement whose fields have been read into flat arrays already. */
  addRead(row: number, hashHigh: number, hashLow: number, { header, lists }: ReadSettlement): void {
    let needed = HEAD + header.length
    for (const { count, width } of lists) needed += 1 + count * width
    if (this.#length + needed > this.#numbers.length) this.#grow(needed)
    const numbers = this.#numbers
    let at = this.#length
    this.#starts.push(at)
    numbers[at++] = SETTLEMENT_KIND
    numbers[at++] = row
    numbers[at++] = hashHigh
    numbers[at++] = hashLow
    numbers[at++] = header[SETL_ID_SLOT]!
    numbers.set(header, at)
    at += header.length
    for (const { count, width, rows } of lists) {
      numbers[at++] = count
      const end = count * width
      for (let i = 0; i < end; i++) numbers[at++] = rows[i]!
    }
    this.#length = at
  }

  add(row: number, hashHigh: number, hashLow: number, event: Event): void {
    const kind = event.kind === 'reference' ? REFERENCE_KIND : KINDS.indexOf(event.kind)
    this.#starts.push(this.#length)
    this.put(kind)
    this.put(row)
    this.put(hashHigh)
    this.put(hashLow)
    this.put(this.texts.internByteString(event.kind === 'reference' ? '' : ownIdOf(event)))
    if (event.kind === 'reference') this.put(this.#references.push(event) - 1)
    else PACK[kind]!(event, this.put, this.text)
  }

  #grow(needed: number): void {
    const larger = numbersOf((this.#length + needed) * 2)
    larger.set(this.#numbers.subarray(0, this.#length))
    this.#numbers = larger
  }

  /** Everything packed so far. */
  finish(): Packed {
    lastLength = this.#length
    return {
      numbers: this.#numbers.subarray(0, this.#length),
      starts: Uint32Array.from(this.#starts),
      texts: this.texts.finish(),
      references: this.#references,
    }
  }
}

class PackedArrival implements Arrival {
  readonly #packed: Packed
  readonly #texts: Texts
  readonly #start: number

  constructor(packed: Packed, texts: Texts, start: number) {
    this.#packed = packed
    this.#texts = texts
    this.#start = start
  }

  get kind(): EventKind {
    const kind = this.#packed.numbers[this.#start]!
    return kind === REFERENCE_KIND ? 'reference' : KINDS[kind]!
  }

  get row(): number {
    return this.#packed.numbers[this.#start + 1]!
  }

  get hashHigh(): number {
    return this.#packed.numbers[this.#start + 2]!
  }

  get hashLow(): number {
    return this.#packed.numbers[this.#start + 3]!
  }

  get id(): string {
    return this.#texts.at(this.#packed.numbers[this.#start + 4]!)
  }

  event(): Event {
    const { numbers, references } = this.#packed
    const body = this.#start + HEAD
    const kind = numbers[this.#start]!
    return kind === REFERENCE_KIND ? references[numbers[body]!]! : UNPACK[kind]!(numbers, this.#texts.at, body)
  }
}

/** The events of a chunk, in order. */
export function unpack(packed: Packed): Arrival[] {
  const texts = new Texts(packed.texts)
  return Array.from(packed.starts, (start) => new PackedArrival(packed, texts, start))
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII is what is asked for
const NOT_ASCII = /[^\x00-\x7f]/

/** Lines are parsed as Latin-1, twice as fast as UTF-8; a string that holds more than ASCII is put right here. */
export function fromByteString(text: string): string {
  return NOT_ASCII.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text
}

type Pack = (event: Event, put: (value: number | undefined) => void, text: (value: string, slot: number) => void) => void
type Unpack = (numbers: Float64Array, text: (index: number) => string, start: number) => Event

const PACK: readonly Pack[] = KINDS.map((kind) => compilePack(SHAPES[kind]))
const UNPACK: readonly Unpack[] = KINDS.map((kind) => compileUnpack(kind, SHAPES[kind]))

function packFields(fields: Fields, from: string): string {
  return Object.entries(fields)
    .map(([name, field], slot) => (TEXT.has(field.kind) ? `text(${from}.${name}, ${slot})` : `put(${from}.${name})`))
    .join(';')
}

/** As in `normalise.ts`: fixed property accesses written out from our own definitions. */
function compilePack(shape: Shape): Pack {
  const lists = Object.entries(shape.lists).map(
    ([name, fields]) => `put(e.${name}.length); for (const r of e.${name}) { ${packFields(fields, 'r')} }`,
  )
  return new Function('e', 'put', 'text', [packFields(shape.fields, 'e'), ...lists].join(';')) as Pack
}

/** Assignments from the flat arrays, at fixed distances from `i`. */
function unpackFields(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, field], at) => {
      const number = `n[i + ${at}]`
      if (TEXT.has(field.kind)) return `this.${name} = s(${number})`
      return `this.${name} = ${field.required ? number : `optional(${number})`}`
    })
    .join('; ')
}

function lengthOf(fields: Fields): number {
  return Object.keys(fields).length
}

/** Constructors and not object literals: of a literal with so many optional fields the engine never learns the shape. */
function compileUnpack(kind: string, shape: Shape): Unpack {
  const lists = Object.entries(shape.lists)
  const rows = lists.map(([name, fields]) => `class ${name}_ { constructor(n, s, i) { ${unpackFields(fields)} } }`)
  const reads = lists.map(
    ([name, fields]) => `this.${name} = new Array(n[at++]);
      for (let k = 0; k < this.${name}.length; k++, at += ${lengthOf(fields)}) this.${name}[k] = new ${name}_(n, s, at);`,
  )
  // A settlement is completed by the shard (`toVisit`); the places are made here so that all have one shape.
  const extra =
    kind === 'settlement'
      ? `this.med_class = ''; this.admdvs = ''; this.level = ''; this.items = undefined; this.knownLines = undefined; this.known = 0;`
      : ''
  const body = `${rows.join('\n')}
    class ${kind}_ {
      constructor(n, s, i) {
        this.kind = '${kind}'; ${unpackFields(shape.fields)}; ${extra}
        let at = i + ${lengthOf(shape.fields)}; ${reads.join(' ')}
      }
    }
    return (n, s, start) => new ${kind}_(n, s, start)`
  return new Function('optional', body)(optional) as Unpack
}

/** A missing number is NaN in the flat array. */
function optional(number: number): number | undefined {
  return Number.isNaN(number) ? undefined : number
}
