import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Alert } from '../../../schemas/alert.ts'
import type { BulkDone, BulkReview, Work } from '../../../schemas/workflow.ts'
import { alertId, anAlert } from '../../testing/alerts.ts'
import { TestDashboard } from '../../testing/dashboard.ts'

const PERSON = 'P9900000042'

let dashboard: TestDashboard
let officer: { authorization: string }
let reviewer: { authorization: string }
let auditor: { authorization: string }
beforeEach(async () => {
  dashboard = await TestDashboard.start()
  officer = await dashboard.bearer('officer')
  reviewer = await dashboard.bearer('reviewer2')
  auditor = await dashboard.bearer('audit_admin')
})
afterEach(() => dashboard.stop())

async function get(url: string, headers = officer) {
  return (await dashboard.app.inject({ url: `/api/v1${url}`, headers })).json()
}
async function post(url: string, payload: object | Buffer, headers: Record<string, string> = officer) {
  return (await dashboard.app.inject({ method: 'POST', url: `/api/v1${url}`, headers, payload })).json()
}
const act = (n: number, order: object, headers = officer) => post(`/alerts/${alertId(n)}/actions`, order, headers)

/** An alert about a person, too slight to be held by itself. */
function slight(n: number, changes: Partial<Alert> = {}): Alert {
  return anAlert(n, { severity: 3, subject_type: 'person', subject_id: PERSON, psn_no: PERSON, ...changes })
}

describe('an alert', () => {
  it('shows how it stands, what was done, and what the caller may do', async () => {
    dashboard.log.append(slight(1))
    expect(await get(`/alerts/${alertId(1)}`)).toMatchObject({
      state: 'NEW',
      work: { state: 'NEW', state_version: 1, holds: [], history: [], case_id: null, undo: null },
    })
    await act(1, { action: 'claim', version: 1 })
    const { owner, state_version, work } = (await get(`/alerts/${alertId(1)}`)) as Alert & { owner: string; work: Work } & {
      state_version: number
    }
    expect([owner, state_version]).toEqual([work.owner, 2])
    expect(work).toMatchObject({ claimed_by: owner, history: [{ actor: owner, action: 'claim', from: 'NEW', to: 'NEW' }] })
    expect(work.undo).toMatchObject({ action: 'claim' })
    const refusals = Object.fromEntries(work.actions.map(({ action, refusal }) => [action, refusal]))
    expect(refusals).toMatchObject({
      claim: null,
      release: null,
      assign: null,
      undo: null,
      dismiss: 'STATE_REFUSES',
      uphold: 'STATE_REFUSES',
      file_case: 'FRAUD_GROUND_MISSING',
    })
    const other = (await get(`/alerts/${alertId(1)}`, reviewer)) as { work: Work }
    expect(other.work.actions.find(({ action }) => action === 'hold')?.refusal).toBe('CLAIMED_BY_OTHER')
    expect(other.work.undo).toBeNull()
  })

  it('answers who was faster, and what is the state now', async () => {
    dashboard.log.append(slight(1))
    const first = await act(1, { action: 'claim', version: 1 })
    expect(await act(1, { action: 'claim', version: 1 }, reviewer)).toMatchObject({
      status: 409,
      code: 'VERSION_STALE',
      current: { state: 'NEW', state_version: 2, owner: first.owner, last: { actor: first.owner, action: 'claim' } },
    })
    expect(await act(1, { action: 'claim', version: 2 }, reviewer)).toMatchObject({ status: 409, code: 'CLAIMED_BY_OTHER' })
    expect(await act(1, { action: 'uphold', note: 'x', version: 2 }, reviewer)).toMatchObject({ code: 'STATE_REFUSES' })
  })

  it('is found by its state and its owner', async () => {
    dashboard.log.append(slight(1), slight(2))
    const { owner } = await act(2, { action: 'claim', version: 1 })
    await act(1, { action: 'hold', note: 'doubtful', version: 1 })
    const ids = async (query: string) =>
      (await get(`/alerts?${query}`)).rows.map(({ alert_id }: { alert_id: string }) => alert_id)
    expect(await ids(`assignee=${owner}`)).toEqual([alertId(2)])
    expect(await ids('state=NEW')).toHaveLength(2)
    expect(await ids('state=DISMISSED')).toEqual([])
  })

  it('says in every list until when its present step must be done', async () => {
    dashboard.log.append(slight(1), slight(2))
    await dashboard.access.addUser({ username: 'li', roles: ['officer'], scope: ['990000'] }, 'Careful-Reader-7', { by: 'boss' })
    await act(1, { action: 'assign', assignee: 'li', version: 1 })
    const { work } = await get(`/alerts/${alertId(1)}`)
    const { rows } = await get('/alerts')
    const due = Object.fromEntries(rows.map((row: { alert_id: string; due: string | null }) => [row.alert_id, row.due]))
    expect(due).toEqual({ [alertId(1)]: work.due, [alertId(2)]: null })
    expect(work.due).toMatch(/T00:00:00\+08:00$/)
  })
})

describe('many alerts at once', () => {
  const named = (...of: [number, number][]) => of.map(([n, version]) => ({ alert_id: alertId(n), version }))

  it('are looked at first, and each is done or refused for itself', async () => {
    dashboard.log.append(slight(1), slight(2), slight(3))
    await act(3, { action: 'claim', version: 1 }, reviewer)
    const order = { action: 'claim', alerts: [...named([1, 1], [2, 1], [3, 1]), { alert_id: alertId(9), version: 1 }] }
    const looked: BulkDone = await post('/alerts/actions', { ...order, preview: true })
    expect(looked).toMatchObject({ ok: [{ from: 'NEW' }, { from: 'NEW' }], vola_amt: 5 })
    expect((await get(`/alerts/${alertId(1)}`)).state_version).toBe(1)
    const done: BulkDone = await post('/alerts/actions', order)
    expect(done.ok.map(({ alert_id }) => alert_id)).toEqual([alertId(1), alertId(2)])
    expect(done.conflict).toMatchObject([{ alert_id: alertId(3), code: 'VERSION_STALE', state_version: 2 }])
    expect(done.failed).toMatchObject([{ alert_id: alertId(9), code: 'ALERT_UNKNOWN' }])
  })

  it('beyond two hundred wait for a second person', async () => {
    await dashboard.access.addUser({ username: 'li', roles: ['officer'], scope: ['990000'] }, 'Careful-Reader-7', { by: 'boss' })
    const signedIn = await dashboard.app.inject({
      method: 'POST',
      url: '/api/v1/session',
      payload: { username: 'li', password: 'Careful-Reader-7' },
    })
    const li = { cookie: String(signedIn.headers['set-cookie']).split(';')[0]! }
    const many = Array.from({ length: 201 }, (_, index) => index + 1)
    dashboard.log.append(...many.map((n) => slight(n)))
    const order = { action: 'note', note: 'campaign', alerts: named(...many.map((n): [number, number] => [n, 1])) }
    const asked: BulkDone = await post('/alerts/actions', order, li)
    expect(asked.ok).toHaveLength(201)
    const approve = `/alerts/actions/${asked.bulk_id}/approve`
    const waiting = { bulk_id: asked.bulk_id, action: 'note', alerts: 201, note: 'campaign', requested_by: 'li' }
    expect((await get('/alerts/actions')).rows).toMatchObject([waiting])
    const review = () => get(`/alerts/actions/${asked.bulk_id}`)
    const spread = [{ admdvs: '990102', alerts: 201, vola_amt: 502.5 }]
    const seen: BulkReview = await review()
    expect(seen).toMatchObject({ ...waiting, asked: spread, now: spread, conflict: 0, failed: 0 })
    expect(await post(approve, { stamp: seen.stamp }, li)).toMatchObject({ code: 'FOUR_EYES' })
    expect((await get(`/alerts/${alertId(201)}`)).work.history).toEqual([])
    // One of them is worth more by now: whoever approves must have seen that.
    dashboard.log.append(slight(7, { revision: 2, vola_amt: 1000 }))
    const changed = await post(approve, { stamp: seen.stamp })
    expect(changed).toMatchObject({ code: 'BULK_CHANGED', review: { now: [{ alerts: 201, vola_amt: 1500 }], asked: spread } })
    const abroad = await dashboard.bearer('officer', '980000')
    expect((await dashboard.app.inject({ url: '/api/v1/alerts/actions', headers: abroad })).json().rows).toEqual([])
    expect(await post(approve, { stamp: changed.review.stamp }, abroad)).toMatchObject({ code: 'BULK_UNKNOWN' })
    expect((await post(approve, { stamp: changed.review.stamp })).ok).toHaveLength(201)
    expect((await get(`/alerts/${alertId(201)}`)).work.history).toMatchObject([{ actor: 'li', action: 'note' }])
    expect(await post(approve, { stamp: changed.review.stamp })).toMatchObject({ code: 'BULK_UNKNOWN' })
    expect((await get('/alerts/actions')).rows).toEqual([])
  })
})

describe('a file', () => {
  const bytes = { 'content-type': 'application/octet-stream' }
  const add = (name: string, content: Buffer) =>
    post(`/attachments?alert_id=${alertId(1)}&name=${encodeURIComponent(name)}`, content, { ...officer, ...bytes })

  it('is kept with its hash, and given back as it came', async () => {
    dashboard.log.append(slight(1))
    const pdf = Buffer.from('%PDF-1.7 evidence')
    const file = await add('证据.pdf', pdf)
    expect(file).toMatchObject({ name: '证据.pdf', media_type: 'application/pdf', size: pdf.length })
    expect((await get(`/alerts/${alertId(1)}/attachments`)).rows).toEqual([file])
    const given = await dashboard.app.inject({ url: `/api/v1/attachments/${file.attachment_id}`, headers: officer })
    expect(given.rawPayload).toEqual(pdf)
    expect(given.headers['content-disposition']).toMatch(/^attachment/)
  })

  it('is refused when it is something else than its name says', async () => {
    dashboard.log.append(slight(1))
    for (const [name, content] of [
      ['page.html', '<script>'],
      ['photo.png', '%PDF-1.7'],
      ['notes.txt', 'a\0b'],
      ['program.exe', 'MZ'],
    ] as const) {
      expect([name, (await add(name, Buffer.from(content))).code]).toEqual([name, 'MEDIA_TYPE_UNSUPPORTED'])
    }
  })
})

describe('the record', () => {
  it('has every look at a person, with its reason, for the audit administrator alone', async () => {
    dashboard.log.append(slight(1))
    expect(await post(`/alerts/${alertId(1)}/unmask`, {})).toMatchObject({ code: 'REQUEST_INVALID' })
    const seen = await post(`/alerts/${alertId(1)}/unmask`, { reason: 'to hear the person' })
    expect(seen).toMatchObject({ psn_no: PERSON, subject_id: PERSON, persons: [PERSON] })
    const { rows } = await get('/audit?action=unmask', auditor)
    expect(rows).toMatchObject([{ object_type: 'alert', object_id: alertId(1), purpose: 'to hear the person' }])
    expect(await get('/audit')).toMatchObject({ code: 'ROLE_REQUIRED' })
    expect(await get('/audit/verification', auditor)).toMatchObject({ broken: null })
  })

  it('is read page by page', async () => {
    dashboard.log.append(slight(1))
    for (const note of ['one', 'two', 'three']) await act(1, { action: 'note', note, version: 1 })
    const first = await get('/audit?action=note&limit=2', auditor)
    const second = await get(`/audit?action=note&limit=2&cursor=${first.next}`, auditor)
    const notes = [...first.rows, ...second.rows].map(({ detail }: { detail: { note: string } }) => detail.note)
    expect([notes, second.next]).toEqual([['three', 'two', 'one'], null])
  })
})

describe('a person’s number', () => {
  it('stands in no answer, no log and no record but an unmasking', async () => {
    const lines: string[] = []
    const logger = { level: 'trace', stream: { write: (line: string) => lines.push(line) } }
    await dashboard.stop()
    dashboard = await TestDashboard.start({}, { logger })
    officer = await dashboard.bearer('officer')
    auditor = await dashboard.bearer('audit_admin')
    dashboard.log.append(slight(1, { why: `${PERSON} twice`, evidence: { psn_no: PERSON } }))
    await act(1, { action: 'claim', version: 1 })
    await act(1, { action: 'snooze', days: 7, note: 'known', version: 2 })
    await act(1, { action: 'claim', version: 1 }, await dashboard.bearer('investigator'))
    const { case_id } = await post('/cases', { alert_ids: [alertId(1)] })
    const answers = [
      await get(`/alerts/${alertId(1)}`),
      await get('/alerts'),
      await get('/cases'),
      await get(`/cases/${case_id}`),
      await get(`/cases/${case_id}/dossier`),
      await get('/holds'),
      await get('/tasks'),
      await get('/exceptions'),
      await get('/audit?limit=500', auditor),
      await get(`/alerts/${PERSON}`),
    ]
    for (const answer of answers) expect(JSON.stringify(answer)).not.toContain(PERSON)
    expect(lines.length).toBeGreaterThan(5)
    expect(lines.join('')).not.toContain(PERSON)
    const named = await get(`/cases/${case_id}/dossier?reason=${encodeURIComponent('for the appeal')}`)
    expect(named).toMatchObject({ masked: false, alerts: [{ psn_no: PERSON }] })
    const { rows } = await get('/audit?action=dossier', auditor)
    expect(rows).toMatchObject([
      { purpose: 'for the appeal', detail: { persons: 1 } },
      { purpose: '', detail: { persons: 0 } },
    ])
  })
})

describe('the views of the live list', () => {
  it('are kept for each person', async () => {
    const views = [{ name: '红色', query: '?severity=1' }]
    const put = (payload: object) => dashboard.app.inject({ method: 'PUT', url: '/api/v1/me/views', headers: officer, payload })
    expect(await get('/me/views')).toEqual({ views: [] })
    expect((await put({ views })).json()).toEqual({ views })
    expect((await put({ views: [{ name: 'x', query: 'https://elsewhere' }] })).statusCode).toBe(400)
    expect(await get('/me/views')).toEqual({ views })
    expect(await get('/me/views', await dashboard.bearer('officer'))).toEqual({ views: [] })
  })
})
