import type { AlertFilter, AlertSummary, Counts } from '../../../schemas/wire.ts'
import { client, queryOf } from '../app/client.ts'
import type { Alarm } from './alarm.ts'
import { Feed } from './feed.ts'
import { AlertStream, type Connection } from './stream.ts'

const PAGE = 200
const PAINT_EVERY = 250
const ANNOUNCE_EVERY = 10_000
/** The rate that is shown is the mean of so many seconds. */
const RATE_SECONDS = 5

interface AlertPage {
  readonly rows: readonly AlertSummary[]
  readonly next: string | null
}

/** What the page can be asked about its own live list; the browser tests read it too. */
export interface FeedStats {
  readonly received: number
  readonly shown: number
  readonly waiting: number
  readonly filter: AlertFilter
}

/**
 * The live list behind the screens: it goes on while another screen is shown, and tells its listeners at most four times a
 * second that something has changed.
 */
export class LiveFeed {
  readonly #url: string
  readonly #alarm: Alarm
  readonly #onRefused: () => void
  readonly #listeners = new Set<() => void>()
  readonly #holds = new Set<string>()
  #feed = new Feed({})
  #stream: AlertStream | undefined
  #filter: AlertFilter = {}
  #painting: ReturnType<typeof setTimeout> | undefined
  #arrivals: number[] = []
  #unannounced = 0
  #announcer: ReturnType<typeof setInterval> | undefined
  #loadTurn = 0

  #file: string | undefined

  version = 0
  /** Who has open what the person has open. */
  present: readonly string[] = []
  /** Raised when what the person has open has changed. */
  fileVersion = 0
  /** The last that was said of what waits for the person, or of what he asked for; empty once he has seen it. */
  job = ''
  /** Raised by each of them. */
  jobVersion = 0
  connection: Connection = { state: 'connecting' }
  counts: Counts | undefined
  loading = true
  failure: unknown
  missed = 0
  announced = 0
  received = 0
  /** Where the list was scrolled to when its screen was left. */
  scrollTop = 0

  constructor(url: string, alarm: Alarm, onRefused: () => void) {
    this.#url = url
    this.#alarm = alarm
    this.#onRefused = onRefused
  }

  get rows(): readonly AlertSummary[] {
    return this.#feed.rows
  }

  get waiting(): Feed['waiting'] {
    return this.#feed.waiting
  }

  get hasOlder(): boolean {
    return this.#feed.older !== null
  }

  get trimmed(): boolean {
    return this.#feed.trimmed
  }

  get held(): boolean {
    return this.#holds.size > 0
  }

  /** New alerts per second, over the last seconds. */
  get rate(): number {
    const since = performance.now() - RATE_SECONDS * 1000
    this.#arrivals = this.#arrivals.filter((at) => at > since)
    return this.#arrivals.length / RATE_SECONDS
  }

  get stats(): FeedStats {
    return { received: this.received, shown: this.rows.length, waiting: this.waiting.all, filter: this.#filter }
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Follows a filter; the same one again changes nothing. */
  follow(filter: AlertFilter): void {
    if (this.#stream && JSON.stringify(filter) === JSON.stringify(this.#filter)) return
    this.close()
    this.#filter = filter
    this.#feed = new Feed(filter)
    this.#feed.hold(this.held)
    this.loading = true
    this.failure = undefined
    this.missed = 0
    this.scrollTop = 0
    const turn = ++this.#loadTurn
    this.#stream = new AlertStream(this.#url, filter, {
      onFresh: (missed) => {
        this.missed = missed
        void this.#load()
      },
      onBatch: ({ alerts, patches }) => this.#take(alerts, patches),
      onCounts: (counts) => {
        this.counts = counts
        this.#touch()
      },
      onPresence: (users) => {
        this.present = users
        this.#touch()
      },
      onFileChanged: () => {
        this.fileVersion++
        this.#touch()
      },
      onJob: (code) => {
        this.job = code
        this.jobVersion++
        this.#touch()
      },
      onConnection: (connection) => {
        this.connection = connection
        // Without the socket the list can still be read as it is.
        if (connection.state === 'cut_off' && this.loading && this.#loadTurn === turn) void this.#load()
        this.#touch()
      },
      onRefused: this.#onRefused,
    })
    this.#stream.watchFile(this.#file)
    this.#stream.open()
    this.#announcer = setInterval(() => this.#announce(), ANNOUNCE_EVERY)
    this.#touch()
  }

  /** Follows everything, unless it follows something already. */
  begin(): void {
    if (!this.#stream) this.follow(this.#filter)
  }

  close(): void {
    this.#stream?.close()
    this.#stream = undefined
    clearInterval(this.#announcer)
  }

  /** Says that an alert or case is open here, until the answer is called. */
  openFile(id: string): () => void {
    const topic = `case:${id}`
    this.#file = topic
    this.#stream?.watchFile(topic)
    return () => {
      if (this.#file !== topic) return
      this.#file = undefined
      this.#stream?.watchFile(undefined)
    }
  }

  readonly forgetJob = (): void => {
    this.job = ''
    this.#touch()
  }

  /** The network or the page is back. */
  wake(): void {
    this.#stream?.wake()
  }

  /** Holds the list still for a reason, or lets go of it; it moves again when no reason is left. */
  hold(reason: string, on: boolean): void {
    if (on === this.#holds.has(reason)) return
    if (on) this.#holds.add(reason)
    else this.#holds.delete(reason)
    this.#feed.hold(this.held)
    this.#touch()
  }

  rememberScroll(top: number): void {
    this.scrollTop = top
  }

  /** Shows what has waited although the list is held. */
  release(): void {
    this.#feed.release()
    this.#touch()
  }

  readonly loadOlder = async (): Promise<void> => {
    const turn = this.#loadTurn
    try {
      const page = await this.#page(this.#feed.older ?? undefined)
      if (turn === this.#loadTurn) this.#feed.append(page.rows, page.next)
    } catch (error) {
      this.failure = error
    }
    this.#touch()
  }

  readonly retry = (): void => void this.#load()

  async #load(): Promise<void> {
    const turn = ++this.#loadTurn
    try {
      const { rows, next } = await this.#page(undefined)
      if (turn !== this.#loadTurn) return
      this.#feed.reset(rows, next)
      this.loading = false
      this.failure = undefined
    } catch (error) {
      if (turn === this.#loadTurn) this.failure = error
    }
    this.#touch()
  }

  #page(cursor: string | undefined): Promise<AlertPage> {
    return client.get<AlertPage>(
      `/alerts${queryOf({ ...this.#filter, children: false, sort: '-detected_at', limit: PAGE, cursor })}`,
    )
  }

  #take(alerts: readonly AlertSummary[], patches: Parameters<Feed['receive']>[1]): void {
    const added = this.#feed.receive(alerts, patches)
    this.received += alerts.length
    this.#unannounced += added
    const now = performance.now()
    for (let n = 0; n < added; n++) this.#arrivals.push(now)
    this.#alarm.heard(alerts)
    this.#touch()
  }

  #announce(): void {
    // The rate falls although nothing comes: what shows it must be told.
    if (this.#unannounced === 0 && this.#arrivals.length === 0) return
    this.announced = this.#unannounced
    this.#unannounced = 0
    this.#touch()
  }

  #touch(): void {
    this.#painting ??= setTimeout(() => {
      this.#painting = undefined
      this.version++
      for (const listener of this.#listeners) listener()
    }, PAINT_EVERY)
  }
}
