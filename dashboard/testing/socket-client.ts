import { Compile } from 'typebox/compile'
import { WebSocket } from 'ws'
import {
  type AlertFilter,
  type AlertSummary,
  type Cursor,
  DownMessage,
  type UpMessage,
  WIRE_VERSION,
} from '../../schemas/wire.ts'
import type { TestDashboard } from './dashboard.ts'

const downMessage = Compile(DownMessage)

interface ClientOptions {
  readonly resume?: Cursor
  readonly filter?: AlertFilter
  readonly mode?: 'row' | 'group' | 'counts'
}

/** A client of the socket that holds the server to the wire: a frame outside it fails the test that waits. */
export class SocketClient {
  readonly socket: WebSocket
  readonly messages: DownMessage[] = []
  /** Where the client stands: what it says when it comes back. */
  cursor: Cursor = { epoch: '', seq: 0 }
  closed: { code: number } | undefined
  #broken: string | undefined

  constructor(url: string, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(url, { headers })
    this.socket.on('message', (data) => this.#receive(data.toString()))
    this.socket.on('close', (code) => {
      this.closed = { code }
    })
    this.socket.on('error', () => undefined)
  }

  /** Connects with a ticket of a token, says hello and subscribes to alerts as `live`. */
  static async open(dashboard: TestDashboard, host: string, headers: { authorization: string }, options: ClientOptions = {}) {
    const answer = await dashboard.app.inject({ method: 'POST', url: '/api/v1/session/ticket', headers })
    const client = new SocketClient(`ws://${host}/ws?ticket=${answer.json().ticket}`)
    if (options.resume) client.cursor = options.resume
    await client.until(() => client.socket.readyState === WebSocket.OPEN)
    client.say({ type: 'hello', version: WIRE_VERSION, ...(options.resume && { resume: options.resume }) })
    client.say({ type: 'subscribe', id: 'live', topic: 'alerts', filter: options.filter, mode: options.mode })
    await client.until(() => client.of('welcome').length > 0)
    return client
  }

  say(message: UpMessage): void {
    this.socket.send(JSON.stringify(message))
  }

  of<T extends DownMessage['type']>(type: T): Extract<DownMessage, { type: T }>[] {
    return this.messages.filter((message): message is Extract<DownMessage, { type: T }> => message.type === type)
  }

  get rows(): AlertSummary[] {
    return this.of('batch').flatMap(({ alerts }) => alerts)
  }

  get seqs(): number[] {
    return this.rows.map(({ seq }) => seq)
  }

  /** Waits until it holds; fails after a minute, which a busy machine may need, or when the server has left the wire. */
  async until(holds: () => boolean): Promise<void> {
    const end = performance.now() + 60_000
    while (!holds()) {
      if (this.#broken) throw new Error(`Not a message of the wire: ${this.#broken}`)
      if (performance.now() > end) throw new Error(`Waited in vain; got ${this.messages.map(({ type }) => type).join(' ')}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    if (this.#broken) throw new Error(`Not a message of the wire: ${this.#broken}`)
  }

  /** Cuts the connection without a farewell; what is still under way is lost. */
  cut(): void {
    this.socket.removeAllListeners('message')
    this.socket.terminate()
  }

  #receive(text: string): void {
    const message = JSON.parse(text)
    if (!downMessage.Check(message)) this.#broken = text
    const down = message as DownMessage
    this.messages.push(down)
    // Whoever says nothing for long is taken for gone.
    if (down.type === 'heartbeat' && this.socket.readyState === WebSocket.OPEN) this.say({ type: 'pong' })
    if (down.type === 'welcome' && this.cursor.epoch !== down.epoch) this.cursor = { epoch: down.epoch, seq: down.seq }
    if (down.type === 'batch' || down.type === 'resync') {
      this.cursor = { ...this.cursor, seq: down.type === 'batch' ? down.seq_to : down.to_seq }
    }
  }
}
