import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { KEY } from '../../pipeline/testing/engine-run.ts'
import { REGION_NOW } from '../../pipeline/testing/region-watch.ts'
import { formatInstant } from '../../schemas/time.ts'
import { BIN } from './cli.ts'

export const GROUP = 'workers'

/** A worker finishes what it has begun, and waits for a ClickHouse that is away; then it ends. */
const LONGEST_STOP_MS = 300_000

interface Shared {
  readonly brokers: string
  readonly clickhouse: string
  /** Without slices one process reads it all. */
  readonly command?: 'worker' | 'pipeline'
  /** Settings beside those, as `FUNDWATCH_…`. */
  readonly settings?: Readonly<Record<string, string>>
}

/** Built workers, or pipelines, as processes of their own, each with a disk of its own; one that fails is started again. */
export class WorkerProcesses {
  readonly #settings = mkdtempSync(join(tmpdir(), 'fundwatch-settings-'))
  /** Their disks, each under the worker's name. */
  readonly directory = mkdtempSync(join(tmpdir(), 'fundwatch-workers-'))
  readonly #environment: NodeJS.ProcessEnv
  readonly #command: string
  readonly #running = new Map<string, ChildProcess>()
  /** What they have written to their logs. */
  readonly log: string[] = []

  constructor({ brokers, clickhouse, command = 'worker', settings }: Shared) {
    this.#command = command
    const properties = join(this.#settings, 'kafka.properties')
    // As soon as a broker allows: a dead worker is missed after this time.
    writeFileSync(properties, 'session.timeout.ms=6000\nheartbeat.interval.ms=1000\n')
    this.#environment = {
      ...process.env,
      FUNDWATCH_KAFKA_BROKERS: brokers,
      FUNDWATCH_KAFKA_GROUP: GROUP,
      FUNDWATCH_KAFKA_PROPERTIES: properties,
      FUNDWATCH_CLICKHOUSE_URL: clickhouse,
      FUNDWATCH_NOW: formatInstant(REGION_NOW),
      FUNDWATCH_GUARD_ALERTS: '0',
      FUNDWATCH_GUARD_YUAN: '0',
      FUNDWATCH_DECODE_WORKERS: '0',
      ...settings,
    }
  }

  get names(): string[] {
    return [...this.#running.keys()]
  }

  /**
   * Resolves when the worker answers; which slices it gets, others decide too.
   * @param settings of this one, beside those of all
   */
  async start(name: string, settings: Readonly<Record<string, string>> = {}): Promise<void> {
    const directory = join(this.directory, name)
    mkdirSync(directory, { recursive: true })
    writeFileSync(join(directory, 'identity.key'), KEY)
    const child = spawn(BIN, [this.#command, '--port', '0', '--data-dir', directory, '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...this.#environment, ...settings },
    })
    this.#running.set(name, child)
    child.once('exit', () => {
      if (this.#running.get(name) !== child) return
      this.#running.delete(name)
      // It has ended by itself, and whoever watches over it starts it again.
      this.start(name, settings)
    })
    child.stderr.on('data', (text) => this.log.push(`${new Date().toISOString()} ${name}: ${text}`))
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
  }

  /** Ends the process for good; without a signal of its own, as a crash does. */
  async end(name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#running.get(name)
    if (!child) return
    this.#running.delete(name)
    const exit = once(child, 'exit', { signal: AbortSignal.timeout(LONGEST_STOP_MS) })
    child.kill(signal)
    await exit.catch((cause: Error) => {
      child.kill('SIGKILL')
      throw new Error(`${name} was told to end and did not.`, { cause })
    })
  }

  /** Stands still for a time, and knows nothing of it: others take it for dead. */
  async stall(name: string, milliseconds: number): Promise<void> {
    const child = this.#running.get(name)
    child?.kill('SIGSTOP')
    await sleep(milliseconds)
    child?.kill('SIGCONT')
  }

  /** Whoever gives the name a new disk takes it for another worker. */
  loseDisk(name: string): void {
    rmSync(join(this.directory, name), { recursive: true, force: true })
  }

  /** Tells all of them to stop, and waits until they have. */
  async stop(): Promise<void> {
    await Promise.all(this.names.map((name) => this.end(name, 'SIGTERM')))
  }

  async remove(): Promise<void> {
    await Promise.all(this.names.map((name) => this.end(name)))
    for (const directory of [this.directory, this.#settings]) rmSync(directory, { recursive: true, force: true })
  }
}
