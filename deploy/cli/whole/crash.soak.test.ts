import { expect, test } from 'vitest'
import { crashRun, seeded } from '../../testing/crash.ts'

test('200,000 settlements, killed at twenty random moments', async () => {
  const { kills, undisturbed, disturbed, again } = await crashRun(200_000, 20, 4_000, seeded(1))
  expect(kills).toBe(20)
  expect(undisturbed.left.ok).toBe(true)
  expect(disturbed.checks.filter(({ ok }) => !ok)).toEqual([])
  expect(disturbed.alert_digest).toBe(undisturbed.summary.alert_digest)
  expect(disturbed.rows).toEqual(undisturbed.left.rows)
  expect(again).toMatchObject({ settlements: 0, alert_digest: undisturbed.summary.alert_digest })
})
