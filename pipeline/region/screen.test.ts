import { expect, test } from 'vitest'
import type { Detector } from '../../detectors/detector.ts'
import { HOSPITAL, reference, settlement } from '../../detectors/testing/events.ts'
import type { Settlement } from '../../schemas/events.ts'
import { createNormaliser } from '../../schemas/normalise.ts'
import { findDetectors } from '../catalogue.ts'
import { createDecode } from '../decode/decode.ts'
import { unpack } from '../decode/packed.ts'
import { chunkOfText } from '../engine/chunk.ts'
import { InMemory } from '../memory/in-memory.ts'
import { Shard } from '../shard/shard.ts'
import { completeReply, joinReplies, type SlicesReply } from './screen.ts'

const COUNT = 3
const detectors = await findDetectors()
const draft = createNormaliser((text) => text)(
  'settlement',
  settlement({ setl_id: 'S2', mdtrt_id: 'M1', setl_time: '2026-03-02 10:03:00' }),
) as unknown as Settlement

/** A shard that knows an earlier settlement, and prices. */
function shardOf(index?: number): Shard {
  const slices = index === undefined ? undefined : { index, count: COUNT }
  const shard = new Shard(new InMemory(), { detectors, slices })
  const cap = reference('price_cap', 'cap', { code: 'XJ01CAA040E001010100001', cap: 8 })
  const lines = [HOSPITAL, cap, settlement({ setl_id: 'S1', mdtrt_id: 'M1', setl_time: '2026-03-02 10:00:00' })]
  const text = lines.map((line) => JSON.stringify(line)).join('\n')
  const nothing = { matchedVoids: new Map(), originalOf: () => undefined, saysTheSame: () => false }
  const arrivals = unpack(createDecode(Buffer.alloc(32, 7))(chunkOfText(text)).packed)
  shard.push({ arrivals, partition: 'test', now: Date.UTC(2026, 2, 2, 4), ...nothing })
  return shard
}

const idsOf = (rules: readonly { readonly detector: Detector }[]) => rules.map(({ detector }) => detector.id)

function replyOf(index: number): SlicesReply {
  const { said, elsewhere } = shardOf(index).screen(draft)
  const results = said.map(({ detector }) => ({ jr_id: detector.id, rule_id: detector.id, mdtrt_id: 'M1' }))
  const others = elsewhere.map(({ detector, slice }) => ({ rule_id: detector.id, slice }))
  return { setl_id: 'S2', results: results as never, skipped: [], elsewhere: others, slices: [index] }
}

const rulesOf = (rows: readonly { readonly rule_id: string }[]) => [...new Set(rows.map(({ rule_id }) => rule_id))].sort()

test('A draft that is asked of all slices is judged as by one process, each check once', () => {
  const alone = idsOf(shardOf().screen(draft).said)
  expect(alone).toEqual(expect.arrayContaining(['POL-01', 'MGT-01']))
  const { results, skipped } = completeReply(joinReplies([0, 1, 2].map(replyOf)))
  expect(rulesOf(results)).toEqual([...new Set(alone)].sort())
  expect(skipped).toEqual([])
})

test('Checks whose memory could not be asked are named', () => {
  const replies = [0, 1, 2].map(replyOf)
  for (const missing of replies) {
    const there = replies.filter((reply) => reply !== missing)
    const { skipped } = completeReply(joinReplies(there))
    const theirs = there.flatMap(({ elsewhere = [] }) => elsewhere.filter(({ slice }) => missing.slices.includes(slice)))
    expect(theirs.length).toBeGreaterThan(0)
    expect(rulesOf(skipped)).toEqual(rulesOf(theirs))
    expect(skipped.every(({ reason }) => reason === 'NOT_OWNED')).toBe(true)
  }
})
