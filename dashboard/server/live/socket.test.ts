import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { alertId, anAlert } from '../../testing/alerts.ts'
import { ADMIN_PASSWORD, TestDashboard } from '../../testing/dashboard.ts'
import { MemoryLog } from '../../testing/memory-log.ts'
import { SocketClient } from '../../testing/socket-client.ts'
import type { HubOptions } from './hub.ts'

let dashboard: TestDashboard
let host: string
let officer: { authorization: string }
afterEach(() => dashboard.stop())

async function start(hub: Partial<HubOptions> = {}, log = new MemoryLog()): Promise<void> {
  dashboard = await TestDashboard.start({}, { hub }, log)
  host = await dashboard.listen()
  officer = await dashboard.bearer('officer')
}

/** The socket is under test here, not the money that the workflow would hold for officers' alerts. */
const several = (from: number, to: number, changes = {}) =>
  Array.from({ length: to - from + 1 }, (_, index) => anAlert(from + index, { audience: 'data_contact', ...changes }))

const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1)

describe('a client of the socket', () => {
  it('without a cursor gets only what is new, in batches at least 100 ms apart', async () => {
    await start()
    dashboard.log.append(...several(1, 3))
    const client = await SocketClient.open(dashboard, host, officer)
    expect(client.of('welcome')).toMatchObject([{ epoch: 'e1', seq: 3, user: { role: 'officer' } }])
    const begun = performance.now()
    for (let n = 4; n <= 23; n++) {
      dashboard.log.append(anAlert(n))
      await new Promise((resolve) => setTimeout(resolve, 15))
    }
    await client.until(() => client.rows.length === 20)
    expect(client.seqs).toEqual(upTo(23).slice(3))
    expect(client.of('batch').at(-1)).toMatchObject({ seq_to: 23, hwm: 23 })
    const batches = client.of('batch').length
    expect(batches).toBeLessThanOrEqual(1 + Math.ceil((performance.now() - begun) / 100))
    expect(batches).toBeLessThan(20)
  })

  it('with a cursor gets everything above it, from the store where memory does not reach, then what is new', async () => {
    await start({ ringSize: 10 })
    dashboard.log.append(...several(1, 50))
    const client = await SocketClient.open(dashboard, host, officer, { resume: { epoch: 'e1', seq: 5 } })
    dashboard.log.append(...several(51, 60))
    await client.until(() => client.cursor.seq === 60)
    expect(client.seqs).toEqual(upTo(60).slice(5))
    expect(dashboard.log.pagesRead).toBeGreaterThan(0)
  })

  it('that is cut off 100 times misses nothing and gets nothing twice', async () => {
    await start({ ringSize: 40 })
    const random = mulberry32(20260105)
    const got: string[] = []
    const revisions: number[] = []
    let resume = { epoch: 'e1', seq: 0 }
    const writeSome = () => {
      for (let n = 0; n < random() * 8; n++) {
        // One in four is a later revision of an earlier alert; one in ten belongs to others.
        const id =
          random() < 0.25 && revisions.length > 1 ? 1 + Math.floor(random() * (revisions.length - 1)) : revisions.length || 1
        const revision = (revisions[id] ?? 0) + 1
        revisions[id] = revision
        dashboard.log.append(anAlert(id, { revision, admdvs: random() < 0.1 ? '980100' : '990102', insu_admdvs: '' }))
      }
    }
    const scoped = await dashboard.bearer('investigator', '990100')
    for (let cut = 0; cut < 100; cut++) {
      // As many rows for each cut, however long it takes: before it connects, while it is there, and after it is gone.
      writeSome()
      const client = await SocketClient.open(dashboard, host, scoped, { resume })
      for (let write = 0; write < 3; write++) {
        writeSome()
        await new Promise((resolve) => setTimeout(resolve, random() * 8))
      }
      client.cut()
      writeSome()
      got.push(...client.rows.map(({ alert_id, revision }) => `${alert_id} ${revision}`))
      resume = client.cursor
    }
    const last = await SocketClient.open(dashboard, host, scoped, { resume })
    const expected = dashboard.log.all.filter(({ admdvs }) => admdvs === '990102').map((row) => `${row.alert_id} ${row.revision}`)
    await last.until(() => got.length + last.rows.length >= expected.length)
    got.push(...last.rows.map(({ alert_id, revision }) => `${alert_id} ${revision}`))
    expect(expected.length).toBeGreaterThan(500)
    expect(got).toEqual(expected)
  }, 180_000)

  it('whose filter nothing has passed since its cursor is told at once that it has caught up', async () => {
    await start()
    dashboard.log.append(...several(1, 50))
    const options = { resume: { epoch: 'e1', seq: 5 }, filter: { detector_id: ['MGT-18'] } }
    const client = await SocketClient.open(dashboard, host, officer, options)
    await client.until(() => client.cursor.seq === 50)
    expect(client.of('batch')).toMatchObject([{ seq_from: 6, seq_to: 50, alerts: [], patches: [] }])
  })

  it('whose cursor is of another log, or ahead of it, is told to read anew and then gets what is new', async () => {
    await start()
    dashboard.log.append(...several(1, 3))
    for (const resume of [
      { epoch: 'lost', seq: 2 },
      { epoch: 'e1', seq: 99 },
    ]) {
      const client = await SocketClient.open(dashboard, host, officer, { resume })
      const head = dashboard.log.hwm()
      await client.until(() => client.of('resync').length === 1)
      expect(client.of('resync')[0]).toMatchObject({ to_seq: head })
      dashboard.log.append(anAlert(head + 1))
      await client.until(() => client.rows.length > 0)
      expect(client.seqs).toEqual([head + 1])
    }
  })

  it('sees its regions and its filter only; an alert that leaves the filter goes as a patch', async () => {
    await start()
    const scoped = await dashboard.bearer('investigator', '990100')
    const client = await SocketClient.open(dashboard, host, scoped, { filter: { severity: [1, 2], status: ['open'] } })
    dashboard.log.append(
      anAlert(1, { severity: 1 }),
      anAlert(2, { severity: 1, admdvs: '980100', insu_admdvs: '980100' }),
      anAlert(3, { severity: 3 }),
      anAlert(4, { severity: 2, admdvs: '980100', insu_admdvs: '990103' }),
      anAlert(5, { mode: 'shadow', severity: 1 }),
      anAlert(6, { disposition: 'snoozed', severity: 1 }),
      anAlert(1, { revision: 2, severity: 1, status: 'retracted' }),
      anAlert(2, { revision: 2, severity: 1, status: 'retracted', admdvs: '980100', insu_admdvs: '980100' }),
    )
    await client.until(() => client.cursor.seq === 8)
    expect(client.seqs).toEqual([1, 4])
    const patches = client.of('batch').flatMap(({ patches }) => patches)
    expect(patches).toMatchObject([{ alert_id: alertId(1), revision: 2, set: { status: 'retracted', state: 'VOIDED' } }])
  })

  it('hears how far the log has come although nothing concerned it', async () => {
    await start({ heartbeatMs: 150 })
    const client = await SocketClient.open(dashboard, host, officer, { filter: { detector_id: ['MGT-18'] } })
    dashboard.log.append(...several(1, 5))
    await client.until(() => client.cursor.seq === 5)
    expect(client.of('batch')).toMatchObject([{ seq_from: 1, seq_to: 5, alerts: [] }])
    await client.until(() => client.of('heartbeat').some(({ hwm }) => hwm === 5))
  })

  it('gets exact counts of what is open, and new ones when they change', async () => {
    await start()
    dashboard.log.append(anAlert(1, { severity: 1 }), anAlert(2, { severity: 3 }))
    const client = await SocketClient.open(dashboard, host, officer)
    client.say({ type: 'subscribe', id: 'totals', topic: 'counts' })
    await client.until(() => client.of('counts').length === 1)
    expect(client.of('counts')[0]).toMatchObject({ id: 'totals', counts: { open: 2, by_severity: { 1: 1, 3: 1 } } })
    dashboard.log.append(anAlert(1, { severity: 1, revision: 2, status: 'retracted' }))
    await client.until(() => client.of('counts').at(-1)?.counts.open === 1)
  })

  it('may ask for groups: red rows one by one, the others folded by detector and institution', async () => {
    await start()
    const client = await SocketClient.open(dashboard, host, officer, { mode: 'group' })
    dashboard.log.append(anAlert(1, { severity: 1 }), ...several(2, 5, { severity: 3 }))
    await client.until(() => client.cursor.seq === 5)
    expect(client.seqs).toEqual([1])
    expect(client.of('batch')[0]?.groups).toMatchObject([{ detector_id: 'POL-01', count: 4, vola_amt: 10, severity: 3 }])
  })

  it('is answered by name when it says something wrong', async () => {
    await start()
    const client = await SocketClient.open(dashboard, host, officer)
    client.socket.send('nonsense')
    client.say({ type: 'hello', version: 1 })
    client.say({ type: 'subscribe', id: 'live', topic: 'alerts' })
    client.say({ type: 'subscribe', id: 'x', topic: 'ops' })
    client.say({ type: 'unsubscribe', id: 'y' })
    await client.until(() => client.of('error').length === 5)
    const codes = client.of('error').map(({ code }) => code)
    expect(codes).toEqual(['MESSAGE_INVALID', 'HELLO_TWICE', 'SUBSCRIPTION_EXISTS', 'ROLE_REQUIRED', 'SUBSCRIPTION_UNKNOWN'])
  })
})

describe('a slow client', () => {
  it('does not delay a fast one, and afterwards knows how much it missed', async () => {
    await start({ slowAfterMs: 200 })
    const slow = await SocketClient.open(dashboard, host, officer)
    const fast = await SocketClient.open(dashboard, host, officer)
    slow.socket.pause()
    const why = '很长的说明'.repeat(12)
    const total = 16_000
    for (let n = 1; n <= total; n += 800) {
      dashboard.log.append(...several(n, n + 799, { why }))
      await fast.until(() => fast.rows.length === n + 799)
    }
    expect(fast.seqs).toEqual(upTo(total))
    slow.socket.resume()
    await slow.until(() => slow.of('overload').some(({ level }) => level === 0))
    await slow.until(() => slow.cursor.seq === total)
    const missed = slow.of('resync').reduce((sum, resync) => sum + resync.missed, 0)
    expect(missed).toBeGreaterThan(0)
    expect(slow.rows.length + missed).toBe(total)
    expect(slow.of('overload')[0]?.level).toBe(2)
    dashboard.log.append(anAlert(total + 1))
    await slow.until(() => slow.rows.at(-1)?.seq === total + 1)
  })

  it('that stops acknowledging gets counts instead of rows, and rows again without loss when few are lacking', async () => {
    await start({ slowAfterMs: 100 })
    const client = await SocketClient.open(dashboard, host, officer)
    client.say({ type: 'ack', seq: 0 })
    await new Promise((resolve) => setTimeout(resolve, 50))
    dashboard.log.append(...several(1, 7_000))
    await client.until(() => client.of('counts').length > 0)
    const before = client.rows.length
    expect(before).toBeGreaterThanOrEqual(5_000)
    expect(before).toBeLessThan(7_000)
    client.say({ type: 'ack', seq: client.cursor.seq })
    await client.until(() => client.rows.length === 7_000)
    expect(client.seqs).toEqual(upTo(7_000))
    expect(client.of('resync')).toEqual([])
  })

  it('is given up in the end, with word of when to come back', async () => {
    await start({ slowAfterMs: 50, giveUpAfterMs: 150 })
    const client = await SocketClient.open(dashboard, host, officer)
    client.say({ type: 'ack', seq: 0 })
    await new Promise((resolve) => setTimeout(resolve, 50))
    dashboard.log.append(...several(1, 7_000))
    await client.until(() => client.closed !== undefined)
    expect(client.closed).toEqual({ code: 4003 })
    expect(client.of('bye')).toMatchObject([{ code: 'SLOW', retry_after_ms: 1000 }])
  })
})

describe('the door of the socket', () => {
  const refused = async (url: string, headers: Record<string, string> = {}) => {
    const socket = new WebSocket(url, { headers })
    return new Promise<number>((resolve) => {
      socket.on('unexpected-response', (request, response) => {
        resolve(response.statusCode ?? 0)
        request.destroy()
      })
      socket.on('open', () => resolve(101))
      socket.on('error', () => undefined)
    })
  }

  it('takes a ticket once', async () => {
    await start()
    const { ticket } = (await dashboard.app.inject({ method: 'POST', url: '/api/v1/session/ticket', headers: officer })).json()
    expect(await refused(`ws://${host}/ws?ticket=${ticket}`)).toBe(101)
    expect(await refused(`ws://${host}/ws?ticket=${ticket}`)).toBe(401)
    expect(await refused(`ws://${host}/ws?ticket=guess`)).toBe(401)
    expect(await refused(`ws://${host}/ws`)).toBe(401)
    expect(await refused(`ws://${host}/elsewhere`)).toBe(404)
  })

  it('takes the cookie from our own page only', async () => {
    await start()
    const payload = { username: 'admin', password: ADMIN_PASSWORD }
    const signedIn = await dashboard.app.inject({ method: 'POST', url: '/api/v1/session', payload })
    const cookie = String(signedIn.headers['set-cookie']).split(';')[0]!
    expect(await refused(`ws://${host}/ws`, { cookie, origin: `http://${host}` })).toBe(101)
    expect(await refused(`ws://${host}/ws`, { cookie, origin: 'http://evil.example' })).toBe(403)
  })

  it('shows alerts to those who may read them', async () => {
    await start()
    const wall = await dashboard.bearer('wall')
    const client = await SocketClient.open(dashboard, host, wall)
    client.say({ type: 'subscribe', id: 'totals', topic: 'counts' })
    await client.until(() => client.of('counts').length === 1)
    expect(client.of('error')).toMatchObject([{ code: 'ROLE_REQUIRED' }])
  })

  it('closes when the sign-in ends', async () => {
    await start({ heartbeatMs: 50 })
    const { id, token } = await dashboard.access.createToken('officer', ['000000'])
    const client = await SocketClient.open(dashboard, host, { authorization: `Bearer ${token}` })
    await dashboard.access.revokeToken(id)
    await client.until(() => client.closed !== undefined)
    expect(client.closed).toEqual({ code: 4001 })
  })

  it('does not close on whoever came while the others were asked about', async () => {
    await start({ heartbeatMs: 50 })
    const { access } = dashboard
    const first = await SocketClient.open(dashboard, host, officer)
    const current = access.current.bind(access)
    let arrive = () => {}
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve
    })
    await new Promise<void>((asked) => {
      access.current = async (credentials) => {
        // Only this beat's question is slow; the door asks, too.
        access.current = current
        asked()
        await arrived
        return current(credentials)
      }
    })
    const second = await SocketClient.open(dashboard, host, await dashboard.bearer('officer'))
    arrive()
    const beats = second.of('heartbeat').length
    await second.until(() => second.closed !== undefined || second.of('heartbeat').length > beats + 1)
    expect([first.closed, second.closed]).toEqual([undefined, undefined])
  })

  it('takes leave of everyone when the server stops', async () => {
    await start()
    const client = await SocketClient.open(dashboard, host, officer)
    await dashboard.app.close()
    await client.until(() => client.closed !== undefined)
    expect(client.of('bye')).toMatchObject([{ code: 'SHUTDOWN' }])
  })
})

describe('a client that watches the work on alerts', () => {
  const patches = (client: SocketClient) => client.of('batch').flatMap((batch) => batch.patches)
  async function act(n: number, action: string, version: number, headers = officer): Promise<void> {
    const payload = { action, version, note: 'doubtful' }
    const url = `/api/v1/alerts/${alertId(n)}/actions`
    expect((await dashboard.app.inject({ method: 'POST', url, headers, payload })).statusCode).toBe(200)
  }

  it('is told who has claimed what, within its regions', async () => {
    await start()
    const scoped = await dashboard.bearer('investigator', '990100')
    const client = await SocketClient.open(dashboard, host, scoped)
    dashboard.log.append(anAlert(1), anAlert(2, { admdvs: '980101', insu_admdvs: '980101' }), anAlert(3))
    await client.until(() => client.rows.length === 2)
    for (const n of [1, 2, 3]) await act(n, 'claim', 1)
    await client.until(() => patches(client).length === 2)
    expect(patches(client)).toEqual(
      [1, 3].map((n) => ({
        alert_id: alertId(n),
        revision: 1,
        set: { state: 'NEW', state_version: 2, owner: expect.stringContaining('token:'), due: null, case_id: '' },
      })),
    )
  })

  it('learns after a cut what it has missed, and rows that come later stand as they stand now', async () => {
    await start()
    dashboard.log.append(anAlert(1))
    const first = await SocketClient.open(dashboard, host, officer, { resume: { epoch: 'e1', seq: 0 } })
    await first.until(() => first.rows.length === 1)
    const { cursor } = first
    first.cut()
    await act(1, 'claim', 1)
    dashboard.log.append(anAlert(2), anAlert(1, { revision: 2, count: 2 }))
    await act(2, 'claim', 1)
    const second = await SocketClient.open(dashboard, host, officer, { resume: cursor })
    await second.until(() => second.rows.length === 2 && patches(second).length === 2)
    expect(second.rows.find(({ alert_id }) => alert_id === alertId(1))).toMatchObject({ revision: 2, state_version: 2 })
    expect(patches(second).map(({ alert_id, set }) => [alert_id, set.state_version])).toEqual([
      [alertId(1), 2],
      [alertId(2), 2],
    ])
  })

  it('is told so after a restart of the server as well', async () => {
    await start()
    dashboard.log.append(anAlert(1))
    await act(1, 'claim', 1)
    const { database } = dashboard
    await dashboard.stop()
    const log = new MemoryLog()
    dashboard = await TestDashboard.start({ database }, {}, log)
    log.append(anAlert(1))
    host = await dashboard.listen()
    const client = await SocketClient.open(dashboard, host, await dashboard.bearer('officer'), {
      resume: { epoch: 'e1', seq: 1 },
    })
    await client.until(() => patches(client).length === 1)
    expect(patches(client)[0]).toMatchObject({ alert_id: alertId(1), set: { state_version: 2 } })
  })
})

/** A small seeded generator, so that the cuts fall where they fell before. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
