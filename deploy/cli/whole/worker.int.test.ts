import { expect, test } from 'vitest'
import { runFaults } from '../../testing/region-run.ts'

test('Workers to which five things happen that may end with what one process finds, and with nothing twice', async () => {
  const run = { settlements: 300, days: 10, slices: 4, workers: 2, faults: 5, seed: 7, brokers: 1 } as const
  const { done, alone, together, pushed, differences, memory } = await runFaults(run)
  expect(done).toHaveLength(5)
  expect(alone.holding.length).toBeGreaterThan(100)
  expect(together).toEqual(alone)
  expect(pushed).toEqual({ revisions: expect.any(Number), differing: [] })
  expect(differences).toEqual([])
  expect(memory).toEqual([])
})
