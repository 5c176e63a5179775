import type { Command, Invocation } from '../command.ts'
import { openLog } from '../log.ts'
import { firstSignIn, print, printJson } from '../output.ts'
import { startDashboard } from '../services/dashboard.ts'
import { type Running, start } from '../services/start.ts'
import { startWorker } from '../services/worker.ts'
import { type LoadedConfig, loadConfig } from '../settings/config.ts'

/** The services of a scaled-out installation: one pipeline or several workers, and dashboards. */

const FLAGS = {
  port: { type: 'string', value: 'N', help: 'port of its API (8080)' },
  host: { type: 'string', value: 'ADDRESS', help: 'address to bind to (127.0.0.1)' },
} as const

export const pipeline: Command = {
  usage: '[--port 8080] [--host 127.0.0.1]',
  summary: 'Reads Kafka (or another source that is configured), judges and stores; answers events, drafts and metrics.',
  flags: FLAGS,
  run: (invocation) =>
    serve(invocation, ({ values, sources }) => start(sources.source === 'default' ? { ...values, source: 'kafka' } : values)),
}

export const worker: Command = {
  usage: '[--port 8080] [--host 127.0.0.1] [--worker-id NAME]',
  summary: 'One of several processes that share the slices of a region: reads its part of Kafka, judges and stores.',
  flags: {
    ...FLAGS,
    port: { type: 'string', value: 'N', help: 'port of its metrics and probes (8080)' },
    'worker-id': { type: 'string', value: 'NAME', help: 'a worker that comes back soon under this name gets its slices back' },
  },
  run: (invocation) => serve(invocation, ({ values }) => startWorker(values)),
}

export const dashboard: Command = {
  usage: '[--port 8080] [--host 127.0.0.1]',
  summary: 'Shows what the pipeline writes into ClickHouse: API, socket and page.',
  flags: FLAGS,
  run: (invocation) => serve(invocation, ({ values }) => startDashboard(values)),
}

type Serving = Pick<Running, 'url' | 'ended'> & Partial<Running>

async function serve({ flags, json }: Invocation, begin: (config: LoadedConfig) => Promise<Serving>): Promise<number> {
  const config = loadConfig(flags)
  openLog(config.values)
  const { url, firstPassword, ended } = await begin(config)
  if (json) printJson({ url, first_password: firstPassword })
  else {
    print(`fundwatch is running: ${url}`)
    if (firstPassword) print(firstSignIn(firstPassword))
  }
  return ended
}
