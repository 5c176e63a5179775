import { expect, test } from 'vitest'
import { crashRun, seeded } from '../../testing/crash.ts'

test('Killed at any moment and resumed, nothing is lost and nothing is there twice', async () => {
  const { kills, undisturbed, disturbed, again } = await crashRun(4_000, 4, 500, seeded(3))
  const { summary, left } = undisturbed
  expect(kills).toBeGreaterThanOrEqual(3)
  expect(left).toMatchObject({ ok: true })
  expect(disturbed.checks.filter(({ ok }) => !ok)).toEqual([])
  expect(disturbed.alert_digest).toBe(summary.alert_digest)
  expect(disturbed.rows).toEqual(left.rows)
  // Knowledge and heartbeats are never duplicates; every other event is.
  expect(again).toMatchObject({ settlements: 0, events: summary.events, alert_digest: summary.alert_digest })
})
