import { SECOND } from '../../../schemas/time.ts'
import type { DownMessage } from '../../../schemas/wire.ts'
import type { Standings } from '../workflow/standings.ts'
import type { AlertLog } from './alert-log.ts'
import type { CountTeller } from './count-teller.ts'
import { Pressure } from './pressure.ts'
import type { Pulse } from './pulse.ts'
import type { Sharing } from './sharing.ts'
import type { Portion, Subscription } from './subscription.ts'
import { writeBatch, writeDown } from './wire.ts'

/** Batches of one client come at least so far apart, milliseconds. */
export const BATCH_EVERY = 100
const RETRY_AFTER = SECOND
/** A client that fell behind gets so many rows one by one; beyond, it is told to read its list anew. */
const CATCH_UP_MAX = 5_000
/** The same for what must be read from the store, in revisions of the whole log. */
export const LOG_BEHIND_MAX = 200_000

/** The socket as a stream sees it. */
export interface Outlet {
  /** Bytes that the client has not yet taken. */
  readonly bufferedAmount: number
  send(frame: string | Buffer): void
  close(code: number, reason: string): void
}

export interface StreamTimes {
  /** A client that has not kept up for so long gets counts instead of rows. */
  readonly slowAfterMs: number
  /** After so long without keeping up it is given up. */
  readonly giveUpAfterMs: number
}

export interface StreamParts {
  readonly log: AlertLog
  readonly standings: Standings
  readonly pulse: Pulse
  readonly sharing: Sharing
  readonly outlet: Outlet
  readonly teller: CountTeller
  readonly times: StreamTimes
  readonly onResync: (reason: string) => void
  readonly onGiveUp: () => void
  readonly onFailure: (error: unknown) => void
}

/**
 * The way of the log to one client. It holds cursors, no rows: each pump reads what follows them in the log, so that a
 * slow client costs no memory and nobody else's time.
 */
export class Stream {
  readonly #parts: StreamParts
  readonly #pressure = new Pressure()
  readonly #subscriptions = new Map<string, Subscription>()
  #slow = false
  #pumping = false
  #closed = false
  #retry: NodeJS.Timeout | undefined
  #lastBatch = Number.NEGATIVE_INFINITY

  constructor(parts: StreamParts) {
    this.#parts = parts
  }

  get size(): number {
    return this.#subscriptions.size
  }

  has(id: string): boolean {
    return this.#subscriptions.has(id)
  }

  add(subscription: Subscription): void {
    this.#subscriptions.set(subscription.id, subscription)
    this.wake()
  }

  remove(id: string): boolean {
    return this.#subscriptions.delete(id)
  }

  /** The client has everything up to `seq`. */
  acked(seq: number): void {
    this.#pressure.acked(seq)
    this.wake()
  }

  /** The log has grown, or the client can take more. */
  wake(): void {
    if (!this.#closed && !this.#pumping && !this.#retry && this.#subscriptions.size > 0) this.#parts.pulse.join(this)
  }

  /** Whether the client has taken all that it was sent. */
  get keepsUp(): boolean {
    return this.#parts.outlet.bufferedAmount === 0
  }

  /** Sends what the client lacks, as far as it can take it. */
  pump(): void {
    void this.#pump()
  }

  /** Whether the client has room for a short message. */
  hasRoom(): boolean {
    return this.#pressure.hasRoom(this.#parts.outlet.bufferedAmount)
  }

  /** Moves the client's cursors over what did not concern it. */
  tellProgress(): void {
    if (performance.now() - this.#lastBatch < BATCH_EVERY) return
    const { log, outlet } = this.#parts
    for (const subscription of this.#subscriptions.values()) {
      const portion = subscription.progress()
      if (portion) outlet.send(writeBatch(subscription.id, portion, log.head))
    }
  }

  /** Tells the client that rows were left out; returns where the stream goes on. */
  resync(reason: string, from: number, missed: number): number {
    const to = this.#parts.log.head
    this.#parts.onResync(reason)
    this.#send({ type: 'resync', reason, from_seq: from, to_seq: to, missed })
    return to
  }

  close(): void {
    this.#closed = true
    this.#parts.pulse.leave(this)
    clearTimeout(this.#retry)
    this.#subscriptions.clear()
  }

  async #pump(): Promise<void> {
    this.#pumping = true
    let again = false
    try {
      const strainedMs = this.#pressure.measure(this.#parts.outlet.bufferedAmount, performance.now())
      if (strainedMs > 0) this.#endure(strainedMs)
      else await this.#go()
      again = strainedMs > 0 || this.#isBehind()
    } catch (error) {
      this.#parts.onFailure(error)
      this.#retrySoon()
    }
    this.#pumping = false
    if (again) this.wake()
  }

  #retrySoon(): void {
    if (this.#closed) return
    this.#retry = setTimeout(() => {
      this.#retry = undefined
      this.wake()
    }, RETRY_AFTER)
  }

  #isBehind(): boolean {
    const { log, standings } = this.#parts
    const subscriptions = [...this.#subscriptions.values()]
    return subscriptions.some((one) => one.cursor < log.head || one.lacksChanges(standings))
  }

  /** One batch per subscription that is behind. */
  async #go(): Promise<void> {
    if (this.#slow) this.#recover()
    for (const subscription of [...this.#subscriptions.values()]) {
      const { log } = this.#parts
      const { cursor } = subscription
      if (cursor >= log.head) {
        this.#tellChanges(subscription)
        continue
      }
      if (log.head - cursor > LOG_BEHIND_MAX) {
        subscription.skipTo(this.resync('too_old', cursor, log.head - cursor))
        continue
      }
      const reading = log.read(cursor)
      const stretch = reading instanceof Promise ? await reading : reading
      // The client may have left the subscription, or the server, in the meantime.
      if (this.#subscriptions.get(subscription.id) !== subscription) continue
      const portion = subscription.take(stretch, this.#parts.sharing)
      if (portion) this.#tell(subscription, portion)
      this.#tellChanges(subscription)
    }
  }

  #tellChanges(subscription: Subscription): void {
    const portion = subscription.takeChanges(this.#parts.standings)
    if (portion) this.#tell(subscription, portion)
  }

  #tell({ id }: Subscription, portion: Portion): void {
    const { log, outlet, sharing } = this.#parts
    const { from, to, sifted, changes } = portion
    const hwm = log.head
    const write = () => writeBatch(id, portion, hwm)
    // Changes of standings are few, and not sifted together with the rows.
    outlet.send(changes.length > 0 ? write() : sharing.frame(sifted, `${id} ${from} ${to} ${hwm}`, write))
    this.#pressure.sent(to, sifted.alerts.length + sifted.patches.length)
    this.#lastBatch = performance.now()
  }

  /** The client does not keep up: counts instead of rows, and in the end farewell. */
  #endure(strainedMs: number): void {
    const { times, teller, onGiveUp } = this.#parts
    if (strainedMs > times.giveUpAfterMs) onGiveUp()
    if (this.#slow || this.#closed || strainedMs < times.slowAfterMs) return
    this.#slow = true
    this.#send({ type: 'overload', level: 2 })
    for (const { id, filter, isFile } of this.#subscriptions.values()) if (!isFile) teller.add(id, filter)
  }

  /** The client keeps up again: the rows it lacks when they are few, else word of how many it lacks. */
  #recover(): void {
    const { log, teller } = this.#parts
    this.#slow = false
    this.#send({ type: 'overload', level: 0 })
    let missed = 0
    let from = log.head
    for (const subscription of this.#subscriptions.values()) {
      teller.remove(subscription.id)
      // What is no longer in memory is read from the store without loss, page by page.
      if (!log.holds(subscription.cursor)) continue
      const lacking = subscription.count(log.held(subscription.cursor))
      if (lacking <= CATCH_UP_MAX) continue
      missed += lacking
      from = Math.min(from, subscription.cursor)
      subscription.skipTo(log.head)
    }
    if (missed > 0) this.resync('slow', from, missed)
  }

  #send(message: DownMessage): void {
    if (!this.#closed) this.#parts.outlet.send(writeDown(message))
  }
}
