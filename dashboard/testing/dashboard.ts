import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { AccessFile } from '../server/access/access-file.ts'
import type { Role } from '../server/access/caller.ts'
import type { App } from '../server/app.ts'
import { createDashboard, type DashboardOptions, type DashboardPorts } from '../server/server.ts'
import { MemoryLog } from './memory-log.ts'

export const ADMIN_PASSWORD = 'Watchful-1234'

let firstFile: Promise<string> | undefined

/** The path of an access file whose administrator is `admin`; made once, since hashing a password is slow by design. */
async function makeFirstFile(): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'fundwatch-access-')), 'access.json')
  await AccessFile.open({ path, adminPassword: ADMIN_PASSWORD })
  return path
}

/** A dashboard over a log in memory, with the administrator `admin` and everything else doing nothing. */
export class TestDashboard {
  readonly app: App
  readonly log: MemoryLog
  readonly access: AccessFile
  readonly #directory: string
  readonly #sockets = new Set<Socket>()

  private constructor(app: App, log: MemoryLog, access: AccessFile, directory: string) {
    this.app = app
    this.log = log
    this.access = access
    this.#directory = directory
    app.server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  static async start(ports: Partial<DashboardPorts> = {}, options: Partial<DashboardOptions> = {}, log = new MemoryLog()) {
    const directory = await mkdtemp(join(tmpdir(), 'fundwatch-dashboard-'))
    const path = join(directory, 'access.json')
    firstFile ??= makeFirstFile()
    await copyFile(await firstFile, path)
    const { access } = await AccessFile.open({ path })
    const app = await createDashboard(
      {
        records: { query: async () => [] },
        feed: log,
        alerts: log,
        ingest: { submit: async () => ({ accepted: 0, duplicates: 0, rejected: [] }) },
        screen: { check: async () => ({ findings: [] }) },
        access,
        health: { readiness: () => ({ ready: true, checks: {} }) },
        metrics: new Registry(),
        ...ports,
      },
      { webRoots: [directory], ...options },
    )
    return new TestDashboard(app, log, access, directory)
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
