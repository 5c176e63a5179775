import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type LocalKafka, startKafka } from '../../deploy/kafka/kafka.ts'
import { findDetectors } from '../catalogue.ts'
import { hearerName, hearersIn } from '../shard/beginnings.ts'
import { simulate } from '../simulate/simulate.ts'
import { beginOf, holding } from '../testing/holding.ts'
import { makeTopics, writeEvents } from '../testing/kafka-topics.ts'
import { mergedDifferences, partOf } from '../testing/merged-memory.ts'
import { RegionRun } from '../testing/region-run.ts'
import { runShard } from '../testing/shard-run.ts'
import { isOfTheThird } from '../testing/third.ts'
import type { Slice } from './slice.ts'
import { numberIn } from './slice-memory.ts'

const SLICES = 2
/** Their memory is cut, or closed, by the time that it is when somebody comes: no two regions have the same. */
const CUT_BY_TIME = ['ANO-05:HOUR', 'ANO-07:WARD', 'ANO-13:COURSE', 'MED-01', 'MGT-21']
/** Versions of before have these numbers; what they knew is forgotten in its time. */
const OLDER = 100
const OF_BEFORE = /@1\d\d\b/
let kafka: LocalKafka
let region: RegionRun

beforeAll(async () => {
  kafka = await startKafka()
})
afterAll(() => kafka?.stop())
afterEach(() => region?.remove())

/** Resolves when it has read as far ahead of the others as it may, and has told them. */
async function stands({ memory }: Slice): Promise<void> {
  for (let before = -1; before !== numberIn(memory, 'm|batch'); await new Promise((done) => setTimeout(done, 2_000))) {
    before = numberIn(memory, 'm|batch')!
  }
}

test('Detectors that are new to all slices, or come in a new version, remember after they have heard history what they would had they always run', async () => {
  const detectors = await findDetectors()
  const fresh = detectors.filter(({ parts }, i) => i % 2 === 0 && parts.some(({ memoryless }) => !memoryless))
  const ofBefore = detectors.flatMap((detector, i) => {
    if (!fresh.includes(detector)) return [detector]
    return i % 4 === 0 ? [] : [{ ...detector, version: detector.version + OLDER }]
  })
  const lines = [...simulate({ settlements: 200, seed: 7, days: 10 })].flatMap((row) =>
    'event' in row && isOfTheThird(row.event) ? [row.event] : [],
  )
  const alone = await runShard(detectors, lines, { history_from: beginOf(lines) })
  const ids = new Set(fresh.map(({ id }) => id))
  const differing = (slices: readonly Slice[]) =>
    mergedDifferences(
      alone.memory,
      slices.map(({ memory }) => memory),
    )
      .filter((difference) => !OF_BEFORE.test(difference))
      .map(partOf)
      .filter((part) => ids.has(part.split(':')[0]!) && !CUT_BY_TIME.includes(part))

  await makeTopics(kafka.brokers, SLICES, { forWorkers: true })
  const most = lines.findIndex((line) => line.includes('"setl_time":"2026-03-07'))
  await writeEvents(kafka.brokers, lines.slice(0, most))
  region = new RegionRun(kafka.brokers, detectors)
  const open = (index: number, others: Parameters<RegionRun['open']>[3]) => region.open(index, SLICES, 'a', others)
  const [desk, other] = [await open(0, { detectors: ofBefore }), await open(1, { detectors: ofBefore })]
  await region.quiet()
  await region.close(desk)
  // What is told now to the slice that is away is told to the versions of before.
  await writeEvents(kafka.brokers, lines.slice(most))
  await stands(other)
  await region.close(other)
  const before = await region.result()

  const warmth = region.warmthOf('a')
  const slices = [await open(0, { warmth }), await open(1, { warmth })]
  await warmth.close()
  await region.quiet()
  for (const { memory } of slices) {
    const hearers = hearersIn(memory)!
    expect(fresh.filter((detector) => !hearers[hearerName(detector)]?.isWarm)).toEqual([])
  }
  // Of what came and went in between, and of who came first, each order of arrival leaves something else.
  expect(differing(slices).length).toBeLessThan(10)
  expect(differing(slices.slice(1)).length).toBeGreaterThan(500)
  // From now on they find what one process would have found.
  const found = (await region.result()).holding.filter((each) => !before.holding.includes(each))
  expect(found.length).toBeGreaterThan(10)
  expect(holding(alone.alerts)).toEqual(expect.arrayContaining(found))
})
