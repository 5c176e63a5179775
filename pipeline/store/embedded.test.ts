import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Session } from 'chdb'
import { expect, test } from 'vitest'
import { TABLES } from '../../schemas/tables.ts'
import type { Durability } from '../durability.ts'
import { openStore } from './store.ts'
import { storeContract } from './testing/contract.ts'

storeContract('The embedded store', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'fundwatch-store-'))
  return {
    open: () => openStore({ dataDir, retry: { attempts: 1, firstWaitMs: 0 } }),
    async command(sql) {
      const session = new Session(join(dataDir, 'clickhouse'))
      await session.queryAsync(sql).finally(() => session.close())
    },
    remove: () => rm(dataDir, { recursive: true }),
  }
})

test('Every table is flushed at each insert where a power cut must lose nothing, and no longer when that is taken back', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'fundwatch-store-'))
  const flushed = async (durability: Durability) => {
    const store = openStore({ dataDir, durability })
    await store.migrate()
    const tables = await store.query<{ flushed: number; n: number }>(
      `SELECT countSubstrings(create_table_query, 'fsync_after_insert = 1') AS flushed, count() AS n
       FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' GROUP BY flushed`,
    )
    await store.close()
    return tables
  }
  const all = Object.keys(TABLES).length
  expect(await flushed('process')).toEqual([{ flushed: 0, n: all }])
  expect(await flushed('power')).toEqual([{ flushed: 1, n: all }])
  expect(await flushed('process')).toEqual([{ flushed: 0, n: all }])
  await rm(dataDir, { recursive: true })
})
