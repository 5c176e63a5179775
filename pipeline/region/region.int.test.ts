import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { type LocalKafka, startKafka } from '../../deploy/kafka/kafka.ts'
import type { Detector } from '../../detectors/detector.ts'
import { findDetectors } from '../catalogue.ts'
import type { Chunk } from '../decode/decode.ts'
import { inlineDecoder } from '../engine/decoder.ts'
import { OpenMark } from '../memory/open-mark.ts'
import { DEATHS } from '../memory/trust.ts'
import { fromAfter, hearerName, hearersIn } from '../shard/beginnings.ts'
import { guardedIn } from '../shard/guard.ts'
import { lastEventIn } from '../shard/shard.ts'
import { simulate } from '../simulate/simulate.ts'
import { KafkaProducer } from '../sink/kafka-producer.ts'
import { KEY } from '../testing/engine-run.ts'
import { HoldingStore } from '../testing/holding-store.ts'
import { makeTopics, writeEvents } from '../testing/kafka-topics.ts'
import { RegionRun } from '../testing/region-run.ts'
import { aloneResult } from '../testing/region-watch.ts'
import { isOfTheThird } from '../testing/third.ts'
import { liftMessage } from './mail.ts'

const SLICES = 4
/** A busy machine is slow. */
const PATIENCE = { timeout: 120_000, interval: 20 }
let kafka: LocalKafka
let detectors: readonly Detector[]
let region: RegionRun

beforeAll(async () => {
  kafka = await startKafka()
  detectors = await findDetectors()
})
afterAll(() => kafka?.stop())
afterEach(() => region?.remove())

function golden(): string[] {
  return readFileSync(new URL('../testing/golden/corrections.ndjson', import.meta.url), 'utf8')
    .trim()
    .split('\n')
}

/** Tells how many events were heard again. */
function countingDecoder() {
  let heard = 0
  const inline = inlineDecoder(KEY)
  const decode = (chunk: Chunk) => {
    heard += chunk.ends.length
    return inline.decode(chunk)
  }
  return { decoder: { ...inline, decode }, heard: () => heard }
}

test('Two workers that share four slices find, and judge, what one process does', async () => {
  const lines = [...simulate({ settlements: 300, seed: 7, days: 6 })].flatMap((row) =>
    'event' in row && isOfTheThird(row.event) ? [row.event] : [],
  )
  const alone = await aloneResult(detectors, lines)
  expect(alone.holding.length).toBeGreaterThan(30)
  await makeTopics(kafka.brokers, SLICES, { forWorkers: true })
  await writeEvents(kafka.brokers, lines)
  region = new RegionRun(kafka.brokers, detectors)
  await region.start('a')
  await region.start('b')
  await region.quiet()
  expect(region.sharing).toEqual([2, 2])
  expect(await region.result()).toEqual(alone)
  expect(await region.memoryDifferences(SLICES)).toEqual([])
})

test('A rebalance in the middle of a batch waits for the insert that hangs, and nothing is lost or there twice', async () => {
  const lines = [...simulate({ settlements: 100, seed: 7, days: 5 })].flatMap((row) =>
    'event' in row && isOfTheThird(row.event) ? [row.event] : [],
  )
  const alone = await aloneResult(detectors, lines)
  expect(alone.holding.length).toBeGreaterThan(10)
  await makeTopics(kafka.brokers, 2, { forWorkers: true })
  await writeEvents(kafka.brokers, lines)
  region = new RegionRun(kafka.brokers, detectors)
  const store = new HoldingStore()
  try {
    const first = await region.start('a', (real) => store.wrap(real))
    // Which slice will be taken away nobody knows: both are in the middle of a batch.
    await vi.waitUntil(() => first.slices.length === 2 && store.held === 2, PATIENCE)
    await region.start('b')
    await vi.waitUntil(() => !first.isReady, PATIENCE)
    expect(region.sharing).toEqual([2, 0])
    expect(store.held).toBe(2)
  } finally {
    store.letGo()
  }
  await region.quiet()
  expect(region.sharing).toEqual([1, 1])
  expect(await region.result()).toEqual(alone)
  expect(await region.memoryDifferences(2)).toEqual([])
})

test('Of two that believe they own one slice the later one goes on, from an empty disk, and the other one can write nothing', async () => {
  const lines = golden()
  const alone = await aloneResult(detectors, lines)
  await makeTopics(kafka.brokers, 2, { forWorkers: true })
  const half = lines.length >> 1
  await writeEvents(kafka.brokers, lines.slice(0, half))
  region = new RegionRun(kafka.brokers, detectors)
  const [desk, other] = [await region.open(0, 2, 'a'), await region.open(1, 2, 'a')]
  await region.quiet()
  const later = [await region.open(0, 2, 'b'), await region.open(1, 2, 'c')]
  await writeEvents(kafka.brokers, lines.slice(half))
  await expect(desk.ended).rejects.toMatchObject({ code: 'FENCED' })
  await expect(other.ended).rejects.toMatchObject({ code: 'FENCED' })
  await region.quiet()
  expect(later.map(({ engine }) => engine.failure)).toEqual([undefined, undefined])
  expect(await region.result()).toEqual(alone)
})

test('A slice that is taken away while it hears what it has missed is given up, and goes on from there another time', async () => {
  const lines = golden()
  const alone = await aloneResult(detectors, lines)
  await makeTopics(kafka.brokers, 1, { forWorkers: true })
  await writeEvents(kafka.brokers, lines)
  region = new RegionRun(kafka.brokers, detectors)
  const first = await region.open(0, 1, 'a')
  await region.quiet()
  await region.close(first)
  let asked = 0
  expect(await region.openWhile(() => ++asked < 3, 0, 1, 'b')).toBeUndefined()
  await region.open(0, 1, 'b')
  await region.quiet()
  expect(await region.result()).toEqual(alone)
  expect(await region.memoryDifferences(1)).toEqual([])
})

test('A new disk begins with the last checkpoint of a slice, and hears again only what has come since', async () => {
  const lines = golden()
  const alone = await aloneResult(detectors, lines)
  await makeTopics(kafka.brokers, 1, { forWorkers: true })
  region = new RegionRun(kafka.brokers, detectors)
  const most = lines.length - 5
  await writeEvents(kafka.brokers, lines.slice(0, most))
  const first = await region.open(0, 1, 'a')
  await region.quiet()
  await first.checkpoint(new AbortController().signal)
  await writeEvents(kafka.brokers, lines.slice(most))
  await region.quiet()
  await region.close(first)
  const counting = countingDecoder()
  await region.open(0, 1, 'b', counting)
  expect(counting.heard()).toBe(lines.length - most)
  await region.quiet()
  expect(await region.result()).toEqual(alone)
  expect(await region.memoryDifferences(1)).toEqual([])
})

test('For a detector that is new to a slice history begins there, also where a new disk takes it from a checkpoint', async () => {
  const lines = golden()
  await makeTopics(kafka.brokers, 1, { forWorkers: true })
  await writeEvents(kafka.brokers, lines)
  region = new RegionRun(kafka.brokers, detectors)
  const late = detectors.find(({ id }) => id === 'POL-15')!
  const first = await region.open(0, 1, 'a', { detectors: detectors.filter((detector) => detector !== late) })
  await region.quiet()
  await region.close(first)
  const beginningsIn = ({ memory }: typeof first) =>
    Object.entries(hearersIn(memory)!).flatMap(([name, { from }]) => (from === undefined ? [] : [[name, from]]))
  const second = await region.open(0, 1, 'a')
  const expected = [[hearerName(late), fromAfter(lastEventIn(second.memory)!)]]
  expect(beginningsIn(second)).toEqual(expected)
  await region.quiet()
  await second.checkpoint(new AbortController().signal)
  await region.close(second)
  expect(beginningsIn(await region.open(0, 1, 'b'))).toEqual(expected)
})

test('A detector that has exceeded its budget speaks again when the desk is told so, and whoever hears its history knows of that', async () => {
  const lines = golden()
  await makeTopics(kafka.brokers, 1, { forWorkers: true })
  await writeEvents(kafka.brokers, lines)
  region = new RegionRun(kafka.brokers, detectors)
  const budget = { alerts: 0, fen: Number.POSITIVE_INFINITY }
  const slice = await region.open(0, 1, 'a', { budget })
  await region.quiet()
  const silent = guardedIn(slice.memory).map(({ detector_id }) => detector_id)
  expect(silent.length).toBeGreaterThan(1)
  const producer = await KafkaProducer.connect(kafka.brokers)
  await producer.send([liftMessage(silent[0]!)])
  await producer.close()
  await region.quiet()
  expect(guardedIn(slice.memory).map(({ detector_id }) => detector_id)).toEqual(silent.slice(1))
  expect(await region.memoryDifferences(1, budget)).toEqual([])
})

test('Memory that kills whoever opens it is set aside for the last checkpoint, and where they die of that too, for history alone', async () => {
  const lines = golden()
  const alone = await aloneResult(detectors, lines)
  await makeTopics(kafka.brokers, 1, { forWorkers: true })
  await writeEvents(kafka.brokers, lines)
  region = new RegionRun(kafka.brokers, detectors)
  const first = await region.open(0, 1, 'a')
  await region.quiet()
  await first.checkpoint(new AbortController().signal)
  await region.close(first)
  const heardAfter = async (deaths: number) => {
    for (let i = 0; i < deaths; i++) OpenMark.set(region.memoryOf('a', 0), 'process')
    const troubles: unknown[] = []
    const counting = countingDecoder()
    const onTrouble = (error: Error & { code?: string }) => troubles.push(error.code)
    const slice = await region.open(0, 1, 'a', { ...counting, onTrouble })
    await region.quiet()
    await region.close(slice)
    return { heard: counting.heard(), troubles }
  }
  expect(await heardAfter(DEATHS - 1)).toEqual({ heard: 0, troubles: [] })
  expect(await heardAfter(DEATHS)).toEqual({ heard: 0, troubles: ['MEMORY_SET_ASIDE'] })
  expect(await heardAfter(2 * DEATHS)).toEqual({ heard: lines.length, troubles: ['MEMORY_SET_ASIDE'] })
  expect(await region.result()).toEqual(alone)
  expect(await region.memoryDifferences(1)).toEqual([])
})

test('With another secret, or memory of another history, nobody goes on with a slice', async () => {
  const anew = () => makeTopics(kafka.brokers, 2, { forWorkers: true })
  await anew()
  region = new RegionRun(kafka.brokers, [])
  const first = await region.open(0, 2, 'a')
  await region.quiet()
  await region.close(first)
  const other = { identityKey: Buffer.alloc(32, 8) }
  await expect(region.open(0, 2, 'b', other)).rejects.toMatchObject({ code: 'IDENTITY_KEY_DIFFERS' })
  await anew()
  const second = await region.open(0, 2, 'c')
  await region.quiet()
  await region.close(second)
  await expect(region.open(0, 2, 'a')).rejects.toMatchObject({ code: 'MEMORY_FOREIGN' })
})

test('A slice that is taken away while its worker stops is closed once, and both wait for that', async () => {
  await makeTopics(kafka.brokers, 1, { forWorkers: true })
  region = new RegionRun(kafka.brokers, [])
  const slice = await region.open(0, 1, 'a')
  await Promise.all([slice.close(), slice.close()])
  await region.close(slice)
  const next = await region.open(0, 1, 'a')
  await region.quiet()
  expect(next.engine.failure).toBeUndefined()
})
