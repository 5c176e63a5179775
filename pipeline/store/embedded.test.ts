import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Session } from 'chdb'
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
