import { expect, test } from 'vitest'
import { reference, settlement, voidOf } from '../../detectors/testing/events.ts'
import type { Alert } from '../../schemas/alert.ts'
import { accusingEach, accusingPersons } from '../testing/plain-detector.ts'
import { runShard } from '../testing/shard-run.ts'

const lines = (...wires: object[]) => wires.map((wire) => JSON.stringify(wire))
const at = (setl_id: string, hour: string, given: object = {}) =>
  settlement({ setl_id, mdtrt_id: 'M1', setl_time: `2026-03-02 ${hour}:00:00`, ...given })

async function told(detectors: Parameters<typeof runShard>[0], ...events: object[]) {
  const { alerts } = await runShard(detectors, lines(...events), { batch: 1 })
  const [parent, child] = ['MGT-05', 'MGT-06'].map((id) => [...alerts.values()].filter((alert) => alert.detector_id === id))
  return { parent: parent![0], children: child! }
}

const detectors = [accusingEach('MGT-06'), accusingPersons('MGT-05', 2)]

test('An alert that shares a settlement with one of its parent detector is told within that one, whichever comes first', async () => {
  for (const order of [detectors, [...detectors].reverse()]) {
    const { parent, children } = await told(order, at('S1', '08'), at('S2', '09'))
    expect(children).toHaveLength(2)
    for (const child of children) expect(child).toMatchObject({ status: 'open', parent_alert_id: parent!.alert_id })
    expect(parent!.parent_alert_id).toBe('')
  }
})

test('When the parent is retracted the child stands on its own again; when the parent comes back, within it', async () => {
  const [first, second] = [at('S1', '08'), at('S2', '09')]
  const after = await told(detectors, first, second, voidOf(second, '2026-03-02 10:00:00'))
  const child = (alerts: readonly Alert[]) => alerts.find(({ subject_id }) => subject_id === 'S1')
  expect(after.parent!.status).toBe('retracted')
  expect(child(after.children)).toMatchObject({ status: 'open', parent_alert_id: '' })
  const again = await told(detectors, first, second, voidOf(second, '2026-03-02 10:00:00'), at('S3', '11'))
  expect(child(again.children)).toMatchObject({ status: 'open', parent_alert_id: again.parent!.alert_id })
})

test('A parent that is silenced has no children', async () => {
  const exception = reference('exception', 'x', { detector_id: 'MGT-05', subject_type: 'person', subject_id: 'P1' })
  const { children } = await told(detectors, exception, at('S1', '08'), at('S2', '09'))
  for (const child of children) expect(child.parent_alert_id).toBe('')
})

test('A missing trace code is told within a repeated one only where that names every settlement of it', async () => {
  const pair = [accusingPersons('POL-19', 1), accusingPersons('MGT-18', 1, { vola_amt: 1 })]
  const { alerts } = await runShard(pair, lines(at('S1', '08'), at('S2', '09')))
  const child = [...alerts.values()].find(({ detector_id }) => detector_id === 'POL-19')
  expect(child!.parent_alert_id).not.toBe('')
  const one = reference('exception', 'x', { detector_id: 'MGT-18', subject_type: 'settlement', subject_id: 'S1' })
  const apart = await runShard([accusingPersons('POL-19', 1), accusingEach('MGT-18')], lines(one, at('S1', '08'), at('S2', '09')))
  const alone = [...apart.alerts.values()].find(({ detector_id, setl_count }) => detector_id === 'POL-19' && setl_count === 2)
  expect(alone!.parent_alert_id).toBe('')
})
