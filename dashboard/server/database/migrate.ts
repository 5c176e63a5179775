import { FundwatchError } from '../../../schemas/errors.ts'
import type { Database } from './database.ts'
import { MIGRATIONS } from './migrations.ts'

/** Any number will do, as long as it is always this one. */
const MIGRATION_LOCK = 735_0038

/**
 * Brings the tables to this program's version; several processes may do so at once.
 * @throws FundwatchError `DATABASE_NEWER` where a later program has been here.
 */
export async function migrateDatabase(database: Database): Promise<void> {
  await database.transaction(async (sql) => {
    await sql.query(`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`)
    await sql.query('CREATE TABLE IF NOT EXISTS schema_migration (version integer PRIMARY KEY, at bigint NOT NULL)')
    const [row] = await sql.query<{ version: number }>('SELECT coalesce(max(version), 0)::int AS version FROM schema_migration')
    const version = row!.version
    if (version > MIGRATIONS.length) {
      throw new FundwatchError(
        'DATABASE_NEWER',
        `The workflow database is of version ${version}; this program knows ${MIGRATIONS.length}.`,
      )
    }
    for (const [index, statements] of MIGRATIONS.entries()) {
      if (index < version) continue
      for (const statement of statements) await sql.query(statement)
      await sql.query('INSERT INTO schema_migration VALUES ($1, $2)', [index + 1, Date.now()])
    }
  })
}
