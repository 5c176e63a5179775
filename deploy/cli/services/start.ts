import { accessSync, constants } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Registry } from 'prom-client'
import { createDashboard } from '../../../dashboard/server/server.ts'
import type { WorkflowSettings } from '../../../dashboard/server/workflow/settings.ts'
import { findDetectors, silentOnes } from '../../../pipeline/catalogue.ts'
import { publishCatalogue } from '../../../pipeline/published.ts'
import { KafkaFeeds } from '../../../pipeline/sink/kafka-feeds.ts'
import { KafkaSource, TOPICS } from '../../../pipeline/source/kafka.ts'
import { isOfKafka } from '../../../pipeline/source/kafka-range.ts'
import { runLiveSimulation } from '../../../pipeline/source/live-simulation.ts'
import { replayFile } from '../../../pipeline/source/replay.ts'
import { FundwatchError } from '../../../schemas/errors.ts'
import { serveControl } from '../claim/control.ts'
import { requireFreePort } from '../claim/free-port.ts'
import { log, logFailure } from '../log.ts'
import type { Config } from '../settings/config.ts'
import { readProperties } from '../settings/kafka-properties.ts'
import { tellGuarded, tellTrouble } from '../tell.ts'
import { referenceDoor } from '../work/reference-topic.ts'
import { describeRestored } from '../work/restore.ts'
import { watchEngines, watchLag } from './metrics.ts'
import { openPipeline, type Pipeline } from './pipeline.ts'
import { feedOf, healthOf, ingestInto, type Loop, screenOn } from './ports.ts'
import { WaitingRoom } from './waiting-room.ts'

export interface Running {
  readonly url: string
  readonly firstPassword: string | undefined
  /** Resolves with the exit code when the process has been told to stop, or has failed. */
  readonly ended: Promise<number>
}

/** The built-in demonstration: so many settlements, the first events at once and the others at the configured rate. */
const DEMONSTRATION = { settlements: 40_000, headStart: 8_000 }
export const WEB_ROOTS = [new URL('../../../dashboard/web/', import.meta.url)]

/** Starts the whole product in this process. */
export async function start(config: Config): Promise<Running> {
  const resuming = (source: string) => config.source === 'kafka' && isOfKafka(source)
  requireSource(config)
  await requireFreePort(config)
  const pipeline = await openRestored(config, resuming)
  pipeline.engine.onReceipt(({ guarded }) => guarded.forEach(tellGuarded))
  const metrics = new Registry()
  watchEngines(metrics, () => [pipeline.engine])(pipeline.engine)
  await publishCatalogue(pipeline.store, pipeline.detectors, silentOnes(await findDetectors(), config.shadow))
  const reference = config.source === 'kafka' ? referenceDoor(config) : undefined
  const feed = await feedOf(pipeline)
  const { access, firstPassword } = await pipeline.workflow.access()
  const loops = new Map<string, Loop>([['engine', pipeline.engine]])
  const ports = {
    records: pipeline.store,
    feed,
    ingest: ingestInto(pipeline),
    ...(reference && { reference }),
    screen: screenOn(pipeline),
    access,
    oidc: pipeline.workflow.oidc(),
    database: await pipeline.workflow.database(),
    settings: settingsOf(config),
    shared: config.postgres_url !== '',
    health: healthOf(pipeline, loops),
    metrics,
  }
  const logger = { level: config.log_level === 'info' ? 'warn' : config.log_level }
  const app = await createDashboard(ports, { webRoots: WEB_ROOTS.map((url) => fileURLToPath(url)), logger })
  const url = await app.listen({ host: config.host, port: config.port })
  const control = await serveControl(pipeline)
  const stopped = new AbortController()
  const feeds = config.kafka_brokers ? await feedKafka(pipeline) : undefined
  const ended = run(pipeline, { metrics, loops }, stopped).finally(async () => {
    control.close()
    await app.close()
    await pipeline.engine.drain().catch(() => {})
    await feeds?.close()
    await reference?.close()
    await pipeline.close()
  })
  return { url, firstPassword, ended }
}

/** Before anything is begun: a first password that was told by a start that then fails is lost. */
function requireSource({ source, kafka_brokers }: Config): void {
  if (source === 'none' || source === 'simulator' || source === '-') return
  if (source !== 'kafka') accessSync(source, constants.R_OK)
  else if (!kafka_brokers) throw new FundwatchError('CONFIG_INVALID', 'The source is kafka, but kafka_brokers is not set.')
}

/** Opens the pipeline; whoever asks meanwhile is told how far its memory is. */
async function openRestored(config: Config, resuming: (source: string) => boolean): Promise<Pipeline> {
  const room = new WaitingRoom(config)
  try {
    const restoring = { rebuilds: true, warmsUp: config.warm_up !== 'off', raisesShadow: config.warm_up === 'shadow' }
    const onProgress = room.tell.bind(room)
    const pipeline = await openPipeline(config, resuming, true, { ...restoring, onProgress })
    for (const told of pipeline.restored) log('info', describeRestored(told), { code: 'RESTORED' })
    return pipeline
  } finally {
    await room.close()
  }
}

/** Where there is a Kafka, alerts and dead letters are told there, too. */
async function feedKafka({ config, store, engine }: Pipeline): Promise<KafkaFeeds> {
  const { kafka_brokers: brokers, kafka_group: group } = config
  const properties = kafkaPropertiesOf(config)
  const feeds = await KafkaFeeds.open(store, { brokers, group, properties, onTrouble: tellTrouble })
  engine.onReceipt(() => feeds.wake())
  feeds.wake()
  return feeds
}

export function kafkaPropertiesOf({ kafka_properties }: Config): Readonly<Record<string, string>> {
  return kafka_properties ? readProperties(kafka_properties) : {}
}

export function settingsOf({ criminal_threshold, auto_refuse }: Config): Partial<WorkflowSettings> {
  return { criminalThreshold: criminal_threshold * 100, autoRefuse: auto_refuse.split(',').filter(Boolean) }
}

/** What operators look at. */
interface Watched {
  readonly metrics: Registry
  readonly loops: Map<string, Loop>
}

/** Runs the source until a signal or a failure; without a source, until a signal. */
async function run(pipeline: Pipeline, watched: Watched, stopped: AbortController): Promise<number> {
  const signalled = new Promise<number>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done(0))
  })
  const failed = runSource(pipeline, watched, stopped.signal).then(
    () => signalled,
    (error) => {
      logFailure(error)
      return 1
    },
  )
  const code = await Promise.race([signalled, failed])
  stopped.abort()
  return code
}

async function runSource(pipeline: Pipeline, { metrics, loops }: Watched, signal: AbortSignal): Promise<void> {
  const { config, engine, memory } = pipeline
  if (config.source === 'none') return
  if (config.source === 'simulator') {
    return runLiveSimulation(engine, memory, { ...DEMONSTRATION, rate: config.rate, now: Date.now(), signal })
  }
  if (config.source === 'kafka') {
    const source = new KafkaSource(engine, {
      ...TOPICS,
      brokers: config.kafka_brokers,
      group: config.kafka_group,
      batch: config.batch_lines,
      properties: kafkaPropertiesOf(config),
    })
    watchLag(() => [source], metrics)
    loops.set('kafka', source)
    signal.addEventListener('abort', () => source.stop())
    await source.run()
    return
  }
  await replayFile(config.source, engine, memory, { resume: true })
}
