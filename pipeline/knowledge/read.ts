import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { CsvError, parse as parseCsv } from 'csv-parse/sync'
import { FundwatchError } from '../../schemas/errors.ts'
import type { Reference } from '../../schemas/events.ts'
import { isReferenceTable, REFERENCE_TABLES, type ReferenceTable } from '../../schemas/reference.ts'
import { checkedReference } from '../decode/reference.ts'

/** What is wrong in one line of a file. */
export interface KnowledgeFault {
  readonly line: number
  readonly field: string
  readonly message: string
}

/** A file of reference rows: the events that teach them, and every fault there is. */
export interface Knowledge {
  readonly table: ReferenceTable
  readonly events: readonly Record<string, unknown>[]
  readonly faults: readonly KnowledgeFault[]
}

interface Given {
  readonly table?: string
  /** The version of the pack; it stays with each row as `pack_version`. */
  readonly version: string
}

type Row = Record<string, unknown>
interface Numbered {
  readonly line: number
  readonly row: Row
}

/** Columns that say which row it is and when it holds; all others belong to the row itself. */
const FRAME = ['id', 'effective_from', 'effective_to', 'deleted']
const LIST_SEPARATOR = ';'

/**
 * Reads `TABLE.csv` or `TABLE.ndjson`. CSV has the columns of the table beside `id`, `effective_from`, `effective_to` and
 * `deleted`; a list is written `a;b;c`, a list of objects as JSON, an empty cell is absent. NDJSON has the same names, or is
 * the stream's own form with `row`.
 * @throws FundwatchError TABLE_UNKNOWN, FILE_UNREADABLE, or ENCODING_INVALID
 */
export function readKnowledge(path: string, { table = basename(path).split('.')[0]!, version }: Given): Knowledge {
  if (!isReferenceTable(table)) {
    throw new FundwatchError(
      'TABLE_UNKNOWN',
      `There is no reference table ${table}. There are ${Object.keys(REFERENCE_TABLES).join(', ')}.`,
    )
  }
  const text = readText(path)
  const faults: KnowledgeFault[] = []
  const rows = path.endsWith('.csv') ? rowsOfCsv(text, table, faults) : rowsOfNdjson(text, faults)
  const events: Row[] = []
  const known = new Map<string, number>()
  for (const { line, row } of rows) {
    const event = eventOf(table, row, version)
    const read = row.table === undefined || row.table === table ? checkedReference(event) : wrongTable(row.table, table)
    const fault = 'kind' in read ? (unclear(event) ?? backwards(read) ?? repeated(read, line, known)) : read
    if (fault) faults.push({ line, field: fault.field, message: fault.message })
    else events.push(event)
  }
  return { table, events, faults: faults.sort((a, b) => a.line - b.line) }
}

function readText(path: string): string {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    throw new FundwatchError('FILE_UNREADABLE', `${path}: ${(error as Error).message}`, { cause: error })
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    // A spreadsheet saves Chinese as GB 18030 unless told otherwise, and names and ids would be stored as question marks.
    throw new FundwatchError('ENCODING_INVALID', `${path} is not in UTF-8. Save it as CSV UTF-8.`, { cause: error })
  }
}

function rowsOfNdjson(text: string, faults: KnowledgeFault[]): Numbered[] {
  return text.split('\n').flatMap((content, i) => {
    if (content.trim() === '') return []
    try {
      const row: unknown = JSON.parse(content)
      if (typeof row === 'object' && row !== null && !Array.isArray(row)) return [{ line: i + 1, row: row as Row }]
      faults.push({ line: i + 1, field: '', message: 'is no JSON object' })
    } catch {
      faults.push({ line: i + 1, field: '', message: 'is no JSON' })
    }
    return []
  })
}

function rowsOfCsv(text: string, table: ReferenceTable, faults: KnowledgeFault[]): Numbered[] {
  try {
    const options = { columns: true, bom: true, info: true, skip_empty_lines: true, trim: true } as const
    const parsed = parseCsv(text, options) as unknown as { record: Record<string, string>; info: { lines: number } }[]
    return parsed.map(({ record, info }) => {
      const row: Row = {}
      for (const [column, cell] of Object.entries(record)) {
        if (cell === '') continue
        const value = column === 'deleted' ? flagOf(cell) : FRAME.includes(column) ? cell : typedCell(table, column, cell)
        // A cell that cannot be what its column is stays text: the check of the row then names it.
        row[column] = value ?? cell
      }
      return { line: info.lines, row }
    })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    faults.push({ line: Number(error.lines ?? 1), field: '', message: error.message })
    return []
  }
}

type Shape = { readonly type?: string; readonly anyOf?: readonly Shape[]; readonly items?: Shape }

/** The cell as the column's type; `undefined` where it is none of that. */
function typedCell(table: ReferenceTable, column: string, cell: string): unknown {
  const { properties } = REFERENCE_TABLES[table] as unknown as { properties: Record<string, Shape> }
  const shape = properties[column]?.anyOf?.[0]
  switch (shape?.type) {
    case 'number':
      return Number.isFinite(Number(cell)) ? Number(cell) : undefined
    case 'boolean':
      return flagOf(cell)
    case 'array':
      return shape.items?.type === 'object' ? jsonOf(cell) : cell.split(LIST_SEPARATOR).map((part) => part.trim())
    default:
      return cell
  }
}

function flagOf(cell: string): boolean | undefined {
  return cell === 'true' || cell === '1' ? true : cell === 'false' || cell === '0' ? false : undefined
}

function jsonOf(cell: string): unknown {
  try {
    return JSON.parse(cell)
  } catch {
    return undefined
  }
}

/** The event as it comes on the stream; a row that is one already keeps its form. */
function eventOf(table: ReferenceTable, row: Row, pack_version: string): Row {
  const { id, effective_from, effective_to, deleted, table: _, kind: __, row: inner, ...columns } = row
  const content = typeof inner === 'object' && inner !== null ? inner : columns
  return { kind: 'reference', table, id, effective_from, effective_to, deleted, row: { ...content, pack_version } }
}

type Fault = Pick<KnowledgeFault, 'field' | 'message'>

function wrongTable(found: unknown, table: string): Fault {
  return { field: 'table', message: `is ${found}, not ${table}` }
}

function unclear({ deleted }: Row): Fault | undefined {
  return deleted === undefined || typeof deleted === 'boolean'
    ? undefined
    : { field: 'deleted', message: 'is neither true nor false' }
}

function backwards({ effective_from, effective_to }: Reference): Fault | undefined {
  if (effective_from === undefined || effective_to === undefined || effective_from <= effective_to) return undefined
  return { field: 'effective_to', message: 'lies before effective_from' }
}

/** Identity is (table, id, effective_from, admdvs, level): the second of two would silently replace the first. */
function repeated({ id, effective_from, row }: Reference, line: number, known: Map<string, number>): Fault | undefined {
  const identity = JSON.stringify([id, effective_from, row.admdvs ?? '', row.level ?? ''])
  const first = known.get(identity)
  if (first === undefined) known.set(identity, line)
  return first === undefined ? undefined : { field: 'id', message: `says again what line ${first} says` }
}
