import { monitorEventLoopDelay } from 'node:perf_hooks'
import { afterEach, describe, expect, it } from 'vitest'
import { formatInstant } from '../../../schemas/time.ts'
import type { Counts } from '../../../schemas/wire.ts'
import { alertId, anAlert } from '../../testing/alerts.ts'
import { bearersFor, percentiles, Spectator, standing, until } from '../../testing/crowd.ts'
import type { Told } from '../../testing/crowd-clients.ts'
import { CrowdProcess } from '../../testing/crowd-process.ts'
import { TestDashboard } from '../../testing/dashboard.ts'
import { MemoryLog } from '../../testing/memory-log.ts'
import type { HubOptions } from './hub.ts'

/** Fewer where the machine is shared. */
const CLIENTS = Number(process.env.FUNDWATCH_CROWD_CLIENTS ?? 1_000)
const SLOW = CLIENTS / 10

let dashboard: TestDashboard
let host: string
afterEach(() => dashboard.stop())

async function start(hub: Partial<HubOptions>, log = new MemoryLog()): Promise<void> {
  dashboard = await TestDashboard.start({}, { hub }, log)
  host = await dashboard.listen()
}

/** The money that the workflow would hold is not under test here. */
const quiet = { audience: 'data_contact' } as const
const FLOOD = { ...quiet, admdvs: '980100', insu_admdvs: '980100', severity: 4 } as const

/** Counting is the store's work, which has threads of its own. */
class CountedElsewhere extends MemoryLog {
  override async counts(): Promise<Counts> {
    return { open: this.hwm(), by_severity: {}, by_detector: {} }
  }
}

describe('a thousand clients', () => {
  const PHASES = 3
  const ROUNDS = 30
  const ROUND_MS = 100
  const PER_ROUND = 4
  const FLOOD_PER_ROUND = 250

  /** One stretch of news: a little in the quiet region, a flood in the other one. */
  async function happen(): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) {
      const seq = dashboard.log.hwm()
      const detected_at = formatInstant(Date.now())
      const own = Array.from({ length: PER_ROUND }, (_, n) => anAlert(seq + n + 1, { ...quiet, detected_at }))
      const flood = Array.from({ length: FLOOD_PER_ROUND }, (_, n) => anAlert(seq + PER_ROUND + n + 1, FLOOD))
      dashboard.log.append(...own, ...flood)
      await new Promise((resolve) => setTimeout(resolve, ROUND_MS))
    }
  }

  async function waitFor(crowd: CrowdProcess, holds: (told: Told) => boolean, what: string): Promise<Told> {
    const end = performance.now() + 300_000
    const delays: number[] = []
    for (;;) {
      const told = await crowd.tell()
      delays.push(...told.delays)
      if (holds(told)) return { ...told, delays }
      if (performance.now() > end) throw new Error(`Waited in vain: ${what}`)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }

  it('of which a tenth take nothing: the others get everything in order, as soon as without them', async () => {
    await start({ slowAfterMs: 300, giveUpAfterMs: 600_000 }, new CountedElsewhere())
    const [fast, slow] = [new CrowdProcess(), new CrowdProcess()]
    try {
      const bearers = await bearersFor(dashboard, CLIENTS)
      await fast.come(host, bearers.slice(SLOW), { admdvs: ['990000'] })
      const delays: { alone: number[]; beside: number[] } = { alone: [], beside: [] }
      const loop = { alone: monitorEventLoopDelay({ resolution: 5 }), beside: monitorEventLoopDelay({ resolution: 5 }) }
      /** What the server itself works, whatever else the machine does. */
      const worked = { alone: 0, beside: 0 }
      let expected = 0
      for (let phase = 0; phase < 2 * PHASES; phase++) {
        const kind = phase % 2 === 0 ? 'alone' : 'beside'
        if (kind === 'beside') await slow.come(host, bearers.slice(0, SLOW), { admdvs: ['980000'] }, true)
        expected += ROUNDS * PER_ROUND
        loop[kind].enable()
        const before = process.cpuUsage()
        await happen()
        const { user, system } = process.cpuUsage(before)
        worked[kind] += (user + system) / 1_000
        loop[kind].disable()
        const whole = ({ clients }: Told) => clients.every(({ rows }) => rows >= expected)
        const told = await waitFor(fast, whole, 'every row for every fast client')
        delays[kind].push(...told.delays)
        expect(told.clients.filter(({ rows, disordered }) => rows !== expected || disordered > 0)).toEqual([])
        if (kind === 'alone') continue
        await slow.resume()
        const flood = ROUNDS * FLOOD_PER_ROUND
        const aware = ({ clients }: Told) => clients.every(({ rows, missed }) => rows + missed === flood)
        const { clients } = await waitFor(slow, aware, 'slow clients that know how much they missed')
        expect(clients.filter(({ overloaded }) => overloaded).length).toBe(SLOW)
        await slow.leave()
      }
      const ms = (nanoseconds: number) => `${(nanoseconds / 1e6).toFixed(1)} ms`
      const told = (kind: 'alone' | 'beside') =>
        `${percentiles(delays[kind])}; the server worked ${worked[kind].toFixed(0)} ms, its loop was late p50 ${ms(loop[kind].percentile(50))}, p99 ${ms(loop[kind].percentile(99))}`
      const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length
      process.stdout.write(`\n  ${CLIENTS - SLOW} fast clients alone: ${told('alone')}\n`)
      process.stdout.write(`  beside ${SLOW} slow ones: ${told('beside')}\n`)
      process.stdout.write(
        `  ratio of the mean delays, ${PHASES} times each by turns: ${(mean(delays.beside) / mean(delays.alone)).toFixed(2)}\n`,
      )
    } finally {
      fast.end()
      slow.end()
    }
  }, 1_800_000)

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
