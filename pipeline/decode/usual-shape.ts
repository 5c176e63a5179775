import { SHAPES } from '../../schemas/events.ts'
import type { FieldKind, Fields } from '../../schemas/field.ts'
import { SENSITIVE_KEYS } from './mask.ts'

/** How the value of a key is read. Plain numbers: they are switched over for every value of every line. */
export const TEXT = 0
export const DECIMAL = 1
export const INSTANT = 2
export const CALENDAR_DAY = 3
export const LIST = 4
export const KIND = 5
/** Not ours, and harmless: passed over. */
export const OTHER = 6
/** Another name of one of our fields: usual only where it says nothing. */
export const ONLY_EMPTY = 7
export const CODE = 8
/** Identity data of a person: a pseudonym takes its place. */
export const SENSITIVE = 9
/** Of a sensitive key that is no field of ours. */
export const NO_SLOT = -1

/** A key of an object, as it is written there: quotes and colon included. */
export interface Key {
  readonly bytes: Uint8Array
  /** The same four bytes at a time, as far as they go. */
  readonly words: Uint32Array
  readonly reading: number
  readonly slot: number
  /** Decimals that the field carries; its number inside is whole in the last of them, then divided by `divisor`. */
  readonly decimals: number
  readonly divisor: number
  /** Digits of a code whose leading zeros senders leave out; 0 for all others. */
  readonly digits: number
  /** A code of ICD-10: usual where it does not begin with a small letter. */
  readonly icd: boolean
  /** Bit of a mandatory field, 0 for all others. */
  readonly required: number
  readonly list: Shape | undefined
  /** The key that last came after this one: it nearly always does again. */
  next: Key | undefined
}

export interface Shape {
  readonly width: number
  readonly keys: Map<string, Key>
  /** All bits of mandatory fields. */
  readonly required: number
  /** A row in which everything is missing. */
  readonly missing: Float64Array
  readonly first: { next: Key | undefined }
  readonly listIndex: number
}

const DECIMALS: Partial<Record<FieldKind, readonly [decimals: number, divisor: number]>> = {
  money: [2, 1],
  price: [6, 1],
  quantity: [4, 10_000],
  ratio: [4, 10_000],
  integer: [4, 10_000],
}
const READINGS: Record<FieldKind, number> = {
  id: TEXT,
  code: CODE,
  text: TEXT,
  money: DECIMAL,
  price: DECIMAL,
  quantity: DECIMAL,
  ratio: DECIMAL,
  integer: DECIMAL,
  instant: INSTANT,
  day: CALENDAR_DAY,
}

export const encoder = new TextEncoder()

function isText(kind: FieldKind): boolean {
  return READINGS[kind] === TEXT || READINGS[kind] === CODE
}

function keyOf(name: string, given: Partial<Key> & Pick<Key, 'reading'>): Key {
  return writtenAs(encoder.encode(`"${name}":`), given)
}

export function writtenAs(bytes: Uint8Array, given: Partial<Key> & Pick<Key, 'reading'>): Key {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const words = Uint32Array.from({ length: bytes.length >> 2 }, (_, i) => view.getUint32(4 * i))
  return {
    slot: 0,
    decimals: 0,
    divisor: 1,
    digits: 0,
    icd: false,
    required: 0,
    list: undefined,
    next: undefined,
    ...given,
    bytes,
    words,
  }
}

function shapeOf(fields: Fields, listIndex: number): Shape {
  const keys = new Map<string, Key>()
  const missing = new Float64Array(Object.keys(fields).length)
  let bits = 0
  for (const [slot, [name, field]] of Object.entries(fields).entries()) {
    const [decimals, divisor] = DECIMALS[field.kind] ?? [0, 1]
    const required = field.required ? 1 << bits++ : 0
    const reading = field.sensitive ? SENSITIVE : READINGS[field.kind]
    keys.set(
      name,
      keyOf(name, { reading, slot, decimals, divisor, digits: field.digits ?? 0, icd: field.icd ?? false, required }),
    )
    for (const alias of field.aliases) if (!(alias in fields)) keys.set(alias, keyOf(alias, { reading: ONLY_EMPTY }))
    missing[slot] = isText(field.kind) ? 0 : Number.NaN
  }
  for (const name of SENSITIVE_KEYS) if (!keys.has(name)) keys.set(name, keyOf(name, { reading: SENSITIVE, slot: NO_SLOT }))
  return { width: missing.length, keys, required: 2 ** bits - 1, missing, first: { next: undefined }, listIndex }
}

export const LISTS = Object.entries(SHAPES.settlement.lists).map(([name, fields], i) => [name, shapeOf(fields, i)] as const)
export const SETTLEMENT = shapeOf(SHAPES.settlement.fields, -1)
SETTLEMENT.keys.set('kind', keyOf('kind', { reading: KIND }))
for (const [name, list] of LISTS) SETTLEMENT.keys.set(name, keyOf(name, { reading: LIST, list }))
