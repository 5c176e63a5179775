import { TABLES, type Table, type TableName } from '../../schemas/tables.ts'
import { type EncodedTable, LIST_SEPARATOR } from '../decode/columns.ts'
import type { Origin, PlacedTable } from './placed-tables.ts'

/** Rows of a chunk, at most: with it, (batch, row) is one number that rises with arrival. */
const ROWS_PER_BATCH = 2 ** 24

/** A value as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}

/**
 * The columns of a worker as a whole table of ClickHouse: exact decimals, times with their zone, NULL for NaN, and the
 * columns that only the batch knows.
 *
 * @param from the table function that gives the worker's columns, for example `arrowstream('x')`
 */
export function insertSelect({ table: { table }, origins }: PlacedTable, from: string, settings: Settings): string {
  const { columns }: Table = TABLES[table]
  const known = columnsOfOrigins(table, origins)
  const names = Object.keys(columns)
  const values = names.map((name) => known[name] ?? converted(columns[name]!.type, `\`${name}\``))
  const into = `INSERT INTO \`${table}\` (${names.map((name) => `\`${name}\``).join(', ')})`
  return `${into} ${settingsClause(settings)} SELECT ${values.join(', ')} FROM ${from}${exceptRows(origins)}`
}

/**
 * Rows that follow each other are named by the first and the last: a range that comes again whole would name thousands, and
 * what a server or the proxies before it take as an address is limited.
 */
function exceptRows(origins: readonly Origin[]): string {
  const conditions = origins.flatMap(({ without }, range) => {
    if (without.length === 0) return []
    const isKept = notAmong(without)
    return origins.length > 1 ? [`(_range != ${range} OR (${isKept}))`] : [isKept]
  })
  return conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''
}

function notAmong(rows: readonly number[]): string {
  const runs: [first: number, last: number][] = []
  for (const row of [...rows].sort((a, b) => a - b)) {
    const run = runs.at(-1)
    if (run && row <= run[1] + 1) run[1] = row
    else runs.push([row, row])
  }
  const singles = runs.flatMap(([first, last]) => (first === last ? [first] : []))
  const conditions = runs.flatMap(([first, last]) => (first === last ? [] : [`_row NOT BETWEEN ${first} AND ${last}`]))
  if (singles.length > 0) conditions.push(`_row NOT IN (${singles.join(',')})`)
  return conditions.join(' AND ')
}

/**
 * Rows as JSON in a column `line`, as a whole table of ClickHouse.
 *
 * @param from the table function that gives the column
 */
export function insertJson(table: TableName, from: string, settings: Settings): string {
  const { columns }: Table = TABLES[table]
  const names = Object.keys(columns).map((name) => `\`${name}\``)
  const types = Object.values(columns).map(({ type }, i) => `${names[i]} ${type.replace(/ CODEC\(.*\)$/, '')}`)
  const parts = names.map((_, i) => `tupleElement(row, ${i + 1})`)
  const rows = `SELECT JSONExtract(line, ${literal(`Tuple(${types.join(', ')})`)}) AS row FROM ${from}`
  return `INSERT INTO \`${table}\` (${names.join(', ')}) ${settingsClause(settings)} SELECT ${parts.join(', ')} FROM (${rows})`
}

export type Settings = Readonly<Record<string, number | string>>

export function settingsClause(settings: Settings): string {
  const listed = Object.entries(settings).map(
    ([name, value]) => `${name} = ${typeof value === 'string' ? literal(value) : value}`,
  )
  return listed.length > 0 ? `SETTINGS ${listed.join(', ')}` : ''
}

function columnsOfOrigins(table: string, origins: readonly Origin[]): Record<string, string> {
  const batch = `toUInt64(${ofRange(origins.map(({ batch }) => String(batch)))})`
  const firstOffset = `toInt64(${ofRange(origins.map(({ firstOffset }) => String(firstOffset)))})`
  const known: Record<string, string> = {
    batch,
    source: ofRange(origins.map(({ source }) => literal(source))),
    partition: `toInt32(${ofRange(origins.map(({ partition }) => String(partition)))})`,
    offset: `${firstOffset} + toInt64(_row)`,
    version: `${batch} * ${ROWS_PER_BATCH} + toUInt64(_row)`,
  }
  if (table === 'void' && origins.some(({ matchedVoids }) => matchedVoids && matchedVoids.size > 0)) {
    known.orig_setl_id = ofRange(origins.map(({ matchedVoids }) => originalNamed(matchedVoids)))
  }
  return known
}

/** The value of the range that a row is of. */
function ofRange(values: readonly string[]): string {
  const [first, ...others] = values
  return others.every((value) => value === first) ? first! : `[${values.join(', ')}][toUInt32(_range) + 1]`
}

function originalNamed(matched: ReadonlyMap<number, string> = new Map()): string {
  if (matched.size === 0) return 'orig_setl_id'
  const originals = [...matched.values()].map(literal)
  return `transform(toInt64(_row), [${[...matched.keys()].join(', ')}], [${originals.join(', ')}], orig_setl_id)`
}

const NULLABLE = /^Nullable\((.+)\)$/
const DECIMAL = /^Decimal\(\d+, (\d+)\)$/

/** Missing numbers are NaN on the way; the inner NULL-free value keeps the conversion from seeing one. */
function converted(type: string, value: string): string {
  const inner = NULLABLE.exec(type)?.[1]
  if (inner) return `if(isNaN(${value}), NULL, ${converted(inner, `if(isNaN(${value}), 0, ${value})`)})`
  const scale = DECIMAL.exec(type)?.[1]
  // Whole smallest units times one smallest unit: exact, where a division of floating-point numbers is not.
  if (scale) return `toDecimal64(${value}, 0) * toDecimal64('${(10 ** -Number(scale)).toFixed(Number(scale))}', ${scale})`
  if (type.startsWith('DateTime64')) return `fromUnixTimestamp64Milli(toInt64(${value}), 'Asia/Shanghai')`
  if (type === 'Array(String)') return `arrayFilter(part -> part != '', splitByChar(${literal(LIST_SEPARATOR)}, ${value}))`
  switch (type) {
    case 'Date32':
      return `toDate32('1970-01-01') + toInt32(${value})`
    case 'Bool':
      return `${value} = 1`
    case 'UInt32':
      return `toUInt32(${value})`
    default:
      return value
  }
}

/** The worker's columns as ClickHouse sees them on the wire. */
export function structureOf({ columns }: EncodedTable): string {
  return columns.map(({ name, offsets }) => `\`${name}\` ${offsets ? 'String' : 'Float64'}`).join(', ')
}
