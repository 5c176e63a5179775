import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { findDetectors, selectDetectors } from '../../../pipeline/catalogue.ts'
import { createDecode, type Decoded } from '../../../pipeline/decode/decode.ts'
import { unpack } from '../../../pipeline/decode/packed.ts'
import { InMemory } from '../../../pipeline/memory/in-memory.ts'
import { Shard } from '../../../pipeline/shard/shard.ts'
import { writeSimulation } from '../../../pipeline/simulate/write.ts'
import { readBytes } from '../../../pipeline/source/file.ts'
import { chunksOfLines, REPLAY_CHUNK } from '../../../pipeline/source/lines.ts'
import { openStore } from '../../../pipeline/store/store.ts'
import { type DetectorCost, Stopwatches } from '../bench/bench-detectors.ts'
import { measureHistory } from '../bench/bench-history.ts'
import { measureLatency } from '../bench/bench-latency.ts'
import { type ScreenTimes, timeScreens } from '../bench/bench-screen.ts'
import { type Command, countFlag, UsageError } from '../command.ts'
import { Progress, print, printJson, printTable } from '../output.ts'
import { watchPeak } from '../services/memory-use.ts'
import { openPipeline } from '../services/pipeline.ts'
import { type Config, loadConfig } from '../settings/config.ts'
import { readProperties } from '../settings/kafka-properties.ts'
import { replay } from '../work/replay.ts'

interface Row {
  readonly step: string
  readonly settlements_per_second: number
  readonly fee_lines_per_second: number
  readonly seconds: number
}

export const bench: Command = {
  usage: '[--settlements N] [--screen | --per-detector | --history | --latency --rate N --seconds S]',
  summary:
    'Measures parse, detect, store and the whole path on this machine, at the default mix; or how long a screen takes after N settlements.',
  flags: {
    settlements: { type: 'string', value: 'N', help: 'how many (60000)' },
    file: { type: 'string', value: 'FILE', help: 'measure with this file instead of simulated settlements' },
    screen: { type: 'boolean', help: 'measure the answers to drafts instead: p50 and p99' },
    'per-detector': { type: 'boolean', help: 'measure what each detector costs instead' },
    history: { type: 'boolean', help: 'measure what a settlement costs the more are known, tenth by tenth of N (500000)' },
    latency: { type: 'boolean', help: 'measure from the event to the client of a running process, through Kafka' },
    rate: { type: 'string', value: 'N', help: 'of that: settlements per second (2000)' },
    seconds: { type: 'string', value: 'S', help: 'of that: how long, after five seconds that do not count (30)' },
    url: { type: 'string', value: 'URL', help: 'of that: the running process (http://127.0.0.1:8080)' },
    'kafka-brokers': { type: 'string', value: 'LIST', help: 'of that: host:port, comma-separated' },
    screens: { type: 'string', value: 'N', help: 'how many drafts (5000)' },
    detectors: { type: 'string', value: 'LIST', help: 'only these detectors' },
  },
  async run(invocation) {
    const { flags, json } = invocation
    const directory = mkdtempSync(join(tmpdir(), 'fundwatch-bench-'))
    try {
      if (flags.history) {
        const config = { ...loadConfig(flags).values, data_dir: join(directory, 'whole') }
        return await tellHistory(config, countFlag(invocation, 'settlements') ?? 500_000, json)
      }
      const rate = countFlag(invocation, 'rate') ?? 2_000
      const duration = countFlag(invocation, 'seconds') ?? 30
      const enough = flags.latency ? Math.ceil(1.1 * rate * (duration + 5)) : 60_000
      const file =
        (flags.file as string | undefined) ?? (await simulated(directory, countFlag(invocation, 'settlements') ?? enough))
      const config = { ...loadConfig(flags).values, data_dir: join(directory, 'whole') }
      if (flags.latency) {
        const url = (flags.url as string | undefined) ?? 'http://127.0.0.1:8080'
        const report = await measureLatency({ ...connectionOf(config), url, file, rate, seconds: duration })
        if (json) printJson(report)
        else printTable([report as unknown as Record<string, unknown>])
        return report.missing === 0 ? 0 : 1
      }
      if (flags.screen) {
        const times = await measureScreens(config, file, countFlag(invocation, 'screens') ?? 5_000)
        if (json) printJson(times)
        else printTable([times as unknown as Record<string, unknown>])
        return 0
      }
      if (flags['per-detector']) {
        const costs = await measureDetectors(file, config.detectors)
        if (json) printJson(costs)
        else printTable(costs as unknown as Record<string, unknown>[])
        return 0
      }
      const rows = await measureSteps(file, directory, config.detectors)
      const pipeline = await openPipeline(config)
      const whole = await replay(pipeline, { files: [file], resume: false, drain: false }, () => {})
      await pipeline.close()
      const { settlements_per_second, fee_lines_per_second, seconds, peak_rss_mb } = whole
      rows.push({ step: 'whole', settlements_per_second, fee_lines_per_second, seconds })
      if (json) printJson({ rows, peak_rss_mb })
      else {
        printTable(rows as unknown as Record<string, unknown>[])
        print(`peak anonymous memory ${peak_rss_mb} MiB`)
      }
      return 0
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  },
}

function connectionOf({ kafka_brokers, kafka_properties, admin_password }: Config) {
  if (kafka_brokers === '') throw new UsageError('--latency needs --kafka-brokers.')
  const properties = kafka_properties ? readProperties(kafka_properties) : {}
  return { brokers: kafka_brokers, properties, password: admin_password }
}

/** A batch has thousands, and two of them are written at once: parts must be of many batches. */
const SHORTEST_HISTORY = 200_000

async function tellHistory(config: Config, settlements: number, json: boolean): Promise<number> {
  if (settlements < SHORTEST_HISTORY)
    throw new UsageError(`--history tells nothing of less than ${SHORTEST_HISTORY} settlements.`)
  const progress = new Progress('events')
  const pipeline = await openPipeline(config)
  try {
    const rows = await measureHistory(pipeline, settlements, (events) => progress.show(events))
    progress.end()
    if (json) printJson(rows)
    else printTable(rows as unknown as Record<string, unknown>[])
    return 0
  } finally {
    await pipeline.close()
  }
}

async function measureScreens(config: Config, file: string, screens: number): Promise<ScreenTimes & { settlements: number }> {
  const pipeline = await openPipeline(config)
  try {
    const { settlements } = await replay(pipeline, { files: [file], resume: false, drain: false }, () => {})
    return { settlements, ...(await timeScreens(pipeline, file, screens)) }
  } finally {
    await pipeline.close()
  }
}

async function simulated(directory: string, settlements: number): Promise<string> {
  const file = join(directory, 'events.ndjson')
  const out = createWriteStream(file)
  await writeSimulation({ settlements, seed: 1 }, out, new Writable({ write: (_chunk, _encoding, done) => done() }))
  out.end()
  await finished(out)
  return file
}

/** Every detector in one shard, over the whole file. */
async function measureDetectors(file: string, list: string): Promise<DetectorCost[]> {
  const watches = new Stopwatches()
  const detectors = selectDetectors(await findDetectors(), list).map((detector) => watches.around(detector))
  const decode = createDecode(Buffer.alloc(32, 1))
  const memory = new InMemory()
  const shard = new Shard(memory, { detectors })
  let settlements = 0
  for await (const chunk of chunksOfLines(readBytes(file), REPLAY_CHUNK)) {
    const outcome = detect(shard, decode(chunk))
    await memory.commit(outcome.changes)
    shard.release(outcome)
    settlements += outcome.settlements
  }
  return watches.costs(settlements)
}

/** Each step alone on one thread, over the same chunks. */
async function measureSteps(file: string, directory: string, list: string): Promise<Row[]> {
  const peak = watchPeak()
  const decode = createDecode(Buffer.alloc(32, 1))
  const memory = new InMemory()
  const shard = new Shard(memory, { detectors: selectDetectors(await findDetectors(), list) })
  const store = openStore({ dataDir: join(directory, 'store') })
  await store.migrate()
  const times = { parse: 0, detect: 0, store: 0 }
  let settlements = 0
  let lines = 0
  let batch = 0
  for await (const chunk of chunksOfLines(readBytes(file), REPLAY_CHUNK)) {
    const decoded = await timed(times, 'parse', async () => decode(chunk))
    const outcome = await timed(times, 'detect', async () => detect(shard, decoded))
    await memory.commit(outcome.changes)
    shard.release(outcome)
    settlements += outcome.settlements
    lines += outcome.feeLines
    batch++
    const origin = { batch, source: file, partition: 0, firstOffset: 0, without: [] }
    const placed = { ...decoded.tables, origin }
    await timed(times, 'store', () => store.writeColumns([placed], { token: String(batch) }))
  }
  await store.close()
  peak.stop()
  return Object.entries(times).map(([step, milliseconds]) => rowOf(step, settlements, lines, milliseconds / 1_000))
}

function detect(shard: Shard, decoded: Decoded) {
  // Voids need their originals from a store, which this step is measured without.
  const arrivals = unpack(decoded.packed).filter(({ kind }) => kind !== 'void')
  const outcome = shard.push({
    arrivals,
    partition: 'local',
    now: Date.now(),
    matchedVoids: new Map(),
    originalOf: () => undefined,
    saysTheSame: () => true,
  })
  return outcome
}

async function timed<T>(times: Record<string, number>, step: string, work: () => Promise<T>): Promise<T> {
  const begun = performance.now()
  const result = await work()
  times[step] = times[step]! + performance.now() - begun
  return result
}

function rowOf(step: string, settlements: number, lines: number, seconds: number): Row {
  return {
    step,
    settlements_per_second: Math.round(settlements / seconds),
    fee_lines_per_second: Math.round(lines / seconds),
    seconds: Number(seconds.toFixed(2)),
  }
}
