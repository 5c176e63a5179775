import { FundwatchError } from '../../schemas/errors.ts'
import { BATCH_TABLES, TABLES, type TableName } from '../../schemas/tables.ts'
import type { Durability } from '../durability.ts'
import { literal, type Settings } from './column-sql.ts'
import { openEmbedded } from './embedded.ts'
import { type MigrationReport, migrate } from './migrations.ts'
import { byTable, type PlacedTable, type PlacedTables } from './placed-tables.ts'
import { named, PATIENT, patiently, type RetryPolicy } from './retry.ts'
import { openServer, type ServerAddress } from './server.ts'
import { together } from './together.ts'
import type { Params, Transport } from './transport.ts'

export interface EventId {
  readonly kind: string
  readonly id: string
}

/** A partition of the table `checkpoint`. */
export interface CheckpointPartition {
  readonly id: string
  readonly share: number
}

interface Visit {
  readonly psn_no: string
  readonly mdtrt_id: string
  readonly fixmedins_code: string
  /** In fen. */
  readonly medfee_sumamt: number
  /** Settled no later than this. */
  readonly until: number
}

/**
 * The record of everything: events, alerts, counts. ClickHouse, in this process or on a server; the same SQL for both.
 * Every call fails with a FundwatchError: `STORE_UNREACHABLE`, `STORE_REFUSED`, or as said. What may pass by itself is tried
 * again first.
 */
export interface Store {
  /** Brings the tables to this release's shape. Fails with `SCHEMA_NEWER` where a newer release wrote them. */
  migrate(): Promise<MigrationReport>
  /**
   * Stores what was made of ranges, each of another batch, in all tables at once. Repeating it with the same token adds
   * nothing, whether or not the first call was heard to succeed.
   */
  writeColumns(ranges: readonly PlacedTables[], options: { readonly token: string }): Promise<void>
  /** Rows with the columns' names; times in ISO 8601, money in yuan. Repeating it with the same token adds nothing. */
  insertRows(table: TableName, rows: readonly object[], options: { readonly token: string }): Promise<void>
  /** Values go in as `{name:Type}` parameters, never as text. Whole numbers come back as numbers. */
  query<T>(sql: string, params?: Params): Promise<T[]>
  /** More rows than memory holds: RowBinary, in pieces that may end within a row. Not tried again; the reader knows how far it came. */
  scan(sql: string, params?: Params): AsyncIterable<Uint8Array>
  /** The events as stored, by `kind|id`; of several with one identity the latest. Unknown ones, and those of later batches, are absent. */
  originals(ids: readonly EventId[], before?: number): Promise<Map<string, string>>
  /** `setl_id`s of the settlements of a visit with exactly this amount, up to a time. */
  findByVisit(visit: Visit, before?: number): Promise<string[]>
  /** Removes what batches that will not be repeated left behind. Their tokens stay known: their events need others to return. */
  forgetBatches(batches: readonly number[]): Promise<void>
  /** Removes copies of what slices remember, or shares of them. */
  forgetCheckpoints(partitions: readonly CheckpointPartition[]): Promise<void>
  close(): Promise<void>
}

export type StoreOptions = ({ readonly dataDir: string } | ServerAddress) & {
  readonly durability?: Durability
  readonly retry?: RetryPolicy
}

/** @throws FundwatchError `STORE_IN_USE` where another process holds the data directory */
export function openStore(options: StoreOptions): Store {
  const transport = 'dataDir' in options ? openEmbedded(options.dataDir) : openServer(options)
  return new ClickHouseStore(transport, options.durability ?? 'process', options.retry ?? PATIENT)
}

/** Ids asked for at once, and their length in all: a server takes 128 KiB as one parameter. */
const IDS_PER_QUERY = 1000
const CHARACTERS_PER_QUERY = 32_000

class ClickHouseStore implements Store {
  readonly #transport: Transport
  readonly #durability: Durability
  readonly #retry: RetryPolicy

  constructor(transport: Transport, durability: Durability, retry: RetryPolicy) {
    this.#transport = transport
    this.#durability = durability
    this.#retry = retry
  }

  migrate(): Promise<MigrationReport> {
    return this.#patiently(() => migrate(this.#transport, this.#durability))
  }

  async writeColumns(ranges: readonly PlacedTables[], { token }: { readonly token: string }): Promise<void> {
    const insert = (placed: PlacedTable) => this.#patiently(() => this.#transport.insertColumns(placed, onceOnly(token)))
    await together([...byTable(ranges)].map(insert))
  }

  async insertRows(table: TableName, rows: readonly object[], { token }: { readonly token: string }): Promise<void> {
    if (rows.length === 0) return
    const settings = { ...onceOnly(token), date_time_input_format: 'best_effort' }
    for (const row of rows) requireColumns(table, row)
    const lines = rows.map((row) => JSON.stringify(row))
    await this.#patiently(() => this.#transport.insertJson(table, lines, settings))
  }

  query<T>(sql: string, params: Params = {}): Promise<T[]> {
    return this.#patiently(() => this.#transport.query<T>(sql, params))
  }

  async *scan(sql: string, params: Params = {}): AsyncIterable<Uint8Array> {
    try {
      yield* this.#transport.scan(sql, params)
    } catch (cause) {
      throw named(cause)
    }
  }

  async originals(ids: readonly EventId[], before = Number.MAX_SAFE_INTEGER): Promise<Map<string, string>> {
    const found = new Map<string, string>()
    for (const slice of slices(ids)) {
      const rows = await this.query<EventId & { raw: string }>(
        `SELECT kind, id, argMax(raw, (batch, offset)) AS raw FROM raw_event
         WHERE raw_event.batch < {before:UInt64} AND (kind, id) IN (SELECT arrayJoin(arrayZip({kinds:Array(String)}, {ids:Array(String)}))) GROUP BY kind, id`,
        { kinds: slice.map(({ kind }) => kind), ids: slice.map(({ id }) => id), before },
      )
      for (const { kind, id, raw } of rows) found.set(`${kind}|${id}`, raw)
    }
    return found
  }

  async findByVisit(visit: Visit, before = Number.MAX_SAFE_INTEGER): Promise<string[]> {
    const { psn_no, mdtrt_id, fixmedins_code, medfee_sumamt, until } = visit
    const rows = await this.query<{ setl_id: string }>(
      `SELECT DISTINCT setl_id FROM settlement WHERE psn_no = {psn_no:String} AND mdtrt_id = {mdtrt_id:String}
       AND fixmedins_code = {fixmedins_code:String} AND medfee_sumamt * 100 = {fen:Int64}
       AND setl_time <= fromUnixTimestamp64Milli({until:Int64}) AND batch < {before:UInt64} ORDER BY setl_id`,
      { psn_no, mdtrt_id, fixmedins_code, fen: medfee_sumamt, until, before },
    )
    return rows.map(({ setl_id }) => setl_id)
  }

  async forgetBatches(batches: readonly number[]): Promise<void> {
    if (batches.length === 0) return
    const ofThem = `batch IN (${batches.map(Number).join(', ')})`
    // The log goes last: it says which alerts have to fall back to an earlier revision.
    for (const table of BATCH_TABLES.filter((name) => name !== 'alert_log')) await this.#delete(table, ofThem)
    await this.#restoreAlerts(ofThem)
    await this.#delete('alert_log', ofThem)
  }

  async forgetCheckpoints(partitions: readonly CheckpointPartition[]): Promise<void> {
    for (const { id, share } of partitions) {
      const partition = `(${literal(id)}, ${Number(share)})`
      await this.#patiently(() => this.#transport.command(`ALTER TABLE checkpoint DROP PARTITION ${partition}`))
    }
  }

  async #delete(table: TableName, where: string): Promise<void> {
    const [{ rows } = { rows: 0 }] = await this.query<{ rows: number }>(`SELECT count() AS rows FROM \`${table}\` WHERE ${where}`)
    if (rows > 0) await this.#patiently(() => this.#transport.command(`DELETE FROM \`${table}\` WHERE ${where}`))
  }

  /** A merge may already have replaced the revision before the one that is forgotten. */
  async #restoreAlerts(ofThem: string): Promise<void> {
    const columns = Object.keys(TABLES.alert.columns).map((name) => `\`${name}\``)
    await this.#patiently(() =>
      this.#transport.command(
        `INSERT INTO alert (${columns.join(', ')}) SETTINGS insert_deduplicate = 0
         SELECT ${columns.join(', ')} FROM alert_log
         WHERE NOT ${ofThem} AND alert_id IN (SELECT alert_id FROM alert_log WHERE ${ofThem})`,
      ),
    )
  }

  close(): Promise<void> {
    return this.#transport.close()
  }

  #patiently<T>(call: () => Promise<T>): Promise<T> {
    return patiently(call, this.#retry)
  }
}

/** The embedded engine would pass over what a table does not have. */
function requireColumns(table: TableName, row: object): void {
  for (const name in row) {
    if (!(name in TABLES[table].columns)) throw new FundwatchError('STORE_REFUSED', `Table ${table} has no column ${name}.`)
  }
}

/**
 * The token makes an insert repeatable; the rest keeps a table's rows in one block, so that they are stored whole or not at
 * all, and lets a repeated insert reach a view that failed the first time without adding twice where it did not.
 */
function onceOnly(token: string): Settings {
  return {
    insert_deduplication_token: token,
    deduplicate_blocks_in_dependent_materialized_views: 1,
    deduplicate_insert_select: 'force_enable',
    max_threads: 1,
    min_insert_block_size_rows: 100_000_000,
    min_insert_block_size_bytes: 0,
  }
}

/** An id too long to be asked for is left out; the standard knows none beyond 30 characters. */
function* slices(ids: readonly EventId[]): Generator<EventId[]> {
  let slice: EventId[] = []
  let length = 0
  for (const each of ids) {
    if (each.id.length > CHARACTERS_PER_QUERY) continue
    if (slice.length === IDS_PER_QUERY || length + each.id.length > CHARACTERS_PER_QUERY) {
      yield slice
      slice = []
      length = 0
    }
    slice.push(each)
    length += each.id.length
  }
  if (slice.length > 0) yield slice
}
