import { afterEach, expect, test, vi } from 'vitest'
import { settlement } from '../../../detectors/testing/events.ts'
import { KafkaSource, TOPICS } from '../../../pipeline/source/kafka.ts'
import { TestPipeline } from '../../../pipeline/testing/engine-run.ts'
import { healthOf, type Loop } from './ports.ts'

const MINUTE = 60_000
let pipeline: TestPipeline
afterEach(async () => {
  vi.useRealTimers()
  await pipeline.remove()
})

/** The store writes nothing before the answer is called. */
function holdStore({ store }: TestPipeline): () => void {
  let answer = () => {}
  const told = new Promise<void>((done) => {
    answer = done
  })
  const write = store.writeColumns.bind(store)
  vi.spyOn(store, 'writeColumns').mockImplementation((...columns) => told.then(() => write(...columns)))
  return answer
}

test('An engine that waits for its store for more than a minute is not ready, and is again when it goes on', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  pipeline = await new TestPipeline([]).open()
  const answer = holdStore(pipeline)
  const health = healthOf(pipeline, new Map([['engine', pipeline.engine]]))
  vi.advanceTimersByTime(2 * MINUTE)
  expect(health.readiness()).toEqual({ ready: true, checks: { engine: 'running' } })
  const sent = pipeline.send([settlement()])
  expect(health.readiness().ready).toBe(true)
  vi.advanceTimersByTime(MINUTE + 1)
  expect(health.readiness()).toEqual({ ready: false, checks: { engine: 'stalled' } })
  answer()
  await sent
  expect(health.readiness().ready).toBe(true)
})

test('A source that should read and does not is named', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  pipeline = await new TestPipeline([]).open()
  const source = new KafkaSource(pipeline.engine, { ...TOPICS, brokers: 'nobody:1', group: 'test', batch: 1 })
  const loops = new Map<string, Loop>([['kafka', source]])
  const health = healthOf(pipeline, loops)
  expect(health.readiness().ready).toBe(true)
  vi.advanceTimersByTime(MINUTE + 1)
  expect(health.readiness()).toEqual({ ready: false, checks: { engine: 'running', kafka: 'stalled' } })
  source.stop()
  expect(health.readiness().ready).toBe(true)
})
