import { trace } from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import pol01 from '../../detectors/pol/pol-01.ts'
import { settlement } from '../../detectors/testing/events.ts'
import { TestPipeline } from '../testing/engine-run.ts'
import { failingAfter } from '../testing/failing-store.ts'
import { alertsInStore } from '../verify/digest.ts'

const cap = { kind: 'reference', table: 'price_cap', id: 'c', row: { code: 'XJ01CAA040E001010100001', cap: 8 } }
const told = new InMemorySpanExporter()
let pipeline: TestPipeline

beforeAll(() => {
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(told)] }))
})

afterEach(async () => {
  told.reset()
  await pipeline.remove()
})

afterAll(() => trace.disable())

test('A range is followed from its offsets to its alerts, through every stage', async () => {
  pipeline = await new TestPipeline([pol01]).open()
  await pipeline.send([cap, settlement({ setl_id: 'S1' })])
  const [range] = named('range')
  const alerts = await alertsInStore(pipeline.store)
  expect(alerts).toHaveLength(1)
  expect(range!.attributes).toMatchObject({
    ...{ 'fundwatch.offset.first': 0, 'fundwatch.offset.last': 1, 'fundwatch.events': 2 },
    ...{ 'fundwatch.alerts': 1, 'fundwatch.alert_ids': alerts.map(({ alert_id }) => alert_id) },
  })
  const stages = told.getFinishedSpans().filter(({ parentSpanContext }) => parentSpanContext)
  expect(stages.map(({ name }) => name)).toEqual(['read', 'judge', 'store', 'tell'])
  for (const { parentSpanContext } of stages) expect(parentSpanContext!.spanId).toBe(range!.spanContext().spanId)
})

test('Where a store fails, the trace says at which stage and by which code, and no identity is in it', async () => {
  pipeline = new TestPipeline([pol01])
  await pipeline.open((store) => failingAfter(store, 'alert_log', 0))
  await expect(pipeline.send([cap, settlement({ setl_id: 'S1', certno: '99010119600203000X' })])).rejects.toThrow('planned')
  expect([...named('store'), ...named('range')].map(({ status }) => status)).toMatchObject([
    { code: 2, message: 'STORE_REFUSED' },
    { code: 2, message: 'STORE_REFUSED' },
  ])
  const all = told.getFinishedSpans().map(({ name, attributes, status, events }) => ({ name, attributes, status, events }))
  expect(JSON.stringify(all)).not.toMatch(/99010119600203000X|planned/)
})

test('A chunk that brings nothing but time has no trace', async () => {
  pipeline = await new TestPipeline([pol01]).open()
  await (await pipeline.engine.reading([])).done
  expect(told.getFinishedSpans()).toEqual([])
})

function named(name: string): ReadableSpan[] {
  return told.getFinishedSpans().filter((span) => span.name === name)
}
