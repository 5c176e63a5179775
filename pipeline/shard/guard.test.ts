import { expect, test } from 'vitest'
import { settlement } from '../../detectors/testing/events.ts'
import { createDecode } from '../decode/decode.ts'
import { unpack } from '../decode/packed.ts'
import { chunkOfText } from '../engine/chunk.ts'
import { InMemory } from '../memory/in-memory.ts'
import { StagedMemory } from '../memory/staged.ts'
import { accusingEach } from '../testing/plain-detector.ts'
import { runShard } from '../testing/shard-run.ts'
import { Guard, guardedIn, liftGuard } from './guard.ts'
import type { Batch } from './intake.ts'
import { Shard } from './shard.ts'

const settled = (day: number, psn_no: string) =>
  JSON.stringify(settlement({ psn_no, setl_time: `2026-03-0${day} 10:00:00`, feedetail: [{ pric: 100 }] }))
const detectors = [accusingEach('MGT-13'), accusingEach('POL-01')]
const NOTHING_KNOWN = { matchedVoids: new Map(), originalOf: () => undefined, saysTheSame: () => false }
const unlimited = Number.POSITIVE_INFINITY

test('A detector that raises more alerts in a day than its budget runs silently from then on, and says so', async () => {
  const events = [settled(2, 'P1'), settled(2, 'P2'), settled(2, 'P3'), settled(3, 'P4')]
  for (const batch of [1, 100]) {
    const { alerts, outcomes } = await runShard([detectors[0]!], events, { batch, budget: { alerts: 1, fen: unlimited } })
    const modes = [...alerts.values()].map(({ mode, silence_reason }) => [mode, silence_reason])
    expect(modes).toEqual([
      ['live', ''],
      ['live', ''],
      ['shadow', 'BLAST_RADIUS'],
      ['shadow', 'BLAST_RADIUS'],
    ])
    expect(outcomes.flatMap(({ guarded }) => guarded)).toEqual([
      { detector_id: 'MGT-13', day: '2026-03-02', alerts: 2, amount: 200 },
    ])
  }
})

test('Money counts like alerts; each day has its own budget, and each detector', async () => {
  const events = [settled(2, 'P1'), settled(3, 'P2'), settled(3, 'P3'), settled(3, 'P4')]
  const { alerts } = await runShard(detectors, events, { budget: { alerts: unlimited, fen: 15_000 } })
  const silent = [...alerts.values()].filter(({ mode }) => mode === 'shadow')
  expect(silent.map(({ detector_id, psn_no }) => [detector_id, psn_no])).toEqual([
    ['MGT-13', 'P4'],
    ['POL-01', 'P4'],
  ])
})

test('Without a budget nothing is ever moved to shadow', async () => {
  const { alerts } = await runShard(detectors, [settled(2, 'P1'), settled(2, 'P2')])
  expect([...alerts.values()].map(({ mode }) => mode)).toEqual(['live', 'live', 'live', 'live'])
})

test('Lifted by a word among what slices tell each other, a detector speaks again from there on', async () => {
  const memory = new InMemory()
  const shard = new Shard(memory, { detectors: [detectors[0]!], budget: { alerts: 1, fen: unlimited } })
  const decode = createDecode(Buffer.alloc(32, 7))
  const modesAfter = async (batch: Pick<Batch, 'mail'>, ...lines: string[]) => {
    const arrivals = lines.length > 0 ? unpack(decode(chunkOfText(lines.join('\n'))).packed) : []
    const outcome = shard.push({ ...batch, arrivals, partition: 'local', now: Date.UTC(2030, 0, 1), ...NOTHING_KNOWN })
    await memory.commit(outcome.changes)
    shard.release(outcome)
    return outcome.alerts.map(({ mode }) => mode)
  }
  expect(await modesAfter({}, settled(2, 'P1'), settled(2, 'P2'), settled(2, 'P3'))).toEqual(['live', 'live', 'shadow'])
  expect(await modesAfter({ mail: [{ lift: 'POL-01' }] }, settled(2, 'P4'))).toEqual(['shadow'])
  expect(await modesAfter({ mail: [{ lift: 'MGT-13' }] })).toEqual([])
  expect(guardedIn(memory)).toEqual([])
  expect(await modesAfter({}, settled(2, 'P5'))).toEqual(['live'])
})

test('Lifted, a detector speaks again with a fresh budget', async () => {
  const memory = new InMemory()
  const staged = new StagedMemory(memory)
  const guard = new Guard(staged, { alerts: 1, fen: unlimited })
  for (const _ of [1, 2]) guard.spend('MGT-13', '2026-03-02', { alerts: 1, fen: 0 })
  const changes = staged.seal()
  await memory.commit(changes)
  staged.release(changes)
  expect([guard.isShut('MGT-13'), guardedIn(memory).length]).toEqual([true, 1])
  expect([await liftGuard(memory, 'MGT-13'), await liftGuard(memory, 'MGT-13')]).toEqual([true, false])
  guard.spend('MGT-13', '2026-03-02', { alerts: 1, fen: 0 })
  expect(guard.isShut('MGT-13')).toBe(false)
})
