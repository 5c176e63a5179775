import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { findDetectors } from './catalogue.ts'
import { runShard } from './testing/shard-run.ts'
import { digestOf } from './verify/digest.ts'
import { ledgerOf } from './verify/ledger.ts'

const detectors = await findDetectors()

function read(name: string): string[] {
  return readFileSync(new URL(`./testing/golden/${name}.ndjson`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
}

test('What arrives late or is taken back leaves exactly these alerts and this ledger, at every batch size and after crashes', async () => {
  const expected = read('corrections.expected').map((line) => JSON.parse(line))
  const ledger = read('corrections.ledger').map((line) => JSON.parse(line))
  const ids = new Set(expected.map(({ detector_id }) => detector_id))
  const digests = new Set<string>()
  for (const options of [
    { batch: 1 },
    { batch: 5 },
    { batch: 1_000 },
    { batch: 2, crashEvery: 3 },
    { batch: 1, crashEvery: 1 },
  ]) {
    const { alerts, refused } = await runShard(detectors, read('corrections'), options)
    expect(refused).toEqual([])
    // Detectors that are added later may rightly find more in these events.
    const told = [...alerts.values()].filter(({ detector_id }) => ids.has(detector_id))
    expect(told).toHaveLength(expected.length)
    for (const alert of expected) expect(told).toContainEqual(expect.objectContaining(alert))
    expect(ledgerOf(told)).toEqual(ledger)
    digests.add(digestOf(told))
  }
  expect(digests.size).toBe(1)
})

test('A settlement that came after its void is judged by nobody, and counted', async () => {
  const { outcomes } = await runShard(detectors, read('corrections'))
  for (const { detector_id, skipped } of outcomes[0]!.judgements.filter(({ detector_id }) => detector_id.startsWith('POL'))) {
    expect([detector_id, skipped.VOIDED_BEFORE]).toEqual([detector_id, 1])
  }
})
