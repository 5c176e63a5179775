import { expect, test } from 'vitest'
import { runFaults } from '../../testing/region-run.ts'

const HOURS = 3_600_000
const numberOf = (name: string, usual: number) => Number(process.env[`SOAK_${name}`] ?? usual)

test(
  'Fifty faults among three workers and three brokers leave the rows and alerts of an undisturbed run',
  async () => {
    const [settlements, days] = [numberOf('SETTLEMENTS', 300_000), numberOf('DAYS', 60)]
    const [faults, seed] = [numberOf('FAULTS', 50), numberOf('SEED', 1)]
    const tell = (text: string) => process.stderr.write(`${new Date().toISOString()} ${text}\n`)
    const run = { settlements, days, faults, seed, slices: 6, workers: 3, brokers: 3, tell } as const
    const { done, alone, together, pushed, differences, memory } = await runFaults(run)
    expect(done).toHaveLength(faults)
    expect(together).toEqual(alone)
    expect(pushed.differing).toEqual([])
    expect(differences).toEqual([])
    expect(memory).toEqual([])
  },
  12 * HOURS,
)
