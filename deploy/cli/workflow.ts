import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AccessDatabase } from '../../dashboard/server/access/access-database.ts'
import type { Database } from '../../dashboard/server/database/database.ts'
import { migrateDatabase } from '../../dashboard/server/database/migrate.ts'
import { openPglite } from '../../dashboard/server/database/pglite.ts'
import { openPostgres } from '../../dashboard/server/database/postgres.ts'
import type { Config } from './config.ts'
import { readSecretKey } from './secret-key.ts'

/** Where decisions and people are kept; opened when somebody first asks. */
export interface Workflow {
  /** Whether there is anything to open: without a server, only what was opened before. */
  exists(): boolean
  database(): Promise<Database>
  /** Users and tokens; `firstPassword` where the first administrator was made just now. */
  access(): Promise<{ access: AccessDatabase; firstPassword?: string }>
  close(): Promise<void>
}

/** @param directory the data directory, which must belong to this process */
export function workflowOf(config: Config, directory: string): Workflow {
  const files = join(directory, 'workflow')
  let opening: Promise<Database> | undefined
  let accessing: ReturnType<typeof AccessDatabase.open> | undefined

  async function open(): Promise<Database> {
    const database = config.postgres_url ? await openPostgres(config.postgres_url) : await openPglite(files)
    await migrateDatabase(database)
    return database
  }
  function database(): Promise<Database> {
    opening ??= open()
    return opening
  }
  async function access() {
    const key = readSecretKey(join(directory, 'access.key'))
    return AccessDatabase.open({ database: await database(), key, adminPassword: config.admin_password })
  }
  return {
    exists: () => opening !== undefined || config.postgres_url !== '' || existsSync(files),
    database,
    access() {
      accessing ??= access()
      return accessing
    },
    async close() {
      await (await opening?.catch(() => undefined))?.close()
    },
  }
}
