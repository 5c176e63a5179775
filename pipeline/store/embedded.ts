import { accessSync, constants, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@clickhouse/client'
import chdb, { drainPending, Session } from 'chdb'
import { createChdbConnection } from 'chdb/connection'
import { FundwatchError } from '../../schemas/errors.ts'
import type { EncodedColumn } from '../decode/column.ts'
import { insertJson, insertSelect, type Settings } from './column-sql.ts'
import { dieAtOnce } from './fatal-signals.ts'
import { inUse, refuseWhereHeld, signHolder } from './lock.ts'
import type { Transport } from './transport.ts'

/** The part of `chdb` that takes columns in process; exported, but absent from its type declarations. */
interface ColumnDoor {
  _arrowRegisterColumns(connection: unknown, name: string, columns: readonly ArrowColumn[]): void
  _arrowUnregister(connection: unknown, name: string): void
}
interface ArrowColumn {
  readonly name: string
  readonly format: string
  readonly length: number
  readonly nullCount: number
  /** Validity, then offsets (of text), then values. */
  readonly buffers: readonly (Uint8Array | null)[]
}
const door = chdb as unknown as ColumnDoor

/** A connection does one thing after another; the inserts of a round go into several tables. */
const AT_ONCE = 6

/** ClickHouse in this process. One process may hold a data directory; a second one is refused with `STORE_IN_USE`. */
export function openEmbedded(dataDir: string): Transport {
  mkdirSync(dataDir, { recursive: true })
  refuseWhereHeld(dataDir)
  const path = join(dataDir, 'clickhouse')
  const first = openSession(path, dataDir)
  const release = signHolder(dataDir)
  // The connection is typed against another copy of the client's declarations.
  const connection = createChdbConnection({ path }) as unknown as NonNullable<Parameters<typeof createClient>[0]>['connection']
  const client = createClient({ connection })
  const sessions = [first, ...Array.from({ length: AT_ONCE - 1 }, () => new Session(path))]
  dieAtOnce()
  let written = 0

  async function insert(columns: readonly EncodedColumn[], rows: number, sqlFrom: (from: string) => string): Promise<void> {
    const session = sessions[written % AT_ONCE]!
    const name = `columns_${written++}`
    door._arrowRegisterColumns(
      session.connection,
      name,
      columns.map((column) => arrowColumn(column, rows)),
    )
    try {
      await session.queryAsync(sqlFrom(`arrowstream('${name}')`))
    } finally {
      door._arrowUnregister(session.connection, name)
    }
  }

  return {
    async prepare() {},
    async command(sql) {
      await first.queryAsync(sql)
    },
    async query<T>(sql: string, params: object) {
      const answer = await client.query({ query: sql, format: 'JSONEachRow', query_params: { ...params } })
      return answer.json<T>()
    },
    async *scan(sql, params) {
      // A connection can do nothing else while it streams.
      const apart = new Session(path)
      try {
        for await (const chunk of apart.queryStreamBind(sql, params, { format: 'RowBinary' })) yield chunk.raw()
      } finally {
        apart.close()
      }
    },
    // Never as text behind an INSERT: the engine then also reads the standard input of this process, and what lies there is
    // lost to whoever should read it.
    insertJson: (table, rows, settings) =>
      insert([texts('line', rows)], rows.length, (from) => insertJson(table, from, settings)),
    insertColumns: (placed, settings) =>
      insert(placed.table.columns, placed.table.rows, (from) => insertSelect(placed, from, { ...settings, ...AS_THEY_ARE })),
    async close() {
      await client.close()
      for (const session of sessions) session.close()
      await drainPending()
      release()
    },
  }
}

const AS_THEY_ARE: Settings = { schema_inference_make_columns_nullable: 0 }

function openSession(path: string, dataDir: string): Session {
  try {
    return new Session(path)
  } catch (cause) {
    // The engine says why on standard error alone.
    accessSync(dataDir, constants.R_OK | constants.W_OK)
    // The engine holds a lock of the kernel's own, which also sees processes of other containers.
    if (/Failed to create connection/.test(String(cause))) throw inUse(dataDir, cause)
    throw new FundwatchError(
      'STORE_UNREACHABLE',
      `The embedded store in ${dataDir} cannot be opened: ${(cause as Error).message}`,
      { cause },
    )
  }
}

function texts(name: string, rows: readonly string[]): EncodedColumn {
  const parts = rows.map((row) => Buffer.from(row))
  const offsets = new Int32Array(rows.length + 1)
  for (const [i, { length }] of parts.entries()) offsets[i + 1] = offsets[i]! + length
  return { name, values: Buffer.concat(parts), offsets }
}

function arrowColumn({ name, values, offsets }: EncodedColumn, length: number): ArrowColumn {
  const [format, buffers] = offsets ? ['z', [offsets, values]] : ['g', [values]]
  return {
    name,
    format: format as string,
    length,
    nullCount: 0,
    buffers: [null, ...(buffers as (typeof values)[]).map(asBuffer)],
  }
}

function asBuffer({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength)
}
