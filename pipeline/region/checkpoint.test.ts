import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Intent } from '../engine/journal.ts'
import type { Lmdb } from '../memory/lmdb.ts'
import { STATE_SCHEMA_VERSION } from '../shard/state-version.ts'
import { openStore, type Store } from '../store/store.ts'
import { checkpointsOf } from './checkpoint.ts'
import { fetchNewer, MemoryCopy, openMemory, type Wanting } from './slice-memory.ts'

const NOW = Date.UTC(2026, 2, 10)
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
  const rows = await store.query<{ id: string }>('SELECT DISTINCT id FROM checkpoint')
  await store.forgetCheckpoints(rows.map(({ id }) => id))
})

/** Memory as a slice leaves it after a batch, on a disk of its own. */
async function memoryUpto(upto: number, more: Readonly<Record<string, Buffer>> = {}): Promise<Lmdb> {
  const memory = openMemory(join(directory, `other-${upto}`))
  await memory.commit(Object.entries({ 'm|batch': Buffer.from(String(upto)), ...more }))
  return memory
}

async function keep(memory: Lmdb, isWanted = () => true, life = LIFE, slice = SLICE): Promise<boolean> {
  const copy = await MemoryCopy.make(memory, `${file}.copy`)
  const isDone = await copy.save(store, { slice, life }, NOW, isWanted)
  await copy.remove()
  await memory.close()
  return isDone
}

interface Heard {
  readonly first?: number
  readonly last?: number
  readonly events?: number
  readonly known?: number
  readonly isWanted?: () => boolean
}

/** What a new disk begins with, where the history has so many events in each batch from `first` to `last`. */
async function fetched({ first = 1, last = 20, events = 1_000, known = 0, isWanted = () => true }: Heard = {}) {
  rmSync(file, { force: true })
  const batches = Array.from({ length: last - first + 1 }, (_, i) => first + i)
  const rounds = batches.map((batch) => [{ batch, first: 0, last: events - 1 } as Intent])
  const onTrouble = (error: Error & { code?: string }) => troubles.push(error.code ?? error.message)
  const wanting: Wanting = { store, slice: SLICE, file, history: { life: LIFE, rounds }, known, isWanted, onTrouble }
  const memory = await fetchNewer(openMemory(file), wanting)
  const found = Object.fromEntries([...memory.scan('')].map(([key, value]) => [key, Buffer.from(value)]))
  await memory.close()
  return found
}

test('What was copied comes back whole, though it is too large for one row', async () => {
  const large = { 'c|large': randomBytes(9_000_000), 'c|small': Buffer.from('x') }
  const memory = await memoryUpto(7, large)
  expect(await keep(memory)).toBe(true)
  const [checkpoint] = await checkpointsOf(store, { slice: SLICE, life: LIFE })
  expect(checkpoint).toMatchObject({ upto: 7, parts: 3 })
  expect(checkpoint!.size).toBeGreaterThan(9_000_000)
  const found = await fetched()
  expect(Object.entries(large).filter(([key, value]) => !value.equals(found[key]!))).toEqual([])
  expect(found['m|batch']).toEqual(Buffer.from('7'))
})

test('The last two of a slice are kept, and those of others stay', async () => {
  for (const upto of [5, 6, 7]) await keep(await memoryUpto(upto))
  await keep(await memoryUpto(1), undefined, 'life-of-another', SLICE + 1)
  await keep(await memoryUpto(8))
  expect((await checkpointsOf(store, { slice: SLICE, life: LIFE })).map(({ upto }) => upto)).toEqual([8, 7])
  expect(await checkpointsOf(store, { slice: SLICE + 1, life: 'life-of-another' })).toHaveLength(1)
})

test('One that was given up half way is none, and is removed by the next', async () => {
  let asked = 0
  expect(await keep(await memoryUpto(7, { 'c|large': randomBytes(9_000_000) }), () => ++asked < 400)).toBe(false)
  expect(await store.query('SELECT id FROM checkpoint')).not.toEqual([])
  expect(await checkpointsOf(store, { slice: SLICE, life: LIFE })).toEqual([])
  expect(await fetched()).toEqual({})
  await keep(await memoryUpto(8))
  expect(await store.query('SELECT DISTINCT id FROM checkpoint')).toHaveLength(1)
})

test('Of another history, or in the form of another release, it is not taken', async () => {
  await keep(await memoryUpto(7), undefined, 'life-2')
  await store.insertRows('checkpoint', [rowOf({ state_version: STATE_SCHEMA_VERSION + 1 })], { token: 'newer form' })
  expect(await fetched()).toEqual({})
})

test.each([
  ['little has come since what is here', { known: 7, events: 1 }, false],
  ['memory here knows more', { known: 8 }, false],
  ['much has come since', { known: 2 }, true],
  ['the history goes back no further than the copy', { first: 8, events: 1 }, true],
  ['the history does not go back to what is here', { first: 5, known: 2, events: 1 }, true],
  ['it is not wanted any more', { isWanted: () => false }, false],
])('Where %s, a copy is fetched: %o', async (_, history, isFetched) => {
  await keep(await memoryUpto(8, { 'c|some': randomBytes(100_000) }))
  expect(Object.keys(await fetched(history)).length > 0).toBe(isFetched)
})

test('One that is damaged, or of which a part is gone, is told of, and the one before is taken', async () => {
  await keep(await memoryUpto(7))
  await store.insertRows('checkpoint', [rowOf({ bytes: Buffer.from('no gzip').toString('base64') })], { token: 'damaged' })
  expect((await fetched())['m|batch']).toEqual(Buffer.from('7'))
  expect(troubles).toEqual(['CHECKPOINT_DAMAGED'])
})

function rowOf(more: object): object {
  const known = { slice: SLICE, id: 'by-hand', life: LIFE, upto: 9, state_version: STATE_SCHEMA_VERSION }
  return { ...known, part: 0, parts: 1, size: 1, bytes: '', made_at: '2026-03-10T00:00:00+08:00', ...more }
}
