import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Health } from '../../../dashboard/server/ports.ts'
import { createDashboard } from '../../../dashboard/server/server.ts'
import { openStore } from '../../../pipeline/store/store.ts'
import { FundwatchError } from '../../../schemas/errors.ts'
import { requireFreePort } from '../claim/free-port.ts'
import type { Config } from '../settings/config.ts'
import { referenceDoor } from '../work/reference-topic.ts'
import { storeOptions } from './pipeline.ts'
import { type PolledFeed, pollFeed } from './polled-feed.ts'
import { remotePipeline } from './remote.ts'
import { type Running, settingsOf, WEB_ROOTS } from './start.ts'
import { workflowOf } from './workflow.ts'

/** Starts a dashboard apart from the pipeline: it reads the store that the pipeline writes, and judges nothing itself. */
export async function startDashboard(config: Config): Promise<Running> {
  if (!config.clickhouse_url) {
    throw new FundwatchError('CONFIG_INVALID', 'A dashboard of its own reads a ClickHouse server: clickhouse_url is not set.')
  }
  await requireFreePort(config)
  const directory = resolve(config.data_dir)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const store = openStore(storeOptions(config, directory))
  await store.migrate()
  const feed = await pollFeed(store)
  const workflow = workflowOf(config, directory)
  const { access, firstPassword } = await workflow.access()
  const people = {
    access,
    oidc: workflow.oidc(),
    database: await workflow.database(),
    settings: settingsOf(config),
    shared: config.postgres_url !== '',
  }
  const metrics = new Registry()
  collectDefaultMetrics({ register: metrics })
  const remote = remotePipeline({ url: config.pipeline_url, token: config.pipeline_token })
  const reference = referenceDoor(config)
  const ports = { records: store, feed, ...remote, ...(reference && { reference }), ...people, health: healthOf(feed), metrics }
  const logger = { level: config.log_level === 'info' ? 'warn' : config.log_level }
  const app = await createDashboard(ports, { webRoots: WEB_ROOTS.map((url) => fileURLToPath(url)), logger })
  const url = await app.listen({ host: config.host, port: config.port })
  const ended = signalled().finally(async () => {
    feed.close()
    await app.close()
    await reference?.close()
    await workflow.close()
    await store.close()
  })
  return { url, firstPassword, ended }
}

function healthOf(feed: PolledFeed): Health {
  return {
    readiness() {
      const { failure } = feed
      return { ready: failure === undefined, checks: { store: failure ? failure.message : 'answers' } }
    },
  }
}

function signalled(): Promise<number> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done(0))
  })
}
