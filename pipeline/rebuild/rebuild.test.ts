import { readFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import pol01 from '../../detectors/pol/pol-01.ts'
import { settlement, voidOf } from '../../detectors/testing/events.ts'
import { parseInstant } from '../../schemas/time.ts'
import { findDetectors } from '../catalogue.ts'
import { TestPipeline } from '../testing/engine-run.ts'
import { verify } from '../verify/verify.ts'
import { memoryDigest } from './memory-digest.ts'
import { stateOfMemory } from './rebuild.ts'

const detectors = await findDetectors()
const golden = readFileSync(new URL('../testing/golden/corrections.ndjson', import.meta.url), 'utf8')
  .trim()
  .split('\n')
const batches = Array.from({ length: Math.ceil(golden.length / 5) }, (_, i) => golden.slice(i * 5, i * 5 + 5))
/** Engines are opened and closed: seconds on a machine with nothing else to do. */
const PATIENCE = 300_000

afterEach(() => pipeline.remove(), PATIENCE)
const cap = { kind: 'reference', table: 'price_cap', id: 'c', row: { code: 'XJ01CAA040E001010100001', cap: 8 } }
let pipeline: TestPipeline

async function log(): Promise<string[]> {
  const rows = await pipeline.store.query<{ body: string }>('SELECT body FROM alert_log ORDER BY seq')
  return rows.map(({ body }) => body)
}

test(
  'Memory that was lost in the midst of the golden scenario comes back as it was, and all that follows is the same',
  async () => {
    pipeline = await new TestPipeline(detectors).open()
    for (const batch of batches) await pipeline.send(batch)
    const undisturbed = { memory: memoryDigest(pipeline.memory), log: await log() }
    await pipeline.remove()
    pipeline = await new TestPipeline(detectors).open()
    for (const [i, batch] of batches.entries()) {
      await pipeline.send(batch)
      if (i % 3 !== 1) continue
      const before = memoryDigest(pipeline.memory)
      expect(await pipeline.rebuild()).toMatchObject({ batches: i + 1, differing: 0, disagreed: 0 })
      expect(memoryDigest(pipeline.memory)).toBe(before)
    }
    expect(memoryDigest(pipeline.memory)).toBe(undisturbed.memory)
    expect(await log()).toEqual(undisturbed.log)
    expect((await verify(pipeline.store, pipeline.memory, detectors)).ok).toBe(true)
  },
  PATIENCE,
)

test(
  'What was told besides events, and refunds that name no original, come again in their place',
  async () => {
    pipeline = await new TestPipeline([pol01]).open()
    const [first, second] = [settlement({ setl_id: 'S1' }), settlement({ setl_id: 'S2', certno: '99010119600203000X' })]
    await (await pipeline.engine.since(parseInstant('2026-02-01 08:00:00'))).done
    await pipeline.send([cap, first, second])
    await (await pipeline.engine.reading(['kafka:t:0'])).done
    await (await pipeline.engine.reading(['kafka:t:0', 'kafka:t:1'])).done
    const refund = {
      ...second,
      setl_id: 'R2',
      medfee_sumamt: -(second.medfee_sumamt as number),
      setl_time: '2026-03-02 18:00:00',
    }
    await pipeline.send([first, voidOf(first, '2026-03-02 17:00:00'), refund, '{broken', cap])
    const before = { memory: memoryDigest(pipeline.memory), clocks: pipeline.engine.shard.activeClocks }
    expect(await pipeline.rebuild()).toMatchObject({ events: 6, alerts: 2, differing: 0, disagreed: 0 })
    expect(pipeline.engine.shard.activeClocks).toEqual(before.clocks)
    expect(memoryDigest(pipeline.memory)).toBe(before.memory)
  },
  PATIENCE,
)

test(
  'A range that was half written when the disk was lost is removed, and its number is not used again',
  async () => {
    pipeline = await new TestPipeline([pol01]).open()
    await pipeline.send([cap, settlement({ setl_id: 'S1' })])
    await pipeline.send([settlement({ setl_id: 'S2' })])
    await pipeline.forgetRow('batch', 2)
    await pipeline.rebuild()
    expect(await pipeline.count('raw_event')).toBe(2)
    await pipeline.send([settlement({ setl_id: 'S2' })], 'test', 2)
    const [row] = await pipeline.store.query<{ last: number }>('SELECT max(batch) AS last FROM raw_event')
    expect(row).toEqual({ last: 3 })
    expect((await verify(pipeline.store, pipeline.memory, [pol01])).ok).toBe(true)
  },
  PATIENCE,
)

test(
  'A store with a history and a memory without one is told as lost, and history with a hole is not judged unasked',
  async () => {
    pipeline = await new TestPipeline([pol01]).open()
    expect(await stateOfMemory(pipeline.memory, pipeline.store)).toBe('empty')
    await pipeline.send([cap, settlement({ setl_id: 'S1' }), settlement({ setl_id: 'S2' })])
    expect(await stateOfMemory(pipeline.memory, pipeline.store)).toBe('ready')
    await pipeline.forgetRow('raw_event', 1, `id = 'S2'`)
    await expect(pipeline.rebuild()).rejects.toMatchObject({ code: 'HISTORY_INCOMPLETE' })
    await pipeline.open()
    expect(await pipeline.rebuild({ mayLack: true })).toMatchObject({ events: 2 })
  },
  PATIENCE,
)

test(
  'A memory whose store has nothing is told as orphaned',
  async () => {
    pipeline = await new TestPipeline([pol01]).open()
    await pipeline.send([settlement({ setl_id: 'S1' })])
    await pipeline.forgetRow('batch', 1)
    expect(await stateOfMemory(pipeline.memory, pipeline.store)).toBe('orphaned')
  },
  PATIENCE,
)
