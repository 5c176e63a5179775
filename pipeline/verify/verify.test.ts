import { afterEach, beforeEach, expect, test } from 'vitest'
import pol01 from '../../detectors/pol/pol-01.ts'
import { settlement } from '../../detectors/testing/events.ts'
import { TestPipeline } from '../testing/engine-run.ts'
import { checkBroker } from './broker.ts'
import { coverageOf } from './coverage.ts'
import { verify } from './verify.ts'

const cap = { kind: 'reference', table: 'price_cap', id: 'c', row: { code: 'XJ01CAA040E001010100001', cap: 8 } }
/** An engine is opened: a second on a machine with nothing else to do. */
const PATIENCE = 120_000
let pipeline: TestPipeline

beforeEach(async () => {
  pipeline = await new TestPipeline([pol01]).open()
  const first = settlement({ setl_id: 'S1' })
  await pipeline.send([cap, first, first])
  await pipeline.send([settlement({ setl_id: 'S2' }), '{broken', settlement({ setl_id: 'S3' })])
}, PATIENCE)
afterEach(() => pipeline.remove(), PATIENCE)

async function differing(): Promise<string[]> {
  const { checks } = await verify(pipeline.store, pipeline.memory, [pol01], {
    between: pipeline.engine.between.bind(pipeline.engine),
  })
  return checks.filter(({ ok }) => !ok).map(({ name, found }) => `${name}: ${found}`)
}

const SECOND = '2 (test:0, offsets 3 to 5)'

test.each([
  ['an event', 'raw_event', "id = 'S2'", [`batches whose stored events differ: ${SECOND}`]],
  ['a settlement', 'settlement', "setl_id = 'S2'", [`batches whose settlements differ: ${SECOND}`]],
  ['a fee line', 'fee_line', "setl_id = 'S2'", [`batches whose fee lines differ: ${SECOND}`]],
  ['a dead letter', 'dead_letter', '1', [`batches whose dead letters differ: ${SECOND}`]],
  ['an alert', 'alert', "has(setl_ids, 'S2')", ['alerts of the log that the table lacks or knows in an older revision: 1']],
  ['the log of an alert', 'alert_log', "has(setl_ids, 'S2')", ['distinct numbers', 'alerts of memory and store']],
  ['a judgement', 'judgement', '1', ['settlements judged or skipped by POL-01: 1']],
  ['a batch', 'batch', '1', ['batches of which only rows are left: 2', 'next offsets of memory and record']],
])(
  '%s that someone removed is found, and where',
  async (_, table, where, faults) => {
    expect(await differing()).toEqual([])
    await pipeline.forgetRow(table, 2, where)
    const found = await differing()
    for (const fault of faults.filter((name) => name !== 'distinct numbers')) {
      expect(found).toContainEqual(expect.stringContaining(fault))
    }
  },
  PATIENCE,
)

test(
  'One row too few here is not made good by one too many there',
  async () => {
    await pipeline.forgetRow('settlement', 2, "setl_id = 'S2'")
    await pipeline.store.insertRows('settlement', [{ setl_id: 'S9', psn_no: 'P', setl_time: '2026-03-02 10:00:00', batch: 1 }], {
      token: 'x',
    })
    expect(await differing()).toContainEqual(
      'batches whose settlements differ: 1 (test:0, offsets 0 to 2), 2 (test:0, offsets 3 to 5)',
    )
  },
  PATIENCE,
)

test(
  'For a range of offsets it is told what became of each event and what each detector did with it',
  async () => {
    const all = await coverageOf(pipeline.store)
    expect(all.partitions).toMatchObject([
      { source: 'test', partition: 0, first: 0, last: 5, batches: 2, events: 6, stored: 4, duplicates: 1, dead_letters: 1 },
    ])
    const second = await coverageOf(pipeline.store, { source: 'test', partition: 0, from: 4, to: 4 })
    expect(second.partitions).toMatchObject([{ first: 3, last: 5, events: 3, stored: 2, dead_letters: 1 }])
    expect(second.parts).toMatchObject([{ detector_id: 'POL-01', judged: 2 }])
  },
  PATIENCE,
)

test(
  'While the process goes on writing, what it has finished adds up',
  async () => {
    const sending = Array.from({ length: 5 }, (_, i) => pipeline.send([settlement({ setl_id: `T${i}` })], 'other', i))
    const found = await differing()
    await Promise.all(sending)
    expect([found, await differing()]).toEqual([[], []])
  },
  PATIENCE,
)

test('Messages that the broker dropped unread, topics made anew, and partitions that are gone, are told; lag is none of these', () => {
  const nexts = new Map([
    ['kafka:a|0', 5],
    ['kafka:a|1', 5],
    ['kafka:b|0', 5],
  ])
  const read = [...nexts.keys()].map((name) => {
    const [source, partition] = name.split('|') as [string, string]
    const none = { first: 0, last: 4, batches: 1, events: 5, stored: 5, duplicates: 0, dead_letters: 0 }
    return { source, partition: Number(partition), ...none }
  })
  const checks = checkBroker(
    [
      { source: 'kafka:a', partition: 0, low: 7, high: 9 },
      { source: 'kafka:a', partition: 1, low: 0, high: 3 },
    ],
    nexts,
    read,
  )
  expect(checks.map(({ found }) => found)).toEqual(['kafka:a|0', 'kafka:a|1', 'kafka:b|0'])
  const lagging = checkBroker([{ source: 'kafka:a', partition: 0, low: 0, high: 99 }], nexts, read.slice(0, 1))
  expect(lagging.every(({ ok }) => ok)).toBe(true)
})
