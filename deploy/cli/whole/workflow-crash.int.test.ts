import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { PostgresServer } from '../../../dashboard/server/database/testing/postgres-server.ts'
import type { ActionDone } from '../../../schemas/workflow.ts'
import { fundwatchJson } from '../../testing/cli.ts'
import { ServerProcess } from '../../testing/server-process.ts'

const ROUNDS = 3

const parent = await mkdtemp(join(tmpdir(), 'fundwatch-workflow-'))
const postgres = await PostgresServer.start()
afterAll(async () => {
  delete process.env.FUNDWATCH_POSTGRES_URL
  await postgres.stop()
  await rm(parent, { recursive: true, force: true })
})

test.each([
  ['PGlite', ''],
  ['PostgreSQL', postgres.url],
])('A server that is killed in the midst of work has lost no action that it had answered, on %s', async (name, url) => {
  const directory = join(parent, name)
  process.env.FUNDWATCH_POSTGRES_URL = url
  const acknowledged = new Map<string, number>()
  let answered = 0
  for (let round = 0; round < ROUNDS; round++) {
    const server = await ServerProcess.start(directory, round === 0 ? 'simulator' : 'none')
    const rows = await server.alerts(5)
    const before = answered
    const working = (async () => {
      for (let n = 0; ; n = (n + 1) % rows.length) {
        const { alert_id, state_version } = rows[n]!
        const version = acknowledged.get(alert_id) ?? state_version
        const done = await server.ask<ActionDone>(`/alerts/${alert_id}/actions`, { action: 'claim', version })
        acknowledged.set(alert_id, done.state_version)
        answered++
      }
    })()
    let stopped = false
    const ended = working.catch(() => {
      stopped = true
    })
    // Killed after some answers and at another moment each round, however slow the machine.
    while (!stopped && answered < before + 3 + round) await new Promise((wait) => setTimeout(wait, 20))
    await new Promise((wait) => setTimeout(wait, round * 37))
    await server.kill()
    await ended
    expect(answered).toBeGreaterThan(before)
  }
  const server = await ServerProcess.start(directory, 'none')
  for (const [alert_id, version] of acknowledged) {
    const alert = await server.ask<{ state_version: number; owner: string }>(`/alerts/${alert_id}`)
    // One more than was answered may have been done: the answer was lost, not the action.
    expect([version, version + 1]).toContain(alert.state_version)
  }
  const verified = await fundwatchJson<{ checks: { name: string; ok: boolean }[] }>('verify', '--data-dir', directory)
  for (const part of ['audit chain', 'otherwise than the record']) {
    expect(verified.checks.find(({ name: check }) => check.includes(part))).toMatchObject({ ok: true })
  }
  await server.kill()
})
