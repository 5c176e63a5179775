import { expect, test } from 'vitest'
import { runFaults } from '../testing/region-run.ts'

test('300,000 settlements through three workers, and fifty faults', async () => {
  const seed = Number(process.env.FUNDWATCH_SOAK_SEED ?? 1)
  const run = { settlements: 300_000, days: 60, slices: 6, workers: 3, faults: 50, seed, brokers: 3 } as const
  const { done, alone, together, differences } = await runFaults(run)
  expect(done).toHaveLength(50)
  expect(together).toEqual(alone)
  expect(differences).toEqual([])
})
