import { type TSchema, Type } from 'typebox'

/**
 * What a field is. One definition per field gives its TypeScript type, the reading at the door, its JSON Schema and its
 * column.
 *
 * - `id`: opaque text; a JSON number is refused.
 * - `code`: a dictionary code; an integer is accepted and kept as text.
 * - `text`: free text.
 * - `money`: yuan outside, integer fen inside. `price`: yuan outside, millionths inside.
 * - `quantity`, `ratio`, `integer`: numbers.
 * - `instant`: a time, epoch milliseconds inside. `day`: a date, days since 1970-01-01 inside.
 */
export type FieldKind = 'id' | 'code' | 'text' | 'money' | 'price' | 'quantity' | 'ratio' | 'integer' | 'instant' | 'day'
export type TextKind = 'id' | 'code' | 'text'

export interface Field<K extends FieldKind = FieldKind, R extends boolean = boolean> {
  readonly kind: K
  readonly required: R
  /** What a row of a list is about: a row that does not say it says nothing, and is left out. */
  readonly naming?: true
  /** Everything that it may say, where the contract closes the list. */
  readonly values?: readonly string[]
  /** Names that provinces and warehouses use for the same field. */
  readonly aliases: readonly string[]
  /** Digits of a code that some senders write with a leading zero and others without. */
  readonly digits?: number
  /** A code of ICD-10, which some senders write with a small letter. */
  readonly icd?: true
  /** A field of text, JSON itself, that may say it instead. */
  readonly within?: string
  /** Identity data of a person: replaced by a keyed HMAC before anything is written, and never handed to a detector. */
  readonly sensitive: boolean
}

export type Fields = Readonly<Record<string, Field>>

/** What a field holds after the door: text is `''` where it is missing, an optional number `undefined`. */
export type Value<F> =
  F extends Field<infer K, infer R> ? (K extends TextKind ? string : R extends true ? number : number | undefined) : never
export type Values<T extends Fields> = { readonly [N in keyof T]: Value<T[N]> }

function field<K extends FieldKind>(kind: K) {
  return (...aliases: string[]): Field<K, false> => ({ kind, required: false, aliases, sensitive: false })
}

export const id = field('id')
export const code = field('code')
export const text = field('text')
export const money = field('money')
export const price = field('price')
export const quantity = field('quantity')
export const ratio = field('ratio')
export const integer = field('integer')
export const instant = field('instant')
export const day = field('day')

export function required<K extends FieldKind>(of: Field<K, boolean>): Field<K, true> {
  return { ...of, required: true }
}

export function naming<K extends FieldKind>(of: Field<K, boolean>): Field<K, true> {
  return { ...of, required: true, naming: true }
}

/** A code of so many digits, with leading zeros. */
export function digits(width: number): Field<'code', false> {
  return { ...code(), digits: width }
}

/** The code as its dictionary writes it: `2` and `"2"` of two digits are `02`, `"01"` of one digit is `1`. */
export function inDigits(said: string, width: number): string {
  return said === '' || NOT_DIGITS.test(said) ? said : said.replace(LEADING_ZEROS, '').padStart(width, '0')
}

/** A code of ICD-10 (of Chinese medicine other codes come in the same field, and remain as they are). */
export function icd(): Field<'id', false> {
  return { ...id(), icd: true }
}

/** The code as the tables write it: `i10.x00` is `I10.x00`. */
export function inIcd(said: string): string {
  return SMALL_ICD.test(said) ? said.charAt(0).toUpperCase() + said.slice(1) : said
}

export function within(extension: string, of: Field<'code', false>): Field<'code', false> {
  return { ...of, within: extension }
}

export function oneOf(...values: string[]): Field<'code', false> {
  return { ...code(), values }
}

export function sensitive<K extends FieldKind>(of: Field<K, boolean>): Field<K, false> {
  return { ...of, required: false, sensitive: true }
}

const NOT_DIGITS = /\D/
const LEADING_ZEROS = /^0+/
const SMALL_ICD = /^[a-z]\d/
const DECIMAL = Type.Union([Type.Number(), Type.String({ pattern: '^[+-]?(\\d+\\.?\\d*|\\.\\d+)$' })])
const OFFSET = '(Z|[+-]\\d{2}(:?\\d{2})?)'
const TIME = Type.String({
  pattern: `^(\\d{4}-\\d{2}-\\d{2}([ T]\\d{2}:\\d{2}(:\\d{2}([.,]\\d{1,9})?)?${OFFSET}?)?|\\d{8}T\\d{4}(\\d{2}([.,]\\d{1,9})?)?${OFFSET})$`,
})
const OUTSIDE: Record<FieldKind, TSchema> = {
  id: Type.String(),
  code: Type.Union([Type.String(), Type.Integer()]),
  text: Type.String(),
  money: DECIMAL,
  price: DECIMAL,
  quantity: DECIMAL,
  ratio: DECIMAL,
  integer: DECIMAL,
  instant: TIME,
  day: TIME,
}

/** The field as JSON Schema, as it is written outside. */
export function outside(of: Field): TSchema {
  const value = of.values ? Type.Union(of.values.map((each) => Type.Literal(each))) : OUTSIDE[of.kind]
  return of.required && !of.naming ? value : Type.Optional(Type.Union([value, Type.Null()]))
}
