import { type Event, type PackedKind, type Reference, SHAPES, type Shape } from '../../schemas/events.ts'
import type { Fields } from '../../schemas/field.ts'

/**
 * Normalised events as two flat arrays: cheap to hand from a decode worker to the shard, where structured cloning of
 * objects would cost more than parsing them. Numbers are transferred; strings are sent once per chunk.
 */
export interface Packed {
  readonly numbers: Float64Array
  readonly strings: readonly string[]
  readonly references: readonly Reference[]
}

/** One unpacked event with its row in the chunk and the hash of its bytes. */
export interface Arrival {
  readonly row: number
  /** 64 bits of the SHA-256 of the line's bytes, as two 32-bit halves. */
  readonly hashHigh: number
  readonly hashLow: number
  readonly event: Event
}

const KINDS = Object.keys(SHAPES) as PackedKind[]
const REFERENCE_KIND = KINDS.length
const TEXT = new Set(['id', 'code', 'text'])

/** Writes events into a growing number array and a string table. */
export class Packer {
  #numbers = new Float64Array(1 << 14)
  #length = 0
  #strings: string[] = ['']
  #index = new Map<string, number>([['', 0]])
  #references: Reference[] = []

  put = (value: number | undefined): void => {
    if (this.#length === this.#numbers.length) {
      const larger = new Float64Array(this.#numbers.length * 2)
      larger.set(this.#numbers)
      this.#numbers = larger
    }
    this.#numbers[this.#length++] = value ?? Number.NaN
  }

  text = (value: string): void => {
    let index = this.#index.get(value)
    if (index === undefined) {
      index = this.#strings.length
      this.#strings.push(value)
      this.#index.set(value, index)
    }
    this.put(index)
  }

  add(row: number, hashHigh: number, hashLow: number, event: Event): void {
    const kind = event.kind === 'reference' ? REFERENCE_KIND : KINDS.indexOf(event.kind)
    this.put(kind)
    this.put(row)
    this.put(hashHigh)
    this.put(hashLow)
    if (event.kind === 'reference') this.#references.push(event)
    else PACK[kind]!(event, this.put, this.text)
  }

  /** Everything packed so far. Byte strings become text here, once per distinct string. */
  finish(): Packed {
    return {
      numbers: this.#numbers.slice(0, this.#length),
      strings: this.#strings.map(fromByteString),
      references: this.#references,
    }
  }
}

/** Reads events back, in order. */
export function unpack({ numbers, strings, references }: Packed): Arrival[] {
  const arrivals: Arrival[] = []
  const cursor = { at: 0 }
  let reference = 0
  while (cursor.at < numbers.length) {
    const kind = numbers[cursor.at]!
    const row = numbers[cursor.at + 1]!
    const hashHigh = numbers[cursor.at + 2]!
    const hashLow = numbers[cursor.at + 3]!
    cursor.at += 4
    const event = kind === REFERENCE_KIND ? references[reference++]! : UNPACK[kind]!(numbers, strings, cursor)
    arrivals.push({ row, hashHigh, hashLow, event })
  }
  return arrivals
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII is what is asked for
const NOT_ASCII = /[^\x00-\x7f]/

/** Lines are parsed as Latin-1, twice as fast as UTF-8; a string that holds more than ASCII is put right here. */
export function fromByteString(text: string): string {
  return NOT_ASCII.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text
}

type Pack = (event: Event, put: (value: number | undefined) => void, text: (value: string) => void) => void
type Unpack = (numbers: Float64Array, strings: readonly string[], cursor: { at: number }) => Event

const PACK: readonly Pack[] = KINDS.map((kind) => compilePack(SHAPES[kind]))
const UNPACK: readonly Unpack[] = KINDS.map((kind) => compileUnpack(kind, SHAPES[kind]))

function packFields(fields: Fields, from: string): string {
  return Object.entries(fields)
    .map(([name, field]) => `${TEXT.has(field.kind) ? 'text' : 'put'}(${from}.${name})`)
    .join(';')
}

/** As in `normalise.ts`: fixed property accesses written out from our own definitions. */
function compilePack(shape: Shape): Pack {
  const lists = Object.entries(shape.lists).map(
    ([name, fields]) => `put(e.${name}.length); for (const r of e.${name}) { ${packFields(fields, 'r')} }`,
  )
  return new Function('e', 'put', 'text', [packFields(shape.fields, 'e'), ...lists].join(';')) as Pack
}

function unpackFields(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, field]) => {
      if (TEXT.has(field.kind)) return `${name}: s[n[i++]]`
      return field.required ? `${name}: n[i++]` : `${name}: (x = n[i++], x === x ? x : undefined)`
    })
    .join(',')
}

function compileUnpack(kind: string, shape: Shape): Unpack {
  const lists = Object.entries(shape.lists).map(
    ([name, fields]) =>
      `const ${name}_ = new Array(n[i++]); for (let k = 0; k < ${name}_.length; k++) ${name}_[k] = { ${unpackFields(fields)} };`,
  )
  const names = Object.keys(shape.lists).map((name) => `${name}: ${name}_`)
  // A settlement is completed by the shard (`toVisit`); the places are made here so that the object keeps one hidden class.
  const extra = kind === 'settlement' ? [`med_class: ''`, `admdvs: ''`, `level: ''`] : []
  const head = `const head_ = { ${unpackFields(shape.fields)} };`
  const fields = Object.keys(shape.fields).map((name) => `${name}: head_.${name}`)
  return new Function(
    'n',
    's',
    'c',
    `let i = c.at, x; ${head} ${lists.join(' ')}
     const event = { kind: '${kind}', ${[...fields, ...names, ...extra].join(', ')} }; c.at = i; return event`,
  ) as Unpack
}
