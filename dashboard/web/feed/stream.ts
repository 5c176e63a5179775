import type { AlertFilter, Counts, Cursor, DownMessage, UpMessage } from '../../../schemas/wire.ts'

export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'catching_up' }
  | { readonly state: 'live'; readonly lagMs: number; readonly overloaded: boolean }
  | { readonly state: 'cut_off'; readonly since: Date }

export interface StreamEvents {
  /** A new stream has begun, or rows were left out: the list must be read. */
  onFresh(missed: number): void
  onBatch(batch: Extract<DownMessage, { type: 'batch' }>): void
  onCounts(counts: Counts): void
  /** Who has what one has open, oneself included; nobody where one has nothing open. */
  onPresence(users: readonly string[]): void
  /** What one has open has changed. */
  onFileChanged(): void
  /** Something waits for the person, or what was asked for is done. */
  onJob(code: string): void
  onConnection(connection: Connection): void
  /** The connection cannot be made; the sign-in may have ended. */
  onRefused(): void
}

const WIRE_VERSION = 1
const BACKOFF_FIRST = 500
const BACKOFF_MAX = 30_000
const ACK_EVERY = 1_000
/** Without a frame for so many heartbeats the connection is dead, whatever the browser says. */
const SILENT_BEATS = 2.5
const SIGNED_OUT = 'SIGNED_OUT'
/** The subscription to what the person has open. */
const FILE = 'file'

/** The socket of the page: keeps the cursor, comes back by itself, and says plainly how it stands. */
export class AlertStream {
  readonly #url: string
  readonly #filter: AlertFilter
  readonly #events: StreamEvents
  #socket: WebSocket | undefined
  #cursor: Cursor | undefined
  /** The end of the log when the connection was made; until then the stream catches up. */
  #endThen = 0
  #acked = 0
  #lagMs = 0
  #overloaded = false
  #cutSince: Date | undefined
  #attempts = 0
  #heartbeatMs = 10_000
  #heard = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #watch: ReturnType<typeof setInterval> | undefined
  #closed = false
  /** The topic of what the person has open, `case:ID`. */
  #file: string | undefined
  #welcomed = false

  constructor(url: string, filter: AlertFilter, events: StreamEvents) {
    this.#url = url
    this.#filter = filter
    this.#events = events
  }

  open(): void {
    this.#watch = setInterval(() => this.#tick(), ACK_EVERY)
    this.#connect()
  }

  /** Tells the server what the person has open, so that others see it, and is told who else has. */
  watchFile(topic: string | undefined): void {
    if (topic === this.#file) return
    if (this.#welcomed && this.#file) this.#say({ type: 'unsubscribe', id: FILE })
    this.#file = topic
    this.#events.onPresence([])
    this.#subscribeToFile()
  }

  /** Tries again at once: the network, or the page, is back. */
  wake(): void {
    if (this.#socket && performance.now() - this.#heard < SILENT_BEATS * this.#heartbeatMs) return
    this.#drop()
    clearTimeout(this.#retry)
    this.#connect()
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#retry)
    clearInterval(this.#watch)
    this.#drop()
  }

  #connect(): void {
    if (this.#closed) return
    const socket = new WebSocket(this.#url)
    this.#welcomed = false
    this.#socket = socket
    this.#heard = performance.now()
    if (!this.#cutSince) this.#events.onConnection({ state: 'connecting' })
    socket.onopen = () => this.#say({ type: 'hello', version: WIRE_VERSION, ...(this.#cursor && { resume: this.#cursor }) })
    socket.onmessage = ({ data }) => {
      this.#heard = performance.now()
      const message = JSON.parse(String(data)) as DownMessage
      this.#receive(message)
    }
    socket.onclose = () => {
      if (this.#socket !== socket) return
      if (!this.#welcomed) this.#events.onRefused()
      this.#lost()
    }
  }

  #receive(message: DownMessage): void {
    switch (message.type) {
      case 'welcome':
        return this.#welcome(message)
      case 'batch':
        if (message.id === FILE) {
          // An empty batch says only that time has passed.
          if (message.alerts.length + message.patches.length > 0) this.#events.onFileChanged()
          return
        }
        if (this.#cursor) this.#cursor = { ...this.#cursor, seq: message.seq_to }
        this.#events.onBatch(message)
        return this.#tellState()
      case 'heartbeat':
        this.#lagMs = message.lag_ms
        this.#say({ type: 'pong' })
        return this.#tellState()
      case 'counts':
        return message.id === 'totals' ? this.#events.onCounts(message.counts) : undefined
      case 'presence':
        return message.topic === this.#file ? this.#events.onPresence(message.users) : undefined
      case 'notice':
        return this.#events.onJob(message.code)
      case 'overload':
        this.#overloaded = message.level > 0
        return this.#tellState()
      case 'resync':
        if (this.#cursor) this.#cursor = { ...this.#cursor, seq: message.to_seq }
        return this.#events.onFresh(message.missed)
      case 'bye':
        return message.code === SIGNED_OUT ? this.#events.onRefused() : undefined
    }
  }

  #welcome({ epoch, seq, heartbeat_ms }: Extract<DownMessage, { type: 'welcome' }>): void {
    const resumes = this.#cursor?.epoch === epoch
    if (!resumes) {
      const isFirst = this.#cursor === undefined
      this.#cursor = { epoch, seq }
      // Another epoch brings a resync, which reads the list.
      if (isFirst) this.#events.onFresh(0)
    }
    this.#endThen = seq
    this.#heartbeatMs = heartbeat_ms
    this.#attempts = 0
    this.#cutSince = undefined
    this.#overloaded = false
    this.#say({ type: 'subscribe', id: 'alerts', topic: 'alerts', filter: this.#filter })
    this.#say({ type: 'subscribe', id: 'totals', topic: 'counts' })
    // Who has no work to decide is refused this one, and nothing else.
    this.#say({ type: 'subscribe', id: 'jobs', topic: 'jobs' })
    this.#welcomed = true
    this.#subscribeToFile()
    this.#tellState()
  }

  #subscribeToFile(): void {
    if (this.#welcomed && this.#file) this.#say({ type: 'subscribe', id: FILE, topic: this.#file })
  }

  #tellState(): void {
    const behind = (this.#cursor?.seq ?? 0) < this.#endThen
    const live = { state: 'live', lagMs: this.#lagMs, overloaded: this.#overloaded } as const
    this.#events.onConnection(behind ? { state: 'catching_up' } : live)
  }

  /** Acknowledges what has come, and finds out about connections that are dead without saying so. */
  #tick(): void {
    const { seq } = this.#cursor ?? { seq: 0 }
    if (seq > this.#acked && this.#socket?.readyState === WebSocket.OPEN) {
      this.#acked = seq
      this.#say({ type: 'ack', seq })
    }
    if (this.#socket && performance.now() - this.#heard > SILENT_BEATS * this.#heartbeatMs) {
      this.#drop()
      this.#lost()
    }
  }

  #lost(): void {
    this.#socket = undefined
    this.#welcomed = false
    this.#events.onPresence([])
    if (this.#closed) return
    this.#cutSince ??= new Date()
    this.#events.onConnection({ state: 'cut_off', since: this.#cutSince })
    const delay = Math.min(BACKOFF_MAX, BACKOFF_FIRST * 2 ** this.#attempts++) * (0.5 + Math.random())
    this.#retry = setTimeout(() => this.#connect(), delay)
  }

  #drop(): void {
    const socket = this.#socket
    this.#socket = undefined
    socket?.close()
  }

  #say(message: UpMessage): void {
    this.#socket?.send(JSON.stringify(message))
  }
}
