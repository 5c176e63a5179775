import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type LocalKafka, startKafka } from '../../deploy/kafka/kafka.ts'
import type { Detector } from '../../detectors/detector.ts'
import { findDetectors } from '../catalogue.ts'
import { simulate } from '../simulate/simulate.ts'
import { makeTopics, writeEvents } from '../testing/kafka-topics.ts'
import { RegionRun } from '../testing/region-run.ts'

const SLICES = 4
let kafka: LocalKafka
let detectors: readonly Detector[]
let region: RegionRun

beforeAll(async () => {
  kafka = await startKafka()
  detectors = await findDetectors()
})
afterAll(() => kafka?.stop())
afterEach(() => region?.remove())

test('Two workers that share four slices find, and judge, what one process does', async () => {
  const lines = [...simulate({ settlements: 300, seed: 7, days: 10 })].flatMap((row) => ('event' in row ? [row.event] : []))
  await makeTopics(kafka.brokers, SLICES, { forWorkers: true })
  region = new RegionRun(kafka.brokers, detectors, lines)
  const alone = await region.alone()
  await writeEvents(kafka.brokers, lines)
  await region.start('a')
  await region.start('b')
  await region.quiet()
  expect(region.sharing).toEqual([2, 2])
  expect(await region.together()).toEqual(alone)
})
