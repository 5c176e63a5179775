import { setTimeout as sleep } from 'node:timers/promises'
import type { Instant } from '../../schemas/time.ts'
import type { Slice } from './slice.ts'

export interface CheckpointingOptions {
  /** Those that are at work here. */
  readonly slices: () => readonly Pick<Slice, 'checkpoint' | 'keptAt'>[]
  /** Milliseconds between two checkpoints of one slice. */
  readonly every: number
  /** One could not be made; it is tried again when the next is due. */
  readonly onTrouble: (error: Error) => void
}

/** How often to look for what is due, milliseconds. */
const LOOK = 1_000
/** Copies take no larger share of the time than one in so many, however large memory has become and however many slices. */
const SHARE = 4

/** Copies the memory of one slice after the other into the store, each as often as is wished, and never two at once. */
export class Checkpointing {
  readonly #options: CheckpointingOptions
  readonly #stop = new AbortController()
  readonly #ended: Promise<void>
  /** When each was last tried. */
  readonly #triedAt = new WeakMap<object, Instant>()

  constructor(options: CheckpointingOptions) {
    this.#options = options
    this.#ended = this.#run()
  }

  /** Resolves when nothing is copied any more; what was begun is given up. */
  stop(): Promise<void> {
    this.#stop.abort()
    return this.#ended
  }

  async #run(): Promise<void> {
    const { every, slices, onTrouble } = this.#options
    const { signal } = this.#stop
    const pause = (milliseconds: number) => sleep(milliseconds, undefined, { signal }).catch(() => {})
    while (!signal.aborted) {
      await pause(Math.min(LOOK, every))
      const [slice] = [...slices()].sort((a, b) => this.#lastOf(a) - this.#lastOf(b))
      const begun = Date.now()
      if (signal.aborted || !slice || begun - this.#lastOf(slice) < every) continue
      await slice.checkpoint(signal).catch((error) => signal.aborted || onTrouble(error))
      this.#triedAt.set(slice, Date.now())
      await pause((SHARE - 1) * (Date.now() - begun))
    }
  }

  /** Whoever had the slice before may have copied it a moment ago. */
  #lastOf(slice: Pick<Slice, 'keptAt'>): Instant {
    return Math.max(slice.keptAt ?? 0, this.#triedAt.get(slice) ?? 0)
  }
}
