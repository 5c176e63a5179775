/** One who has something to do at the next beat. */
interface Pumped {
  /** Whether it has taken all that it was sent: it is served before those who have not. */
  readonly keepsUp: boolean
  pump(): void
}

/**
 * The common beat of all streams. Because they move together they stand at the same place of the log, so that what they
 * are sent can be made once; and who keeps up never waits for those who do not.
 */
export class Pulse {
  readonly #everyMs: number
  readonly #onBeat: () => void
  #waiting = new Set<Pumped>()
  #timer: NodeJS.Timeout | undefined
  #last = Number.NEGATIVE_INFINITY

  /** @param everyMs how far apart beats are, at least */
  constructor(everyMs: number, onBeat: () => void) {
    this.#everyMs = everyMs
    this.#onBeat = onBeat
  }

  /** Takes part in the next beat: at once, when the last one is long past. */
  join(one: Pumped): void {
    this.#waiting.add(one)
    this.#timer ??= setTimeout(() => this.#beat(), Math.max(0, this.#last + this.#everyMs - performance.now()))
  }

  leave(one: Pumped): void {
    this.#waiting.delete(one)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#waiting.clear()
  }

  #beat(): void {
    this.#timer = undefined
    this.#last = performance.now()
    this.#onBeat()
    const due = this.#waiting
    this.#waiting = new Set()
    const behind: Pumped[] = []
    for (const one of due) {
      if (one.keepsUp) one.pump()
      else behind.push(one)
    }
    for (const one of behind) one.pump()
  }
}
