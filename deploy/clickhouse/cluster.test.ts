import { afterAll, beforeAll, expect, test } from 'vitest'
import { ChdbRecords } from '../../dashboard/testing/chdb-records.ts'
import { TABLES } from '../../schemas/tables.ts'
import { clusterDdl } from './cluster.ts'

let engine: ChdbRecords
beforeAll(async () => {
  engine = await ChdbRecords.open()
})
afterAll(() => engine.close())

test('Every statement of the cluster is ClickHouse’s language', async () => {
  for (const statement of clusterDdl('fundwatch')) {
    const [row] = await engine.query<{ formatted: string }>('SELECT formatQuery({statement:String}) AS formatted', { statement })
    expect(row!.formatted).toContain('CREATE')
  }
})

test('Every table is replicated, kept as long as the law of records wants, and seen from the whole nation', () => {
  const ddl = clusterDdl('fundwatch')
  for (const name of Object.keys(TABLES)) {
    const [local, overview] = [`fundwatch.\`${name}\``, `fundwatch_all.\`${name}\``].map((table) =>
      ddl.find((statement) => statement.startsWith(`CREATE TABLE IF NOT EXISTS ${table}`)),
    )
    expect(local).toMatch(/ENGINE = Replicated\w*MergeTree\('/)
    expect(overview).toContain('ENGINE = Distributed')
    if ('setl_time' in TABLES[name as keyof typeof TABLES].columns) expect(local).toMatch(/TTL .* INTERVAL 5 YEAR/)
  }
})

test('Without a keeper the same statements make the tables on one server, with the columns that migration makes', async () => {
  const statements = clusterDdl('fundwatch', false).filter((statement) => !statement.includes('Distributed'))
  for (const statement of statements) await engine.command(statement)
  const columns = (database: string) =>
    engine.query(
      "SELECT table, name, type FROM system.columns WHERE database = {database:String} AND table NOT LIKE '.%' ORDER BY table, position",
      { database },
    )
  const [made] = await engine.query<{ database: string }>('SELECT currentDatabase() AS database')
  expect(await columns('fundwatch')).toEqual(await columns(made!.database))
})
