import { expect, test } from 'vitest'
import type { Space } from '../../detectors/detector.ts'
import { InMemory } from '../memory/in-memory.ts'
import { StagedMemory } from '../memory/staged.ts'
import { accusingEach } from '../testing/plain-detector.ts'
import { Cells } from './cells.ts'
import { Parts } from './parts.ts'
import { NOTHING_HELD } from './record.ts'

/** Cells of one part; each batch adds one to the cells of some roots and is committed. */
function countingCells(space: Space) {
  const committed = new InMemory()
  let reads = 0
  const read = committed.get.bind(committed)
  committed.get = (key) => {
    reads++
    return read(key)
  }
  const each = accusingEach('POL-01')
  const parts = new Parts([{ ...each, parts: each.parts.map((part) => ({ ...part, space, memoryless: false })) }])
  const staged = new StagedMemory(committed)
  const cells = new Cells(staged, parts)
  const counted = (of: Cells, root: string) => (of.at(parts.all[0]!, root, '').cell?.state ?? 0) as number
  return {
    async batch(roots: readonly string[]): Promise<void> {
      for (const root of roots) {
        const state = counted(cells, root) + 1
        cells.put(cells.at(parts.all[0]!, root, ''), { state, held: NOTHING_HELD, wakeAt: undefined, forgetAt: undefined })
      }
      cells.flush(0)
      const changes = staged.seal()
      await committed.commit(changes)
      staged.release(changes)
    },
    reads: () => reads,
    stored: (root: string) => counted(new Cells(new StagedMemory(committed), parts), root),
  }
}

const names = (count: number, prefix = 'H') => Array.from({ length: count }, (_, i) => `${prefix}${i}`)

test('What is hot stays open over small batches, and is stored after each of them', async () => {
  const { batch, reads, stored } = countingCells('institution')
  await batch(['H1', 'H2'])
  for (let i = 2; i <= 5; i++) {
    await batch(['H3'])
    await batch(['H1'])
    expect(stored('H1')).toBe(i)
  }
  expect(stored('H2')).toBe(1)
  // Three at their first opening, and the five looks of this test.
  expect(reads()).toBe(3 + 5)
})

test('What nobody has asked for during two turns is closed, and found again', async () => {
  const { batch, reads, stored } = countingCells('institution')
  await batch(['H1'])
  for (let turn = 0; turn < 3; turn++) await batch(names(4_000, `T${turn} `))
  const before = reads()
  await batch(['H1'])
  expect(reads()).toBe(before + 1)
  expect(stored('H1')).toBe(2)
})

test('Persons are closed after a few events', async () => {
  const { batch, reads } = countingCells('person')
  await batch(['P1'])
  await batch(['P1'])
  expect(reads()).toBe(2)
})
