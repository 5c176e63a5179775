import { afterEach, beforeEach, expect, test } from 'vitest'
import { settlement } from '../../detectors/testing/events.ts'
import { TestPipeline } from '../testing/engine-run.ts'
import { listDeadLetters, retryAllDeadLetters, retryDeadLetters } from './dead-letters.ts'

let pipeline: TestPipeline
beforeEach(async () => {
  pipeline = await new TestPipeline([]).open()
})
afterEach(() => pipeline.remove())

const bad = (setl_id: string) => settlement({ setl_id, medfee_sumamt: 'much' })
const listed = async () => (await listDeadLetters(pipeline.store)).map(({ source, offset }) => [source, offset])

test('What a retry is refused again stays listed once, under its first place', async () => {
  await pipeline.send([bad('S1'), settlement({ setl_id: 'S2' }), bad('S3')])
  const before = await listed()
  expect(before).toHaveLength(2)
  for (let round = 0; round < 3; round++) {
    const result = await retryAllDeadLetters(pipeline.engine, pipeline.store)
    expect(result).toMatchObject({ retried: 2, accepted: 0, still_refused: [{ code: 'TYPE_INVALID' }, { code: 'TYPE_INVALID' }] })
  }
  expect(await listed()).toEqual(before)
  const [first] = await listDeadLetters(pipeline.store)
  expect(first!.received_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/)
  const corrected = { ...first!, bytes: first!.bytes.replace('"much"', '12.50') }
  expect(await retryDeadLetters([corrected], pipeline.engine, pipeline.store)).toMatchObject({ accepted: 1 })
  expect(await listed()).toEqual(before.slice(1))
})

test('All are retried, however many there are', async () => {
  await pipeline.send(Array.from({ length: 1_201 }, (_, i) => bad(`S${i}`)))
  expect(await retryAllDeadLetters(pipeline.engine, pipeline.store)).toMatchObject({ retried: 1_201, accepted: 0 })
})
