import type { SourceChunk } from './chunk.ts'
import { StallWatch } from './stall-watch.ts'

/** Rounds between their arrival and their commit. With one being decoded, one judged and one stored nothing waits. */
const IN_FLIGHT = 4
/**
 * A round of fewer lines takes the place of two: most of what it costs is the same for one line and for a thousand, so what
 * comes meanwhile had better gather into one than wait in several.
 */
const SMALL = 1_000

/** How many of the places in flight they take. */
export function placesOf(chunks: readonly SourceChunk[]): number {
  const lines = chunks.reduce((sum, { ends }) => sum + ends.length, 0)
  return lines < SMALL ? IN_FLIGHT / 2 : 1
}

/** The places of rounds that are under way. */
export class Room {
  readonly #stall = new StallWatch()
  #taken = 0
  #waiting: (() => void)[] = []

  /** Whether something was taken, and for a long time nothing was finished. */
  get isStalled(): boolean {
    return this.#taken > 0 && this.#stall.isStalled
  }

  has(places: number): boolean {
    return this.#taken + places <= IN_FLIGHT
  }

  /** Resolves when there is more room than now. */
  more(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  take(places: number): void {
    if (this.#taken === 0) this.#stall.moved()
    this.#taken += places
  }

  leave(places: number): void {
    this.#taken -= places
    this.#stall.moved()
    // Who finds no room yet waits on, in the same order.
    for (const waiting of this.#waiting.splice(0)) waiting()
  }
}
