import type { Writable } from 'node:stream'
import { type SimulationOptions, simulateWire } from './simulate.ts'

export interface SimulationProgress {
  /** Events written so far. */
  readonly events: number
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
  const progress = { events: 0, settlements: 0, bytes: 0 }
  let chunk = Buffer.allocUnsafe(CHUNK)
  let used = 0
  const flush = async () => {
    await write(out, chunk.subarray(0, used))
    progress.bytes += used
    chunk = Buffer.allocUnsafe(CHUNK)
    used = 0
    onProgress?.({ ...progress })
  }
  for (const row of simulateWire(options)) {
    if ('truth' in row) {
      await write(truth, `${JSON.stringify(row.truth)}\n`)
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

/** Resolves when the stream takes more. */
async function write(stream: Writable, data: Buffer | string): Promise<void> {
  if (stream.write(data)) return
  await new Promise<void>((resolve, reject) => {
    const settle = (end: () => void) => {
      stream.off('drain', onDrain).off('close', onClose).off('error', onError)
      end()
    }
    const onDrain = () => settle(resolve)
    const onError = (error: Error) => settle(() => reject(error))
    const onClose = () => settle(() => reject(new Error('the stream closed before the simulation ended')))
    stream.on('drain', onDrain).on('close', onClose).on('error', onError)
    if (stream.destroyed) onClose()
  })
}
