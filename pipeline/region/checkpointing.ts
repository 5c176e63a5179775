import { setTimeout as sleep } from 'node:timers/promises'
import type { Slice } from './slice.ts'

export interface CheckpointingOptions {
  /** Those that are at work here. */
  readonly slices: () => readonly Pick<Slice, 'checkpoint'>[]
  /** Milliseconds between two checkpoints of one slice. */
  readonly every: number
  /** One could not be made; it is tried again when the next is due. */
  readonly onTrouble: (error: Error) => void
}

/** How often to look for what is due, milliseconds. */
const LOOK = 1_000

/** Copies the memory of one slice after the other into the store, each as often as is wished, and never two at once. */
export class Checkpointing {
  readonly #options: CheckpointingOptions
  readonly #stop = new AbortController()
  readonly #ended: Promise<void>
  /** When each was begun last, or was first seen here. */
  readonly #begun = new WeakMap<object, number>()

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
        await slice.checkpoint(() => !signal.aborted).catch(onTrouble)
      }
    }
  }

  #isDue(slice: object): boolean {
    const now = performance.now()
    const begun = this.#begun.get(slice)
    const isDue = begun !== undefined && now - begun >= this.#options.every
    if (begun === undefined || isDue) this.#begun.set(slice, now)
    return isDue
  }
}
