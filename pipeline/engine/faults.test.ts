import { afterEach, beforeEach, expect, test } from 'vitest'
import pol01 from '../../detectors/pol/pol-01.ts'
import { settlement } from '../../detectors/testing/events.ts'
import { FundwatchError } from '../../schemas/errors.ts'
import type { KeyValue } from '../memory/key-value.ts'
import { type ClickHouseServer, startClickHouse } from '../testing/clickhouse-server.ts'
import { TestPipeline } from '../testing/engine-run.ts'
import type { Fault } from '../testing/faults.ts'
import { listDeadLetters, retryDeadLetters } from '../verify/dead-letters.ts'
import { verify } from '../verify/verify.ts'

const cap = { kind: 'reference', table: 'price_cap', id: 'c', row: { code: 'XJ01CAA040E001010100001', cap: 8 } }
const PASSWORD = 'clickhouse-test'
/** A server is started for each test: a second on a machine with nothing else to do. */
const PATIENCE = 300_000
let server: ClickHouseServer
let pipeline: TestPipeline

beforeEach(async () => {
  server = await startClickHouse({ password: PASSWORD })
  const store = { url: server.url, password: PASSWORD, retry: { attempts: 2, firstWaitMs: 1 } }
  pipeline = await new TestPipeline([pol01], Date.UTC(2026, 2, 10), store).open()
  await pipeline.send([cap])
}, PATIENCE)

afterEach(async () => {
  await pipeline.remove()
  await server.stop()
}, PATIENCE)

/** The supervisor starts the process again, and its source goes on with what was unfinished. */
async function restart(): Promise<void> {
  await pipeline.close()
  await pipeline.open(undefined, () => true)
}

async function everythingIsThereOnce(settlements: number): Promise<void> {
  expect(await pipeline.count('settlement')).toBe(settlements)
  expect(await pipeline.count('alert_log')).toBe(settlements)
  const { checks } = await verify(pipeline.store, pipeline.memory, [pol01])
  expect(checks.filter(({ ok }) => !ok)).toEqual([])
}

const faults: [string, Fault, string][] = [
  [
    'ClickHouse goes away for longer than it is waited for',
    { kind: 'drop', match: /INSERT INTO `settlement`/, times: 2 },
    'STORE_UNREACHABLE',
  ],
  ['ClickHouse fails between two tables', { kind: 'error', match: /INSERT INTO `fee_line`/ }, 'STORE_REFUSED'],
  [
    'ClickHouse answers with an error after it has stored',
    { kind: 'error-after-store', match: /INSERT INTO `raw_event`/ },
    'STORE_REFUSED',
  ],
  [
    'ClickHouse stores the alerts and its answer is lost',
    { kind: 'drop-after-store', match: /INSERT INTO `alert_log`/, times: 2 },
    'STORE_UNREACHABLE',
  ],
  ['ClickHouse fails at the last row of a batch', { kind: 'error', match: /INSERT INTO `batch`/ }, 'STORE_REFUSED'],
]

test.each(faults)(
  '%s: the process ends with a name, and after its restart nothing is lost and nothing is there twice',
  async (_, fault, code) => {
    const events = [settlement({ setl_id: 'S1' }), settlement({ setl_id: 'S2' })]
    server.faults.next(fault)
    await expect(pipeline.send(events)).rejects.toMatchObject({ code })
    expect(pipeline.engine.failure).toMatchObject({ code })
    await expect(pipeline.send(events)).rejects.toMatchObject({ code })
    // Its row would say that all the others are there.
    expect(await pipeline.count('batch')).toBe(1)
    await restart()
    await pipeline.send(events)
    await everythingIsThereOnce(2)
  },
  PATIENCE,
)

test(
  'ClickHouse is slow: batches wait for each other and nothing else happens',
  async () => {
    server.faults.next({ kind: 'delay', delayMs: 100, times: 12 })
    await Promise.all(['S1', 'S2', 'S3'].map((setl_id, i) => pipeline.send([settlement({ setl_id })], 'test', 1 + i)))
    await everythingIsThereOnce(3)
  },
  PATIENCE,
)

test.each([
  ['before anything of a batch is stored', 0],
  ['after all of it is stored', 1],
])(
  'The disk is full %s: the process ends with a name, and once there is room nothing is lost or doubled',
  async (_, commits) => {
    pipeline.wrapMemory = (memory) => fullAfter(memory, commits)
    await restart()
    const events = [settlement({ setl_id: 'S1' }), settlement({ setl_id: 'S2' })]
    await expect(pipeline.send(events)).rejects.toMatchObject({ code: 'MEMORY_UNWRITABLE' })
    pipeline.wrapMemory = (memory) => memory
    await restart()
    await pipeline.send(events)
    await everythingIsThereOnce(2)
  },
  PATIENCE,
)

test(
  'The clock of the machine jumps back by a month: what lies ahead of it is kept as dead letters, and accepted once it is set right',
  async () => {
    pipeline.now = Date.UTC(2026, 1, 10)
    const receipt = await pipeline.send([settlement({ setl_id: 'S1' }), settlement({ setl_id: 'S2' })])
    expect(receipt.rejected.map(({ code }) => code)).toEqual(['TIME_FUTURE', 'TIME_FUTURE'])
    pipeline.now = Date.UTC(2026, 2, 10)
    const letters = await listDeadLetters(pipeline.store)
    expect(await retryDeadLetters(letters, pipeline.engine, pipeline.store)).toMatchObject({ accepted: 2 })
    await everythingIsThereOnce(2)
  },
  PATIENCE,
)

test(
  'The clock of the machine jumps ahead by a year: time is that of the events, and nothing is late',
  async () => {
    await pipeline.send([settlement({ setl_id: 'S1' })])
    pipeline.now = Date.UTC(2027, 2, 10)
    expect(await pipeline.send([settlement({ setl_id: 'S2' })])).toMatchObject({ accepted: 1, late: 0 })
    await everythingIsThereOnce(2)
  },
  PATIENCE,
)

function fullAfter(memory: KeyValue, commits: number): KeyValue {
  let left = commits
  return {
    get: (key) => memory.get(key),
    scan: (prefix, from) => memory.scan(prefix, from),
    close: () => memory.close(),
    async commit(changes) {
      if (left-- === 0) throw new FundwatchError('MEMORY_UNWRITABLE', 'planned: no space left on the device')
      await memory.commit(changes)
    },
  }
}
