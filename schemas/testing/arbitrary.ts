import fc from 'fast-check'
import { type PackedKind, SHAPES } from '../events.ts'
import type { Field, FieldKind, Fields } from '../field.ts'

export type Wire = Record<string, unknown>

/** Whether fields may come under the names that provinces use, too. */
export type Names = 'any' | 'national'

/** Any valid event of a kind as it may arrive: every accepted form of a value, any name, missing optional fields. */
export function arbitraryEvent(kind: PackedKind, names: Names = 'any'): fc.Arbitrary<Wire> {
  const { fields, lists } = SHAPES[kind]
  const nested = Object.entries(lists).map(([name, rows]) => optional(name, fc.array(rowOf(rows, names), { maxLength: 3 })))
  return fc.tuple(rowOf(fields, names), ...nested).map(([head, ...entries]) => Object.assign({ kind }, head, ...entries))
}

/** The event with one value, anywhere in it, taken away or replaced by something unfit. */
export function mutated(event: fc.Arbitrary<Wire>): fc.Arbitrary<Wire> {
  return fc.tuple(event, fc.nat(), NONSENSE).map(([wire, at, nonsense]) => {
    const copy = structuredClone(wire)
    const places = placesIn(copy)
    const { owner, key } = places[at % places.length]!
    if (nonsense === REMOVED) delete owner[key]
    else owner[key] = nonsense
    return copy
  })
}

const REMOVED = Symbol('removed')
const NONSENSE: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(REMOVED, null, '', ' ', 'NaN', '1e400', '-', '2026-02-30', '2026-01-05T25:00:00', '12,50', '0x10'),
  fc.constantFrom<unknown>(true, Number.NaN, Number.POSITIVE_INFINITY, 1e15, -1e300, [], {}, [null], [[]], '__proto__'),
  fc.anything({ maxDepth: 2 }),
)

function placesIn(value: Wire | unknown[]): { readonly owner: Wire; readonly key: string }[] {
  const owner = value as Wire
  return Object.keys(owner).flatMap((key) => {
    const inner = owner[key]
    return [{ owner, key }, ...(typeof inner === 'object' && inner !== null ? placesIn(inner as Wire) : [])]
  })
}

function rowOf(fields: Fields, names: Names): fc.Arbitrary<Wire> {
  const entries = Object.entries(fields).map(([name, field]) => given(names === 'any' ? [name, ...field.aliases] : [name], field))
  return fc.tuple(...entries).map((row) => Object.assign({}, ...row))
}

function formsOf({ kind, values, digits, icd }: Field): fc.Arbitrary<unknown> {
  if (values) return fc.constantFrom(...values)
  if (icd) return fc.oneof(fc.stringMatching(/^[A-Za-z]\d\d\.[x9]\d\d$/), text)
  return digits ? fc.oneof(fc.integer({ min: 0, max: 15 }), fc.stringMatching(/^0{0,2}[0-9]{1,2}$/), dictionaryCode) : FORMS[kind]
}

/** The field under one of its names, or one of the ways of leaving it out. */
function given(names: readonly string[], field: Field): fc.Arbitrary<Wire> {
  const named = fc.tuple(fc.constantFrom(...names), formsOf(field)).map(([name, value]) => ({ [name]: value }))
  return field.required ? named : fc.oneof({ arbitrary: named, weight: 2 }, missing(names[0]!))
}

function optional(name: string, value: fc.Arbitrary<unknown>): fc.Arbitrary<Wire> {
  return fc.oneof({ arbitrary: value.map((inner) => ({ [name]: inner })), weight: 4 }, missing(name))
}

function missing(name: string): fc.Arbitrary<Wire> {
  return fc.constantFrom<Wire>({}, { [name]: null })
}

const text = fc.oneof(fc.string({ minLength: 1, maxLength: 30 }), fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }))
const dictionaryCode = fc.oneof(fc.stringMatching(/^[0-9A-Z]{1,6}$/), fc.integer({ min: 0, max: 999_999 }))

/** A decimal with so many digits behind the point, as number or as text. */
function decimal(digits: number, largest: number): fc.Arbitrary<number | string> {
  const scale = 10 ** digits
  return fc
    .tuple(fc.integer({ min: -largest * scale, max: largest * scale }), fc.boolean())
    .map(([whole, asText]) => (asText ? (whole / scale).toFixed(digits) : whole / scale))
}

const shanghai = (at: Date) => new Date(at.getTime() + 8 * 3_600_000).toISOString()
const dates = fc.date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true })
const day = dates.map((at) => shanghai(at).slice(0, 10))
const instant = fc.oneof(
  day,
  dates.map((at) => shanghai(at).slice(0, 19).replace('T', ' ')),
  dates.map((at) => `${shanghai(at).slice(0, 19)}+08:00`),
  dates.map((at) => at.toISOString()),
)

const FORMS: Record<FieldKind, fc.Arbitrary<unknown>> = {
  id: text,
  code: dictionaryCode,
  text,
  money: decimal(2, 10_000_000),
  price: decimal(6, 1_000_000),
  quantity: decimal(4, 100_000),
  ratio: decimal(4, 1),
  integer: fc.integer({ min: 0, max: 99 }),
  instant,
  day: fc.oneof(day, instant),
}
