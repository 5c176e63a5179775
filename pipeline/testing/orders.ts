import { expect } from 'vitest'
import type { Detector } from '../../detectors/detector.ts'
import { groupBy } from '../../detectors/kit/plain/group-by.ts'
import type { Alert } from '../../schemas/alert.ts'
import { digestOf, isLive } from '../verify/digest.ts'
import { apart, shuffled } from './arrival-orders.ts'
import { type Read, runShard, type ShardRunOptions } from './shard-run.ts'

/** Digests by detector: a difference tells whose it is. */
export type Told = Readonly<Record<string, string>>

function told(alerts: readonly Alert[]): Told {
  const byDetector = [...groupBy(alerts, ({ detector_id }) => detector_id)].sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(byDetector.map(([id, own]) => [id, `${own.length} ${digestOf(own).slice(0, 16)}`]))
}

/** The same events must give the same alerts, in whatever batches, order and crashes they come (contract, "Time and order"). */
export class Orders {
  readonly #detectors: readonly Detector[]
  readonly #lines: readonly string[]

  constructor(detectors: readonly Detector[], lines: readonly string[]) {
    this.#detectors = detectors
    this.#lines = lines
  }

  /** All alerts, and those that hold: which came and went depends on the order of arrival, for everything is judged at once. */
  async tell(lines: readonly string[] | readonly Read[] = this.#lines, options: ShardRunOptions = {}) {
    const { alerts, outcomes } = await runShard(this.#detectors, lines, options)
    const live = [...alerts.values()].filter(isLive)
    expect(outcomes.reduce((sum, { late }) => sum + late, 0)).toBe(0)
    return { all: told(live), open: told(live.filter(({ status }) => status === 'open')) }
  }

  async inBatchesOf(batch: number, crashEvery?: number): Promise<Told> {
    return (await this.tell(this.#lines, { batch, crashEvery })).all
  }

  async shuffled(seed: number): Promise<Told> {
    return (await this.tell(shuffled(this.#lines, seed), { batch: 1000 })).open
  }

  async apart(most: number, seed: number): Promise<Told> {
    return (await this.tell(apart(this.#lines, most, seed), { crashEvery: 11 })).open
  }
}
