import { expect, test } from 'vitest'
import { DAY, formatInstant, parseInstant } from '../../../schemas/time.ts'
import { findDetectors } from '../../catalogue.ts'
import { runShard } from '../../testing/shard-run.ts'
import { isAlert, isLive } from '../../verify/digest.ts'
import { evaluate } from '../evaluate.ts'
import { SCENARIOS, tell } from './scenarios.ts'

const detectors = await findDetectors()
/** A history may be told before its detector listens. */
const heard = Object.keys(SCENARIOS).filter((name) => detectors.some(({ id }) => id === name))

test.each(heard)(
  'All that %s must find in its scenario is found, and nothing else',
  async (name) => {
    const detector = detectors.find(({ id }) => id === name)!
    const story = tell(name, SCENARIOS[name]!, 1)
    const events = [...story.events()]
    // Time goes on for eight days, as after `replay --drain`.
    const end = parseInstant((events.at(-1)!.setl_time ?? events.at(-1)!.time) as string) + 8 * DAY
    const lines = [...events, { kind: 'heartbeat', time: formatInstant(end) }].map((event) => JSON.stringify(event))
    const { alerts, refused } = await runShard([detector], lines, { batch: 2000 })
    expect(refused).toEqual([])
    const told = [...alerts.values()].filter((alert) => isAlert(alert) && isLive(alert))
    // A history may hold what other detectors must find.
    const own = story.truth.filter(({ detector_id }) => detector_id === name)
    const { detectors: [score] = [], missed, false_alerts, decoys_hit } = evaluate(told, own, () => detector.result)
    expect({ missed, false_alerts, decoys_hit }).toEqual({ missed: [], false_alerts: [], decoys_hit: [] })
    expect(score).toMatchObject({ recall: 1, precision: 1 })
    expect(own.some((row) => 'decoy' in row) || name === 'FND-08').toBe(true)
  },
  60_000,
)

test('The same seed tells the same', () => {
  const told = (seed: number) => JSON.stringify([...tell('FND-04', SCENARIOS['FND-04']!, seed).events()])
  expect(told(3)).toBe(told(3))
  expect(told(3)).not.toBe(told(4))
})
