import { setTimeout as sleep } from 'node:timers/promises'
import { Random } from '../../pipeline/simulate/random.ts'
import type { Faults } from '../../pipeline/testing/faults.ts'
import type { LocalKafka } from '../kafka/kafka.ts'
import type { WorkerProcesses } from './worker-processes.ts'

/** Longer than a broker waits for a worker's sign of life. */
const STALL_MS = 9_000
const LONGEST_OUTAGE_MS = 30_000
const BROKER_AWAY_MS = 5_000

export interface Disturbed {
  readonly workers: WorkerProcesses
  readonly clickhouse: Faults
  readonly kafka: LocalKafka
  /** Numbers of workers that there may be. */
  readonly least: number
  readonly most: number
}

type Fault = (disturbed: Disturbed, random: Random) => Promise<void>

/** What may go wrong with a region at work, by its name. */
const FAULTS: Readonly<Record<string, Fault>> = {
  'a worker is killed and comes back': async ({ workers }, random) => {
    const name = random.pick(workers.names)
    await workers.end(name)
    await sleep(random.between(0, 3_000))
    await workers.start(name)
  },
  'a worker is killed and its disk is lost': async ({ workers }, random) => {
    const name = random.pick(workers.names)
    await workers.end(name)
    workers.loseDisk(name)
    await workers.start(name)
  },
  'a worker is told to stop and is started again': async ({ workers }, random) => {
    const name = random.pick(workers.names)
    await workers.end(name, 'SIGTERM')
    await workers.start(name)
  },
  'a worker stands still until others take it for dead': ({ workers }, random) => {
    return workers.stall(random.pick(workers.names), STALL_MS)
  },
  'ClickHouse is away': async ({ clickhouse }, random) => {
    const end = clickhouse.outage()
    await sleep(random.between(1_000, LONGEST_OUTAGE_MS))
    end()
  },
  'a broker is killed and comes back': ({ kafka }, random) => {
    return kafka.crash(random.below(kafka.nodes.length), random.between(0, BROKER_AWAY_MS))
  },
  'ClickHouse stores and answers with an error': async ({ clickhouse }) => {
    clickhouse.next({ kind: 'error-after-store', match: /^INSERT/ })
  },
  'a worker joins, or leaves': async ({ workers, least, most }, random) => {
    const { names } = workers
    const joins = names.length <= least || (names.length < most && random.below(2) === 0)
    if (joins) await workers.start(`worker-${random.below(1_000_000)}`)
    else await workers.end(random.pick(names), 'SIGTERM')
  },
}

/**
 * Does so many faults one after the other, each when a further share of the work is done. Each kind comes once before any comes
 * again, in an order that the seed decides. Answers what was done.
 */
export async function disturb(
  disturbed: Disturbed,
  count: number,
  seed: number,
  whenDone: (share: number) => Promise<void>,
  tell: (text: string) => void,
): Promise<string[]> {
  const random = new Random(`faults ${seed}`)
  const done: string[] = []
  let waiting: string[] = []
  for (let i = 0; i < count; i++) {
    await whenDone(i / (count + 1))
    if (waiting.length === 0) waiting = Object.keys(FAULTS)
    const name = random.pick(waiting)
    waiting = waiting.filter((other) => other !== name)
    tell(`${i + 1} of ${count}: ${name}`)
    await FAULTS[name]!(disturbed, random)
    done.push(name)
  }
  return done
}
