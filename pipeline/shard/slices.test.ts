import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { findDetectors } from '../catalogue.ts'
import { beginOf, holding, judgedSettlements } from '../testing/holding.ts'
import { runShard } from '../testing/shard-run.ts'
import { runSlices } from '../testing/slices-run.ts'
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

test('A person lies where a Java producer of Kafka puts the settlements', () => {
  expect(murmur2(Buffer.from('21'))).toBe(-973932308)
  expect(murmur2(Buffer.from('foobar'))).toBe(-790332482)
  expect(murmur2(Buffer.from('a-little-bit-long-string'))).toBe(-985981536)
  expect(murmur2(Buffer.from('a-little-bit-longer-string'))).toBe(-1486304829)
  expect(ownerOf('person', '21', 6)).toBe((-973932308 & 0x7fffffff) % 6)
})
