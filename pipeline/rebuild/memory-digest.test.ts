import { expect, test } from 'vitest'
import { InMemory } from '../memory/in-memory.ts'
import { type Cell, Drawer, NOTHING_HELD } from '../shard/record.ts'
import { differingKeys, memoryDigest } from './memory-digest.ts'

const CELL = 'c|person|P1'

function recordOf(forgetAt: number): Uint8Array {
  const drawer = new Drawer(CELL, undefined)
  const slot = drawer.slot('MED-01@1', undefined)
  slot.cell = { state: ['remembered'], held: NOTHING_HELD, wakeAt: undefined, forgetAt } satisfies Cell
  slot.changed = true
  return drawer.encode()!
}

async function memoryOf(entries: Readonly<Record<string, unknown>>, cells: readonly number[] = []): Promise<InMemory> {
  const memory = new InMemory()
  await memory.commit([
    ...Object.entries(entries).map(([key, value]) => [key, Buffer.from(JSON.stringify(value))] as const),
    ...cells.map((forgetAt) => [CELL, recordOf(forgetAt)] as const),
  ])
  return memory
}

test('What may be forgotten is not known, swept away or not', async () => {
  const marks = { 'm|shard': { watermark: 20 } }
  const [swept, unswept] = [await memoryOf(marks), await memoryOf(marks, [20])]
  expect(memoryDigest(unswept)).toBe(memoryDigest(swept))
  expect(differingKeys(await memoryOf(marks, [21]), swept)).toEqual([CELL])
})

test('A slice forgets by the time of all, however far its own events have come', async () => {
  const marks = { 'm|shard': { watermark: 10 }, 'm|exchange': { verdicts: 20 } }
  expect(differingKeys(await memoryOf(marks, [15]), await memoryOf(marks))).toEqual([])
  const begun = { 'm|shard': { watermark: 10 }, 'm|exchange': { verdicts: null } }
  expect(differingKeys(await memoryOf(begun, [5]), await memoryOf(begun))).toEqual([CELL])
})

test('What is on its way to others, and where a disk stands, is no knowledge; what was heard of others is', async () => {
  const heard = { 'm|exchange': { verdicts: 20, heard: [1] } }
  const moved = await memoryOf({ ...heard, 'x|0001|000000000000001': {}, 'm|history': 7 })
  expect(differingKeys(moved, await memoryOf(heard))).toEqual([])
  expect(differingKeys(moved, await memoryOf({ 'm|exchange': { verdicts: 20, heard: [2] } }))).toEqual(['m|exchange'])
})
