import type { Alert } from '../../../schemas/alert.ts'
import { type Instant, parseInstant } from '../../../schemas/time.ts'
import type { AlertSummary } from '../../../schemas/wire.ts'
import { isPushed, mayLeave, summarise } from '../alerts/summary.ts'
import type { Feed } from '../ports.ts'
import type { Standings } from '../workflow/standings.ts'
import { Ring } from './ring.ts'

/** One revision that concerns people; its JSON is made once and sent to everyone. */
export interface Entry {
  readonly seq: number
  readonly row: AlertSummary
  readonly json: string
  /** Set where nobody is told of the alert by itself any more: why. */
  readonly left: Pick<Alert, 'disposition' | 'parent_alert_id'> | undefined
}

/** A stretch of the log: its entries, and the `seq` up to which it covers the log. */
export interface Stretch {
  readonly entries: Iterable<Entry>
  readonly upTo: number
}

/** How many revisions are read from the store at once. */
const PAGE = 1_000

/** @param standings how alerts stand now */
export function entryOf(alert: Alert, standings: Standings): Entry {
  const row = summarise(alert, standings)
  const { disposition, parent_alert_id } = alert
  return { seq: row.seq, row, json: JSON.stringify(row), left: isPushed(alert) ? undefined : { disposition, parent_alert_id } }
}

const isTold = (alert: Alert) => isPushed(alert) || mayLeave(alert)

/**
 * The ordered log as the socket reads it: the newest part from memory, older parts from the store. Readers hold a cursor
 * and pull, so that nothing is buffered per reader.
 */
export class AlertLog {
  readonly epoch: string
  readonly #feed: Feed
  readonly #standings: Standings
  readonly #ring: Ring<Entry>
  readonly #now: () => Instant
  readonly #reading = new Map<number, Promise<Stretch>>()
  #lagMs = 0
  readonly #listeners = new Set<() => void>()
  readonly #stop: () => void

  constructor(feed: Feed, standings: Standings, { ringSize, now }: { ringSize: number; now: () => Instant }) {
    this.epoch = feed.epoch
    this.#feed = feed
    this.#standings = standings
    this.#now = now
    // Nothing can be committed between these two lines: they run in one turn of the event loop.
    this.#stop = feed.subscribe((alerts) => this.#receive(alerts))
    this.#ring = new Ring(ringSize, feed.hwm())
  }

  get head(): number {
    return this.#ring.head
  }

  /** How long after its detection the newest alert arrived here. */
  get lagMs(): number {
    return this.#lagMs
  }

  /** Whether everything after `seq` is in memory. */
  holds(seq: number): boolean {
    return seq >= this.#ring.floor
  }

  /** What follows `seq`, which must be in memory. */
  held(seq: number): Stretch {
    return { entries: this.#ring.after(seq), upTo: this.head }
  }

  /** What follows `seq`: at once when it is in memory, else one page from the store. */
  read(seq: number): Stretch | Promise<Stretch> {
    return this.holds(seq) ? this.held(seq) : (this.#reading.get(seq) ?? this.#startReading(seq))
  }

  /** Calls back whenever the log has grown; returns the way to stop. */
  onGrowth(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#stop()
    this.#listeners.clear()
  }

  /** Everyone who asks for the same page while it is being read gets the same: after a cut all come back at once. */
  #startReading(seq: number): Promise<Stretch> {
    const floor = this.#ring.floor
    const reading = this.#feed.since(seq, PAGE).then((alerts) => {
      const last = alerts.at(-1)
      // A short page reaches the end of the log, hence everything that the ring had already let go.
      const upTo = alerts.length < PAGE ? Math.max(floor, last?.seq ?? seq) : last!.seq
      return { entries: alerts.filter(isTold).map((alert) => entryOf(alert, this.#standings)), upTo }
    })
    this.#reading.set(seq, reading)
    const done = () => this.#reading.delete(seq)
    reading.then(done, done)
    return reading
  }

  #receive(alerts: readonly Alert[]): void {
    this.#standings.sawRevisions(alerts)
    for (const alert of alerts) {
      if (isTold(alert)) this.#ring.push(entryOf(alert, this.#standings))
      else this.#ring.skipTo(alert.seq)
    }
    // A later revision keeps the time at which the alert was first detected.
    const last = alerts.findLast(({ revision }) => revision === 1)
    if (last) this.#lagMs = Math.max(0, this.#now() - parseInstant(last.detected_at))
    for (const listener of this.#listeners) listener()
  }
}
