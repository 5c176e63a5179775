import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { callerFrom, isSameSite } from '../access/authenticate.ts'
import type { Caller } from '../access/caller.ts'
import type { Access } from '../ports.ts'
import type { Hub } from './hub.ts'

const PATH = '/ws'
const FRAME_MAX = 64 * 1024
/** Open sockets of one caller, and of all. */
const SOCKETS_PER_CALLER = 20
const SOCKETS_MAX = 2_000

interface SocketParts {
  readonly hub: Hub
  readonly access: Access
  /** A client of which nothing was heard for so long is gone. */
  readonly silenceMaxMs: number
  readonly onFailure: (error: unknown) => void
}

const REFUSALS = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
} as const

function refuse(socket: Duplex, status: keyof typeof REFUSALS): void {
  socket.end(`HTTP/1.1 ${status} ${REFUSALS[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

/** Serves `/ws` on an HTTP server; returns the way to stop. */
export function serveSocket(server: Server, parts: SocketParts): () => void {
  const { hub, access, onFailure } = parts
  // Compression would cost five times the processor time of sending plainly.
  const sockets = new WebSocketServer({ noServer: true, maxPayload: FRAME_MAX, perMessageDeflate: false })

  async function admit(request: IncomingMessage): Promise<Caller | keyof typeof REFUSALS> {
    const address = new URL(request.url ?? '/', 'http://localhost')
    if (address.pathname !== PATH) return 404
    const ticket = address.searchParams.get('ticket')
    if (ticket === null && !isSameSite(request.headers)) return 403
    const caller = await (ticket === null ? callerFrom(request.headers, access) : access.redeemTicket(ticket))
    if (!caller) return 401
    if (hub.size >= SOCKETS_MAX) return 503
    return hub.heldBy(caller.username) >= SOCKETS_PER_CALLER ? 429 : caller
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const gone = () => socket.destroy()
    socket.on('error', gone)
    admit(request).then(
      (caller) => {
        if (typeof caller === 'number') return refuse(socket, caller)
        socket.off('error', gone)
        sockets.handleUpgrade(request, socket, head, (client) => attend(client, caller, parts))
      },
      (error) => {
        onFailure(error)
        refuse(socket, 503)
      },
    )
  }

  server.on('upgrade', upgrade)
  return () => {
    server.off('upgrade', upgrade)
    hub.close()
    sockets.close()
  }
}

function attend(client: WebSocket, caller: Caller, { hub, silenceMaxMs }: SocketParts): void {
  let heard = performance.now()
  const outlet = {
    get bufferedAmount() {
      return client.bufferedAmount
    },
    // A frame that is ready-made for many is text, too.
    send: (frame: string | Buffer) => client.send(frame, { binary: false }),
    close: (code: number, reason: string) => client.close(code, reason),
  }
  const connection = hub.open(outlet, caller)
  const watch = setInterval(() => {
    if (performance.now() - heard > silenceMaxMs) client.terminate()
    else client.ping()
  }, silenceMaxMs / 3)
  watch.unref()

  client.on('message', (data, isBinary) => {
    heard = performance.now()
    connection.receive(isBinary ? '' : data.toString())
  })
  client.on('pong', () => {
    heard = performance.now()
  })
  // A broken socket closes right after; there is nothing else to do about it.
  client.on('error', () => client.terminate())
  client.on('close', () => {
    clearInterval(watch)
    hub.forget(connection)
  })
}
