import { formatInstant, type Instant, SECOND } from '../../../schemas/time.ts'
import type { Caller } from '../access/caller.ts'
import type { AlertReader } from '../alerts/reader.ts'
import type { Database } from '../database/database.ts'
import type { Access, Feed, Health } from '../ports.ts'
import type { JobNotice, Jobs } from '../workflow/jobs.ts'
import type { Standings } from '../workflow/standings.ts'
import { AlertLog } from './alert-log.ts'
import { Connection, type ConnectionTimes } from './connection.ts'
import { CountsCache } from './counts.ts'
import { fileNamed } from './file-topic.ts'
import { Listeners } from './listeners.ts'
import { Presence } from './presence.ts'
import { Pulse } from './pulse.ts'
import { Sharing } from './sharing.ts'
import { BATCH_EVERY, type Outlet } from './stream.ts'

export interface HubOptions extends ConnectionTimes {
  /** How many of the newest revisions stay in memory, at least. */
  readonly ringSize: number
  /** How soon a client that was sent away by a stop of the server may come back. */
  readonly retryAfterMs: number
}

export const HUB_DEFAULTS: HubOptions = {
  ringSize: 20_000,
  heartbeatMs: 10_000,
  slowAfterMs: 2_000,
  giveUpAfterMs: 60_000,
  retryAfterMs: 1_000,
}

export interface HubParts {
  readonly feed: Feed
  readonly standings: Standings
  readonly alerts: AlertReader
  readonly access: Access
  readonly database: Database
  readonly health: Health
  readonly jobs: Jobs
  readonly now: () => Instant
  readonly onResync: (reason: string) => void
  readonly onFailure: (error: unknown) => void
}

/** All open connections: wakes them when the log grows, keeps them alive, and ends them with their sign-in. */
export class Hub {
  readonly #parts: HubParts
  readonly #options: HubOptions
  readonly #log: AlertLog
  readonly #counts: CountsCache
  readonly #presence = new Presence()
  readonly #sharing = new Sharing()
  readonly #pulse = new Pulse(BATCH_EVERY, () => this.#sharing.forget())
  readonly #connections = new Set<Connection>()
  readonly #heart: NodeJS.Timeout
  readonly #listeners = new Listeners()
  /** Tells how the server is, to those who ask. */
  readonly #gauge: NodeJS.Timeout
  readonly #stopTelling: readonly (() => void)[]

  constructor(parts: HubParts, options: HubOptions) {
    this.#parts = parts
    this.#options = options
    this.#log = new AlertLog(parts.feed, parts.standings, { ringSize: options.ringSize, now: parts.now })
    this.#counts = new CountsCache(parts.alerts, () => ({ hwm: this.#log.head, place: parts.standings.end }), parts.now)
    const wakeAll = () => {
      for (const connection of this.#connections) connection.wake()
    }
    this.#log.onGrowth(wakeAll)
    const passOn = ({ code, message, object, concerns }: JobNotice) =>
      this.#listeners.tell('jobs', (id) => ({ type: 'notice', id, code, message, object }), concerns)
    this.#stopTelling = [parts.standings.onChange(wakeAll), parts.jobs.onNotice(passOn)]
    this.#heart = setInterval(() => this.#beat(), options.heartbeatMs)
    this.#heart.unref()
    this.#gauge = setInterval(() => this.#tellOps(), SECOND)
    this.#gauge.unref()
  }

  get size(): number {
    return this.#connections.size
  }

  /** How many connections a caller holds. */
  heldBy(username: string): number {
    let held = 0
    for (const { caller } of this.#connections) if (caller.username === username) held++
    return held
  }

  open(outlet: Outlet, caller: Caller): Connection {
    const { standings, now, onResync, onFailure } = this.#parts
    const parts = {
      log: this.#log,
      standings,
      counts: this.#counts,
      presence: this.#presence,
      pulse: this.#pulse,
      sharing: this.#sharing,
      listeners: this.#listeners,
      fileNamed: (topic: string, who: Caller) => fileNamed(topic, who, this.#parts),
      caller,
      outlet,
      times: this.#options,
      now,
      onResync,
      onFailure,
    }
    const connection = new Connection(parts)
    this.#connections.add(connection)
    return connection
  }

  forget(connection: Connection): void {
    connection.close()
    this.#connections.delete(connection)
  }

  close(): void {
    clearInterval(this.#heart)
    clearInterval(this.#gauge)
    this.#log.close()
    for (const stop of this.#stopTelling) stop()
    for (const connection of this.#connections) connection.end('SHUTDOWN', this.#options.retryAfterMs)
    this.#connections.clear()
    this.#pulse.close()
    this.#presence.close()
  }

  #tellOps(): void {
    if (!this.#listeners.has('ops')) return
    const { health, now } = this.#parts
    const { ready, checks } = health.readiness()
    const how = { time: formatInstant(now()), ready, checks, hwm: this.#log.head, lag_ms: this.#log.lagMs, clients: this.size }
    this.#listeners.tell('ops', (id) => ({ type: 'ops', id, ...how }))
  }

  #beat(): void {
    for (const connection of this.#connections) connection.heartbeat()
    const { access, onFailure } = this.#parts
    // Who comes while the answer is awaited was not asked about.
    const asked = [...this.#connections]
    // One question for all of them, lest a thousand clients keep the database from everyone else at every beat.
    access.current([...new Set(asked.map(({ caller }) => caller.credential))]).then((current) => {
      for (const connection of asked) {
        if (!current.has(connection.caller.credential)) connection.end('SIGNED_OUT', 0)
      }
    }, onFailure)
  }
}
