import { expect, test } from 'vitest'
import { findDetectors } from '../catalogue.ts'
import { differingKeys } from '../rebuild/memory-digest.ts'
import { simulate } from '../simulate/simulate.ts'
import { beginOf, holding, judgedSettlements } from '../testing/holding.ts'
import { runShard } from '../testing/shard-run.ts'
import { runSlices } from '../testing/slices-run.ts'

test('Several slices find in a region what one finds alone, though some lose their memory after they have spoken', async () => {
  const detectors = await findDetectors()
  const lines = [...simulate({ settlements: 200, seed: 7, days: 20 })].flatMap((row) => ('event' in row ? [row.event] : []))
  const alone = await runShard(detectors, lines)
  const together = await runSlices(detectors, lines, { slices: 3, history_from: beginOf(lines), crashes: 25 })
  expect(alone.alerts.size).toBeGreaterThan(100)
  expect(holding(together.alerts)).toEqual(holding(alone.alerts))
  expect(judgedSettlements(detectors, together)).toEqual(judgedSettlements(detectors, alone))
  // One log of alerts, without gaps, wherever they were found.
  expect(together.revisions.map(({ seq }) => seq)).toEqual(together.revisions.map((_, i) => i + 1))
  // What was lost is known again: memory follows from what was heard, however often that was begun anew.
  const anew = await together.heardAnew()
  expect(together.memories.map((memory, i) => differingKeys(memory, anew[i]!))).toEqual([[], [], []])
})
