import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { type ClickHouseClient, ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { makeData, Table, tableFromIPC, tableToIPC, Uint32, Utf8, Vector } from 'apache-arrow'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type ClickHouseServer, startClickHouse } from './clickhouse-server.ts'

const PASSWORD = 'clickhouse-test'
/** The failures here are meant. */
const log = { level: ClickHouseLogLevel.OFF }

let path: string
let server: ClickHouseServer
let client: ClickHouseClient
beforeAll(async () => {
  path = await mkdtemp(join(tmpdir(), 'fundwatch-clickhouse-test-'))
  server = await startClickHouse({ path, password: PASSWORD })
  client = createClient({ url: server.url, password: PASSWORD, log })
})
afterAll(async () => {
  await client.close()
  await server.stop()
  await rm(path, { recursive: true })
})
beforeEach(async () => {
  await client.command({ query: 'DROP TABLE IF EXISTS visits' })
  await client.command({
    query: `CREATE TABLE visits (id UInt32, place String, kind String DEFAULT 'outpatient') ENGINE = MergeTree ORDER BY id
            SETTINGS non_replicated_deduplication_window = 100`,
  })
})

const rows = async (query = 'SELECT * FROM visits ORDER BY ALL') => (await client.query({ query, format: 'JSONEachRow' })).json()

/** Columns filled by hand, as the pipeline does. */
function arrowStream(ids: number[], places: string[]): Buffer {
  const offsets = new Int32Array(places.length + 1)
  for (const [index, place] of places.entries()) offsets[index + 1] = offsets[index]! + Buffer.byteLength(place)
  const id = makeData({ type: new Uint32(), data: Uint32Array.from(ids) })
  const place = makeData({ type: new Utf8(), valueOffsets: offsets, data: Buffer.from(places.join('')) })
  return Buffer.from(tableToIPC(new Table({ id: new Vector([id]), place: new Vector([place]) }), 'stream'))
}

async function insertArrow(
  stream: Buffer,
  query = 'INSERT INTO visits (id, place) FORMAT ArrowStream',
  token?: string,
): Promise<void> {
  const clickhouse_settings = token ? { insert_deduplication_token: token } : {}
  const answer = await client.exec({ query, values: Readable.from([stream]), clickhouse_settings })
  await text(answer.stream)
}

test('rows inserted as JSONEachRow come back, and what is missing has its default', async () => {
  await client.insert({ table: 'visits', values: [{ id: 1, place: '济南' }], format: 'JSONEachRow' })
  expect(await rows()).toEqual([{ id: 1, place: '济南', kind: 'outpatient' }])
})

test('an INSERT may name its database, its columns, or those it leaves out', async () => {
  await client.command({ query: 'CREATE DATABASE IF NOT EXISTS `other db`' })
  await client.command({
    query: 'CREATE OR REPLACE TABLE `other db`.`t` (id UInt32, place String) ENGINE = MergeTree ORDER BY id',
  })
  await client.insert({ table: '`other db`.`t`', columns: ['id'], values: [{ id: 1 }], format: 'JSONEachRow' })
  await client.insert({ table: '`other db`.`t`', columns: { except: ['place'] }, values: [{ id: 2 }], format: 'JSONEachRow' })
  const elsewhere = createClient({ url: server.url, password: PASSWORD, database: 'other db' })
  expect(await (await elsewhere.query({ query: 'SELECT id FROM t ORDER BY id', format: 'TabSeparated' })).text()).toBe('1\n2\n')
  await elsewhere.close()
})

test('rows inserted as a binary Arrow stream come back, columns matched by name', async () => {
  await insertArrow(arrowStream([7, 8], ['青岛', '']), 'INSERT INTO visits FORMAT ArrowStream')
  expect(await rows()).toEqual([
    { id: 7, place: '青岛', kind: 'outpatient' },
    { id: 8, place: '', kind: 'outpatient' },
  ])
})

test('an Arrow stream can be computed on its way in, through input()', async () => {
  const query = `INSERT INTO visits (id, place) SELECT id * 10, concat(place, '!')
                 FROM input('id UInt32, place String') FORMAT ArrowStream`
  await insertArrow(arrowStream([1], ['a']), query)
  expect(await rows()).toEqual([{ id: 10, place: 'a!', kind: 'outpatient' }])
})

test('a result comes as an Arrow stream, as JSON and as tab-separated text', async () => {
  await insertArrow(arrowStream([1, 2], ['a', 'b']))
  const query = 'SELECT id, place FROM visits ORDER BY id'
  const arrow = await client.exec({
    query: `${query} FORMAT ArrowStream SETTINGS output_format_arrow_compression_method = 'none'`,
  })
  expect(
    (await tableFromIPC(arrow.stream))
      .getChild('place')
      ?.toArray()
      .map((place: unknown) => String(place)),
  ).toEqual(['a', 'b'])
  expect(await (await client.query({ query, format: 'TabSeparated' })).text()).toBe('1\ta\n2\tb\n')
  expect((await (await client.query({ query, format: 'JSON' })).json()).data).toEqual([
    { id: 1, place: 'a' },
    { id: 2, place: 'b' },
  ])
})

test.each([
  ['in the settings of the request', 'INSERT INTO visits (id, place) FORMAT ArrowStream', 'token'],
  [
    'in the statement',
    "INSERT INTO visits (id, place) SETTINGS insert_deduplication_token = 'token' FORMAT ArrowStream",
    undefined,
  ],
  [
    'in the statement, before input()',
    `INSERT INTO visits (id, place) SETTINGS insert_deduplication_token = 'token'
     SELECT id, place FROM input('id UInt32, place String') FORMAT ArrowStream`,
    undefined,
  ],
])('the same deduplication token three times stores once: %s', async (_, query, token) => {
  const stream = arrowStream([1, 2], ['a', 'b'])
  for (let time = 0; time < 3; time++) await insertArrow(stream, query, token)
  expect(await rows()).toHaveLength(2)
})

test('the settings of one request do not reach the next', async () => {
  const query = "SELECT getSetting('insert_deduplication_token')"
  const token = async (clickhouse_settings = {}) =>
    (await client.query({ query, format: 'TabSeparated', clickhouse_settings })).text()
  expect(await token({ insert_deduplication_token: "it's" })).toBe("it\\'s\n")
  expect(await token()).toBe('\n')
})

test('parameters are bound as values, whatever they hold', async () => {
  const place = `'); DROP TABLE visits; --\t\\ "济南"`
  const query = 'SELECT {place:String} AS place, {ids:Array(UInt32)} AS ids'
  const answer = await client.query({ query, query_params: { place, ids: [1, 2] }, format: 'JSONEachRow' })
  expect(await answer.json()).toEqual([{ place, ids: [1, 2] }])
})

test('a failed statement is an exception with its code, type and HTTP status', async () => {
  const failed = client.query({ query: 'SELECT * FROM no_such_table' })
  await expect(failed).rejects.toBeInstanceOf(ClickHouseError)
  await expect(failed).rejects.toMatchObject({ code: '60', type: 'UNKNOWN_TABLE' })

  const raw = await fetch(server.url, { method: 'POST', body: 'SELECT (', headers: { 'X-ClickHouse-Key': PASSWORD } })
  expect([raw.status, raw.headers.get('x-clickhouse-exception-code')]).toEqual([400, '62'])
  expect(await raw.text()).toMatch(/^Code: 62\. DB::Exception: Syntax error/)
})

test('two statements in one request are refused, as a server refuses them', async () => {
  await expect(client.command({ query: "SELECT ';'; SELECT 2" })).rejects.toMatchObject({ code: '62' })
  await expect(client.command({ query: "SELECT ';' -- ; one statement\n;" })).resolves.toBeDefined()
})

test('a GET request cannot write', async () => {
  const write = `${server.url}/?query=${encodeURIComponent("INSERT INTO visits VALUES (1, 'a', 'b')")}`
  const answer = await fetch(write, { headers: { 'X-ClickHouse-Key': PASSWORD } })
  expect(await answer.text()).toContain('READONLY')
  expect(await rows()).toEqual([])
})

test('only the right password is let in, by either kind of header', async () => {
  const stranger = createClient({ url: server.url, password: 'wrong', log })
  await expect(stranger.query({ query: 'SELECT 1' })).rejects.toMatchObject({ code: '516', type: 'AUTHENTICATION_FAILED' })
  await stranger.close()

  const byHeader = (key: string) => fetch(server.url, { method: 'POST', body: 'SELECT 1', headers: { 'X-ClickHouse-Key': key } })
  expect((await byHeader('wrong')).status).toBe(403)
  expect(await (await byHeader(PASSWORD)).text()).toBe('1\n')
})

test('bodies and answers may be compressed', async () => {
  const zipped = createClient({ url: server.url, password: PASSWORD, compression: { request: true, response: true } })
  await zipped.insert({ table: 'visits', values: [{ id: 1, place: 'a' }], format: 'JSONEachRow' })
  const answer = await zipped.query({ query: 'SELECT id FROM visits', format: 'JSONEachRow' })
  expect(answer.response_headers['content-encoding']).toBe('gzip')
  expect(await answer.json()).toEqual([{ id: 1 }])
  await zipped.close()
})

test('ping answers, with and without a SELECT', async () => {
  expect(await client.ping()).toEqual({ success: true })
  expect(await client.ping({ select: true })).toEqual({ success: true })
})

test.each([
  ['drop', 0],
  ['drop-after-store', 2],
  ['error', 0],
  ['error-after-store', 2],
] as const)('after the fault %s %i rows are stored, and a retry with the same token makes them two', async (kind, stored) => {
  const stream = arrowStream([1, 2], ['a', 'b'])
  const query = 'INSERT INTO visits (id, place) FORMAT ArrowStream'
  server.faults.next({ kind, match: /^INSERT INTO visits/ })
  await expect(insertArrow(stream, query, 'token')).rejects.toThrow()
  expect(await rows()).toHaveLength(stored)
  await insertArrow(stream, query, 'token')
  expect(await rows()).toHaveLength(2)
})

test('a fault strikes the statements that match, as often as it was told', async () => {
  server.faults.next({ kind: 'error', match: /no_such_table/, times: 2 })
  expect(await rows('SELECT 1 AS one')).toEqual([{ one: 1 }])
  for (const code of ['1002', '1002', '60']) await expect(rows('SELECT * FROM no_such_table')).rejects.toMatchObject({ code })
})

test('a delay makes a client with a shorter patience give up', async () => {
  const hasty = createClient({ url: server.url, password: PASSWORD, request_timeout: 50, log })
  server.faults.next({ kind: 'delay', delayMs: 300 })
  await expect(hasty.query({ query: 'SELECT 1' })).rejects.toThrow(/timeout/i)
  await hasty.close()
})

test('what is stored in a given directory is there after a restart', async () => {
  await client.insert({ table: 'visits', values: [{ id: 1, place: 'a' }], format: 'JSONEachRow' })
  const port = Number(new URL(server.url).port)
  await server.stop()
  expect(await client.ping()).toMatchObject({ success: false })
  server = await startClickHouse({ path, port, password: PASSWORD })
  expect(await rows('SELECT id FROM visits')).toEqual([{ id: 1 }])
})
