import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import type { AlertSummary } from '../../schemas/wire.ts'
import type { ActionDone } from '../../schemas/workflow.ts'
import { fundwatchJson } from '../testing/cli.ts'

const BIN = fileURLToPath(new URL('bin.js', import.meta.url))
const PASSWORD = 'Watchful-1234'
const ROUNDS = 3

const directory = await mkdtemp(join(tmpdir(), 'fundwatch-workflow-'))
afterAll(() => rm(directory, { recursive: true, force: true }))

async function start(source: string) {
  const args = ['start', '--port', '0', '--source', source, '--rate', '200', '--data-dir', directory, '--json']
  const env = { ...process.env, FUNDWATCH_ADMIN_PASSWORD: PASSWORD }
  const child = spawn(BIN, args, { stdio: ['ignore', 'pipe', 'inherit'], env })
  const exit = once(child, 'exit')
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const { url } = JSON.parse(line) as { url: string }
  const headers = { 'content-type': 'application/json' }
  const credentials = JSON.stringify({ username: 'admin', password: PASSWORD })
  const signedIn = await fetch(`${url}/api/v1/session`, { method: 'POST', headers, body: credentials })
  const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!
  async function ask<T>(path: string, body?: object): Promise<T> {
    const init = body && { method: 'POST', body: JSON.stringify(body) }
    const answer = await fetch(`${url}/api/v1${path}`, { ...init, headers: { ...headers, cookie } })
    if (!answer.ok) throw new Error(await answer.text())
    return (await answer.json()) as T
  }
  async function kill(): Promise<void> {
    child.kill('SIGKILL')
    await exit
  }
  return { ask, kill }
}

type Server = Awaited<ReturnType<typeof start>>

async function alertsOf({ ask }: Server): Promise<AlertSummary[]> {
  for (;;) {
    const { rows } = await ask<{ rows: AlertSummary[] }>('/alerts?limit=50')
    if (rows.length >= 5) return rows
    await new Promise((wait) => setTimeout(wait, 200))
  }
}

test('A server that is killed in the midst of work has lost no action that it had answered', async () => {
  const acknowledged = new Map<string, number>()
  for (let round = 0; round < ROUNDS; round++) {
    const server = await start(round === 0 ? 'simulator' : 'none')
    const rows = await alertsOf(server)
    const working = (async () => {
      for (let n = 0; ; n = (n + 1) % rows.length) {
        const { alert_id, state_version } = rows[n]!
        const version = acknowledged.get(alert_id) ?? state_version
        const done = await server.ask<ActionDone>(`/alerts/${alert_id}/actions`, { action: 'claim', version })
        acknowledged.set(alert_id, done.state_version)
      }
    })()
    const ended = working.catch(() => undefined)
    await new Promise((wait) => setTimeout(wait, 1_500 + round * 300))
    await server.kill()
    await ended
  }
  const server = await start('none')
  expect(acknowledged.size).toBeGreaterThan(0)
  for (const [alert_id, version] of acknowledged) {
    const alert = await server.ask<{ state_version: number; owner: string }>(`/alerts/${alert_id}`)
    // One more than was answered may have been done: the answer was lost, not the action.
    expect([version, version + 1]).toContain(alert.state_version)
  }
  const verified = await fundwatchJson<{ checks: { name: string; ok: boolean }[] }>('verify', '--data-dir', directory)
  expect(verified.checks.find(({ name }) => name.includes('audit chain'))).toMatchObject({ ok: true })
  await server.kill()
})
