import { SECOND } from '../../../schemas/time.ts'
import type { AlertFilter, Counts } from '../../../schemas/wire.ts'
import type { Counted, Mark } from './counts.ts'

interface Asked {
  readonly filter: AlertFilter
  /** On what the counts that were last told rest. */
  told: Mark | undefined
}

const isSame = (one: Mark | undefined, other: Mark) => one?.hwm === other.hwm && one.place === other.place

/** Tells one client its counts: at once when asked, then once a second while the log grows. */
export class CountTeller {
  readonly #asked = new Map<string, Asked>()
  readonly #mark: (filter: AlertFilter) => Mark
  readonly #counts: (filter: AlertFilter) => Promise<Counted>
  readonly #tell: (id: string, counts: Counts, hwm: number) => void
  #timer: NodeJS.Timeout | undefined

  constructor(
    mark: (filter: AlertFilter) => Mark,
    counts: (filter: AlertFilter) => Promise<Counted>,
    tell: (id: string, counts: Counts, hwm: number) => void,
  ) {
    this.#mark = mark
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
    this.#asked.set(id, { filter, told: undefined })
    this.#start(0)
  }

  remove(id: string): boolean {
    return this.#asked.delete(id)
  }

  /** The log has grown, or somebody has acted. */
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
      if (isSame(asked.told, this.#mark(asked.filter))) continue
      try {
        const { counts, mark } = await this.#counts(asked.filter)
        if (this.#asked.get(id) !== asked) continue
        if (!isSame(asked.told, mark)) this.#tell(id, counts, mark.hwm)
        asked.told = mark
        // An answer that others had asked for may be a second old: what came since is told next.
        if (!isSame(mark, this.#mark(asked.filter))) this.#start(SECOND)
      } catch {
        // The store could not answer; the next growth of the log asks again.
        this.#start(SECOND)
      }
    }
  }
}
