/** Nothing that goes on takes so long, milliseconds: a store that is slow has answered before. */
const STALLED_AFTER = 60_000

/** Tells whether a loop that should go on does. */
export class StallWatch {
  #last = performance.now()

  /** It has gone on. */
  moved(): void {
    this.#last = performance.now()
  }

  get isStalled(): boolean {
    return performance.now() - this.#last > STALLED_AFTER
  }
}
