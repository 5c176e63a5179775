import { WebSocket } from 'ws'
import { type AlertFilter, type Cursor, type DownMessage, WIRE_VERSION } from '../../schemas/wire.ts'
import type { TestDashboard } from './dashboard.ts'

type Bearer = Awaited<ReturnType<TestDashboard['bearer']>>

/** Sockets of one token, below the limit of one caller. */
const PER_TOKEN = 20
const ATTEMPTS = 20

export interface Entrance {
  readonly host: string
  readonly headers: object
  readonly filter: AlertFilter
  /** Where the client stands, if it was here before. */
  readonly resume?: () => Cursor | undefined
  readonly onOpen?: (socket: WebSocket) => void
  readonly onMessage: (message: DownMessage, socket: WebSocket) => void
}

/** A socket that the server has welcomed; tried again, as a client does, when it is not let in at once. */
export async function enter(entrance: Entrance): Promise<WebSocket> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await knock(entrance)
    } catch (error) {
      if (attempt === ATTEMPTS) throw error
      await new Promise((resolve) => setTimeout(resolve, 200 * attempt * (0.5 + Math.random())))
    }
  }
}

function knock({ host, headers, filter, resume, onOpen, onMessage }: Entrance): Promise<WebSocket> {
  const socket = new WebSocket(`ws://${host}/ws`, { headers: { ...headers }, perMessageDeflate: false })
  const say = (message: object) => socket.send(JSON.stringify(message))
  return new Promise((welcomed, failed) => {
    socket.on('error', failed)
    socket.on('open', () => {
      const cursor = resume?.()
      say({ type: 'hello', version: WIRE_VERSION, ...(cursor && { resume: cursor }) })
      say({ type: 'subscribe', id: 'live', topic: 'alerts', filter })
      onOpen?.(socket)
    })
    socket.on('message', (data) => {
      const message = JSON.parse(data.toString()) as DownMessage
      onMessage(message, socket)
      if (message.type === 'welcome') welcomed(socket)
    })
  })
}

/** A client of the socket that keeps no more than a thousand of them can afford: what it shows, and where it stands. */
export class Spectator {
  /** How each alert stands, by its id: `revision status state_version owner`. */
  readonly shown = new Map<string, string>()
  readonly seqs: number[] = []
  readonly heard = new Map<DownMessage['type'], number>()
  missed = 0
  cursor: Cursor | undefined
  socket!: WebSocket
  readonly #onRows: (seqs: readonly number[]) => void

  constructor(onRows: (seqs: readonly number[]) => void = () => undefined) {
    this.#onRows = onRows
  }

  /** Resolves when the server has said welcome. */
  async connect(host: string, headers: Bearer, filter: AlertFilter = {}): Promise<void> {
    const onMessage = (message: DownMessage) => this.#take(message)
    this.socket = await enter({ host, headers, filter, resume: () => this.cursor, onMessage })
  }

  #take(message: DownMessage): void {
    this.heard.set(message.type, (this.heard.get(message.type) ?? 0) + 1)
    if (message.type === 'welcome') this.cursor ??= { epoch: message.epoch, seq: message.seq }
    if (message.type === 'resync') {
      this.missed += message.missed
      this.cursor = { epoch: this.cursor!.epoch, seq: message.to_seq }
    }
    if (message.type !== 'batch') return
    this.cursor = { epoch: this.cursor!.epoch, seq: message.seq_to }
    const seqs = message.alerts.map(({ seq }) => seq)
    this.seqs.push(...seqs)
    for (const row of message.alerts) this.shown.set(row.alert_id, standing(row))
    for (const { alert_id, set } of message.patches) {
      const known = this.shown.get(alert_id)
      if (known) this.shown.set(alert_id, standing({ ...parsed(known), ...set }))
    }
    if (seqs.length > 0) this.#onRows(seqs)
  }
}

interface Standing {
  readonly status?: unknown
  readonly state_version?: unknown
  readonly owner?: unknown
}

export function standing({ status, state_version, owner }: Standing): string {
  return JSON.stringify([status, state_version, owner])
}

function parsed(known: string): Standing {
  const [status, state_version, owner] = JSON.parse(known)
  return { status, state_version, owner }
}

/** Who so many clients are. Not by tickets: on a busy machine a thousand take longer to come in than a ticket lives. */
export async function bearersFor(dashboard: TestDashboard, count: number): Promise<Bearer[]> {
  const bearers: Bearer[] = []
  while (bearers.length < count) {
    const bearer = await dashboard.bearer('officer')
    for (let n = 0; n < PER_TOKEN && bearers.length < count; n++) bearers.push(bearer)
  }
  return bearers
}

/** Waits until it holds, patiently: the machine may be busy. */
export async function until(holds: () => boolean, what: () => string, patienceMs = 120_000): Promise<void> {
  const end = performance.now() + patienceMs
  while (!holds()) {
    if (performance.now() > end) throw new Error(`Waited in vain: ${what()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** `p50 12 ms, p95 ...`, for people to read. */
export function percentiles(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0)
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`
}
