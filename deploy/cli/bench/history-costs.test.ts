import { expect, test } from 'vitest'
import { HistoryCosts, type Meter } from './history-costs.ts'

/** A machine on which a settlement costs one millisecond and, the more are known, so much more. */
function measured(batch: number, growth: number) {
  let [known, meter]: [number, Meter] = [0, { ms: 5_000, cpu_ms: 9_000, rss_mb: 300 }]
  const costs = new HistoryCosts(1_000, () => meter)
  costs.add(0)
  while (known < 1_000) {
    for (let i = 0; i < batch; i++, known++) {
      meter = { ms: meter.ms + 1, cpu_ms: meter.cpu_ms + 2 + growth * Math.floor(known / 100), rss_mb: 300 + known / 10 }
    }
    costs.add(batch)
  }
  return costs.rows
}

test('Each tenth of a history is told with its own cost, and against that of the first', () => {
  const rows = measured(20, 0.2)
  expect(rows.map(({ settlements }) => settlements)).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000])
  expect(rows.map(({ ms_per_settlement }) => ms_per_settlement)).toEqual(rows.map(() => 1))
  expect(rows[0]).toMatchObject({ cpu_ms_per_settlement: 2, against_a_tenth: 1, rss_mb: 310 })
  expect(rows[9]).toMatchObject({ cpu_ms_per_settlement: 3.8, against_a_tenth: 1.9, rss_mb: 400 })
})

test('What comes before the first settlement is not its cost, and batches need not end where a part does', () => {
  const rows = measured(70, 0)
  expect(rows.map(({ settlements }) => settlements)).toEqual([140, 210, 350, 420, 560, 630, 700, 840, 910, 1_050])
  expect(rows.every(({ cpu_ms_per_settlement }) => cpu_ms_per_settlement === 2)).toBe(true)
})
