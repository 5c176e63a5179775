// Clients of the socket in a process of their own, so that reading takes no time from the server that is measured.
// It obeys its parent: come, pause, resume, leave, tell.
import { WebSocket } from 'ws'

const ATTEMPTS = 20
let clients = []
const delays = []

/** One client, which keeps what it was told as numbers only. */
class Client {
  rows = 0
  missed = 0
  last = 0
  disordered = 0
  overloaded = false

  /** @param acks whether it says what it has, as a page does: then the server judges it by that */
  constructor(acks) {
    this.acks = acks
  }

  async come(host, headers, filter) {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#enter(host, headers, filter)
      } catch (error) {
        if (attempt === ATTEMPTS) throw error
        await new Promise((resolve) => setTimeout(resolve, 200 * attempt * (0.5 + Math.random())))
      }
    }
  }

  #enter(host, headers, filter) {
    this.socket = new WebSocket(`ws://${host}/ws`, { headers, perMessageDeflate: false })
    return new Promise((welcomed, failed) => {
      this.socket.on('error', failed)
      this.socket.on('open', () => {
        this.socket.send(JSON.stringify({ type: 'hello', version: 1 }))
        this.socket.send(JSON.stringify({ type: 'subscribe', id: 'live', topic: 'alerts', filter }))
        this.#acknowledge(0)
      })
      this.socket.on('message', (data) => {
        const message = JSON.parse(data.toString())
        this.#take(message)
        if (message.type === 'welcome') welcomed()
      })
    })
  }

  #acknowledge(seq) {
    if (this.acks) this.socket.send(JSON.stringify({ type: 'ack', seq }))
  }

  #take({ type, level, missed, seq_to, alerts = [] }) {
    if (type === 'overload' && level > 0) this.overloaded = true
    if (type === 'resync') this.missed += missed
    for (const { seq } of alerts) {
      if (seq <= this.last) this.disordered++
      this.last = seq
    }
    this.rows += alerts.length
    if (type === 'batch') this.#acknowledge(seq_to)
    // An alert says when it was detected: the clock of both processes is the same.
    if (alerts.length > 0) delays.push(Date.now() - Date.parse(alerts.at(-1).detected_at))
  }
}

const does = {
  come: async ({ host, bearers, filter, paused }) => {
    clients = bearers.map(() => new Client(paused))
    await Promise.all(clients.map((client, n) => client.come(host, bearers[n], filter)))
    if (paused) for (const { socket } of clients) socket.pause()
  },
  resume: () => {
    for (const { socket } of clients) socket.resume()
  },
  leave: () => {
    for (const { socket } of clients) socket.terminate()
    clients = []
  },
  /** The delays since they were last told, and what each client has. */
  tell: () => {
    const told = clients.map(({ rows, missed, disordered, overloaded }) => ({ rows, missed, disordered, overloaded }))
    return { delays: delays.splice(0), clients: told }
  },
}

process.on('message', async ({ order, ...details }) => {
  try {
    process.send({ answer: (await does[order](details)) ?? {} })
  } catch (error) {
    process.send({ failure: String(error) })
  }
})
