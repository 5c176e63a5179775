import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { kafkaClassPath } from './jars.ts'
import { findJava } from './java.ts'
import { KafkaError } from './kafka-error.ts'
import { liveBrokers } from './live-brokers.ts'
import { freePorts, LOOPBACK, requireFreePort } from './ports.ts'
import { endProcesses, signal } from './processes.ts'
import { type NodeAddress, SCRAM, type Secured, serverProperties } from './server-properties.ts'

const run = promisify(execFile)

/** Above the 16 MiB of the longest event, so that a line that is too long reaches the pipeline and gets its dead letter there. */
const MESSAGE_MAX_BYTES = 20 * 1024 * 1024
/** Any 16 bytes in base64: a folder started again keeps its cluster. */
const CLUSTER_ID = 'ZnVuZHdhdGNoLWthZmthIQ'
const JVM_OPTIONS = ['-Xms64m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dlog4j2.level=WARN']
const READY_WITHIN_MS = 180_000
const POLL_MS = 50
const STOP_GRACE_MS = 10_000

export interface KafkaOptions {
  /** Three are a cluster with replication and a quorum of controllers. */
  readonly nodes?: 1 | 3
  /** Port of the first broker, the further ones follow it; without it, free ones. */
  readonly port?: number
  /** Data and logs live here and stay; without it, in a temporary folder that `stop` removes. */
  readonly dir?: string
  readonly messageMaxBytes?: number
  /** The brokers live on when this process ends. */
  readonly detached?: boolean
  /** The brokers listen with TLS and SASL, too. */
  readonly secured?: Secured
}

export interface LocalKafka {
  /** For `bootstrap.servers`: "127.0.0.1:9092", with commas between several. */
  readonly brokers: string
  /** The same for clients that prove themselves; empty where nobody has to. */
  readonly securedBrokers: string
  readonly nodes: readonly { readonly broker: string; readonly pid: number }[]
  /** Kills a broker, and starts it again on its disk after a time; resolves when it is one of the cluster again. */
  crash(node: number, awayMs: number): Promise<void>
  stop(): Promise<void>
}

interface Installation {
  readonly java: string
  readonly classPath: string
}

interface RunningNode extends NodeAddress {
  readonly child: ChildProcess
  readonly log: string
}

/**
 * A real Apache Kafka on the loopback address, in KRaft mode, ready for use when the promise resolves. Needs Java 17, and
 * Maven the first time. Throws a KafkaError, and leaves nothing behind then.
 */
export async function startKafka(options: KafkaOptions = {}): Promise<LocalKafka> {
  const installation = { java: await findJava(), classPath: await kafkaClassPath() }
  const cluster = await addresses(options.nodes ?? 1, options.port, options.secured !== undefined)
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'fundwatch-kafka-')))
  const removeDir = async () => {
    if (!options.dir) await rm(dir, { recursive: true, force: true })
  }

  const started: RunningNode[] = []
  const pids = () => started.flatMap(({ child }) => child.pid ?? [])
  const endWithUs = () => signal(pids(), 'SIGKILL')
  if (!options.detached) process.once('exit', endWithUs)
  const stop = async (graceMs: number) => {
    await endProcesses(pids(), graceMs)
    process.off('exit', endWithUs)
    await removeDir()
  }

  const files: NodeFiles[] = []
  const spawnAgain = (index: number) => spawnNode(installation, cluster[index]!, files[index]!, options.detached ?? false)
  try {
    files.push(...(await Promise.all(cluster.map((node) => configure(installation, node, cluster, dir, options)))))
    for (const index of cluster.keys()) started.push(spawnAgain(index))
    await allReady(started)
  } catch (cause) {
    await stop(0)
    throw cause
  }

  const nodes = started.map(({ brokerPort, child }) => ({ broker: `${LOOPBACK}:${brokerPort}`, pid: child.pid! }))
  return {
    brokers: nodes.map(({ broker }) => broker).join(','),
    securedBrokers: cluster.flatMap(({ securePort }) => (securePort ? `${LOOPBACK}:${securePort}` : [])).join(','),
    nodes,
    async crash(node, awayMs) {
      await endProcesses([started[node]!.child.pid!], 0)
      await sleep(awayMs)
      started[node] = spawnAgain(node)
      await allReady(started)
    },
    stop: () => stop(options.dir ? STOP_GRACE_MS : 0),
  }
}

async function addresses(count: number, firstPort: number | undefined, isSecured: boolean): Promise<NodeAddress[]> {
  const ids = Array.from({ length: count }, (_, index) => index + 1)
  const wanted = firstPort === undefined ? [] : ids.map((id) => firstPort + id - 1)
  await Promise.all(wanted.map(requireFreePort))
  const free = await freePorts((isSecured ? 3 : 2) * count)
  return ids.map((id, index) => ({
    ...{ id, brokerPort: wanted[index] ?? free[count + index]!, controllerPort: free[index]! },
    ...(isSecured && { securePort: free[2 * count + index]! }),
  }))
}

interface NodeFiles {
  readonly properties: string
  readonly log: string
}

async function configure(
  { java, classPath }: Installation,
  node: NodeAddress,
  cluster: readonly NodeAddress[],
  dir: string,
  { messageMaxBytes = MESSAGE_MAX_BYTES, secured }: KafkaOptions,
): Promise<NodeFiles> {
  const home = join(dir, `node-${node.id}`)
  // A second broker that finds the folder taken says so in a log of its own, and not among the lines of the first.
  const files = { properties: join(home, 'server.properties'), log: join(home, `kafka-${node.brokerPort}.log`) }
  await mkdir(home, { recursive: true })
  await writeFile(files.properties, serverProperties({ node, cluster, logDir: join(home, 'data'), messageMaxBytes, secured }))
  const user = secured && ['--add-scram', `${SCRAM}=[name=${secured.username},password=${secured.password}]`]
  const format = [
    'kafka.tools.StorageTool',
    'format',
    '--ignore-formatted',
    '-t',
    CLUSTER_ID,
    '-c',
    files.properties,
    ...(user ?? []),
  ]
  await run(java, [...JVM_OPTIONS, '-cp', classPath, ...format]).catch((cause: Error & { stderr?: string }) => {
    throw new KafkaError('FORMAT_FAILED', `Kafka's storage tool refused ${home}:\n${cause.stderr?.trim() || cause.message}`)
  })
  return files
}

function spawnNode({ java, classPath }: Installation, node: NodeAddress, files: NodeFiles, detached: boolean): RunningNode {
  const log = openSync(files.log, 'a')
  const child = spawn(java, [...JVM_OPTIONS, '-cp', classPath, 'kafka.Kafka', files.properties], {
    detached,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  if (detached) child.unref()
  return { ...node, child, log: files.log }
}

async function allReady(nodes: readonly RunningNode[]): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS
  for (const node of nodes) {
    while ((await liveBrokers(node.brokerPort)) < nodes.length) {
      const ended = nodes.find(({ child }) => child.exitCode !== null || child.signalCode !== null)
      if (ended)
        throw new KafkaError('BROKER_EXITED', `Kafka node ${ended.id} ended while it started:\n${await lastLines(ended.log)}`)
      if (Date.now() > deadline) throw notReady(node, await lastLines(node.log))
      await sleep(POLL_MS)
    }
  }
}

function notReady({ id, brokerPort }: RunningNode, log: string): KafkaError {
  return new KafkaError(
    'BROKER_NOT_READY',
    `Kafka node ${id} did not join on port ${brokerPort} in ${READY_WITHIN_MS / 1000} s:\n${log}`,
  )
}

/** The end of a log without the frames of stack traces, which would push the reason out of sight. */
async function lastLines(file: string): Promise<string> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '' && !line.startsWith('\tat '))
  return lines.slice(-15).join('\n')
}
