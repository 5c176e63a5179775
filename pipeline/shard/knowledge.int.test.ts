import { expect, test } from 'vitest'
import { voidOf } from '../../detectors/testing/events.ts'
import { findDetectors } from '../catalogue.ts'
import { simulate } from '../simulate/simulate.ts'
import { holding } from '../testing/holding.ts'
import { runShard } from '../testing/shard-run.ts'

test('One settlement in three is taken back as what it was counted as, although all rows have gone meanwhile', async () => {
  const detectors = await findDetectors()
  const events = [...simulate({ settlements: 150, seed: 11, days: 20 })].flatMap((row) =>
    'event' in row ? [JSON.parse(row.event) as Record<string, string>] : [],
  )
  const known = events.filter(({ kind }) => kind === 'reference')
  const happened = events.filter(({ kind }) => kind !== 'reference')
  const last = happened
    .map(({ setl_time = '' }) => setl_time)
    .sort()
    .at(-1)!
  const voided = new Set(happened.map(({ orig_setl_id }) => orig_setl_id))
  const back = happened
    .filter(({ kind, setl_id }, i) => kind === 'settlement' && !voided.has(setl_id) && i % 3 === 0)
    .map((original) => voidOf(original, last))
  const gone = known.map((row) => ({ ...row, deleted: true }))
  const longAfter = { kind: 'heartbeat', time: '2027-12-31 00:00:00' }
  const lines = (...wires: readonly (readonly object[])[]) => wires.flat().map((wire) => JSON.stringify(wire))
  const usual = await runShard(detectors, lines(known, happened, back, [longAfter]))
  const meanwhile = lines(known, happened, gone, back, known, [longAfter])
  const disturbed = await runShard(detectors, meanwhile, { batch: 150, crashEvery: 2 })
  expect(usual.alerts.size).toBeGreaterThan(100)
  expect(holding(disturbed.alerts)).toEqual(holding(usual.alerts))
})
