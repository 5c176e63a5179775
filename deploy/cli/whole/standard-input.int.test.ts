import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { BIN, fundwatchJson } from '../../testing/cli.ts'

const run = promisify(execFile)

interface Summary {
  readonly events: number
  readonly accepted: number
  readonly alerts: number
  readonly alert_digest: string
}

test('What a pipe brings is judged like the same file: the embedded store takes nothing of it', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'fundwatch-input-'))
  const file = join(dir, 'events.ndjson')
  await fundwatchJson('simulate', '--settlements', '400', '--seed', '3', '--out', file)
  const fromFile = await fundwatchJson<Summary>('replay', file, '--drain', '--data-dir', join(dir, 'file'))
  const pipe = 'cat "$1" | "$2" replay - --drain --json --data-dir "$3"'
  const { stdout } = await run('sh', ['-c', pipe, 'sh', file, BIN, join(dir, 'pipe')], { maxBuffer: 1 << 26 })
  const fromPipe = JSON.parse(stdout.trim().split('\n').at(-1)!) as Summary
  const told = ({ events, accepted, alerts, alert_digest }: Summary) => ({ events, accepted, alerts, alert_digest })
  expect(told(fromPipe)).toEqual(told(fromFile))
  expect(fromPipe.alerts).toBeGreaterThan(0)
  await rm(dir, { recursive: true })
})
