import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { settlement, voidOf } from '../../detectors/testing/events.ts'
import { findDetectors } from '../catalogue.ts'
import { runShard } from '../testing/shard-run.ts'
import { digestOf } from '../verify/digest.ts'

const examples = new URL('../../../shared/examples/', import.meta.url)
const detectors = await findDetectors()
const lines = (...wires: object[]) => wires.map((wire) => JSON.stringify(wire))

function readExample(name: string): string[] {
  return readFileSync(new URL(name, examples), 'utf8').trim().split('\n')
}

test.skipIf(!existsSync(examples))(
  'The customer’s first hour leaves exactly its five alerts behind, at every batch size and after crashes',
  async () => {
    const events = readExample('first-hour.ndjson')
    const expected = readExample('first-hour.expected.ndjson').map((line) => {
      const { why: _, ...alert } = JSON.parse(line)
      return alert
    })
    const ids = new Set(expected.map(({ detector_id }) => detector_id))
    const digests = new Set<string>()
    for (const options of [{ batch: 1 }, { batch: 7 }, { batch: 1_000 }, { batch: 3, crashEvery: 2 }]) {
      const { alerts, refused } = await runShard(detectors, events, options)
      expect(refused).toEqual([])
      const told = [...alerts.values()].filter(({ detector_id }) => ids.has(detector_id))
      expect(told).toHaveLength(expected.length)
      for (const alert of expected) expect(told).toContainEqual(expect.objectContaining(alert))
      digests.add(digestOf(alerts.values()))
    }
    expect(digests.size).toBe(1)
  },
)

/** A rule that these events break, so that what others will ever find does not matter. */
const PRICES = detectors.filter(({ id }) => id === 'POL-01')
const cap = { kind: 'reference', table: 'price_cap', id: 'c', row: { code: 'XJ01CAA040E001010100001', cap: 8 } }

test('A duplicate is dropped, whatever its form; other content under the same identity is a conflict', async () => {
  const first = settlement({ setl_id: 'S' })
  const reordered = Object.fromEntries(Object.entries({ ...first, medfee_sumamt: '10.00', certno: '' }).reverse())
  const { outcomes, refused } = await runShard(PRICES, lines(first, first, reordered, { ...first, gend: '2' }))
  expect(outcomes[0]).toMatchObject({ accepted: 1, settlements: 1, duplicates: [1, 2] })
  expect(refused).toEqual([{ line: 4, code: 'CONFLICT' }])
})

test('A void that comes first keeps its settlement from being judged', async () => {
  const original = settlement({ setl_id: 'S' })
  const { alerts, outcomes } = await runShard(PRICES, lines(cap, voidOf(original, '2026-03-02 10:05:00'), original))
  expect([...alerts.values()]).toEqual([])
  const judgement = outcomes[0]!.judgements.find(({ detector_id }) => detector_id === 'POL-01')
  expect(judgement).toMatchObject({ judged: 0, skipped: { VOIDED_BEFORE: 1 } })
})

test('A void of another person is refused; a second void has no effect', async () => {
  const original = settlement({ setl_id: 'S' })
  const stranger = { ...voidOf(original, '2026-03-02 10:05:00'), psn_no: 'P2' }
  const events = lines(cap, original, stranger, voidOf(original, '2026-03-02 11:00:00'), voidOf(original, '2026-03-02 12:00:00'))
  const { alerts, refused } = await runShard(PRICES, events, { batch: 1 })
  expect(refused).toEqual([{ line: 3, code: 'VOID_MISMATCH' }])
  expect([...alerts.values()]).toMatchObject([
    { detector_id: 'POL-01', status: 'retracted', retract_reason: 'VOIDED', revision: 2, vola_amt: 2 },
  ])
})

test('An event far in the future is refused; one that is too late is judged only by rules without memory', async () => {
  const now = Date.UTC(2026, 2, 10)
  const future = settlement({ setl_id: 'F', setl_time: '2026-03-12 10:00:00' })
  const late = settlement({ setl_id: 'L', setl_time: '2026-03-01 10:00:00' })
  const events = lines(cap, settlement({ setl_id: 'S', setl_time: '2026-03-09 10:00:00' }), future, late)
  const { alerts, refused, outcomes } = await runShard(PRICES, events, { now })
  expect(refused).toEqual([{ line: 3, code: 'TIME_FUTURE' }])
  expect(outcomes[0]!.late).toBe(1)
  expect([...alerts.values()].map(({ subject_id }) => subject_id)).toEqual(['S', 'L'])
})

test('An exception silences the match and is counted', async () => {
  const excepted = {
    kind: 'reference',
    table: 'exception',
    id: 'e',
    row: { detector_id: 'POL-01', subject_type: 'settlement', subject_id: 'S' },
  }
  const { alerts } = await runShard(PRICES, lines(cap, excepted, settlement({ setl_id: 'S' })))
  expect([...alerts.values()]).toMatchObject([{ disposition: 'excepted', status: 'open' }])
})
