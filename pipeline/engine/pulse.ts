/** Nothing that goes on takes so long, milliseconds: a store that is slow has answered before. */
const STILL_AFTER = 60_000

/** Tells whether something that should go on does. */
export class Pulse {
  #last = performance.now()

  beat(): void {
    this.#last = performance.now()
  }

  get isStill(): boolean {
    return performance.now() - this.#last > STILL_AFTER
  }
}
