import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type LocalKafka, startKafka } from '../../deploy/kafka/kafka.ts'
import { freePorts } from '../../deploy/kafka/ports.ts'
import { convertSynthea } from '../../deploy/synthea/convert.ts'
import type { Detector } from '../../detectors/detector.ts'
import { groupBy } from '../../detectors/kit/plain/group-by.ts'
import { settlement } from '../../detectors/testing/events.ts'
import { MINUTE, parseInstant } from '../../schemas/time.ts'
import { findDetectors } from '../catalogue.ts'
import { simulate } from '../simulate/simulate.ts'
import { TestPipeline } from '../testing/engine-run.ts'
import { failingAfter } from '../testing/failing-store.ts'
import { makeTopics, writeEvents } from '../testing/kafka-topics.ts'
import { accusingEach } from '../testing/plain-detector.ts'
import { isOfTheThird } from '../testing/third.ts'
import { listDeadLetters } from '../verify/dead-letters.ts'
import { alertsInStore, digestOf } from '../verify/digest.ts'
import { verify } from '../verify/verify.ts'
import { KafkaSource, TOPICS } from './kafka.ts'
import { isOfKafka } from './kafka-range.ts'
import { replayFile } from './replay.ts'
import type { Totals } from './totals.ts'

const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url))
const SYNTHEA = join(SHARED, 'data/synthea')
const FIRST_HOUR = join(SHARED, 'examples/first-hour.ndjson')

let kafka: LocalKafka
let detectors: readonly Detector[]
let pipeline: TestPipeline | undefined

beforeAll(async () => {
  kafka = await startKafka()
  detectors = await findDetectors()
})
afterAll(() => kafka?.stop())
afterEach(async () => {
  await pipeline?.remove()
  pipeline = undefined
})

interface Result {
  readonly totals: Totals
  readonly alert_digest: string
  readonly alerts: number
  /** By detector, a digest of what holds in the end; which alerts came and went depends on the order of arrival. */
  readonly open: Readonly<Record<string, string>>
  readonly differences: readonly object[]
}

test.skipIf(!existsSync(FIRST_HOUR))(
  'The first hour gives the same alerts through Kafka (skipped without ../shared/examples)',
  async () => {
    const lines = readFileSync(FIRST_HOUR, 'utf8').trim().split('\n')
    const expected = await throughFile(lines)
    expect(expected.alerts).toBeGreaterThanOrEqual(5)
    expect(await throughKafka(lines)).toEqual(expected)
  },
)

test.skipIf(!existsSync(SYNTHEA))('Synthea gives the same alerts through Kafka (skipped without ../shared/data)', async () => {
  const lines: string[] = []
  for await (const event of convertSynthea(SYNTHEA)) lines.push(JSON.stringify(event))
  const expected = await throughFile(lines)
  expect(expected.totals).toMatchObject({ settlements: 1267, dead_letters: 0 })
  expect(await throughKafka(lines)).toEqual(expected)
  expect(await throughKafka(lines, { partitions: 3 })).toEqual(expected)
})

test('A backlog of settlements in three partitions, stays and inventory is read as it came when it was new', async () => {
  const lines = region(100, 1).filter(isOfTheThird)
  const { alert_digest: _, ...expected } = await throughFile(lines)
  expect(expected.alerts).toBeGreaterThan(20)
  expect(await throughKafka(lines, { partitions: 3, timeOf: writtenAtItsTime(lines) })).toMatchObject(expected)
})

test('Written all at once, what finally holds is the same, though partitions wait for each other in tiny batches', async () => {
  const lines = region(400, 20)
  const { alert_digest: _, alerts: __, ...expected } = await throughFile(lines)
  expect(await throughKafka(lines, { partitions: 3, batch: 20 })).toMatchObject(expected)
})

test('A range that a crash left half written is repeated exactly, though batches are larger now, and nothing is lost or doubled', async () => {
  const lines = region(100, 1)
  const { alert_digest: _, alerts: __, ...expected } = await throughFile(lines)
  await makeTopics(kafka.brokers, 3)
  await writeEvents(kafka.brokers, lines)
  pipeline = new TestPipeline(detectors)
  const halfWritten: string[] = []
  for (const after of [2, 5, 9]) {
    await pipeline.open((store) => failingAfter(store, 'alert_log', after), isOfKafka)
    await expect(source(20 + 30 * after).run({ untilEnd: true })).rejects.toThrow('planned')
    for (const { source, partition, first, last } of pipeline.engine.journal.round.filter(({ replayable }) => replayable)) {
      halfWritten.push(`${source}|${partition}|${first}|${last}`)
    }
    await pipeline.close()
  }
  expect(halfWritten.length).toBeGreaterThan(0)
  await pipeline.open(undefined, isOfKafka)
  const { duplicates, late } = await source(1_000).run({ untilEnd: true })
  expect({ duplicates, late }).toEqual({ duplicates: 0, late: 0 })
  const batches = await pipeline.store.query<{ name: string }>(
    `SELECT concat(source, '|', toString(partition), '|', toString(first_offset), '|', toString(last_offset)) AS name FROM batch`,
  )
  expect(batches.map(({ name }) => name)).toEqual(expect.arrayContaining(halfWritten))
  expect(await pipeline.count('raw_event')).toBe(expected.totals.accepted)
  expect(await resultOf(expected.totals)).toMatchObject(expected)
})

test('A half-written range that is no longer there is removed', async () => {
  await makeTopics(kafka.brokers, 1)
  await writeEvents(kafka.brokers, region(100, 1))
  pipeline = await new TestPipeline(detectors).open((store) => failingAfter(store, 'batch', 0))
  await expect(source(100).run({ untilEnd: true })).rejects.toThrow('planned')
  await pipeline.close()
  await makeTopics(kafka.brokers, 1)
  await pipeline.open(undefined, isOfKafka)
  await source(100).run({ untilEnd: true })
  expect(await pipeline.count('raw_event')).toBe(0)
})

test('A running source hears what is written later, and stops when told', async () => {
  const lines = region(100, 1)
  const expected = await throughFile(lines)
  await makeTopics(kafka.brokers, 1)
  pipeline = await new TestPipeline(detectors).open()
  let heard = 0
  const running = source(100, ({ events }) => {
    heard = events
  })
  const ended = running.run()
  const half = lines.length >> 1
  await writeEvents(kafka.brokers, lines.slice(0, half))
  await until(() => heard === half)
  await writeEvents(kafka.brokers, lines.slice(half))
  await until(() => heard === lines.length)
  const end = parseInstant(JSON.parse(lines.at(-1)!).time)
  await until(() => pipeline!.engine.shard.watermark === end - 10 * MINUTE)
  running.stop()
  const { totals, differences, open } = await resultOf(await ended)
  expect(differences).toEqual([])
  for (const count of ['accepted', 'duplicates'] as const) expect(totals[count]).toBe(expected.totals[count])
  // A month is written in seconds: on a slow machine stays run ahead of settlements, which then come late and are judged by fewer.
  if (totals.late === 0) expect(open).toEqual(expected.open)
})

test('Messages that are no events, or too large, are dead letters; one of 5 MB is an event', async () => {
  const long = (megabytes: number) => JSON.stringify(settlement({ setl_id: `L${megabytes}`, note: 'x'.repeat(megabytes << 20) }))
  const lines = [long(1), '{broken', long(5), long(17), long(2)]
  await makeTopics(kafka.brokers, 1)
  await writeEvents(kafka.brokers, lines)
  pipeline = await new TestPipeline(detectors).open()
  expect(await source(100).run({ untilEnd: true })).toMatchObject({ events: 5, settlements: 3, dead_letters: 2 })
  expect(await listDeadLetters(pipeline.store)).toMatchObject([
    { source: 'kafka:fundwatch.settlement', offset: 1, line: null, code: 'JSON_INVALID' },
    { source: 'kafka:fundwatch.settlement', offset: 3, line: null, code: 'TOO_LARGE' },
  ])
})

test('A topic that was made anew is not taken for the old one', async () => {
  await makeTopics(kafka.brokers, 1)
  await writeEvents(kafka.brokers, region(100, 1))
  pipeline = await new TestPipeline(detectors).open()
  await source(100).run({ untilEnd: true })
  await makeTopics(kafka.brokers, 1)
  await expect(source(100).run({ untilEnd: true })).rejects.toMatchObject({ code: 'SOURCE_CHANGED' })
})

test('History begins with the earliest event of any partition, be it read later or elsewhere', async () => {
  await makeTopics(kafka.brokers, 1)
  const late = settlement({ setl_id: 'S1', setl_time: '2026-03-02 10:00:00' })
  const early = { kind: 'admission', mdtrt_id: 'M1', psn_no: 'P1', fixmedins_code: 'H1', begntime: '2026-03-01 10:00:00' }
  await writeEvents(
    kafka.brokers,
    [late, early].map((event) => JSON.stringify(event)),
  )
  const begin = parseInstant('2026-03-01 10:00:00')
  const since: number[] = []
  const each = accusingEach('POL-01')
  const parts = each.parts.map((part) => ({
    ...part,
    onEvent(...[state, heard, context]: Parameters<typeof part.onEvent>) {
      since.push(context.history_from)
      return part.onEvent(state, heard, context)
    },
  }))
  pipeline = await new TestPipeline([{ ...each, parts }]).open()
  const reads = ({ topic }: { topic: string }) => topic === TOPICS.topics[0]
  const reading = new KafkaSource(pipeline.engine, { ...TOPICS, brokers: kafka.brokers, group: 'test', batch: 1, reads })
  expect(await reading.run({ untilEnd: true })).toMatchObject({ settlements: 1 })
  expect(since).toEqual([begin])
  await pipeline.rebuild()
  expect(pipeline.engine.shard.historyFrom).toBe(begin)
})

test('Where no broker listens, the source says so', async () => {
  const [port] = await freePorts(1)
  pipeline = await new TestPipeline([]).open()
  const running = new KafkaSource(pipeline.engine, { ...TOPICS, brokers: `127.0.0.1:${port}`, group: 'test', batch: 100 })
  await expect(running.run({ untilEnd: true })).rejects.toMatchObject({ code: 'KAFKA_UNREACHABLE' })
})

function source(batch: number, onProgress?: (totals: Totals) => void): KafkaSource {
  return new KafkaSource(pipeline!.engine, { ...TOPICS, brokers: kafka.brokers, group: 'test', batch, onProgress })
}

async function throughFile(lines: readonly string[]): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), 'fundwatch-kafka-source-'))
  const file = join(directory, 'events.ndjson')
  writeFileSync(file, lines.join('\n'))
  pipeline = await new TestPipeline(detectors).open()
  const totals = await replayFile(file, pipeline.engine, pipeline.memory)
  rmSync(directory, { recursive: true })
  return resultOf(totals)
}

interface Writing {
  readonly partitions?: number
  readonly batch?: number
  readonly timeOf?: (line: string) => number
}

async function throughKafka(lines: readonly string[], { partitions = 1, batch = 1_000, timeOf }: Writing = {}): Promise<Result> {
  await makeTopics(kafka.brokers, partitions)
  await writeEvents(kafka.brokers, lines, timeOf)
  pipeline = await new TestPipeline(detectors).open()
  return resultOf(await source(batch).run({ untilEnd: true }))
}

async function resultOf(totals: Totals): Promise<Result> {
  const { store, memory } = pipeline!
  const { alert_digest, alerts, checks } = await verify(store, memory, detectors)
  const held = groupBy(
    (await alertsInStore(store)).filter(({ status }) => status === 'open'),
    ({ detector_id }) => detector_id,
  )
  const open = Object.fromEntries([...held].map(([id, alerts]) => [id, digestOf(alerts).slice(0, 16)]))
  await pipeline!.remove()
  pipeline = undefined
  return { totals, alert_digest, alerts, open, differences: checks.filter(({ ok }) => !ok) }
}

/** A synthetic region with planted cases, and time to speak every verdict. */
function region(settlements: number, days: number): string[] {
  return [...simulate({ settlements, seed: 7, days })].flatMap((row) => ('event' in row ? [row.event] : []))
}

/** Each event is written when it happens, as a live producer does; the last was just now. */
function writtenAtItsTime(lines: readonly string[]): (line: string) => number {
  const timeOf = (line: string) => {
    const event = JSON.parse(line) as Record<string, string>
    return parseInstant(event.setl_time ?? event.time ?? event.endtime ?? event.begntime ?? '2026-01-01 00:00:00')
  }
  const last = timeOf(lines.at(-1)!)
  const now = Date.now()
  return (line) => now - (last - timeOf(line))
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((done) => setTimeout(done, 20))
}
