import { readFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import type { Detector } from '../../detectors/detector.ts'
import { findDetectors } from '../catalogue.ts'
import { inlineDecoder } from '../engine/decoder.ts'
import { InMemory } from '../memory/in-memory.ts'
import type { KeyValue } from '../memory/key-value.ts'
import { fromAfter, hearerName, hearersIn } from '../shard/beginnings.ts'
import { lastingIn } from '../shard/records.ts'
import { lastEventIn } from '../shard/shard.ts'
import { KEY, TestPipeline } from '../testing/engine-run.ts'
import { verify } from '../verify/verify.ts'
import { noteHearers, unheard } from './hearers.ts'
import { warmUp } from './warm-up.ts'

const all = await findDetectors()
const golden = readFileSync(new URL('../testing/golden/corrections.ndjson', import.meta.url), 'utf8')
  .trim()
  .split('\n')
const expected = readFileSync(new URL('../testing/golden/corrections.expected.ndjson', import.meta.url), 'utf8')
/** Those that find something in the scenario, and remember. */
const ids = new Set([...expected.matchAll(/"detector_id":"([^"]+)"/g)].map(([, id]) => id!))
const fresh = all.filter(({ id, parts }) => ids.has(id) && parts.some(({ memoryless }) => !memoryless))
const others = all.filter((detector) => !fresh.includes(detector))
const open: TestPipeline[] = []

/** Engines are opened and closed: seconds on a machine with nothing else to do. */
const PATIENCE = 300_000

afterEach(async () => {
  for (const pipeline of open.splice(0)) await pipeline.remove()
}, PATIENCE)

function cellsOf(memory: KeyValue, detectors: readonly Detector[]): string[] {
  const names = detectors.map(({ id, version }) => new RegExp(`${id}(:[^@]*)?@${version}`))
  const cells = [...memory.scan('c|')].flatMap(([key, stored]) =>
    lastingIn(stored, Number.NEGATIVE_INFINITY).map((cell) => `${key.replace(/^(c\|person\|[^|]*).*/, '$1')}\n${cell}`),
  )
  return cells.filter((cell) => names.some((name) => name.test(cell))).sort()
}

async function run(detectors: readonly Detector[], lines: readonly string[]): Promise<TestPipeline> {
  const pipeline = await new TestPipeline(detectors).open()
  open.push(pipeline)
  await noteHearers(pipeline.memory, pipeline.store, detectors, [])
  await pipeline.send(lines)
  return pipeline
}

test(
  'A detector that is new here knows what it would have known, others what they knew, and officers are told nothing',
  async () => {
    expect(fresh.length).toBeGreaterThan(0)
    const undisturbed = await run(all, golden)
    const wanted = cellsOf(undisturbed.memory, fresh)
    expect(wanted.length).toBeGreaterThan(0)
    await open.pop()!.remove()
    const pipeline = await run(others, golden)
    const { memory, store } = pipeline
    const before = { cells: cellsOf(memory, others), alerts: await pipeline.count('alert_log') }
    expect(await unheard(memory, store, all)).toEqual(fresh)
    const options = {
      ...{ memory, store, fresh, detectors: all, decoder: inlineDecoder(KEY, { withoutColumns: true }), identityKey: KEY },
      now: () => Date.UTC(2030, 0, 1),
    }
    expect(await warmUp({ ...options, scratch: new InMemory() })).toMatchObject({ events: golden.length, shadow_alerts: 0 })
    expect(cellsOf(memory, fresh)).toEqual(wanted)
    expect(cellsOf(memory, others)).toEqual(before.cells)
    expect(await pipeline.count('alert_log')).toBe(before.alerts)
    // A crash may have cut off the one before.
    const left = { source: 'warm-up', partition: 0, first: 0, last: -1, batch: 2, now: 0, replayable: false }
    await memory.commit([['m|intent|round', Buffer.from(JSON.stringify([left]))]])
    const raised = await warmUp({ ...options, scratch: new InMemory(), raisesShadow: true })
    expect(raised.shadow_alerts).toBeGreaterThan(0)
    await noteHearers(memory, store, all, [])
    expect(await unheard(memory, store, all)).toEqual([])
    const rows = await store.query<{ mode: string }>(
      `SELECT DISTINCT mode FROM alert WHERE has({ids:Array(String)}, detector_id)`,
      {
        ids: fresh.map(({ id }) => id),
      },
    )
    expect(rows).toEqual([{ mode: 'shadow' }])
    await pipeline.close()
    await pipeline.open(undefined, () => true)
    const { checks } = await verify(pipeline.store, pipeline.memory, all)
    expect(checks.filter(({ ok }) => !ok)).toEqual([])
  },
  PATIENCE,
)

test(
  'Who did not run for a time has missed something, and who remembers nothing never has',
  async () => {
    const half = golden.length >> 1
    const pipeline = await run(others, golden.slice(0, half))
    const [someone] = others.filter(({ parts }) => parts.some(({ memoryless }) => !memoryless))
    await noteHearers(
      pipeline.memory,
      pipeline.store,
      others.filter((other) => other !== someone),
      [],
    )
    const { memory, store } = pipeline
    expect(await unheard(memory, store, others)).toEqual([someone])
    // Where it does not hear what it has missed, history begins now for it, and does so however often it starts.
    await noteHearers(memory, store, others, [someone!])
    const from = fromAfter(lastEventIn(memory)!)
    const noted = () => Object.entries(hearersIn(memory)!).filter(([, hearer]) => hearer.from !== undefined)
    const expected = [[hearerName(someone!), expect.objectContaining({ isWarm: false, from })]]
    expect(noted()).toEqual(expected)
    await pipeline.send(golden.slice(half))
    expect(lastEventIn(memory)).toBeGreaterThan(from)
    await noteHearers(memory, store, others, await unheard(memory, store, others))
    expect(noted()).toEqual(expected)
    await noteHearers(memory, store, others, [])
    expect(noted()).toEqual([])
  },
  PATIENCE,
)
