import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ClickHouseClient, createClient } from '@clickhouse/client'
import { createChdbConnection } from 'chdb/connection'
import type { Alert } from '../../schemas/alert.ts'
import { createTable, createView, TABLES, type TableName, VIEWS } from '../../schemas/tables.ts'
import type { Records } from '../server/ports.ts'

/** Tables of the schemas floor in a real ClickHouse engine, in a directory of its own. One at a time per process. */
export class ChdbRecords implements Records {
  readonly #client: ClickHouseClient
  readonly #directory: string

  private constructor(client: ClickHouseClient, directory: string) {
    this.#client = client
    this.#directory = directory
  }

  static async open(): Promise<ChdbRecords> {
    const directory = await mkdtemp(join(tmpdir(), 'fundwatch-chdb-'))
    const client = createClient({ connection: createChdbConnection({ path: directory }) as never })
    for (const name of Object.keys(TABLES) as TableName[]) await client.command({ query: createTable(name) })
    for (const view of VIEWS) await client.command({ query: createView(view) })
    return new ChdbRecords(client, directory)
  }

  async query<T>(sql: string, params: Record<string, unknown> = {}): Promise<T[]> {
    const answer = await this.#client.query({ query: sql, query_params: params, format: 'JSONEachRow' })
    return answer.json<T>() as Promise<T[]>
  }

  async command(sql: string): Promise<void> {
    await this.#client.command({ query: sql })
  }

  async insert(table: TableName, rows: readonly object[]): Promise<void> {
    const values = rows.map((row) => JSON.stringify(row)).join('\n')
    const settings = "SETTINGS date_time_input_format = 'best_effort', input_format_skip_unknown_fields = 1"
    await this.#client.command({ query: `INSERT INTO ${table} ${settings} FORMAT JSONEachRow\n${values}` })
  }

  /** Alerts as the pipeline stores them: the view fills `alert`. */
  async insertAlerts(alerts: readonly Alert[]): Promise<void> {
    await this.insert(
      'alert_log',
      alerts.map((alert) => ({ ...alert, body: JSON.stringify(alert) })),
    )
  }

  async close(): Promise<void> {
    await this.#client.close()
    await rm(this.#directory, { recursive: true, force: true })
  }
}
