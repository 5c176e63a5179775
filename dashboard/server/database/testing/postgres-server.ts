import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

const INSTALLED = '/usr/lib/postgresql'
const START_TIMEOUT_MS = 30_000

/** A real PostgreSQL on a free loopback port, with a data directory of its own. It refuses to run as root. */
export class PostgresServer {
  readonly url: string
  /** The folder of the installed programs: `pg_dump` and the like. */
  readonly programs: string
  readonly #stop: () => Promise<void>

  private constructor(url: string, programs: string, stop: () => Promise<void>) {
    this.url = url
    this.programs = programs
    this.#stop = stop
  }

  static async start(): Promise<PostgresServer> {
    const programs = newestPrograms()
    const directory = mkdtempSync(join(tmpdir(), 'fundwatch-postgres-'))
    const person = process.getuid?.() === 0 ? unprivileged() : {}
    if (person.uid !== undefined) chownSync(directory, person.uid, person.gid!)
    const options = { ...person, cwd: directory, env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' } }
    const data = join(directory, 'data')
    execFileSync(join(programs, 'initdb'), ['-D', data, '-U', 'fundwatch', '-A', 'trust', '--no-sync', '-E', 'UTF8'], {
      ...options,
      stdio: 'pipe',
    })
    const port = await freePort()
    const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${directory}`, 'fsync=off']
    const server = spawn(join(programs, 'postgres'), ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
      ...options,
      stdio: 'ignore',
    })
    const exited = new Promise<void>((done) => server.once('exit', () => done()))
    const url = `postgres://fundwatch@127.0.0.1:${port}/postgres`
    await answering(url)
    return new PostgresServer(url, programs, async () => {
      server.kill('SIGINT')
      await exited
      rmSync(directory, { recursive: true, force: true })
    })
  }

  stop(): Promise<void> {
    return this.#stop()
  }
}

function newestPrograms(): string {
  const versions = existsSync(INSTALLED) ? readdirSync(INSTALLED).sort((a, b) => Number(b) - Number(a)) : []
  if (!versions[0]) throw new Error('PostgreSQL is not installed: apt-get install postgresql')
  return join(INSTALLED, versions[0], 'bin')
}

/** The user that the package has made for the server. */
function unprivileged(): { uid?: number; gid?: number } {
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: idOf('-u'), gid: idOf('-g') }
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => done(port))
    })
  })
}

async function answering(url: string): Promise<void> {
  for (const end = Date.now() + START_TIMEOUT_MS; ; ) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      return await client.end()
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise((wait) => setTimeout(wait, 100))
    }
  }
}
