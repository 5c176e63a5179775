import type { Command } from '../command.ts'
import { openLog } from '../log.ts'
import { firstSignIn, print, printJson } from '../output.ts'
import { start as startAll } from '../services/start.ts'
import { loadConfig } from '../settings/config.ts'

export const start: Command = {
  usage: '[--port 8080] [--host 127.0.0.1] [--source simulator|none|kafka|FILE]',
  summary: 'Everything in one process: source, detectors, storage, API and dashboard.',
  flags: {
    port: { type: 'string', value: 'N', help: 'port of the dashboard (8080)' },
    host: { type: 'string', value: 'ADDRESS', help: 'address to bind to (127.0.0.1)' },
    source: { type: 'string', value: 'SOURCE', help: 'simulator, none, kafka or a file' },
    rate: { type: 'string', value: 'N', help: 'events per second of the simulator (20)' },
    'kafka-brokers': { type: 'string', value: 'LIST', help: 'host:port, comma-separated' },
    detectors: { type: 'string', value: 'LIST', help: 'only these detectors' },
  },
  async run({ flags, json }) {
    const { values } = loadConfig(flags)
    openLog(values)
    const running = await startAll(values)
    if (json) printJson({ url: running.url, first_password: running.firstPassword })
    else {
      print(`fundwatch is running: ${running.url}`)
      if (running.firstPassword) print(firstSignIn(running.firstPassword))
      print('Stop it with Ctrl+C.')
    }
    return running.ended
  },
}
