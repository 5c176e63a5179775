import { setTimeout as sleep } from 'node:timers/promises'
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
/** A copy takes no larger share of the time than one in so many, however large memory has become. */
const SHARE = 10

/** Copies the memory of one slice after the other into the store, each as often as is wished, and never two at once. */
export class Checkpointing {
  readonly #options: CheckpointingOptions
  readonly #stop = new AbortController()
  readonly #ended: Promise<void>
  /** When each is to be tried again at the earliest. */
  readonly #notBefore = new WeakMap<object, number>()

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
    while (!signal.aborted) {
      await sleep(Math.min(LOOK, every), undefined, { signal }).catch(() => {})
      for (const slice of slices()) {
        if (signal.aborted || !this.#isDue(slice)) continue
        const begun = Date.now()
        await slice.checkpoint(signal).catch((error) => signal.aborted || onTrouble(error))
        this.#notBefore.set(slice, Date.now() + Math.max(every, SHARE * (Date.now() - begun)))
      }
    }
  }

  /** Whoever had the slice before may have copied it a moment ago. */
  #isDue(slice: Pick<Slice, 'keptAt'>): boolean {
    const now = Date.now()
    return now >= (this.#notBefore.get(slice) ?? 0) && now - (slice.keptAt ?? 0) >= this.#options.every
  }
}
