import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Instant } from '../../schemas/time.ts'
import type { Intent } from '../engine/journal.ts'
import type { Lmdb } from '../memory/lmdb.ts'
import { STATE_SCHEMA_VERSION } from '../shard/state-version.ts'
import { openStore, type Store } from '../store/store.ts'
import { checkpointsOf, lastLifeOf } from './checkpoint.ts'
import { fetchNewer, MemoryCopy, openMemory, type Wanting } from './slice-memory.ts'

const NEVER = new AbortController().signal
const SLICE = 3
const LIFE = 'life-1'
const directory = mkdtempSync(join(tmpdir(), 'fundwatch-checkpoint-'))
const file = join(directory, 'slices', '3', 'memory.lmdb')
let store: Store
let troubles: string[]

beforeAll(async () => {
  store = openStore({ dataDir: join(directory, 'store') })
  await store.migrate()
})
afterAll(async () => {
  await store.close()
  rmSync(directory, { recursive: true })
})
beforeEach(async () => {
  troubles = []
  await store.forgetCheckpoints(await store.query('SELECT DISTINCT id, intDiv(part, 1000) AS share FROM checkpoint'))
})

/** Memory as a slice leaves it after a batch, on a disk of its own. */
async function memoryUpto(upto: number, more: Readonly<Record<string, Buffer>> = {}): Promise<Lmdb> {
  const memory = await openMemory(fileOf(upto))
  await memory.commit(Object.entries({ 'm|batch': Buffer.from(String(upto)), ...more }))
  return memory
}

function fileOf(upto: number): string {
  return join(directory, 'others', String(upto))
}

interface Keeping {
  readonly life?: string
  readonly slice?: number
  readonly signal?: AbortSignal
}

async function keep(memory: Lmdb, upto: number, { life = LIFE, slice = SLICE, signal = NEVER }: Keeping = {}): Promise<boolean> {
  const owner = { slice, life }
  const copy = await MemoryCopy.make(memory, owner, fileOf(upto))
  await memory.close()
  return copy.save(store, owner, signal)
}

async function keepUpto(upto: number, more: Readonly<Record<string, Buffer>> = {}, keeping: Keeping = {}): Promise<boolean> {
  return keep(await memoryUpto(upto, more), upto, keeping)
}

interface Heard {
  readonly first?: number
  readonly last?: number
  readonly events?: number
  readonly known?: number
  /** When it was heard. */
  readonly at?: Instant
  readonly isWanted?: () => boolean
}

/** What a new disk begins with, where the history has so many events in each batch from `first` to `last`. */
async function fetched({ first = 1, last = 20, events = 1_000, known = 0, at = Date.now(), isWanted = () => true }: Heard = {}) {
  rmSync(file, { force: true })
  const batches = Array.from({ length: last - first + 1 }, (_, i) => first + i)
  const rounds = batches.map((batch) => [{ batch, first: 0, last: events - 1, now: at } as Intent])
  const onTrouble = (error: Error & { code?: string }) => troubles.push(error.code ?? error.message)
  const wanting: Wanting = { store, slice: SLICE, file, history: { life: LIFE, rounds }, known, isWanted, onTrouble }
  const memory = await fetchNewer(await openMemory(file), wanting)
  const found = Object.fromEntries([...memory.scan('')].map(([key, value]) => [key, Buffer.from(value)]))
  await memory.close()
  return found
}

test('What was copied comes back whole, though it is too large for one row', async () => {
  const large = { 'c|large': randomBytes(9_000_000), 'c|small': Buffer.from('x') }
  expect(await keepUpto(7, large)).toBe(true)
  const [checkpoint] = await checkpointsOf(store, { slice: SLICE, life: LIFE })
  expect(checkpoint).toMatchObject({ upto: 7, parts: 3 })
  expect(checkpoint!.size).toBeGreaterThan(9_000_000)
  const found = await fetched()
  expect(Object.entries(large).filter(([key, value]) => !value.equals(found[key]!))).toEqual([])
  expect(found['m|batch']).toEqual(Buffer.from('7'))
})

test('What came back is memory like any other: much can be written to it at once', async () => {
  const entries = Array.from({ length: 20_000 }, (_, i): [string, Buffer] => [`c|${i}`, Buffer.alloc(200)])
  await keepUpto(4, Object.fromEntries(entries))
  await fetched()
  const memory = await openMemory(file)
  for (let i = 0; i < 3; i++) await memory.commit(entries.slice(0, 3_000).map(([key]) => [key, Buffer.alloc(300)]))
  expect([...memory.scan('c|')]).toHaveLength(20_000)
  await memory.close()
})

test('The last two of a slice are kept, and those of others stay', async () => {
  await keepUpto(1, {}, { slice: SLICE + 1 })
  await keepUpto(2, {}, { life: 'life-0' })
  for (const upto of [5, 6, 7, 8]) await keepUpto(upto)
  const known = await store.query('SELECT DISTINCT slice, life, toFloat64(c.upto) AS upto FROM checkpoint AS c ORDER BY ALL')
  expect(known).toEqual([
    { slice: SLICE, life: 'life-0', upto: 2 },
    { slice: SLICE, life: LIFE, upto: 7 },
    { slice: SLICE, life: LIFE, upto: 8 },
    { slice: SLICE + 1, life: LIFE, upto: 1 },
  ])
  expect(await lastLifeOf(store, SLICE)).toBe(LIFE)
  expect(await lastLifeOf(store, SLICE + 2)).toBeUndefined()
})

test('One that was given up half way is none, and is removed when two later ones are whole', async () => {
  const part = rowOf({ id: 'half', upto: 7, parts: 0 })
  await store.insertRows('checkpoint', [part], { token: 'half' })
  const stop = new AbortController()
  stop.abort()
  expect(await keepUpto(7, { 'c|large': randomBytes(9_000_000) }, { signal: stop.signal })).toBe(false)
  expect(await checkpointsOf(store, { slice: SLICE, life: LIFE })).toEqual([])
  expect(await fetched()).toEqual({})
  for (const upto of [8, 9]) await keepUpto(upto)
  expect(await store.query('SELECT id FROM checkpoint WHERE upto = 7')).toEqual([])
  expect(readdirSync(join(directory, 'others')).filter((name) => /copy/.test(name))).toEqual([])
})

test('Of another history, or in the form of another release, it is not taken', async () => {
  await keepUpto(7, {}, { life: 'life-2' })
  await store.insertRows('checkpoint', [rowOf({ state_version: STATE_SCHEMA_VERSION + 1 })], { token: 'newer form' })
  expect(await fetched()).toEqual({})
})

test.each<[where: string, heard: Heard, isFetched: boolean]>([
  ['little has come since what is here', { known: 7, events: 1 }, false],
  ['memory here knows more', { known: 8 }, false],
  ['much has come since', { known: 2 }, true],
  ['little has come since, but so long ago that it may be gone', { known: 7, events: 1, at: 0 }, true],
  ['the history goes back no further than the copy', { first: 8, events: 1 }, true],
  ['the history does not go back to what is here', { first: 5, known: 2, events: 1 }, true],
  ['it is not wanted any more', { isWanted: () => false }, false],
])('Where %s, a copy is fetched: %o', async (_, heard, isFetched) => {
  await keepUpto(8, { 'c|some': randomBytes(100_000) })
  expect(Object.keys(await fetched(heard)).length > 0).toBe(isFetched)
})

test('One that is taken away while it is fetched is given up, and memory here stays', async () => {
  await keepUpto(8, { 'c|large': randomBytes(9_000_000) })
  let asked = 0
  expect(await fetched({ isWanted: () => ++asked < 3 })).toEqual({})
  expect(troubles).toEqual([])
  expect(readdirSync(join(directory, 'slices', '3')).sort()).toEqual(['memory.lmdb', 'memory.lmdb-lock'])
})

test('One that is damaged, or of which a part is gone, is told of, and the one before is taken', async () => {
  await keepUpto(7)
  await store.insertRows('checkpoint', [rowOf({ bytes: Buffer.from('no gzip').toString('base64') })], { token: 'damaged' })
  expect((await fetched())['m|batch']).toEqual(Buffer.from('7'))
  expect(troubles).toEqual(['CHECKPOINT_DAMAGED'])
})

test('What a crash has left of copies is removed when memory is opened', async () => {
  await (await memoryUpto(7)).close()
  for (const left of ['.copy', '.copy-lock', '.fetched']) writeFileSync(`${fileOf(7)}${left}`, 'half')
  await (await openMemory(fileOf(7))).close()
  expect(readdirSync(join(directory, 'others')).filter((name) => /copy|fetched/.test(name))).toEqual([])
})

function rowOf(more: object): object {
  const known = { slice: SLICE, id: 'by-hand', life: LIFE, upto: 9, state_version: STATE_SCHEMA_VERSION }
  return { ...known, part: 0, parts: 1, size: 1, bytes: '', made_at: '2026-03-10T00:00:00+08:00', ...more }
}
