import { afterEach, expect, test } from 'vitest'
import { settlement } from '../../detectors/testing/events.ts'
import { findDetectors, selectDetectors } from '../catalogue.ts'
import { TestPipeline } from '../testing/engine-run.ts'
import { importKnowledge } from './import.ts'
import { readKnowledge } from './read.ts'
import { rowsOn } from './show.ts'

const PACK = new URL('../../deploy/knowledge/', import.meta.url).pathname
const pipeline = new TestPipeline(selectDetectors(await findDetectors(), 'POL-01'))
afterEach(() => pipeline.remove())

test('What was brought in judges from then on, is stored, and is known after a restart', async () => {
  await pipeline.open()
  const { events } = readKnowledge(`${PACK}price_cap.csv`, { version: 'sample-1' })
  const dear = (setl_id: string) => settlement({ setl_id, psn_no: setl_id, feedetail: [{ pric: 12 }] })
  await pipeline.send([dear('before')])
  expect(await importKnowledge(pipeline.engine, events)).toBe(events.length)
  await pipeline.send([dear('after')])
  const alerts = await pipeline.store.query<{ subject_id: string }>("SELECT subject_id FROM alert FINAL WHERE status = 'open'")
  expect(alerts).toEqual([{ subject_id: 'after' }])
  expect(await pipeline.count('reference_row')).toBe(events.length)
  const shown = rowsOn(pipeline.engine.shard.reference, 'price_cap', '2026-03-02')
  expect(shown.map(({ row }) => row.pack_version)).toContain('sample-1')
  await pipeline.close()
  await pipeline.open()
  expect(rowsOn(pipeline.engine.shard.reference, 'price_cap', '2026-03-02')).toEqual(shown)
})

test('A day or table that does not exist is named', async () => {
  await pipeline.open()
  const { reference } = pipeline.engine.shard
  expect(() => rowsOn(reference, 'prices', '2026-03-02')).toThrow(expect.objectContaining({ code: 'TABLE_UNKNOWN' }))
  expect(() => rowsOn(reference, 'price_cap', 'yesterday')).toThrow(expect.objectContaining({ code: 'TIME_INVALID' }))
})
