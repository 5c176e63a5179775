import { mkdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Detector } from '../../detectors/detector.ts'
import type { Instant } from '../../schemas/time.ts'
import type { Decoder } from '../engine/decoder.ts'
import type { KeyValue } from '../memory/key-value.ts'
import { Lmdb } from '../memory/lmdb.ts'
import { Hearing, type HearingOptions } from '../rebuild/hearing.ts'
import { adopt, speakers } from '../rebuild/warm-up.ts'
import { hearerName } from '../shard/beginnings.ts'
import { BATCHES, ownerOf } from '../shard/slices.ts'
import type { Store } from '../store/store.ts'
import { type Batches, recordedBatches, regionHistoryOf } from './region-history.ts'

export interface WarmthOptions extends Omit<HearingOptions, 'memory' | 'decoder' | 'history_from'> {
  /** Holds what is heard for as long as it is needed. */
  readonly file: string
  /** Makes no columns. */
  readonly makeDecoder: () => Decoder
  /** How many events these have heard, of all that there are. */
  readonly onProgress?: (fresh: readonly Detector[], events: number, of: number) => void
}

/** How soon one that waits notices that it is not wanted any more, milliseconds. */
const PAUSE = 250

/** A slice whose detectors have missed something. */
export interface Cold {
  readonly memory: KeyValue
  readonly index: number
  readonly count: number
  readonly fresh: readonly Detector[]
  /** Up to where verdicts were given there. */
  readonly verdicts: Instant
  readonly historyFrom: Instant | undefined
  readonly isWanted: () => boolean
}

/** What was heard for some detectors. */
interface Heard {
  readonly names: string
  readonly memory: Lmdb
  readonly decoder: Decoder
  readonly hearing: Hearing
  readonly upto: number[]
}

/**
 * Lets detectors that are new to slices hear the history of the whole region: what a slice remembers follows from the events of
 * all of them. It is heard once for all slices that a worker opens one after the other, and each takes what is its own.
 */
export class Warmth {
  readonly #options: WarmthOptions
  #heard: Heard | undefined
  #busy: Promise<unknown> | undefined

  constructor(options: WarmthOptions) {
    this.#options = options
    this.#removeFile()
  }

  /**
   * Makes what these detectors remember here what they would remember that had always run; what they would have raised is
   * left out. It may be cut off, and done again.
   *
   * @returns the last batch of each slice that they know now; nothing where the slice was not wanted any more
   * @throws FundwatchError HISTORY_INCOMPLETE, HISTORY_UNREADABLE
   */
  async warm(cold: Cold): Promise<Batches | undefined> {
    // Who waits for its turn may be taken away meanwhile.
    while (this.#busy) {
      if (!cold.isWanted()) return undefined
      await Promise.race([this.#busy, new Promise((done) => setTimeout(done, PAUSE))])
    }
    return this.#alone(async () => {
      try {
        return await this.#warm(cold)
      } catch (error) {
        // Nobody knows how much of it was heard.
        await this.#forget()
        throw error
      }
    })
  }

  /** Nobody is being opened: what was heard is given up. */
  async close(): Promise<void> {
    while (this.#busy) await this.#busy
    await this.#alone(() => this.#forget())
  }

  async #warm({ memory, index, count, fresh, verdicts, historyFrom, isWanted }: Cold): Promise<Batches | undefined> {
    const { store, detectors, onProgress } = this.#options
    const names = fresh.map(hearerName).join()
    if (this.#heard?.names !== names) await this.#forget()
    this.#heard ??= this.#begin(names, speakers(fresh, detectors), count, historyFrom)
    const { hearing, upto, memory: scratch } = this.#heard
    const until = await recordedBatches(store, count)
    const of = await eventsIn(store)
    await hearing.hear(regionHistoryOf(store, { after: [...upto], until, verdicts }), ({ batches }) => {
      const last = batches.at(-1)!.batch
      if (last > 0) upto[Math.floor(last / BATCHES)] = last
      onProgress?.(fresh, hearing.events, of)
      return isWanted()
    })
    if (!isWanted()) return undefined
    await adopt({ memory, scratch, fresh, isOurs: (space, root) => ownerOf(space, root, count) === index })
    return until
  }

  #begin(names: string, detectors: readonly Detector[], count: number, history_from: Instant | undefined): Heard {
    const { file, makeDecoder, ...options } = this.#options
    this.#removeFile()
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    const [memory, decoder] = [new Lmdb(file), makeDecoder()]
    const hearing = new Hearing({ ...options, detectors, memory, decoder, history_from })
    return { names, memory, decoder, hearing, upto: Array.from({ length: count }, (_, slice) => slice * BATCHES) }
  }

  async #forget(): Promise<void> {
    const heard = this.#heard
    this.#heard = undefined
    await heard?.decoder.close()
    await heard?.memory.close()
    this.#removeFile()
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = work().finally(() => {
      this.#busy = undefined
    })
    this.#busy = done.catch(() => {})
    return done
  }

  #removeFile(): void {
    for (const file of [this.#options.file, `${this.#options.file}-lock`]) rmSync(file, { force: true })
  }
}

async function eventsIn(store: Store): Promise<number> {
  const [row] = await store.query<{ n: number }>('SELECT toFloat64(sum(stored)) AS n FROM batch')
  return row!.n
}
