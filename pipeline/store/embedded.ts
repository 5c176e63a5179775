import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@clickhouse/client'
import chdb, { drainPending, Session } from 'chdb'
import { createChdbConnection } from 'chdb/connection'
import { FundwatchError } from '../../schemas/errors.ts'
import type { EncodedColumn } from '../decode/column.ts'
import { insertSelect } from './column-sql.ts'
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

/** ClickHouse in this process. One process may hold a data directory; a second one is refused with `STORE_IN_USE`. */
export function openEmbedded(dataDir: string): Transport {
  mkdirSync(dataDir, { recursive: true })
  refuseWhereHeld(dataDir)
  const path = join(dataDir, 'clickhouse')
  const session = openSession(path, dataDir)
  const release = signHolder(dataDir)
  // The connection is typed against another copy of the client's declarations.
  const connection = createChdbConnection({ path }) as unknown as NonNullable<Parameters<typeof createClient>[0]>['connection']
  const client = createClient({ connection })
  let written = 0

  async function command(sql: string): Promise<void> {
    await session.queryAsync(sql)
  }

  return {
    async prepare() {},
    command,
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
    insertText: (sql, body) => command(`${sql}\n${body}`),
    async insertColumns(table, origin, settings) {
      const name = `columns_${written++}`
      door._arrowRegisterColumns(
        session.connection,
        name,
        table.columns.map((column) => arrowColumn(column, table.rows)),
      )
      try {
        const from = `arrowstream('${name}')`
        await command(insertSelect(table, from, origin, { ...settings, schema_inference_make_columns_nullable: 0 }))
      } finally {
        door._arrowUnregister(session.connection, name)
      }
    },
    async close() {
      await client.close()
      session.close()
      await drainPending()
      release()
    },
  }
}

function openSession(path: string, dataDir: string): Session {
  try {
    return new Session(path)
  } catch (cause) {
    // The engine holds a lock of the kernel's own, which also sees processes of other containers.
    if (/Failed to create connection/.test(String(cause))) throw inUse(dataDir, cause)
    throw new FundwatchError(
      'STORE_UNREACHABLE',
      `The embedded store in ${dataDir} cannot be opened: ${(cause as Error).message}`,
      { cause },
    )
  }
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
