import { HOUR, type Instant, MINUTE } from '../../schemas/time.ts'

/** How long events may arrive out of order (contract, "Time and order"). */
export const DISORDER = 10 * MINUTE
/** A jump beyond this is believed only when a second institution confirms it. */
const JUMP = 6 * HOUR
/** How late stays and inventory may come (contract, "Time and order"). */
const LATENESS = 72 * HOUR

/** Event time of one partition: the highest time believed, and a jump that waits for confirmation. */
export interface Clock {
  readonly highest: Instant | null
  readonly jump: { readonly at: Instant; readonly institution: string } | null
  /** Everything that the partition has was read: it holds nobody back until something comes again. */
  readonly resting?: boolean
}

/** Event times as they came, believed or not: the highest, and that of the event that came last. */
export interface Seen {
  readonly highest: Instant
  readonly latest: Instant
}

/**
 * The watermark: the highest event time minus ten minutes, the minimum over partitions. It is moved by data alone.
 * A single rogue clock cannot move it: an event beyond the arrival clock, or far beyond everything seen, is judged, but
 * waits for a second institution.
 */
export class Watermark {
  readonly #clocks: Map<string, Clock>
  #reached: Instant
  #highestSeen: Instant
  #latestSeen: Instant

  constructor(clocks: Readonly<Record<string, Clock>> = {}, reached: Instant | null = null, seen: Seen | null = null) {
    this.#clocks = new Map(Object.entries(clocks))
    this.#reached = reached ?? Number.NEGATIVE_INFINITY
    this.#highestSeen = seen?.highest ?? Number.NEGATIVE_INFINITY
    this.#latestSeen = seen?.latest ?? Number.NEGATIVE_INFINITY
    this.#advance()
  }

  /** `-Infinity` until a first event has been seen. It never goes back. */
  get at(): Instant {
    return this.#reached
  }

  /** `null` until a first event has been seen. */
  get seen(): Seen | null {
    return Number.isFinite(this.#highestSeen) ? { highest: this.#highestSeen, latest: this.#latestSeen } : null
  }

  /**
   * Time of the last event, whoever confirms it: where one institution alone speaks, nobody ever does. A rogue clock among
   * those that came before it is not followed.
   */
  get last(): Instant {
    return Math.max(this.#reached + DISORDER, Math.min(this.#highestSeen, this.#latestSeen + LATENESS))
  }

  /** Partitions are known, and of none of them is there more to come. */
  get isResting(): boolean {
    if (this.#clocks.size === 0) return false
    for (const { resting } of this.#clocks.values()) if (!resting) return false
    return true
  }

  /** The lowest of the partitions that still have something to say; the highest of all where none has. */
  #advance(): void {
    let lowest = Number.POSITIVE_INFINITY
    let highest = Number.NEGATIVE_INFINITY
    for (const clock of this.#clocks.values()) {
      const reached = clock.highest ?? Number.NEGATIVE_INFINITY
      if (!clock.resting) lowest = Math.min(lowest, reached)
      highest = Math.max(highest, reached)
    }
    const reached = lowest === Number.POSITIVE_INFINITY ? highest : lowest
    this.#reached = Math.max(this.#reached, reached - DISORDER)
  }

  /** Of exactly these partitions there is more to come; what they have may be older than what others have said. */
  reading(partitions: readonly string[]): void {
    for (const partition of new Set([...this.#clocks.keys(), ...partitions])) {
      this.#clocks.set(partition, { ...this.#clockOf(partition), resting: !partitions.includes(partition) })
    }
    this.#advance()
  }

  /** An event has arrived, at wall-clock time `now`. */
  observe(partition: string, at: Instant, institution: string, now: Instant): void {
    const clock = this.#clockOf(partition)
    this.#latestSeen = at
    if (at > this.#highestSeen) this.#highestSeen = at
    if (clock.highest !== null && at <= clock.highest) {
      if (clock.resting) this.#clocks.set(partition, { ...clock, resting: false })
      return
    }
    const plausible = at <= now && (clock.highest === null || at <= clock.highest + JUMP)
    if (plausible) this.#clocks.set(partition, { highest: at, jump: clock.jump && clock.jump.at > at ? clock.jump : null })
    else if (clock.jump && clock.jump.institution !== institution) {
      // The nearer of the two is confirmed; the farther one goes on waiting.
      const [near, far] = at < clock.jump.at ? [{ at, institution }, clock.jump] : [clock.jump, { at, institution }]
      this.#clocks.set(partition, { highest: near.at, jump: far.at > near.at ? far : null })
    } else if (!clock.jump || at < clock.jump.at)
      this.#clocks.set(partition, { ...clock, resting: false, jump: { at, institution } })
    this.#advance()
  }

  /** A heartbeat says that time has passed; it is always believed. */
  beat(partition: string, at: Instant): void {
    const clock = this.#clocks.get(partition)
    if (clock?.highest == null || at > clock.highest) this.#clocks.set(partition, { highest: at, jump: null })
    this.#advance()
  }

  #clockOf(partition: string): Clock {
    return this.#clocks.get(partition) ?? { highest: null, jump: null }
  }

  get clocks(): Record<string, Clock> {
    return Object.fromEntries(this.#clocks)
  }
}
