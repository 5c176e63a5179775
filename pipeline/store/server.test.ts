import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Session } from 'chdb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Authority, makeAuthority } from '../../deploy/testing/authority.ts'
import { settlement } from '../../detectors/testing/events.ts'
import { type ClickHouseServer, startClickHouse } from '../testing/clickhouse-server.ts'
import { openStore, type Store } from './store.ts'
import { storeContract } from './testing/contract.ts'
import { encode, type Placed, writeOne } from './testing/encoded.ts'

const PASSWORD = 'clickhouse-test'
const DATABASE = 'fundwatch'

storeContract('A ClickHouse server', async () => {
  const path = await mkdtemp(join(tmpdir(), 'fundwatch-store-'))
  const server = await startClickHouse({ path, password: PASSWORD })
  return {
    open: () => openStore({ url: server.url, password: PASSWORD, retry: { attempts: 1, firstWaitMs: 0 } }),
    async command(sql) {
      const session = new Session(path)
      await session.queryAsync(`USE ${DATABASE}`)
      await session.queryAsync(sql).finally(() => session.close())
    },
    async remove() {
      await server.stop()
      await rm(path, { recursive: true })
    },
  }
})

describe('A ClickHouse server that fails', () => {
  let server: ClickHouseServer
  let store: Store
  let tokens = 0
  const open = (password = PASSWORD) => openStore({ url: server.url, password, retry: { attempts: 3, firstWaitMs: 1 } })
  const origin = (): Placed => ({ token: `${tokens++}`, batch: 1, source: 's', partition: 0, firstOffset: 0, without: [] })
  const stored = async (setl_id: string) => {
    const [row] = await store.query<{ n: number }>('SELECT count() AS n FROM raw_event WHERE id = {id:String}', { id: setl_id })
    return row!.n
  }
  beforeAll(async () => {
    server = await startClickHouse({ password: PASSWORD })
    store = open()
    await store.migrate()
  })
  afterAll(async () => {
    await store.close()
    await server.stop()
  })

  test.each(['drop', 'drop-after-store'] as const)(
    'A connection lost (%s) is tried again, and the rows are stored once',
    async (kind) => {
      server.faults.next({ kind, match: /raw_event/, times: 2 })
      await writeOne(store, encode([settlement({ setl_id: kind })]), origin())
      expect(await stored(kind)).toBe(1)
    },
  )

  test('A server that stays away is STORE_UNREACHABLE, and the same write succeeds later', async () => {
    const tables = encode([settlement({ setl_id: 'later' })])
    const later = origin()
    server.faults.next({ kind: 'drop', match: /raw_event/, times: 3 })
    await expect(writeOne(store, tables, later)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' })
    await writeOne(store, tables, later)
    expect(await stored('later')).toBe(1)
  })

  test('What the server refuses is not tried again', async () => {
    server.faults.next({ kind: 'error', match: /raw_event/ })
    await expect(writeOne(store, encode([settlement()]), origin())).rejects.toMatchObject({ code: 'STORE_REFUSED' })
  })

  test('A wrong password is refused by name', async () => {
    const stranger = open('wrong')
    await expect(stranger.query('SELECT 1')).rejects.toMatchObject({ code: 'STORE_REFUSED' })
    await stranger.close()
  })

  test('User, password and database may stand in the address, and hold before what is set beside it', async () => {
    const address = new URL(server.url)
    Object.assign(address, { username: 'default', password: PASSWORD, pathname: '/elsewhere' })
    const beside = { username: 'somebody', password: '', database: DATABASE }
    const there = openStore({ url: address.href, ...beside, retry: { attempts: 1, firstWaitMs: 0 } })
    await there.migrate()
    expect(await there.query('SELECT currentDatabase() AS database')).toEqual([{ database: 'elsewhere' }])
    await there.close()
  })

  test('Nobody at the address is STORE_UNREACHABLE', async () => {
    const closed = createServer().listen(0, '127.0.0.1')
    await once(closed, 'listening')
    const { port } = closed.address() as AddressInfo
    await new Promise((resolve) => closed.close(resolve))
    const nowhere = openStore({ url: `http://127.0.0.1:${port}`, retry: { attempts: 2, firstWaitMs: 1 } })
    await expect(nowhere.query('SELECT 1')).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' })
    await nowhere.close()
  })
})

describe('A ClickHouse server that speaks TLS', () => {
  let authority: Authority
  let stranger: Authority
  let server: ClickHouseServer
  const asked = async (ca?: string) => {
    const store = openStore({ url: server.url, password: PASSWORD, retry: { attempts: 3, firstWaitMs: 1 }, ...(ca && { ca }) })
    return store.query('SELECT 1 AS one').finally(() => store.close())
  }
  beforeAll(async () => {
    authority = await makeAuthority('bureau')
    stranger = await makeAuthority('stranger')
    server = await startClickHouse({ password: PASSWORD, tls: authority })
    const store = openStore({ url: server.url, password: PASSWORD, ca: authority.ca })
    await store.migrate()
    await store.close()
  })
  afterAll(async () => {
    await server.stop()
    authority.remove()
    stranger.remove()
  })

  test('is believed when the authority is the one that was configured', async () => {
    expect(await asked(authority.ca)).toEqual([{ one: 1 }])
  })

  test('is not believed under another authority, under none, and under a file that is not there', async () => {
    const untrusted = { code: 'STORE_UNTRUSTED' }
    await expect(asked(stranger.ca)).rejects.toMatchObject(untrusted)
    await expect(asked()).rejects.toMatchObject({ ...untrusted, message: expect.stringContaining('clickhouse_ca') })
    await expect(asked('absent.pem')).rejects.toMatchObject(untrusted)
  })
})
