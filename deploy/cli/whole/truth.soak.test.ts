import { expect, test } from 'vitest'
import { findDetectors } from '../../../pipeline/catalogue.ts'
import { shortfalls, truthRun } from '../../testing/truth.ts'

const SETTLEMENTS = Number(process.env.SOAK_SETTLEMENTS ?? 500_000)
const SEED = Number(process.env.SOAK_SEED ?? 1)

test('Of half a million settlements nearly all planted cases are found, and no look-alike is accused', async () => {
  const results = new Map((await findDetectors()).map(({ id, result }) => [id, result]))
  const run = await truthRun(SETTLEMENTS, SEED)
  process.stderr.write(`${JSON.stringify(run.by_result)}\n`)
  expect(shortfalls(run, (id) => results.get(id)!)).toEqual([])
})

test('Of clean traffic fewer than two in ten thousand settlements are accused of something grave', async () => {
  const { settlements, grave } = await truthRun(SETTLEMENTS, SEED + 1, true)
  process.stderr.write(`${grave} grave alerts of ${settlements} settlements\n`)
  expect((10_000 * grave) / settlements).toBeLessThan(2)
})
