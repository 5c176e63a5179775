import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { BIN } from '../../testing/cli.ts'

const SETTLEMENTS = Number(process.env.SOAK_SETTLEMENTS ?? 2_000_000)
const LIMIT_MB = 3 * 1_024

test('Two million settlements through a pipe take less than three gigabytes of memory', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'fundwatch-memory-'))
  try {
    const simulate = spawn(BIN, ['simulate', '--settlements', String(SETTLEMENTS), '--out', '-'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const replay = spawn(BIN, ['replay', '-', '--data-dir', join(directory, 'data'), '--json'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    simulate.stdout.pipe(replay.stdin)
    const told = JSON.parse((await text(replay.stdout)).trim().split('\n').at(-1)!)
    process.stderr.write(`${JSON.stringify(told)}\n`)
    expect(told.settlements).toBeGreaterThan(0.99 * SETTLEMENTS)
    expect(told.peak_rss_mb).toBeLessThan(LIMIT_MB)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})
