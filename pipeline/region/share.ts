export interface ShareOptions<Slice> {
  /** Answers nothing where the slice was not wanted any more before it was open. */
  open(index: number, isWanted: () => boolean): Promise<Slice | undefined>
  /** One could not be opened. */
  readonly onFailed: (error: Error) => void
}

/** Each of them may have much to hear again. */
const OPENED_AT_ONCE = 4

/**
 * The slices of one worker. Most of what it takes to open one is waiting for others, so several are opened at once; and one
 * that is taken away meanwhile is given up, for the whole group waits for it.
 */
export class Share<Slice extends { close(): Promise<void> }> {
  readonly #options: ShareOptions<Slice>
  /** By what they were given: one that was taken away and is given again is another one. */
  readonly #given = new Map<number, object>()
  readonly #opening = new Map<number, Promise<void>>()
  readonly #open = new Map<number, Slice>()

  constructor(options: ShareOptions<Slice>) {
    this.#options = options
  }

  /** Those that are at work. */
  get open(): readonly Slice[] {
    return [...this.#open.values()]
  }

  /** Resolves when all of these are at work that were not taken away meanwhile. */
  async give(indices: readonly number[]): Promise<void> {
    const gift = {}
    for (const index of indices) this.#given.set(index, gift)
    const waiting = [...indices]
    const openNext = async () => {
      for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) await this.#openOne(index, gift)
    }
    await Promise.all(Array.from({ length: OPENED_AT_ONCE }, openNext))
  }

  /** Resolves when none of these is at work, or will be. */
  async take(indices: readonly number[]): Promise<void> {
    for (const index of indices) this.#given.delete(index)
    await Promise.all(
      indices.map(async (index) => {
        await this.#opening.get(index)
        await this.#open.get(index)?.close()
        this.#open.delete(index)
      }),
    )
  }

  takeAll(): Promise<void> {
    return this.take([...this.#given.keys()])
  }

  async #openOne(index: number, gift: object): Promise<void> {
    const isWanted = () => this.#given.get(index) === gift
    if (!isWanted()) return
    const opening = this.#try(index, isWanted)
    this.#opening.set(index, opening)
    await opening
    this.#opening.delete(index)
  }

  async #try(index: number, isWanted: () => boolean): Promise<void> {
    try {
      const slice = await this.#options.open(index, isWanted)
      if (slice) this.#open.set(index, slice)
    } catch (error) {
      this.#options.onFailed(error as Error)
    }
  }
}
