import { spawn } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { anonymousMegabytes } from '../services/memory-use.ts'
import type { Pipeline } from '../services/pipeline.ts'
import { replay } from '../work/replay.ts'
import { type HistoryCost, HistoryCosts } from './history-costs.ts'

const SIMULATE = ['simulate', '--seed', '1', '--out', '-', '--settlements']

/**
 * Whether a settlement costs more the more is remembered: a region of this size through the whole path, part by part. Another
 * process simulates it, so that its work is not counted, and nothing of it lies on the disk.
 */
export async function measureHistory(
  pipeline: Pipeline,
  settlements: number,
  onProgress: (events: number) => void,
): Promise<readonly HistoryCost[]> {
  const costs = new HistoryCosts(settlements, readMeter)
  pipeline.engine.onReceipt((receipt) => costs.add(receipt.settlements))
  const main = fileURLToPath(new URL('../main.js', import.meta.url))
  const simulator = spawn(process.execPath, [main, ...SIMULATE, String(settlements)], { stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = new Promise<number | null>((done, fail) => simulator.once('error', fail).once('close', done))
  try {
    await replay(pipeline, { files: ['-'], resume: false, drain: false }, onProgress, simulator.stdout)
  } catch (error) {
    simulator.kill()
    throw error
  }
  if ((await ended) !== 0) throw new Error('The simulator did not come to its end.')
  return costs.rows
}

function readMeter() {
  const { user, system } = process.cpuUsage()
  return { ms: performance.now(), cpu_ms: (user + system) / 1_000, rss_mb: anonymousMegabytes() }
}
