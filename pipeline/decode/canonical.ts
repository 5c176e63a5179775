import { SHAPES, type Shape } from '../../schemas/events.ts'
import { type Field, type Fields, inDigits, inIcd } from '../../schemas/field.ts'
import { decimal } from '../../schemas/money.ts'
import { parseDay, parseInstant } from '../../schemas/time.ts'

const LISTS = new Map<string, ReadonlyMap<string, readonly [string, Field]>>()
const HEADS = new Map<string, ReadonlyMap<string, readonly [string, Field]>>()
const LIST_NAMES = new Map<string, ReadonlyMap<string, string>>()
for (const [kind, shape] of Object.entries<Shape>(SHAPES)) {
  HEADS.set(kind, namesOf(shape.fields))
  const aliases = Object.entries(shape.listAliases ?? {})
  LIST_NAMES.set(kind, new Map(aliases.flatMap(([list, names]) => names.map((alias) => [alias, list] as const))))
  for (const [list, fields] of Object.entries(shape.lists)) LISTS.set(`${kind}.${list}`, namesOf(fields))
}

/** Every name under which a field may come, and what it is. */
function namesOf(fields: Fields): ReadonlyMap<string, readonly [string, Field]> {
  return new Map(
    Object.entries(fields).flatMap(([name, field]) => [name, ...field.aliases].map((alias) => [alias, [name, field]] as const)),
  )
}

/**
 * The content of an event for the question "the same, or a conflict?": aliases resolved, keys sorted, numbers and times
 * in one form, missing values left out; unknown fields count.
 */
export function canonicalContent(line: string): string {
  const event = JSON.parse(line) as Record<string, unknown>
  const kind = String(event.kind)
  return JSON.stringify(canonicalObject(event, HEADS.get(kind), kind))
}

function canonicalObject(value: object, names: ReadonlyMap<string, readonly [string, Field]> | undefined, path: string): unknown {
  const entries: [string, unknown][] = []
  for (const [key, inner] of Object.entries(value)) {
    const [name, field] = names?.get(key) ?? [LIST_NAMES.get(path)?.get(key) ?? key, undefined]
    const canonical = canonicalValue(inner, field, `${path}.${name}`)
    if (canonical !== undefined) entries.push([name, canonical])
  }
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function canonicalValue(value: unknown, field: Field | undefined, path: string): unknown {
  if (value === null || value === '') return undefined
  if (Array.isArray(value)) {
    const rows = value.map((row) =>
      isObject(row) ? canonicalObject(row, LISTS.get(path), path) : canonicalValue(row, undefined, path),
    )
    return rows.length === 0 ? undefined : rows
  }
  if (isObject(value)) return canonicalObject(value, undefined, path)
  switch (field?.kind) {
    case 'id':
    case 'text':
      return field.icd ? inIcd(String(value)) : String(value)
    case 'code':
      return field.digits ? inDigits(String(value), field.digits) : String(value)
    case 'instant':
      return parseInstant(String(value))
    case 'day':
      return parseDay(String(value))
    default: {
      const number = field || !isNumeral(value) ? decimal(value) : Number.NaN
      return Number.isNaN(number) ? value : number
    }
  }
}

/** Digits that are no amount: a number would lose some of them, and two numerals become one. */
const NUMERAL = /^0\d|\d{16}/

/** Whether a field that we do not know is somebody's number for something, and not so many of it. */
function isNumeral(value: unknown): boolean {
  return typeof value === 'string' && NUMERAL.test(value)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
