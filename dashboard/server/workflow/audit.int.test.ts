import { afterAll, afterEach } from 'vitest'
import type { Database } from '../database/database.ts'
import { migrateDatabase } from '../database/migrate.ts'
import { openPostgres } from '../database/postgres.ts'
import { PostgresServer } from '../database/testing/postgres-server.ts'
import { auditContract } from './testing/audit-contract.ts'

const server = await PostgresServer.start()
const opened: Database[] = []
afterEach(() => Promise.all(opened.splice(0).map((database) => database.close())))
afterAll(() => server.stop())

auditContract('The record in PostgreSQL', async () => {
  const database = await openPostgres(server.url)
  opened.push(database)
  const [{ schema }] = (await database.query<{ schema: string }>('SELECT current_schema() AS schema')) as [{ schema: string }]
  await database.query(`DROP SCHEMA ${schema} CASCADE`)
  await database.query(`CREATE SCHEMA ${schema}`)
  await migrateDatabase(database)
  return database
})
