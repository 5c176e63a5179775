import { HOUR, type Instant, MINUTE } from '../../schemas/time.ts'

/** How long events may arrive out of order (contract, "Time and order"). */
const DISORDER = 10 * MINUTE
/** A jump beyond this is believed only when a second institution confirms it. */
const JUMP = 6 * HOUR

/** Event time of one partition: the highest time believed, and a jump that waits for confirmation. */
export interface Clock {
  readonly highest: Instant | null
  readonly jump: { readonly at: Instant; readonly institution: string } | null
}

/**
 * The watermark: the highest event time minus ten minutes, the minimum over partitions. It is moved by data alone.
 * A single rogue clock cannot move it: an event beyond the arrival clock, or far beyond everything seen, is judged, but
 * waits for a second institution.
 */
export class Watermark {
  readonly #clocks: Map<string, Clock>

  constructor(clocks: Readonly<Record<string, Clock>> = {}) {
    this.#clocks = new Map(Object.entries(clocks))
  }

  /** `-Infinity` until a first event has been seen. */
  get at(): Instant {
    let lowest = Number.POSITIVE_INFINITY
    for (const { highest } of this.#clocks.values()) if (highest !== null && highest < lowest) lowest = highest
    return lowest === Number.POSITIVE_INFINITY ? Number.NEGATIVE_INFINITY : lowest - DISORDER
  }

  /** An event has arrived, at wall-clock time `now`. */
  observe(partition: string, at: Instant, institution: string, now: Instant): void {
    const clock = this.#clocks.get(partition) ?? { highest: null, jump: null }
    if (clock.highest !== null && at <= clock.highest) return
    const plausible = at <= now && (clock.highest === null || at <= clock.highest + JUMP)
    if (plausible) this.#clocks.set(partition, { highest: at, jump: clock.jump && clock.jump.at > at ? clock.jump : null })
    else if (clock.jump && clock.jump.institution !== institution) {
      // The nearer of the two is confirmed; the farther one goes on waiting.
      const [near, far] = at < clock.jump.at ? [{ at, institution }, clock.jump] : [clock.jump, { at, institution }]
      this.#clocks.set(partition, { highest: near.at, jump: far.at > near.at ? far : null })
    } else if (!clock.jump || at < clock.jump.at) this.#clocks.set(partition, { ...clock, jump: { at, institution } })
  }

  /** A heartbeat says that time has passed; it is always believed. */
  beat(partition: string, at: Instant): void {
    const clock = this.#clocks.get(partition)
    if (clock?.highest == null || at > clock.highest) this.#clocks.set(partition, { highest: at, jump: null })
  }

  toJSON(): Record<string, Clock> {
    return Object.fromEntries(this.#clocks)
  }
}
