import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { reference, settlement } from '../../../detectors/testing/events.ts'
import { type ClickHouseServer, startClickHouse } from '../../../pipeline/testing/clickhouse-server.ts'
import { loadConfig } from '../settings/config.ts'
import { startDashboard } from './dashboard.ts'
import { type Running, start } from './start.ts'

const PASSWORD = 'a long password of the test'
const root = mkdtempSync(join(tmpdir(), 'fundwatch-services-'))
let clickhouse: ClickHouseServer
let pipeline: Running
let dashboard: Running

function configOf(name: string, flags: Record<string, string>) {
  const given = { 'clickhouse-url': clickhouse.url, 'admin-password': PASSWORD, source: 'none', ...flags }
  return loadConfig({ 'data-dir': join(root, name), port: '0', 'log-level': 'error', ...given }, {}).values
}

/** Cookie of the administrator. */
async function signIn({ url }: Running): Promise<string> {
  const body = JSON.stringify({ username: 'admin', password: PASSWORD })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${url}/api/v1/session`, { method: 'POST', headers, body })
  return answer.headers.get('set-cookie')!.split(';')[0]!
}

beforeAll(async () => {
  clickhouse = await startClickHouse()
  pipeline = await start(configOf('pipeline', { detectors: 'POL-01' }))
  dashboard = await startDashboard(configOf('dashboard', { 'pipeline-url': pipeline.url }))
})
afterAll(async () => {
  process.emit('SIGTERM')
  await Promise.all([pipeline?.ended, dashboard?.ended])
  await clickhouse?.stop()
})

test('A dashboard of its own shows what the pipeline has found, and is ready', async () => {
  const cookie = await signIn(pipeline)
  const cap = reference('price_cap', 'c', { code: 'XJ01CAA040E001010100001', cap: 8 })
  const body = [cap, settlement({ setl_id: 'S1' })].map((event) => JSON.stringify(event)).join('\n')
  const sent = await fetch(`${pipeline.url}/api/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', cookie, origin: pipeline.url },
    body,
  })
  expect(await sent.json()).toMatchObject({ accepted: 2 })
  const headers = { cookie: await signIn(dashboard) }
  const alerts = await (await fetch(`${dashboard.url}/api/v1/alerts`, { headers })).json()
  expect(alerts).toMatchObject({ rows: [{ detector_id: 'POL-01', subject_id: 'S1' }] })
  const readiness = async () => (await fetch(`${dashboard.url}/readyz`)).status
  await vi.waitFor(async () => expect(await readiness()).toBe(200))
  expect((await fetch(`${dashboard.url}/healthz`)).status).toBe(200)
})

test('A dashboard without a server to read is refused with the name of the setting', async () => {
  const { values } = loadConfig({ 'data-dir': join(root, 'none') }, {})
  await expect(startDashboard(values)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
})
