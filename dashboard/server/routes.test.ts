import { gzipSync } from 'node:zlib'
import { tableFromIPC } from 'apache-arrow'
import { afterEach, describe, expect, it } from 'vitest'
import { FundwatchError } from '../../schemas/errors.ts'
import { alertId, anAlert } from '../testing/alerts.ts'
import { ADMIN_PASSWORD, TestDashboard } from '../testing/dashboard.ts'

let dashboard: TestDashboard
afterEach(() => dashboard.stop())

async function signIn(): Promise<string> {
  const answer = await dashboard.app.inject({
    method: 'POST',
    url: '/api/v1/session',
    payload: { username: 'admin', password: ADMIN_PASSWORD },
  })
  expect(answer.statusCode).toBe(200)
  return String(answer.headers['set-cookie']).split(';')[0]!
}

describe('signing in', () => {
  it('sets a cookie that scripts cannot read and other sites cannot send', async () => {
    dashboard = await TestDashboard.start()
    const answer = await dashboard.app.inject({
      method: 'POST',
      url: '/api/v1/session',
      payload: { username: 'admin', password: ADMIN_PASSWORD },
    })
    expect(answer.headers['set-cookie']).toMatch(/HttpOnly/)
    expect(answer.headers['set-cookie']).toMatch(/SameSite=Strict/)
    expect(answer.json()).toEqual({
      username: 'admin',
      roles: ['officer', 'sys_admin'],
      scope: ['000000'],
      institutions: [],
      password_change: false,
      totp: false,
    })
  })

  it('ends with the cookie when the person signs out', async () => {
    dashboard = await TestDashboard.start()
    const cookie = await signIn()
    expect((await dashboard.app.inject({ url: '/api/v1/me', headers: { cookie } })).statusCode).toBe(200)
    expect((await dashboard.app.inject({ method: 'DELETE', url: '/api/v1/session', headers: { cookie } })).statusCode).toBe(204)
    expect((await dashboard.app.inject({ url: '/api/v1/me', headers: { cookie } })).statusCode).toBe(401)
  })

  it('answers a wrong password with a problem document', async () => {
    dashboard = await TestDashboard.start()
    const answer = await dashboard.app.inject({
      method: 'POST',
      url: '/api/v1/session',
      payload: { username: 'admin', password: 'guess' },
    })
    expect(answer.statusCode).toBe(401)
    expect(answer.headers['content-type']).toMatch('application/problem+json')
    expect(answer.json()).toMatchObject({
      type: 'urn:fundwatch:problem:CREDENTIALS_WRONG',
      status: 401,
      code: 'CREDENTIALS_WRONG',
    })
  })

  it('refuses a cookie that another site sends along', async () => {
    dashboard = await TestDashboard.start()
    const cookie = await signIn()
    const from = (headers: Record<string, string>) =>
      dashboard.app.inject({ method: 'DELETE', url: '/api/v1/session', headers: { cookie, host: 'watch.example', ...headers } })
    expect((await from({ origin: 'https://evil.example' })).json()).toMatchObject({ code: 'ORIGIN_REFUSED' })
    expect((await from({ 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403)
    expect((await from({ origin: 'https://watch.example', 'sec-fetch-site': 'same-origin' })).statusCode).toBe(204)
  })
})

describe('rules of routes', () => {
  it('stop the start where one is missing', async () => {
    dashboard = await TestDashboard.start()
    const routes = dashboard.app.printRoutes({ commonPrefix: false, includeHooks: false })
    expect(routes).toContain('alerts')
    const { guard } = await import('./access/guard.ts')
    const { default: Fastify } = await import('fastify')
    const bare = Fastify()
    guard(bare as never, dashboard.access)
    expect(() => bare.get('/open-door', () => 'come in')).toThrow('does not say who may call it')
  })

  it('let nobody in without a sign-in, except where everyone may', async () => {
    dashboard = await TestDashboard.start()
    const open = ['/healthz', '/readyz', '/api/v1/openapi.json', '/api/v1/schemas']
    const closed = ['/api/v1/me', '/api/v1/alerts', `/api/v1/alerts/${alertId(1)}`, '/api/v1/detectors', '/api/v1/deadletters']
    for (const url of open) expect([url, (await dashboard.app.inject(url)).statusCode]).toEqual([url, 200])
    for (const url of closed) expect([url, (await dashboard.app.inject(url)).statusCode]).toEqual([url, 401])
  })

  it('keep machines from alerts, and people from handing in events', async () => {
    dashboard = await TestDashboard.start()
    const ingest = await dashboard.bearer('ingest')
    const officer = await dashboard.bearer('officer')
    const alerts = await dashboard.app.inject({ url: '/api/v1/alerts', headers: ingest })
    expect(alerts.json()).toMatchObject({ status: 403, code: 'ROLE_REQUIRED' })
    const headers = { ...officer, 'content-type': 'application/x-ndjson' }
    const events = await dashboard.app.inject({ method: 'POST', url: '/api/v1/events', headers, payload: '{}' })
    expect(events.statusCode).toBe(403)
  })

  it('open the metrics to this machine, and to others by token only', async () => {
    dashboard = await TestDashboard.start()
    expect((await dashboard.app.inject({ url: '/metrics' })).body).toContain('fundwatch_ws_clients 0')
    const far = { remoteAddress: '10.1.2.3', url: '/metrics' }
    expect((await dashboard.app.inject(far)).statusCode).toBe(401)
    expect((await dashboard.app.inject({ url: '/metrics', headers: { 'x-forwarded-for': '10.1.2.3' } })).statusCode).toBe(401)
    expect((await dashboard.app.inject({ ...far, headers: await dashboard.bearer('metrics') })).statusCode).toBe(200)
  })
})

describe('alerts', () => {
  it('are listed newest first, page by page, persons masked', async () => {
    dashboard = await TestDashboard.start()
    dashboard.log.append(
      ...[1, 2, 3].map((n) => anAlert(n, { subject_type: 'person', subject_id: 'P9900000001', why: 'P9900000001 twice' })),
    )
    const headers = await dashboard.bearer('officer')
    const first = (await dashboard.app.inject({ url: '/api/v1/alerts?limit=2&total=true', headers })).json()
    expect(first.rows.map((row: { seq: number }) => row.seq)).toEqual([3, 2])
    expect(first.total).toEqual({ value: 3, exact: true })
    expect(first.rows[0]).toMatchObject({ subject_id: 'P9****0001', why: 'P9****0001 twice', state: 'NEW' })
    const second = (await dashboard.app.inject({ url: `/api/v1/alerts?limit=2&cursor=${first.next}`, headers })).json()
    expect(second).toMatchObject({ rows: [{ seq: 1 }], next: null })
  })

  it('are filtered by lists written either way; a misspelt filter is refused', async () => {
    dashboard = await TestDashboard.start()
    dashboard.log.append(anAlert(1, { severity: 1 }), anAlert(2, { severity: 2 }), anAlert(3, { severity: 4 }))
    const headers = await dashboard.bearer('officer')
    const seqs = async (query: string) => {
      const answer = await dashboard.app.inject({ url: `/api/v1/alerts?${query}`, headers })
      return answer.json().rows?.map((row: { seq: number }) => row.seq) ?? answer.json().code
    }
    expect(await seqs('severity=1,4')).toEqual([3, 1])
    expect(await seqs('severity=1&severity=4')).toEqual([3, 1])
    expect(await seqs('severity=5')).toBe('REQUEST_INVALID')
    expect(await seqs('sevrity=1')).toBe('REQUEST_INVALID')
    expect(await seqs('limit=501')).toBe('REQUEST_INVALID')
    const told = async (query: string) =>
      (await dashboard.app.inject({ url: `/api/v1/alerts?${query}`, headers })).json().detail as string
    expect(await told('sevrity=1')).toBe('querystring has no member sevrity')
    expect(await told('state=new')).toMatch(/^querystring\/state\/0 must be one of NEW, [A-Z_, ]+$/)
  })

  it('of other regions do not exist', async () => {
    dashboard = await TestDashboard.start()
    dashboard.log.append(
      anAlert(1, { admdvs: '990102', insu_admdvs: '990102' }),
      anAlert(2, { admdvs: '980100', insu_admdvs: '980100' }),
    )
    const headers = await dashboard.bearer('investigator', '990000')
    expect((await dashboard.app.inject({ url: '/api/v1/alerts', headers })).json().rows).toHaveLength(1)
    expect((await dashboard.app.inject({ url: `/api/v1/alerts/${alertId(1)}`, headers })).statusCode).toBe(200)
    expect((await dashboard.app.inject({ url: `/api/v1/alerts/${alertId(2)}`, headers })).json()).toMatchObject({
      code: 'ALERT_UNKNOWN',
    })
  })

  it('are shown whole, with their history, and without the number of a person', async () => {
    dashboard = await TestDashboard.start()
    const evidence = { persons: ['P9900000001', 'P9900000002'], note: 'P9900000002 came later' }
    dashboard.log.append(anAlert(1), anAlert(1, { revision: 2, status: 'retracted', retract_reason: 'VOIDED', evidence }))
    const headers = await dashboard.bearer('officer')
    const answer = await dashboard.app.inject({ url: `/api/v1/alerts/${alertId(1)}`, headers })
    expect(answer.json()).toMatchObject({
      state: 'VOIDED',
      revisions: [{ revision: 2 }, { revision: 1 }],
      basis: [{ article: '38(三)' }],
    })
    expect(answer.json().evidence).toEqual({ persons: ['P9****0001', 'P9****0002'], note: 'P9****0002 came later' })
    expect(answer.body).not.toContain('P990000000')
  })

  it('follow a cursor in the order of the log, and say where it ends', async () => {
    dashboard = await TestDashboard.start()
    dashboard.log.append(anAlert(1), anAlert(2), anAlert(3, { mode: 'shadow' }), anAlert(4))
    const headers = await dashboard.bearer('officer')
    const since = (query: string) => dashboard.app.inject({ url: `/api/v1/alerts/since?${query}`, headers })
    expect((await since('epoch=e1&seq=1&limit=2')).json()).toMatchObject({ rows: [{ seq: 2 }], next: 3, hwm: 4 })
    expect((await since('epoch=e1&seq=3&limit=2')).json()).toMatchObject({ rows: [{ seq: 4 }], next: null })
    expect((await since('epoch=lost&seq=3')).json()).toMatchObject({ status: 409, code: 'EPOCH_UNKNOWN' })
  })
})

describe('handing in events', () => {
  const submitted: { body: string; type: string }[] = []
  const ingest = {
    submit: async (body: Buffer, type: string) => {
      submitted.push({ body: body.toString(), type })
      if (body.toString() === 'busy') throw new FundwatchError('BUSY', 'The pipeline is behind.')
      return { accepted: 1, duplicates: 0, rejected: [{ line: 2, code: 'JSON_INVALID', message: 'no JSON' } as const] }
    },
  }
  async function post(payload: string | Buffer, headers: Record<string, string>) {
    const token = await dashboard.bearer('ingest')
    return dashboard.app.inject({ method: 'POST', url: '/api/v1/events', headers: { ...token, ...headers }, payload })
  }

  it('answers what became of them', async () => {
    dashboard = await TestDashboard.start({ ingest })
    const answer = await post('{"a":1}\n{', { 'content-type': 'application/x-ndjson; charset=utf-8' })
    expect(answer.json()).toEqual({
      accepted: 1,
      duplicates: 0,
      rejected: [{ line: 2, code: 'JSON_INVALID', message: 'no JSON' }],
    })
    expect(submitted.at(-1)).toEqual({ body: '{"a":1}\n{', type: 'application/x-ndjson' })
  })

  it('unpacks gzip', async () => {
    dashboard = await TestDashboard.start({ ingest })
    await post(gzipSync('{"zipped":1}'), { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' })
    expect(submitted.at(-1)?.body).toBe('{"zipped":1}')
    const broken = await post('no gzip', { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' })
    expect(broken.json()).toMatchObject({ code: 'REQUEST_INVALID' })
  })

  it('refuses what is too large, also when it only unpacks to too much', async () => {
    dashboard = await TestDashboard.start({ ingest })
    const tooMuch = Buffer.alloc(64 * 1024 * 1024 + 1, 32)
    const plain = await post(tooMuch, { 'content-type': 'application/x-ndjson' })
    expect(plain.json()).toMatchObject({ status: 413, code: 'TOO_LARGE' })
    const bomb = await post(gzipSync(tooMuch), { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' })
    expect(bomb.json()).toMatchObject({ status: 413, code: 'TOO_LARGE' })
  })

  it('refuses other media types and other encodings', async () => {
    dashboard = await TestDashboard.start({ ingest })
    expect((await post('{}', { 'content-type': 'application/json' })).json()).toMatchObject({ code: 'MEDIA_TYPE_UNSUPPORTED' })
    const packed = await post('{}', { 'content-type': 'application/x-ndjson', 'content-encoding': 'br' })
    expect(packed.statusCode).toBe(415)
  })

  it('refuses a request without a body', async () => {
    dashboard = await TestDashboard.start({ ingest })
    const headers = await dashboard.bearer('ingest')
    const answer = await dashboard.app.inject({ method: 'POST', url: '/api/v1/events', headers })
    expect(answer.json()).toMatchObject({ status: 400, code: 'REQUEST_INVALID' })
  })

  it('says that a body is no Arrow, as the reader of Arrow found', async () => {
    const reader = { submit: () => Promise.reject(new FundwatchError('ARROW_INVALID', 'Not an Arrow stream: too short')) }
    dashboard = await TestDashboard.start({ ingest: reader })
    const answer = await post('{}', { 'content-type': 'application/vnd.apache.arrow.stream' })
    expect(answer.json()).toMatchObject({ status: 400, code: 'ARROW_INVALID', detail: 'Not an Arrow stream: too short' })
  })

  it('takes only so many large bodies at once, and more when those are done', async () => {
    let finish = () => {}
    const finished = new Promise<void>((resolve) => {
      finish = resolve
    })
    const slow = { submit: () => finished.then(() => ({ accepted: 1, duplicates: 0, rejected: [] })) }
    dashboard = await TestDashboard.start({ ingest: slow })
    const zipped = () => post(gzipSync('{}'), { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' })
    const waiting = [zipped(), zipped(), zipped(), zipped()]
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect((await zipped()).json()).toMatchObject({ status: 429, code: 'BUSY' })
    finish()
    for (const answer of await Promise.all(waiting)) expect(answer.statusCode).toBe(200)
    expect((await zipped()).statusCode).toBe(200)
  })

  it('says when to come back while the pipeline is behind', async () => {
    dashboard = await TestDashboard.start({ ingest })
    const answer = await post('busy', { 'content-type': 'application/x-ndjson' })
    expect(answer.statusCode).toBe(429)
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect(answer.json()).toMatchObject({ code: 'BUSY' })
  })
})

describe('the screen', () => {
  it('passes a draft on and names what is wrong with it', async () => {
    const check = async (draft: unknown) => {
      if (!(draft as { setl_id?: string }).setl_id) throw new FundwatchError('FIELD_MISSING', 'setl_id is missing.')
      return { findings: [{ detector_id: 'POL-01' }] }
    }
    dashboard = await TestDashboard.start({ screen: { check } })
    const headers = await dashboard.bearer('ingest')
    const screen = (payload: object) => dashboard.app.inject({ method: 'POST', url: '/api/v1/screen', headers, payload })
    expect((await screen({ setl_id: 'S1' })).json()).toEqual({ findings: [{ detector_id: 'POL-01' }] })
    expect((await screen({})).json()).toMatchObject({
      status: 422,
      code: 'DRAFT_INVALID',
      detail: 'FIELD_MISSING: setl_id is missing.',
    })
  })
})

describe('what is published', () => {
  it('describes every route as OpenAPI 3.1, from the schemas that validate it', async () => {
    dashboard = await TestDashboard.start()
    const document = (await dashboard.app.inject('/api/v1/openapi.json')).json()
    expect(document.openapi).toBe('3.1.0')
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/api/v1/events',
        '/api/v1/screen',
        '/api/v1/alerts',
        '/api/v1/alerts/{id}',
        '/api/v1/alerts/since',
        '/readyz',
      ]),
    )
    const names = document.paths['/api/v1/alerts'].get.parameters.map(({ name }: { name: string }) => name)
    expect(names).toEqual(expect.arrayContaining(['severity', 'min_vola_amt', 'from', 'to', 'q', 'cursor']))
  })

  it('names the schemas and answers each', async () => {
    dashboard = await TestDashboard.start()
    const { rows } = (await dashboard.app.inject('/api/v1/schemas')).json()
    expect(rows).toEqual(expect.arrayContaining(['settlement', 'reference.price_cap', 'alert', 'wire.down']))
    const settlement = (await dashboard.app.inject('/api/v1/schemas/settlement')).json()
    expect(settlement.required).toContain('setl_id')
    const arrow = await dashboard.app.inject('/api/v1/schemas/arrow/settlement')
    expect(tableFromIPC(arrow.rawPayload).schema.fields.map(({ name }) => name)).toContain('setl_id')
    const reference = await dashboard.app.inject('/api/v1/schemas/arrow/reference')
    expect(tableFromIPC(reference.rawPayload).schema.fields.map(({ name }) => name)).toContain('row')
    expect((await dashboard.app.inject('/api/v1/schemas/none')).json()).toMatchObject({ code: 'SCHEMA_UNKNOWN' })
    expect((await dashboard.app.inject('/api/v1/schemas/arrow/none')).json()).toMatchObject({ code: 'SCHEMA_UNKNOWN' })
  })

  it('says 503 while a part is not ready', async () => {
    const health = { readiness: () => ({ ready: false, checks: { clickhouse: 'starting' } }) }
    dashboard = await TestDashboard.start({ health })
    const answer = await dashboard.app.inject('/readyz')
    expect([answer.statusCode, answer.json()]).toEqual([503, { ready: false, checks: { clickhouse: 'starting' } }])
  })
})

describe('every answer', () => {
  it('keeps scripts of others off the page', async () => {
    dashboard = await TestDashboard.start()
    const { headers } = await dashboard.app.inject('/nowhere')
    expect(headers['content-security-policy']).toMatch("default-src 'self'")
    expect(headers['content-security-policy']).not.toMatch('unsafe')
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' })
  })

  it('is a problem document where there is nothing', async () => {
    dashboard = await TestDashboard.start()
    expect((await dashboard.app.inject('/nowhere')).json()).toMatchObject({ status: 404, code: 'ROUTE_UNKNOWN' })
    expect((await dashboard.app.inject('/api/v1/nowhere')).json()).toMatchObject({ status: 404, code: 'ROUTE_UNKNOWN' })
  })

  it('hides what went wrong inside, and the log hides the person', async () => {
    const lines: string[] = []
    const logger = { level: 'info', stream: { write: (line: string) => lines.push(line) } }
    const alerts = { list: () => Promise.reject(new Error("Cannot parse 'P9900000001' at row 7")) } as never
    dashboard = await TestDashboard.start({ alerts }, { logger })
    const headers = await dashboard.bearer('officer')
    const answer = await dashboard.app.inject({ url: '/api/v1/alerts?q=P9900000001', headers })
    expect(answer.json()).toMatchObject({ status: 500, code: 'INTERNAL', detail: expect.not.stringContaining('parse') })
    expect(lines.join('')).toContain('Cannot parse')
    expect(lines.join('')).not.toContain('P9900000001')
    expect(lines.join('')).toContain(answer.json().request_id)
  })
})
