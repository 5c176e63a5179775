import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AlertFilter } from '../../../schemas/wire.ts'
import { alertId, anAlert } from '../../testing/alerts.ts'
import { ADMIN_PASSWORD, TestDashboard } from '../../testing/dashboard.ts'
import { SocketClient } from '../../testing/socket-client.ts'
import { READERS, ROLES } from '../access/caller.ts'
import { TOPICS } from './connection.ts'

const ALL_READERS = 'officer investigator reviewer2 panel regulator rule_admin'
/** Who may subscribe to what. A topic that is missing here, or says otherwise, fails the test. */
const EXPECTED: Readonly<Record<string, string>> = {
  alerts: ALL_READERS,
  counts: `${ALL_READERS} wall`,
  wall: `${ALL_READERS} wall`,
  case: ALL_READERS,
  ops: 'sys_admin',
  jobs: 'officer investigator reviewer2 panel',
}

const ABROAD = { admdvs: '980101', insu_admdvs: '980101', fixmedins_code: 'H98010100001', severity: 1, vola_amt: 900 } as const
/** For each member of the filter a value that the alert abroad passes. A new member without a sample fails the test. */
const SAMPLES: Required<AlertFilter> = {
  severity: [1],
  detector_id: ['POL-01'],
  admdvs: ['980000', '000000'],
  fixmedins_code: ['H98010100001'],
  status: ['open'],
  assignee: '',
  min_vola_amt: 900,
}

let dashboard: TestDashboard
let host: string
beforeEach(async () => {
  dashboard = await TestDashboard.start()
  host = await dashboard.listen()
})
afterEach(() => dashboard.stop())

describe('every topic of the socket', () => {
  it('has the rule that is written down', () => {
    const sorted = (roles: readonly string[]) => [...roles].sort().join(' ')
    const told = Object.entries(TOPICS).map(([topic, roles]) => [topic, sorted(roles)])
    const expected = Object.entries(EXPECTED).map(([topic, roles]) => [topic, sorted(roles.split(' '))])
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(expected))
  })

  it('takes whom its rule names, and nobody else', async () => {
    dashboard.log.append(anAlert(1))
    for (const role of ROLES) {
      const client = await SocketClient.open(dashboard, host, await dashboard.bearer(role))
      client.say({ type: 'unsubscribe', id: 'live' })
      for (const topic of Object.keys(TOPICS)) {
        const before = client.of('error').length
        client.say({ type: 'subscribe', id: topic, topic: topic === 'case' ? `case:${alertId(1)}` : topic })
        // An id that is taken, or free: the answer says that the one before has been read.
        client.say({ type: 'unsubscribe', id: `after ${topic}` })
        await client.until(() =>
          client
            .of('error')
            .slice(before)
            .some(({ message }) => message.includes(`after ${topic}`)),
        )
        const refused = client
          .of('error')
          .slice(before)
          .some(({ code }) => code === 'ROLE_REQUIRED')
        expect([role, topic, refused]).toEqual([role, topic, !TOPICS[topic]!.includes(role)])
      }
      client.cut()
    }
  })
})

describe('every filter of the socket', () => {
  it('shows nobody what lies outside the regions or the institutions', async () => {
    expect(Object.keys(SAMPLES).sort()).toEqual(Object.keys(AlertFilter.properties).sort())
    const filters: [string, AlertFilter][] = Object.entries(SAMPLES).map(([name, value]) => [name, { [name]: value }])
    filters.push(['none', {}], ['all', SAMPLES])
    const clients: [string, SocketClient][] = []
    for (const role of READERS) {
      clients.push([role, await SocketClient.open(dashboard, host, await dashboard.bearer(role, '990000'))])
      const rights = { username: `${role}-1`, roles: [role], scope: ['000000'], institutions: ['H99010200001'] }
      await dashboard.access.addUser(rights, ADMIN_PASSWORD, { by: 'boss' })
      const { session } = await dashboard.access.signIn({ ...rights, password: ADMIN_PASSWORD, address: '' })
      const cookie = { cookie: `fundwatch_session=${session}` } as unknown as { authorization: string }
      clients.push([`${role} of one institution`, await SocketClient.open(dashboard, host, cookie)])
    }
    for (const [, client] of clients)
      for (const [id, filter] of filters) client.say({ type: 'subscribe', id, topic: 'alerts', filter })
    dashboard.log.append(anAlert(1, ABROAD), anAlert(2))
    dashboard.log.append(anAlert(1, { ...ABROAD, revision: 2, status: 'retracted' }), anAlert(3))
    const ids = (client: SocketClient, id: string) =>
      client.of('batch').flatMap((batch) => {
        return batch.id === id ? [...batch.alerts, ...batch.patches].map(({ alert_id }) => alert_id) : []
      })
    for (const [name, client] of clients) {
      await client.until(() => ids(client, 'none').length === 2)
      for (const [filter] of filters)
        expect([name, filter, ids(client, filter).includes(alertId(1))]).toEqual([name, filter, false])
    }
    const everywhere = await SocketClient.open(dashboard, host, await dashboard.bearer('officer'), {
      resume: { epoch: 'e1', seq: 0 },
    })
    for (const [id, filter] of filters) everywhere.say({ type: 'subscribe', id, topic: 'alerts', filter })
    await everywhere.until(() => filters.every(([id]) => ids(everywhere, id).includes(alertId(1))))
  })
})
