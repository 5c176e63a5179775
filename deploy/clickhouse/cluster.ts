import {
  createView,
  DEDUPLICATION_WINDOW,
  partitionsOf,
  TABLES,
  type Table,
  type TableName,
  VIEWS,
} from '../../schemas/tables.ts'

/**
 * How long rows are kept (domain: security, "Retention"): years after the time in a column. Alerts are kept ten years after
 * closing; two years are allowed for that. Legal periods are the customer's to confirm.
 */
const RETENTION: Readonly<Partial<Record<TableName, { readonly column: string; readonly years: number }>>> = {
  raw_event: { column: 'event_time', years: 5 },
  settlement: { column: 'setl_time', years: 5 },
  fee_line: { column: 'setl_time', years: 5 },
  trace_use: { column: 'setl_time', years: 5 },
  void: { column: 'setl_time', years: 5 },
  stay_event: { column: 'time', years: 5 },
  inventory: { column: 'time', years: 5 },
  alert_log: { column: 'event_time', years: 12 },
  alert: { column: 'event_time', years: 12 },
  dead_letter: { column: 'received_at', years: 5 },
}

const DATABASE = 'fundwatch'
/** The whole nation at a glance; nobody writes there. */
const OVERVIEW = 'fundwatch_all'

/**
 * The DDL of a cluster: each shard is one province or region with its own pipeline, which writes to its own shard; each
 * table is replicated within the shard; `fundwatch_all` reads all shards as one. The tables have the names and columns that
 * `fundwatch migrate` would make, which therefore finds them in place.
 * @param cluster its name in `remote_servers`
 * @param replicated whether tables are replicated; without, the statements run on any single server
 */
export function clusterDdl(cluster: string, replicated = true): string[] {
  const on = replicated ? ` ON CLUSTER \`${cluster}\`` : ''
  const names = Object.keys(TABLES) as TableName[]
  return [
    `CREATE DATABASE IF NOT EXISTS ${DATABASE}${on}`,
    ...names.map((name) => localTable(name, on, replicated)),
    ...VIEWS.map((view) => inDatabase(createView(view), on)),
    `CREATE DATABASE IF NOT EXISTS ${OVERVIEW}${on}`,
    ...names.map((name) => overviewTable(name, on, cluster)),
  ]
}

function localTable(name: TableName, on: string, replicated: boolean): string {
  const table: Table = TABLES[name]
  const { columns, indexes = [], orderBy, settings = {}, engine = 'MergeTree' } = table
  const parts = [
    ...Object.entries(columns).map(([column, { type }]) => `\`${column}\` ${type}`),
    ...indexes.map((index) => `INDEX ${index}`),
  ]
  // A retry is recognised by its token on every replica.
  const window = replicated ? 'replicated_deduplication_window' : 'non_replicated_deduplication_window'
  const all = Object.entries({ [window]: DEDUPLICATION_WINDOW, ...settings, ttl_only_drop_parts: 0 })
  return `CREATE TABLE IF NOT EXISTS ${DATABASE}.\`${name}\`${on} (
  ${parts.join(',\n  ')}
) ENGINE = ${replicated ? replicatedEngine(engine) : engine}${partitionsOf(table)} ORDER BY (${orderBy})${ttlOf(name)}
SETTINGS ${all.map(([setting, value]) => `${setting} = ${value}`).join(', ')}`
}

/** `ReplacingMergeTree(revision)` → `ReplicatedReplacingMergeTree('path', 'replica', revision)`. */
function replicatedEngine(engine: string): string {
  const [, kind, inner] = /^(\w+)(?:\((.*)\))?$/.exec(engine)!
  const place = "'/clickhouse/tables/{shard}/{database}/{table}', '{replica}'"
  return `Replicated${kind}(${[place, ...(inner ? [inner] : [])].join(', ')})`
}

function ttlOf(name: TableName): string {
  const kept = RETENTION[name]
  if (!kept) return ''
  const nullable = (TABLES[name] as Table).columns[kept.column]!.type.startsWith('Nullable')
  // What has no time of its own (reference rows) is never dropped: its time counts as the end of the calendar.
  const time = nullable ? `ifNull(${kept.column}, toDateTime64('2099-01-01 00:00:00', 3))` : kept.column
  return `\nTTL toDateTime(${time}) + INTERVAL ${kept.years} YEAR`
}

function overviewTable(name: TableName, on: string, cluster: string): string {
  return `CREATE TABLE IF NOT EXISTS ${OVERVIEW}.\`${name}\`${on} AS ${DATABASE}.\`${name}\`
ENGINE = Distributed('${cluster}', '${DATABASE}', '${name}')`
}

function inDatabase(statement: string, on: string): string {
  return statement
    .replace(/^(CREATE MATERIALIZED VIEW IF NOT EXISTS )(`\w+`)/, `$1${DATABASE}.$2${on}`)
    .replace(/ (TO|FROM) (`\w+`)/g, ` $1 ${DATABASE}.$2`)
}
