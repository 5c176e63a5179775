import { expect, test } from 'vitest'
import { crashRun, seeded } from '../../testing/crash.ts'

test('Killed at any moment and resumed, nothing is lost and nothing is there twice', async () => {
  const { kills, undisturbed, disturbed, again } = await crashRun(4_000, 4, 500, seeded(3))
  const { summary, verified } = undisturbed
  expect(kills).toBeGreaterThanOrEqual(3)
  expect(verified).toMatchObject({ ok: true })
  expect(disturbed.checks.filter(({ ok }) => !ok)).toEqual([])
  expect(disturbed.alert_digest).toBe(summary.alert_digest)
  const rows = (of: typeof verified) =>
    of.checks.filter(({ name }) => name.startsWith('stored')).map(({ name, found }) => `${name}: ${found}`)
  expect(rows(disturbed)).toEqual(rows(verified))
  // Knowledge and heartbeats are never duplicates; every other event is.
  expect(again).toMatchObject({ settlements: 0, events: summary.events, alert_digest: summary.alert_digest })
})
