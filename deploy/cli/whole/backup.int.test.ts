import { execFileSync } from 'node:child_process'
import { copyFile, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, expect, test } from 'vitest'
import { PostgresServer } from '../../../dashboard/server/database/testing/postgres-server.ts'
import { settlement } from '../../../detectors/testing/events.ts'
import { startClickHouse } from '../../../pipeline/testing/clickhouse-server.ts'
import type { ActionDone } from '../../../schemas/workflow.ts'
import { fundwatchJson } from '../../testing/cli.ts'
import { ServerProcess } from '../../testing/server-process.ts'

interface Verified {
  readonly checks: readonly { readonly name: string; readonly ok: boolean }[]
  readonly alerts: number
  readonly alert_digest: string
}

const parent = await mkdtemp(join(tmpdir(), 'fundwatch-backup-'))
/** Somebody whose number is stored under a pseudonym alone: only who has the secret knows that it is the same again. */
const person = join(parent, 'person.ndjson')
await writeFile(person, JSON.stringify(settlement({ setl_id: 'BACKUP-1', certno: '990102194912310028' })))
const [postgres, clickhouse] = await Promise.all([PostgresServer.start(), startClickHouse()])
afterEach(() => {
  delete process.env.FUNDWATCH_POSTGRES_URL
  delete process.env.FUNDWATCH_CLICKHOUSE_URL
})
afterAll(async () => {
  await Promise.all([postgres.stop(), clickhouse.stop()])
  await rm(parent, { recursive: true, force: true })
})

async function verified(directory: string): Promise<Verified> {
  const result = await fundwatchJson<Verified>('verify', '--data-dir', directory)
  expect(result.checks.filter(({ ok }) => !ok)).toEqual([])
  return result
}

async function hear(directory: string): Promise<object> {
  const { accepted, duplicates, dead_letters } = await fundwatchJson<Record<string, number>>(
    'replay',
    person,
    '--data-dir',
    directory,
  )
  return { accepted, duplicates, dead_letters }
}

/** Some alerts, of which an officer has taken one; answers that one. */
async function work(directory: string): Promise<ActionDone & { alert_id: string }> {
  const server = await ServerProcess.start(directory, 'simulator')
  const { alert_id, state_version } = (await server.alerts(5))[0]!
  const done = await server.ask<ActionDone>(`/alerts/${alert_id}/actions`, { action: 'claim', version: state_version })
  await server.kill('SIGTERM')
  expect(await hear(directory)).toEqual({ accepted: 1, duplicates: 0, dead_letters: 0 })
  return { ...done, alert_id }
}

/** The administrator signs in as before, what the officer has done is there, and who comes again is known. */
async function expectDone(directory: string, { alert_id, state_version }: ActionDone & { alert_id: string }): Promise<void> {
  const server = await ServerProcess.start(directory, 'none')
  expect(await server.ask(`/alerts/${alert_id}`)).toMatchObject({ state_version, owner: 'admin' })
  await server.kill('SIGTERM')
  expect(await hear(directory)).toEqual({ accepted: 0, duplicates: 1, dead_letters: 0 })
}

async function toClickHouse(sql: string): Promise<void> {
  const answer = await fetch(clickhouse.url, { method: 'POST', body: sql })
  if (!answer.ok) throw new Error(await answer.text())
}

async function toPostgres(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  await client.query(sql).finally(() => client.end())
}

test('Everything is lost but the backup of ClickHouse, that of PostgreSQL and the two keys', async () => {
  await toPostgres('CREATE DATABASE fundwatch')
  process.env.FUNDWATCH_POSTGRES_URL = postgres.url.replace(/postgres$/, 'fundwatch')
  process.env.FUNDWATCH_CLICKHOUSE_URL = clickhouse.url
  const [lost, made, dump] = [join(parent, 'lost'), join(parent, 'made'), join(parent, 'workflow.dump')]
  const done = await work(lost)
  const before = await verified(lost)

  await toClickHouse("BACKUP DATABASE fundwatch TO File('saved')")
  const pgDump = join(postgres.programs, 'pg_dump')
  execFileSync(pgDump, ['--format', 'custom', '--file', dump, process.env.FUNDWATCH_POSTGRES_URL])
  await mkdir(made)
  for (const key of ['identity.key', 'access.key']) await copyFile(join(lost, key), join(made, key))

  await toClickHouse('DROP DATABASE fundwatch')
  await toPostgres('DROP DATABASE fundwatch')
  await rm(lost, { recursive: true })

  await toClickHouse("RESTORE DATABASE fundwatch FROM File('saved')")
  execFileSync(join(postgres.programs, 'pg_restore'), ['--create', '--dbname', postgres.url, dump])
  const { restored } = await fundwatchJson<{ restored: { what: string }[] }>('rebuild', '--data-dir', made)
  expect(restored).toMatchObject([{ what: 'rebuilt', disagreed: 0, differing: 0 }])
  const { alerts, alert_digest } = await verified(made)
  expect([alerts, alert_digest]).toEqual([before.alerts, before.alert_digest])
  await expectDone(made, done)
})

test('A stopped process on embedded storage is its data directory: a copy of it goes on', async () => {
  const [lost, copy] = [join(parent, 'embedded'), join(parent, 'copy')]
  const done = await work(lost)
  const before = await verified(lost)
  await cp(lost, copy, { recursive: true })
  await rm(lost, { recursive: true })
  expect((await verified(copy)).alert_digest).toBe(before.alert_digest)
  await expectDone(copy, done)
})
