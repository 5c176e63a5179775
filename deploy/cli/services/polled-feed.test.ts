import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { anAlert } from '../../../dashboard/testing/alerts.ts'
import { ChdbRecords } from '../../../dashboard/testing/chdb-records.ts'
import type { Alert } from '../../../schemas/alert.ts'
import { type PolledFeed, pollFeed } from './polled-feed.ts'

let store: ChdbRecords
let feed: PolledFeed | undefined
let next = 1

beforeAll(async () => {
  store = await ChdbRecords.open()
  await store.insert('schema_migration', [{ version: 1, name: 'x', applied_at: '2026-03-02 10:00:00' }])
})
afterEach(() => feed?.close())
afterAll(() => store.close())

/** Stores a batch of alerts; its own row, which makes it whole, only where asked. */
async function stored(batch: number, count: number, whole = true): Promise<number[]> {
  const seqs = Array.from({ length: count }, () => next++)
  const rows = seqs.map((seq) => anAlert(seq, { seq })).map((alert) => ({ ...alert, batch, body: JSON.stringify(alert) }))
  await store.insert('alert_log', rows)
  if (whole) await store.insert('batch', [{ batch, source: 'test' }])
  return seqs
}

test('What is stored whole is told once and in order; what is cut off is not told', async () => {
  await stored(1, 2)
  feed = await pollFeed(store, 10)
  expect(feed.hwm()).toBe(2)
  const told: number[] = []
  feed.subscribe((alerts: readonly Alert[]) => told.push(...alerts.map(({ seq }) => seq)))
  const first = await stored(2, 3)
  await vi.waitFor(() => expect(told).toEqual(first))
  const cut = await stored(3, 1, false)
  const after = await feed.since(0, 100)
  expect(after.map(({ seq }) => seq)).toEqual([1, 2, ...first])
  await store.insert('batch', [{ batch: 3, source: 'test' }])
  await vi.waitFor(() => expect(told).toEqual([...first, ...cut]))
  expect(feed.hwm()).toBe(cut[0])
})

test('Two dashboards of one store have one epoch', async () => {
  const other = await pollFeed(store, 10)
  feed = await pollFeed(store, 10)
  expect(feed.epoch).toBe(other.epoch)
  other.close()
})

test('A store that does not answer is asked again, and the feed says so meanwhile', async () => {
  let away = false
  const records = {
    query: <T>(sql: string, params?: Readonly<Record<string, unknown>>) =>
      away ? Promise.reject(new Error('away')) : store.query<T>(sql, params),
  }
  feed = await pollFeed(records, 10)
  const told: number[] = []
  feed.subscribe((alerts) => told.push(...alerts.map(({ seq }) => seq)))
  away = true
  await vi.waitFor(() => expect(feed!.failure?.message).toBe('away'))
  away = false
  const [seq] = await stored(4, 1)
  await vi.waitFor(() => expect(told).toEqual([seq]))
  expect(feed.failure).toBeUndefined()
})
