import { expect, test } from 'vitest'
import type { Detector } from '../../detectors/detector.ts'
import { settlement } from '../../detectors/testing/events.ts'
import { HOUR, type Instant, parseInstant } from '../../schemas/time.ts'
import { InMemory } from '../memory/in-memory.ts'
import { StagedMemory } from '../memory/staged.ts'
import { accusingPersons } from '../testing/plain-detector.ts'
import { runShard } from '../testing/shard-run.ts'
import { Beginnings, hearersChange, hearersIn } from './beginnings.ts'
import { Parts } from './parts.ts'
import { lastEventIn } from './shard.ts'

const LATER = parseInstant('2026-03-01 09:00:00')

/** Tells where history begins for it. */
function asking(id: string, version: number, told: Instant[]): Detector {
  const plain = accusingPersons(id, 1)
  const onEvent = (_state: unknown, _event: unknown, { history_from }: { history_from: Instant }) => {
    told.push(history_from)
    return { state: undefined }
  }
  return { ...plain, version, parts: plain.parts.map((part) => ({ ...part, onEvent })) }
}

test('For a detector that came later history begins later, and for no other one', async () => {
  const [late, old]: [Instant[], Instant[]] = [[], []]
  const memory = new InMemory()
  await memory.commit([
    hearersChange({ 'AA-01@2': { since: 3, isWarm: false, from: LATER }, 'AA-02@1': { since: 0, isWarm: true } }),
  ])
  const times = ['2026-03-01 08:00:00', '2026-03-02 08:00:00']
  const lines = times.map((setl_time, i) => JSON.stringify(settlement({ setl_id: `S${i}`, setl_time })))
  await runShard([asking('AA-01', 2, late), asking('AA-02', 1, old)], lines, { memory })
  expect(late).toEqual([LATER, LATER])
  expect(old).toEqual(times.slice(0, 1).flatMap((time) => [parseInstant(time), parseInstant(time)]))
})

test('A version to which others told nothing begins when they told another one, each time anew, and memory knows it', () => {
  const store = new InMemory()
  const staged = new StagedMemory(store)
  const parts = new Parts([accusingPersons('AA-01', 1), accusingPersons('AA-02', 1)])
  const [mine, other] = parts.all
  const beginnings = new Beginnings(staged, parts)
  beginnings.missed(mine!, LATER)
  expect([beginnings.of(mine!), beginnings.of(other!)]).toEqual([LATER + HOUR, Number.NEGATIVE_INFINITY])
  beginnings.missed(mine!, LATER + HOUR - 1)
  expect(beginnings.of(mine!)).toBe(LATER + HOUR)
  beginnings.missed(mine!, LATER + HOUR)
  expect(new Beginnings(staged, parts).of(mine!)).toBe(LATER + 2 * HOUR)
  expect(hearersIn(staged)).toEqual({ 'AA-01@1': { since: 0, isWarm: false, from: LATER + 2 * HOUR } })
})

test('Who knows from the record what was told until then hears none of it again, and misses only what comes after it', async () => {
  const store = new InMemory()
  await store.commit([
    hearersChange({ 'AA-01@1': { since: 4, isWarm: true, upto: [3, 12] }, 'AA-02@1': { since: 0, isWarm: true } }),
  ])
  const parts = new Parts([accusingPersons('AA-01', 1), accusingPersons('AA-02', 1)])
  const [mine, other] = parts.all
  const staged = new StagedMemory(store)
  const beginnings = new Beginnings(staged, parts)
  // Who numbers nothing is of a release that had ended before.
  const told = [{ from: 1, batch: 12 }, { from: 1, batch: 13 }, { from: 0, batch: 4 }, { from: 1 }]
  expect(told.map((sent) => beginnings.knows(mine!, sent))).toEqual([true, false, false, true])
  expect(told.map((sent) => beginnings.knows(other!, sent))).toEqual([false, false, false, false])
  beginnings.missed(mine!, LATER)
  expect(beginnings.of(mine!)).toBe(LATER + HOUR)
  expect(hearersIn(staged)!['AA-01@1']).toEqual({ since: 4, isWarm: false, from: LATER + HOUR, upto: [3, 12] })
})

test('One institution whose clock is years ahead makes nobody wait for years', async () => {
  const times = ['2026-03-01 08:00:00', '2029-03-01 08:00:00', '2026-03-01 09:00:00']
  const lines = times.map((setl_time, i) => JSON.stringify(settlement({ setl_id: `S${i}`, setl_time })))
  const { memory } = await runShard([], lines)
  expect(lastEventIn(memory)).toBeLessThanOrEqual(LATER + 72 * HOUR)
  expect(lastEventIn(memory)).toBeGreaterThanOrEqual(LATER)
})
