import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { afterAll, expect, test } from 'vitest'
import type { App } from '../../../dashboard/server/app.ts'
import { createDashboard } from '../../../dashboard/server/server.ts'
import { DAY, formatInstant, HOUR, type Instant } from '../../../schemas/time.ts'
import type { AlertSummary } from '../../../schemas/wire.ts'
import { openPipeline } from '../services/pipeline.ts'
import { feedOf, healthOf, ingestInto, screenOn } from '../services/ports.ts'
import { loadConfig } from '../settings/config.ts'

const PASSWORD = 'Watchful-1234'
const CLINIC = 'H99010100001'
const DOCTOR = 'D990101000001'
const ITEM = '003105010103000'
const PATIENCE = { timeout: 240_000, interval: 500 }

const directory = await mkdtemp(join(tmpdir(), 'fundwatch-sanctions-'))
afterAll(() => rm(directory, { recursive: true, force: true }))

const standing = [{ from: '2015-01-01', to: '2039-12-31', status: 'active' }]
const KNOWN = [
  {
    kind: 'reference',
    table: 'institution',
    id: CLINIC,
    row: { name: '示例医院', level: '3', admdvs: '990101', agreement: standing },
  },
  { kind: 'reference', table: 'doctor', id: DOCTOR, row: { name: '示例医师', institutions: [CLINIC], status: standing } },
  { kind: 'reference', table: 'price_cap', id: 'cap', row: { code: ITEM, cap: 40 } },
]

function settlement(setl_id: string, at: Instant, pric: number) {
  const place = { insu_admdvs: '990101', mdtrt_admdvs: '990101', fixmedins_code: CLINIC }
  const line = {
    feedetl_sn: '1',
    fee_ocur_time: formatInstant(at - HOUR),
    med_list_codg: ITEM,
    cnt: 1,
    pric,
    bilg_dr_codg: DOCTOR,
  }
  return {
    ...{ kind: 'settlement', setl_id, mdtrt_id: `M${setl_id}`, psn_no: 'P9900000001', insutype: '310', med_type: '11', ...place },
    ...{ setl_time: formatInstant(at), medfee_sumamt: pric, fund_pay_sumamt: pric },
    feedetail: [{ ...line, det_item_fee_sumamt: pric, inscp_scp_amt: pric }],
  }
}

test('A suspended agreement, a suspended person and an ended qualification are judged by, as soon as they are executed', async () => {
  const config = { ...loadConfig({}).values, data_dir: join(directory, 'data'), source: 'none', admin_password: PASSWORD }
  const pipeline = await openPipeline({ ...config, detectors: 'POL-01,MGT-16,MGT-17,MGT-23' })
  // The procedure takes a month: it began sixty days ago.
  const begin = Date.now() - 60 * DAY
  let now = begin
  const ingest = ingestInto(pipeline)
  const { access } = await pipeline.workflow.access()
  const ports = { records: pipeline.store, feed: await feedOf(pipeline), ingest, screen: screenOn(pipeline), access }
  const app: App = await createDashboard(
    {
      ...ports,
      database: await pipeline.workflow.database(),
      health: healthOf(pipeline, new Map()),
      metrics: new Registry(),
      now: () => now,
    },
    { webRoots: [directory] },
  )
  const call = async (url: string, payload?: object, headers = {}) => {
    const method = payload ? 'POST' : 'GET'
    return app.inject({ method, url: `/api/v1${url}`, headers, payload })
  }
  const signedIn = await call('/session', { username: 'admin', password: PASSWORD })
  const me = { cookie: String(signedIn.headers['set-cookie']).split(';')[0]! }
  const submit = async (...events: object[]) => {
    const body = `${events.map((event) => JSON.stringify(event)).join('\n')}\n`
    expect(await ingest.submit(Buffer.from(body), 'application/x-ndjson')).toMatchObject({ accepted: events.length })
  }
  const alertsOf = async (setl_id: string) => {
    const { rows } = (await call('/alerts', undefined, me)).json() as { rows: AlertSummary[] }
    return rows.filter(({ subject_id }) => subject_id === setl_id).map(({ detector_id }) => detector_id)
  }

  await submit(...KNOWN)
  await submit(settlement('S1', begin, 46))
  const [found] = (await call('/alerts', undefined, me)).json().rows as AlertSummary[]
  expect(found).toMatchObject({ detector_id: 'POL-01', subject_id: 'S1' })
  const whole = async () => (await call(`/alerts/${found!.alert_id}`, undefined, me)).json()
  const act = async (order: object) => {
    const { state_version: version } = await whole()
    const answer = (await call(`/alerts/${found!.alert_id}/actions`, { ...order, version }, me)).json()
    expect(answer.code).toBeUndefined()
  }
  await act({ action: 'assign' })
  await act({ action: 'notify', amount: 6 })
  now += 30 * DAY
  await expect.poll(async () => (await whole()).state, PATIENCE).toBe('CONFIRMED')
  const measures = [
    { code: 'SUSPEND', months: 2 },
    { code: 'POINTS', doctor: DOCTOR, points: 12 },
    { code: 'SUSPEND_PSN', months: 3 },
  ]
  await act({ action: 'dispose', measures })
  for (const { measure_id } of (await whole()).work.measures) await act({ action: 'execute', measure_id })
  expect((await whole()).state).toBe('CLOSED')

  const told = async () => {
    const query = "SELECT count() AS n FROM reference_row WHERE row LIKE '%suspended%' OR row LIKE '%terminated%'"
    const [count] = await pipeline.store.query<{ n: number | string }>(query)
    return Number(count!.n)
  }
  await expect.poll(told, PATIENCE).toBe(3)
  await submit(settlement('S2', now - 2 * DAY, 30), settlement('S3', now + 5 * DAY, 30))
  await expect.poll(async () => (await alertsOf('S3')).sort(), PATIENCE).toEqual(['MGT-16', 'MGT-17', 'MGT-23'])
  // What was settled before is judged by what held then.
  expect(await alertsOf('S2')).toEqual([])

  await app.close()
  await pipeline.engine.drain()
  await pipeline.close()
}, 600_000)
