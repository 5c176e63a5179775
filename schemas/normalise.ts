import type { DeadLetterCode } from './errors.ts'
import { type PackedKind, SHAPES, type Shape } from './events.ts'
import { type Field, type FieldKind, type Fields, inDigits, inIcd } from './field.ts'
import { decimal, fenOf, microOf } from './money.ts'
import { parseDay, parseInstant } from './time.ts'

/** Why an event was refused at the door, and in which field (`feedetail[2].cnt`). */
export interface Fault {
  readonly code: DeadLetterCode
  readonly field: string
  readonly message: string
}

/** Beyond what n(16,2), n(16,6) and n(16,4) hold (data standard): such a number fits no column. */
const MONEY_RANGE = 1e14
const PRICE_RANGE = 1e10
const QUANTITY_RANGE = 1e12

/** Replaces identity data by a pseudonym; called for `sensitive` fields only. */
export type Pseudonym = (value: string) => string

type Row = Record<string, unknown>

/**
 * The first fault of the event being read. Module state instead of exceptions or result objects: reading is the
 * hottest path of the product, is synchronous, and a fault is rare.
 */
let fault: Fault | undefined
let rowIndex = -1

function blame(code: DeadLetterCode, field: string, message: string): void {
  const at = rowIndex < 0 ? field : field.replace('[]', `[${rowIndex}]`)
  fault ??= { code, field: at, message: `${at}: ${message}` }
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

function missing(required: boolean, field: string): void {
  if (required) blame('FIELD_MISSING', field, 'is mandatory')
}

function readText(value: unknown, required: boolean, field: string): string {
  if (typeof value === 'string' && value !== '') return value
  if (isMissing(value)) missing(required, field)
  else blame('TYPE_INVALID', field, `must be text, not ${typeof value}`)
  return ''
}

function readCode(value: unknown, required: boolean, field: string): string {
  return typeof value === 'number' && Number.isInteger(value) ? String(value) : readText(value, required, field)
}

function readDigits(value: unknown, required: boolean, field: string, width: number): string {
  return inDigits(readCode(value, required, field), width)
}

function readIcd(value: unknown, required: boolean, field: string): string {
  return inIcd(readText(value, required, field))
}

/** What an extension, JSON in text or an object, says under a name. Extensions are anybody's: one that is no JSON says nothing. */
function readWithin(extension: unknown, name: string): unknown {
  if (isMissing(extension)) return undefined
  if (typeof extension === 'object') return (extension as Row)[name]
  if (typeof extension !== 'string' || !extension.includes(name)) return undefined
  try {
    return (JSON.parse(extension) as Row | null)?.[name]
  } catch {
    return undefined
  }
}

function readOneOf(value: unknown, required: boolean, field: string, values: readonly string[]): string {
  const said = readCode(value, required, field)
  if (said !== '' && !values.includes(said)) blame('TYPE_INVALID', field, `must be one of ${values.join(', ')}`)
  return said
}

function readNumber(
  value: unknown,
  required: boolean,
  field: string,
  convert: (value: number | string) => number,
  range: number,
): number | undefined {
  if (isMissing(value)) {
    missing(required, field)
    return undefined
  }
  const number = decimal(value)
  if (Number.isNaN(number)) blame('TYPE_INVALID', field, 'must be a number')
  else if (!(Math.abs(number) < range))
    blame('NUMBER_RANGE', field, `has more than ${Math.round(Math.log10(range))} digits before the point`)
  return convert(value as number | string)
}

function readMoney(value: unknown, required: boolean, field: string): number | undefined {
  return readNumber(value, required, field, fenOf, MONEY_RANGE)
}

function readPrice(value: unknown, required: boolean, field: string): number | undefined {
  return readNumber(value, required, field, microOf, PRICE_RANGE)
}

function readQuantity(value: unknown, required: boolean, field: string): number | undefined {
  return readNumber(value, required, field, (raw) => Math.round(decimal(raw) * 10_000) / 10_000, QUANTITY_RANGE)
}

function readTime(value: unknown, required: boolean, field: string, parse: (text: string) => number): number | undefined {
  if (isMissing(value)) {
    missing(required, field)
    return undefined
  }
  if (typeof value !== 'string') {
    blame('TYPE_INVALID', field, `must be a time as text, not ${typeof value}`)
    return undefined
  }
  const time = parse(value)
  if (Number.isNaN(time)) blame('TIME_INVALID', field, 'is no time')
  return time
}

function readInstant(value: unknown, required: boolean, field: string): number | undefined {
  return readTime(value, required, field, parseInstant)
}

function readDay(value: unknown, required: boolean, field: string): number | undefined {
  return readTime(value, required, field, parseDay)
}

function readList(value: unknown, read: (row: Row) => unknown, field: string, naming: string): unknown[] {
  if (isMissing(value)) return []
  if (!Array.isArray(value)) {
    blame('TYPE_INVALID', field, 'must be a list')
    return []
  }
  const rows: unknown[] = []
  for (let i = 0; i < value.length; i++) {
    rowIndex = i
    const row = value[i]
    if (typeof row === 'object' && row !== null) {
      if (naming === '' || !isMissing((row as Row)[naming])) rows.push(read(row as Row))
    } else blame('TYPE_INVALID', `${field}[]`, 'must be an object')
  }
  rowIndex = -1
  return rows
}

const READERS: Record<FieldKind, string> = {
  id: 'readText',
  code: 'readCode',
  text: 'readText',
  money: 'readMoney',
  price: 'readPrice',
  quantity: 'readQuantity',
  ratio: 'readQuantity',
  integer: 'readQuantity',
  instant: 'readInstant',
  day: 'readDay',
}

function readExpression(name: string, field: Field, path: string): string {
  const sources = [name, ...field.aliases].map((source) => `o.${source}`)
  if (field.within) sources.push(`readWithin(o.${field.within}, '${name}')`)
  const value = firstGiven(sources)
  const [reader, more] = readerOf(field)
  const read = `${reader}(${value}, ${field.required}, '${path}${name}'${more})`
  return `${name}: ${field.sensitive ? `hide(${read})` : read}`
}

function readerOf({ kind, values, digits, icd }: Field): readonly [reader: string, more: string] {
  if (values) return ['readOneOf', `, ${JSON.stringify(values)}`]
  if (icd) return ['readIcd', '']
  return digits ? ['readDigits', `, ${digits}`] : [READERS[kind], '']
}

function firstGiven(sources: readonly string[]): string {
  return sources.reduceRight((rest, source) => `(p(${source}) ? ${rest} : ${source})`)
}

function listExpression(name: string, fields: Fields, { listAliases, ownRows }: Shape): string {
  const naming = namingIn(fields)
  const sources = [name, ...(listAliases?.[name] ?? [])].map((source) => `o.${source}`)
  if (ownRows?.includes(name)) sources.push(`(p(o.${naming}) ? undefined : [o])`)
  return `${name}: readList(${firstGiven(sources)}, row_${name}, '${name}', '${naming}')`
}

function readObject(fields: Fields, path: string): string {
  return Object.entries(fields)
    .map(([name, field]) => readExpression(name, field, path))
    .join(',\n')
}

function namingIn(fields: Fields): string {
  return Object.entries(fields).find(([, field]) => field.naming)?.[0] ?? ''
}

/**
 * Writes the reading function of a kind as source text, so that every property access is fixed and fast: a generic loop
 * over field names costs several times as much. The text comes from our own definitions only, never from input.
 */
function compile(kind: PackedKind, shape: Shape, hide: Pseudonym): (wire: Row) => unknown {
  const lists = Object.entries(shape.lists)
  const rows = lists.map(([name, fields]) => `const row_${name} = (o) => ({ ${readObject(fields, `${name}[].`)} });`)
  const nested = lists.map(([name, fields]) => listExpression(name, fields, shape))
  const body = `${rows.join('\n')}
    return (o) => ({ kind: '${kind}', ${[readObject(shape.fields, ''), ...nested].join(',\n')} })`
  const helpers = {
    readText,
    readCode,
    readDigits,
    readIcd,
    readWithin,
    readOneOf,
    readMoney,
    readPrice,
    readQuantity,
    readInstant,
    readDay,
    readList,
    p: isMissing,
  }
  const hideText = (value: string) => (value === '' ? '' : hide(value))
  return new Function(...Object.keys(helpers), 'hide', body)(...Object.values(helpers), hideText)
}

/** Reads an event of a kind: its inside form, or the first fault found. */
export type Normaliser = (kind: PackedKind, wire: Row) => { readonly kind: PackedKind } | Fault

/** Builds the reader of all kinds. `hide` replaces names and document numbers before anything else sees them. */
export function createNormaliser(hide: Pseudonym): Normaliser {
  const kinds = Object.keys(SHAPES) as PackedKind[]
  const readers = new Map(kinds.map((kind) => [kind, compile(kind, SHAPES[kind], hide)]))
  return (kind, wire) => {
    fault = undefined
    rowIndex = -1
    const event = readers.get(kind)!(wire) as { kind: PackedKind }
    return fault ?? event
  }
}

export function isFault(result: { readonly kind: PackedKind } | Fault): result is Fault {
  return 'code' in result && 'message' in result
}
