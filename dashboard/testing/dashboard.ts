import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { AccessDatabase } from '../server/access/access-database.ts'
import type { Role } from '../server/access/caller.ts'
import type { App } from '../server/app.ts'
import type { Database } from '../server/database/database.ts'
import { emptyDatabase } from '../server/database/testing/shared.ts'
import { createDashboard, type DashboardOptions, type DashboardPorts } from '../server/server.ts'
import { Standings } from '../server/workflow/standings.ts'
import { MemoryLog } from './memory-log.ts'

export const ADMIN_PASSWORD = 'Watchful-1234'

/** A dashboard over a log in memory, with the administrator `admin` and everything else doing nothing. */
export class TestDashboard {
  readonly app: App
  readonly log: MemoryLog
  readonly access: AccessDatabase
  readonly database: Database
  readonly #directory: string
  readonly #sockets = new Set<Socket>()

  private constructor(app: App, log: MemoryLog, access: AccessDatabase, database: Database, directory: string) {
    this.app = app
    this.log = log
    this.access = access
    this.database = database
    this.#directory = directory
    app.server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  static async start(ports: Partial<DashboardPorts> = {}, options: Partial<DashboardOptions> = {}, log = new MemoryLog()) {
    const directory = await mkdtemp(join(tmpdir(), 'fundwatch-dashboard-'))
    const database = ports.database ?? (await emptyDatabase())
    const { access } = await AccessDatabase.open({
      database,
      key: randomBytes(32),
      adminPassword: ADMIN_PASSWORD,
      now: ports.now,
    })
    log.standings = await Standings.load(database)
    const app = await createDashboard(
      {
        records: { query: async () => [] },
        feed: log,
        alerts: log,
        standings: log.standings,
        ingest: { submit: async () => ({ accepted: 0, duplicates: 0, rejected: [] }) },
        screen: { check: async () => ({ findings: [] }) },
        access,
        database,
        health: { readiness: () => ({ ready: true, checks: {} }) },
        metrics: new Registry(),
        ...ports,
      },
      { webRoots: [directory], ...options },
    )
    return new TestDashboard(app, log, access, database, directory)
  }

  /** A bearer header of a new token. */
  async bearer(role: Role, ...scope: string[]): Promise<{ authorization: string }> {
    const { token } = await this.access.createToken(role, scope.length > 0 ? scope : ['000000'])
    return { authorization: `Bearer ${token}` }
  }

  /** Listens on a free port; the address without its scheme. */
  async listen(): Promise<string> {
    const address = await this.app.listen({ port: 0, host: '127.0.0.1' })
    return new URL(address).host
  }

  /** Breaks every connection, as a network does. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async stop(): Promise<void> {
    await this.app.close()
    await rm(this.#directory, { recursive: true, force: true })
  }
}
