import type { Writable } from 'node:stream'
import { type SimulationOptions, simulateWire } from './simulate.ts'

export interface SimulationProgress {
  /** Events written so far. */
  readonly events: number
  /** Settlement events among them, the few that are delivered twice counted twice. */
  readonly settlements: number
  readonly bytes: number
}

const CHUNK = 1 << 20

/**
 * Writes the event stream and its truth as NDJSON. Waits whenever a stream is full; ends neither of them. Rejects when a
 * stream fails or closes early. `onProgress` is called about once per MiB.
 */
export async function writeSimulation(
  options: SimulationOptions,
  out: Writable,
  truth: Writable,
  onProgress?: (progress: SimulationProgress) => void,
): Promise<SimulationProgress> {
  const outlets = { out: new Outlet(out), truth: new Outlet(truth) }
  try {
    return await writeRows(options, outlets, onProgress)
  } finally {
    outlets.out.release()
    outlets.truth.release()
  }
}

async function writeRows(
  options: SimulationOptions,
  { out, truth }: { out: Outlet; truth: Outlet },
  onProgress?: (progress: SimulationProgress) => void,
): Promise<SimulationProgress> {
  const progress = { events: 0, settlements: 0, bytes: 0 }
  let chunk = Buffer.allocUnsafe(CHUNK)
  let used = 0
  const flush = async () => {
    await out.write(chunk.subarray(0, used))
    progress.bytes += used
    chunk = Buffer.allocUnsafe(CHUNK)
    used = 0
    onProgress?.({ ...progress })
  }
  for (const row of simulateWire(options)) {
    if ('truth' in row) {
      await truth.write(`${JSON.stringify(row.truth)}\n`)
      continue
    }
    const line = `${row.event}\n`
    if (used + line.length > chunk.length) {
      if (used > 0) await flush()
      if (line.length > chunk.length) chunk = Buffer.allocUnsafe(line.length)
    }
    used += chunk.write(line, used, 'latin1')
    progress.events++
    if (line.startsWith('{"kind":"settlement"')) progress.settlements++
  }
  await flush()
  return progress
}

/** A stream that is written to no faster than it takes; what it fails of is thrown at the next write. */
class Outlet {
  private readonly stream: Writable
  private failure: Error | undefined

  constructor(stream: Writable) {
    this.stream = stream
    stream.on('error', this.onError).on('close', this.onClose)
    if (stream.destroyed) this.onClose()
  }

  async write(data: Buffer | string): Promise<void> {
    if (this.failure === undefined && !this.stream.write(data)) await this.drained()
    if (this.failure !== undefined) throw this.failure
  }

  release(): void {
    this.stream.off('error', this.onError).off('close', this.onClose)
  }

  private drained(): Promise<void> {
    return new Promise((resolve) => {
      const events = ['drain', 'error', 'close'] as const
      const proceed = () => {
        for (const event of events) this.stream.off(event, proceed)
        resolve()
      }
      for (const event of events) this.stream.on(event, proceed)
    })
  }

  private readonly onError = (error: Error): void => {
    this.failure ??= error
  }

  private readonly onClose = (): void => {
    this.failure ??= new Error('the stream closed before the simulation ended')
  }
}
