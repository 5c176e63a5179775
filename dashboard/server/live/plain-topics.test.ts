import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { alertId, anAlert } from '../../testing/alerts.ts'
import { ADMIN_PASSWORD, TestDashboard } from '../../testing/dashboard.ts'
import { SocketClient } from '../../testing/socket-client.ts'

let dashboard: TestDashboard
let host: string
beforeEach(async () => {
  dashboard = await TestDashboard.start()
  host = await dashboard.listen()
})
afterEach(() => dashboard.stop())

async function signedIn(username: string, scope: string): Promise<{ cookie: string; client: SocketClient }> {
  await dashboard.access.addUser({ username, roles: ['officer'], scope: [scope] }, ADMIN_PASSWORD, { by: 'boss' })
  const { session } = await dashboard.access.signIn({ username, password: ADMIN_PASSWORD, address: '' })
  const cookie = `fundwatch_session=${session}`
  const client = await SocketClient.open(dashboard, host, { cookie } as unknown as { authorization: string })
  client.say({ type: 'subscribe', id: 'jobs', topic: 'jobs' })
  return { cookie, client }
}

const codes = (client: SocketClient) => client.of('notice').map(({ code }) => code)

describe('jobs', () => {
  it('tells who may approve that something waits, and who asked that it is done, and nobody else', async () => {
    const [li, wang, abroad] = [
      await signedIn('li', '990000'),
      await signedIn('wang', '990000'),
      await signedIn('zhou', '980000'),
    ]
    const many = Array.from({ length: 201 }, (_, index) => index + 1)
    dashboard.log.append(...many.map((n) => anAlert(n)))
    const call = async (who: { cookie: string }, url: string, payload?: object) => {
      const method = payload ? 'POST' : 'GET'
      return (await dashboard.app.inject({ method, url: `/api/v1${url}`, headers: { cookie: who.cookie }, payload })).json()
    }
    const alerts = many.map((n) => ({ alert_id: alertId(n), version: 1 }))
    const { bulk_id } = await call(li, '/alerts/actions', { action: 'note', note: 'campaign', alerts })
    await wang.client.until(() => codes(wang.client).includes('BULK_WAITING'))
    expect(wang.client.of('notice')).toMatchObject([{ id: 'jobs', code: 'BULK_WAITING', object: bulk_id }])
    const { stamp } = await call(wang, `/alerts/actions/${bulk_id}`)
    await call(wang, `/alerts/actions/${bulk_id}/approve`, { stamp })
    await li.client.until(() => codes(li.client).includes('BULK_DONE'))
    expect([codes(li.client), codes(wang.client), codes(abroad.client)]).toEqual([['BULK_DONE'], ['BULK_WAITING'], []])
  })
})

describe('ops', () => {
  it('tells the system administrator again and again how the server is', async () => {
    const client = await SocketClient.open(dashboard, host, await dashboard.bearer('sys_admin'))
    client.say({ type: 'subscribe', id: 'how', topic: 'ops' })
    await client.until(() => client.of('ops').length >= 2)
    expect(client.of('ops')[0]).toMatchObject({ id: 'how', ready: true, checks: {}, hwm: 0, clients: 1 })
  })

  it('ends when it is asked to, and its name is free again', async () => {
    const client = await SocketClient.open(dashboard, host, await dashboard.bearer('sys_admin'))
    client.say({ type: 'subscribe', id: 'how', topic: 'ops' })
    client.say({ type: 'subscribe', id: 'how', topic: 'ops' })
    const refused = () => client.of('error').filter(({ code }) => code === 'SUBSCRIPTION_EXISTS')
    await client.until(() => refused().length === 1)
    client.say({ type: 'unsubscribe', id: 'how' })
    client.say({ type: 'subscribe', id: 'how', topic: 'ops' })
    await client.until(() => client.of('ops').length > 0)
    expect(refused()).toHaveLength(1)
  })
})
