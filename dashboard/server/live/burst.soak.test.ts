import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, expect, it } from 'vitest'
import type { Alert } from '../../../schemas/alert.ts'
import type { Counts } from '../../../schemas/wire.ts'
import { anAlert } from '../../testing/alerts.ts'
import { bearersFor, Spectator, until } from '../../testing/crowd.ts'
import { TestDashboard } from '../../testing/dashboard.ts'
import { MemoryLog } from '../../testing/memory-log.ts'

const PER_SECOND = 500
const SECONDS = 60
const TICK_MS = 100
const CLIENTS = 10
/** The memory keeps so many of the newest revisions: they are there before the burst, so that what grows is no filling. */
const KEPT = 20_000
const SAMPLES = 12
const GROWTH_MAX_MIB = 8
const MIB = 1024 * 1024

/** A log that makes its alerts when they are asked for, so that what grows is the server's own. */
class EndlessLog extends MemoryLog {
  #end = 0
  readonly #told = new Set<(alerts: readonly Alert[]) => void>()

  grow(count: number): void {
    const from = this.#end
    this.#end += count
    const alerts = this.#stretch(from, count)
    for (const listener of this.#told) listener(alerts)
  }

  override hwm(): number {
    return this.#end
  }

  override subscribe(listener: (alerts: readonly Alert[]) => void): () => void {
    this.#told.add(listener)
    return () => this.#told.delete(listener)
  }

  override async since(seq: number, limit: number): Promise<Alert[]> {
    return this.#stretch(seq, Math.min(limit, this.#end - seq))
  }

  override async counts(): Promise<Counts> {
    return { open: this.#end, by_severity: { 2: this.#end }, by_detector: { 'POL-01': this.#end } }
  }

  #stretch(from: number, count: number): Alert[] {
    return Array.from({ length: count }, (_, n) => anAlert(from + n + 1, { audience: 'data_contact' }))
  }
}

let dashboard: TestDashboard
afterEach(() => dashboard.stop())

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function heapMib(): number {
  collect()
  return process.memoryUsage().heapUsed / MIB
}

it('takes 500 alerts a second for a minute: every client counts every one, and memory stays as it is', async () => {
  const log = new EndlessLog()
  dashboard = await TestDashboard.start({ feed: log, alerts: log }, { hub: { ringSize: KEPT } }, log)
  log.grow(KEPT)
  const host = await dashboard.listen()
  let rows = 0
  let told: Counts | undefined
  const clients = Array.from(
    { length: CLIENTS },
    () =>
      new Spectator((seqs) => {
        rows += seqs.length
      }),
  )
  const bearers = await bearersFor(dashboard, CLIENTS)
  await Promise.all(clients.map((client, n) => client.connect(host, bearers[n]!)))
  clients[0]!.socket.send(JSON.stringify({ type: 'subscribe', id: 'totals', topic: 'counts' }))
  clients[0]!.socket.on('message', (data) => {
    const message = JSON.parse(data.toString())
    if (message.type === 'counts') told = message.counts
  })
  const total = PER_SECOND * SECONDS
  const heap: number[] = []
  const before = heapMib()
  const began = performance.now()
  for (let said = 0; said < total; ) {
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1_000) * PER_SECOND))
    if (due > said) log.grow(due - said)
    said = Math.max(said, due)
    for (const client of clients) {
      // What was received is counted, not kept: the test must not be what grows.
      client.seqs.length = 0
      client.shown.clear()
    }
    if (said >= (heap.length + 1) * (total / SAMPLES)) heap.push(heapMib())
    await new Promise((resolve) => setTimeout(resolve, TICK_MS))
  }
  const seconds = (performance.now() - began) / 1_000
  await until(
    () => rows === total * CLIENTS,
    () => `rows received: ${rows} of ${total * CLIENTS}`,
  )
  await until(
    () => told?.open === KEPT + total,
    () => `counted: ${told?.open}`,
  )
  for (const { heard, missed } of clients) expect([missed, heard.has('resync'), heard.has('overload')]).toEqual([0, false, false])
  const followed = async () => (await dashboard.database.query<{ seq: number }>('SELECT seq FROM followed'))[0]?.seq
  const end = performance.now() + 120_000
  while ((await followed()) !== KEPT + total && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 100))
  expect(await followed()).toBe(KEPT + total)
  const after = heapMib()
  const mean = (values: readonly number[]) => values.reduce((sum, mib) => sum + mib, 0) / values.length
  const halves = [mean(heap.slice(0, SAMPLES / 2)), mean(heap.slice(SAMPLES / 2))] as const
  const toldHeap = [before, ...heap, after].map((mib) => mib.toFixed(0)).join(', ')
  process.stdout.write(
    `\n  ${total} alerts in ${seconds.toFixed(0)} s to ${CLIENTS} clients; heap after collection, MiB: ${toldHeap}; means of the halves ${halves.map((mib) => mib.toFixed(1)).join(' and ')}\n`,
  )
  expect(halves[1] - halves[0]).toBeLessThan(GROWTH_MAX_MIB)
  expect(after - before).toBeLessThan(GROWTH_MAX_MIB)
}, 600_000)
