import { appendFileSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import mgt01 from '../../detectors/mgt/mgt-01.ts'
import pol01 from '../../detectors/pol/pol-01.ts'
import { discharge, HOSPITAL, heartbeat, reference, settlement, voidOf } from '../../detectors/testing/events.ts'
import { TestPipeline } from '../testing/engine-run.ts'
import { failingAfter } from '../testing/failing-store.ts'
import { verify } from '../verify/verify.ts'
import { replayFile } from './replay.ts'

const DETECTORS = [mgt01, pol01]
const THREE_LINES = { lines: 3, bytes: 1_000_000 }
const first = settlement({ setl_id: 'A1', setl_time: '2026-03-02 09:00:00' })
const EVENTS = [
  HOSPITAL,
  reference('price_cap', 'cap', { code: 'XJ01CAA040E001010100001', cap: 8 }),
  first,
  settlement({ ...first, setl_id: 'A2', setl_time: '2026-03-02 09:05:00' }),
  '{broken',
  discharge({ mdtrt_id: 'M9', endtime: '2026-03-02 10:00:00' }),
  settlement({ setl_id: 'B1', psn_no: 'P2', setl_time: '2026-03-02 11:00:00' }),
  first,
  voidOf(first, '2026-03-02 12:00:00'),
  settlement({ setl_id: 'C1', psn_no: 'P3', setl_time: '2026-03-03 09:00:00' }),
  heartbeat('2026-03-05 00:00:00'),
]
const LINES = EVENTS.map((event) => (typeof event === 'string' ? event : JSON.stringify(event)))

let folder: string
let file: string
let pipeline: TestPipeline

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'fundwatch-replay-')))
  file = join(folder, 'events.ndjson')
  writeFileSync(file, LINES.join('\n'))
  pipeline = new TestPipeline(DETECTORS)
})
afterEach(async () => {
  await pipeline.remove()
  rmSync(folder, { recursive: true })
})

const replay = (options: Parameters<typeof replayFile>[3] = {}) =>
  replayFile(file, pipeline.engine, pipeline.memory, { size: THREE_LINES, ...options })

async function digest(): Promise<string> {
  const { alert_digest, checks } = await verify(pipeline.store, pipeline.memory, DETECTORS)
  expect(checks.filter(({ ok }) => !ok)).toEqual([])
  return alert_digest
}

test('Whichever batch a crash interrupts, the replay that goes on ends as if nothing had happened', async () => {
  await pipeline.open()
  expect(await replay()).toMatchObject({ events: 11, accepted: 9, duplicates: 1, dead_letters: 1, settlements: 4 })
  const uninterrupted = await digest()
  await pipeline.remove()
  pipeline = new TestPipeline(DETECTORS)
  for (let batch = 0; batch < 4; batch++) {
    await pipeline.open(
      (store) => failingAfter(store, 'batch', batch > 0 ? 1 : 0),
      () => true,
    )
    await expect(replay({ resume: true })).rejects.toThrow('planned')
    expect(pipeline.engine.journal.round).toMatchObject([{ first: batch * 3 }])
    await pipeline.close()
  }
  await pipeline.open(undefined, () => true)
  await replay({ resume: true })
  expect(await digest()).toBe(uninterrupted)
  expect(await pipeline.count('raw_event')).toBe(9)
})

test('What a crash left of a file goes on where it stood, also where other files are gone on with before it', async () => {
  const other = join(folder, 'other.ndjson')
  writeFileSync(other, JSON.stringify(settlement({ setl_id: 'Z1', setl_time: '2026-03-05 09:00:00' })))
  await pipeline.open((store) => failingAfter(store, 'batch', 1))
  await expect(replay()).rejects.toThrow('planned')
  await pipeline.close()
  await pipeline.open(undefined, () => true)
  await replayFile(other, pipeline.engine, pipeline.memory, { resume: true })
  expect(await replay({ resume: true })).toMatchObject({ events: 8 })
  expect(await pipeline.count('raw_event')).toBe(10)
  await digest()
})

test('Without --resume the file is read from its beginning, and everything known is a duplicate', async () => {
  await pipeline.open()
  await replay()
  const before = await digest()
  // Reference rows and heartbeats are never duplicates.
  expect(await replay()).toMatchObject({ events: 11, accepted: 3, duplicates: 7, dead_letters: 1 })
  expect(await digest()).toBe(before)
})

test('A file that has grown goes on where it ended', async () => {
  await pipeline.open()
  await replay()
  appendFileSync(file, `\n${JSON.stringify(settlement({ setl_id: 'D1', setl_time: '2026-03-06 09:00:00' }))}\n`)
  expect(await replay({ resume: true })).toMatchObject({ events: 1, accepted: 1 })
  expect(await replay({ resume: true })).toMatchObject({ events: 0 })
})

test('A file that is another one now, or has lost lines that were read, is not resumed', async () => {
  await pipeline.open()
  await replay()
  const changed = { code: 'SOURCE_CHANGED' }
  writeFileSync(file, LINES.join('\n').replace('A1', 'Z1'))
  await expect(replay({ resume: true })).rejects.toMatchObject(changed)
  expect(await replay()).toMatchObject({ events: 11 })
  const long = JSON.stringify({ kind: 'heartbeat', time: '2026-03-05 00:00:00', note: 'x'.repeat(1024 * 1024) })
  writeFileSync(file, [long, ...LINES].join('\n'))
  await replay()
  writeFileSync(file, long)
  await expect(replay({ resume: true })).rejects.toMatchObject(changed)
})

test('Offsets are line numbers after decompression, counted from 0, empty lines included', async () => {
  await pipeline.open()
  writeFileSync(file, gzipSync(`${LINES[0]}\n\n${LINES[4]}\n`))
  await replay()
  const letters = await pipeline.store.query('SELECT source, offset, code FROM dead_letter')
  expect(letters).toEqual([{ source: file, offset: 2, code: 'JSON_INVALID' }])
})

test('Standard input is never what it was: nothing of it is skipped', async () => {
  await pipeline.open()
  const stdin = Object.getOwnPropertyDescriptor(process, 'stdin')!
  const say = async (lines: readonly string[]) => {
    Object.defineProperty(process, 'stdin', { configurable: true, value: Readable.from([Buffer.from(lines.join('\n'))]) })
    return replayFile('-', pipeline.engine, pipeline.memory)
  }
  try {
    expect(await say(LINES.slice(0, 4))).toMatchObject({ events: 4, accepted: 4 })
    expect(await say(LINES.slice(4))).toMatchObject({ events: 7, accepted: 5 })
  } finally {
    Object.defineProperty(process, 'stdin', stdin)
  }
  await digest()
})

test('No more events per second are taken than told', async () => {
  await pipeline.open()
  const begun = performance.now()
  await replay({ rate: 20 })
  expect(performance.now() - begun).toBeGreaterThan(500)
})

test('How much of a file was read is told as it lies there, compressed or not', async () => {
  await pipeline.open()
  const told = async (content: Buffer) => {
    writeFileSync(file, content)
    let read = 0
    await replay({ onRead: (bytes) => (read += bytes) })
    return read
  }
  const plain = Buffer.from(LINES.join('\n'))
  expect(await told(plain)).toBe(plain.length)
  const packed = gzipSync(plain)
  expect(await told(packed)).toBe(packed.length)
})
