import { Worker } from 'node:worker_threads'
import { FundwatchError } from '../../../schemas/errors.ts'
import type { Engine, Statement } from './pglite-engine.ts'

export interface Answer {
  readonly rows?: readonly unknown[]
  readonly error?: { readonly message: string; readonly code: string }
}

interface Waiting {
  resolve(rows: readonly unknown[]): void
  reject(error: Error): void
}

/** PGlite on a thread of its own: its work, seconds at the first start, holds nobody else up. */
export function pgliteThread(directory: string | undefined): Engine {
  const worker = new Worker(new URL('./pglite-worker.js', import.meta.url), { workerData: { directory } })
  const waiting: Waiting[] = []
  let ended: Error | undefined
  function end(cause: Error): void {
    ended ??= new FundwatchError('DATABASE_UNREACHABLE', 'The embedded database has ended.', { cause })
    for (const { reject } of waiting.splice(0)) reject(ended)
  }
  // A process that has nothing else to do may end; a statement keeps it alive until it is answered.
  worker.unref()
  worker.on('message', ({ rows, error }: Answer) => {
    const asked = waiting.shift()
    if (waiting.length === 0) worker.unref()
    if (error) asked?.reject(Object.assign(new Error(error.message), { code: error.code }))
    else asked?.resolve(rows ?? [])
  })
  worker.on('error', end)
  worker.on('exit', () => end(new Error('The thread has ended.')))
  return {
    run: (statement: Statement) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(ended)
        worker.ref()
        waiting.push({ resolve, reject })
        worker.postMessage(statement)
      }),
    async close() {
      if (ended) return
      worker.ref()
      const exit = new Promise((done) => worker.once('exit', done))
      worker.postMessage('close')
      await exit
    },
  }
}
