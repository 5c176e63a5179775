import { afterAll, afterEach } from 'vitest'
import type { Database } from '../database.ts'
import { migrateDatabase } from '../migrate.ts'
import { openPostgres } from '../postgres.ts'
import { PostgresServer } from './postgres-server.ts'

/** Empty workflow databases for the tests of a file, each in a schema of its own on a real PostgreSQL that the file starts. */
export async function emptyPostgres(): Promise<() => Promise<Database>> {
  const server = await PostgresServer.start()
  const opened: Database[] = []
  let schemas = 0
  afterEach(() => Promise.all(opened.splice(0).map((database) => database.close())))
  afterAll(() => server.stop())
  return async () => {
    const database = await openPostgres(server.url, `test_${++schemas}`)
    opened.push(database)
    await migrateDatabase(database)
    return database
  }
}
