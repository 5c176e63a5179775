import type { Command, Invocation } from '../command.ts'
import { type LoadedConfig, loadConfig } from '../config.ts'
import { startDashboard } from '../dashboard.ts'
import { print, printJson } from '../output.ts'
import { type Running, start } from '../start.ts'

/** The two services of a scaled-out installation. */

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

export const dashboard: Command = {
  usage: '[--port 8080] [--host 127.0.0.1]',
  summary: 'Shows what the pipeline writes into ClickHouse: API, socket and page.',
  flags: FLAGS,
  run: (invocation) => serve(invocation, ({ values }) => startDashboard(values)),
}

async function serve({ flags, json }: Invocation, begin: (config: LoadedConfig) => Promise<Running>): Promise<number> {
  const { url, firstPassword, ended } = await begin(loadConfig(flags))
  if (json) printJson({ url, first_password: firstPassword })
  else {
    print(`fundwatch is running: ${url}`)
    if (firstPassword) print(`Sign in as admin with ${firstPassword} (shown once)`)
  }
  return ended
}
