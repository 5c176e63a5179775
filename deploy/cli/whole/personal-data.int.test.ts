import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { AlertSummary } from '../../../schemas/wire.ts'
import { ServerProcess } from '../../testing/server-process.ts'

/** A person who does not exist: the check digit of the identity number is wrong. */
const PERSON = {
  psn_no: 'PMARK99000000017',
  psn_name: '马克测试甲',
  certno: '990102194912310028',
  mdtrt_cert_no: 'MARKCARD99000017',
} as const
const TELEPHONE = '13800990017'
const MARKERS = [...Object.values(PERSON), TELEPHONE]
/** What no text that people write may hold; a name cannot be told from any other word. */
const WRITTEN: readonly string[] = [PERSON.psn_no, PERSON.certno, TELEPHONE]

const directory = await mkdtemp(join(tmpdir(), 'fundwatch-person-'))
afterAll(() => rm(directory, { recursive: true, force: true }))

const line = {
  feedetl_sn: '1',
  fee_ocur_time: '2026-01-05 09:10:00',
  med_list_codg: 'XJ01CAA040E001010100001',
  med_list_name: '阿莫西林胶囊',
  list_type: '101',
  cnt: 2,
  pric: 12.5,
  pric_uplmt_amt: 10,
  det_item_fee_sumamt: 25,
  inscp_scp_amt: 25,
}
const settlement = {
  kind: 'settlement',
  setl_id: 'SMARK1',
  mdtrt_id: 'MMARK1',
  ...PERSON,
  gend: '1',
  brdy: '1949-12-31',
  insutype: '310',
  insu_admdvs: '990102',
  mdtrt_admdvs: '990102',
  fixmedins_code: 'H99010200001',
  med_type: '11',
  setl_time: '2026-01-05 09:31:07',
  medfee_sumamt: 25,
  fund_pay_sumamt: 20,
  feedetail: [line],
}
/** One event of every kind of refusal, each with the person in it. */
const REFUSED = [
  `{"kind":"settlement","psn_name":"${PERSON.psn_name}","certno":"${PERSON.certno}"`,
  JSON.stringify({ ...settlement, setl_id: 'SMARK2', setl_time: PERSON.certno }),
  JSON.stringify({ ...settlement, setl_id: 'SMARK3', medfee_sumamt: PERSON.psn_name }),
  JSON.stringify({ ...settlement, setl_id: 'SMARK4', insutype: undefined }),
  JSON.stringify({ ...settlement, setl_id: 'SMARK5', kind: PERSON.certno }),
  JSON.stringify({ ...settlement, setl_id: 'SMARK6', feedetail: [{ ...line, cnt: PERSON.mdtrt_cert_no }] }),
  JSON.stringify({ ...settlement, medfee_sumamt: 26 }),
  JSON.stringify({
    kind: 'void',
    setl_id: 'VMARK1',
    orig_setl_id: 'SMARK1',
    psn_no: 'PMARK99000000025',
    fixmedins_code: 'H99010200001',
    setl_time: '2026-01-05 10:00:00',
  }),
  JSON.stringify({ kind: 'reference', table: PERSON.psn_name, id: PERSON.certno, row: {} }),
  JSON.stringify({ kind: 'reference', table: 'institution', id: 'H1', row: { beds: PERSON.certno } }),
]

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

test('A person’s name, numbers and telephone stand in no answer, log, error, export or metric without a recorded look', async () => {
  const server = await ServerProcess.start(directory, 'none', { FUNDWATCH_LOG_LEVEL: 'debug' })
  const leaks: string[] = []
  /** Nothing that is answered may say more of the person than the question did. */
  const ask = async (path: string, init: RequestInit = {}) => {
    const { status, text } = await server.answer(path, init)
    const where = `${init.method ?? 'GET'} ${path} (${status})`
    for (const marker of MARKERS) if (text.includes(marker)) leaks.push(`${where}: ${marker} in ${text.slice(0, 400)}`)
    return { status, text }
  }
  const post = (path: string, body: object) => ask(path, { method: 'POST', body: JSON.stringify(body) })

  const body = [JSON.stringify(settlement), ...REFUSED].join('\n')
  const told = await ask('/api/v1/events', { method: 'POST', body, headers: { 'content-type': 'application/x-ndjson' } })
  expect(JSON.parse(told.text.split('\n')[0]!)).toMatchObject({ accepted: 1 })
  const [alert] = await server.alerts(1, '&detector_id=POL-01')
  const { alert_id } = alert as AlertSummary

  for (const marker of MARKERS) {
    await post('/api/v1/search', { q: marker })
    await post('/api/v1/search', { q: { marker }, [marker]: 1 })
    if (WRITTEN.includes(marker)) {
      const note = await post(`/api/v1/alerts/${alert_id}/actions`, { action: 'note', note: `${marker} 来过两次`, version: 1 })
      expect([marker, note.status]).toEqual([marker, 422])
      await post(`/api/v1/alerts/${alert_id}/unmask`, { reason: marker })
    }
    await post('/api/v1/session', { username: marker, password: marker })
    await post('/api/v1/screen', { ...settlement, setl_id: undefined, setl_time: marker })
    await post('/api/v1/cases', { alert_ids: [marker] })
    await ask(`/api/v1/alerts?q=${encodeURIComponent(marker)}`)
    await ask(`/api/v1/nothing/${encodeURIComponent(marker)}`)
  }
  const opened = JSON.parse((await post('/api/v1/cases', { alert_ids: [alert_id] })).text.split('\n')[0]!)
  await post(`/api/v1/alerts/${alert_id}/actions`, { action: 'claim', version: alert!.state_version })
  await ask('/api/v1/settlements/SMARK1')
  await ask('/api/v1/entities/person/settlement:SMARK1')
  await ask(`/api/v1/cases/${opened.case_id}`)

  const { paths } = JSON.parse((await ask('/api/v1/openapi.json')).text.split('\n')[0]!) as OpenApi
  let asked = 0
  for (const [path, methods] of Object.entries(paths)) {
    const base =
      path.startsWith('/api') || path.startsWith('/healthz') || path.startsWith('/readyz') || path.startsWith('/metrics')
        ? path
        : `/api/v1${path}`
    for (const method of Object.keys(methods).map((name) => name.toUpperCase())) {
      if (base.includes('/session') && method === 'DELETE') continue
      for (const id of [alert_id, 'SMARK1', opened.case_id, encodeURIComponent(PERSON.psn_no)]) {
        asked++
        const url = base.replace('{type}', 'person').replace(/\{\w+\}/g, id)
        const init =
          method === 'GET' ? {} : { method, body: JSON.stringify({ [PERSON.psn_no]: PERSON.certno, note: PERSON.certno }) }
        await ask(url, init)
        if (method === 'GET') await ask(`${url}?limit=${PERSON.certno}&cursor=${PERSON.psn_no}&${PERSON.psn_no}=1`)
        if (!base.includes('{')) break
      }
    }
  }
  expect(asked).toBeGreaterThan(60)
  expect(leaks).toEqual([])
  expect(MARKERS.filter((marker) => server.log.includes(marker))).toEqual([])

  const look = await server.answer(`/api/v1/alerts/${alert_id}/unmask`, {
    method: 'POST',
    body: JSON.stringify({ reason: 'for the hearing' }),
  })
  expect(look.text).toContain(PERSON.psn_no)
  await server.kill('SIGTERM')
  expect(MARKERS.filter((marker) => server.log.includes(marker))).toEqual([])
}, 900_000)
