import { Compile } from 'typebox/compile'
import type { Reference } from '../../schemas/events.ts'
import { inIcd } from '../../schemas/field.ts'
import type { Fault } from '../../schemas/normalise.ts'
import { ICD_COLUMNS, isReferenceTable, REFERENCE_TABLES, type ReferenceTable } from '../../schemas/reference.ts'
import { describeFault } from '../../schemas/schema-fault.ts'
import { parseInstant } from '../../schemas/time.ts'
import { asWritten } from './as-written.ts'
import { wordOf } from './mask.ts'
import { fromByteString } from './packed.ts'

type Wire = Record<string, unknown>
type Check = ReturnType<typeof Compile>

const checks = new Map<ReferenceTable, Check>()

function checkOf(table: ReferenceTable): Check {
  let check = checks.get(table)
  if (!check) {
    check = Compile(REFERENCE_TABLES[table])
    checks.set(table, check)
  }
  return check
}

function invalid(field: string, message: string): Fault {
  return { code: 'REFERENCE_INVALID', field, message: `${field}: ${message}` }
}

/** Reads an upsert of one reference row; refused only for an unknown table, a missing id or a wrong type. */
export function readReference(wire: Wire): Reference | Fault {
  return checkedReference(textOf(wire) as Wire)
}

/** The same where strings are text already. */
export function checkedReference({ table, id, row, effective_from, effective_to, deleted }: Wire): Reference | Fault {
  if (typeof table !== 'string' || !isReferenceTable(table)) return invalid('table', `unknown${wordOf(table)}`)
  if (typeof id !== 'string' || id === '') return invalid('id', 'is mandatory text')
  const columns = row ?? {}
  if (typeof columns !== 'object' || Array.isArray(columns)) return invalid('row', 'must be an object')
  const check = checkOf(table)
  const read = check.Check(columns) ? columns : asWritten(columns, check)
  if (!check.Check(read)) {
    const faults = [...check.Errors(read)]
    return invalid(`row${(faults[0]?.instancePath ?? '').replaceAll('/', '.')}`, describeFault(faults))
  }
  const from = instantOf(effective_from)
  const to = instantOf(effective_to)
  if (Number.isNaN(from)) return invalid('effective_from', 'is no time')
  if (Number.isNaN(to)) return invalid('effective_to', 'is no time')
  return {
    kind: 'reference',
    table,
    id,
    row: withIcd(table, id, read as Wire),
    effective_from: from,
    effective_to: to,
    deleted: deleted === true,
  }
}

/** Codes of ICD-10 as the events have them. */
export function withIcd(table: ReferenceTable, id: string, row: Wire): Wire {
  const columns = ICD_COLUMNS[table] ?? []
  // Where the code is missing, the id is the code.
  const said = columns.includes('code') && row.code == null && inIcd(id) !== id ? { ...row, code: id } : row
  const told = columns.filter((column) => said[column] != null)
  if (told.length === 0) return row
  return { ...said, ...Object.fromEntries(told.map((column) => [column, inIcdAll(said[column])])) }
}

function inIcdAll(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inIcdAll)
  return typeof value === 'string' ? inIcd(value) : value
}

function instantOf(value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined
  return typeof value === 'string' ? parseInstant(value) : Number.NaN
}

/** Reference rows carry names: every string of the (byte-string) row becomes text. */
function textOf(value: unknown): unknown {
  if (typeof value === 'string') return fromByteString(value)
  if (Array.isArray(value)) return value.map(textOf)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [fromByteString(key), textOf(inner)]))
  }
  return value
}
