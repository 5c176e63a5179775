import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { settlement } from '../../detectors/testing/events.ts'
import { HOUR, MINUTE } from '../../schemas/time.ts'
import { findDetectors } from '../catalogue.ts'
import { createDecode } from '../decode/decode.ts'
import { unpack } from '../decode/packed.ts'
import { chunkOfText } from '../engine/chunk.ts'
import { InMemory } from '../memory/in-memory.ts'
import { beginOf, holding, judgedSettlements } from '../testing/holding.ts'
import { runShard } from '../testing/shard-run.ts'
import { runSlices } from '../testing/slices-run.ts'
import { Shard } from './shard.ts'
import { murmur2, ownerOf } from './slices.ts'

const detectors = await findDetectors()

function golden(): string[] {
  return readFileSync(new URL('../testing/golden/corrections.ndjson', import.meta.url), 'utf8')
    .trim()
    .split('\n')
}

describe('Several slices that speak to each other', () => {
  test('find in the golden scenarios what one finds alone', async () => {
    const lines = golden()
    const alone = await runShard(detectors, lines)
    for (const slices of [2, 5]) {
      const together = await runSlices(detectors, lines, { slices, history_from: beginOf(lines) })
      expect(holding(together.alerts)).toEqual(holding(alone.alerts))
      expect(judgedSettlements(detectors, together)).toEqual(judgedSettlements(detectors, alone))
    }
  })
})

test('A slice that has read on while nobody else has begun is ahead by all that it has read', () => {
  const shard = new Shard(new InMemory(), { detectors: [], slices: { index: 1, count: 2 } })
  expect(shard.lead).toBe(0)
  const lines = ['2026-03-02 10:00:00', '2026-03-02 15:00:00'].map((setl_time, i) => settlement({ setl_id: `S${i}`, setl_time }))
  const chunk = chunkOfText(lines.map((line) => JSON.stringify(line)).join('\n'))
  const arrivals = unpack(createDecode(Buffer.alloc(32, 7))(chunk).packed)
  const lookups = { matchedVoids: new Map(), originalOf: () => undefined, saysTheSame: () => false }
  shard.push({ arrivals, partition: 'local:1', now: Date.UTC(2030, 0, 1), ...lookups })
  expect(shard.watermark).toBe(Number.NEGATIVE_INFINITY)
  expect(shard.lead).toBe(5 * HOUR - 10 * MINUTE)
})

test('A person lies where a Java producer of Kafka puts the settlements', () => {
  expect(murmur2(Buffer.from('21'))).toBe(-973932308)
  expect(murmur2(Buffer.from('foobar'))).toBe(-790332482)
  expect(murmur2(Buffer.from('a-little-bit-long-string'))).toBe(-985981536)
  expect(murmur2(Buffer.from('a-little-bit-longer-string'))).toBe(-1486304829)
  expect(ownerOf('person', '21', 6)).toBe((-973932308 & 0x7fffffff) % 6)
})
