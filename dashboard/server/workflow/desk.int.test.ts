import { afterAll } from 'vitest'
import { migrateDatabase } from '../database/migrate.ts'
import { openPostgres } from '../database/postgres.ts'
import { PostgresServer } from '../database/testing/postgres-server.ts'
import { deskContract } from './testing/desk-contract.ts'

const server = await PostgresServer.start()
afterAll(() => server.stop())

deskContract('The desk on PostgreSQL', async () => {
  const database = await openPostgres(server.url)
  await migrateDatabase(database)
  return database
})
