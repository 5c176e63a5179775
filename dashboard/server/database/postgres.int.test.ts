import { afterAll, expect, test } from 'vitest'
import { openPostgres } from './postgres.ts'
import { databaseContract } from './testing/contract.ts'
import { PostgresServer } from './testing/postgres-server.ts'

const server = await PostgresServer.start()
afterAll(() => server.stop())

databaseContract('PostgreSQL', () => openPostgres(server.url))

test('A server that does not answer is named without its address', async () => {
  const failure = await openPostgres('postgres://someone:secret@127.0.0.1:1/none').catch((error) => error)
  expect(failure).toMatchObject({ code: 'DATABASE_UNREACHABLE' })
  expect(failure.message).not.toContain('secret')
})
