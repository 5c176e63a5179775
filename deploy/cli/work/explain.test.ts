import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findDetectors } from '../../../pipeline/catalogue.ts'
import type { ToldStep } from '../../../pipeline/explain/teller.ts'
import { alertId } from '../../../pipeline/shard/alerts.ts'
import type { Alert } from '../../../schemas/alert.ts'
import { type Config, loadConfig } from '../settings/config.ts'
import { explainFiles } from './explain.ts'
import { linesOfStep, rowOfStep } from './explain-told.ts'

const GOLDEN = new URL('../../../pipeline/testing/golden/corrections.ndjson', import.meta.url)
const LINES = readFileSync(GOLDEN, 'utf8').trim().split('\n')
const TRACE = '84100000000000000006'

const detectors = await findDetectors()
let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fundwatch-explain-'))
})
afterAll(() => rm(dir, { recursive: true }))

function idOf(detector_id: string, type: 'trace' | 'person' | 'settlement', id: string, bucket = ''): string {
  const detector = detectors.find(({ id }) => id === detector_id)!
  return alertId(detector, { subject: { type, id }, bucket })
}

function config(flags: Readonly<Record<string, string>> = {}): Config {
  return loadConfig({ 'data-dir': join(dir, 'data'), ...flags }, {}).values
}

interface Explained {
  readonly steps: readonly ToldStep[]
  readonly alert: Alert
}

async function explained(
  alert: string,
  lines: readonly string[],
  flags: Readonly<Record<string, string>> = {},
): Promise<Explained> {
  const file = join(dir, 'events.ndjson')
  await writeFile(file, lines.join('\n'))
  const steps: ToldStep[] = []
  const found = await explainFiles(config(flags), { alert, files: [file], drain: true }, (step) => steps.push(step))
  return { steps, alert: found }
}

function story(steps: readonly ToldStep[]): unknown[] {
  return steps.map(({ heard, back, became, vola_amt }) => [heard.setl_id ?? heard.mdtrt_id ?? heard.kind, back, became, vola_amt])
}

const lineOf = (setl_id: string) => LINES.findIndex((line) => line.includes(`"setl_id":"${setl_id}"`))

test.each([{ 'batch-lines': '1' }, { 'batch-lines': '4000' }])(
  'An alert of a box that is sold, taken back and sold again is told sale by sale, with the memory before and after (%o)',
  async (flags) => {
    const { steps, alert } = await explained(idOf('MGT-18', 'trace', TRACE), LINES, flags)
    expect(story(steps)).toEqual([
      ['G6', false, 'nothing', undefined],
      ['G7', false, 'opened', 1_400],
      ['G7', true, 'retracted', undefined],
      ['G8', false, 'reopened', 1_400],
    ])
    expect(steps.map(({ heard }) => heard.trace)).toEqual([TRACE, TRACE, TRACE, TRACE])
    expect(steps[0]!.before).toBe('null')
    for (const [i, { before }] of steps.slice(1).entries()) expect(before).toBe(steps[i]!.after)
    expect(alert).toMatchObject({ status: 'open', revision: 3, vola_amt: 14, setl_ids: ['G6', 'G8'] })
  },
)

test('A refund that names no settlement finds the one it means, and what comes again in other bytes is heard once', async () => {
  const sale = JSON.parse(LINES[lineOf('G7')]!)
  const refund = { ...sale, setl_id: 'R7', medfee_sumamt: -sale.medfee_sumamt, setl_time: '2026-04-11 12:00:00' }
  const again = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(LINES[lineOf('G6')]!)).reverse()))
  const told = [...LINES.slice(0, lineOf('VG7')), again, JSON.stringify(refund)]
  const { steps } = await explained(idOf('MGT-18', 'trace', TRACE), told, { 'batch-lines': '1' })
  expect(story(steps)).toEqual([
    ['G6', false, 'nothing', undefined],
    ['G7', false, 'opened', 1_400],
    ['G7', true, 'retracted', undefined],
  ])
})

test('An alert that a void takes away ends as retracted', async () => {
  const { steps, alert } = await explained(idOf('MGT-18', 'trace', TRACE), LINES.slice(0, lineOf('VG7') + 1))
  expect(story(steps).at(-1)).toEqual(['G7', true, 'retracted', undefined])
  expect(alert).toMatchObject({ status: 'retracted', retract_reason: 'VOIDED', revision: 2 })
})

test('Only the key that says the alert is told of, and what of it says nothing too', async () => {
  const { steps, alert } = await explained(idOf('MGT-07', 'person', 'PB', 'MB'), LINES)
  expect(steps.map(({ part }) => part)).toEqual(steps.map(() => expect.stringMatching(/^MGT-07@\d+$/)))
  expect(steps.map(({ became }) => became)).toContain('opened')
  expect(alert).toMatchObject({ status: 'retracted', retract_reason: 'REVISED' })
})

test('A part without memory is told with its one settlement, and with the void of that', async () => {
  const [voided, settled] = [LINES[lineOf('VG1')]!, LINES[lineOf('G1')]!]
  const others = LINES.filter((line) => line !== voided && line !== settled)
  const id = idOf('POL-01', 'settlement', 'G1')
  const { steps, alert } = await explained(id, [...others.slice(0, 11), settled, voided])
  expect(story(steps)).toEqual([
    ['G1', false, 'opened', alert.vola_amt * 100],
    ['G1', true, 'retracted', undefined],
  ])
  expect(alert).toMatchObject({ status: 'retracted', retract_reason: 'VOIDED' })
  expect(linesOfStep(steps[1]!, 80)).toEqual([
    expect.stringMatching(/^2026-04-01T09:05:00\+08:00 {2}POL-01@\d+ {2}taken back: settlement setl_id=G1$/),
    '  alert   retracted',
  ])
})

test('No data directory is made, and an unknown alert is said to be one', async () => {
  await expect(explained('0'.repeat(32), LINES)).rejects.toMatchObject({ code: 'ALERT_UNKNOWN' })
  expect(existsSync(join(dir, 'data'))).toBe(false)
})

test('Long memories are shown from where they differ, and whole to machines', () => {
  const many = Array.from({ length: 50 }, (_, i) => i)
  const step: ToldStep = {
    at: 0,
    part: 'MGT-01@1',
    heard: { kind: 'verdict' },
    back: false,
    before: JSON.stringify(many),
    after: JSON.stringify([...many, 'new']),
    wakeAt: 0,
    skipped: 'HISTORY_SHORT',
    became: 'nothing',
    vola_amt: undefined,
  }
  expect(linesOfStep(step, 60)).toEqual([
    '1970-01-01T08:00:00+08:00  MGT-01@1  verdict',
    '  before  …,42,43,44,45,46,47,48,49]',
    '  after   …,42,43,44,45,46,47,48,49,"new"]',
    '  waits   until 1970-01-01T08:00:00+08:00',
    '  skipped HISTORY_SHORT',
    '  alert   nothing',
  ])
  expect(rowOfStep(step)).toMatchObject({ before: many, after: [...many, 'new'], waits_until: '1970-01-01T08:00:00+08:00' })
})
