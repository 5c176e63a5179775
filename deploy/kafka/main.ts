import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { kafkaFolder } from './jars.ts'
import { startKafka } from './kafka.ts'
import { endProcesses, isBroker } from './processes.ts'

const USAGE = `A real Apache Kafka for development, on the loopback address.

  npm run kafka:start -- [--port 9092] [--nodes 1|3] [--dir FOLDER]
  npm run kafka:stop

Data stays in FOLDER (.kafka/data).`

const stateFile = join(kafkaFolder, 'running.json')
const STOP_GRACE_MS = 10_000

interface State {
  readonly brokers: string
  readonly pids: readonly number[]
}

/** What `kafka:start` noted, with the brokers that still run; undefined where none does. */
async function running(): Promise<State | undefined> {
  const noted = await readFile(stateFile, 'utf8').catch(() => undefined)
  if (noted === undefined) return undefined
  const { brokers, pids } = JSON.parse(noted) as State
  const alive = pids.filter(isBroker)
  return alive.length > 0 ? { brokers, pids: alive } : undefined
}

async function start(port: number, nodes: 1 | 3, dir: string): Promise<number> {
  const already = await running()
  if (already) {
    console.error(`Kafka already runs at ${already.brokers}; stop it with: npm run kafka:stop`)
    return 1
  }
  const kafka = await startKafka({ port, nodes, dir, detached: true })
  const state: State = { brokers: kafka.brokers, pids: kafka.nodes.map(({ pid }) => pid) }
  await mkdir(kafkaFolder, { recursive: true })
  await writeFile(stateFile, `${JSON.stringify(state)}\n`)
  console.log(`Kafka is ready at ${kafka.brokers} (data in ${dir})`)
  return 0
}

async function stop(): Promise<number> {
  const state = await running()
  if (state) await endProcesses(state.pids, STOP_GRACE_MS)
  await rm(stateFile, { force: true })
  console.log(state ? `Kafka at ${state.brokers} is stopped.` : 'No Kafka of kafka:start is running.')
  return 0
}

interface Arguments {
  readonly command: 'start' | 'stop' | 'help'
  readonly port: number
  readonly nodes: 1 | 3
  readonly dir: string
}

function readArguments(): Arguments {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      port: { type: 'string', default: '9092' },
      nodes: { type: 'string', default: '1' },
      dir: { type: 'string', default: join(kafkaFolder, 'data') },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const port = Number(values.port)
  const nodes = Number(values.nodes)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new TypeError(`--port takes a number from 1 to 65535, not '${values.port}'`)
  if (nodes !== 1 && nodes !== 3) throw new TypeError(`--nodes takes 1 or 3, not '${values.nodes}'`)
  const command = values.help ? 'help' : positionals[0]
  if (command !== 'start' && command !== 'stop' && command !== 'help') throw new TypeError('say start or stop')
  return { command, port, nodes, dir: values.dir }
}

async function main(): Promise<number> {
  let given: Arguments
  try {
    given = readArguments()
  } catch (cause) {
    console.error(`${(cause as Error).message}\n\n${USAGE}`)
    return 2
  }
  if (given.command === 'start') return start(given.port, given.nodes, given.dir)
  if (given.command === 'stop') return stop()
  console.log(USAGE)
  return 0
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (cause: Error) => {
    console.error(cause.message)
    process.exitCode = 1
  },
)
