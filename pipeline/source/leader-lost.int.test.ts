import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type LocalKafka, startKafka } from '../../deploy/kafka/kafka.ts'
import type { Detector } from '../../detectors/detector.ts'
import { findDetectors } from '../catalogue.ts'
import { simulate } from '../simulate/simulate.ts'
import { TestPipeline } from '../testing/engine-run.ts'
import { leaderOf, makeTopics, writeEvents } from '../testing/kafka-topics.ts'
import { isOfTheThird } from '../testing/third.ts'
import { verify } from '../verify/verify.ts'
import { KafkaSource, TOPICS } from './kafka.ts'
import { replayFile } from './replay.ts'
import type { Totals } from './totals.ts'

const SETTLEMENTS = { topic: TOPICS.topics[0], partition: 0 }
/** Longer than it takes the others to agree on another leader. */
const AWAY = 3_000

let kafka: LocalKafka
let detectors: readonly Detector[]
let pipeline: TestPipeline | undefined

beforeAll(async () => {
  kafka = await startKafka({ nodes: 3 })
  detectors = await findDetectors()
})
afterAll(() => kafka?.stop())
afterEach(() => pipeline?.remove())

test('A leader lost while its partition is read: the source goes on with the next one, and all is stored once, nothing lost', async () => {
  const lines = settledLines()
  const expected = await throughFile(lines)
  expect(expected.alerts).toBeGreaterThan(10)
  await makeTopics(kafka.brokers, 1, { replicas: 3 })
  // All knowledge comes first, and is heard before anything else is read.
  const knowledge = lines.findLastIndex((line) => JSON.parse(line).kind === 'reference') + 1
  const half = (knowledge + lines.length) >> 1
  await writeEvents(kafka.brokers, lines.slice(0, half))
  pipeline = await new TestPipeline(detectors).open()
  let heard = 0
  const onProgress = ({ events }: Totals) => {
    heard = events
  }
  const source = new KafkaSource(pipeline.engine, { ...TOPICS, brokers: kafka.brokers, group: 'test', batch: 20, onProgress })
  const ended = source.run()
  /** Whatever ends the source ends the wait, too. */
  const hasHeard = (count: number) => Promise.race([until(() => heard >= count), ended])

  await hasHeard(knowledge + 1)
  expect(heard).toBeLessThan(half)
  const lost = await leaderOf(kafka.brokers, SETTLEMENTS)
  const back = kafka.crash(
    kafka.nodes.findIndex(({ broker }) => broker === lost),
    AWAY,
  )
  // The producer waits for the next leader, and so these come while the first one is away.
  await writeEvents(kafka.brokers, lines.slice(half))
  expect(await leaderOf(kafka.brokers, SETTLEMENTS)).not.toBe(lost)
  await hasHeard(lines.length)
  await back
  source.stop()
  const totals = await ended
  expect(totals).toEqual(expected.totals)
  expect(await pipeline.count('raw_event')).toBe(expected.totals.accepted)
  expect(await found()).toEqual(expected.found)
})

/** What one partition holds, so that nothing depends on which topic is read first: settlements, their voids, and knowledge. */
function settledLines(): string[] {
  const elsewhere = new Set(['admission', 'discharge', 'inventory'])
  return [...simulate({ settlements: 200, seed: 7, days: 5 })].flatMap((row) =>
    'event' in row && isOfTheThird(row.event) && !elsewhere.has(JSON.parse(row.event).kind) ? [row.event] : [],
  )
}

async function throughFile(lines: readonly string[]) {
  const directory = mkdtempSync(join(tmpdir(), 'fundwatch-leader-lost-'))
  const file = join(directory, 'events.ndjson')
  writeFileSync(file, lines.join('\n'))
  pipeline = await new TestPipeline(detectors).open()
  const totals = await replayFile(file, pipeline.engine, pipeline.memory)
  const result = { totals, alerts: await pipeline.count('alert'), found: await found() }
  await pipeline.remove()
  rmSync(directory, { recursive: true })
  return result
}

async function found(): Promise<{ alert_digest: string; differences: readonly object[] }> {
  const { alert_digest, checks } = await verify(pipeline!.store, pipeline!.memory, detectors)
  return { alert_digest, differences: checks.filter(({ ok }) => !ok) }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((done) => setTimeout(done, 20))
}
