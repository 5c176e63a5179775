import { performance } from 'node:perf_hooks'
import { screenReply } from '../../../pipeline/screen.ts'
import { readBytes } from '../../../pipeline/source/file.ts'
import type { Pipeline } from '../services/pipeline.ts'

export interface ScreenTimes {
  readonly screens: number
  readonly p50_ms: number
  readonly p99_ms: number
  readonly max_ms: number
  /** Processor time alone: what the answer costs where other work takes turns with it. */
  readonly p99_cpu_ms: number
}

const WARM_UP = 500

/**
 * How long a draft waits for its answer on this machine: settlements of the file, drafted anew one after the other, against
 * memory that holds them all.
 */
export async function timeScreens({ engine }: Pipeline, file: string, screens: number): Promise<ScreenTimes> {
  const drafts = await draftsIn(file, WARM_UP + screens)
  const waits: number[] = []
  const costs: number[] = []
  for (const draft of drafts) {
    const [begun, before] = [performance.now(), process.cpuUsage()]
    screenReply(engine, draft)
    const { user, system } = process.cpuUsage(before)
    waits.push(performance.now() - begun)
    costs.push((user + system) / 1_000)
  }
  const [waited, cost] = [waits, costs].map((times) => times.slice(Math.min(WARM_UP, times.length >> 1)).sort((a, b) => a - b))
  return {
    screens: waited!.length,
    p50_ms: at(waited!, 0.5),
    p99_ms: at(waited!, 0.99),
    max_ms: at(waited!, 1),
    p99_cpu_ms: at(cost!, 0.99),
  }
}

function at(sorted: readonly number[], share: number): number {
  return Number((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(3))
}

/** The last settlements of the file, as new visits that are about to be settled. */
async function draftsIn(file: string, count: number): Promise<Record<string, unknown>[]> {
  const lines: string[] = []
  let rest = ''
  const decoder = new TextDecoder()
  for await (const bytes of readBytes(file)) {
    const parts = (rest + decoder.decode(bytes, { stream: true })).split('\n')
    rest = parts.pop()!
    for (const line of parts) if (line.startsWith('{"kind":"settlement"')) lines.push(line)
    if (lines.length > 4 * count) lines.splice(0, lines.length - count)
  }
  return lines.slice(-count).map((line, i) => ({ ...JSON.parse(line), setl_id: `DRAFT-${i}`, mdtrt_id: `DRAFT-${i}` }))
}
