import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { AlertSummary } from '../../schemas/wire.ts'

const BIN = fileURLToPath(new URL('../cli/bin.js', import.meta.url))
const PASSWORD = 'Watchful-1234'
const JSON_BODY = { 'content-type': 'application/json' }

/** The built `fundwatch start` as a process of its own, with its administrator signed in. */
export class ServerProcess {
  readonly #child: ChildProcess
  readonly #api: string
  readonly #cookie: string
  readonly #said: string[]

  private constructor(child: ChildProcess, api: string, cookie: string, said: string[]) {
    this.#child = child
    this.#api = api
    this.#cookie = cookie
    this.#said = said
  }

  /** @param settings further environment, as `FUNDWATCH_…` */
  static async start(directory: string, source: string, settings: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
    const args = ['start', '--port', '0', '--source', source, '--rate', '200', '--data-dir', directory, '--json']
    const env = { ...process.env, FUNDWATCH_ADMIN_PASSWORD: PASSWORD, ...settings }
    const child = spawn(BIN, args, { stdio: ['ignore', 'pipe', 'pipe'], env })
    const said: string[] = []
    child.stdout.on('data', (text) => said.push(String(text)))
    child.stderr.on('data', (text) => {
      said.push(String(text))
      process.stderr.write(text)
    })
    const api = `${await addressOf(child.stdout)}/api/v1`
    const body = JSON.stringify({ username: 'admin', password: PASSWORD })
    const answer = await fetch(`${api}/session`, { method: 'POST', headers: JSON_BODY, body })
    return new ServerProcess(child, api, answer.headers.get('set-cookie')!.split(';')[0]!, said)
  }

  /** Everything that the process has written: its log. */
  get log(): string {
    return this.#said.join('')
  }

  /** The answer as it is, whatever its status. */
  async answer(path: string, init: RequestInit = {}): Promise<{ status: number; text: string }> {
    const headers = { ...JSON_BODY, cookie: this.#cookie, ...(init.headers as Record<string, string>) }
    const answer = await fetch(new URL(path, this.#api), { ...init, headers, redirect: 'manual' })
    return { status: answer.status, text: [await answer.text(), ...answer.headers.values()].join('\n') }
  }

  async ask<T>(path: string, body?: object): Promise<T> {
    const init = body && { method: 'POST', body: JSON.stringify(body) }
    const answer = await fetch(`${this.#api}${path}`, { ...init, headers: { ...JSON_BODY, cookie: this.#cookie } })
    if (!answer.ok) throw new Error(await answer.text())
    return (await answer.json()) as T
  }

  async bytes(path: string): Promise<Buffer> {
    const answer = await fetch(`${this.#api}${path}`, { headers: { cookie: this.#cookie } })
    if (!answer.ok) throw new Error(await answer.text())
    return Buffer.from(await answer.arrayBuffer())
  }

  /** The newest alerts, as soon as there are so many. */
  async alerts(least: number, query = ''): Promise<AlertSummary[]> {
    for (;;) {
      const { rows } = await this.ask<{ rows: AlertSummary[] }>(`/alerts?limit=50${query}`)
      if (rows.length >= least) return rows
      await new Promise((wait) => setTimeout(wait, 200))
    }
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const exit = once(this.#child, 'exit')
    this.#child.kill(signal)
    await exit
  }
}

/** The address that the process says once it listens; its log may come before. */
async function addressOf(output: Readable): Promise<string> {
  for await (const line of createInterface(output)) {
    const { url } = JSON.parse(line) as { url?: string }
    if (url) return url
  }
  throw new Error('The server has ended without saying where it listens.')
}
