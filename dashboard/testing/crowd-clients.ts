// Clients of the socket in a process of their own, so that reading takes no time from the server that is measured.
// They obey their parent, a `CrowdProcess`: come, resume, leave, tell.
import type { WebSocket } from 'ws'
import type { AlertFilter, DownMessage } from '../../schemas/wire.ts'
import { enter } from './crowd.ts'

/** What a crowd tells of itself: how late news came since it was last asked, and what each client has. */
export interface Told {
  readonly delays: readonly number[]
  readonly clients: readonly {
    readonly rows: number
    readonly missed: number
    readonly disordered: number
    readonly overloaded: boolean
  }[]
}

interface Coming {
  readonly host: string
  readonly bearers: readonly object[]
  readonly filter: AlertFilter
  readonly paused: boolean
}

let clients: Client[] = []
const delays: number[] = []

/** One client, which keeps what it was told as numbers only. */
class Client {
  rows = 0
  missed = 0
  disordered = 0
  overloaded = false
  socket!: WebSocket
  #last = 0
  readonly #acknowledges: boolean

  /** @param acknowledges whether it says what it has, as a page does: then the server judges it by that */
  constructor(acknowledges: boolean) {
    this.#acknowledges = acknowledges
  }

  async come(host: string, headers: object, filter: AlertFilter): Promise<void> {
    const onOpen = (socket: WebSocket) => this.#acknowledge(socket, 0)
    const onMessage = (message: DownMessage, socket: WebSocket) => this.#take(message, socket)
    this.socket = await enter({ host, headers, filter, onOpen, onMessage })
  }

  #acknowledge(socket: WebSocket, seq: number): void {
    if (this.#acknowledges) socket.send(JSON.stringify({ type: 'ack', seq }))
  }

  #take(message: DownMessage, socket: WebSocket): void {
    if (message.type === 'overload' && message.level > 0) this.overloaded = true
    if (message.type === 'resync') this.missed += message.missed
    if (message.type !== 'batch') return
    for (const { seq } of message.alerts) {
      if (seq <= this.#last) this.disordered++
      this.#last = seq
    }
    this.rows += message.alerts.length
    this.#acknowledge(socket, message.seq_to)
    // An alert says when it was detected: the clock of both processes is the same.
    const newest = message.alerts.at(-1)
    if (newest) delays.push(Date.now() - Date.parse(newest.detected_at))
  }
}

const does = {
  async come({ host, bearers, filter, paused }: Coming): Promise<void> {
    clients = bearers.map(() => new Client(paused))
    await Promise.all(clients.map((client, n) => client.come(host, bearers[n]!, filter)))
    if (paused) for (const { socket } of clients) socket.pause()
  },
  resume(): void {
    for (const { socket } of clients) socket.resume()
  },
  leave(): void {
    for (const { socket } of clients) socket.terminate()
    clients = []
  },
  tell(): Told {
    const told = clients.map(({ rows, missed, disordered, overloaded }) => ({ rows, missed, disordered, overloaded }))
    return { delays: delays.splice(0), clients: told }
  },
}
export type Order = keyof typeof does

process.on('message', async ({ order, ...details }: { order: Order } & Coming) => {
  try {
    process.send!({ answer: (await does[order](details)) ?? {} })
  } catch (error) {
    process.send!({ failure: String(error) })
  }
})
