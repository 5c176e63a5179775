import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import rdkafka, { type TopicPartitionOffset } from 'node-rdkafka'
import type { Detector } from '../../detectors/detector.ts'
import type { Alert } from '../../schemas/alert.ts'
import { TOPICS } from '../source/kafka.ts'
import { KafkaClient } from '../source/kafka-client.ts'
import { replayFile } from '../source/replay.ts'
import type { Store } from '../store/store.ts'
import { HISTORY, MAILBOX } from '../topics.ts'
import { alertsInStore } from '../verify/digest.ts'
import { TestPipeline } from './engine-run.ts'
import { holding, judgedSettlements } from './holding.ts'
import { rowsDigest } from './rows-digest.ts'

/** What a region comes to, however many work at it. */
export interface RegionResult {
  readonly holding: readonly string[]
  readonly judged: Readonly<Record<string, number>>
  /** Stored events by kind. */
  readonly stored: Readonly<Record<string, number>>
  /** What is stored of them, table by table. */
  readonly rows: Readonly<Record<string, string>>
  /** Whether the log of alerts has every number once, and every alert its revisions. */
  readonly log: { readonly rows: boolean; readonly revisions: boolean }
}

/** The arrival clock of regions. */
export const REGION_NOW = Date.UTC(2030, 0, 1)

/** The same events through one process. */
export async function aloneResult(detectors: readonly Detector[], lines: readonly string[]): Promise<RegionResult> {
  const directory = mkdtempSync(join(tmpdir(), 'fundwatch-alone-'))
  try {
    const file = join(directory, 'events.ndjson')
    writeFileSync(file, lines.join('\n'))
    return await replayedResult(detectors, file)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** A file of events through one process. */
export async function replayedResult(detectors: readonly Detector[], file: string): Promise<RegionResult> {
  const pipeline = await new TestPipeline(detectors, REGION_NOW).open()
  try {
    await replayFile(file, pipeline.engine, pipeline.memory)
    return await regionResult(pipeline.store, detectors)
  } finally {
    await pipeline.remove()
  }
}

export async function regionResult(store: Store, detectors: readonly Detector[]): Promise<RegionResult> {
  const alerts = new Map((await alertsInStore(store)).map((alert): [string, Alert] => [alert.alert_id, alert]))
  const judged = await store.query<{ name: string; n: number }>(
    `SELECT concat(detector_id, ':', part) AS name, toFloat64(sum(judged) + sum(skipped)) AS n FROM judgement GROUP BY name`,
  )
  const stored = await store.query<{ kind: string; n: number }>(
    'SELECT kind, toFloat64(count()) AS n FROM raw_event GROUP BY kind',
  )
  const [log] = await store.query<{ n: number; last: number; distinct: number }>(
    'SELECT toFloat64(count()) AS n, toFloat64(max(l.seq)) AS last, toFloat64(uniqExact(l.seq)) AS distinct FROM alert_log AS l',
  )
  const revisions = [...alerts.values()].reduce((sum, { revision }) => sum + revision, 0)
  return {
    holding: holding(alerts),
    judged: judgedSettlements(detectors, { judged: new Map(judged.map(({ name, n }) => [name, n])) }),
    stored: Object.fromEntries(stored.map(({ kind, n }) => [kind, n])),
    rows: await rowsDigest(store),
    log: { rows: log!.n === log!.last && log!.n === log!.distinct, revisions: revisions === log!.n },
  }
}

/** Nobody has more to say when nobody has said anything for so long, milliseconds. */
const SILENCE = 2_000

/** Resolves when all that was written was heard by the group, and nobody has anything more to say. */
export async function regionQuiet(brokers: string, group: string): Promise<void> {
  const client = await KafkaClient.connect(brokers, `${group}-watch`)
  const reader = await GroupReader.connect(brokers, group)
  const ends = async (topics: readonly string[]) => {
    const partitions = (await Promise.all(topics.map((topic) => client.partitionsOf(topic)))).flat()
    return Promise.all(partitions.map(async (place) => ({ ...place, offset: (await client.boundsOf(place)).high })))
  }
  const look = async () => {
    const heard = await ends([...TOPICS.topics, MAILBOX])
    return { isRead: await reader.hasRead(heard), said: JSON.stringify([heard, await ends([HISTORY])]) }
  }
  // A broker that comes back does not answer everything at once.
  const patiently = () => look().catch(() => ({ isRead: false, said: '' }))
  try {
    for (let before = ''; ; ) {
      const { isRead, said } = await patiently()
      if (isRead && said === before) return
      before = said
      await new Promise((done) => setTimeout(done, SILENCE))
    }
  } finally {
    await client.close()
    await reader.close()
  }
}

/** Asks how far a group has reported to have come. */
class GroupReader {
  readonly #consumer: rdkafka.KafkaConsumer

  private constructor(consumer: rdkafka.KafkaConsumer) {
    this.#consumer = consumer
  }

  static async connect(brokers: string, group: string): Promise<GroupReader> {
    const consumer = new rdkafka.KafkaConsumer({ 'metadata.broker.list': brokers, 'group.id': group }, {})
    await new Promise<void>((done, fail) => consumer.connect({}, (error) => (error ? fail(error) : done())))
    return new GroupReader(consumer)
  }

  async hasRead(ends: readonly TopicPartitionOffset[]): Promise<boolean> {
    const wanted = ends.filter(({ offset }) => offset > 0)
    const read = await new Promise<TopicPartitionOffset[]>((done, fail) => {
      this.#consumer.committed([...wanted], 10_000, (error, offsets) => (error ? fail(error) : done(offsets)))
    })
    return read.every(({ offset }, i) => offset === wanted[i]!.offset)
  }

  async close(): Promise<void> {
    await new Promise<void>((done) => this.#consumer.disconnect(() => done()))
  }
}
