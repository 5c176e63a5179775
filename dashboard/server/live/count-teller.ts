import { SECOND } from '../../../schemas/time.ts'
import type { AlertFilter, Counts } from '../../../schemas/wire.ts'

interface Asked {
  readonly filter: AlertFilter
  /** The head of the log when it was last told. */
  toldAt: number
}

/** Tells one client its counts: at once when asked, then once a second while the log grows. */
export class CountTeller {
  readonly #asked = new Map<string, Asked>()
  readonly #head: () => number
  readonly #counts: (filter: AlertFilter) => Promise<Counts>
  readonly #tell: (id: string, counts: Counts, hwm: number) => void
  #timer: NodeJS.Timeout | undefined

  constructor(
    head: () => number,
    counts: (filter: AlertFilter) => Promise<Counts>,
    tell: (id: string, counts: Counts, hwm: number) => void,
  ) {
    this.#head = head
    this.#counts = counts
    this.#tell = tell
  }

  get size(): number {
    return this.#asked.size
  }

  has(id: string): boolean {
    return this.#asked.has(id)
  }

  add(id: string, filter: AlertFilter): void {
    this.#asked.set(id, { filter, toldAt: Number.NEGATIVE_INFINITY })
    this.#start(0)
  }

  remove(id: string): boolean {
    return this.#asked.delete(id)
  }

  /** The log has grown. */
  wake(): void {
    if (this.#asked.size > 0) this.#start(SECOND)
  }

  close(): void {
    this.#asked.clear()
    clearTimeout(this.#timer)
  }

  #start(delay: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      void this.#tellAll()
    }, delay)
  }

  async #tellAll(): Promise<void> {
    for (const [id, asked] of this.#asked) {
      const head = this.#head()
      if (asked.toldAt === head) continue
      try {
        const counts = await this.#counts(asked.filter)
        if (this.#asked.get(id) !== asked) continue
        asked.toldAt = head
        this.#tell(id, counts, head)
      } catch {
        // The store could not answer; the next growth of the log asks again.
        this.#start(SECOND)
      }
    }
  }
}
