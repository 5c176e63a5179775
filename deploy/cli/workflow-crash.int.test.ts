import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { ActionDone } from '../../schemas/workflow.ts'
import { fundwatchJson } from '../testing/cli.ts'
import { ServerProcess } from '../testing/server-process.ts'

const ROUNDS = 3

const directory = await mkdtemp(join(tmpdir(), 'fundwatch-workflow-'))
afterAll(() => rm(directory, { recursive: true, force: true }))

test('A server that is killed in the midst of work has lost no action that it had answered', async () => {
  const acknowledged = new Map<string, number>()
  for (let round = 0; round < ROUNDS; round++) {
    const server = await ServerProcess.start(directory, round === 0 ? 'simulator' : 'none')
    const rows = await server.alerts(5)
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
  const server = await ServerProcess.start(directory, 'none')
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
