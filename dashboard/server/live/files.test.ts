import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { alertId, anAlert } from '../../testing/alerts.ts'
import { TestDashboard } from '../../testing/dashboard.ts'
import { SocketClient } from '../../testing/socket-client.ts'

let dashboard: TestDashboard
let host: string
let officer: { authorization: string }
beforeEach(async () => {
  dashboard = await TestDashboard.start()
  host = await dashboard.listen()
  officer = await dashboard.bearer('officer')
})
afterEach(() => dashboard.stop())

type Bearer = typeof officer
const named = (client: SocketClient) => client.of('welcome')[0]!.user.username
const present = (client: SocketClient) => client.of('presence').at(-1)?.users
const patches = (client: SocketClient, id: string) =>
  client.of('batch').flatMap((batch) => (batch.id === id ? batch.patches : []))

async function post(url: string, payload: object, headers: Bearer = officer) {
  const answer = await dashboard.app.inject({ method: 'POST', url: `/api/v1${url}`, headers, payload })
  expect([url, answer.statusCode]).toEqual([url, 200])
  return answer.json()
}

describe('an alert that several people have open', () => {
  const topic = `case:${alertId(1)}`

  it('shows each of them who else is there, until they leave', async () => {
    dashboard.log.append(anAlert(1))
    const first = await SocketClient.open(dashboard, host, officer)
    const second = await SocketClient.open(dashboard, host, await dashboard.bearer('investigator'))
    const both = [named(first), named(second)].sort()
    first.say({ type: 'subscribe', id: 'open', topic })
    await first.until(() => present(first)?.length === 1)
    second.say({ type: 'subscribe', id: 'mine', topic })
    await first.until(() => present(first)?.length === 2)
    await second.until(() => present(second)?.length === 2)
    expect([present(first), second.of('presence').at(-1)]).toEqual([both, { type: 'presence', id: 'mine', topic, users: both }])
    second.say({ type: 'unsubscribe', id: 'mine' })
    await first.until(() => present(first)?.length === 1)
    second.say({ type: 'subscribe', id: 'again', topic })
    await first.until(() => present(first)?.length === 2)
    second.cut()
    await first.until(() => present(first)?.length === 1)
  })

  it('tells them what is done with it, and nothing of other alerts', async () => {
    dashboard.log.append(anAlert(1), anAlert(2))
    const client = await SocketClient.open(dashboard, host, officer)
    client.say({ type: 'subscribe', id: 'open', topic })
    await client.until(() => present(client) !== undefined)
    for (const n of [2, 1]) await post(`/alerts/${alertId(n)}/actions`, { action: 'claim', version: 1 })
    await client.until(() => patches(client, 'open').length > 0)
    expect(patches(client, 'open')).toMatchObject([{ alert_id: alertId(1), set: { state_version: 2, owner: named(client) } }])
    dashboard.log.append(anAlert(2, { revision: 2 }), anAlert(1, { revision: 2, count: 2 }))
    const rows = () => client.of('batch').flatMap(({ id, alerts }) => (id === 'open' ? alerts : []))
    await client.until(() => rows().length > 0)
    expect(rows()).toMatchObject([{ alert_id: alertId(1), count: 2 }])
  })

  it('does not exist for whoever may not see it', async () => {
    dashboard.log.append(anAlert(1))
    await post('/cases', { alert_ids: [alertId(1)] })
    for (const [role, region, code] of [
      ['officer', '980000', 'FILE_UNKNOWN'],
      ['institution', '990000', 'ROLE_REQUIRED'],
      ['sys_admin', '000000', 'ROLE_REQUIRED'],
    ] as const) {
      const client = await SocketClient.open(dashboard, host, await dashboard.bearer(role, region))
      for (const file of [topic, 'case:AJ-2026-0001', 'case:AJ-2026-9999', 'case:else']) {
        client.say({ type: 'subscribe', id: file, topic: file })
      }
      await client.until(() => client.of('error').length >= 4)
      expect(
        client
          .of('error')
          .slice(-4)
          .map((error) => error.code),
      ).toEqual([code, code, code, code])
    }
  })
})

describe('a case that is open on a screen', () => {
  it('tells of its alerts alone: those that join, those that leave, and what is done with them', async () => {
    dashboard.log.append(...[1, 2, 3].map((n) => anAlert(n, { subject_id: `S${n}` })))
    const { case_id, version } = await post('/cases', { alert_ids: [alertId(1)] })
    const client = await SocketClient.open(dashboard, host, officer)
    client.say({ type: 'subscribe', id: 'file', topic: `case:${case_id}` })
    await client.until(() => present(client) !== undefined)
    await post(`/alerts/${alertId(3)}/actions`, { action: 'claim', version: 1 })
    await post(`/alerts/${alertId(1)}/actions`, { action: 'claim', version: 1 })
    await post(`/cases/${case_id}/alerts`, { alert_ids: [alertId(2)], version })
    const { case_id: other } = await post('/cases', { alert_ids: [alertId(1)] })
    await client.until(() => patches(client, 'file').length === 4)
    expect(patches(client, 'file')).toMatchObject([
      { alert_id: alertId(1), set: { state_version: 1, case_id } },
      { alert_id: alertId(1), set: { state_version: 2, case_id } },
      { alert_id: alertId(2), set: { state: 'NEW', case_id } },
      { alert_id: alertId(1), set: { case_id: other } },
    ])
  })
})

describe('an alert of which people are no longer told by itself', () => {
  it('leaves the screens on which it was, and comes back when that ends', async () => {
    dashboard.log.append(anAlert(1), anAlert(2))
    const client = await SocketClient.open(dashboard, host, officer, { resume: { epoch: 'e1', seq: 0 } })
    await client.until(() => client.rows.length === 2)
    dashboard.log.append(
      anAlert(1, { revision: 2, parent_alert_id: alertId(2) }),
      anAlert(2, { revision: 2, disposition: 'excepted' }),
      anAlert(3, { parent_alert_id: alertId(2) }),
      anAlert(4, { mode: 'shadow', revision: 2 }),
      anAlert(1, { revision: 3 }),
    )
    await client.until(() => client.rows.length === 3)
    expect(patches(client, 'live')).toMatchObject([
      { alert_id: alertId(1), revision: 2, set: { disposition: 'alert', parent_alert_id: alertId(2) } },
      { alert_id: alertId(2), revision: 2, set: { disposition: 'excepted', parent_alert_id: '' } },
    ])
    expect(client.rows.at(-1)).toMatchObject({ alert_id: alertId(1), revision: 3 })
    const since = await dashboard.app.inject({ url: '/api/v1/alerts/since?epoch=e1&seq=2', headers: officer })
    expect(since.json()).toMatchObject({
      rows: [{ alert_id: alertId(1), revision: 3 }],
      patches: [{ alert_id: alertId(1), revision: 2 }, { alert_id: alertId(2) }],
    })
  })
})

describe('counts of one’s own', () => {
  it('follow what people do, although the log stands still', async () => {
    dashboard.log.append(anAlert(1), anAlert(2))
    const client = await SocketClient.open(dashboard, host, officer)
    client.say({ type: 'subscribe', id: 'mine', topic: 'counts', filter: { assignee: named(client) } })
    await client.until(() => client.of('counts').at(-1)?.counts.open === 0)
    await post(`/alerts/${alertId(1)}/actions`, { action: 'claim', version: 1 })
    await client.until(() => client.of('counts').at(-1)?.counts.open === 1)
  })
})
