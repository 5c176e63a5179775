import { expect, test } from 'vitest'
import { findDetectors } from '../catalogue.ts'
import { Random } from '../simulate/random.ts'
import { simulate } from '../simulate/simulate.ts'
import { TestPipeline } from '../testing/engine-run.ts'
import { verify } from '../verify/verify.ts'
import { memoryDigest } from './memory-digest.ts'

const BATCH = 300
const CUTS = 2

test('A region whose memory is lost at random moments ends with the alerts and the memory of the undisturbed run', async () => {
  const detectors = await findDetectors()
  const lines: string[] = []
  for (const row of simulate({ settlements: 600, seed: 5 })) if ('event' in row) lines.push(row.event)
  const batches = Array.from({ length: Math.ceil(lines.length / BATCH) }, (_, i) => lines.slice(i * BATCH, (i + 1) * BATCH))
  const random = new Random('cuts')
  const cuts = new Set(Array.from({ length: CUTS }, () => random.below(batches.length)))
  const ends: { memory: string; digest: string; log: string[] }[] = []
  for (const lost of [new Set<number>(), cuts]) {
    const pipeline = await new TestPipeline(detectors).open()
    for (const [i, batch] of batches.entries()) {
      await pipeline.send(batch)
      if (lost.has(i)) expect(await pipeline.rebuild()).toMatchObject({ differing: 0, disagreed: 0 })
    }
    const { checks, alert_digest } = await verify(pipeline.store, pipeline.memory, detectors)
    expect(checks.filter(({ ok }) => !ok)).toEqual([])
    const rows = await pipeline.store.query<{ body: string }>('SELECT body FROM alert_log ORDER BY seq')
    ends.push({ memory: memoryDigest(pipeline.memory), digest: alert_digest, log: rows.map(({ body }) => body) })
    await pipeline.remove()
  }
  const [undisturbed, disturbed] = ends as [(typeof ends)[0], (typeof ends)[0]]
  expect(undisturbed.log.length).toBeGreaterThan(10)
  for (const [i, revision] of undisturbed.log.entries()) expect(JSON.parse(disturbed.log[i]!)).toEqual(JSON.parse(revision))
  expect(disturbed).toEqual(undisturbed)
}, 1_800_000)
