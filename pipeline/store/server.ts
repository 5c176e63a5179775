import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { Binary, type Data, Field, Float64, makeData, RecordBatch, Schema, Struct, Table, tableToIPC } from 'apache-arrow'
import { FundwatchError } from '../../schemas/errors.ts'
import type { EncodedColumn } from '../decode/column.ts'
import type { EncodedTable } from '../decode/columns.ts'
import { insertSelect, literal, settingsClause, structureOf } from './column-sql.ts'
import type { Transport } from './transport.ts'

export interface ServerAddress {
  /** `http(s)://host:8123`; user and password may stand in it, and a database may follow as path. */
  readonly url: string
  readonly username?: string
  readonly password?: string
  readonly database?: string
  /** File with the authority that has issued the server's certificate, where the system does not know it. */
  readonly ca?: string
}

const REQUEST_TIMEOUT_MS = 120_000
/** How long a server waits for whoever reads a long answer, seconds. */
const SLOW_READER_S = 3_600

/** A ClickHouse server or cluster over HTTP. */
export function openServer(address: ServerAddress): Transport {
  const { origin, pathname, username, password } = new URL(address.url)
  // What the address itself says is meant for this server; the settings beside it have defaults.
  const database = decodeURIComponent(pathname.slice(1)) || address.database || 'fundwatch'
  const account = {
    url: origin,
    username: decodeURIComponent(username) || address.username || 'default',
    password: decodeURIComponent(password) || address.password || '',
    request_timeout: REQUEST_TIMEOUT_MS,
    use_multipart_params_auto: true,
    // What fails is thrown, and named by the store.
    log: { level: ClickHouseLogLevel.OFF },
    ...(address.ca && { tls: { ca_cert: readAuthority(address.ca) } }),
  }
  const client = createClient({
    ...account,
    database,
    clickhouse_settings: {
      wait_end_of_query: 1,
      async_insert: 0,
      output_format_json_quote_64bit_integers: 0,
    },
  })

  async function insert(sql: string, body: Uint8Array | string): Promise<void> {
    const { stream } = await client.exec({ query: sql, values: Readable.from([body], { objectMode: false }) })
    for await (const _ of stream);
  }

  return {
    async prepare() {
      const anyDatabase = createClient(account)
      await anyDatabase.command({ query: `CREATE DATABASE IF NOT EXISTS \`${database}\`` })
      await anyDatabase.close()
    },
    async command(sql) {
      await client.command({ query: sql })
    },
    async query<T>(sql: string, params: object) {
      const answer = await client.query({ query: sql, format: 'JSONEachRow', query_params: { ...params } })
      return answer.json<T>()
    },
    async *scan(sql, params) {
      const { stream } = await client.exec({
        query: `${sql} FORMAT RowBinary`,
        query_params: { ...params },
        // The rows come as they are made; the reader takes its time over them.
        clickhouse_settings: { wait_end_of_query: 0, http_send_timeout: SLOW_READER_S },
      })
      for await (const piece of stream) yield piece as Uint8Array
    },
    insertJson(table, rows, settings) {
      const all = settingsClause({ ...settings, input_format_skip_unknown_fields: 0 })
      return insert(`INSERT INTO \`${table}\` ${all} FORMAT JSONEachRow`, rows.join('\n'))
    },
    insertColumns(placed, settings) {
      const from = `input(${literal(structureOf(placed.table))})`
      return insert(`${insertSelect(placed, from, settings)} FORMAT ArrowStream`, arrowStream(placed.table))
    },
    close: () => client.close(),
  }
}

function readAuthority(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new FundwatchError('STORE_UNTRUSTED', `The authority of the store: ${(error as Error).message}`, { cause: error })
  }
}

function arrowStream({ columns, rows }: EncodedTable): Uint8Array {
  const children = columns.map((column) => arrowData(column, rows))
  const schema = new Schema(columns.map(({ name }, i) => Field.new({ name, type: children[i]!.type })))
  const struct = makeData({ type: new Struct(schema.fields), length: rows, children })
  return tableToIPC(new Table([new RecordBatch(schema, struct)]), 'stream')
}

function arrowData({ values, offsets }: EncodedColumn, length: number): Data {
  if (!offsets) return makeData({ type: new Float64(), length, data: values as Float64Array })
  return makeData({ type: new Binary(), length, valueOffsets: offsets, data: values as Uint8Array })
}
