import { expect, test } from 'vitest'
import { parseInstant } from '../../schemas/time.ts'
import { findDetectors } from '../catalogue.ts'
import { differingKeys } from '../rebuild/memory-digest.ts'
import { simulate } from '../simulate/simulate.ts'
import { beginOf, holding, judgedSettlements } from '../testing/holding.ts'
import { mergedDifferences, partOf } from '../testing/merged-memory.ts'
import { runShard } from '../testing/shard-run.ts'
import { runSlices } from '../testing/slices-run.ts'

/** Parts whose memory is of the order in which things came, whatever they say of it; that is compared by what holds. */
const OF_THE_ORDER = {
  'ANO-04': 'a list is written one after the other into one text',
  'ANO-05:HOUR': 'a day is closed by what was known of it when it ended, which a slice that reads ahead knows better',
  'ANO-07:WARD': 'stays are tidied away when somebody comes',
  'ANO-12': 'of many settlements the first are kept; when some are taken back, those that were dropped are missing',
  'ANO-13:COURSE': 'a day is closed by what was known of it when it ended, which a slice that reads ahead knows better',
  'ANO-14': 'as ANO-12',
  'FND-02': 'as ANO-12',
  'FND-04': 'as ANO-12',
  'MGT-20:SOLD': 'as ANO-04, and which sales are a page depends on which came first',
  'MGT-20:PAGE': 'as MGT-20:SOLD',
  'MGT-21:SOLD': 'as MGT-20:SOLD',
  'MGT-21:PAGE': 'as MGT-20:SOLD',
  'MGT-24': 'as ANO-12',
}

/** Nothing is late: what is late to one may not be to others. */
function inOrder(lines: readonly string[]): string[] {
  const timed = lines.map((line) => ({ line, at: timeOf(JSON.parse(line)) }))
  return timed.sort((a, b) => a.at - b.at).map(({ line }) => line)
}

function timeOf(event: Record<string, string | undefined>): number {
  const time = event.setl_time ?? event.endtime ?? event.begntime ?? event.time
  return time === undefined || event.kind === 'reference' ? 0 : parseInstant(time)
}

test('Several slices find in a region what one finds alone, though some lose their memory after they have spoken', async () => {
  const detectors = await findDetectors()
  const made = [...simulate({ settlements: 200, seed: 7, days: 20 })].flatMap((row) => ('event' in row ? [row.event] : []))
  const lines = inOrder(made)
  const alone = await runShard(detectors, lines, { history_from: beginOf(lines) })
  const together = await runSlices(detectors, lines, { slices: 3, history_from: beginOf(lines), crashes: 25 })
  expect(alone.alerts.size).toBeGreaterThan(100)
  expect(holding(together.alerts)).toEqual(holding(alone.alerts))
  expect(judgedSettlements(detectors, together)).toEqual(judgedSettlements(detectors, alone))
  // One log of alerts, without gaps, wherever they were found.
  expect(together.revisions.map(({ seq }) => seq)).toEqual(together.revisions.map((_, i) => i + 1))
  // What was lost is known again: memory follows from what was heard, however often that was begun anew.
  const anew = await together.heardAnew()
  expect(together.memories.map((memory, i) => differingKeys(memory, anew[i]!))).toEqual([[], [], []])
  // Together they know what one knows alone, and none is left out.
  expect(mergedDifferences(alone.memory, together.memories.slice(1)).length).toBeGreaterThan(1_000)
  const differing = mergedDifferences(alone.memory, together.memories)
  const others = differing.filter((difference) => !(partOf(difference) in OF_THE_ORDER))
  // A window is cut when somebody comes, at the time that it is then: a slice that reads ahead may keep an entry longer.
  expect(others.length).toBeLessThan(10)
})
