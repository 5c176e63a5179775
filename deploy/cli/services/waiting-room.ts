import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { Config } from '../settings/config.ts'
import type { Restoring } from '../work/restore.ts'

/**
 * Answers for a process that is not live yet because its memory is being made: it is healthy, must not be restarted, and is
 * not ready. Opens with the first progress.
 */
export class WaitingRoom {
  readonly #config: Config
  #server: Server | undefined
  #now: Restoring = { what: '', events: 0, of: 0 }

  constructor(config: Config) {
    this.#config = config
  }

  tell(restoring: Restoring): void {
    this.#now = restoring
    this.#server ??= this.#open()
  }

  async close(): Promise<void> {
    if (!this.#server) return
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #open(): Server {
    const server = createServer((request, response) => {
      const { what, events, of } = this.#now
      const path = request.url?.split('?')[0]
      if (path === '/healthz') return void response.setHeader('content-type', 'application/json').end('{"status":"ok"}')
      response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '5' })
      response.end(JSON.stringify({ ready: false, checks: { memory: `${what}: ${events} of ${of} events` } }))
    })
    // Where the address is taken the live server will say so.
    server.on('error', () => server.close())
    return server.listen(this.#config.port, this.#config.host)
  }
}
