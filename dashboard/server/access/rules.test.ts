import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { alertId, anAlert } from '../../testing/alerts.ts'
import { TestDashboard } from '../../testing/dashboard.ts'
import type { RouteRule } from '../app.ts'
import { ROLES, type Role } from './caller.ts'

const READERS = 'officer investigator reviewer2 panel regulator rule_admin'
const WORKERS = 'officer investigator reviewer2 panel'

/** Who may call what. A route that is missing here, or says otherwise, fails the test. */
const EXPECTED: Readonly<Record<string, string>> = {
  'GET /healthz': 'everyone',
  'GET /readyz': 'everyone',
  'GET /metrics': 'metrics sys_admin',
  'GET /*': 'everyone',
  'POST /api/v1/session': 'everyone',
  'DELETE /api/v1/session': 'everyone',
  'GET /api/v1/session/oidc': 'everyone',
  'GET /api/v1/session/oidc/start': 'everyone',
  'GET /api/v1/session/oidc/callback': 'everyone',
  'POST /api/v1/session/ticket': 'signed-in',
  'POST /api/v1/session/password': 'signed-in',
  'GET /api/v1/me': 'signed-in',
  'POST /api/v1/me/totp': 'signed-in',
  'POST /api/v1/me/totp/confirm': 'signed-in',
  'GET /api/v1/users': 'sec_admin sys_admin',
  'POST /api/v1/users': 'sec_admin sys_admin',
  'PATCH /api/v1/users/:username': 'sec_admin sys_admin',
  'POST /api/v1/users/:username/password': 'sec_admin sys_admin',
  'DELETE /api/v1/users/:username/totp': 'sec_admin sys_admin',
  'GET /api/v1/people': WORKERS,
  'GET /api/v1/alerts': READERS,
  'GET /api/v1/alerts/since': READERS,
  'GET /api/v1/alerts/groups': READERS,
  'GET /api/v1/alerts/days': READERS,
  'GET /api/v1/alerts/:id': READERS,
  'POST /api/v1/alerts/:id/actions': WORKERS,
  'GET /api/v1/alerts/actions': WORKERS,
  'POST /api/v1/alerts/actions': WORKERS,
  'GET /api/v1/alerts/actions/:bulk_id': WORKERS,
  'POST /api/v1/alerts/actions/:bulk_id/approve': WORKERS,
  'POST /api/v1/alerts/:id/unmask': WORKERS,
  'GET /api/v1/unmaskings': WORKERS,
  'POST /api/v1/unmaskings/:id/approve': WORKERS,
  'GET /api/v1/me/views': READERS,
  'PUT /api/v1/me/views': READERS,
  'POST /api/v1/attachments': WORKERS,
  'GET /api/v1/attachments/:id': WORKERS,
  'GET /api/v1/alerts/:id/attachments': WORKERS,
  'GET /api/v1/cases': `${WORKERS} regulator`,
  'POST /api/v1/cases': WORKERS,
  'GET /api/v1/cases/:id': `${WORKERS} regulator`,
  'POST /api/v1/cases/:id/alerts': WORKERS,
  'GET /api/v1/cases/:id/dossier': WORKERS,
  'GET /api/v1/cases/:id/dossier.pdf': WORKERS,
  'GET /api/v1/notices': 'institution',
  'GET /api/v1/notices/:id': 'institution',
  'POST /api/v1/notices/:id/statement': 'institution',
  'POST /api/v1/notices/:id/attachments': 'institution',
  'GET /api/v1/notices/:id/attachments/:file': 'institution',
  'GET /api/v1/holds': `${WORKERS} regulator`,
  'GET /api/v1/tasks': `${WORKERS} rule_admin`,
  'POST /api/v1/tasks/:id/done': `${WORKERS} rule_admin`,
  'GET /api/v1/exceptions': READERS,
  'POST /api/v1/exceptions': `${WORKERS} rule_admin`,
  'POST /api/v1/exceptions/:id/confirm': 'officer reviewer2 rule_admin',
  'POST /api/v1/exceptions/:id/refuse': 'officer reviewer2 rule_admin',
  'POST /api/v1/exceptions/:id/end': 'officer reviewer2 rule_admin',
  'GET /api/v1/points': `${WORKERS} regulator`,
  'GET /api/v1/credit': `${WORKERS} regulator`,
  'GET /api/v1/audit': 'audit_admin',
  'GET /api/v1/audit/verification': 'audit_admin',
  'GET /api/v1/settlements': READERS,
  'GET /api/v1/settlements/:id': READERS,
  'GET /api/v1/entities/:type/:id': READERS,
  'GET /api/v1/entities/:type/:id/timeline': READERS,
  'GET /api/v1/exports/alerts.csv': READERS,
  'GET /api/v1/exports/cases.csv': `${WORKERS} regulator`,
  'GET /api/v1/exports/settlements.csv': READERS,
  'POST /api/v1/search': READERS,
  'GET /api/v1/institutions': READERS,
  'GET /api/v1/detectors': `${READERS} sys_admin wall`,
  'GET /api/v1/detectors/:id': `${READERS} sys_admin wall`,
  'GET /api/v1/schemas': 'everyone',
  'GET /api/v1/schemas/:name': 'everyone',
  'GET /api/v1/schemas/arrow/:kind': 'everyone',
  'GET /api/v1/openapi.json': 'everyone',
  'GET /api/v1/deadletters': 'sys_admin rule_admin',
  'POST /api/v1/events': 'ingest sys_admin',
  'POST /api/v1/screen': 'ingest officer investigator rule_admin',
}

const PERSON = 'P9800000099'
/** An alert of another region, with work, a hold, a case, a task, a file, points and an exception. */
const ABROAD = {
  admdvs: '980101',
  insu_admdvs: '980101',
  fixmedins_code: 'H98010100001',
  psn_no: PERSON,
  title: 'alert abroad',
  subject_type: 'institution',
  subject_id: 'H98010100001',
} as const

let dashboard: TestDashboard
beforeEach(async () => {
  dashboard = await TestDashboard.start()
})
afterEach(() => dashboard.stop())

const named = ({ method, url }: RouteRule) => `${method} ${url}`
const rules = () => dashboard.app.rules.filter(({ method }) => method !== 'HEAD')

/** An address with something in the place of each parameter. */
function filled(url: string, ids: Readonly<Record<string, string>>): string {
  return url.replace('/*', '/').replace(/:(\w+)/g, (_, name: string) => ids[name] ?? 'x')
}

describe('every route', () => {
  it('has the rule that is written down', () => {
    const told = rules().map((rule): [string, string] => [
      named(rule),
      typeof rule.access === 'string' ? rule.access : [...rule.access].sort().join(' '),
    ])
    const expected = Object.entries(EXPECTED).map(([route, roles]) => [route, roles.split(' ').sort().join(' ')])
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(expected))
  })

  it('lets in whom its rule names, and nobody else', async () => {
    const bearers = new Map<Role, { authorization: string }>()
    for (const role of ROLES) bearers.set(role, await dashboard.bearer(role))
    for (const rule of rules()) {
      if (rule.access === 'everyone' || rule.url === '/metrics') continue
      const request = { method: rule.method as 'GET', url: filled(rule.url, {}) }
      expect([named(rule), (await dashboard.app.inject(request)).statusCode]).toEqual([named(rule), 401])
      for (const [role, headers] of bearers) {
        const { code } = (await dashboard.app.inject({ ...request, headers })).json() ?? {}
        const may = rule.access === 'signed-in' || rule.access.includes(role)
        expect([named(rule), role, code === 'ROLE_REQUIRED']).toEqual([named(rule), role, !may])
      }
    }
  })

  it('shows nothing of another region, and does nothing there', async () => {
    dashboard.log.append(anAlert(1, ABROAD))
    const officer = await dashboard.bearer('officer')
    const id = alertId(1)
    const post = async (url: string, payload: object, headers: object = officer) =>
      (await dashboard.app.inject({ method: 'POST', url: `/api/v1${url}`, headers: headers as never, payload })).json()
    const { case_id } = await post('/cases', { alert_ids: [id] })
    const file = await post(`/attachments?alert_id=${id}&name=a.txt`, Buffer.from('abroad'), {
      ...officer,
      'content-type': 'application/octet-stream',
    })
    await post(`/alerts/${id}/actions`, { action: 'claim', version: 1 })
    await post(`/alerts/${id}/actions`, { action: 'snooze', days: 7, note: 'abroad', version: 2 })
    const { database } = dashboard
    const [exception] = await database.query<{ exception_id: string }>('SELECT exception_id FROM exception_order')
    await database.query(
      `INSERT INTO task (task_id, kind, alert_id, detector_id, fixmedins_code, admdvs, insu_admdvs, text, opened)
       VALUES ('t1', 'correct_money', $1, 'POL-01', 'H98010100001', '980101', '980101', 'abroad', 1)`,
      [id],
    )
    await database.query(`INSERT INTO points VALUES ('m1', $1, 'DABROAD', 'H98010100001', '980101', '980101', 2026, 12, 1)`, [id])
    await database.query(`INSERT INTO credit VALUES ('m1', $1, 'H98010100001', '980101', '980101', 2026, 12, 1)`, [id])
    const secrets = [id, PERSON, 'abroad', 'DABROAD', 'H98010100001', case_id as string]
    expect(case_id).toMatch(/^AJ-/)

    const places: Readonly<Record<string, string>> = { '/api/v1/attachments/:id': file.attachment_id }
    for (const rule of rules()) {
      if (typeof rule.access === 'string') continue
      for (const role of rule.access) {
        const headers = await dashboard.bearer(role, '990000')
        const own = rule.url.includes('/cases/') ? case_id : rule.url.includes('/tasks/') ? 't1' : undefined
        const silent = rule.url.includes('/exceptions/') ? exception!.exception_id : undefined
        const url = filled(rule.url, { id: own ?? silent ?? places[rule.url] ?? id })
        const bodies: Readonly<Record<string, object>> = {
          '/api/v1/alerts/:id/actions': { action: 'note', note: 'x', version: 1 },
          '/api/v1/alerts/actions': { action: 'note', note: 'x', alerts: [{ alert_id: id, version: 3 }] },
          '/api/v1/alerts/:id/unmask': { reason: 'curious' },
          '/api/v1/cases': { alert_ids: [id] },
          '/api/v1/cases/:id/alerts': { alert_ids: [id], version: 1 },
          '/api/v1/tasks/:id/done': { note: 'x' },
        }
        // The record is the audit administrator's alone, who has no region.
        if (role === 'audit_admin') continue
        const payload = rule.method === 'POST' ? bodies[rule.url] : undefined
        const answer = await dashboard.app.inject({ method: rule.method as 'GET', url, headers, payload })
        const asked = JSON.stringify(payload ?? {}) + url
        for (const secret of secrets.filter((text) => !asked.includes(text))) {
          expect([named(rule), role, answer.body.includes(secret)]).toEqual([named(rule), role, false])
        }
        const acted = rule.method === 'POST' && payload !== undefined && rule.url !== '/api/v1/alerts/actions'
        if (acted) expect([named(rule), answer.statusCode]).toEqual([named(rule), 404])
      }
    }
    const work = await database.query('SELECT state_version FROM work WHERE alert_id = $1', [id])
    expect(work).toEqual([{ state_version: 3 }])
  })
})

describe('a one-time password', () => {
  it('opens nothing but its own replacement', async () => {
    const user = { username: 'li', roles: ['officer'], scope: ['990000'] }
    await dashboard.access.addUser(user, 'Careful-Reader-7', { by: 'boss', isOneTime: true })
    const signIn = (password: string) =>
      dashboard.app.inject({ method: 'POST', url: '/api/v1/session', payload: { username: 'li', password } })
    const answer = await signIn('Careful-Reader-7')
    expect(answer.json()).toMatchObject({ password_change: true })
    const headers = { cookie: String(answer.headers['set-cookie']).split(';')[0]! }
    expect((await dashboard.app.inject({ url: '/api/v1/alerts', headers })).json()).toMatchObject({
      status: 403,
      code: 'PASSWORD_CHANGE_REQUIRED',
    })
    expect((await dashboard.app.inject({ url: '/api/v1/me', headers })).statusCode).toBe(200)
    const change = { current: 'Careful-Reader-7', password: 'Another-Word-42' }
    const changed = await dashboard.app.inject({ method: 'POST', url: '/api/v1/session/password', headers, payload: change })
    expect(changed.json()).toMatchObject({ password_change: false })
    expect((await dashboard.app.inject({ url: '/api/v1/alerts', headers })).statusCode).toBe(200)
  })
})

describe('users', () => {
  it('are granted by the first administrator until there is a security administrator', async () => {
    const headers = await dashboard.bearer('sys_admin')
    const add = (username: string, ...roles: string[]) =>
      dashboard.app.inject({
        method: 'POST',
        url: '/api/v1/users',
        headers,
        payload: { username, roles, scope: ['990000'], password: 'Careful-Reader-7' },
      })
    expect((await add('sun', 'sec_admin')).json()).toMatchObject({ username: 'sun', roles: ['sec_admin'] })
    expect((await add('li', 'officer')).json()).toMatchObject({ code: 'ROLE_REQUIRED' })
    const people = await dashboard.app.inject({ url: '/api/v1/people', headers: await dashboard.bearer('officer') })
    expect(people.json().rows.map(({ username }: { username: string }) => username)).toEqual(['admin'])
  })
})
