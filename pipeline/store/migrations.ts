import { FundwatchError } from '../../schemas/errors.ts'
import { createTable, createView, TABLES, TABLES_VERSION, type TableName, VIEWS } from '../../schemas/tables.ts'
import type { Durability } from '../durability.ts'
import type { Transport } from './transport.ts'

export interface MigrationReport {
  /** 0 where there was no schema. */
  readonly from: number
  readonly to: number
  readonly applied: readonly string[]
}

interface Migration {
  readonly version: number
  readonly name: string
  /** Each may run again: a migration that was cut off is repeated. */
  readonly statements: readonly string[]
}

const names = Object.keys(TABLES) as TableName[]

/** The first creates the tables in their present shape; a later one brings older installations there. */
const MIGRATIONS: readonly Migration[] = [
  { version: 1, name: 'tables and views', statements: [...names.map((name) => createTable(name)), ...VIEWS.map(createView)] },
  {
    version: 2,
    name: 'audience of alerts',
    statements: [
      ...['alert_log', 'alert'].map(
        (table) =>
          `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS audience LowCardinality(String) DEFAULT 'officer' AFTER result_type`,
      ),
      ...VIEWS.flatMap((view) => [`DROP VIEW IF EXISTS ${view.name}`, createView(view)]),
    ],
  },
  { version: 3, name: 'daily summaries', statements: [createTable('report')] },
  {
    version: 4,
    name: 'what a rebuild must know of a batch',
    statements: ['clock', 'told'].map((column) => `ALTER TABLE batch ADD COLUMN IF NOT EXISTS ${column} String`),
  },
  { version: 5, name: 'copies of what slices remember', statements: [createTable('checkpoint')] },
]

const FLUSH_SETTINGS = ['fsync_after_insert', 'fsync_part_directory'] as const

/** @throws FundwatchError `SCHEMA_NEWER` where a newer release has written here */
export async function migrate(transport: Transport, durability: Durability): Promise<MigrationReport> {
  await transport.prepare()
  await transport.command(createTable('schema_migration'))
  const from = await versionOf(transport)
  if (from > TABLES_VERSION) {
    throw new FundwatchError(
      'SCHEMA_NEWER',
      `The store has schema version ${from}; this release knows ${TABLES_VERSION}. Use the release that wrote it, or a newer one.`,
    )
  }
  const due = MIGRATIONS.filter(({ version }) => version > from)
  for (const { version, name, statements } of due) {
    // The first gives a new store its present shape. Of several processes that begin one together, none may take a view away
    // under what another one writes already.
    const wanted = from === 0 && version > 1 ? [] : statements
    for (const statement of wanted) await transport.command(statement)
    // A SELECT, not VALUES: those let the embedded engine read this process's standard input as well.
    await transport.command(`INSERT INTO schema_migration SELECT ${version}, '${name}', now64(3)`)
  }
  await applyDurability(transport, durability)
  return { from, to: TABLES_VERSION, applied: due.map(({ name }) => name) }
}

async function versionOf(transport: Transport): Promise<number> {
  const [row] = await transport.query<{ version: number }>('SELECT max(version) AS version FROM schema_migration', {})
  return row!.version
}

/** The wish may have changed since the tables were made. */
async function applyDurability(transport: Transport, durability: Durability): Promise<void> {
  const wanted = durability === 'power' ? 1 : 0
  const tables = await transport.query<{ name: string; definition: string }>(
    "SELECT name, create_table_query AS definition FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'",
    {},
  )
  for (const { name, definition } of tables) {
    const isFlushed = definition.includes(`${FLUSH_SETTINGS[0]} = 1`)
    if (isFlushed === (wanted === 1)) continue
    const settings = FLUSH_SETTINGS.map((setting) => `${setting} = ${wanted}`)
    await transport.command(`ALTER TABLE \`${name}\` MODIFY SETTING ${settings.join(', ')}`)
  }
}
