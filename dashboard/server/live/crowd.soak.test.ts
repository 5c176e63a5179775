import { afterEach, describe, expect, it } from 'vitest'
import { alertId, anAlert } from '../../testing/alerts.ts'
import { bearersFor, percentiles, Spectator, standing, until } from '../../testing/crowd.ts'
import { TestDashboard } from '../../testing/dashboard.ts'
import type { HubOptions } from './hub.ts'

const CLIENTS = 1_000
const SLOW = 100

let dashboard: TestDashboard
let host: string
afterEach(() => dashboard.stop())

async function start(hub: Partial<HubOptions>): Promise<void> {
  dashboard = await TestDashboard.start({}, { hub })
  host = await dashboard.listen()
}

/** The money that the workflow would hold is not under test here. */
const quiet = { audience: 'data_contact' } as const
const FLOOD = { ...quiet, admdvs: '980100', insu_admdvs: '980100', severity: 4 } as const

describe('a thousand clients', () => {
  const ROUNDS = 60
  const PER_ROUND = 4
  const FLOOD_PER_ROUND = 250

  /** Fast clients watch one region while another is flooded; returns the delays of the rows that the fast ones got. */
  async function watch(fast: number, slow: number): Promise<number[]> {
    await start({ slowAfterMs: 300, giveUpAfterMs: 600_000 })
    const said: number[] = []
    const delays: number[] = []
    const note = (seqs: readonly number[]) => delays.push(performance.now() - said[seqs.at(-1)!]!)
    const quick = Array.from({ length: fast }, () => new Spectator(note))
    const lame = Array.from({ length: slow }, () => new Spectator())
    const bearers = await bearersFor(dashboard, fast + slow)
    await Promise.all(quick.map((one, n) => one.connect(host, bearers[n]!, { admdvs: ['990000'] })))
    await Promise.all(lame.map((one, n) => one.connect(host, bearers[fast + n]!, { admdvs: ['980000'] })))
    for (const { socket } of lame) socket.pause()
    const expected: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const seq = dashboard.log.hwm()
      const own = Array.from({ length: PER_ROUND }, (_, n) => anAlert(seq + n + 1, quiet))
      const flood = Array.from({ length: FLOOD_PER_ROUND }, (_, n) => anAlert(seq + PER_ROUND + n + 1, FLOOD))
      for (const { seq } of own) {
        expected.push(seq)
        said[seq] = performance.now()
      }
      dashboard.log.append(...own, ...flood)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    await until(
      () => quick.every(({ seqs }) => seqs.length >= expected.length),
      () => `fast clients with every row: ${quick.filter(({ seqs }) => seqs.length >= expected.length).length}`,
    )
    for (const { seqs } of quick) expect(seqs).toEqual(expected)
    for (const { socket } of lame) socket.resume()
    const all = ROUNDS * FLOOD_PER_ROUND
    const complete = () => lame.filter(({ seqs, missed }) => seqs.length + missed === all).length
    await until(
      () => complete() === slow,
      () => `slow clients that know how much they missed: ${complete()}`,
    )
    if (slow > 0) expect(lame.filter(({ heard }) => heard.has('overload')).length).toBe(slow)
    for (const { socket } of [...quick, ...lame]) socket.terminate()
    return delays
  }

  it('of which a tenth take nothing: the others get everything in order, as soon as without them', async () => {
    const without = await watch(CLIENTS - SLOW, 0)
    await dashboard.stop()
    const withSlow = await watch(CLIENTS - SLOW, SLOW)
    process.stdout.write(`\n  900 fast clients alone:               ${percentiles(without)}\n`)
    process.stdout.write(`  900 fast clients beside 100 slow ones: ${percentiles(withSlow)}\n`)
    expect(withSlow.length).toBeGreaterThan(CLIENTS - SLOW)
  }, 600_000)

  it('that come back at once all end with the same list, which is the server’s', async () => {
    await start({ ringSize: 150 })
    dashboard.log.append(...Array.from({ length: 300 }, (_, n) => anAlert(n + 1, quiet)))
    const clients = Array.from({ length: CLIENTS }, () => new Spectator())
    for (const client of clients) client.cursor = { epoch: 'e1', seq: 0 }
    const connectAll = async () => {
      const bearers = await bearersFor(dashboard, CLIENTS)
      await Promise.all(clients.map((client, n) => client.connect(host, bearers[n]!)))
    }
    const caughtUp = () => clients.filter(({ cursor }) => cursor!.seq === dashboard.log.hwm()).length
    await connectAll()
    await until(
      () => caughtUp() === CLIENTS,
      () => `caught up: ${caughtUp()}`,
    )
    dashboard.cutAll()
    const officer = await dashboard.bearer('officer')
    for (let n = 301; n <= 700; n++) {
      const revised = n % 5 === 0
      const changes = revised ? { revision: 2, status: n % 2 === 0 ? ('retracted' as const) : ('open' as const) } : {}
      dashboard.log.append(anAlert(revised ? n - 250 : n, { ...quiet, ...changes }))
    }
    for (const n of [1, 2, 3]) {
      const url = `/api/v1/alerts/${alertId(n)}/actions`
      await dashboard.app.inject({ method: 'POST', url, headers: officer, payload: { action: 'claim', version: 1 } })
    }
    const began = performance.now()
    const pagesBefore = dashboard.log.pagesRead
    await connectAll()
    await until(
      () => caughtUp() === CLIENTS,
      () => `caught up again: ${caughtUp()}`,
    )
    const rows = await dashboard.app.inject({ url: '/api/v1/alerts?limit=500', headers: officer })
    const rest = await dashboard.app.inject({ url: `/api/v1/alerts?limit=500&cursor=${rows.json().next}`, headers: officer })
    const listed = [...rows.json().rows, ...rest.json().rows]
    const list = new Map(listed.map((row) => [row.alert_id, standing(row)]))
    const sorted = (shown: ReadonlyMap<string, string>) => [...shown].sort(([a], [b]) => (a < b ? -1 : 1))
    // What was claimed while they were away comes as a patch, right after the rows.
    const same = () => clients.filter(({ shown }) => shown.get(alertId(3)) === list.get(alertId(3))).length
    await until(
      () => same() === CLIENTS,
      () => `with the claims: ${same()}`,
    )
    const expected = sorted(list)
    expect(expected.length).toBeGreaterThan(600)
    for (const { shown } of clients) expect(sorted(shown)).toEqual(expected)
    const seconds = ((performance.now() - began) / 1_000).toFixed(1)
    const pages = dashboard.log.pagesRead - pagesBefore
    process.stdout.write(
      `\n  1,000 clients back with the same ${list.size} rows after ${seconds} s; pages read from the store: ${pages}\n`,
    )
    for (const { socket } of clients) socket.terminate()
  }, 600_000)
})
