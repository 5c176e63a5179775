import { formatInstant, type Instant } from '../../../schemas/time.ts'
import { type Cursor, type DownMessage, type UpMessage, WIRE_VERSION } from '../../../schemas/wire.ts'
import { type Caller, hasRole, READERS, type Role } from '../access/caller.ts'
import type { Standings } from '../workflow/standings.ts'
import type { AlertLog } from './alert-log.ts'
import { CountTeller } from './count-teller.ts'
import type { CountsCache } from './counts.ts'
import { type Listeners, PLAIN_TOPICS, type PlainTopic } from './listeners.ts'
import type { Presence } from './presence.ts'
import type { Pulse } from './pulse.ts'
import type { Sharing } from './sharing.ts'
import { LOG_BEHIND_MAX, type Outlet, Stream, type StreamTimes } from './stream.ts'
import { type About, Subscription } from './subscription.ts'
import { readUp, writeDown } from './wire.ts'

const SUBSCRIPTIONS_MAX = 16
/** Refused messages after which a client is sent away. */
const REFUSALS_MAX = 50
const RETRY_AFTER_MS = 1_000

const COUNTERS: readonly Role[] = [...READERS, 'wall']
/** Who may subscribe to what; `case` stands for every `case:ID`. */
export const TOPICS: Readonly<Record<string, readonly Role[]>> = {
  alerts: READERS,
  counts: COUNTERS,
  wall: COUNTERS,
  case: READERS,
  ops: ['sys_admin'],
  jobs: ['officer', 'investigator', 'reviewer2', 'panel'],
}

export interface ConnectionTimes extends StreamTimes {
  readonly heartbeatMs: number
}

export interface ConnectionParts {
  readonly log: AlertLog
  readonly standings: Standings
  readonly counts: CountsCache
  readonly presence: Presence
  readonly pulse: Pulse
  readonly sharing: Sharing
  readonly listeners: Listeners
  /** What `case:ID` holds; undefined where it does not exist for the caller. */
  readonly fileNamed: (topic: string, caller: Caller) => Promise<About | undefined>
  readonly caller: Caller
  readonly outlet: Outlet
  readonly times: ConnectionTimes
  readonly now: () => Instant
  readonly onResync: (reason: string) => void
  readonly onFailure: (error: unknown) => void
}

/** Close codes of the socket; `bye` says the same in words before. */
const CLOSE = { SHUTDOWN: 1001, SIGNED_OUT: 4001, SLOW: 4003, PROTOCOL: 4004 } as const

type Message<T extends UpMessage['type']> = Extract<UpMessage, { type: T }>

/** Why a message of the client has no effect. */
class Refusal extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** One client of the socket: what it says and what it is answered (contract, section 5). */
export class Connection {
  readonly #parts: ConnectionParts
  readonly #stream: Stream
  readonly #teller: CountTeller
  /** Where subscriptions begin: what the client already has. Known after `hello`. */
  #start: number | undefined
  /** Alerts and cases that the client has open, or is opening: subscription by topic. */
  readonly #files = new Map<string, string>()
  /** Topics without a past: topic by subscription. */
  readonly #plain = new Map<string, PlainTopic>()
  #refusals = 0
  #closed = false

  constructor(parts: ConnectionParts) {
    this.#parts = parts
    const { counts, caller } = parts
    this.#teller = new CountTeller(
      (filter) => counts.mark(filter),
      (filter) => counts.of(caller, filter),
      (id, told, hwm) => {
        if (this.#stream.hasRoom()) this.#send({ type: 'counts', id, hwm, counts: told })
      },
    )
    this.#stream = new Stream({ ...parts, teller: this.#teller, onGiveUp: () => this.end('SLOW', RETRY_AFTER_MS) })
  }

  get caller(): Caller {
    return this.#parts.caller
  }

  /** A frame from the client. */
  receive(text: string): void {
    try {
      this.#obey(readUp(text))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      this.#send({ type: 'error', code: error.code, message: error.message })
      if (++this.#refusals > REFUSALS_MAX) this.end('PROTOCOL', RETRY_AFTER_MS)
    }
  }

  /** The log has grown. */
  wake(): void {
    this.#teller.wake()
    this.#stream.wake()
  }

  /** Says that the connection lives, and how far the log has come. */
  heartbeat(): void {
    if (this.#start === undefined || !this.#stream.hasRoom()) return
    const { log, now } = this.#parts
    this.#stream.tellProgress()
    this.#send({ type: 'heartbeat', hwm: log.head, time: formatInstant(now()), lag_ms: log.lagMs })
  }

  /** Who has the same alert or case open. */
  tellPresence(id: string, topic: string, users: string[]): void {
    if (this.#stream.hasRoom()) this.#send({ type: 'presence', id, topic, users })
  }

  /** What a topic without a past says. */
  tell(message: DownMessage): void {
    if (this.#stream.hasRoom()) this.#send(message)
  }

  /** Takes leave: the client may come back after so many milliseconds. */
  end(reason: keyof typeof CLOSE, retryAfterMs: number): void {
    if (this.#closed) return
    this.#send({ type: 'bye', code: reason, retry_after_ms: retryAfterMs })
    this.#parts.outlet.close(CLOSE[reason], reason)
    this.close()
  }

  /** The socket is gone. */
  close(): void {
    this.#closed = true
    for (const [id, topic] of this.#files) this.#parts.presence.leave(topic, this, id)
    this.#files.clear()
    for (const [id, topic] of this.#plain) this.#parts.listeners.leave(topic, this, id)
    this.#plain.clear()
    this.#stream.close()
    this.#teller.close()
  }

  #obey(message: UpMessage | undefined): void {
    if (!message) throw new Refusal('MESSAGE_INVALID', 'The frame is none of the messages of the wire.')
    if (message.type === 'hello') this.#hello(message)
    else if (this.#start === undefined) throw new Refusal('HELLO_MISSING', 'Say hello first.')
    else if (message.type === 'subscribe') this.#subscribe(message, this.#start)
    else if (message.type === 'unsubscribe') this.#unsubscribe(message)
    else if (message.type === 'ack') this.#stream.acked(message.seq)
  }

  #hello({ version, resume }: Message<'hello'>): void {
    if (this.#start !== undefined) throw new Refusal('HELLO_TWICE', 'Hello is said once.')
    if (version !== WIRE_VERSION) throw new Refusal('VERSION_UNSUPPORTED', `This server speaks version ${WIRE_VERSION}.`)
    const { log, caller, times, now } = this.#parts
    const { epoch, head: seq } = log
    const user = { username: caller.username, role: caller.roles[0] ?? '' }
    this.#send({ type: 'welcome', epoch, seq, server_time: formatInstant(now()), heartbeat_ms: times.heartbeatMs, user })
    this.#start = resume ? this.#resumeAt(resume) : seq
  }

  /** The cursor of the client where the log still leads there, else the end of the log and word of it. */
  #resumeAt({ epoch, seq }: Cursor): number {
    const { log, standings } = this.#parts
    if (epoch !== log.epoch) return this.#stream.resync('epoch', 0, log.head)
    if (seq > log.head) return this.#stream.resync('ahead', seq, 0)
    const isForgotten = standings.placeAt(seq) === undefined
    if (isForgotten || log.head - seq > LOG_BEHIND_MAX) return this.#stream.resync('too_old', seq, log.head - seq)
    return seq
  }

  #subscribe(message: Message<'subscribe'>, start: number): void {
    const { id, topic, filter = {}, mode = 'row' } = message
    const allowed = TOPICS[topic.startsWith('case:') ? 'case' : topic]!
    if (!hasRole(this.caller, allowed)) throw new Refusal('ROLE_REQUIRED', 'Your role does not allow this.')
    if (this.#stream.has(id) || this.#teller.has(id) || this.#files.has(id) || this.#plain.has(id)) {
      throw new Refusal('SUBSCRIPTION_EXISTS', `There is already a subscription ${id}.`)
    }
    const opening = [...this.#files.keys()].filter((file) => !this.#stream.has(file)).length
    if (this.#stream.size + this.#teller.size + this.#plain.size + opening >= SUBSCRIPTIONS_MAX) {
      throw new Refusal('SUBSCRIPTIONS_MANY', 'Unsubscribe from another first.')
    }
    if (PLAIN_TOPICS.includes(topic)) this.#listen(id, topic as PlainTopic)
    else if (topic.startsWith('case:')) void this.#openFile(message, start)
    else if (topic !== 'alerts' || mode === 'counts') this.#teller.add(id, filter)
    else this.#stream.add(this.#subscription(message, mode, start))
  }

  #listen(id: string, topic: PlainTopic): void {
    this.#plain.set(id, topic)
    this.#parts.listeners.come(topic, this, id)
  }

  #subscription({ id, filter = {} }: Message<'subscribe'>, mode: 'row' | 'group', start: number, about?: About): Subscription {
    const { log, standings, caller } = this.#parts
    const place = standings.placeAt(start) ?? standings.end
    return new Subscription(id, filter, mode, caller, { start, end: log.head, place }, about)
  }

  /** An alert or a case that the client has open. */
  async #openFile(message: Message<'subscribe'>, start: number): Promise<void> {
    const { id, topic } = message
    const { presence, fileNamed, caller, onFailure } = this.#parts
    this.#files.set(id, topic)
    try {
      const about = await fileNamed(topic, caller)
      // The client may have left it, or the server, in the meantime.
      if (this.#closed || !this.#files.has(id)) return
      if (!about) throw new Refusal('FILE_UNKNOWN', 'There is no such alert or case within your regions.')
      this.#stream.add(this.#subscription(message, 'row', start, about))
      presence.come(topic, this, id)
    } catch (error) {
      this.#files.delete(id)
      if (error instanceof Refusal) return this.#send({ type: 'error', code: error.code, message: error.message })
      onFailure(error)
      this.#send({ type: 'error', code: 'INTERNAL', message: 'The server failed; subscribe again.' })
    }
  }

  #unsubscribe({ id }: Message<'unsubscribe'>): void {
    const topic = this.#files.get(id)
    if (topic !== undefined) this.#parts.presence.leave(topic, this, id)
    const wasOpen = this.#files.delete(id)
    const streamed = this.#stream.remove(id)
    const told = this.#teller.remove(id)
    const listened = this.#plain.get(id)
    if (listened) this.#parts.listeners.leave(listened, this, id)
    this.#plain.delete(id)
    if (!streamed && !told && !wasOpen && !listened) throw new Refusal('SUBSCRIPTION_UNKNOWN', `There is no subscription ${id}.`)
  }

  #send(message: DownMessage): void {
    if (!this.#closed) this.#parts.outlet.send(writeDown(message))
  }
}
